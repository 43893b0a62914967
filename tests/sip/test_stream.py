"""Framing: the same messages however the stream is cut."""

import gc
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from offhook.sip.stream import StreamParser

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
