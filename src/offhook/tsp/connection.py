"""One end of a TSP session, without any I/O: bytes in, events out; messages in, bytes out."""

from collections import deque
from dataclasses import dataclass
from enum import Enum

from offhook.tsp.messages import (
    FATAL,
    MAX_MESSAGE,
    TERMINATOR,
    VERSION,
    CallInfoNotify,
    CallStateNotify,
    Dial,
    Drop,
    Fail,
    Fault,
    Login,
    Message,
    MessageError,
    Success,
    decode,
    encode,
)


class Role(Enum):
    """Which end: the TSP asks (CLIENT), the Smart Messenger answers and notifies (SERVER)."""

    CLIENT = "client"
    SERVER = "server"


@dataclass(frozen=True, slots=True)
class BadMessage:
    """A complete message that is invalid: a server answers `Fail`, a client ignores it."""

    fault: Fault


@dataclass(frozen=True, slots=True)
class ProtocolError:
    """What follows cannot be read either: a server answers `Fail`, and the connection is closed."""

    fault: Fault


Event = Message | BadMessage | ProtocolError

_ACTIONS = (Dial, Drop, Login)
_SERVERS = (Success, Fail, CallStateNotify, CallInfoNotify)
_FAULTS: dict[Fault, BadMessage | ProtocolError] = {
    fault: ProtocolError(fault) if fault in FATAL else BadMessage(fault) for fault in Fault
}


class TspConnection:
    """Cuts the peer's bytes into messages, and knows which version is spoken.

    It keeps at most one message's bytes, and looks at each byte once however they are split. The version
    is 1 until a Login succeeded; what belongs to version 2 only is left out of what is sent before.
    """

    __slots__ = ("_awaited", "_buffer", "_role", "broken", "version")

    def __init__(self, role: Role) -> None:
        self._role = role
        self._buffer = bytearray()
        self._awaited: deque[bool] | None = deque() if role is Role.CLIENT else None
        self.version = 1
        self.broken = False

    def receive(self, data: bytes) -> list[Event]:
        """The peer's messages, in order. After a `ProtocolError` further bytes are ignored."""
        events: list[Event] = []
        if self.broken:
            return events
        buffer = self._buffer
        begin, look = 0, max(0, len(buffer) - len(TERMINATOR) + 1)
        buffer += data
        while True:
            end = buffer.find(TERMINATOR, look, begin + MAX_MESSAGE)
            if end < 0:
                break
            events.append(self._read(bytes(buffer[begin:end])))
            begin = look = end + len(TERMINATOR)
            if self.broken:
                break
        if not self.broken and len(buffer) - begin >= MAX_MESSAGE:
            self.broken = True
            events.append(_FAULTS[Fault.TOO_LONG])
        if self.broken:
            buffer.clear()
        else:
            del buffer[:begin]
        return events

    def send(self, message: Message) -> bytes:
        """The bytes to write. Raises `ValueError` for one that is too long or that this end never sends."""
        if not isinstance(message, _ACTIONS if self._role is Role.CLIENT else _SERVERS):
            raise ValueError(f"the {self._role.value} end never sends {type(message).__name__}")
        if self._awaited is not None:
            data = encode(message)
            self._awaited.append(isinstance(message, Login))
            return data
        if isinstance(message, Success) and message.version is not None:
            self.version = min(message.version, VERSION)
        if self.version < VERSION:
            message = _in_version_1(message)
        return encode(message)

    def _read(self, data: bytes) -> Event:
        try:
            message = decode(data)
        except MessageError as error:
            self.broken = error.fault in FATAL
            return _FAULTS[error.fault]
        if not isinstance(message, _SERVERS if self._role is Role.CLIENT else _ACTIONS):
            return _FAULTS[Fault.DIRECTION]
        if isinstance(message, Success | Fail) and self._awaited:
            of_login = self._awaited.popleft()
            if of_login and isinstance(message, Success) and message.version is not None:
                self.version = min(message.version, VERSION)
        return message


def _in_version_1(message: Message) -> Message:
    """The message without the members that version 1 does not have."""
    if isinstance(message, Fail):
        return Fail()
    if isinstance(message, CallStateNotify) and message.cause is not None:
        return CallStateNotify(
            message.terminal, message.state, message.call_id, message.caller, message.callee
        )
    return message
