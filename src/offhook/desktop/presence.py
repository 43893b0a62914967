"""Presence of colleagues: what their phones do, for those who may watch them.

It is made of what SSCP tells of a watched terminal (`watch`, docs/sscp.md), and there is no other way to it:
whoever may not watch a phone is told nothing. Shown is the state alone, never with whom somebody talks.
"""

from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from enum import Enum
from typing import Protocol

from PySide6.QtCore import QCoreApplication, QObject, Signal

from offhook.call import Call, Terminal
from offhook.desktop.bridge import spawn
from offhook.desktop.canonical import CanonicalNumbers
from offhook.directory import Person
from offhook.errors import CallError
from offhook.messenger import Messenger

MAX_WATCHED = 300
"""Phones that are watched at a time: some screens full of rows. Those that were looked at longest ago are
watched no more."""


class Presence(Enum):
    """What a phone does."""

    FREE = "free"
    RINGING = "ringing"
    BUSY = "busy"
    DO_NOT_DISTURB = "do-not-disturb"
    NOT_REGISTERED = "not-registered"


def presence_text(presence: Presence | None) -> str:
    """In a word or two; "" if it is not known."""
    if presence is None:  # so it is for nearly all, and five texts are not looked up for them
        return ""
    translate = QCoreApplication.translate
    return {
        Presence.FREE: translate("presence", "Free"),
        Presence.RINGING: translate("presence", "Ringing"),
        Presence.BUSY: translate("presence", "In a call"),
        Presence.DO_NOT_DISTURB: translate("presence", "Do not disturb"),
        Presence.NOT_REGISTERED: translate("presence", "Not connected"),
    }[presence]


def presence_of(terminal: Terminal, calls: Sequence[Call]) -> Presence:
    """What a phone with these live calls does."""
    if any(call.rings_here for call in calls):
        return Presence.RINGING
    if calls:
        return Presence.BUSY
    if not terminal.in_service:
        return Presence.NOT_REGISTERED
    return Presence.DO_NOT_DISTURB if terminal.do_not_disturb else Presence.FREE


class Watching(Protocol):
    """What it needs of the session to the Call Manager."""

    async def terminals(self, *, watched: bool = False) -> list[Terminal]: ...

    async def unwatch(self, terminal: str) -> None: ...


class PresenceBook(QObject):
    """The phones that this person may watch, and what they do.

    A phone is watched from the first time that somebody asks for its presence. `changed` is emitted with its
    number when it does something else, `phones_changed` when `phones` has changed.
    """

    changed = Signal(str)
    phones_changed = Signal()

    def __init__(
        self,
        messenger: Messenger,
        manager: Watching,
        canonical: CanonicalNumbers,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._messenger, self._manager, self._canonical = messenger, manager, canonical
        self.phones: dict[str, Terminal] = {}
        self._watched: OrderedDict[str, Callable[[], None]] = OrderedDict()
        self._told: dict[str, Presence | None] = {}
        self._closed = False

    async def find(self) -> None:
        """Ask which phones may be watched. Raises `CallError`."""
        found = {one.id: one for one in await self._manager.terminals(watched=True)}
        if found != self.phones:
            self.phones = found
            for number in [one for one in self._watched if one not in found]:
                self._let_go(number)
            self.phones_changed.emit()

    def close(self) -> None:
        """Watch no more. Views may outlive it for a moment."""
        self._closed = True
        for stop in self._watched.values():
            stop()
        self._watched.clear()

    def of(self, number: str) -> Presence | None:
        """What the phone with this number does; None for what is none, may not be watched, or is not known
        yet: `changed` follows."""
        if self._closed or number not in self.phones or not self._watch(number):
            return None
        return self._now(number)

    def phone_of(self, person: Person) -> str:
        """The number of the person's phone at this site, if it may be watched; else ""."""
        if not self.phones:
            return ""
        numbers = (self._canonical(one.text) for one in person.numbers)
        return next((one for one in numbers if one in self.phones), "")

    def of_person(self, person: Person) -> Presence | None:
        """What the person's phone does, if that may be known."""
        number = self.phone_of(person)
        return self.of(number) if number else None

    def _now(self, number: str) -> Presence | None:
        line = self._messenger.line(number)
        if line is None or not self._messenger.reachable:
            return None
        return presence_of(line, self._messenger.live(number))

    def _watch(self, number: str) -> bool:
        """Is it watched now?"""
        if number in self._watched:
            self._watched.move_to_end(number)
            return True
        if len(self._watched) >= MAX_WATCHED:
            oldest = next(iter(self._watched))
            if self._messenger.line(oldest) is None:
                return False  # they are being asked for; the next look is soon enough
            self._let_go(oldest)
        self._watched[number] = _nothing
        spawn(self._begin(number))
        return True

    async def _begin(self, number: str) -> None:
        if self._watched.get(number) is _nothing:
            ends = (
                self._messenger.watch(number, lambda _call: self._look(number)),
                self._messenger.watch_line(number, lambda: self._look(number)),
            )
            self._watched[number] = lambda: _all(ends)
            self._look(number)

    def _look(self, number: str) -> None:
        now = self._now(number)
        if self._told.get(number) is not now:
            self._told[number] = now
            self.changed.emit(number)

    def _let_go(self, number: str) -> None:
        self._watched.pop(number)()
        self._told.pop(number, None)
        spawn(self._unwatch(number))

    async def _unwatch(self, number: str) -> None:
        try:
            if self._messenger.forget(number):
                await self._manager.unwatch(number)
        except CallError:
            return  # the session broke, and the watch with it


def _nothing() -> None:
    """Ends a watch that has not begun."""


def _all(functions: Iterable[Callable[[], None]]) -> None:
    for function in functions:
        function()
