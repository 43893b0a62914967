"""The model of the window: calls, terminals, history and people, as Qt signals and methods."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

from PySide6.QtCore import QObject, Signal

from offhook.call import Call, Command, Dial, Drop, Feature, Party, Pickup, Result, Terminal, live
from offhook.call.provisioned import PhoneDone, PhoneList, PhoneOrder, PhoneVendor
from offhook.desktop.bridge import spawn
from offhook.desktop.canonical import CanonicalNumbers
from offhook.desktop.errortexts import known_text
from offhook.desktop.formatting import shortened
from offhook.desktop.keptpeople import KeptPeople
from offhook.desktop.pictures import Pictures
from offhook.desktop.presence import Presence, PresenceBook, Watching
from offhook.desktop.trunkbook import TrunkBook, TrunkTeller
from offhook.directory import Directory, Person
from offhook.errors import CallError, Refusal
from offhook.messenger import Messenger

PEOPLE = 50
"""People that a search shows."""


class Manager(Watching, TrunkTeller, Protocol):
    """What the window needs of the session to the Call Manager."""

    async def phones(self, *, watch: bool = False) -> PhoneList: ...

    async def phone_models(self) -> list[PhoneVendor]: ...

    async def order_phone(self, order: PhoneOrder) -> PhoneDone: ...

    @property
    def connected(self) -> bool: ...

    @property
    def problem(self) -> str | None: ...

    @property
    def place(self) -> str: ...

    async def history(
        self, terminal: str | None = None, *, limit: int = 50, before: float | None = None
    ) -> list[Call]: ...


class PhoneModel(QObject):
    """The person's phones and calls. An administrator may use many phones: shown are those chosen here.

    `presence` is what the phones of colleagues do, `trunks` the way out, `kept` are favourites and notes, in
    `kept_file`.

    Signals: `call_changed` with each new value of a call of these phones, `link_changed` with whether the
    Call Manager is connected, `terminals_changed` when `terminals` or `terminal` has changed,
    `desk_phones_changed` when phones that fetch their configuration have, once that was asked for.
    """

    call_changed = Signal(object)
    link_changed = Signal(bool)
    terminals_changed = Signal()
    desk_phones_changed = Signal()

    def __init__(
        self,
        messenger: Messenger,
        manager: Manager,
        directory: Directory | None = None,
        show: Callable[[str], str] = str,
        kept_file: Path | None = None,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.messenger, self.manager, self.directory, self.show = messenger, manager, directory, show
        self.pictures = Pictures(directory)
        self.canonical = CanonicalNumbers(messenger.number)
        self.presence = PresenceBook(messenger, manager, self.canonical, self)
        self.trunks = TrunkBook(messenger, manager, self)
        self.kept = KeptPeople(kept_file, self.canonical, self)
        self.closed = False
        self.terminals: tuple[Terminal, ...] = ()
        self._terminal = messenger.default_terminal() or ""
        self._unwatch: dict[str, Callable[[], None]] = {}
        self._unwatch_link = messenger.watch_link(self._on_link)
        self._unwatch_terminals = messenger.watch_terminals(self._on_terminal)
        self._unwatch_desk_phones = messenger.watch_phones(self.desk_phones_changed.emit)
        self._watch(self._terminal)
        if manager.connected:
            spawn(self._find_terminals())
            spawn(self.trunks.find())

    def close(self) -> None:
        """Stop watching. Views may outlive it for a moment."""
        self.closed = True
        self.presence.close()
        self.trunks.close()
        self._unwatch_link()
        self._unwatch_terminals()
        self._unwatch_desk_phones()
        for unwatch in self._unwatch.values():
            unwatch()
        self._unwatch.clear()

    @property
    def connected(self) -> bool:
        return self.manager.connected

    @property
    def problem(self) -> str:
        """Why the Call Manager is not connected; "" if it is, or the reason is not known yet."""
        problem = "" if self.connected else self.manager.problem or ""
        if "CERTIFICATE_VERIFY_FAILED" in problem:
            return self.tr("its certificate is not trusted; restart Offhook to check it")
        return known_text(problem)

    @property
    def terminal(self) -> str:
        """The id of the phone that dials and whose calls are shown; "" if there is none."""
        return self._terminal

    @terminal.setter
    def terminal(self, terminal: str) -> None:
        if terminal != self._terminal:
            self._terminal = terminal
            self._watch(terminal)
            self.terminals_changed.emit()

    @property
    def phone(self) -> Terminal | None:
        """The current value of the phone that dials."""
        return next((one for one in self.terminals if one.id == self._terminal), None)

    def calls(self) -> list[Call]:
        """The live calls of the phones chosen here, oldest first."""
        found = [call for terminal in self._unwatch for call in self.messenger.live(terminal)]
        return sorted((call for call in found if live(call)), key=lambda call: call.started)

    def call(self, call_id: str) -> Call | None:
        """The live call with this id."""
        return next((one for one in self.calls() if one.id == call_id), None)

    async def dial(self, address: str) -> Call:
        """Begin a call from `terminal`. Raises `CallError`."""
        if not self._terminal:
            raise CallError(
                Refusal.NO_SUCH_TERMINAL,
                "there is no phone to dial from; have the administrator give you one",
            )
        return await self.messenger.perform(Dial(self._terminal, address))

    async def drop(self, call: Call) -> None:
        """Raises `CallError`."""
        await self.perform(Drop(call.id, call.terminal))

    async def perform(self, command: Command[Result]) -> Result:
        """Have a command carried out. Addresses in it are as people write them. Raises `CallError`."""
        return await self.messenger.perform(command)

    def can_pick_up(self, number: str) -> bool:
        """Does the phone with this number ring, and may the own phone take that call?"""
        phone = self.phone
        return (
            phone is not None
            and number != phone.id
            and Feature.PICKUP in (phone.features or ())
            and self.presence.of(number) is Presence.RINGING
        )

    async def pick_up(self, number: str) -> Call:
        """Take the call that rings at another phone. Raises `CallError`."""
        return await self.perform(self.pickup(number))

    def pickup(self, number: str) -> Pickup:
        """The command for that."""
        return Pickup(self._terminal, number)

    async def history(self, before: float | None = None, limit: int = 100) -> list[Call]:
        """Calls of the chosen phone from the call log, newest first. Raises `CallError`."""
        return await self.manager.history(self._terminal or None, limit=limit, before=before)

    def search(self, text: str, limit: int = PEOPLE) -> Sequence[Person]:
        """People of the directory, best match first."""
        if self.directory is None or not text.strip():
            return ()
        return self.directory.search(text, limit)

    def similar(self, text: str, limit: int = PEOPLE) -> Sequence[Person]:
        """People of the directory with a similar name."""
        return self.directory.similar(text, limit) if self.directory is not None else ()

    def name_of(self, number: str) -> str:
        """The name for a number; "" if it is unknown."""
        return self.directory.name_of(number) if self.directory is not None else ""

    def person_of(self, number: str) -> Person | None:
        """The one person whose number this is."""
        return self.directory.person_of(number) if self.directory is not None and number else None

    def name_for(self, party: Party) -> str:
        """The party's name, by itself or from the directory; "" if it is unknown."""
        return shortened(party.name or self.name_of(party.id))

    def text_for(self, party: Party) -> str:
        """What the party is called in a sentence: the name, the number, or that it is not known."""
        return self.name_for(party) or shortened(self.show(party.id)) or self.tr("An unknown caller")

    def in_service(self, number: str) -> bool:
        """False if the number is a phone here of which is known that it cannot be rung."""
        watched = self.messenger.line(number)
        if watched is not None:
            return watched.in_service
        return all(one.in_service for one in self.terminals if one.id == number)

    def silent(self, number: str) -> bool:
        """Is the number a phone here that is registered, and does not answer?"""
        watched = self.messenger.line(number)
        known = [watched] if watched is not None else [one for one in self.terminals if one.id == number]
        return any(one.silent for one in known)

    def terminal_text(self, terminal: str) -> str:
        """A phone's name and number."""
        name = next((one.name for one in self.terminals if one.id == terminal), "")
        return " ".join(filter(None, (name, terminal)))

    def _watch(self, terminal: str) -> None:
        if terminal and terminal not in self._unwatch:
            self._unwatch[terminal] = self.messenger.watch(terminal, self.call_changed.emit, last=True)

    def _on_link(self, up: bool) -> None:
        self.link_changed.emit(up)
        if up:
            spawn(self._find_terminals())
            spawn(self.trunks.find())

    def _on_terminal(self, terminal: Terminal) -> None:
        if any(one.id == terminal.id and one != terminal for one in self.terminals):
            self.terminals = tuple(terminal if one.id == terminal.id else one for one in self.terminals)
            self.terminals_changed.emit()

    async def _find_terminals(self) -> None:
        try:
            found = await self.manager.terminals()
        except CallError:
            return  # the connection broke again; this is called again when it is back
        self.terminals = tuple(one for one in found if self.messenger.may_use(one.id))
        ids = [one.id for one in self.terminals]
        if self._terminal not in ids:
            self._terminal = ids[0] if ids else ""
        self._watch(self._terminal)
        self.terminals_changed.emit()
        await self._find_colleagues()

    async def _find_colleagues(self) -> None:
        try:
            await self.presence.find()
        except CallError:
            return
