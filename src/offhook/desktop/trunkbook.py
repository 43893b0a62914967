"""The way out: the providers' accounts, for those to whom the Call Manager tells of them."""

from collections.abc import Callable
from typing import Protocol

from PySide6.QtCore import QCoreApplication, QObject, Signal
from shiboken6 import isValid

from offhook.call import TrunkState
from offhook.errors import CallError, Refusal
from offhook.messenger import Messenger

translate = QCoreApplication.translate


class TrunkTeller(Protocol):
    """What it needs of the session to the Call Manager."""

    async def trunks(self, *, watch: bool = False) -> list[TrunkState]: ...


class TrunkBook(QObject):
    """`all` has them in the order of the configuration; `changed` when they are others, or another way.

    `refusal` is why the Call Manager does not tell of them; None if it does, or has not been asked yet.
    """

    changed = Signal()

    def __init__(self, messenger: Messenger, manager: TrunkTeller, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._manager = manager
        self.all: list[TrunkState] = []
        self.refusal: Refusal | None = None
        self._unwatch: Callable[[], None] = messenger.watch_trunks(self._on_trunk)

    def close(self) -> None:
        """Hear of no more changes."""
        self._unwatch()

    async def find(self) -> None:
        """Ask for them, and hear of changes from then on."""
        found, refusal = [], None
        try:
            found = await self._manager.trunks(watch=True)
        except CallError as error:
            refusal = error.refusal
        if isValid(self) and (found, refusal) != (self.all, self.refusal):
            self.all, self.refusal = found, refusal
            self.changed.emit()

    @property
    def down(self) -> str:
        """Why no call can go out now; "" if one can, or if it is not known."""
        unknown = any(
            one.asked and one.servers and all(server.up is None for server in one.servers) for one in self.all
        )
        if not self.all or unknown or any(one.usable and not one.limit for one in self.all):
            return ""
        return why(self.all[0])

    def _on_trunk(self, trunk: TrunkState) -> None:
        names = [one.name for one in self.all]
        if trunk.name in names:
            self.all[names.index(trunk.name)] = trunk
        else:
            self.all.append(trunk)
        self.changed.emit()


def _problem_text(problem: str) -> str:
    """The Call Manager's text, translated where it is known; what the provider said is its own."""
    if not problem:
        return translate("trunks", "the provider does not answer")
    if problem == "is not registered yet":
        return translate("trunks", "it is not registered yet")
    what, _, said = problem.partition(" (")
    if what == "the provider refuses the account" and said:
        return translate("trunks", "the provider refuses the account ({reason})").format(reason=said[:-1])
    return problem


def why(trunk: TrunkState) -> str:
    """Why calls cannot go out by it; the provider's words are its own. "" if they can."""
    if not trunk.usable:
        return _problem_text(trunk.problem)
    return {
        "max_calls": translate("trunks", "as many calls as are allowed at a time are up"),
        "max_calls_an_hour": translate("trunks", "as many calls as are allowed in an hour have gone out"),
        "max_minutes_a_day": translate("trunks", "the minutes of today are used up, until midnight"),
    }.get(trunk.limit, trunk.limit)
