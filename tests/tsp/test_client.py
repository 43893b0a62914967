"""The ready client, against the server."""

import asyncio
import socket

import pytest

from offhook.call import CallState
from offhook.errors import CallError, PeerError, Refusal, UnavailableError
from offhook.tsp import client as client_module
from offhook.tsp.client import TspClient
from offhook.tsp.messages import CallStateNotify, Login, Success
from tests.tsp.helpers import PlayedBackend, a_call, serving
from tests.waiting import until


async def test_dial_watch_drop() -> None:
    backend = PlayedBackend()
    async with serving(backend) as server, await TspClient.connect("127.0.0.1", server.port) as client:
        await client.dial("4001")
        backend.tell(a_call("c1"))
        backend.advance("c1", CallState.CONNECTED)
        await client.drop("4001")
        backend.advance("c1", CallState.ON_HOOK)
        states = []
        async for notify in client:
            states.append(notify.state)
            if notify.state is CallState.ON_HOOK:
                break
    assert states == [CallState.OFF_HOOK, CallState.CONNECTED, CallState.ON_HOOK]
    assert backend.asked == [("dial", "4000", "4001"), ("drop", "4000", "4001")]


async def test_a_refusal_carries_the_reason_after_a_login() -> None:
    backend = PlayedBackend(refuse=CallError(Refusal.TERMINAL_BUSY, "hang up first"))
    async with (
        serving(backend) as server,
        await TspClient.connect("127.0.0.1", server.port) as old,
        await TspClient.connect("127.0.0.1", server.port, terminal="4002") as new,
    ):
        assert (old.version, new.version) == (1, 2)
        with pytest.raises(CallError) as caught:
            await old.dial("4001")
        assert caught.value.refusal is Refusal.FAILURE
        with pytest.raises(CallError) as caught:
            await new.dial("4001")
        assert caught.value.refusal is Refusal.TERMINAL_BUSY


async def test_a_refused_login_is_an_error() -> None:
    async with serving(PlayedBackend(), token="secret", require_token=True) as server:
        with pytest.raises(CallError) as caught:
            await TspClient.connect("127.0.0.1", server.port, token="guess")
        assert caught.value.refusal is Refusal.NOT_AUTHENTICATED
        async with await TspClient.connect("127.0.0.1", server.port, token="secret") as client:
            assert client.version == 2


async def test_nobody_there_is_said_plainly() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with pytest.raises(UnavailableError, match="no Smart Messenger"):
        await TspClient.connect("127.0.0.1", port)


async def test_actions_side_by_side_get_each_its_own_response() -> None:
    backend = PlayedBackend()
    async with serving(backend) as server, await TspClient.connect("127.0.0.1", server.port) as client:
        await asyncio.gather(*[client.dial(str(4001 + number)) for number in range(20)])
    assert [asked[2] for asked in backend.asked] == [str(4001 + number) for number in range(20)]


async def test_iteration_ends_with_the_session() -> None:
    backend = PlayedBackend()
    async with serving(backend) as server, await TspClient.connect("127.0.0.1", server.port) as client:
        await client.drop()
        backend.tell(a_call("c1"))
        await server.stop()
        kinds = [type(notify) async for notify in client]
        assert kinds[0] is CallStateNotify
        with pytest.raises(UnavailableError):
            await client.dial("4001")


async def test_a_pending_action_fails_when_the_session_ends() -> None:
    backend = PlayedBackend(gate=asyncio.Event())
    async with serving(backend) as server, await TspClient.connect("127.0.0.1", server.port) as client:
        dialling = asyncio.create_task(client.dial("4001"))
        await until(lambda: bool(backend.asked))
        await client.close()
        with pytest.raises(UnavailableError):
            await dialling
        assert backend.gate is not None
        backend.gate.set()


async def served_by(data: bytes) -> TspClient:
    """A client of a server that says just this, to whatever it is sent."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(data)
        await reader.read()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    client = await TspClient.connect("127.0.0.1", server.sockets[0].getsockname()[1])
    server.close()
    return client


async def test_what_makes_no_sense_is_passed_over() -> None:
    async with await served_by(
        b"Response%Success\r\n\r\n?\r\n\r\nNotify%CALL_INFO%1%ProceedState%c%%%%\r\n\r\n"
    ) as client:
        assert (await anext(client)).state is CallState.PROCEED


async def test_one_that_is_no_smart_messenger_is_named() -> None:
    async with await served_by(b"\xff\r\n\r\n") as client:
        with pytest.raises(PeerError, match="not UTF-8"):
            await anext(client)
        with pytest.raises(PeerError):
            await client.dial("4001")


async def test_notifies_that_nobody_reads_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client_module, "MAX_UNREAD", 3)
    async with await served_by(b"Notify%CALL_INFO%1%ProceedState%c%%%%\r\n\r\n" * 5) as client:
        await client._over.wait()
        with pytest.raises(PeerError, match="unread"):
            async for _ in client:
                pass


async def test_ask_gives_the_response_as_it_is() -> None:
    async with (
        serving(PlayedBackend()) as server,
        await TspClient.connect("127.0.0.1", server.port) as client,
    ):
        assert await client.ask(Login("4000")) == Success(2)
