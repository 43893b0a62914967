"""Version 3 of the TSP session in the C codec, its structures as Python values."""

import ctypes
from dataclasses import dataclass, field
from typing import Any

from offhook.call import Feature, Reason
from tests.native.codec import CAUSES, MAX_MESSAGE, STATES, Codec, Text

CAUSES_3 = (*CAUSES, "elsewhere", "cancelled", "forwarded", "transferred", "parked")
REASONS = tuple(reason.value for reason in Reason)
COMMANDS = (
    *("", "dial", "pickup", "unpark", "forward", "do-not-disturb", "drop", "answer", "reject", "redirect"),
    *("hold", "retrieve", "swap", "transfer", "consult", "complete", "conference", "dtmf", "park"),
    *("complete-ringing", "complete-any", "conference-8", "forward-busy", "forward-no-answer"),
    *("pickup-group", "park-at"),
    *("by-hand", "clear-missed", "alive"),
)
ORIGINS = (None, False, True)
PRIVACIES = ("none", "withheld", "unavailable")
"""All in the order of the header's enumerations."""


class _Features(ctypes.Structure):
    _fields_ = (("known", ctypes.c_bool), ("bits", ctypes.c_uint32))


class _Party(ctypes.Structure):
    _fields_ = (("name", Text), ("id", Text), ("privacy", ctypes.c_int))


_PARTIES = ("caller", "callee", "connected", "redirecting", "redirected_to")


class _Call(ctypes.Structure):
    _fields_ = (
        *((name, Text) for name in ("id", "related", "conference")),
        *((name, ctypes.c_int) for name in ("state", "cause", "reason", "origin")),
        ("features", _Features),
        *((name, _Party) for name in _PARTIES),
        *((name, ctypes.c_uint64) for name in ("began", "answered")),
        *((name, ctypes.c_bool) for name in ("inbound", "held", "held_by_other", "consultation", "by_hand")),
    )


class _Line(ctypes.Structure):
    _fields_ = (
        *((name, Text) for name in ("terminal", "name", "problem")),
        *((name, _Features) for name in ("capabilities", "features")),
        *((name, Text) for name in ("always", "busy", "no_answer")),
        *((name, ctypes.c_uint64) for name in ("after", "missed")),
        *((name, ctypes.c_bool) for name in ("reachable", "in_service", "do_not_disturb")),
    )


class _Result(ctypes.Structure):
    _fields_ = (
        ("number", ctypes.c_uint32),
        ("success", ctypes.c_bool),
        *((name, Text) for name in ("reason", "text", "call", "slot")),
    )


_TEXTS = ("call", "address", "other", "digits", "slot", "target", "always", "busy", "no_answer")


class _Request(ctypes.Structure):
    _fields_ = (
        ("number", ctypes.c_uint32),
        ("command", ctypes.c_int),
        *((name, ctypes.c_char_p) for name in _TEXTS),
        *((name, ctypes.c_uint32) for name in ("after", "duration")),
        ("on", ctypes.c_bool),
    )


@dataclass(frozen=True)
class CParty:
    """A party, as the C codec has it."""

    name: str = ""
    id: str = ""
    privacy: str = "none"


@dataclass(frozen=True)
class CCall:
    """A call, as the C codec has it; features None when they are not known."""

    id: str
    state: str
    cause: str = ""
    inbound: bool = False
    features: frozenset[str] | None = None
    caller: CParty = CParty()
    callee: CParty = CParty()
    connected: CParty = CParty()
    redirecting: CParty = CParty()
    redirected_to: CParty = CParty()
    reason: str = "direct"
    external: bool | None = None
    held: bool = False
    held_by_other: bool = False
    related: str = ""
    consultation: bool = False
    conference: str = ""
    by_hand: bool = False
    began: int = 0
    answered: int = 0


@dataclass(frozen=True)
class CLine:
    """The line, as the C codec has it."""

    terminal: str = ""
    name: str = ""
    problem: str = ""
    reachable: bool = False
    in_service: bool = False
    do_not_disturb: bool = False
    capabilities: frozenset[str] | None = None
    features: frozenset[str] | None = None
    always: str = ""
    busy: str = ""
    no_answer: str = ""
    after: int = 0
    missed: int = 0


@dataclass(frozen=True)
class CResult:
    """The result of a request, as the C codec has it."""

    number: int
    success: bool
    reason: str = ""
    text: str = ""
    call: str = ""
    slot: str = ""


@dataclass(frozen=True)
class CRequest:
    """What session3_request is given."""

    number: int
    command: str
    texts: dict[str, str] = field(default_factory=dict)
    after: int = 0
    duration: int = 0
    on: bool = False


READY = "ready"
Told3 = CCall | CLine | CResult | str


def _features(features: _Features) -> frozenset[str] | None:
    words = frozenset(word for bit, word in enumerate(COMMANDS) if features.bits >> bit & 1)
    assert words <= {feature.value for feature in Feature}
    assert features.known or not words
    return words if features.known else None


def _party(party: _Party) -> CParty:
    return CParty(party.name.text(), party.id.text(), PRIVACIES[party.privacy])


def read_3(codec: Codec, *messages: str) -> list[Told3]:
    """What a reader of version 3 tells of these messages, given without their ends; "": passed over."""
    return read_stream_3(codec, b"".join(message.encode() + b"\r\n\r\n" for message in messages))


def read_stream_3(codec: Codec, data: bytes) -> list[Any]:
    """What a reader of version 3 tells of these bytes: `Told3`, or a `Told` of the earlier versions."""
    reader = codec.reader(version_3=True)
    return reader.receive(data, lambda message: _value(codec, message))


def _value(codec: Codec, message: Any) -> Told3 | None:
    """None: a message of no version of its own."""
    match message.kind:
        case 4:
            result = _Result()
            if not codec.library.session3_read_result(ctypes.byref(message), ctypes.byref(result)):
                return ""
            texts = [getattr(result, name).text() for name in ("reason", "text", "call", "slot")]
            return CResult(result.number, result.success, *texts)
        case 5:
            line = _Line()
            assert codec.library.session3_read_line(ctypes.byref(message), ctypes.byref(line))
            return _line(line)
        case 6:
            call = _Call()
            if not codec.library.session3_read_call(ctypes.byref(message), ctypes.byref(call)):
                return ""
            return _call(call)
        case 7:
            return READY
    return None


def _line(line: _Line) -> CLine:
    values = {name: getattr(line, name) for name in CLine.__dataclass_fields__}
    for name, value in values.items():
        if isinstance(value, Text):
            values[name] = value.text()
        elif isinstance(value, _Features):
            values[name] = _features(value)
    return CLine(**values)


def _call(call: _Call) -> CCall:
    values: dict[str, Any] = {
        name: getattr(call, name) for name in CCall.__dataclass_fields__ if name != "external"
    }
    for name, value in values.items():
        if isinstance(value, Text):
            values[name] = value.text()
        elif isinstance(value, _Party):
            values[name] = _party(value)
    values["state"] = STATES[call.state]
    values["cause"] = CAUSES_3[call.cause]
    values["reason"] = REASONS[call.reason]
    values["features"] = _features(call.features)
    return CCall(**values, external=ORIGINS[call.origin])


def login_3(codec: Codec, terminal: str, token: str, size: int = MAX_MESSAGE) -> bytes:
    return codec.write(codec.library.session3_login, size, terminal.encode(), token.encode())


def request(codec: Codec, asked: CRequest, size: int = MAX_MESSAGE) -> bytes:
    texts = {name: text.encode() for name, text in asked.texts.items()}
    structure = _Request(
        number=asked.number,
        command=COMMANDS.index(asked.command),
        after=asked.after,
        duration=asked.duration,
        on=asked.on,
        **texts,
    )
    return codec.write(codec.library.session3_request, size, ctypes.byref(structure))
