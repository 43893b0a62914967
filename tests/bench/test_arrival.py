"""When something arrived at a socket, which the bench takes from the system."""

import asyncio
import select
import socket
import sys
from time import perf_counter

import pytest

from bench.arrival import StampedSocket, stamped

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="Linux stamps what arrives")


class Reader(asyncio.Protocol):
    """Reads one message."""

    def __init__(self) -> None:
        self.read: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()

    def data_received(self, data: bytes) -> None:
        self.read.set_result(data)


async def test_what_is_read_late_has_arrived_before() -> None:
    here, there = _connected()
    transport, reader = await asyncio.get_running_loop().create_connection(Reader, sock=here)
    own = stamped(transport)
    transport.pause_reading()
    there.sendall(b"Notify")
    seen = _seen(own)
    transport.resume_reading()
    assert await reader.read == b"Notify"
    assert 0 < own.arrived <= seen
    transport.close()
    there.close()


def _connected() -> tuple[socket.socket, socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        there = socket.create_connection(server.getsockname())
        here, _ = server.accept()
    here.setblocking(False)
    return here, there


def _seen(own: StampedSocket) -> float:
    """Wait until there is something to be read; when that was seen."""
    assert select.select([own], [], [], 10)[0]
    return perf_counter()
