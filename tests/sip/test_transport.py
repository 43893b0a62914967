"""The asyncio shell, over real sockets on loopback."""

import asyncio
import socket
import ssl
from contextlib import suppress

import pytest
import trustme

from offhook.sip.connection import PROBE_AFTER_S, PROBES, UNACKNOWLEDGED_S
from offhook.sip.endpoint import Endpoint, Failure, Flow
from offhook.sip.message import Request, Response, parse
from offhook.sip.server import ServerTransaction
from offhook.sip.transaction import Transport
from offhook.sip.transport import SipTransport
from tests.peers.program import free_port
from tests.sip.helpers import received
from tests.sip.shells import LOOPBACK, Shell, closed
from tests.waiting import until


async def test_one_port_is_bound_for_udp_and_tcp(shells: list[Shell]) -> None:
    near = shells[0].transport
    assert near.local("udp") == near.local("tcp")
    assert near.local("udp")[1] > 0


async def test_a_port_in_use_is_an_oserror(shells: list[Shell]) -> None:
    port = shells[0].transport.local("udp")[1]
    with pytest.raises(OSError, match="in use"):
        await SipTransport(Endpoint(), LOOPBACK, port).start()


async def test_a_port_in_use_for_udp_alone_leaves_nothing_bound() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken:
        port = free_port()
        taken.bind((LOOPBACK, port))
        with pytest.raises(OSError, match="in use"):
            await SipTransport(Endpoint(), LOOPBACK, port).start()
        with socket.socket() as free:
            free.bind((LOOPBACK, port))


@pytest.mark.parametrize("protocol", ["udp", "tcp"])
async def test_a_request_goes_out_and_its_answer_comes_back(shells: list[Shell], protocol: Transport) -> None:
    near, far = shells
    near.send(protocol, far.transport.local(protocol))
    assert await near.status() == 200
    assert far.flows[0].protocol == protocol


async def test_a_connection_is_used_again_in_both_directions(shells: list[Shell]) -> None:
    near, far = shells
    for _ in range(3):
        near.send("tcp", far.transport.local("tcp"))
        assert await near.status() == 200
    assert len({flow.id for flow in far.flows}) == 1
    far.send("tcp", near.transport.local("tcp"), far.flows[0])
    assert await far.status() == 200


async def test_messages_wait_for_the_connection_to_open(shells: list[Shell]) -> None:
    near, far = shells
    for _ in range(3):
        near.send("tcp", far.transport.local("tcp"))
    assert [await near.status() for _ in range(3)] == [200] * 3
    assert len({flow.id for flow in far.flows}) == 1


async def test_no_connection_is_a_transport_failure(shells: list[Shell]) -> None:
    shells[0].send("tcp", (LOOPBACK, 1))
    assert await shells[0].told.get() is Failure.TRANSPORT


async def test_a_udp_send_error_is_a_transport_failure(shells: list[Shell]) -> None:
    near = shells[0]
    flow = Flow("udp", near.transport.local("udp"), ("255.255.255.255", 9))
    near.send("udp", flow.remote, flow)
    assert await near.told.get() is Failure.TRANSPORT


async def test_a_connection_that_is_lost_fails_what_waits_on_it(shells: list[Shell]) -> None:
    near, far = shells
    far.endpoint.on_request = lambda transaction, message, flow, now: None
    near.send("tcp", far.transport.local("tcp"))
    await until(lambda: bool(near.transport._connections))
    await far.transport.stop()
    assert await near.told.get() is Failure.TRANSPORT


async def test_a_request_to_a_connection_that_is_gone_fails(shells: list[Shell]) -> None:
    near = shells[0]
    near.send("tcp", (LOOPBACK, 9), Flow("tcp", (LOOPBACK, 1), (LOOPBACK, 9), 77))
    assert await near.told.get() is Failure.TRANSPORT


async def test_a_name_is_no_address(shells: list[Shell]) -> None:
    with pytest.raises(ValueError, match="example"):
        shells[0].transport.flow("udp", ("example.com", 5060))


async def test_a_ping_gets_its_pong_and_split_messages_are_read(shells: list[Shell]) -> None:
    reader, writer = await asyncio.open_connection(*shells[0].transport.local("tcp"))
    data = received("OPTIONS", via="SIP/2.0/TCP 127.0.0.1;branch=z9hG4bK1")
    writer.write(b"\r\n\r\n" + data[:30])
    assert await reader.readexactly(2) == b"\r\n"
    writer.write(data[30:])
    answer = parse(await reader.readuntil(b"\r\n\r\n"))
    assert isinstance(answer, Response)
    assert answer.status == 200
    writer.close()
    await writer.wait_closed()


async def test_what_is_no_sip_ends_the_connection(shells: list[Shell]) -> None:
    reader, writer = await asyncio.open_connection(*shells[0].transport.local("tcp"))
    writer.write(b"GET / HTTP/1.1\r\n" + b"x" * 100_000)
    with pytest.raises(ConnectionError):
        while await reader.read(1000) or True:
            await writer.drain()
            writer.write(b"x")


@pytest.mark.parametrize("sent", [b"", b"OPTIONS sip:x SIP/2.0\r\nVia: "])
async def test_a_half_open_connection_is_closed(monkeypatch: pytest.MonkeyPatch, sent: bytes) -> None:
    monkeypatch.setattr("offhook.sip.connection.FIRST_MESSAGE_S", 0.05)
    monkeypatch.setattr("offhook.sip.transport.SWEEP_S", 0.02)
    shell = Shell()
    await shell.transport.start()
    reader, writer = await asyncio.open_connection(*shell.transport.local("tcp"))
    writer.write(sent)
    await closed(reader)
    writer.close()
    await shell.transport.stop()


async def test_without_connections_none_are_looked_after(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("offhook.sip.transport.SWEEP_S", 0.02)
    shell = Shell()
    await shell.transport.start()
    assert shell.transport._sweep is None
    _, writer = await asyncio.open_connection(*shell.transport.local("tcp"))
    await until(lambda: shell.transport._sweep is not None)
    writer.close()
    await writer.wait_closed()
    await until(lambda: shell.transport._sweep is None)
    await shell.transport.stop()


async def test_a_message_that_is_never_finished_ends_the_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("offhook.sip.connection.HALF_MESSAGE_S", 0.05)
    monkeypatch.setattr("offhook.sip.transport.SWEEP_S", 0.02)
    shell = Shell()
    await shell.transport.start()
    reader, writer = await asyncio.open_connection(*shell.transport.local("tcp"))
    writer.write(received("OPTIONS", via="SIP/2.0/TCP 127.0.0.1;branch=z9hG4bK1") + b"OPTIONS ")
    await reader.readuntil(b"\r\n\r\n")
    await closed(reader)
    writer.close()
    await shell.transport.stop()


async def test_a_peer_that_does_not_read_is_cut_off(
    monkeypatch: pytest.MonkeyPatch, shells: list[Shell]
) -> None:
    monkeypatch.setattr("offhook.sip.connection.MAX_UNSENT", 10_000)
    near = shells[0]
    with socket.socket() as peer:
        peer.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        peer.connect(near.transport.local("tcp"))
        await until(lambda: bool(near.transport._connections))
        connection = next(iter(near.transport._connections.values()))
        while connection.send(b"x" * 5000):  # noqa: ASYNC110
            await asyncio.sleep(0)
        await until(lambda: not near.transport._connections)


async def test_an_error_of_ours_does_not_take_the_socket_down(
    shells: list[Shell], caplog: pytest.LogCaptureFixture
) -> None:
    near, far = shells
    answer, calls = far.endpoint.on_request, []

    def fail_once(transaction: ServerTransaction, message: Request, flow: Flow, now: float) -> None:
        calls.append(message)
        if len(calls) == 1:
            raise RuntimeError("our own fault")
        answer(transaction, message, flow, now)

    far.endpoint.on_request = fail_once
    near.send("udp", far.transport.local("udp"))
    await until(lambda: len(calls) == 1)
    near.send("udp", far.transport.local("udp"))
    assert await near.status() == 200
    assert "our own fault" in caplog.text


async def test_keep_alives_over_udp_are_passed_over(
    shells: list[Shell], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    far = shells[1].transport.local("udp")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as peer:
        for data in (b"\r\n\r\n", b"\x00", b""):
            peer.sendto(data, far)
    shells[0].send("udp", far)
    assert await shells[0].status() == 200
    assert not caplog.records


async def test_on_all_addresses_the_local_one_is_that_which_the_peer_sees() -> None:
    shell = Shell(host="0.0.0.0")
    await shell.transport.start()
    flow = shell.transport.flow("udp", ("127.0.0.1", 5060))
    assert flow.local == ("127.0.0.1", shell.transport.local("udp")[1])
    await shell.transport.stop()


async def test_tls_carries_requests_to_a_verified_peer() -> None:
    server, client = contexts()
    far = Shell(tls_listen=(LOOPBACK, 0), tls_context=server)
    near, stranger = Shell(tls_client_context=client), Shell()
    for shell in (far, near, stranger):
        await shell.transport.start()
    near.send("tls", far.transport.local("tls"))
    assert await near.status() == 200
    assert far.flows[0].protocol == "tls"
    stranger.send("tls", far.transport.local("tls"))
    assert await stranger.told.get() is Failure.TRANSPORT
    for shell in (near, stranger, far):
        await shell.transport.stop()


def contexts() -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """A server with a certificate for 127.0.0.1, and a client that trusts it."""
    authority = trustme.CA()
    server, client = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER), ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    authority.issue_cert(LOOPBACK).configure_cert(server)
    authority.configure_trust(client)
    return server, client


async def test_a_connection_made_while_stopping_leaves_nothing_open() -> None:
    shell = Shell()
    await shell.transport.start()
    with socket.socket() as peer:
        peer.setblocking(False)
        with suppress(BlockingIOError):
            peer.connect(shell.transport.local("tcp"))
        await asyncio.sleep(0)
        await shell.transport.stop()
    assert not shell.transport._connections


@pytest.mark.skipif(not hasattr(socket, "TCP_USER_TIMEOUT"), reason="not told to this system")
async def test_the_system_is_told_to_find_out_about_a_peer_that_goes_without_a_word(
    shells: list[Shell],
) -> None:
    near, far = shells
    far.send("tcp", near.transport.local("tcp"))
    assert await far.status() == 200
    for shell in shells:
        (connection,) = shell.transport._connections.values()
        assert connection._transport is not None
        sock = connection._transport.get_extra_info("socket")
        told = [
            sock.getsockopt(socket.IPPROTO_TCP, option)
            for option in (socket.TCP_KEEPIDLE, socket.TCP_KEEPCNT)
        ]
        assert sock.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE)
        assert told == [PROBE_AFTER_S, PROBES]
        assert sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT) == UNACKNOWLEDGED_S * 1000
