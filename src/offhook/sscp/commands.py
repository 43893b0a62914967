"""The commands of `offhook.call.commands` as messages: a flat object with `type`, `id` and their members.

The table `MESSAGES` has a line for each command. The rest is derived from the command's class.
"""

from collections.abc import Callable, Mapping
from dataclasses import MISSING, dataclass, field, fields
from operator import attrgetter
from typing import Any

from msgspec import Struct, defstruct

from offhook.call import (
    Answer,
    CallCommand,
    ClearMissed,
    Command,
    Complete,
    Conference,
    Consult,
    Dial,
    DoNotDisturb,
    Drop,
    Dtmf,
    Forward,
    Hold,
    Park,
    Pickup,
    Redirect,
    Reject,
    Retrieve,
    Swap,
    Transfer,
    Unpark,
    Withdraw,
)
from offhook.sscp.fields import CommandId, DialIds, Dialled, Digits, Forwardings, Key, ToneLength


@dataclass(frozen=True, slots=True)
class Perform:
    """A command, and the id that the client has given to this request for it."""

    id: int
    command: Command[Any]


@dataclass(frozen=True, slots=True)
class Shape:
    """How a command is written as a message.

    `members` has the types of the members that are not of the type `Key`. `result` is the member of the reply
    that has the result, "" if the command has no result.
    """

    command: type[Command[Any]]
    members: Mapping[str, Any] = field(default_factory=dict)
    result: str = ""


MESSAGES = (
    Shape(Dial, {"address": Dialled}, result="call"),
    Shape(Withdraw, {"dial_ids": DialIds}, result="calls"),
    Shape(Drop),
    Shape(Answer),
    Shape(Reject),
    Shape(Redirect, {"address": Dialled}),
    Shape(Hold),
    Shape(Retrieve),
    Shape(Swap),
    Shape(Transfer, {"address": Dialled}),
    Shape(Consult, {"address": Dialled}, result="call"),
    Shape(Complete),
    Shape(Conference),
    Shape(Dtmf, {"digits": Digits, "duration_ms": ToneLength}),
    Shape(Park, result="slot"),
    Shape(Pickup, result="call"),
    Shape(Unpark, result="call"),
    Shape(Forward, {"forwardings": Forwardings}),
    Shape(DoNotDisturb, {"on": bool}),
    Shape(ClearMissed),
)


def _members(shape: Shape) -> list[Any]:
    """Every field of the command; of a `CallCommand` without `terminal`: in SSCP the id names the call."""
    return [
        one
        for one in fields(shape.command)  # type: ignore[arg-type]  # each is a dataclass
        if not (issubclass(shape.command, CallCommand) and one.name == "terminal")
    ]


def _without_members(message: Any) -> str:
    """A member may be a PIN that is sent as tones."""
    return f"{type(message).__name__}(id={message.id})"


def _message_type(shape: Shape) -> type[Struct]:
    members = [
        (
            one.name,
            shape.members.get(one.name, Key),
            *(() if one.default is MISSING else (one.default,)),
        )
        for one in _members(shape)
    ]
    return defstruct(
        shape.command.name,
        [("id", CommandId), *members],
        tag=shape.command.name,
        frozen=True,
        omit_defaults=True,
        namespace={"__repr__": _without_members},
    )


def _values(shape: Shape) -> Callable[[Any], tuple[Any, ...]]:
    names = [one.name for one in _members(shape)]
    get = attrgetter(*names)
    return get if len(names) > 1 else lambda value: (get(value),)


def _maker(shape: Shape) -> Callable[[Any], Command[Any]]:
    """Makes the command of a message."""
    names, values = tuple(one.name for one in _members(shape)), _values(shape)
    return lambda message: shape.command(**dict(zip(names, values(message), strict=True)))


_SHAPES = {shape.command: shape for shape in MESSAGES}
_TYPES = {shape.command: _message_type(shape) for shape in MESSAGES}
_COMMANDS = {message: command for command, message in _TYPES.items()}
_VALUES = {shape.command: _values(shape) for shape in MESSAGES}

_MAKE = {shape.command: _maker(shape) for shape in MESSAGES}

MESSAGE_TYPES = tuple(_TYPES.values())
"""The message types of all commands, for the decoder."""


def to_message(asked: Perform) -> Struct:
    """The message for a command."""
    kind = type(asked.command)
    return _TYPES[kind](asked.id, *_VALUES[kind](asked.command))


def from_message(message: Any) -> Perform | None:
    """The command in a message; None if it is another kind of request."""
    command = _COMMANDS.get(type(message))
    return None if command is None else Perform(message.id, _MAKE[command](message))


def result_member(command: Command[Any]) -> str:
    """The member of the reply that has the result, "" for a command without one."""
    return _SHAPES[type(command)].result
