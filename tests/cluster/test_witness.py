"""A node's process dies, and another one beside it says so: real processes, real NATS."""

from __future__ import annotations

import asyncio
import json
import os
import shlex
import signal
import socket
import subprocess
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from offhook.cluster.bus import Bus
from offhook.cluster.entries import Entry, Get, NodeEntry, decode_node, node_key
from offhook.cluster.witness import Witness, end_of, is_gone
from offhook.config import ClusterSettings
from tests.cluster.natsserver import NatsServer
from tests.waiting import becomes, until

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


def is_watched(pid: int) -> bool:
    """Has the witness of this process begun? Whoever ends the node cannot end it any more."""
    for started in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in started.read_text().split():
            status = Path(f"/proc/{child}/status").read_text()
            ignored = next(line.split()[1] for line in status.splitlines() if line.startswith("SigIgn"))
            if int(ignored, 16) >> (signal.SIGTERM - 1) & 1:
                return True
    return False


@pytest.mark.skipif(sys.platform != "linux", reason="/proc is Linux's")
async def test_the_lease_of_a_process_that_is_killed_ends_though_no_other_node_waits_for_it(
    world: World,
) -> None:
    await until(lambda: is_watched(world.process.pid))
    world.process.send_signal(signal.SIGKILL)
    await becomes(world.ended, True)


async def test_a_process_that_ends_in_order_takes_its_witness_with_it(world: World) -> None:
    _, said = await world.process.communicate(b"")  # until both have closed it
    assert said == b""
    assert (await world.entry()).ended


# The process alone

OWN = [sys.executable, "-m", "offhook.cluster.witness"]

PRIVATE = """
import ctypes, resource
from offhook.cluster import witness
witness.main()
print(resource.getrlimit(resource.RLIMIT_CORE)[0], ctypes.CDLL(None).prctl(3, 0, 0, 0, 0))
"""

DEAF = """
import asyncio
from offhook.cluster import witness

async def deaf(settings, run):
    print("asked", flush=True)
    while True:
        try:
            await asyncio.sleep(3600)
        except asyncio.CancelledError:
            pass

witness.testify, witness.is_gone, witness.LEASE_S = deaf, lambda pid, limit_s: True, 0.1
witness.main()
"""


def a_task(pid: int, server: str = "nats://127.0.0.1:1") -> bytes:
    """What a node with this process says to its witness."""
    told = {"node": "first", "site": "", "servers": [server], "replicas": 1, "token": ""}
    return json.dumps({"pid": pid, "run": "dead", **told}).encode() + b"\n"


def says(command: list[str], told: bytes) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(command, input=told, capture_output=True, timeout=50)


@pytest.mark.skipif(sys.platform != "linux", reason="prctl is Linux's")
def test_its_memory_is_as_private_as_that_of_the_node() -> None:
    assert says([sys.executable, "-c", PRIVATE], a_task(os.getpid()) + b".").stdout == b"0 0\n"


def test_of_a_node_that_has_died_before_it_could_say_who_it_is_nothing_is_said() -> None:
    done = says(OWN, b"")
    assert (done.returncode, done.stderr) == (0, b"")


def test_who_was_started_by_another_process_than_the_node_knows_nothing_of_its_end() -> None:
    with socket.create_server(("127.0.0.1", 0)) as nats:
        nats.setblocking(False)
        server = f"nats://127.0.0.1:{nats.getsockname()[1]}"
        between = ["/bin/sh", "-c", f"{shlex.join(OWN)}; exit $?"]
        done = says(between, a_task(os.getpid(), server))
        with pytest.raises(BlockingIOError):
            nats.accept()
    assert done.returncode == 0


def test_it_ends_after_a_lease_whatever_it_waits_for() -> None:
    done = says([sys.executable, "-c", DEAF], a_task(os.getpid()))
    assert (done.returncode, done.stdout) == (-signal.SIGALRM, b"asked\n")


# Whoever starts it


def started_as(script: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Witness:
    """A witness in whose place this shell script runs, in the folder of the test."""
    program = tmp_path / "python"
    program.write_text(f"#!/bin/sh\ncd {shlex.quote(str(tmp_path))}\n{script}\n")
    program.chmod(0o700)
    monkeypatch.setattr(sys, "executable", str(program))
    witness = Witness(ClusterSettings(node="first", servers=("nats://127.0.0.1:1",)))
    witness.start("run")
    return witness


async def test_one_that_does_not_end_by_itself_is_killed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    witness = started_as("echo $$ > new && mv new pid && exec sleep 600", tmp_path, monkeypatch)
    await until((tmp_path / "pid").exists)
    witness.dismiss()
    with pytest.raises(ProcessLookupError):
        os.kill(int((tmp_path / "pid").read_text()), 0)


def test_it_inherits_what_python_needs_and_no_secrets(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", "/somewhere")
    monkeypatch.setenv("DATABASE_PASSWORD", "secret")
    started_as("env > environ; exec cat > told", tmp_path, monkeypatch).dismiss()
    names = {line.partition("=")[0] for line in (tmp_path / "environ").read_text().splitlines()}
    assert "PYTHONPATH" in names
    assert "DATABASE_PASSWORD" not in names


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
