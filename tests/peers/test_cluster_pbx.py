"""Two Call Managers as one at a real PBX by SIP: one is killed while people talk."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Literal

import pytest

from offhook.assembly.run import System, running
from offhook.config import load
from offhook.manager.principal import LOCAL
from offhook.manager.service import CallManager
from tests.cluster.natsserver import NatsServer
from tests.peers.asterisk import Asterisk
from tests.peers.atpbx import by_sip, written
from tests.peers.audio import talk
from tests.peers.baresip import Baresip
from tests.peers.chain import session
from tests.peers.cutter import Cutter
from tests.peers.kamailio import Kamailio
from tests.peers.manager import Manager
from tests.waiting import until

pytestmark = pytest.mark.peer

ANSWERS: tuple[tuple[str, Literal["auto", "manual"]], ...] = (("4000", "auto"), ("4001", "manual"))


@pytest.fixture(params=["kamailio", "asterisk"])
def pbx(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[str, int]]:
    """Where it is reached."""
    if request.param == "kamailio":
        with Kamailio(tmp_path / "kamailio") as kamailio:
            yield kamailio.address
    else:
        asterisk: Asterisk = request.getfixturevalue("asterisk")
        yield asterisk.sip


@pytest.mark.timeout(60)
@pytest.mark.parametrize("ends", ["dropped", "normal"])
async def test_a_call_through_the_pbx_survives_its_node_and_ends_at_the_next(
    tmp_path: Path, nats: NatsServer, pbx: tuple[str, int], ends: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", "offhook")
    async with AsyncExitStack() as stack:
        owner = await stack.enter_async_context(Manager(written(tmp_path / "one", by_sip(pbx), "one", nats)))
        config = load(written(tmp_path / "two", by_sip(pbx), "two", nats))
        tsp = await stack.enter_async_context(session(await stack.enter_async_context(running(config))))
        phones = [
            await stack.enter_async_context(Baresip(tmp_path, pbx, user, f"secret-{user}", answer="auto"))
            for user in ("4000", "4001")
        ]
        await tsp.done("Action%Dial%4001")
        await tsp.come_to("ConnectedState")
        await talk(*phones)
        await nats.keeps(b"remote_target")
        await owner.kill()
        await until(lambda: "1 calls of the last run are gone on with" in caplog.text)
        await talk(*phones)
        assert tsp.untold()
        if ends == "dropped":
            await tsp.done("Action%Drop%4001")
        else:
            await phones[1].hang_up()
        assert (await tsp.over()).cause == ends
        for phone in phones:
            await phone.happened("CALL_CLOSED")


@pytest.mark.timeout(60)
async def test_a_call_that_rings_when_its_node_dies_is_cancelled_at_the_pbx_by_the_next(
    tmp_path: Path, nats: NatsServer, pbx: tuple[str, int], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", "offhook")
    async with AsyncExitStack() as stack:
        owner = await stack.enter_async_context(Manager(written(tmp_path / "one", by_sip(pbx), "one", nats)))
        config = load(written(tmp_path / "two", by_sip(pbx), "two", nats))
        tsp = await stack.enter_async_context(session(await stack.enter_async_context(running(config))))
        own, far = [
            await stack.enter_async_context(Baresip(tmp_path, pbx, user, f"secret-{user}", answer=answer))
            for user, answer in ANSWERS
        ]
        await tsp.done("Action%Dial%4001")
        await tsp.come_to("RingBackState")
        await nats.keeps(b"INVITE sip:4001@")  # that of the own phone was kept before
        await owner.kill()
        assert (await tsp.over()).cause == "failure"
        await until(lambda: "that nobody had answered are cleared" in caplog.text)
        await far.happened("CALL_CLOSED")
        await own.hang_up()


@pytest.mark.timeout(90)
async def test_a_node_that_is_cut_off_from_the_pbx_leaves_it_to_one_that_is_not(
    tmp_path: Path, nats: NatsServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("offhook.cluster.reach.LOST_S", 1.0)
    async with AsyncExitStack() as stack:
        kamailio = stack.enter_context(Kamailio(tmp_path / "kamailio"))
        ways = [await stack.enter_async_context(Cutter(kamailio.address)) for _ in range(2)]
        nodes = []
        for name, way in zip(("first", "second"), ways, strict=True):
            switch = by_sip(way.address, 'transport = "tcp"\n')
            file = written(tmp_path / name, switch, name, nats)
            nodes.append(await stack.enter_async_context(running(load(file))))
        phones = [
            await stack.enter_async_context(
                Baresip(tmp_path, kamailio.address, user, f"secret-{user}", answer="auto")
            )
            for user in ("4000", "4001")
        ]
        first, second = [manager_of(node) for node in nodes]
        await until(lambda: works(first) and shows_both(second))
        assert not works(second)
        await ways[0].cut()
        await until(lambda: works(second) and shows_both(second))
        tsp = await stack.enter_async_context(session(nodes[0]))
        await tsp.done("Action%Dial%4001")
        await tsp.come_to("ConnectedState")
        await talk(*phones)
        await tsp.done("Action%Drop%4001")
        assert (await tsp.over()).cause == "dropped"


def manager_of(node: System) -> CallManager:
    assert node.manager is not None
    return node.manager


def works(manager: CallManager) -> bool:
    """Does it act for the telephone system, and reach it?"""
    return bool(manager.nodes.own().acts_for) and not manager.trouble()


def shows_both(manager: CallManager) -> bool:
    return all(terminal.in_service for terminal in manager.terminals(LOCAL))
