"""The C codec beside the Python one: what either writes the other reads, and they read alike."""

import itertools

from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from offhook.call import CallState, Cause, Party
from offhook.tsp.connection import BadMessage, Event, ProtocolError, Role, TspConnection
from offhook.tsp.framing import TERMINATOR, Fault, clean
from offhook.tsp.messages import (
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
from tests.native.beside import KELVIN, often
from tests.native.codec import BAD_MESSAGE, PROTOCOL_ERROR, Codec, Notify, Response, Told

text = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)
call_ids = st.from_regex(r"[A-Za-z0-9-]{1,32}", fullmatch=True)
parties = st.builds(Party, text, text)
states = st.sampled_from(CallState)
causes = st.sampled_from(Cause)
on_hook = st.just(CallState.ON_HOOK)
sent_by_servers: st.SearchStrategy[Message] = st.one_of(
    st.builds(Success, st.none() | st.integers(1, 9999)),
    st.builds(Fail, st.none() | text),
    st.builds(CallStateNotify, text, states, call_ids, parties, parties),
    st.builds(CallStateNotify, text, on_hook, call_ids, parties, parties, causes),
    st.builds(CallInfoNotify, text, states, call_ids, parties, parties),
)

pieces = st.one_of(
    st.binary(max_size=20),
    st.text(max_size=10).map(lambda text: text.encode("utf-8", "replace")),
    sent_by_servers.map(encode),
    sent_by_servers.map(lambda message: encode(message)[:-4]),
    st.sampled_from(
        [
            *(b"\r\n\r\n", b"\r", b"\n", b"%", b" ", b"\x00", b"\x7f", b"\xc2\x80", b"\xc2", b"\xed\xa0\x80"),
            *(b"Response", b"success", b"FAIL", b"%2", b"Notify%CALL_STATE%", b"%OnHookState%c1%%%%%busy"),
            *(b"x" * 2040, b"\xea\xb9\x80" * 680, b"Action%Dial%1\r\n\r\n", b"GET / HTTP/1.1\r\n\r\n"),
        ]
    ),
)
streams = st.lists(pieces, max_size=30).map(b"".join)


def as_c(event: Event) -> Told:
    """An event of the Python codec's client end, as the C codec tells the same."""
    match event:
        case Success(version, terminal):
            newest = version or 1
            return Response(True, newest >= 2, version_3=newest >= 3, terminal=terminal)
        case Fail(reason):
            return Response(False, reason=reason or "")
        case CallStateNotify() | CallInfoNotify():
            is_state = isinstance(event, CallStateNotify)
            cause = event.cause.value if isinstance(event, CallStateNotify) and event.cause else ""
            caller, callee = event.caller, event.callee
            names = (caller.name, caller.id, callee.name, callee.id)
            kind = "CALL_STATE" if is_state else "CALL_INFO"
            return Notify(kind, event.terminal, event.state.value, event.call_id, *names, cause=cause)
        case ProtocolError(fault):
            # A browser never connects to the end that connects: to the TSP its request is nonsense.
            return BAD_MESSAGE if fault is Fault.HTTP else PROTOCOL_ERROR
        case BadMessage():
            return BAD_MESSAGE
    raise AssertionError(f"a client is never told {event}")


def alike(codec: Codec, stream: bytes) -> None:
    """Both codecs make the same of the stream, up to where either gives up."""
    assume(KELVIN.encode() not in stream)
    python = TspConnection(Role.CLIENT)
    events = python.receive(stream)
    told = codec.reader().receive(stream)
    if ProtocolError(Fault.HTTP) in events:
        told = told[: len(events)]
    assert told == [as_c(event) for event in events]


@often
@given(sent_by_servers)
def test_what_python_writes_c_reads(codec: Codec, message: Message) -> None:
    data = encode(message)
    assert codec.reader().receive(data) == [as_c(decode(data[: -len(TERMINATOR)]))]


@often
@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=60))
def test_what_c_writes_python_reads(codec: Codec, value: str) -> None:
    server = TspConnection(Role.SERVER)
    written = codec.login(value, value) + codec.dial(value) + codec.drop(value)
    seen = clean(value)
    assert server.receive(written) == [Login(seen, seen), Dial(seen), Drop(seen)]


@often
@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")), st.integers(0, 100))
def test_c_writes_a_whole_message_or_none(codec: Codec, value: str, size: int) -> None:
    whole = codec.dial(value)
    assert codec.dial(value, size) == (whole if len(whole) <= size else b"")


@often
@given(streams)
@example(b"\r\n\r\n\r\n\r\n")
@example(b"Notify%CALL_STATE%4000%OnHookState%c1\r\n\r\n")
@example(b"Response%Fail%\xc2\x85x\xc2\xa0\r\n\r\n")
def test_both_read_any_stream_alike(codec: Codec, stream: bytes) -> None:
    alike(codec, stream)


@often
@given(st.binary(max_size=100), st.sampled_from([b"", b"Response%Fail%", b"Notify%CALL_STATE%4000%"]))
def test_both_read_any_message_alike(codec: Codec, data: bytes, head: bytes) -> None:
    alike(codec, head + data + TERMINATOR)


@often
@given(streams, st.lists(st.integers(0, 6000), max_size=20))
def test_any_pieces_give_the_same_messages(codec: Codec, stream: bytes, cuts: list[int]) -> None:
    reader = codec.reader()
    edges = [0, *sorted(cut for cut in cuts if cut < len(stream)), len(stream)]
    told = [event for begin, end in itertools.pairwise(edges) for event in reader.receive(stream[begin:end])]
    assert told == codec.reader().receive(stream)


@settings(often, max_examples=100)
@given(streams)
def test_single_bytes_give_the_same_messages(codec: Codec, stream: bytes) -> None:
    reader = codec.reader()
    told = [event for byte in stream for event in reader.receive(bytes([byte]))]
    assert told == codec.reader().receive(stream)
