import asyncio
import socket
import ssl
import threading
import tracemalloc

import pytest

from offhook.common import eventloop


@pytest.fixture
def silent_dns(monkeypatch: pytest.MonkeyPatch) -> threading.Event:
    """A name server that does not answer until this is set."""
    answer = threading.Event()

    def look_up(*_: object) -> list[object]:
        answer.wait()
        return []

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    return answer


def test_names_that_cannot_be_looked_up_keep_no_file_from_being_read(silent_dns: threading.Event) -> None:
    async def work() -> str:
        loop = asyncio.get_running_loop()
        stuck = [asyncio.create_task(loop.getaddrinfo("ldap.example", 389)) for _ in range(100)]
        await asyncio.sleep(0)
        read = await asyncio.to_thread(lambda: "read")
        for task in stuck:
            task.cancel()
        await asyncio.gather(*stuck, return_exceptions=True)
        return read

    assert eventloop.run(work()) == "read"
    silent_dns.set()


def test_the_program_ends_while_a_name_is_looked_up(silent_dns: threading.Event) -> None:
    async def work() -> None:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.01):
                await asyncio.get_running_loop().getaddrinfo("ldap.example", 389)

    eventloop.run(work())
    silent_dns.set()


def test_localhost_is_found() -> None:
    async def work() -> bool:
        return bool(await asyncio.get_running_loop().getaddrinfo("localhost", 80, type=socket.SOCK_STREAM))

    assert eventloop.run(work())


def test_a_tls_connection_that_is_not_there_yet_takes_little_memory() -> None:
    async def work() -> int:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        server = await asyncio.start_server(lambda _reader, _writer: None, "127.0.0.1", 0, ssl=context)
        tracemalloc.start()
        streams = [await asyncio.open_connection(*server.sockets[0].getsockname()) for _ in range(20)]
        await asyncio.sleep(0.05)
        used, _ = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        for _, writer in streams:
            writer.transport.abort()
        server.close()
        return used

    assert eventloop.run(work()) < 20 * 200_000


def test_a_datagram_is_read_into_a_buffer_of_its_size() -> None:
    class Receiver(asyncio.DatagramProtocol):
        def __init__(self, received: asyncio.Future[bytes]) -> None:
            self._received = received

        def datagram_received(self, data: bytes, addr: object) -> None:
            self._received.set_result(data)

    async def work() -> tuple[int, int]:
        loop = asyncio.get_running_loop()
        received: asyncio.Future[bytes] = loop.create_future()
        transport, _ = await loop.create_datagram_endpoint(
            lambda: Receiver(received), local_addr=("127.0.0.1", 0)
        )
        longest = b"x" * 65_507
        tracemalloc.start()
        transport.sendto(longest, transport.get_extra_info("sockname"))
        length = len(await received)
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        transport.close()
        return length, most

    length, most = eventloop.run(work())
    assert length == 65_507
    assert most < 2 * eventloop.READ_AT_ONCE
