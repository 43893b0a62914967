"""The messages of the TSP session as frozen values, and their one encoding. No I/O.

What one end sends the other receives, as the same value. `encode` gives the whole message with its
terminator, `decode` takes one without; what a value cannot hold, its constructor refuses.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum
from typing import Final

from offhook.call import Call, CallState, Cause, Party
from offhook.errors import PeerError

SEPARATOR: Final = "%"
TERMINATOR: Final = b"\r\n\r\n"

MAX_MESSAGE: Final = 4096
"""Bytes of a message with its terminator, in both directions: the published limit."""

MAX_ADDRESS: Final = 64
"""Characters of an address: the published limit, many times what any number needs."""

VERSION: Final = 2
"""The newest version of the session that we speak."""

_CALL_ID: Final = re.compile(r"[A-Za-z0-9-]{1,32}")
_HTTP: Final = re.compile(rb"[A-Z]+ [^\r\n]* HTTP/[0-9]")
_FULLWIDTH_PERCENT: Final = "\uff05"
_CONTROLS: Final = dict.fromkeys([*range(0x20), *range(0x7F, 0xA0)], " ")
_UNSAFE: Final = {**_CONTROLS, ord(SEPARATOR): _FULLWIDTH_PERCENT}


class Fault(Enum):
    """What was wrong with a message. The value may go into a log: it has nothing of the message's content."""

    UNKNOWN = "a message of no known kind"
    FIELDS = "a message with wrong or missing fields"
    ADDRESS = f"an address of more than {MAX_ADDRESS} characters"
    DIRECTION = "a message that only the other side sends"
    TOO_LONG = f"a message of more than {MAX_MESSAGE} bytes"
    NOT_UTF8 = "a message that is not UTF-8"
    HTTP = "an HTTP request, as a browser sends it"


FATAL: Final = frozenset({Fault.TOO_LONG, Fault.NOT_UTF8, Fault.HTTP})
"""Faults that end the connection. A web page must not reach the session by way of its reader's browser."""


class MessageError(PeerError):
    """An invalid message; `fault` says what is wrong."""

    def __init__(self, fault: Fault) -> None:
        self.fault = fault
        super().__init__(f"the peer sent {fault.value}; see docs for the TSP session's messages")


@dataclass(frozen=True, slots=True)
class Dial:
    """Call `address` (as TAPI or a person gives it) from the session's terminal.

    At most 64 characters; a subaddress and a name that do not fit behind the number are left out.
    """

    address: str

    def __post_init__(self) -> None:
        object.__setattr__(self, "address", _address(self.address))


@dataclass(frozen=True, slots=True)
class Drop:
    """Clear a call: `which` is the address as dialled, a call id, or empty for the terminal's newest."""

    which: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "which", _address(self.which))


@dataclass(frozen=True, slots=True)
class Login:
    """First message of a version 2 session. An empty terminal means the receiver's default one."""

    terminal: str
    token: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Success:
    """The Action was accepted. In the Response to a Login, `version` is the one that the receiver speaks."""

    version: int | None = None


@dataclass(frozen=True, slots=True)
class Fail:
    """Nothing was started. `reason` is for version 2 only, one of the values of `offhook.errors.Refusal`."""

    reason: str | None = None


@dataclass(frozen=True, slots=True)
class CallStateNotify:
    """A call of the session's terminal is in another state. A cause goes with ON_HOOK, in version 2.

    A cause that only version 3 has becomes the one that comes nearest to it.
    """

    terminal: str
    state: CallState
    call_id: str
    caller: Party
    callee: Party
    cause: Cause | None = None

    def __post_init__(self) -> None:
        _check_call_id(self.call_id)
        if self.cause is not None and self.state is not CallState.ON_HOOK:
            raise ValueError(f"a cause goes with {CallState.ON_HOOK.value}, not with {self.state.value}")
        if self.cause in _NEAREST:
            object.__setattr__(self, "cause", _NEAREST[self.cause])

    @classmethod
    def of(cls, call: Call) -> "CallStateNotify":
        """The CALL_STATE of a call."""
        cause = call.cause if call.state is CallState.ON_HOOK else None
        return cls(call.terminal, call.state, call.id, call.caller, call.callee, cause)


@dataclass(frozen=True, slots=True)
class CallInfoNotify:
    """A name or id of a call became known or changed; the state is that of the moment, unchanged."""

    terminal: str
    state: CallState
    call_id: str
    caller: Party
    callee: Party

    def __post_init__(self) -> None:
        _check_call_id(self.call_id)

    @classmethod
    def of(cls, call: Call) -> "CallInfoNotify":
        """The CALL_INFO of a call."""
        return cls(call.terminal, call.state, call.id, call.caller, call.callee)


Action = Dial | Drop | Login
Response = Success | Fail
Notify = CallStateNotify | CallInfoNotify
Message = Action | Response | Notify


def encode(message: Message) -> bytes:
    """The message on the wire, terminator included, never more than `MAX_MESSAGE` bytes.

    Names are shortened to fit, ids never: raises `ValueError` when they alone are too long.
    """
    match message:
        case Dial(address):
            data = _join("Action", "Dial", address)
        case Drop(which):
            data = _join("Action", "Drop", which)
        case Login(terminal, token):
            data = _join("Action", "Login", terminal, token)
        case Success(version):
            data = _join("Response", "Success", *([] if version is None else [str(version)]))
        case Fail(reason):
            data = _join("Response", "Fail", *([] if reason is None else [reason]))
        case CallStateNotify() | CallInfoNotify():
            return _encode_notify(message)
    return _bounded(data)


def decode(data: bytes) -> Message:
    """Read one message, without its terminator. Raises `MessageError` if it is invalid."""
    try:
        text = data.decode()
    except UnicodeDecodeError:
        raise MessageError(Fault.NOT_UTF8) from None
    if not text.isprintable():
        text = text.translate(_CONTROLS)
    fields = [part.strip(" ") for part in text.split(SEPARATOR)]
    kind = _READERS.get(fields[0].lower())
    if kind is None:
        raise MessageError(Fault.HTTP if _HTTP.match(data.lstrip()) else Fault.UNKNOWN)
    reader = kind.get(fields[1].lower()) if len(fields) > 1 else None
    if reader is None:
        raise MessageError(Fault.UNKNOWN)
    return reader(fields[2:])


def clean(text: str) -> str:
    """The text as a field may hold it: `%` as U+FF05, control characters as blanks, no blanks around it."""
    if not text.isprintable() or SEPARATOR in text:
        text = text.translate(_UNSAFE)
    return text.strip(" ")


def _address(address: str) -> str:
    """The address, and of one that is too long the number without its subaddress, name and further lines.

    `DialableNumber | Subaddress ^ Name CRLF ...` (Microsoft, Dialable Addresses): TAPI allows 79 characters,
    of which the number is the first few.
    """
    if len(address) > MAX_ADDRESS:
        address = re.split(r"[|^\r\n]", address.strip("\r\n "), maxsplit=1)[0].rstrip(" ")
    if len(address) > MAX_ADDRESS:
        raise ValueError(f"an address has at most {MAX_ADDRESS} characters, this has {len(address)}")
    return address


def fits(address: str) -> bool:
    """Is it short enough for a Dial or a Drop?"""
    try:
        _address(address)
    except ValueError:
        return False
    return True


def _check_call_id(call_id: str) -> None:
    if not _CALL_ID.fullmatch(call_id):
        raise ValueError(f"a call id is 1 to 32 characters of A-Z a-z 0-9 -, not {call_id!r}")


def _join(*fields: str) -> bytes:
    return SEPARATOR.join([clean(text) for text in fields]).encode("utf-8", "replace") + TERMINATOR


def _bounded(data: bytes) -> bytes:
    if len(data) > MAX_MESSAGE:
        raise ValueError(
            f"a message has at most {MAX_MESSAGE} bytes, this would have {len(data)}; shorten it"
        )
    return data


def _encode_notify(message: Notify) -> bytes:
    kind, cause = "CALL_INFO", []
    if isinstance(message, CallStateNotify):
        kind, cause = "CALL_STATE", [message.cause.value] if message.cause else []
    head = ("Notify", kind, message.terminal, message.state.value, message.call_id)
    caller, callee = message.caller, message.callee
    data = _join(*head, caller.name, caller.id, callee.name, callee.id, *cause)
    if len(data) <= MAX_MESSAGE:
        return data
    room = MAX_MESSAGE - len(_bounded(_join(*head, "", caller.id, "", callee.id, *cause)))
    first, second = _share(room, caller.name, callee.name)
    return _join(*head, first, caller.id, second, callee.id, *cause)


def _share(room: int, *names: str) -> list[str]:
    """The names cut at character boundaries so that they take at most `room` bytes together."""
    wire = [clean(name).encode("utf-8", "replace") for name in names]
    half = room // 2
    longest = max(half, room - min(map(len, wire)))
    return [name[:longest].decode(errors="ignore") for name in wire]


def _dial(fields: list[str]) -> Dial:
    try:
        return Dial(fields[0] if fields else "")
    except ValueError:
        raise MessageError(Fault.ADDRESS) from None


def _drop(fields: list[str]) -> Drop:
    try:
        return Drop(fields[0] if fields else "")
    except ValueError:
        raise MessageError(Fault.ADDRESS) from None


def _login(fields: list[str]) -> Login:
    terminal, token, *_ = [*fields, "", ""]
    return Login(terminal, token)


def _success(fields: list[str]) -> Success:
    version = fields[0] if fields else ""
    return Success(int(version) if re.fullmatch("[1-9][0-9]{0,3}", version) else None)


def _fail(fields: list[str]) -> Fail:
    return Fail(fields[0] or None if fields else None)


def _call_state(fields: list[str]) -> CallStateNotify:
    state = _state(fields)
    told = fields[7].lower() if len(fields) > 7 and state is CallState.ON_HOOK else ""
    try:
        return CallStateNotify(fields[0], state, fields[2], *_parties(fields), _CAUSES.get(told))
    except ValueError:
        raise MessageError(Fault.FIELDS) from None


def _call_info(fields: list[str]) -> CallInfoNotify:
    state = _state(fields)
    try:
        return CallInfoNotify(fields[0], state, fields[2], *_parties(fields))
    except ValueError:
        raise MessageError(Fault.FIELDS) from None


def _state(fields: list[str]) -> CallState:
    state = _STATES.get(fields[1].lower()) if len(fields) >= 7 else None
    if state is None:
        raise MessageError(Fault.FIELDS)
    return state


def _parties(fields: list[str]) -> tuple[Party, Party]:
    return Party(fields[3], fields[4]), Party(fields[5], fields[6])


_NEAREST: Final = {
    Cause.ELSEWHERE: Cause.NORMAL,
    Cause.CANCELLED: Cause.DROPPED,
    Cause.FORWARDED: Cause.NORMAL,
    Cause.TRANSFERRED: Cause.NORMAL,
    Cause.PARKED: Cause.NORMAL,
}
_STATES: Final = {state.value.lower(): state for state in CallState}
_CAUSES: Final = {cause.value: cause for cause in Cause if cause not in _NEAREST}
_READERS: Final[dict[str, dict[str, Callable[[list[str]], Message]]]] = {
    "action": {"dial": _dial, "drop": _drop, "login": _login},
    "response": {"success": _success, "fail": _fail},
    "notify": {"call_state": _call_state, "call_info": _call_info},
}
