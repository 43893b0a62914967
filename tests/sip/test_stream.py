"""Framing: the same messages however the stream is cut."""

import gc
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from offhook.sip.message import parse
from offhook.sip.stream import StreamParser
from offhook.sip.values import SipParseError

ONE = b"OPTIONS sip:a SIP/2.0\r\nContent-Length: 5\r\n\r\nhello"
TWO = b"OPTIONS sip:b SIP/2.0\r\nl : 0\r\n\r\n"
NONE = b"OPTIONS sip:c SIP/2.0\r\nVia: x\r\n\r\n"
STREAM = ONE + b"\r\n\r\n" + TWO + NONE + b"\r\n" + ONE + b"\r\n\r\n\r\n\r\n"


@given(st.lists(st.integers(0, len(STREAM))))
def test_any_split_gives_the_same_messages_and_pings(cuts: list[int]) -> None:
    parser = StreamParser()
    edges = [0, *sorted(cuts), len(STREAM)]
    messages = [m for a, b in pairwise(edges) for m in parser.feed(STREAM[a:b])]
    assert messages == [ONE, TWO, NONE, ONE]
    assert parser.pings == 3


@given(st.binary(), st.integers(0, 200))
def test_any_bytes_give_the_same_for_any_split(data: bytes, cut: int) -> None:
    assert outcome([data]) == outcome([data[:cut], data[cut:]])


def outcome(parts: list[bytes]) -> list[bytes | str | int]:
    parser, result = StreamParser(), list[bytes | str | int]()
    for part in parts:
        result += parser.feed(part)
    return [*result, parser.error.reason if parser.error else "", parser.pings]


@pytest.mark.parametrize(
    "data",
    [
        b"x" * 200,
        b"OPTIONS sip:a SIP/2.0\r\nContent-Length: 200\r\n\r\n",
        b"OPTIONS sip:a SIP/2.0\r\nContent-Length: 1\r\nl: 2\r\n\r\n",
    ],
)
def test_what_is_too_large_or_ambiguous_ends_the_stream(data: bytes) -> None:
    parser = StreamParser(limit=100)
    assert parser.feed(ONE + data) == [ONE]
    assert parser.error is not None
    assert parser.feed(ONE) == []


HEAD = (
    b"OPTIONS sip:a SIP/2.0\r\nVia: SIP/2.0/TCP h;branch=z9hG4bKx\r\nFrom: <sip:a>;tag=1\r\nTo: <sip:a>\r\n"
)
HEAD += b"Call-ID: x\r\nCSeq: 1 OPTIONS\r\n"
INSIDE = b"BYE sip:victim SIP/2.0\r\n\r\n"


@pytest.mark.parametrize(
    "length",
    [
        b"Content-Length: %d",
        b"Content-Length:\r\n \r\n %d",
        b"Content-Length: %d\r\n ",
        b"Content-Length: %d\r\n ;x",
        b"Content-Length\x0b: %d",
        b"Content-Length: \x0b%d",
        b"Content-Length\xc2\xa0: %d",
        b"\xe2\x80\xa8Content-Length: %d",
        b"\x1cl: %d",
        b"X: a\nContent-Length: %d",
        b"X: a\rContent-Length: %d",
        b"Content-Length: 0\nl: %d",
        b"Content-Length: +%d",
        b"Content-Length: 00000000000%d",
        b"Content-Length: %d, %d",
        b"Content-Length: %d\r\nl: 0",
    ],
)
def test_a_body_is_never_a_message_however_its_length_is_written(length: bytes) -> None:
    length = length.replace(b"%d", b"%d" % len(INSIDE))
    parser = StreamParser()
    messages = parser.feed(HEAD + length + b"\r\n\r\n" + INSIDE)
    assert [message[:7] for message in messages] in ([b"OPTIONS"], [])
    if parser.error is None:
        parsed = parse(messages[0])
        assert parsed.body == INSIDE


@pytest.mark.parametrize("length", [b"-5", b"", b"5 x", b"1e2", b"99999999999"])
def test_a_message_whose_length_is_no_number_can_be_answered_and_is_the_last(length: bytes) -> None:
    parser = StreamParser()
    (message,) = parser.feed(HEAD + b"Content-Length: " + length + b"\r\n\r\n" + ONE)
    with pytest.raises(SipParseError, match="Bad Content-Length") as caught:
        parse(message)
    assert caught.value.request is not None
    assert parser.error is not None
    assert parser.feed(ONE) == []


@pytest.mark.parametrize(
    "line", [b"Subject: l: 5", b"\x00l: 5", b"Subject: x\r\n Content-Length: 5", b"T\xf6l: 5"]
)
def test_what_is_no_content_length_is_none(line: bytes) -> None:
    parser = StreamParser()
    assert parser.feed(HEAD + line + b"\r\n\r\n" + ONE) == [HEAD + line + b"\r\n\r\n", ONE]


def test_what_was_received_is_given_back_at_once_when_it_is_no_sip() -> None:
    """Not when the garbage collector comes, which is after a hundred megabytes of such streams."""

    gone: list[str] = []

    class Received(bytes):
        def __del__(self) -> None:
            gone.append("gone")

    parser = StreamParser(limit=100)

    def receive() -> None:
        data = Received(b"x" * 1000)
        parser.feed(data)

    gc.disable()
    try:
        receive()
        assert parser.error is not None
        assert gone == ["gone"]
    finally:
        gc.enable()


@pytest.mark.parametrize("first", [b"GET / HTTP/1.1\r\n", b"\x16\x03\x01\x02\x00\n", b"\n\nEHLO somebody\n"])
def test_who_begins_with_another_protocol_is_found_out_by_the_first_line(first: bytes) -> None:
    """Such a request has no response in SIP, so its sender would wait, and keep the connection."""
    parser = StreamParser()
    assert parser.feed(first) == []
    assert parser.error is not None and parser.error.reason == "Not SIP"
