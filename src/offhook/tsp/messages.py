"""The messages of versions 1 and 2 of the TSP session as frozen values, and their one encoding. No I/O.

What one end sends the other receives, as the same value. `encode` gives the whole message with its
terminator, `decode` takes one without; what a value cannot hold, its constructor refuses.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from offhook.call import Call, CallState, Cause, Party
from offhook.call.older import OLDER_CAUSES
from offhook.tsp.framing import (
    MAX_MESSAGE,
    Fault,
    MessageError,
    bounded,
    clean,
    fields_of,
    is_call_id,
    join,
    of_no_kind,
    short_address,
)

NEWEST: Final = 3
"""The newest version of the session that we speak. What only that one has is in `messages3`."""


@dataclass(frozen=True, slots=True)
class Dial:
    """Call `address` (as TAPI or a person gives it) from the session's terminal.

    At most 64 characters; a subaddress and a name that do not fit behind the number are left out.
    """

    address: str

    def __post_init__(self) -> None:
        object.__setattr__(self, "address", short_address(self.address))


@dataclass(frozen=True, slots=True)
class Drop:
    """Clear a call: `which` is the address as dialled, a call id, or empty for the terminal's newest."""

    which: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "which", short_address(self.which))


@dataclass(frozen=True, slots=True)
class Login:
    """First message of a session of version 2 and 3. An empty terminal means the receiver's default one.

    `version` is the newest that the sender speaks, from 3 on; None means 2.
    """

    terminal: str
    token: str = field(default="", repr=False)
    version: int | None = None


@dataclass(frozen=True, slots=True)
class Success:
    """The Action was accepted. In the Response to a Login, `version` is the one that is spoken from now on.

    From version 3 on `terminal` is the one that the session is for.
    """

    version: int | None = None
    terminal: str = ""


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
            data = join("Action", "Dial", address)
        case Drop(which):
            data = join("Action", "Drop", which)
        case Login(terminal, token, version):
            data = join("Action", "Login", terminal, token, *([] if version is None else [str(version)]))
        case Success(version, terminal):
            told = [] if version is None else [str(version)] if version < 3 else [str(version), terminal]
            data = join("Response", "Success", *told)
        case Fail(reason):
            data = join("Response", "Fail", *([] if reason is None else [reason]))
        case CallStateNotify() | CallInfoNotify():
            return _encode_notify(message)
    return bounded(data)


def decode(data: bytes) -> Message:
    """Read one message, without its terminator. Raises `MessageError` if it is invalid."""
    fields = fields_of(data)
    kind = _READERS.get(fields[0].lower())
    if kind is None:
        raise of_no_kind(data)
    reader = kind.get(fields[1].lower()) if len(fields) > 1 else None
    if reader is None:
        raise MessageError(Fault.UNKNOWN)
    return reader(fields[2:])


def _check_call_id(call_id: str) -> None:
    if not is_call_id(call_id):
        raise ValueError(f"a call id is 1 to 32 characters of A-Z a-z 0-9 -, not {call_id!r}")


def _encode_notify(message: Notify) -> bytes:
    kind, cause = "CALL_INFO", []
    if isinstance(message, CallStateNotify):
        kind, cause = "CALL_STATE", [message.cause.value] if message.cause else []
    head = ("Notify", kind, message.terminal, message.state.value, message.call_id)
    caller, callee = message.caller, message.callee
    data = join(*head, caller.name, caller.id, callee.name, callee.id, *cause)
    if len(data) <= MAX_MESSAGE:
        return data
    room = MAX_MESSAGE - len(bounded(join(*head, "", caller.id, "", callee.id, *cause)))
    first, second = _share(room, caller.name, callee.name)
    return join(*head, first, caller.id, second, callee.id, *cause)


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
    terminal, token, version, *_ = [*fields, "", "", ""]
    newest = _version(version) or 2
    return Login(terminal, token, newest if newest >= 3 else None)


def _success(fields: list[str]) -> Success:
    version, terminal, *_ = [*fields, "", ""]
    spoken = _version(version)
    return Success(spoken, terminal if spoken is not None and spoken >= 3 else "")


def _version(text: str) -> int | None:
    return int(text) if re.fullmatch("[1-9][0-9]{0,3}", text) else None


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


_NEAREST: Final = OLDER_CAUSES
_STATES: Final = {state.value.lower(): state for state in CallState}
_CAUSES: Final = {cause.value: cause for cause in Cause if cause not in _NEAREST}
_READERS: Final[dict[str, dict[str, Callable[[list[str]], Message]]]] = {
    "action": {"dial": _dial, "drop": _drop, "login": _login},
    "response": {"success": _success, "fail": _fail},
    "notify": {"call_state": _call_state, "call_info": _call_info},
}
