"""Lists of terminals, encoded once for all who ask for the same one."""

from collections import OrderedDict

import msgspec

from offhook.call import Terminal
from offhook.manager.principal import Principal
from offhook.manager.service import CallManager
from offhook.sscp.messages import Terminals, encode_terminals

MAX_LISTS = 16
"""Lists that are kept: 800 KB each at a site of 10,000 phones."""

Key = tuple[frozenset[str] | None, frozenset[str] | None, str | None, int | None]


class Listing:
    """Remembers the latest lists until a terminal changes."""

    def __init__(self, manager: CallManager) -> None:
        self._manager = manager
        self._lists: OrderedDict[Key, msgspec.Raw] = OrderedDict()

    def of(self, principal: Principal, command: Terminals) -> msgspec.Raw:
        """The encoded list for this user."""
        watched = command.watched
        key = (principal.scope(), principal.scope(watched=watched), command.after, command.limit)
        found = self._lists.get(key)
        if found is None:
            found = self._lists[key] = encode_terminals(
                _page(self._manager.terminals(principal, watched=watched), command)
            )
            if len(self._lists) > MAX_LISTS:
                self._lists.popitem(last=False)
        return found

    def forget(self) -> None:
        """Forget the lists: a terminal has changed."""
        self._lists.clear()


def _page(terminals: list[Terminal], command: Terminals) -> list[Terminal]:
    """The page after a terminal; empty if that terminal does not exist (any more)."""
    if command.after is not None:
        place = next((at for at, one in enumerate(terminals, 1) if one.id == command.after), len(terminals))
        terminals = terminals[place:]
    return terminals if command.limit is None else terminals[: command.limit]
