"""When something arrived at a socket, which the bench takes from the system."""

import asyncio
import select
import socket
import struct
import sys
from collections.abc import Iterator
from math import inf
from time import perf_counter, time

import pytest

from bench.arrival import SO_TIMESTAMPNS, StampedSocket, stamped

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="Linux stamps what arrives")


class Reader(asyncio.Protocol):
    """Reads one message."""

    def __init__(self) -> None:
        self.read: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()

    def data_received(self, data: bytes) -> None:
        self.read.set_result(data)


@pytest.fixture(scope="module", autouse=True)
def the_system_stamps() -> Iterator[None]:
    """Linux stamps from a moment after it was asked to: until then the stamp is of when it was read."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as own:
        own.bind(("127.0.0.1", 0))
        own.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPNS, 1)
        until = perf_counter() + 20
        stamp = seen = inf
        while stamp >= seen:
            assert perf_counter() < until
            own.sendto(b"Notify", own.getsockname())
            select.select([own], [], [], 10)
            seen = time()
            _, ((_, _, stamped_at),), _, _ = own.recvmsg(100, 100)
            seconds, nanoseconds = struct.unpack_from("@ll", stamped_at)
            stamp = seconds + nanoseconds / 1e9
        yield


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
