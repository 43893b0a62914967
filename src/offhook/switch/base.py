"""The contract of every switch driver.

A *dial* is third-party call control: the user's own terminal is rung first (auto-answered where the phone
allows it), then the address, and the two are joined. States: OFF_HOOK as soon as the terminal is being
rung, PROCEED when it is up and the address is being called, RING_BACK, CONNECTED, ON_HOOK with a cause.
"""

from abc import abstractmethod
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, cast

from offhook.call import (
    NOTHING,
    Answer,
    Call,
    Command,
    Complete,
    Conference,
    Consult,
    Dial,
    DoNotDisturb,
    Drop,
    Dtmf,
    Features,
    Forward,
    Forwarding,
    Hold,
    NodeState,
    Park,
    Pickup,
    Redirect,
    Reject,
    Result,
    Retrieve,
    Swap,
    Transfer,
    TrunkState,
    Unpark,
)
from offhook.call.callchanged import CallChanged as CallChanged
from offhook.errors import CallError, Refusal


@dataclass(frozen=True, slots=True)
class TerminalChanged:
    """A terminal came into service (can be rung), went out of service, or failed to come into service.

    `problem` says why it failed.
    """

    terminal: str
    in_service: bool
    problem: str = ""


MAX_SHOWN = 256
"""Characters of an address that go into a message: as many as a number may have."""

MayCall = Callable[[str, str], bool]
"""May this terminal call this number? The switch asks just before it calls; the function must not call the
switch."""


def unsupported(command: Command[Any]) -> CallError:
    """What a switch answers to a command that it cannot carry out."""
    return CallError(
        Refusal.NOT_SUPPORTED, f"this telephone system cannot do that ({command.name}); do it at the phone"
    )


def not_now(command: Command[Any], why: str) -> CallError:
    """The answer to a command that the switch can do, but not in the present state of call or terminal."""
    return CallError(Refusal.NOT_POSSIBLE_NOW, f"{command.name} is not possible now: {why}")


def failed(command: Command[Any], why: str) -> CallError:
    """The answer to a command that a phone or the telephone system has refused, or not answered in time.

    The call is as it was.
    """
    return CallError(Refusal.FAILURE, f"{command.name} failed: {why}; try again, or do it at the phone")


def away(terminal: str) -> CallError:
    """The answer to a command that needs a phone which cannot be rung."""
    return CallError(
        Refusal.TERMINAL_UNAVAILABLE,
        f"phone {terminal} is not registered; check that it is on and has its password",
    )


def no_such_terminal(terminal: str) -> CallError:
    """The answer to a command for a terminal that is not configured."""
    return CallError(
        Refusal.NO_SUCH_TERMINAL, f"terminal {terminal} is not known; add it to the configuration"
    )


def invalid_address(terminal: str, address: str) -> CallError:
    """The answer to a Dial of what no phone can call, or of the terminal's own number."""
    return CallError(
        Refusal.INVALID_ADDRESS,
        f"{address[:MAX_SHOWN]!a} cannot be called from {terminal}; give another number",
    )


def in_a_circle(terminal: str, address: str) -> CallError:
    """The answer to a Forward by which calls would come back to the terminal itself."""
    return CallError(
        Refusal.INVALID_ADDRESS,
        f"calls to {address} are sent on, and would come back to {terminal}; give another number",
    )


def no_such_call(call_id: str) -> CallError:
    """The answer to a command for a call that is not live."""
    return CallError(Refusal.NO_SUCH_CALL, f"call {call_id} is over or was never there")


def stopping() -> CallError:
    """What a switch answers to a dial while it stops."""
    return CallError(Refusal.UNAVAILABLE, "the telephone system is being stopped; dial again later")


def too_many_calls() -> CallError:
    """The answer to a Dial where the switch has as many calls as it may."""
    return CallError(Refusal.OVERLOADED, "too many calls are live; try again in a moment")


SWITCH = "switch"
"""What a telephone system is called where there is one only."""

COMMAND_S = 8.0
"""So long a command waits for phones or a telephone system to do it, before it fails."""


@dataclass(frozen=True, slots=True)
class ForwardingChanged:
    """The forwardings that are in force for a terminal, or whether it may be disturbed, have changed."""

    terminal: str
    forwardings: tuple[Forwarding, ...] = ()
    do_not_disturb: bool = False


@dataclass(frozen=True, slots=True)
class CapabilitiesChanged:
    """A terminal's `capabilities` are others than before: a telephone system tells what it can do only once
    there is a connection to it."""

    terminal: str


@dataclass(frozen=True, slots=True)
class TrunkChanged:
    """A trunk can be used, or cannot any more; a server of it answers, or not; the provider has refused it;
    a limit is reached, or is not any more. `trunk` is its new value, complete.

    That a call begins or ends is none of these: ask `Switch.trunk_states`.
    """

    trunk: TrunkState


@dataclass(frozen=True, slots=True)
class CallOutside:
    """A call between two people outside, which is up or about to be because a terminal has forwarded or
    transferred it there. That terminal has no part in it any more, but pays for it: it is in the call log as
    `call.terminal`'s, and nobody else is told of it. `call` is its value now, complete, and OUTBOUND.
    """

    call: Call


@dataclass(frozen=True, slots=True)
class MissedSeen:
    """At another Call Manager of the cluster somebody has looked at the terminal's missed calls."""

    terminal: str


SwitchEvent = (
    CallChanged
    | CallOutside
    | TerminalChanged
    | ForwardingChanged
    | CapabilitiesChanged
    | TrunkChanged
    | MissedSeen
)
Listener = Callable[[SwitchEvent], None]


@dataclass(frozen=True, slots=True)
class SecureDoor:
    """Where a telephone system of the cluster takes calls of the others by SIP over TLS. It shows one of
    these certificates, in PEM."""

    host: str
    port: int
    certificates: tuple[str, ...] = field(repr=False)

    @property
    def address(self) -> tuple[str, int]:
        """Host and port."""
        return self.host, self.port


@dataclass(frozen=True, slots=True)
class Door:
    """Where a telephone system of the cluster takes calls of the others, by SIP over UDP or TLS, and the key
    with which they show that they are such. The key is a secret of the cluster's nodes."""

    host: str
    port: int
    key: str = field(repr=False)
    secure: SecureDoor | None = None


class OtherSystems(Protocol):
    """The other telephone systems of the cluster, as one of them sees them."""

    def has(self, terminal: str) -> bool:
        """Is it a terminal of one of them?"""
        ...

    def name(self, terminal: str) -> str:
        """The name of a terminal of one of them; "" without."""
        ...

    def door(self, terminal: str) -> Door | None:
        """How the one with this terminal is reached now; None: it cannot be."""
        ...

    def calls(self, terminal: str) -> Collection[Call]:
        """The live calls of a terminal of one of them, as far as they are known here."""
        ...

    def hosts(self) -> Collection[str]:
        """Where they all are now."""
        ...

    def keys(self) -> Mapping[str, str]:
        """The keys of those that are reached now, by the names of the systems."""
        ...

    def secure_doors(self) -> Collection[SecureDoor]:
        """Where they are all reached by TLS now."""
        ...


class Switch:
    """Makes and clears calls. Everything runs on one event loop, and events come in order on that loop.

    A listener is called synchronously. It must not block, and of the switch it may call `features` only.
    """

    def __init__(self) -> None:
        self._listeners: list[Listener] = []
        self._may_call: MayCall | None = None
        self._name_of: Callable[[str], str] = lambda _number: ""

    def ask_first(self, may_call: MayCall) -> None:
        """Set who is asked before a phone calls a number by itself: by a transfer, or dialled by hand.

        Where the answer is no, the phone gets a 403. A `Dial` has been checked before it comes here: a switch
        knows no users and no dial rules.
        """
        self._may_call = may_call

    def may_call(self, terminal: str, number: str) -> bool:
        """May the terminal call the number? Before `ask_first` every number may be called."""
        return self._may_call is None or self._may_call(terminal, number)

    def know_names(self, name_of: Callable[[str], str]) -> None:
        """Set who knows the names of people outside by their numbers, "" for nobody's. It answers at once: a
        phone that is to show the name does not wait for it. Of use to a switch with ways to the outside."""
        self._name_of = name_of

    def name_outside(self, number: str) -> str:
        """The name of somebody outside; "" where it is not known."""
        return self._name_of(number)

    def act_while(self, may_act: Callable[[], bool]) -> None:
        """Set who says whether the calls are this process's. A switch whose calls another one may have taken
        over meanwhile does nothing to them when the answer is no. To be called before `start`."""
        return

    def know_others(self, others: OtherSystems) -> None:
        """Set who knows the other telephone systems of the cluster. Of use to a switch that can call them. To
        be called before `start`."""
        return

    def colleague_changed(self, terminal: str) -> None:
        """A call of a terminal of another telephone system of the cluster has changed.

        This is told from the moment at which there is a driver, so also before `start` has ended.
        """
        return

    @property
    def door(self) -> Door | None:
        """Where it takes calls of the other telephone systems; None: it does not."""
        return None

    def subscribe(self, listener: Listener) -> None:
        """Call `listener` with every event from now on. To be called before `start`."""
        self._listeners.append(listener)

    def _tell(self, event: SwitchEvent) -> None:
        for listener in self._listeners:
            listener(event)

    async def catch_up(self) -> None:
        """Have told what other Call Managers of the cluster know by now: of their calls it is told a moment
        later. In a bounded time.

        Whoever has to look at a call first, as the Call Manager at its terminal, calls it before saying that
        there is none. `perform` need not be told so: it finds a call by itself that a command has begun.
        """
        return

    @abstractmethod
    async def start(self) -> None:
        """Start. Raises `ConfigError` (port in use ...) or `UnavailableError`."""

    @abstractmethod
    async def stop(self) -> None:
        """Stop, in a bounded time. Each live call gets its ON_HOOK event; people who talk may talk on."""

    def tell_seen(self, terminal: str) -> None:
        """Tell the other Call Managers of the cluster that somebody has looked at the terminal's missed
        calls."""
        return

    def acts_for(self, terminal: str) -> bool:
        """Does this process act for the terminal now, and not another one?"""
        return True

    @property
    def rings_on(self) -> bool:
        """Do calls that ring go on ringing while another process takes over?"""
        return False

    @property
    def stand_ins(self) -> Sequence[str]:
        """The other Call Managers that take over at once what this one hands over: only in a cluster."""
        return ()

    async def hand_over(self) -> None:
        """Have another Call Manager act from now on, of those that stand in; commands are carried out still,
        through it. In a bounded time."""
        return

    async def keep(self) -> None:
        """Have written by now what another process needs to take over the calls, which it soon will."""
        return

    async def leave(self) -> None:
        """Stop, and leave all calls to another process, which takes them over: nothing more is done to them,
        and nothing needs to be told of them. A switch whose calls cannot be taken over does as in `stop`."""
        await self.stop()

    def left_behind(self) -> Mapping[str, bytes]:
        """What the process that has the calls now cannot know of, once this one has left them: calls that
        began when nothing could be kept any more."""
        return {}

    def take_up(self, left: Mapping[str, bytes]) -> None:
        """Go on with what another process has left behind, whose calls this one has."""
        return

    async def perform(self, command: Command[Result]) -> Result:
        """Carry out the command. If this raises `CallError`, nothing has changed.

        `dial` and `drop` only begin it, and do not wait for phones. The other commands are done when their
        method returns: the phone or the telephone system has done it, and what changed of the call has been
        told. They wait for at most `COMMAND_S`. Those that begin a call (`BEGIN_A_CALL`) return it as it
        begins. Every command that a driver has no method for is `unsupported`.
        """
        result: object = None
        match command:
            case Dial(terminal=terminal, address=address):
                result = self.dial(terminal, address)
            case Drop(call=call_id):
                self.drop(call_id)
            case Answer():
                await self.answer(command)
            case Reject():
                await self.reject(command)
            case Redirect():
                await self.redirect(command)
            case Hold():
                await self.hold(command)
            case Retrieve():
                await self.retrieve(command)
            case Swap():
                await self.swap(command)
            case Transfer():
                await self.transfer(command)
            case Consult():
                result = await self.consult(command)
            case Complete():
                await self.complete(command)
            case Conference():
                await self.conference(command)
            case Dtmf():
                await self.dtmf(command)
            case Park():
                result = await self.park(command)
            case Pickup():
                result = await self.pickup(command)
            case Unpark():
                result = await self.unpark(command)
            case Forward():
                await self.forward(command)
            case DoNotDisturb():
                await self.do_not_disturb(command)
            case _:
                raise unsupported(command)
        return cast("Result", result)

    @abstractmethod
    def dial(self, terminal: str, address: str) -> Call:
        """Begin a call from `terminal` to `address` (dialable: digits, `+`, `*`, `#`, or a SIP user).

        Returns the call in OFF_HOOK. That first value is no event; every later change is one, even if it
        comes before this returns. Raises `CallError`: NO_SUCH_TERMINAL, TERMINAL_UNAVAILABLE ...
        """

    @abstractmethod
    def drop(self, call_id: str) -> None:
        """Clear a call in any state. Its ON_HOOK event (cause DROPPED) does not wait for the phones.

        Raises `CallError` NO_SUCH_CALL if the call is over or unknown.
        """

    async def answer(self, command: Answer) -> None:
        """Take the call that rings."""
        raise unsupported(command)

    async def reject(self, command: Reject) -> None:
        """Refuse the call that rings."""
        raise unsupported(command)

    async def redirect(self, command: Redirect) -> None:
        """Send the call that rings on to another address."""
        raise unsupported(command)

    async def hold(self, command: Hold) -> None:
        """Put the call on hold."""
        raise unsupported(command)

    async def retrieve(self, command: Retrieve) -> None:
        """Take the call back from hold."""
        raise unsupported(command)

    async def swap(self, command: Swap) -> None:
        """Take this held call back, and put the connected one on hold."""
        raise unsupported(command)

    async def transfer(self, command: Transfer) -> None:
        """Connect the other party with an address, and leave."""
        raise unsupported(command)

    async def consult(self, command: Consult) -> Call:
        """Hold the call and begin another one from the same phone; returns it in OFF_HOOK, as `dial` does."""
        raise unsupported(command)

    async def complete(self, command: Complete) -> None:
        """Connect the other parties of two calls with each other, and leave."""
        raise unsupported(command)

    async def conference(self, command: Conference) -> None:
        """Join two calls."""
        raise unsupported(command)

    async def dtmf(self, command: Dtmf) -> None:
        """Send tones to the other party."""
        raise unsupported(command)

    async def park(self, command: Park) -> str:
        """Park the call; returns the slot."""
        raise unsupported(command)

    async def pickup(self, command: Pickup) -> Call:
        """Take a call that rings elsewhere; returns it as it begins here, which is no event."""
        raise unsupported(command)

    async def unpark(self, command: Unpark) -> Call:
        """Take a parked call; returns it as it begins here, which is no event."""
        raise unsupported(command)

    async def forward(self, command: Forward) -> None:
        """Put these forwardings in force, and tell so by `ForwardingChanged`."""
        raise unsupported(command)

    async def do_not_disturb(self, command: DoNotDisturb) -> None:
        """Let the terminal ring no more, or again, and tell so by `ForwardingChanged`."""
        raise unsupported(command)

    @abstractmethod
    def features(self, terminal: str, call: Call | None = None) -> Features:
        """What can be done now at the terminal, or with this call of it. A listener may ask, too.

        `perform` refuses what is not among them, and carries out what is unless something else is wrong (the
        address, too many calls). They may change with each `CallChanged` and `TerminalChanged`, and at no
        other time.
        """

    @abstractmethod
    def in_service(self, terminal: str) -> bool:
        """Can this terminal be rung now?"""

    def capabilities(self, terminal: str) -> Features:
        """What the terminal and its calls may allow at some time, with the present settings.

        What `features` returns at any time is among these. They are the same all the time, except for a
        telephone system that has to be asked for them: then `CapabilitiesChanged` tells of another answer.
        """
        return NOTHING

    @property
    def works(self) -> Sequence[str]:
        """The names of the telephone systems that this process works just now."""
        return (SWITCH,)

    def know_node(self, own: Callable[[], NodeState]) -> None:
        """Set who says how this Call Manager is, which the others of its cluster are told. To be called
        before `start`."""
        return

    def concerns(self) -> Mapping[str, str]:
        """What somebody should look at, though calls can be made, by what it is about."""
        return {}

    def other_nodes(self) -> list[NodeState]:
        """How the other Call Managers of the cluster are."""
        return []

    def trouble(self) -> str:
        """Why nobody at all can be called just now; "" while that is possible."""
        return ""

    async def reached(self) -> bool:
        """Are its phones, or its PBX, reached from here? A cluster asks so every second or two, and has
        another node work it if one reaches them."""
        return not self.trouble()

    def figures(self) -> Mapping[str, float]:
        """What is counted of this switch for who looks after it: `registrations`, `held_up_phones`,
        `cluster_nodes`, `cluster_parts`, `cluster_acts`, `cluster_nats`, `cluster_lease_age_s`,
        `cluster_epoch`, as far as the switch knows them."""
        return {}

    def time_asking(self, told: Callable[[float, str], None]) -> None:
        """Set who hears how many seconds another Call Manager of the cluster took for each command that was
        handed to it, and "ok" or why it was refused. To be called before `start`."""
        return

    def drain(self) -> None:
        """Take no new calls of phones from now on, but those for help: it is soon stopped.

        Those that are live go on. Commands are the Call Manager's affair.
        """
        return

    def trunk_states(self) -> list[TrunkState]:
        """The trunks as they are now, in the order of the configuration; none for a switch without any."""
        return []
