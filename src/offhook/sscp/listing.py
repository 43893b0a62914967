"""Lists of terminals, encoded once for all who ask for the same one."""

from collections import OrderedDict

import msgspec

from offhook.call import Terminal
from offhook.manager.principal import Principal
from offhook.manager.service import CallManager
from offhook.sscp.messages import Listed, Terminals, encode_part
from offhook.sscp.rows import first_terminal, rows_of

MAX_LISTS = 16
"""Lists that are kept: 800 KB each at a site of 10,000 phones."""

Key = tuple[frozenset[str] | None, frozenset[str] | None, str | None, int | None, bool]
Part = tuple[msgspec.Raw, msgspec.Raw | None]


class Listing:
    """Remembers the latest lists until a terminal changes."""

    def __init__(self, manager: CallManager) -> None:
        self._manager = manager
        self._lists: OrderedDict[Key, Part] = OrderedDict()

    def of(self, principal: Principal, command: Terminals, *, older: bool) -> Listed:
        """The reply for this user, whose client may be an `older` one."""
        watched = command.watched
        key = (principal.scope(), principal.scope(watched=watched), command.after, command.limit, older)
        found = self._lists.get(key)
        if found is None:
            page = _page(self._manager.terminals(principal, watched=watched), command)
            found = self._lists[key] = _older(page) if older else _encoded(page)
            if len(self._lists) > MAX_LISTS:
                self._lists.popitem(last=False)
        return Listed(command.id, *found)

    def forget(self) -> None:
        """Forget the lists: a terminal has changed."""
        self._lists.clear()


def _page(terminals: list[Terminal], command: Terminals) -> list[Terminal]:
    """The page after a terminal; empty if that terminal does not exist (any more)."""
    if command.after is not None:
        place = next((at for at, one in enumerate(terminals, 1) if one.id == command.after), len(terminals))
        terminals = terminals[place:]
    return terminals if command.limit is None else terminals[: command.limit]


def _encoded(page: list[Terminal]) -> Part:
    rows, sets = rows_of(page)
    return encode_part(rows), encode_part(sets)


def _older(page: list[Terminal]) -> Part:
    return encode_part([first_terminal(one) for one in page]), None
