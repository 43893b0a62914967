"""What only version 3 of the TSP session has, as frozen values, and its one encoding. No I/O.

docs/tsp-session.md describes it. `encode` gives the whole message with its terminator, `decode` takes one
without.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from operator import attrgetter
from typing import Any, Final

from offhook.call import Call, CallCommand, Command, Forwarding, Terminal, TerminalCommand, commands
from offhook.errors import Refusal
from offhook.tsp.framing import Fault, MessageError, fields_of, is_call_id, of_no_kind, short_address
from offhook.tsp.messages import Fail, Success
from offhook.tsp.messages import decode as decode_earlier
from offhook.tsp.messages import encode as encode_earlier
from offhook.tsp.values import (
    Values,
    Written,
    call_of,
    call_values,
    flag,
    forwarding_values,
    forwardings_of,
    line_values,
    number,
    read,
    terminal_of,
    write,
    yes,
)

MAX_NUMBER: Final = 2**32 - 1
"""Of a request."""

MAX_DIGITS: Final = 64
MAX_TONE_MS: Final = 10_000
"""DTMF tones in one request, and the length of one: what SSCP lets through."""

MAX_NAME: Final = 64
"""Characters of a parking slot, or of a terminal whose call is picked up: those of an id in SSCP."""

MAX_TEXT: Final = 200
"""Characters of the text of a refusal."""

_DIGITS: Final = re.compile(rf"[0-9A-Da-d*#,]{{1,{MAX_DIGITS}}}")
_REQUEST_NUMBER: Final = re.compile("[0-9]{1,10}")


@dataclass(frozen=True, slots=True)
class Alive(Command[None]):
    """Nothing is to be done; the result shows that the other end is there."""

    name = "alive"


@dataclass(frozen=True, slots=True)
class Request:
    """The line asks for a command. `terminal` of the command is left out: it is the session's.

    `number` is 1 to `MAX_NUMBER`, and not that of another request that is open.
    """

    number: int
    command: Command[Any]


@dataclass(frozen=True, slots=True)
class BadRequest:
    """A request that came and cannot be carried out: `refusal` and `text` are for its result."""

    number: int
    refusal: Refusal
    text: str


@dataclass(frozen=True, slots=True)
class Done:
    """The request is carried out. `call` is the id of the call that it has begun, `slot` where one waits."""

    number: int
    call: str = ""
    slot: str = ""


@dataclass(frozen=True, slots=True)
class Refused:
    """The request is not carried out, and nothing has changed; `text` is for people."""

    number: int
    refusal: Refusal
    text: str = ""


@dataclass(frozen=True, slots=True)
class CallNotify:
    """A call as it is now."""

    call: Call


@dataclass(frozen=True, slots=True)
class LineNotify:
    """The session's terminal as it is now; `reachable`: the Call Manager is."""

    terminal: Terminal
    reachable: bool


@dataclass(frozen=True, slots=True)
class Ready:
    """Every live call has been told."""


Result = Done | Refused
Notify3 = CallNotify | LineNotify | Ready
Message3 = Request | BadRequest | Result | Notify3 | Success | Fail

ASKED: Final[tuple[type, ...]] = (Request, BadRequest)
TOLD: Final[tuple[type, ...]] = (Success, Fail, Done, Refused, CallNotify, LineNotify, Ready)
"""What the TSP sends, and what the Smart Messenger sends."""


def encode(message: Message3) -> bytes:
    """The message on the wire. Raises `ValueError` if it is too long though its names are cut."""
    match message:
        case CallNotify(call):  # the most by far
            return write(("Notify", "Call"), call_values(call))
        case Request(asked, command):
            return write(("Request", str(asked), command.name), _written(command))
        case Done(asked, call, slot):
            values = [(name, value) for name, value in (("call", call), ("slot", slot)) if value]
            return write(("Result", str(asked), "Success"), values)
        case Refused(asked, refusal, text):
            values = [("reason", refusal.value), *([("text", text[:MAX_TEXT])] if text else [])]
            return write(("Result", str(asked), "Fail"), values)
        case LineNotify(terminal, reachable):
            return write(("Notify", "Line"), line_values(terminal, reachable=reachable))
        case Ready():
            return write(("Notify", "Ready"), ())
        case Success() | Fail():
            return encode_earlier(message)
        case BadRequest():
            raise ValueError("nobody sends a bad request on purpose")


def decode(data: bytes) -> Message3:
    """Read one message, without its terminator. Raises `MessageError` if it is invalid."""
    fields = fields_of(data)
    reader = _READERS.get(fields[0].lower())
    if reader is None:
        if fields[0].lower() == "response":
            response = decode_earlier(data)
            assert isinstance(response, Success | Fail)
            return response
        raise of_no_kind(data)
    return reader(fields[1:])


def _request(fields: list[str]) -> Request | BadRequest:
    asked, name, *rest = [*fields, "", ""] if len(fields) < 2 else fields
    found = _number(asked)
    kind = _KINDS.get(name.lower())
    if kind is None:
        return BadRequest(
            found, Refusal.NOT_SUPPORTED, f"{name[:MAX_NAME]} is not known here; update Offhook"
        )
    try:
        return Request(found, _command(kind, read(rest)))
    except ValueError as error:
        return BadRequest(found, Refusal.BAD_REQUEST, str(error))


def _result(fields: list[str]) -> Result:
    asked, word, *rest = [*fields, "", ""] if len(fields) < 2 else fields
    found, values = _number(asked), read(rest)
    match word.lower():
        case "success":
            call = values.get("call", "")
            return Done(found, call if is_call_id(call) else "", values.get("slot", ""))
        case "fail":
            return Refused(found, Refusal(values.get("reason", "").lower()), values.get("text", ""))
    raise MessageError(Fault.FIELDS)


def _notify(fields: list[str]) -> Notify3:
    values = read(fields[1:])
    match fields[0].lower() if fields else "":
        case "call":
            try:
                return CallNotify(call_of(values))
            except ValueError:
                raise MessageError(Fault.FIELDS) from None
        case "line":
            return LineNotify(terminal_of(values), yes(values.get("reachable", "")))
        case "ready":
            return Ready()
    raise MessageError(Fault.UNKNOWN)


def _number(text: str) -> int:
    found = int(text) if _REQUEST_NUMBER.fullmatch(text) else 0
    if not 1 <= found <= MAX_NUMBER:
        raise MessageError(Fault.FIELDS)
    return found


@dataclass(frozen=True, slots=True)
class _Member:
    """A member of a command, and the value that it is told by. `read` raises `ValueError`."""

    name: str
    value: str
    read: Callable[[str], Any]
    write: Callable[[Any], str] = str


def _id_of_a_call(text: str) -> str:
    if not is_call_id(text):
        raise ValueError("give the id of a call, 1 to 32 characters of A-Z a-z 0-9 -")
    return text


def _or_nothing(text: str, read: Callable[[str], str]) -> str:
    return read(text) if text else ""


def _address(text: str) -> str:
    if not text:
        raise ValueError("give the address to be called")
    return short_address(text)


def _name(text: str) -> str:
    if not 1 <= len(text) <= MAX_NAME:
        raise ValueError(f"give 1 to {MAX_NAME} characters")
    return text


def _tones(text: str) -> str:
    if not _DIGITS.fullmatch(text):
        raise ValueError(f"give 1 to {MAX_DIGITS} of 0-9 A-D * # and a comma for a pause")
    return text


def _tone_length(text: str) -> int:
    length = number(text)
    if length > MAX_TONE_MS or (text and not length):
        raise ValueError(f"give milliseconds, at most {MAX_TONE_MS}")
    return length


def _some(count: int) -> str:
    return str(count) if count else ""


_CALL = _Member("call", "call", _id_of_a_call)
_OTHER = _Member("other", "other", partial(_or_nothing, read=_id_of_a_call))
_ADDRESS = _Member("address", "address", _address)
_SLOT = _Member("slot", "slot", _name)
_ANY_SLOT = _Member("slot", "slot", partial(_or_nothing, read=_name))
_TARGET = _Member("target", "target", partial(_or_nothing, read=_name))

_MEMBERS: Final[dict[type[Command[Any]], tuple[_Member, ...]]] = {
    commands.Dial: (_ADDRESS,),
    commands.Drop: (_CALL,),
    commands.Answer: (_CALL,),
    commands.Reject: (_CALL,),
    commands.Redirect: (_CALL, _ADDRESS),
    commands.Hold: (_CALL,),
    commands.Retrieve: (_CALL,),
    commands.Swap: (_CALL,),
    commands.Transfer: (_CALL, _ADDRESS),
    commands.Consult: (_CALL, _ADDRESS),
    commands.Complete: (_CALL, _OTHER),
    commands.Conference: (_CALL, _OTHER),
    commands.Dtmf: (
        _CALL,
        _Member("digits", "digits", _tones),
        _Member("duration_ms", "duration", _tone_length, _some),
    ),
    commands.Park: (_CALL, _ANY_SLOT),
    commands.Pickup: (_TARGET,),
    commands.Unpark: (_SLOT,),
    commands.Forward: (),
    commands.DoNotDisturb: (_Member("on", "on", yes, flag),),
    commands.ClearMissed: (),
    Alive: (),
}
_KINDS: Final = {kind.name: kind for kind in _MEMBERS}


def _shortened(one: Forwarding) -> Forwarding:
    """Raises `ValueError`, which names the value."""
    try:
        return replace(one, address=short_address(one.address))
    except ValueError as error:
        raise ValueError(f"{one.when.value}: {error}") from None


def _command(kind: type[Command[Any]], values: Values) -> Command[Any]:
    """The command that these values ask for. Raises `ValueError`, which names the wrong one."""
    members: dict[str, Any] = {}
    if issubclass(kind, commands.Dial | CallCommand | TerminalCommand):
        members["terminal"] = ""
    if kind is commands.Forward:
        members["forwardings"] = tuple(_shortened(one) for one in forwardings_of(values))
    for member in _MEMBERS[kind]:
        try:
            members[member.name] = member.read(values.get(member.value, ""))
        except ValueError as error:
            raise ValueError(f"{member.value}: {error}") from None
    return kind(**members)


def _written(command: Command[Any]) -> Written:
    if isinstance(command, commands.Forward):
        return forwarding_values(command.forwardings)
    return _member_values(command)


def _member_values(command: Command[Any]) -> Iterator[tuple[str, str]]:
    for member in _MEMBERS[type(command)]:
        value = member.write(attrgetter(member.name)(command))
        if value:
            yield member.value, value


_READERS: Final[dict[str, Callable[[list[str]], Message3]]] = {
    "request": _request,
    "result": _result,
    "notify": _notify,
}
