"""Version 3 in the C codec beside the Python one: what either writes the other reads, and they read alike."""

import itertools
from dataclasses import replace
from typing import Any

from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st

from offhook.call import (
    Call,
    CallCommand,
    Direction,
    Features,
    Forwarding,
    ForwardWhen,
    Party,
    TerminalCommand,
    commands,
)
from offhook.errors import Refusal
from offhook.tsp.connection import BadMessage, Event, ProtocolError, Role, TspConnection
from offhook.tsp.framing import TERMINATOR, Fault
from offhook.tsp.messages import Fail, Login, Success
from offhook.tsp.messages3 import (
    CallNotify,
    Done,
    LineNotify,
    Message3,
    Ready,
    Refused,
    Request,
    decode,
    encode,
)
from tests.native.beside import KELVIN, often
from tests.native.codec import BAD_MESSAGE, PROTOCOL_ERROR, Codec, Response
from tests.native.codec3 import (
    READY,
    CCall,
    CLine,
    CParty,
    CRequest,
    CResult,
    login_3,
    read_stream_3,
    request,
)
from tests.tsp.strategies3 import every_request, sent_by_servers


def as_c(event: Event) -> Any:
    """An event of the Python codec's client end, as the C codec tells the same."""
    match event:
        case Success(version, terminal):
            newest = version or 1
            return Response(True, newest >= 2, version_3=newest >= 3, terminal=terminal)
        case Fail(reason):
            return Response(False, reason=reason or "")
        case Done(number, call, slot):
            return CResult(number, True, call=call, slot=slot)
        case Refused(number, refusal, text):
            return CResult(number, False, refusal.value, text)
        case CallNotify(call):
            return _call(call)
        case LineNotify():
            return _line(event)
        case Ready():
            return READY
        case ProtocolError(fault):
            # A browser never connects to the end that connects: to the TSP its request is nonsense.
            return BAD_MESSAGE if fault is Fault.HTTP else PROTOCOL_ERROR
        case BadMessage():
            return BAD_MESSAGE
    raise AssertionError(f"a client of version 3 is never told {event}")


def as_python(told: Any) -> Any:
    """What the C codec tells, without what only one of them looks at."""
    match told:
        case "":
            return BAD_MESSAGE
        case CResult(success=True):
            return replace(told, reason="", text="")
        case CResult():
            return replace(told, reason=Refusal(told.reason.lower()).value, call="", slot="")
        case CLine(no_answer=""):
            return replace(told, after=0)
    return told


def _call(call: Call) -> CCall:
    return CCall(
        call.id,
        call.state.value,
        call.cause.value if call.cause is not None else "",
        inbound=call.direction is Direction.INBOUND,
        features=_words(call.features),
        caller=_party(call.caller),
        callee=_party(call.callee),
        connected=_party(call.connected_party),
        redirecting=_party(call.redirecting),
        redirected_to=_party(call.redirected_to),
        reason=call.reason.value,
        external=call.external,
        held=call.held,
        held_by_other=call.held_by_other,
        related=call.related,
        consultation=call.consultation,
        conference=call.conference,
        by_hand=call.by_hand,
        began=int(call.started),
        answered=int(call.connected or 0),
    )


def _party(party: Party | None) -> CParty:
    return CParty() if party is None else CParty(party.name, party.id, party.privacy.value)


def _words(features: Features | None) -> frozenset[str] | None:
    return None if features is None else frozenset(feature.value for feature in features)


def _line(told: LineNotify) -> CLine:
    terminal = told.terminal
    forwarded = {one.when: one for one in terminal.forwardings}
    nowhere = Forwarding(ForwardWhen.ALWAYS, "")
    return CLine(
        terminal.id,
        terminal.name,
        terminal.problem,
        reachable=told.reachable,
        in_service=terminal.in_service,
        do_not_disturb=terminal.do_not_disturb,
        capabilities=_words(terminal.capabilities),
        features=_words(terminal.features),
        always=forwarded.get(ForwardWhen.ALWAYS, nowhere).address,
        busy=forwarded.get(ForwardWhen.BUSY, nowhere).address,
        no_answer=forwarded.get(ForwardWhen.NO_ANSWER, nowhere).address,
        after=int(forwarded.get(ForwardWhen.NO_ANSWER, nowhere).after_s),
        missed=terminal.missed,
    )


def alike(codec: Codec, stream: bytes) -> None:
    """Both codecs make the same of the stream, up to where either gives up."""
    assume(KELVIN.encode() not in stream)
    python = TspConnection(Role.CLIENT)
    python.version = 3
    events = python.receive(stream)
    told = read_stream_3(codec, stream)
    if ProtocolError(Fault.HTTP) in events:
        told = told[: len(events)]
    assert [as_python(one) for one in told] == [as_c(event) for event in events]


@often
@given(sent_by_servers)
def test_what_python_writes_c_reads(codec: Codec, message: Message3) -> None:
    data = encode(message)
    assert [as_python(one) for one in read_stream_3(codec, data)] == [as_c(decode(data[: -len(TERMINATOR)]))]


@often
@given(every_request)
def test_what_c_writes_is_what_python_writes(codec: Codec, asked: Request) -> None:
    command = asked.command
    texts: dict[str, str] = {}
    numbers: dict[str, int] = {}
    if isinstance(command, CallCommand):
        texts["call"] = command.call
    for name in ("address", "other", "digits", "slot", "target"):
        texts[name] = getattr(command, name, "")
    if isinstance(command, commands.Forward):
        for one in command.forwardings:
            texts[one.when.value.replace("-", "_")] = one.address
            numbers["after"] = int(one.after_s)
    if isinstance(command, commands.Dtmf):
        numbers["duration"] = command.duration_ms
    on = isinstance(command, commands.DoNotDisturb) and command.on
    assert isinstance(command, commands.Dial | CallCommand | TerminalCommand) or command.name == "alive"
    written = request(codec, CRequest(asked.number, command.name, texts, **numbers, on=on))
    assert decode(written[: -len(TERMINATOR)]) == asked
    assert sorted(written[:-4].split(b"%")) == sorted(encode(asked)[:-4].split(b"%"))


@often
@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=60))
def test_the_login_that_c_writes_python_reads(codec: Codec, value: str) -> None:
    server = TspConnection(Role.SERVER)
    (login,) = server.receive(login_3(codec, value, value))
    assert isinstance(login, Login)
    assert login.version == 3


values = st.sampled_from(
    [
        *(
            b"call=c1",
            b"call=c_",
            b"state=ProceedState",
            b"STATE = onhookstate",
            b"cause=busy",
            b"cause=",
            b"cause=x",
        ),
        *(b"features=", b"features=drop  hold x DIAL", b"capabilities=park-at unknown", b"direction=inbound"),
        *(
            b"caller-privacy=none",
            b"caller-privacy=x",
            b"callee-id=\xea\xb9\x80=",
            b"reason=reminder",
            b"reason=x",
        ),
        *(
            b"external=NO",
            b"external=x",
            b"held=yes",
            b"related=c2",
            b"related=!",
            b"began=12",
            b"began=12345678901",
        ),
        *(
            b"answered=x",
            b"after=20",
            b"no-answer=1",
            b"always=",
            b"missed=0",
            b"in-service=yes",
            b"reachable=Yes",
        ),
        *(
            b"reason=busy",
            b"reason=no-such-call",
            b"text=a=b",
            b"slot=701",
            b"=",
            b"=x",
            b"x",
            b"",
            b" ",
            b"terminal=4",
        ),
    ]
)
heads = st.sampled_from(
    [
        *(b"Notify%Call", b"notify % LINE ", b"Notify%Ready", b"Notify%Moon", b"Notify", b"Result%7%Success"),
        *(b"Result%4294967296%Fail", b"result%1%FAIL", b"Result%%Success", b"Result", b"Response%Success%3"),
        *(
            b"Response%Fail",
            b"Request%1%alive",
            b"Action%Dial%1",
            b"Notify%CALL_STATE%4000%ProceedState%c1%%%%",
        ),
    ]
)
made_up = st.builds(
    lambda head, parts: b"%".join([head, *parts]) + TERMINATOR, heads, st.lists(values, max_size=8)
)
pieces = st.one_of(
    made_up,
    sent_by_servers.map(encode),
    st.binary(max_size=20),
    st.sampled_from([b"\r\n\r\n", b"%", b"=", b"x" * 2040, b"\xc2", b"GET / HTTP/1.1\r\n\r\n"]),
)


@often
@given(st.lists(pieces, max_size=12).map(b"".join))
@example(b"Notify%Call%call=c1%state=OnHookState%cause= \r\n\r\n")
@example(b"Notify%Line%features= \r\n\r\n")
def test_both_read_any_stream_alike(codec: Codec, stream: bytes) -> None:
    alike(codec, stream)


@settings(often, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(made_up, max_size=6).map(b"".join), st.lists(st.integers(0, 400), max_size=6))
def test_any_pieces_give_the_same_messages(codec: Codec, stream: bytes, cuts: list[int]) -> None:
    python = TspConnection(Role.CLIENT)
    python.version = 3
    edges = [0, *sorted(cut for cut in cuts if cut < len(stream)), len(stream)]
    events = [
        event for begin, end in itertools.pairwise(edges) for event in python.receive(stream[begin:end])
    ]
    assert [as_python(one) for one in read_stream_3(codec, stream)] == [as_c(event) for event in events]
