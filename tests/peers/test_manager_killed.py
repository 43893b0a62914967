"""The Call Manager in a process of its own is killed under a call, and comes back."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import pytest

from offhook.assembly.run import System, running
from offhook.call import CallState, Cause, Consult, Dial, Drop
from offhook.config import load
from offhook.errors import CallError, Refusal
from offhook.tsp.client3 import CallControlClient
from offhook.tsp.messages3 import CallNotify, LineNotify, Notify3, Ready
from tests.assembly.line import a_line, over
from tests.peers.audio import talk
from tests.peers.baresip import Baresip
from tests.peers.chain import LIMIT_S, PASSWORDS, session, write_config
from tests.peers.manager import Manager
from tests.peers.program import free_port

pytestmark = pytest.mark.peer


@asynccontextmanager
async def two_phones(folder: Path, sip: tuple[str, int]) -> AsyncIterator[None]:
    async with AsyncExitStack() as stack:
        for user, password in PASSWORDS.items():
            await stack.enter_async_context(Baresip(folder, sip, user, password, answer="auto"))
        yield


async def test_the_smart_messenger_refuses_at_once_reconnects_and_tells_the_truth(tmp_path: Path) -> None:
    sip = ("127.0.0.1", free_port())
    config = write_config(tmp_path, sscp_port=free_port(), sip_port=sip[1])
    async with AsyncExitStack() as stack:
        manager = await stack.enter_async_context(Manager(config))
        system = await stack.enter_async_context(running(load(config), only="messenger"))
        tsp = await stack.enter_async_context(session(system))
        async with two_phones(tmp_path / "before", sip):
            assert await tsp.ask("Action%Dial%4001") == "Response%Success"
            while (told := await tsp.state()).state != "ConnectedState":
                pass
            await manager.kill()
            assert await tsp.ask("Action%Dial%4001") == "Response%Fail%unavailable"
            assert await tsp.ask("Action%Drop%4001") == "Response%Fail%unavailable"
            assert tsp.untold()  # nobody knows yet what became of the call

            await stack.enter_async_context(Manager(config))
            over = await tsp.state()
            assert (over.call, over.state, over.cause) == (told.call, "OnHookState", "failure")
        async with two_phones(tmp_path / "after", sip):
            assert await tsp.ask("Action%Dial%4001") == "Response%Success"
            await tsp.come_to("ConnectedState")


async def test_a_session_that_begins_while_the_call_manager_is_away_is_served_once_it_is_there(
    tmp_path: Path,
) -> None:
    sip = ("127.0.0.1", free_port())
    config = write_config(tmp_path, sscp_port=free_port(), sip_port=sip[1])
    async with AsyncExitStack() as stack:
        manager = await stack.enter_async_context(Manager(config))
        system = await stack.enter_async_context(running(load(config), only="messenger"))
        await manager.kill()
        tsp = await stack.enter_async_context(session(system))
        assert await tsp.ask("Action%Dial%4001") == "Response%Fail%unavailable"
        await stack.enter_async_context(Manager(config))
        await stack.enter_async_context(two_phones(tmp_path, sip))
        async with asyncio.timeout(LIMIT_S):
            while (response := await tsp.ask("Action%Dial%4001")) == "Response%Fail%unavailable":  # noqa: ASYNC110
                await asyncio.sleep(0.05)  # a TSP is not told of the reconnection
        assert response == "Response%Success"
        assert await tsp.come_to("ConnectedState")


async def until_told(session: CallControlClient, condition: Callable[[Notify3], object]) -> Notify3:
    """What is told next that it holds for."""
    async with asyncio.timeout(LIMIT_S):
        while not condition(news := await anext(session)):
            pass
    return news


async def of_version_3(stack: AsyncExitStack, system: System) -> CallControlClient:
    assert system.tsp_port is not None
    connecting = CallControlClient.connect("127.0.0.1", system.tsp_port, terminal="4000")
    return await stack.enter_async_context(await connecting)


async def test_a_session_of_version_3_is_told_that_the_call_manager_was_lost_and_what_became_of_its_call(
    tmp_path: Path,
) -> None:
    sip = ("127.0.0.1", free_port())
    config = write_config(tmp_path, sscp_port=free_port(), sip_port=sip[1])
    async with AsyncExitStack() as stack:
        manager = await stack.enter_async_context(Manager(config))
        system = await stack.enter_async_context(running(load(config), only="messenger"))
        async with two_phones(tmp_path, sip):
            tsp = await of_version_3(stack, system)
            call_id = (await tsp.perform(Dial("", "4001"))).call
            await until_told(
                tsp, lambda told: isinstance(told, CallNotify) and told.call.state is CallState.CONNECTED
            )
            await manager.kill()
            await until_told(tsp, lambda told: isinstance(told, LineNotify) and not told.reachable)
            with pytest.raises(CallError) as error:
                await tsp.perform(Drop(call_id))
            assert error.value.refusal is Refusal.UNAVAILABLE
            await stack.enter_async_context(Manager(config))
            await until_told(tsp, lambda told: isinstance(told, LineNotify) and told.reachable)
            over = await until_told(tsp, lambda told: isinstance(told, CallNotify) or told == Ready())
            if over == Ready():
                over = await until_told(tsp, lambda told: isinstance(told, CallNotify))
            assert isinstance(over, CallNotify)
            assert (over.call.id, over.call.state, over.call.cause) == (
                call_id,
                CallState.ON_HOOK,
                Cause.FAILURE,
            )


async def test_a_session_of_version_3_that_begins_while_the_call_manager_is_away_hears_when_it_is_there(
    tmp_path: Path,
) -> None:
    sip = ("127.0.0.1", free_port())
    config = write_config(tmp_path, sscp_port=free_port(), sip_port=sip[1])
    async with AsyncExitStack() as stack:
        manager = await stack.enter_async_context(Manager(config))
        system = await stack.enter_async_context(running(load(config), only="messenger"))
        await manager.kill()
        tsp = await of_version_3(stack, system)
        first = await until_told(tsp, lambda told: True)
        assert isinstance(first, LineNotify)
        assert not first.reachable
        await stack.enter_async_context(Manager(config))
        there = await until_told(tsp, lambda told: isinstance(told, LineNotify) and told.reachable)
        assert isinstance(there, LineNotify)
        assert there.terminal.capabilities
        await until_told(tsp, lambda told: told == Ready())


async def test_held_calls_and_a_consultation_are_over_for_programs_and_the_phones_are_free_again(
    tmp_path: Path,
) -> None:
    """People talk on and hang up by hand; a Call Manager that comes back begins with nothing."""
    sip = ("127.0.0.1", free_port())
    config = write_config(tmp_path, sscp_port=free_port(), sip_port=sip[1])
    async with AsyncExitStack() as stack:
        manager = await stack.enter_async_context(Manager(config))
        system = await stack.enter_async_context(running(load(config), only="messenger"))
        line = await stack.enter_async_context(a_line(system, "4000"))
        before = await stack.enter_async_context(AsyncExitStack())
        phones = [
            await before.enter_async_context(Baresip(tmp_path, sip, user, password, answer="auto"))
            for user, password in PASSWORDS.items()
        ]
        first = (await line.perform(Dial("4000", "4001"))).call
        await line.call(lambda one: one.id == first and one.state is CallState.CONNECTED)
        asked = (await line.perform(Consult(first, address="4002"))).call
        await line.call(lambda one: one.id == asked and one.state is CallState.CONNECTED)
        await talk(phones[0], phones[2])
        await manager.kill()
        await talk(phones[0], phones[2])
        await stack.enter_async_context(Manager(config))
        await line.until(lambda heard: all(map(over, heard.calls.values())))
        assert {one.id for one in line.calls.values()} == {first, asked}
        assert {one.cause for one in line.calls.values()} == {Cause.FAILURE}
        for phone in phones:
            await phone.hang_up()
        await before.aclose()
        await stack.enter_async_context(two_phones(tmp_path / "after", sip))
        await line.until(lambda heard: heard.line is not None and heard.line.terminal.in_service)
        again = (await line.perform(Dial("4000", "4001"))).call
        await line.call(lambda one: one.id == again and one.state is CallState.CONNECTED)
        await line.perform(Drop(again))
