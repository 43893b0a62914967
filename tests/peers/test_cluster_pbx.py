"""Two Call Managers as one at a real PBX by SIP: one is killed while people talk."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from offhook.assembly.run import System, running
from offhook.cluster.bus import Bus
from offhook.config import ClusterSettings, load
from offhook.manager.principal import LOCAL
from offhook.manager.service import CallManager
from tests.cluster.natsserver import NatsServer
from tests.peers.asterisk import Asterisk
from tests.peers.audio import talk
from tests.peers.baresip import Baresip
from tests.peers.chain import session
from tests.peers.cutter import Cutter
from tests.peers.kamailio import Kamailio
from tests.peers.manager import Manager
from tests.peers.program import LIMIT_S
from tests.waiting import until

pytestmark = pytest.mark.peer

CONFIG = """\
[cluster]
node = "{node}"
servers = ["{nats}"]
[tsp]
listen = "127.0.0.1:0"
require_token = false
[sscp]
listen = "127.0.0.1:0"
[state]
dir = '{state}'
[[terminal]]
id = "4000"
name = "Kim"
password = "secret-4000"
[[terminal]]
id = "4001"
name = "이민호"
password = "secret-4001"
[switch]
driver = "sip"
[switch.sip]
server = "{host}:{port}"
listen = "127.0.0.1:0"
"""


@pytest.fixture(params=["kamailio", "asterisk"])
def pbx(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[str, int]]:
    """Where it is reached."""
    if request.param == "kamailio":
        with Kamailio(tmp_path / "kamailio") as kamailio:
            yield kamailio.address
    else:
        asterisk: Asterisk = request.getfixturevalue("asterisk")
        yield asterisk.sip


def config_of(node: str, folder: Path, nats: NatsServer, pbx: tuple[str, int]) -> Path:
    folder = folder / node
    folder.mkdir()
    file = folder / "offhook.toml"
    text = CONFIG.format(node=node, nats=nats.url, state=folder / "state", host=pbx[0], port=pbx[1])
    file.write_text(text, encoding="utf-8")
    return file


async def call_is_kept(nats: NatsServer) -> None:
    """Wait until the next owner will find the call: what was up for less than that is not gone on with."""
    bus = await Bus.connect(ClusterSettings(node="looks", servers=(nats.url,)), None)
    async with asyncio.timeout(LIMIT_S):
        while not any(b"remote_target" in one.value for one in await bus.kept("call.*")):  # noqa: ASYNC110
            await asyncio.sleep(0.05)
    await bus.close()


@pytest.mark.timeout(60)
@pytest.mark.parametrize("ends", ["dropped", "normal"])
async def test_a_call_through_the_pbx_survives_its_node_and_ends_at_the_next(
    tmp_path: Path, nats: NatsServer, pbx: tuple[str, int], ends: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", "offhook")
    async with AsyncExitStack() as stack:
        owner = await stack.enter_async_context(Manager(config_of("one", tmp_path, nats, pbx)))
        config = load(config_of("two", tmp_path, nats, pbx))
        tsp = await stack.enter_async_context(session(await stack.enter_async_context(running(config))))
        phones = [
            await stack.enter_async_context(Baresip(tmp_path, pbx, user, f"secret-{user}", answer="auto"))
            for user in ("4000", "4001")
        ]
        await tsp.done("Action%Dial%4001")
        await tsp.come_to("ConnectedState")
        await talk(*phones)
        await call_is_kept(nats)
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
            file = config_of(name, tmp_path, nats, way.address)
            file.write_text(file.read_text(encoding="utf-8") + 'transport = "tcp"\n', encoding="utf-8")
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
