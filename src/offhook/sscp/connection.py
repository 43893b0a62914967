"""Both ends of an SSCP session without I/O: one WebSocket message in, typed values out."""

from dataclasses import dataclass

import msgspec

from offhook.call import Call, Terminal, TrunkState
from offhook.errors import CallError, Refusal
from offhook.sscp.messages import (
    UNREADABLE,
    CallChange,
    FirstTerminalChange,
    Listed,
    Login,
    PhonesChange,
    Queued,
    Reply,
    Request,
    TerminalChange,
    TrunkChange,
    decode_request,
    decode_server_message,
    encode,
    id_of,
    refusal,
)
from offhook.sscp.rows import first_terminal

MAX_UNREADABLE = 20
"""Unreadable messages after which the server ends a session: a peer that goes on so will not mend."""


class ServerProtocol:
    """The Call Manager's end of one session.

    `receive` returns a command to carry out, or None when the message was answered here. What is to be
    written gathers in `outbox`, in order. Once `broken` is set, the session is to be ended with that reason.
    """

    def __init__(self) -> None:
        self.outbox: list[bytes] = []
        self.broken: str | None = None
        self._logged_in = False
        self._unreadable = 0

    def receive(self, data: str | bytes) -> Request | None:
        """Take one message. Never raises: what cannot be read or may not be asked yet is refused."""
        try:
            command = decode_request(data)
        except UNREADABLE as error:
            self._refuse_unreadable(data, error)
            return None
        if isinstance(command, Login) and self._logged_in:
            self.refuse(
                command, CallError(Refusal.BAD_REQUEST, "already logged in; open a new session instead")
            )
            return None
        if not isinstance(command, Login) and not self._logged_in:
            self.refuse(command, CallError(Refusal.NOT_AUTHENTICATED, "log in first"))
            return None
        return command

    def logged_in(self) -> None:
        """The login succeeded: from now on other requests are accepted."""
        self._logged_in = True

    def reply(self, reply: Reply | Listed) -> None:
        """Answer a command."""
        self.outbox.append(encode(reply))

    def refuse(self, command: Request, error: CallError) -> None:
        """Answer a command with an error."""
        self.reply(refusal(command.id, error))

    def _refuse_unreadable(self, data: str | bytes, error: Exception) -> None:
        self._unreadable += 1
        if self._unreadable >= MAX_UNREADABLE:
            self.broken = f"{MAX_UNREADABLE} messages could not be read"
        self.reply(refusal(id_of(data), CallError(Refusal.BAD_REQUEST, _complaint(error))))


@dataclass(frozen=True, slots=True)
class Answered:
    """The reply to `command` has come."""

    command: Request
    reply: Reply


@dataclass(frozen=True, slots=True)
class ProtocolError:
    """The server violates the protocol; the session is to be ended."""

    reason: str


ClientEvent = Answered | Queued | CallChange | TerminalChange | TrunkChange | PhonesChange | ProtocolError


class ClientProtocol:
    """The client's end of one session: numbers the commands, finds the command that a reply answers."""

    def __init__(self) -> None:
        self._open: dict[int, Request] = {}
        self._next_id = 1

    def next_id(self) -> int:
        """The id for the next command."""
        number = self._next_id
        self._next_id += 1
        return number

    def send(self, command: Request) -> bytes:
        """The message to write for this command."""
        self._open[command.id] = command
        return encode(command)

    def receive(self, data: str | bytes) -> ClientEvent | None:
        """Take one message; None for a reply without a request. Never raises."""
        try:
            message = decode_server_message(data)
        except UNREADABLE as error:
            return ProtocolError(_complaint(error))
        if not isinstance(message, Reply):
            return message
        command = self._open.pop(message.id, None) if message.id is not None else None
        if command is not None:
            return Answered(command, message)
        if message.id is None and message.error is not None:
            return ProtocolError(f"the server could not read a command: {message.error.message}")
        return None


def call_event(seq: int, call: Call) -> bytes:
    """The event with a call's new value, encoded once for all watchers."""
    return encode(CallChange(seq, call))


def terminal_event(terminal: Terminal, *, older: bool = False) -> bytes:
    """The event with a terminal's new value; for an `older` client with what the first SSCP 1 has of it."""
    return encode(FirstTerminalChange(first_terminal(terminal)) if older else TerminalChange(terminal))


def trunk_event(trunk: TrunkState) -> bytes:
    """The event with a trunk's new value."""
    return encode(TrunkChange(trunk))


def phones_event() -> bytes:
    """The event that phones which fetch their configuration have changed."""
    return encode(PhonesChange())


def _complaint(error: Exception) -> str:
    """What was wrong, in words for the developer of the peer. A ValidationError's text names the member."""
    if isinstance(error, msgspec.ValidationError):
        return f"{error}; see docs/sscp.md"
    if isinstance(error, msgspec.DecodeError):
        return f"not JSON: {error}; send one JSON object a message"
    if isinstance(error, RecursionError):
        return "nested too deeply; send one flat JSON object a message"
    return "not UTF-8; send JSON in UTF-8"
