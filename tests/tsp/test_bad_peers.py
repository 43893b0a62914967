"""Peers that do everything wrong; the others' calls go on."""

import asyncio
import gc
import socket
from contextlib import AsyncExitStack

import pytest

from offhook.call import CallState
from offhook.tsp.connection import TspConnection
from offhook.tsp.session import MAX_QUEUED, MAX_UNSENT, READ_SLICE, Session
from offhook.tsp.sockets import SEND_BUFFER
from tests.alive import newer
from tests.tsp.helpers import END, Peer, PlayedBackend, a_call, info, peer_of, serving, session, state
from tests.waiting import until


async def a_call_goes_on(backend: PlayedBackend, peer: Peer, call_id: str) -> None:
    """From Dial to the end, over this peer."""
    await peer.say("Action%Dial%4001")
    await peer.hears("Response%Success")
    backend.tell(a_call(call_id))
    backend.advance(call_id, CallState.PROCEED, CallState.CONNECTED, CallState.ON_HOOK)
    for name in ("OffHookState", "ProceedState", "ConnectedState", "OnHookState"):
        await peer.hears(state(call_id, name))


@pytest.mark.parametrize("size", [4097, 100_000])
async def test_a_message_too_long_is_answered_and_ends_the_connection(size: int) -> None:
    backend = PlayedBackend()
    async with serving(backend) as server, peer_of(server) as bad, peer_of(server) as good:
        await bad.say("Action%Dial%" + "4" * size)
        assert await bad.ends() == b"Response%Fail" + END
        await bad.close()
        await a_call_goes_on(backend, good, "c1")
        assert len(backend.asked) == 1


@pytest.mark.parametrize("data", [b"Action%Dial%\xff\xfe\r\n\r\n", "Action%Dial%김\r\n\r\n".encode("euc-kr")])
async def test_bytes_that_are_not_utf8_are_answered_and_end_the_connection(data: bytes) -> None:
    backend = PlayedBackend()
    async with session(backend) as bad:
        bad.writer.write(data)
        assert await bad.ends() == b"Response%Fail" + END
    assert backend.asked == []


async def test_a_web_page_cannot_dial_by_way_of_a_browser() -> None:
    backend = PlayedBackend()
    async with session(backend) as browser:
        await browser.say("POST /x HTTP/1.1\r\nHost: 127.0.0.1:7700", "Action%Dial%0900123456")
        assert await browser.ends() == b"Response%Fail" + END
    assert backend.asked == []


@pytest.mark.parametrize("says_all", [False, True])
async def test_a_fatal_message_behind_a_pending_dial_is_answered_after_it(says_all: bool) -> None:
    backend = PlayedBackend(gate=asyncio.Event())
    async with session(backend) as bad:
        bad.writer.write(b"Action%Dial%4001\r\n\r\n\xff\r\n\r\n")
        if says_all:
            bad.writer.write_eof()
        await until(lambda: bool(backend.asked))
        assert backend.gate is not None
        backend.gate.set()
        assert await bad.ends() == b"Response%Success" + END + b"Response%Fail" + END


async def test_one_that_goes_on_sending_after_its_end_is_cut_off() -> None:
    async with serving(PlayedBackend()) as server, peer_of(server) as bad:
        bad.writer.write(b"\xff" + END)
        assert await bad.ends() == b"Response%Fail" + END
        while server.sessions:
            bad.writer.write(b"x" * 65536)
            await asyncio.sleep(0)


async def test_nonsense_is_answered_each_time_and_logged_once(caplog: pytest.LogCaptureFixture) -> None:
    backend = PlayedBackend()
    async with session(backend) as peer:
        await peer.say("", "secret nonsense", "Action%Juggle%3", "Response%Success", "Action%Dial%4001")
        await peer.hears(*["Response%Fail"] * 4, "Response%Success")
    warnings = [record.getMessage() for record in caplog.records if record.levelname == "WARNING"]
    assert len(warnings) == 2
    assert "secret" not in caplog.text


async def test_a_thousand_half_open_connections_and_a_call() -> None:
    backend = PlayedBackend(default=None)
    async with AsyncExitStack() as stack:
        server = await stack.enter_async_context(serving(backend))
        for _ in range(1000):
            half_open = socket.create_connection(("127.0.0.1", server.port))
            stack.callback(half_open.close)
            await asyncio.sleep(0)
        await until(lambda: server.sessions == 1000)
        peer = await stack.enter_async_context(peer_of(server))
        await peer.say("Action%Login%4000")
        await peer.hears("Response%Success%2")
        await peer.say("Action%Dial%4001")
        await peer.hears("Response%Success")
        backend.tell(a_call("c1"))
        backend.advance("c1", CallState.CONNECTED)
        await peer.hears(state("c1", "OffHookState"), state("c1", "ConnectedState"))


async def test_when_full_the_oldest_that_never_said_anything_makes_room() -> None:
    backend = PlayedBackend()
    async with serving(backend, max_sessions=3) as server, peer_of(server) as talker:
        await talker.say("Action%Drop")
        await talker.hears("Response%Success")
        async with peer_of(server) as oldest, peer_of(server) as younger, peer_of(server) as newcomer:
            assert await oldest.ends() == b""
            await newcomer.say("Action%Drop")
            await newcomer.hears("Response%Success")
            await younger.say("Action%Drop")
            await younger.hears("Response%Success")
            await a_call_goes_on(backend, talker, "c1")


async def test_when_full_of_talkers_a_newcomer_is_turned_away() -> None:
    async with serving(PlayedBackend(), max_sessions=1) as server, peer_of(server) as talker:
        await talker.say("Action%Drop")
        await talker.hears("Response%Success")
        async with peer_of(server) as newcomer:
            assert await newcomer.ends() == b""
        await talker.say("Action%Drop")
        await talker.hears("Response%Success")


async def test_a_slow_sender_is_served() -> None:
    backend = PlayedBackend()
    async with serving(backend) as server, peer_of(server) as slow, peer_of(server) as quick:
        for byte in b"Action%Dial%4001\r\n\r\n":
            slow.writer.write(bytes([byte]))
            await slow.writer.drain()
            await quick.say("Action%Drop")
            await quick.hears("Response%Success")
        await slow.hears("Response%Success")
    assert backend.asked.count(("dial", "4000", "4001")) == 1


async def test_a_client_that_never_reads_is_cut_off_and_little_was_kept_for_it() -> None:
    backend = PlayedBackend()
    async with serving(backend) as server, peer_of(server) as good:
        deaf = socket.socket()
        deaf.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        deaf.connect(("127.0.0.1", server.port))
        with deaf:
            await until(lambda: backend.watchers == 2)
            backend.tell(a_call("c0"))
            await good.hears(state("c0", "OffHookState"), info("c0", "OffHookState"))
            told = 0
            while backend.watchers == 2:
                name = f"{told:x<1000}"
                backend.tell(a_call("c0", name=name))
                await good.hears(info("c0", "OffHookState", callee_name=name))
                told += 1000
            assert told < MAX_UNSENT + 4 * SEND_BUFFER
            await until(lambda: server.sessions == 1)
            await a_call_goes_on(backend, good, "c1")


async def test_a_flood_behind_a_pending_dial_waits_outside_and_is_answered_in_order() -> None:
    backend = PlayedBackend(gate=asyncio.Event())
    async with serving(backend) as server, peer_of(server) as flood:
        flood.writer.write(b"Action%Dial%4001" + END + (b"?" + END) * 100_000)
        await until(lambda: bool(backend.asked))
        (flooded,) = server._sessions
        assert isinstance(flooded, Session)
        for _ in range(100):
            await asyncio.sleep(0)
            assert len(flooded._queue) <= MAX_QUEUED + READ_SLICE // len(END)
        assert backend.gate is not None
        backend.gate.set()
        await flood.hears("Response%Success")
        await flood.hears(*["Response%Fail"] * 100_000)


async def test_a_flood_leaves_room_for_others() -> None:
    backend = PlayedBackend()
    async with serving(backend) as server, peer_of(server) as flood, peer_of(server) as good:
        flood.writer.write((b"?" + END) * 50_000)
        reading = asyncio.create_task(flood.reader.readexactly(len(b"Response%Fail" + END) * 50_000))
        await until(lambda: backend.watchers == 2)
        await a_call_goes_on(backend, good, "c1")
        assert not reading.done()
        await reading


@pytest.mark.parametrize(
    "said", [(), ("GET / HTTP/1.1",), ("Login%User=kim%Token=wrong",), ("Action%Dial%4001",)]
)
async def test_a_session_that_is_over_does_not_wait_for_the_garbage_collector(said: tuple[str, ...]) -> None:
    backend = PlayedBackend()
    async with serving(backend) as server:
        gc.collect()
        gc.disable()
        sessions = newer(Session, TspConnection)
        try:
            async with peer_of(server) as peer:
                await peer.say(*said)
                if said:
                    await peer.hear()
                else:
                    await until(lambda: server.sessions == 1)
            await until(lambda: not sessions())
        finally:
            gc.enable()
