"""The client of version 3 against the server of the same session."""

import asyncio
from dataclasses import replace

import pytest

from offhook.call import CallState, Direction, Terminal, commands
from offhook.errors import CallError, Refusal, UnavailableError
from offhook.tsp.client3 import CallControlClient
from offhook.tsp.messages3 import CallNotify, Done, LineNotify, Ready
from offhook.tsp.server import TspServer
from tests.tsp.helpers import PlayedBackend, a_call, serving
from tests.waiting import until

LINE = Terminal("4000", "Kim", in_service=True)


def a_backend() -> PlayedBackend:
    return PlayedBackend(lines={"4000": LINE})


async def connect(server: TspServer) -> CallControlClient:
    return await CallControlClient.connect("127.0.0.1", server.port)


async def test_it_hears_the_line_its_calls_and_what_becomes_of_them() -> None:
    backend = a_backend()
    ringing = replace(a_call("c1", CallState.RING_BACK, direction=Direction.INBOUND), started=1)
    backend.tell(ringing)
    async with serving(backend) as server, await connect(server) as session:
        news = [await anext(session) for _ in range(3)]
        assert news == [LineNotify(LINE, True), CallNotify(ringing), Ready()]
        assert (session.version, session.terminal) == (3, "4000")
        backend.advance("c1", CallState.CONNECTED)
        assert await anext(session) == CallNotify(replace(ringing, state=CallState.CONNECTED))


async def test_commands_side_by_side_get_their_own_results() -> None:
    backend = a_backend()
    backend.results = {commands.Park: "701"}
    backend.gates = {commands.Park: asyncio.Event()}
    async with serving(backend) as server, await connect(server) as session:
        parking = asyncio.create_task(session.perform(commands.Park("c1")))
        dialled = await session.perform(commands.Dial("", "4001"))
        assert dialled.call == "c1"
        backend.gates[commands.Park].set()
        assert (await parking).slot == "701"


async def test_a_refusal_is_an_error_with_its_text() -> None:
    backend = a_backend()
    backend.refuse = CallError(Refusal.NOT_POSSIBLE_NOW, "the call is over")
    async with serving(backend) as server, await connect(server) as session:
        with pytest.raises(CallError, match="the call is over") as error:
            await session.perform(commands.Hold("c1"))
        assert error.value.refusal is Refusal.NOT_POSSIBLE_NOW


async def test_a_command_that_nobody_waits_for_any_more_disturbs_no_other() -> None:
    backend = a_backend()
    backend.gates = {commands.Hold: asyncio.Event()}
    async with serving(backend) as server, await connect(server) as session:
        waiting = asyncio.create_task(session.perform(commands.Hold("c1")))
        await until(lambda: bool(backend.commands))
        waiting.cancel()
        backend.gates[commands.Hold].set()
        assert isinstance(await session.perform(commands.Swap("c1")), Done)


async def test_whoever_waits_when_the_session_ends_is_told() -> None:
    backend = a_backend()
    backend.gate = asyncio.Event()
    async with serving(backend) as server:
        session = await connect(server)
        waiting = asyncio.create_task(session.perform(commands.Hold("c1")))
        await until(lambda: bool(backend.commands))
        await session.close()
        with pytest.raises(UnavailableError):
            await waiting
        with pytest.raises(UnavailableError):
            await session.perform(commands.Hold("c1"))
        backend.gate.set()


async def test_a_refused_login_is_an_error() -> None:
    async with serving(a_backend(), token="secret", require_token=True) as server:
        with pytest.raises(CallError) as error:
            await CallControlClient.connect("127.0.0.1", server.port, terminal="4000", token="guess")
    assert error.value.refusal is Refusal.NOT_AUTHENTICATED


async def test_a_smart_messenger_of_version_2_is_told_apart() -> None:
    async def version_2(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"Response%Success%2\r\n\r\n")
        await reader.read()
        writer.close()

    async with await asyncio.start_server(version_2, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        with pytest.raises(CallError, match="update it") as error:
            await CallControlClient.connect("127.0.0.1", port)
    assert error.value.refusal is Refusal.NOT_SUPPORTED
