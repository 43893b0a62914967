"""The types of a client of the first SSCP 1, as it was released: what it does not know ends its session."""

from enum import Enum
from typing import Any

import msgspec
from msgspec import Struct


class State(Enum):
    OFF_HOOK = "OffHookState"
    PROCEED = "ProceedState"
    RING_BACK = "RingBackState"
    CONNECTED = "ConnectedState"
    ON_HOOK = "OnHookState"


class Cause(Enum):
    NORMAL = "normal"
    DROPPED = "dropped"
    BUSY = "busy"
    NO_ANSWER = "no-answer"
    REJECTED = "rejected"
    UNREACHABLE = "unreachable"
    INVALID_ADDRESS = "invalid-address"
    NOT_ALLOWED = "not-allowed"
    TERMINAL_UNAVAILABLE = "terminal-unavailable"
    TERMINAL_REJECTED = "terminal-rejected"
    FAILURE = "failure"


class Code(Enum):
    NOT_AUTHENTICATED = "not-authenticated"
    NOT_ALLOWED = "not-allowed"
    NO_SUCH_TERMINAL = "no-such-terminal"
    TERMINAL_UNAVAILABLE = "terminal-unavailable"
    TERMINAL_BUSY = "terminal-busy"
    INVALID_ADDRESS = "invalid-address"
    NO_SUCH_CALL = "no-such-call"
    BAD_REQUEST = "bad-request"
    OVERLOADED = "overloaded"
    UNAVAILABLE = "unavailable"
    FAILURE = "failure"


class Direction(Enum):
    OUTBOUND = "outbound"
    INBOUND = "inbound"


class Party(Struct):
    name: str
    id: str


class Call(Struct):
    id: str
    terminal: str
    state: State
    caller: Party
    callee: Party
    started: float
    direction: Direction
    connected: float | None
    ended: float | None
    cause: Cause | None
    revision: int
    features: list[str] | None


class Terminal(Struct):
    id: str
    name: str
    in_service: bool
    problem: str
    problem_at: float | None
    features: list[str] | None


class Error(Struct):
    code: Code
    message: str


class Refused(Struct):
    terminal: str
    code: Code
    message: str


class Snapshot(Struct):
    terminal: str
    seq: int
    calls: list[Call]


class Reply(Struct, tag="reply"):
    id: int | None
    error: Error | None = None
    user: dict[str, Any] | None = None
    token: str | None = None
    call: Call | None = None
    calls: list[Call] | None = None
    snapshots: list[Snapshot] | None = None
    terminals: list[Terminal] | None = None
    refused: list[Refused] | None = None
    features: list[str] | None = None


class CallChange(Struct, tag="call"):
    seq: int
    call: Call


class TerminalChange(Struct, tag="terminal"):
    terminal: Terminal


read = msgspec.json.Decoder(Reply | CallChange | TerminalChange).decode
"""Raises `msgspec.ValidationError` for what such a client does not know."""
