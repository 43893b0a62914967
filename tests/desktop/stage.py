"""A phone model whose Call Manager is played by the test: for states that no phone here can bring about."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any, cast

from offhook.call import (
    BEGIN_A_CALL,
    Call,
    CallState,
    Command,
    Direction,
    Feature,
    Features,
    Park,
    Party,
    Result,
    Terminal,
    TrunkState,
    changed,
)
from offhook.call.provisioned import (
    PhoneAction,
    PhoneDone,
    PhoneList,
    PhoneOrder,
    PhoneState,
    PhoneVendor,
)
from offhook.desktop.phonemodel import PhoneModel
from offhook.directory import Number, Person
from offhook.directory.index import Index
from offhook.errors import AddressError, CallError
from offhook.messenger import Messenger

PEOPLE = [
    Person("Lee Min-ho", (Number("4001"),), company="Hanbit"),
    Person("Lee Su-jin", (Number("4002"),), company="Hanbit"),
    Person("Anna Schmidt", (Number("+49 371 38"),), company="Werk"),
]
OWN = Terminal("4000", "Kim", in_service=True, features=frozenset({Feature.DIAL}))
RINGING = frozenset({Feature.ANSWER, Feature.REJECT, Feature.REDIRECT})
TALKING = frozenset(
    {Feature.HOLD, Feature.TRANSFER, Feature.CONSULT, Feature.DTMF, Feature.PARK, Feature.DROP}
)
ON_HOLD = frozenset({Feature.RETRIEVE, Feature.TRANSFER, Feature.DROP})


def digits(address: str) -> str:
    number = "".join(one for one in address if one.isdigit())
    if not number:
        raise AddressError("nothing to dial; give a number")
    return number


class Book:
    """A directory of these people."""

    def __init__(self, people: Sequence[Person] = PEOPLE) -> None:
        self._index = Index([people], lambda text: (digits(text),) if any(map(str.isdigit, text)) else ())
        self.pictures: dict[str, bytes] = {}
        self.name_of, self.person_of = self._index.name_of, self._index.person_of
        self.search, self.similar = self._index.search, self._index.similar
        self.everybody = self._index.everybody

    async def picture(self, person: Person) -> bytes | None:
        return self.pictures.get(person.name)


@dataclass
class Played:
    """The Call Manager: keeps what was asked, and refuses what it was told to."""

    connected: bool = True
    problem: str | None = None
    place = ""
    own: list[Terminal] = field(default_factory=lambda: [OWN])
    colleagues: list[Terminal] = field(default_factory=list)
    unwatched: list[str] = field(default_factory=list)
    past: list[Call] = field(default_factory=list)
    ways_out: list[TrunkState] | CallError = field(default_factory=list)
    desk_phones: list[PhoneState] | CallError = field(default_factory=list)
    tells_of_phones: bool = True
    times_listed: int = 0
    orders: list[PhoneOrder] = field(default_factory=list)
    asked: list[Command[Any]] = field(default_factory=list)
    refusal: CallError | None = None
    slot: str = ""
    gate: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self.gate.set()

    async def perform(self, command: Command[Result]) -> Result:
        self.asked.append(command)
        await self.gate.wait()
        if self.refusal is not None:
            raise self.refusal
        if isinstance(command, Park):
            return cast("Result", self.slot)
        return cast("Result", outgoing("begun") if isinstance(command, BEGIN_A_CALL) else None)

    async def watch(self, _terminal: str) -> list[Call]:
        return []

    async def calls(self, _terminal: str) -> list[Call]:
        return []

    async def terminals(self, *, watched: bool = False) -> list[Terminal]:
        return [*self.own, *self.colleagues] if watched else self.own

    async def trunks(self, *, watch: bool = False) -> list[TrunkState]:
        if isinstance(self.ways_out, CallError):
            raise self.ways_out
        return list(self.ways_out) if watch else []

    async def phones(self, *, watch: bool = False) -> PhoneList:
        self.times_listed += 1
        if isinstance(self.desk_phones, CallError):
            raise self.desk_phones
        return PhoneList(tuple(self.desk_phones), watched=watch and self.tells_of_phones)

    async def phone_models(self) -> list[PhoneVendor]:
        return [PhoneVendor("Linphone", ("Linphone",)), PhoneVendor("Yealink", ("T43U", "T46U"))]

    async def order_phone(self, order: PhoneOrder) -> PhoneDone:
        self.orders.append(order)
        if self.refusal is not None:
            raise self.refusal
        assert not isinstance(self.desk_phones, CallError)
        if order.action is PhoneAction.ADD:
            self.desk_phones.append(PhoneState(order.mac.replace(":", ""), order.model, order.terminal))
        found = next(one for one in self.desk_phones if one.mac == order.mac.replace(":", ""))
        self.desk_phones.remove(found)
        if order.action is not PhoneAction.REMOVE:
            is_open = order.action in (PhoneAction.OPEN, PhoneAction.SHOW) or order.seconds > 0
            found = replace(found, open_until=2_000_000_000.0 if is_open else None)
            self.desk_phones.append(found)
            self.desk_phones.sort(key=lambda one: one.mac)
        secret = "http://192.0.2.10:8088/p/secret/" if order.action is PhoneAction.SHOW else ""
        return PhoneDone(found, secret)

    async def unwatch(self, terminal: str) -> None:
        self.unwatched.append(terminal)

    async def history(
        self, _terminal: str | None = None, *, limit: int = 50, before: float | None = None
    ) -> list[Call]:
        return self.past[:limit]


class Stage:
    """`phones` for the views; `manager` has what they asked for; `play` brings a call into a state."""

    def __init__(self, *terminals: Terminal) -> None:
        self.manager = Played(own=list(terminals or [OWN]))
        self.messenger = Messenger(digits, default_terminal="4000")
        self.messenger.attach(self.manager)
        self.book = Book()
        self.phones = PhoneModel(self.messenger, self.manager, self.book)
        self._calls: dict[str, Call] = {}

    def play(self, call: Call) -> Call:
        """The Call Manager tells this value of a call."""
        known = self._calls.get(call.id)
        if known is not None:
            call = replace(call, revision=known.revision + 1)
        self._calls[call.id] = call
        self.messenger.on_call(call)
        return call

    def change(self, call_id: str, **changes: Any) -> Call:
        """The Call Manager tells that this is different now."""
        call = changed(self._calls[call_id], **changes)
        self._calls[call_id] = call
        self.messenger.on_call(call)
        return call

    def tell(self, terminal: Terminal) -> None:
        """The Call Manager tells a new value of a phone."""
        self.manager.own = [terminal if one.id == terminal.id else one for one in self.manager.own]
        self.messenger.on_terminal(terminal)


def incoming(call_id: str = "in", features: Features | None = RINGING, caller: Party | None = None) -> Call:
    """A call that rings at 4000."""
    caller = caller or Party("", "4001")
    return Call(
        *(call_id, "4000", CallState.RING_BACK, caller, Party("Kim", "4000"), 1.0),
        direction=Direction.INBOUND,
        features=features,
    )


def outgoing(
    call_id: str = "out",
    state: CallState = CallState.RING_BACK,
    features: Features | None = frozenset({Feature.DROP}),
    callee: Party | None = None,
) -> Call:
    """A call that 4000 makes."""
    callee = callee or Party("", "4002")
    connected = 2.0 if state is CallState.CONNECTED else None
    return Call(
        *(call_id, "4000", state, Party("Kim", "4000"), callee, 1.0), connected=connected, features=features
    )
