"""Two Call Managers as one, with real Asterisk, NATS and baresips: one is killed while people talk."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from offhook.assembly.run import running
from offhook.call import Call, CallState, Cause, Drop, Feature
from offhook.config import load
from offhook.switch.asterisk import AsteriskSwitch
from offhook.switch.asterisk.knock import knock
from offhook.switch.base import CallChanged
from tests.cluster.natsserver import NatsServer
from tests.cluster.one import One
from tests.peers.asterisk import Asterisk
from tests.peers.asterisksite import TERMINALS, settings
from tests.peers.atpbx import at_asterisk, written
from tests.peers.audio import talk
from tests.peers.baresip import Baresip
from tests.peers.chain import TspPeer, session
from tests.peers.cutter import Cutter
from tests.peers.manager import Manager
from tests.waiting import until

pytestmark = pytest.mark.peer


async def dialled(tsp: TspPeer) -> None:
    """Dial, once the phones are known at this node."""
    while (said := await tsp.ask("Action%Dial%4001")) == "Response%Fail%terminal-unavailable":  # noqa: ASYNC110
        await asyncio.sleep(0.1)
    assert said == "Response%Success"


@pytest.mark.timeout(60)
async def test_a_call_dialled_through_another_node_survives_its_death_and_is_dropped_at_the_next(
    tmp_path: Path, nats: NatsServer, asterisk: Asterisk, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", "offhook.cluster")
    async with AsyncExitStack() as stack:
        owner = await stack.enter_async_context(
            Manager(written(tmp_path / "one", at_asterisk(asterisk), "one", nats))
        )
        config = load(written(tmp_path / "two", at_asterisk(asterisk), "two", nats))
        tsp = await stack.enter_async_context(session(await stack.enter_async_context(running(config))))
        phones = [
            await stack.enter_async_context(
                Baresip(tmp_path / user, asterisk.sip, user, f"secret-{user}", answer="auto")
            )
            for user in ("4000", "4001")
        ]
        await dialled(tsp)
        while (await tsp.state()).state != "ConnectedState":
            pass
        await talk(*phones)
        assert "node two works the telephone system" not in caplog.text
        await owner.kill()
        while "node two works the telephone system" not in caplog.text:  # noqa: ASYNC110
            await asyncio.sleep(0.05)
        await talk(*phones)
        while await tsp.ask("Action%Drop%4001") != "Response%Success":  # noqa: ASYNC110
            await asyncio.sleep(0.1)
        told = await tsp.over()
        assert told.cause == "dropped"
        while await asyncio.to_thread(asterisk.channels):  # noqa: ASYNC110
            await asyncio.sleep(0.1)


async def test_calls_made_by_hand_are_the_same_calls_at_the_next_owner(
    tmp_path: Path, nats: NatsServer, asterisk: Asterisk
) -> None:
    def make() -> AsteriskSwitch:
        return AsteriskSwitch(TERMINALS, settings(asterisk))

    async with AsyncExitStack() as stack:
        first, second = One("first", nats, make), One("second", nats, make)
        for one in (first, second):
            stack.push_async_callback(one.switch.stop)
            await one.switch.start()
        phones = [
            await stack.enter_async_context(
                Baresip(tmp_path / user, asterisk.sip, user, f"secret-{user}", answer="auto")
            )
            for user in ("4000", "4001")
        ]
        await until(lambda: second.switch.in_service("4000") and second.switch.in_service("4001"))
        await phones[0].dial("4001")
        out, came = [await connected(second, terminal) for terminal in ("4000", "4001")]
        await talk(*phones)
        await first.crash()
        await until(lambda: second.acts and Feature.DROP in second.switch.features("4000", out))
        await talk(*phones)
        await second.switch.perform(Drop(out.id))
        for call in (out, came):
            ended = await second.until_state(call.id, CallState.ON_HOOK)
            assert ended.cause is Cause.DROPPED
            assert ended.revision > call.revision
        assert {event.call.id for event in second.events if isinstance(event, CallChanged)} == {
            out.id,
            came.id,
        }
        while await asyncio.to_thread(asterisk.channels):  # noqa: ASYNC110
            await asyncio.sleep(0.1)


async def connected(one: One, terminal: str) -> Call:
    """The terminal's call, once it is up."""

    def found() -> list[Call]:
        told = [event.call for event in one.events if isinstance(event, CallChanged)]
        return [call for call in told if call.terminal == terminal and call.state is CallState.CONNECTED]

    await until(found)
    return found()[-1]


@pytest.mark.timeout(60)
async def test_a_node_that_is_cut_off_from_asterisk_leaves_the_calls_to_one_that_is_not(
    tmp_path: Path, nats: NatsServer, asterisk: Asterisk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("offhook.cluster.reach.LOST_S", 1.0)
    async with AsyncExitStack() as stack:
        ways = [await stack.enter_async_context(Cutter(asterisk.ami)) for _ in range(2)]
        nodes = []
        for name, way in zip(("first", "second"), ways, strict=True):
            host, port = way.address
            own = replace(settings(asterisk), host=host, port=port)
            one = One(name, nats, partial(AsteriskSwitch, TERMINALS, own), knock(own))
            stack.push_async_callback(one.switch.stop)
            await one.switch.start()
            nodes.append(one)
        phones = [
            await stack.enter_async_context(
                Baresip(tmp_path / user, asterisk.sip, user, f"secret-{user}", answer="auto")
            )
            for user in ("4000", "4001")
        ]
        first, second = nodes
        await until(lambda: second.switch.in_service("4000") and second.switch.in_service("4001"))
        assert first.acts
        await phones[0].dial("4001")
        out = await connected(second, "4000")
        await talk(*phones)
        await ways[0].cut()
        await until(lambda: second.acts and not second.switch.trouble())
        await talk(*phones)
        await until(lambda: Feature.DROP in second.switch.features("4000", out))
        await second.switch.perform(Drop(out.id))
        for node in nodes:
            assert (await node.until_state(out.id, CallState.ON_HOOK)).cause is Cause.DROPPED
