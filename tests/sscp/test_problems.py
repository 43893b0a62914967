"""Why a session to the Call Manager does not come about is told apart, each with what to do."""

import asyncio
import errno
import socket
import ssl

import pytest

from offhook.common.backoff import Backoff
from offhook.sscp.client import Credentials, SscpClient
from offhook.sscp.problems import connection_problem

KNOWN_NOT = socket.gaierror(socket.EAI_NONAME, "Name or service not known")
DNS_DOWN = socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")
ALIKE = OSError(
    "Multiple exceptions: [Errno 111] Connect call failed ('::1', 9, 0, 0), "
    "[Errno 111] Connect call failed ('127.0.0.1', 9)"
)
DIFFERENT = OSError(
    "Multiple exceptions: [Errno 101] Connect call failed ('2001:db8::1', 9, 0, 0), "
    "[Errno 111] Connect call failed ('192.0.2.1', 9)"
)


@pytest.mark.parametrize(
    ("error", "says"),
    [
        (ConnectionRefusedError(errno.ECONNREFUSED, "refused"), "nothing listens there; start it, or"),
        (ALIKE, "nothing listens there; start it, or"),
        (DIFFERENT, "nothing listens there; start it, or"),
        (KNOWN_NOT, "there is no machine of that name; correct it"),
        (DNS_DOWN, "its name cannot be looked up just now; check the network"),
        (TimeoutError(), "it does not answer; check its address"),
        (TimeoutError(errno.ETIMEDOUT, "timed out"), "it does not answer; check its address"),
        (OSError(errno.EHOSTUNREACH, "No route to host"), "there is no way to that network from here"),
        (ssl.SSLError(1, "[SSL: WRONG_VERSION_NUMBER] wrong version number"), "it does not speak TLS there"),
        (OSError(errno.EMFILE, "Too many open files"), "Too many open files"),
    ],
)
def test_each_reason_says_what_it_is_and_what_to_do(error: Exception, says: str) -> None:
    assert connection_problem(error).startswith(says)


async def problem_at(port: int) -> str:
    """What a client says of a session to this port of this machine."""
    failed = asyncio.Event()

    def part_of_pause() -> float:
        failed.set()
        return 1.0

    client = SscpClient(
        f"ws://127.0.0.1:{port}", Credentials("kim", "secret"), backoff=Backoff(part_of_pause)
    )
    await client.start()
    try:
        await failed.wait()
        assert client.problem is not None
        return client.problem
    finally:
        await client.stop()


async def test_a_port_where_nothing_listens() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    assert (await problem_at(port)).startswith("nothing listens there")


@pytest.mark.parametrize(
    "answer", [b"220 mail.example.com ESMTP\r\n", b"HTTP/1.1 404 Not Found\r\n\r\n", b""]
)
async def test_something_that_is_no_call_manager(answer: bytes) -> None:
    async def serve(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(answer)
        writer.close()

    async with await asyncio.start_server(serve, "127.0.0.1", 0) as server:
        said = await problem_at(server.sockets[0].getsockname()[1])
    assert said.startswith("what answers there is no Call Manager"), said
