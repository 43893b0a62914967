"""A node's process dies, and another one beside it says so: real processes, real NATS."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from offhook.cluster.bus import Bus
from offhook.cluster.entries import Entry, Get, NodeEntry, decode_node, node_key
from offhook.cluster.witness import end_of, is_gone
from offhook.config import ClusterSettings
from tests.cluster.natsserver import NatsServer
from tests.waiting import becomes

pytestmark = [
    pytest.mark.peer,
    pytest.mark.timeout(60),
    pytest.mark.skipif(sys.platform == "win32", reason="nobody looks there"),
]

A_NODE = """
import asyncio, sys
from offhook.cluster.node import Node
from offhook.cluster.witness import Witness
from offhook.config import ClusterSettings

async def main():
    own = ClusterSettings(node="first", servers=(sys.argv[1],))
    node = Node(own, ["4000"], witness=Witness(own))
    await node.start()
    print(node.holds, flush=True)
    await asyncio.to_thread(sys.stdin.read)
    await node.stop()

asyncio.run(main())
"""


class World:
    """NATS, a node in a process of its own, and who looks what stands there of it."""

    def __init__(self, server: NatsServer, process: Process, bus: Bus) -> None:
        self.server, self.process, self.bus = server, process, bus

    async def entry(self) -> NodeEntry:
        found = await self.bus.ask(Get(node_key("first")))
        assert isinstance(found, Entry)
        entry = decode_node(found.value)
        assert entry is not None
        return entry

    async def ended(self) -> bool:
        return (await self.entry()).ended


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    server = NatsServer(tmp_path)
    await server.start()
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", A_NODE, server.url, stdin=PIPE, stdout=PIPE, stderr=PIPE
    )
    assert process.stdout is not None
    assert await process.stdout.readline() == b"True\n"
    bus = await Bus.connect(ClusterSettings(node="second", servers=(server.url,)), None)
    yield World(server, process, bus)
    await bus.close()
    if process.returncode is None:
        process.kill()
    await process.communicate()
    await server.stop()


async def test_the_lease_of_a_process_that_is_killed_ends_though_no_other_node_waits_for_it(
    world: World,
) -> None:
    world.process.send_signal(signal.SIGKILL)
    await becomes(world.ended, True)


async def test_a_process_that_ends_in_order_takes_its_witness_with_it(world: World) -> None:
    _, said = await world.process.communicate(b"")  # until both have closed it
    assert said == b""
    assert (await world.entry()).ended


def test_who_lives_is_not_gone() -> None:
    assert not is_gone(os.getppid(), 0.0)


def an_entry(run: str, *, ended: bool = False) -> Entry:
    text = f'{{"run": "{run}", "epoch": 3, "beat": 7, "ended": {str(ended).lower()}}}'
    return Entry("node.first", text.encode(), 12)


def test_what_was_read_is_replaced_and_nothing_else() -> None:
    end = end_of("dead", an_entry("dead"))
    assert end is not None
    assert (end.key, end.revision) == ("node.first", 12)
    assert decode_node(end.value) == NodeEntry("dead", 3, 7, ended=True)


@pytest.mark.parametrize(
    "entry", [an_entry("next"), an_entry("dead", ended=True), Entry("node.first", b"", 0)]
)
def test_of_another_run_and_of_a_lease_that_is_over_nothing_is_said(entry: Entry) -> None:
    assert end_of("dead", entry) is None
