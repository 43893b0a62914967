"""What can be asked about calls: one frozen value a command.

A command is the same value on its whole way: an interface (TSP session, window, SSCP client) makes it, and
`perform` carries it through the Smart Messenger, the SSCP session, the Call Manager and the switch.
docs/architecture.md says what to touch to add one.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import ClassVar, Generic, TypeVar

from offhook.call.model import Call, Forwarding

Result = TypeVar("Result", covariant=True)


class Command(Generic[Result]):
    """Something to be done; `Result` is what `perform` returns once it is begun.

    `name` is what it is called in messages and in the audit log.
    """

    __slots__ = ()
    name: ClassVar[str]


@dataclass(frozen=True, slots=True)
class Dial(Command[Call]):
    """Begin a call of `terminal` to `address`; the result is its first value.

    `dial_id` is the asker's own name for this dial, never used for another: said again it begins no second
    call, and `Withdraw` takes it back. "" means that the dial has no such name.
    """

    name = "dial"
    terminal: str
    address: str
    dial_id: str = ""


@dataclass(frozen=True, slots=True)
class Withdraw(Command[Sequence[Call]]):
    """Take back dials whose reply never came; the result is the calls that are being cleared for it.

    A dial that has not arrived yet is refused when it does. Done by the Call Manager, with a `Drop`.
    """

    name = "withdraw"
    dial_ids: Sequence[str]


@dataclass(frozen=True, slots=True)
class CallCommand(Command[Result]):
    """Base of the commands for a live call; `call` is its id.

    At the Smart Messenger `call` may also be the address as it was dialled, or "" for the newest call; there
    `terminal` says whose call it is. What the Smart Messenger passes on names the call by its id alone.
    """

    call: str
    terminal: str = ""


@dataclass(frozen=True, slots=True)
class Drop(CallCommand[None]):
    """Begin to clear the call, whatever its state."""

    name = "drop"


@dataclass(frozen=True, slots=True)
class Answer(CallCommand[None]):
    """Take the call that rings. A call that the terminal is connected with is put on hold first."""

    name = "answer"


@dataclass(frozen=True, slots=True)
class Reject(CallCommand[None]):
    """Refuse the call that rings; it ends with the cause REJECTED, and the caller is told so."""

    name = "reject"


@dataclass(frozen=True, slots=True)
class Redirect(CallCommand[None]):
    """Send the call that rings here to `address`; here it ends with the cause FORWARDED."""

    name = "redirect"
    address: str = ""


@dataclass(frozen=True, slots=True)
class Hold(CallCommand[None]):
    """Put the call on hold: the other party hears music or silence, and the phone may do something else."""

    name = "hold"


@dataclass(frozen=True, slots=True)
class Retrieve(CallCommand[None]):
    """Take the call back from hold. A call that the terminal is connected with is put on hold first."""

    name = "retrieve"


@dataclass(frozen=True, slots=True)
class Swap(CallCommand[None]):
    """Take this held call back and put the connected one on hold."""

    name = "swap"


@dataclass(frozen=True, slots=True)
class Transfer(CallCommand[None]):
    """Blind transfer: the other party is connected with `address`, and this terminal leaves.

    It is done when `address` rings or answers; if it cannot be reached the call is as it was.
    """

    name = "transfer"
    address: str = ""


@dataclass(frozen=True, slots=True)
class Consult(CallCommand[Call]):
    """Put the call on hold, if it is not, and call `address` with the same phone: a consultation, before a
    transfer or a conference. The result is the new call, related to the first one.

    When it ends, the first call stays on hold if the other party has hung up, and is taken back if it was
    dropped from here.

    `dial_id` is as in `Dial`, here and in the other commands that begin a call.
    """

    name = "consult"
    address: str = ""
    dial_id: str = ""


@dataclass(frozen=True, slots=True)
class Complete(CallCommand[None]):
    """Connect the other parties of two calls of the terminal with each other; the terminal leaves both.

    `call` is either call of a consultation. `other` may name the second call where the terminal is capable
    of COMPLETE_ANY; "" is the related one.
    """

    name = "complete"
    other: str = ""


@dataclass(frozen=True, slots=True)
class Conference(CallCommand[None]):
    """Join the call, a conference or a single one, with its consultation, or with the call `other`."""

    name = "conference"
    other: str = ""


@dataclass(frozen=True, slots=True)
class Dtmf(CallCommand[None]):
    """Send tones to the other party: 0-9, A-D, `*`, `#`, and `,` for a pause of two seconds.

    It is done when the last tone has been sent. `duration_ms` is the length of a tone, 0 for the usual one.
    The digits may be a PIN: they are kept out of logs.
    """

    name = "dtmf"
    digits: str = field(default="", repr=False)
    duration_ms: int = 0


@dataclass(frozen=True, slots=True)
class Park(CallCommand[str]):
    """Park the call in a slot of the switch, from where any phone may take it; the result is the slot.

    `slot` "" lets the switch choose.
    """

    name = "park"
    slot: str = ""


@dataclass(frozen=True, slots=True)
class TerminalCommand(Command[Result]):
    """Base of the commands for a terminal as such."""

    terminal: str


@dataclass(frozen=True, slots=True)
class Pickup(TerminalCommand[Call]):
    """Take a call that rings at another terminal; the result is the call at this one.

    `target` is the terminal where it rings, or the call's id; "" takes one from the terminal's own group.
    """

    name = "pickup"
    target: str = ""
    dial_id: str = ""


@dataclass(frozen=True, slots=True)
class Unpark(TerminalCommand[Call]):
    """Take the call that is parked in the slot; the result is the call at this terminal."""

    name = "unpark"
    slot: str = ""
    dial_id: str = ""


@dataclass(frozen=True, slots=True)
class Forward(TerminalCommand[None]):
    """From now on these forwardings are in force for the terminal, instead of those before; () ends all."""

    name = "forward"
    forwardings: tuple[Forwarding, ...] = ()


@dataclass(frozen=True, slots=True)
class DoNotDisturb(TerminalCommand[None]):
    """The terminal does not ring for calls that come in, or rings again."""

    name = "do-not-disturb"
    on: bool = True


@dataclass(frozen=True, slots=True)
class ClearMissed(TerminalCommand[None]):
    """Somebody has seen the terminal's missed calls: `Terminal.missed` counts from 0. Done by the Call
    Manager."""

    name = "clear-missed"


BEGIN_A_CALL = (Dial, Consult, Pickup, Unpark)
"""The result of these is a call that they begin."""
