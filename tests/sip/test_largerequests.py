"""Requests that are too large for a datagram: by TCP, and by UDP where nothing comes of that."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from offhook.sip import endpoint as sip_endpoint
from offhook.sip import largerequests
from offhook.sip.endpoint import Failure, Flow
from offhook.sip.message import Request, Response
from tests.sip.helpers import request
from tests.sip.shells import LOOPBACK, Shell


@asynccontextmanager
async def two() -> AsyncIterator[tuple[Shell, Shell]]:
    """Ours, whose large requests go by TCP, and the other side, which has both on one port."""
    near, far = Shell(), Shell()
    for one in (near, far):
        await one.transport.start()
    near.transport.large.wants = lambda remote: remote == far.transport.local("udp")
    try:
        yield near, far
    finally:
        for one in (near, far):
            await one.transport.stop()


def ask(shell: Shell, remote: tuple[str, int], size: int, method: str = "OPTIONS") -> Request:
    """Send a request with a body of this size by UDP; the request, which knows how it went in the end."""
    message = request(method)
    message.set_body(b"x" * size)
    flow, now = shell.transport.flow("udp", remote), shell.transport.now()
    shell.endpoint.request(message, flow, now, shell.told.put_nowait, shell.told.put_nowait)
    shell.transport.flush()
    return message


@pytest.mark.parametrize(("size", "protocol"), [(800, "udp"), (1400, "tcp"), (4000, "tcp")])
async def test_what_is_larger_than_a_datagram_may_be_goes_by_tcp(size: int, protocol: str) -> None:
    async with two() as (near, far):
        sent = ask(near, far.transport.local("udp"), size)
        assert await near.status() == 200
        assert [flow.protocol for flow in far.flows] == [protocol]
        assert sent.via.transport.lower() == protocol


async def test_only_where_it_is_wanted() -> None:
    async with two() as (near, far):
        near.transport.large.wants = lambda _remote: False
        ask(near, far.transport.local("udp"), 1400)
        assert await near.status() == 200
        assert [flow.protocol for flow in far.flows] == ["udp"]


@asynccontextmanager
async def udp_only() -> AsyncIterator[tuple[str, int]]:
    """A peer that answers every request by UDP, with a TCP port that nobody listens at."""

    class Peer(asyncio.DatagramProtocol):
        def connection_made(self, transport: Any) -> None:
            self.transport = transport

        def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
            head = data.partition(b"\r\n\r\n")[0].decode().split("\r\n")[1:]
            kept = [
                line for line in head if line.partition(":")[0] in ("Via", "From", "To", "Call-ID", "CSeq")
            ]
            lines = ["SIP/2.0 200 OK", *kept, "Content-Length: 0", "", ""]
            self.transport.sendto("\r\n".join(lines).encode(), addr)

    transport, _ = await asyncio.get_running_loop().create_datagram_endpoint(Peer, local_addr=(LOOPBACK, 0))
    try:
        yield transport.get_extra_info("sockname")
    finally:
        transport.close()


async def test_a_peer_without_tcp_gets_it_by_udp_and_is_not_asked_by_tcp_for_some_time() -> None:
    async with udp_only() as peer, two() as (near, _):
        near.transport.large.wants = lambda remote: remote == peer
        tried: list[Flow] = []
        near.transport.on_unreachable = lambda flow, _error: tried.append(flow)
        for _again in range(2):
            sent = ask(near, peer, 1400)
            assert await near.status() == 200
            assert sent.via.transport == "UDP"
        assert [flow.protocol for flow in tried] == ["tcp"]
        assert near.told.empty()


async def test_a_peer_that_says_nothing_by_tcp_gets_it_by_udp(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sip_endpoint, "SILENT_S", 0.05)

    async def says_nothing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()

    async with udp_only() as peer, two() as (near, _):
        near.transport.large.wants = lambda remote: remote == peer
        server = await asyncio.start_server(says_nothing, *peer)
        async with server:
            sent = ask(near, peer, 1400)
            assert await near.status() == 200
            assert sent.via.transport == "UDP"
            await near.transport.stop()


async def test_a_call_that_was_taken_back_meanwhile_does_not_ring_by_udp() -> None:
    async with udp_only() as peer, two() as (near, _):
        near.transport.large.wants = lambda remote: remote == peer
        message = request("INVITE")
        message.set_body(b"x" * 1400)
        flow, now = near.transport.flow("udp", peer), near.transport.now()
        invite = near.endpoint.request(message, flow, now, near.told.put_nowait, near.told.put_nowait)
        invite.cancel(now)
        near.transport.flush()
        assert await near.told.get() is Failure.TRANSPORT


async def test_what_follows_in_the_connection_that_is_there_needs_no_new_one() -> None:
    async with two() as (near, far):
        for _again in range(3):
            ask(near, far.transport.local("udp"), 1400)
            assert isinstance(await near.told.get(), Response)
        assert len({flow.id for flow in far.flows}) == 1


def test_a_peer_that_has_refused_is_tried_again_later() -> None:
    udp, tcp = Flow("udp", ("a", 1), ("b", 2)), Flow("tcp", ("a", 1), ("b", 2))
    forgotten: list[Flow] = []
    large = largerequests.LargeRequests(lambda _flow: tcp, forgotten.append)
    large.wants = lambda _remote: True
    assert large.stream(udp, 0.0) == tcp
    large.failed(tcp, 0.0)
    assert forgotten == [tcp]
    assert large.stream(udp, largerequests.NOT_AGAIN_S - 1) is None
    assert large.stream(udp, largerequests.NOT_AGAIN_S) == tcp
    assert large.datagram(tcp) == udp
