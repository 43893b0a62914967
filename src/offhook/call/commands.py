"""What can be asked about calls: one frozen value a command.

A command is the same value on its whole way: an interface (TSP session, window, SSCP client) makes it, and
`perform` carries it through the Smart Messenger, the SSCP session, the Call Manager and the switch.
docs/architecture.md says what to touch to add one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Generic, TypeVar

from offhook.call.model import Call

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
class CallCommand(Command[None]):
    """Base of the commands for a live call; `call` is its id.

    At the Smart Messenger `call` may also be the address as it was dialled, or "" for the newest call; there
    `terminal` says whose call it is. What the Smart Messenger passes on names the call by its id alone.
    """

    call: str
    terminal: str = ""


@dataclass(frozen=True, slots=True)
class Drop(CallCommand):
    """Begin to clear the call, whatever its state."""

    name = "drop"
