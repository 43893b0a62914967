"""The Call Manager is killed while two real phones talk, and started again: it has their call again."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from offhook.assembly.run import running
from offhook.config import load
from tests import waiting
from tests.peers.audio import talk
from tests.peers.baresip import Baresip
from tests.peers.chain import PASSWORDS, TspPeer, session, write_config
from tests.peers.manager import Manager
from tests.peers.program import free_port
from tests.waiting import until

pytestmark = pytest.mark.peer


def kept(folder: Path) -> list[Path]:
    """Calls that are up: while one rings, its INVITE is kept in the same folder."""
    return [file for file in folder.glob("state/live/*.json") if not file.name.startswith("invite-")]


async def dropped(tsp: TspPeer) -> None:
    """Drop it, once the Smart Messenger has logged in again."""
    async with asyncio.timeout(waiting.limit_s):
        while await tsp.ask("Action%Drop%4001") != "Response%Success":  # noqa: ASYNC110
            await asyncio.sleep(0.1)


@pytest.mark.timeout(60)
async def test_the_phones_talk_on_and_a_drop_ends_their_call(tmp_path: Path) -> None:
    sip = ("127.0.0.1", free_port())
    config = write_config(tmp_path, sscp_port=free_port(), sip_port=sip[1])
    async with AsyncExitStack() as stack:
        manager = await stack.enter_async_context(Manager(config))
        system = await stack.enter_async_context(running(load(config), only="messenger"))
        tsp = await stack.enter_async_context(session(system))
        phones = [
            await stack.enter_async_context(Baresip(tmp_path, sip, user, PASSWORDS[user], answer="auto"))
            for user in ("4000", "4001")
        ]
        assert await tsp.ask("Action%Dial%4001") == "Response%Success"
        await tsp.come_to("ConnectedState")
        await talk(*phones)
        await until(lambda: kept(tmp_path))
        await manager.kill()
        await talk(*phones)
        await stack.enter_async_context(Manager(config))
        await talk(*phones)
        assert tsp.untold(), await tsp.state()
        await dropped(tsp)
        assert (await tsp.over()).cause == "dropped"
        for phone in phones:
            await phone.happened("CALL_CLOSED")
        await until(lambda: not kept(tmp_path))
