"""However a server's bytes come, the client reads the same messages from them, in their order."""

import asyncio
from collections.abc import Iterator
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from websockets.client import ClientProtocol
from websockets.http11 import Request
from websockets.server import ServerProtocol
from websockets.uri import parse_uri

from offhook.sscp.frames import FrameEnds, framed, whole_text
from offhook.sscp.readatonce import ReadAtOnce
from tests.sscp.nowhere import Nowhere

SIZES = (0, 1, 125, 126, 65535, 65536)
"""Of messages: a frame says how long it is in three ways."""


class Client:
    """A connection whose server has sent nothing yet, and all that is read from it."""

    def __init__(self) -> None:
        self.connection = ReadAtOnce(ClientProtocol(parse_uri("ws://127.0.0.1:1")))
        self.connection.connection_made(Nowhere())
        self.read: list[bytes] = []
        self.connection.take = self._take
        protocol = self.connection.protocol
        assert isinstance(protocol, ClientProtocol)
        protocol.send_request(protocol.connect())
        self._server = ServerProtocol()
        self._server.receive_data(b"".join(protocol.data_to_send()))
        (request,) = self._server.events_received()
        assert isinstance(request, Request)
        self._server.send_response(self._server.accept(request))

    def sent(self, *messages: bytes) -> bytes:
        """What the server sends: the response to the handshake if that is due, and a ping before each."""
        for message in messages:
            self._server.send_ping(b"?")
            self._server.send_text(message)
        return b"".join(self._server.data_to_send())

    def _take(self, message: bytes) -> bool:
        self.read.append(message)
        return True


def parts(data: bytes, cuts: list[int]) -> Iterator[bytes]:
    places = sorted({0, len(data), *(cut % len(data) for cut in cuts)})
    return (data[begin:end] for begin, end in pairwise(places))


@settings(deadline=None)
@given(st.lists(st.sampled_from(SIZES), max_size=4), st.lists(st.integers(0, 1 << 18), max_size=8))
def test_the_pieces_in_which_it_comes_make_no_difference(sizes: list[int], cuts: list[int]) -> None:
    async def work() -> None:
        client, messages = Client(), [bytes([97 + size % 26]) * size for size in sizes]
        for part in parts(client.sent(*messages), cuts):
            client.connection.data_received(part)
        assert client.read == messages
        client.connection.data_received(framed(b"alone"))
        assert client.read == [*messages, b"alone"]

    asyncio.run(work())


async def test_it_makes_no_difference_that_every_byte_comes_by_itself() -> None:
    client, messages = Client(), [b"x" * 3, b"y" * 200]
    for byte in client.sent(*messages):
        client.connection.data_received(bytes([byte]))
    assert client.read == messages


async def test_a_message_that_comes_alone_is_read_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    client = Client()
    client.connection.data_received(client.sent(b"first"))
    monkeypatch.setattr(client.connection.protocol, "receive_data", None)  # nothing else may read it
    client.connection.data_received(framed(b"alone"))
    assert client.read == [b"first", b"alone"]


async def test_a_part_of_a_frame_that_looks_like_a_message_is_none() -> None:
    client, inside = Client(), framed(b"inside")
    whole = framed(b"x" * 8 + inside)
    client.connection.data_received(client.sent())
    client.connection.data_received(whole[: -len(inside)])
    client.connection.data_received(inside)
    assert client.read == [b"x" * 8 + inside]


@pytest.mark.parametrize("size", SIZES)
def test_only_a_whole_message_and_nothing_besides_is_one(size: int) -> None:
    frame = framed(b"x" * size)
    assert whole_text(frame) == b"x" * size
    assert whole_text(frame + b"\x81") is None
    assert whole_text(frame[:-1]) is None


def test_a_frame_of_any_size_ends_where_it_ends() -> None:
    ends = FrameEnds()
    for size in SIZES:
        frame = framed(b"x" * size)
        ends.read(frame[:-1])
        assert not ends.between
        ends.read(frame[-1:])
        assert ends.between
