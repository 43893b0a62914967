"""How many connections there may be, and whose go first; over real sockets."""

import asyncio
import gc
import socket
import ssl
from asyncio.sslproto import SSLProtocol
from contextlib import suppress

import pytest
import trustme

from offhook.sip.connection import READ_AT_ONCE, Connection
from offhook.sip.endpoint import Failure
from offhook.sip.stream import StreamParser
from offhook.sip.tlsdoor import TlsDoor
from offhook.sip.transaction import Transport
from tests.alive import newer
from tests.sip.helpers import received
from tests.sip.shells import LOOPBACK, Shell, closed
from tests.waiting import until

OPTIONS = received("OPTIONS", via="SIP/2.0/TCP 127.0.0.1:1;branch=z9hG4bK1")
Stream = tuple[asyncio.StreamReader, asyncio.StreamWriter]


async def answers(stream: Stream) -> bool:
    stream[1].write(b"\r\n\r\n")
    return await stream[0].readexactly(2) == b"\r\n"


async def closing(*streams: Stream) -> None:
    for _, writer in streams:
        writer.close()


async def test_the_oldest_stranger_goes_first_and_who_is_known_stays(
    shells: list[Shell], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("offhook.sip.crowd.MAX_STRANGERS", 2)
    shell, address = shells[0], shells[0].transport.local("tcp")
    phone = await asyncio.open_connection(*address)
    phone[1].write(OPTIONS)
    await phone[0].readuntil(b"\r\n\r\n")
    shell.transport.known(shell.flows[0], "4000")
    crowd = [await asyncio.open_connection(*address) for _ in range(2)]
    await until(lambda: len(shell.transport._connections) == 3)
    more = await asyncio.open_connection(*address)
    await closed(crowd[0][0])
    assert await answers(phone) and await answers(more)
    await closing(phone, more, *crowd)


async def test_too_many_from_one_host_are_trimmed_once_they_have_had_their_time(
    shells: list[Shell], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("offhook.sip.crowd.MAX_STRANGERS_HERE", 2)
    monkeypatch.setattr("offhook.sip.crowd.GRACE_S", 0.1)
    streams = [await asyncio.open_connection(*shells[0].transport.local("tcp")) for _ in range(3)]
    await closed(streams[0][0])
    assert await answers(streams[2])
    await closing(*streams)


async def test_connections_beyond_what_the_system_allows_are_refused(shells: list[Shell]) -> None:
    shell, address = shells[0], shells[0].transport.local("tcp")
    shell.transport._crowd.limit = 1
    phone = await asyncio.open_connection(*address)
    phone[1].write(OPTIONS)
    await phone[0].readuntil(b"\r\n\r\n")
    shell.transport.known(shell.flows[0], "4000")
    more = await asyncio.open_connection(*address)
    await closed(more[0])
    assert await answers(phone)
    await closing(phone, more)


async def test_an_idle_stranger_is_closed_soon_and_an_idle_phone_is_not(
    shells: list[Shell], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("offhook.sip.connection.STRANGER_IDLE_S", 0.1)
    shell, address = shells[0], shells[0].transport.local("tcp")
    phone, stranger = [await asyncio.open_connection(*address) for _ in range(2)]
    for stream in (phone, stranger):
        stream[1].write(OPTIONS)
        await stream[0].readuntil(b"\r\n\r\n")
        if stream is phone:
            shell.transport.known(shell.flows[0], "4000")
    await closed(stranger[0])
    assert await answers(phone)
    await closing(phone, stranger)


def numbered(count: int) -> bytes:
    return b"".join(
        received("OPTIONS", via=f"SIP/2.0/TCP 127.0.0.1:1;branch=z9hG4bK{number}") for number in range(count)
    )


async def test_a_stranger_who_asks_without_end_is_heard_slowly_and_others_at_once(
    shells: list[Shell], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("offhook.sip.connection.STRANGER_BURST", 3.0)
    monkeypatch.setattr("offhook.sip.connection.STRANGER_MESSAGES_A_S", 0.001)
    shell, address = shells[0], shells[0].transport.local("tcp")
    flood, other = [await asyncio.open_connection(*address) for _ in range(2)]
    flood[1].write(numbered(20))
    for _ in range(3):
        await flood[0].readuntil(b"\r\n\r\n")
    other[1].write(OPTIONS)
    await other[0].readuntil(b"\r\n\r\n")
    assert len(shell.flows) == 4
    shell.transport.known(shell.flows[0], "4000")  # once it is known, the rest is heard
    for _ in range(17):
        await flood[0].readuntil(b"\r\n\r\n")
    await closing(flood, other)


async def test_a_stranger_who_sends_more_than_is_heard_is_cut(
    shells: list[Shell], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("offhook.sip.connection.STRANGER_BURST", 1.0)
    caplog.set_level("INFO")
    stream = await asyncio.open_connection(*shells[0].transport.local("tcp"))
    stream[1].write(numbered(1000))
    await stream[0].readuntil(b"\r\n\r\n")
    await closed(stream[0])
    assert "sends more than it is answered" in caplog.text
    await closing(stream)


async def test_what_is_sent_in_one_go_is_answered_in_its_order_and_to_its_end(shells: list[Shell]) -> None:
    shell = shells[0]
    stream = await asyncio.open_connection(*shell.transport.local("tcp"))
    stream[1].write(OPTIONS)
    await stream[0].readuntil(b"\r\n\r\n")
    shell.transport.known(shell.flows[0], "4000")
    stream[1].write(numbered(100))
    stream[1].write_eof()
    branches = [(await stream[0].readuntil(b"\r\n\r\n")).split(b"branch=z9hG4bK")[1] for _ in range(100)]
    numbers = [int(branch.split(b";")[0].split(b"\r")[0]) for branch in branches]
    assert numbers == [*range(100)]
    await closing(stream)


async def test_who_is_known_may_send_what_a_stranger_may_not(shells: list[Shell]) -> None:
    shell, address = shells[0], shells[0].transport.local("tcp")
    phone, stranger = [await asyncio.open_connection(*address) for _ in range(2)]
    phone[1].write(OPTIONS)
    await phone[0].readuntil(b"\r\n\r\n")
    shell.transport.known(shell.flows[0], "4000")
    large = OPTIONS.replace(b"Content-Length: 0", b"Content-Length: 40000") + b"x" * 40_000
    for stream in (phone, stranger):
        stream[1].write(large)
    await phone[0].readuntil(b"\r\n\r\n")
    await closed(stranger[0])
    await closing(phone, stranger)


async def test_ten_thousand_keep_alives_are_answered_like_one(shells: list[Shell]) -> None:
    stream = await asyncio.open_connection(*shells[0].transport.local("tcp"))
    stream[1].write(b"\r\n\r\n" * 10_000)
    assert await stream[0].readexactly(20_000) == b"\r\n" * 10_000
    await closing(stream)


async def test_a_stranger_who_does_not_read_is_cut_early(
    shells: list[Shell], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("offhook.sip.connection.MAX_UNSENT", 1 << 30)
    stream = await asyncio.open_connection(*shells[0].transport.local("tcp"), limit=1)
    with pytest.raises(OSError):
        while True:
            stream[1].write(b"\r\n\r\n" * 10_000)
            await stream[1].drain()
    assert not shells[0].transport._connections
    await closing(stream)


async def test_a_pbx_that_connects_is_no_stranger(
    shells: list[Shell], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("offhook.sip.connection.STRANGER_BURST", 1.0)
    shells[0].transport.is_trusted = lambda host: host == LOOPBACK
    stream = await asyncio.open_connection(*shells[0].transport.local("tcp"))
    stream[1].write(numbered(50))
    for _ in range(50):
        await stream[0].readuntil(b"\r\n\r\n")
    assert shells[0].transport._crowd.strangers == 0
    await closing(stream)


def context_pair() -> tuple[ssl.SSLContext, ssl.SSLContext]:
    authority = trustme.CA()
    server, client = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER), ssl.create_default_context()
    authority.issue_cert(LOOPBACK).configure_cert(server)
    authority.configure_trust(client)
    return server, client


async def test_who_does_not_shake_hands_makes_room_for_who_does(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("offhook.sip.crowd.MAX_STRANGERS", 3)
    server, client = context_pair()
    shell = Shell(tls_listen=(LOOPBACK, 0), tls_context=server)
    await shell.transport.start()
    address = shell.transport.local("tls")
    silent = [await asyncio.open_connection(*address) for _ in range(3)]
    await until(lambda: len(shell.transport._crowd) == 3)
    phone = await asyncio.open_connection(*address, ssl=client, server_hostname=LOOPBACK)
    await closed(silent[0][0])
    phone[1].write(OPTIONS)  # at once behind the handshake
    assert (await phone[0].readuntil(b"\r\n\r\n")).startswith(b"SIP/2.0 200")
    phone[1].close()
    await closing(*silent)
    await until(lambda: len(shell.transport._crowd) == 0)
    await shell.transport.stop()


@pytest.mark.parametrize("first", [b"OPTIONS sip:a@b SIP/2.0\r\n\r\n", b"\x16\x03\x01\x00\x00", b""])
async def test_who_speaks_no_tls_at_the_tls_port_leaves_nothing_behind(first: bytes) -> None:
    server, _ = context_pair()
    shell = Shell(tls_listen=(LOOPBACK, 0), tls_context=server)
    await shell.transport.start()
    _, writer = await asyncio.open_connection(*shell.transport.local("tls"))
    await until(lambda: len(shell.transport._crowd) == 1)
    writer.write(first)
    writer.write_eof()
    await until(lambda: len(shell.transport._crowd) == 0)
    writer.close()
    await shell.transport.stop()


async def test_stopping_does_not_wait_for_hands_to_be_shaken() -> None:
    server, _ = context_pair()
    shell = Shell(tls_listen=(LOOPBACK, 0), tls_context=server)
    await shell.transport.start()
    reader, writer = await asyncio.open_connection(*shell.transport.local("tls"))
    await until(lambda: len(shell.transport._crowd) == 1)
    await shell.transport.stop()
    await closed(reader)
    writer.close()


async def test_streams_that_are_no_sip_are_summed_up(
    shells: list[Shell], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    for _ in range(20):
        stream = await asyncio.open_connection(*shells[0].transport.local("tcp"))
        stream[1].write(b"GET / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n")
        await closed(stream[0])
        await closing(stream)
    assert len(caplog.records) == 1


@pytest.mark.parametrize("first", [b"GET / HTTP/1.0\r\n\r\n", b"\x16\x03\x01\x02\x00\x01" + b"z" * 600])
async def test_a_handshake_that_fails_gives_its_memory_back_at_once(first: bytes) -> None:
    """Not when the garbage collector comes, which is after hundreds of megabytes of them."""
    server, _ = context_pair()
    shell = Shell(tls_listen=(LOOPBACK, 0), tls_context=server)
    await shell.transport.start()
    gc.collect()
    gc.disable()
    left = newer(SSLProtocol)
    try:
        reader, writer = await asyncio.open_connection(*shell.transport.local("tls"))
        writer.write(first)
        await reader.read()
        writer.close()
        await until(lambda: not left())
    finally:
        gc.enable()
    await shell.transport.stop()


@pytest.mark.parametrize("first", [b"", OPTIONS, b"GET / HTTP/1.0\r\n\r\n"])
@pytest.mark.parametrize("protocol", ["tcp", "tls"])
async def test_a_connection_that_is_over_does_not_wait_for_the_garbage_collector(
    protocol: Transport, first: bytes
) -> None:
    server, client = context_pair()
    shell = Shell(tls_listen=(LOOPBACK, 0), tls_context=server)
    await shell.transport.start()
    gc.collect()
    gc.disable()
    left = newer(Connection, TlsDoor, StreamParser)
    try:
        context = client if protocol == "tls" else None
        reader, writer = await asyncio.open_connection(*shell.transport.local(protocol), ssl=context)
        if first:
            writer.write(first)
            with suppress(ConnectionError):  # it is answered, or cut
                await reader.read(1)
        else:
            await until(lambda: shell.transport._connections)
        writer.close()
        await until(lambda: not left())
    finally:
        gc.enable()
    await shell.transport.stop()


@pytest.mark.parametrize("answer", [b"HTTP/1.1 400 Bad Request\r\n\r\n", b""])
async def test_a_connection_of_ours_whose_handshake_fails_does_not_wait_for_the_garbage_collector(
    answer: bytes,
) -> None:
    _, context = context_pair()
    shell = Shell(tls_client_context=context)
    await shell.transport.start()

    def refuse(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(answer)
        writer.close()

    server = await asyncio.start_server(refuse, LOOPBACK, 0)
    gc.collect()
    gc.disable()
    left = newer(Connection, StreamParser, SSLProtocol)
    try:
        shell.send("tls", server.sockets[0].getsockname()[:2])
        assert await shell.told.get() is Failure.TRANSPORT
        await until(lambda: not left())
    finally:
        gc.enable()
    server.close()
    await shell.transport.stop()


async def test_a_flood_takes_no_more_files_at_a_time_than_this_door_has(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What is turned away is closed one turn of the loop later, and counts until then."""
    room = 16
    monkeypatch.setattr("offhook.sip.transport.room_for", lambda _door, _most: room)
    shell = Shell()
    await shell.transport.start()
    most, made = 0, shell.transport._connection
    here: list[Connection] = []

    def counted(protocol: Transport, *, ours: bool = False) -> Connection:
        nonlocal most
        here[:] = [one for one in here if not one.closed.is_set()]
        here.append(made(protocol, ours=ours))
        most = max(most, len(here))
        return here[-1]

    monkeypatch.setattr(shell.transport, "_connection", counted)
    sockets = [socket.create_connection(shell.transport.local("tcp")) for _ in range(4 * room)]
    await until(lambda: most >= room // 2)
    for _ in range(4 * room):
        await asyncio.sleep(0)
    assert most <= room
    for one in sockets:
        one.close()
    await shell.transport.stop()


async def test_little_is_read_at_once_of_who_sends_without_end(
    shells: list[Shell], monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[int] = []
    take = Connection.data_received

    def noted(connection: Connection, data: bytes) -> None:
        read.append(len(data))
        take(connection, data)

    monkeypatch.setattr(Connection, "data_received", noted)
    with socket.create_connection(shells[0].transport.local("tcp")) as stream:
        stream.setblocking(False)
        stream.send(b"x" * 1_000_000)  # before the loop has gone round
        await until(lambda: read)
    assert max(read) <= READ_AT_ONCE
