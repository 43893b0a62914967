"""One end of a TSP session, without any I/O: bytes in, events out; messages in, bytes out.

Version 3 is imported only where it is spoken: `offhook dial` speaks the first, and starts faster without.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from enum import Enum
from functools import cache
from typing import TYPE_CHECKING, Any, TypeAlias, cast

from offhook.tsp.framing import FATAL, MAX_MESSAGE, TERMINATOR, Fault, MessageError
from offhook.tsp.messages import (
    NEWEST,
    CallInfoNotify,
    CallStateNotify,
    Dial,
    Drop,
    Fail,
    Login,
    Message,
    Success,
    decode,
    encode,
)

if TYPE_CHECKING:
    from offhook.tsp.messages3 import Message3


class Role(Enum):
    """Which end: the TSP asks (CLIENT), the Smart Messenger answers and notifies (SERVER)."""

    __hash__ = object.__hash__  # Enum's own is a function in Python, and each message asks for it

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


Event: TypeAlias = "Message | Message3 | BadMessage | ProtocolError"

_SENT_BY: dict[Role, tuple[type, ...]] = {
    Role.CLIENT: (Dial, Drop, Login),
    Role.SERVER: (Success, Fail, CallStateNotify, CallInfoNotify),
}
"""In versions 1 and 2, by the end."""

_OTHER = {Role.CLIENT: Role.SERVER, Role.SERVER: Role.CLIENT}
_FAULTS: dict[Fault, BadMessage | ProtocolError] = {
    fault: ProtocolError(fault) if fault in FATAL else BadMessage(fault) for fault in Fault
}


@cache
def _version3() -> Any:
    """Its messages, loaded once somebody speaks it: `offhook dial` starts without."""
    from offhook.tsp import messages3

    return messages3


class TspConnection:
    """Cuts the peer's bytes into messages, and knows which version is spoken.

    It keeps at most one message's bytes, and looks at each byte once however they are split. The version is 1
    until a Login succeeded; what belongs to version 2 only is left out of what is sent before. Version 3 has
    messages of its own, and no others are sent or read once it is agreed on.
    """

    __slots__ = ("_awaited", "_buffer", "_role", "broken", "version")

    def __init__(self, role: Role) -> None:
        self._role = role
        self._buffer = bytearray()
        self._awaited: deque[int] | None = deque() if role is Role.CLIENT else None
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

    def send(self, message: Message | Message3) -> bytes:
        """The bytes to write. Raises `ValueError` for one that is too long or that this end never sends."""
        if not isinstance(message, self._sent_by(self._role)):
            raise ValueError(
                f"the {self._role.value} end never sends {type(message).__name__} in version {self.version}"
            )
        if self.version >= 3:
            encoded: bytes = _version3().encode(message)
            return encoded
        message = cast("Message", message)
        if self._awaited is not None:
            data = encode(message)
            self._awaited.append((message.version or 2) if isinstance(message, Login) else 0)
            return data
        if isinstance(message, Success) and message.version is not None:
            self.version = min(message.version, NEWEST)
        return encode(message if self.version > 1 else _in_version_1(message))

    def _read(self, data: bytes) -> Event:
        try:
            message = self._decode(data)
        except MessageError as error:
            self.broken = error.fault in FATAL
            return _FAULTS[error.fault]
        if not isinstance(message, self._sent_by(_OTHER[self._role])):
            return _FAULTS[Fault.DIRECTION]
        if isinstance(message, Success | Fail) and self._awaited:
            asked = self._awaited.popleft()
            if asked and isinstance(message, Success) and message.version is not None:
                self.version = min(message.version, asked, NEWEST)
        return message

    def _decode(self, data: bytes) -> Message | Message3:
        if self.version < 3:
            return decode(data)
        found: Message3 = _version3().decode(data)
        return found

    def _sent_by(self, role: Role) -> tuple[type, ...]:
        if self.version < 3:
            return _SENT_BY[role]
        sent: tuple[type, ...] = _version3().ASKED if role is Role.CLIENT else _version3().TOLD
        return sent


def _in_version_1(message: Message) -> Message:
    """The message without the members that version 1 does not have."""
    if isinstance(message, Fail):
        return Fail()
    if isinstance(message, CallStateNotify) and message.cause is not None:
        return CallStateNotify(
            message.terminal, message.state, message.call_id, message.caller, message.callee
        )
    return message
