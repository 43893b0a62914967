"""A site of the bed: three Call Managers as one, their telephone system, the people, reader and judge."""

from __future__ import annotations

import asyncio
import json
import random
import subprocess
import sys
from collections.abc import Coroutine
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Any

import msgspec

from bench.chaos.floating import Floating
from bench.chaos.judge import Judge
from bench.chaos.kinds import Kind, called, callers
from bench.chaos.parts import NATS_PORT, SSCP_PORT, TOKEN, CallManager
from bench.chaos.users import Pair, Users
from tests.peers.program import PeerProgramError

if TYPE_CHECKING:
    from bench.chaos.bed import Bed
    from bench.chaos.network import Part

NODES = ("north", "east", "south")

READY_S = 120.0
LINE = 1 << 20


@dataclass(frozen=True, slots=True)
class Size:
    """How much goes on at each site."""

    pairs: int = 40
    rate: float = 3.0
    talk_s: tuple[float, float] = (2.0, 12.0)
    database: bool = True
    clocks: bool = True
    """Do clocks step?"""


class Site:
    """One of the bed's, named after its kind of telephone system; the nodes are too, if there are several."""

    def __init__(self, bed: Bed, kind: Kind, size: Size, seed: int, *, alone: bool) -> None:
        self._bed, self.kind, self.size = bed, kind, size
        self.folder = bed.folder / kind.name
        self.folder.mkdir(exist_ok=True)
        self.pbx = bed.network.add("pbx" if alone else f"{kind.name}-pbx")
        names = NODES if alone else [f"{kind.name}-{name}" for name in NODES]
        self.nodes = [
            CallManager(bed.network.add(name), self.folder / name, clocks=size.clocks) for name in names
        ]
        pairs = [Pair(caller, called(caller, size.pairs)) for caller in callers(size.pairs)]
        partner = {a: b for one in pairs for a, b in ((one.caller, one.callee), (one.callee, one.caller))}
        self.judge = Judge(partner, lonely=kind.lonely)
        self.users = Users(
            self.nodes,
            pairs,
            self.judge,
            self.order,
            rate=size.rate,
            talk_s=size.talk_s,
            by_hand=kind.by_hand,
            random=random.Random(f"{kind.name}-{seed}"),
        )
        self.channels: asyncio.Queue[list[str]] = asyncio.Queue()
        self.floating = Floating([one.part for one in self.nodes], self.pbx) if kind.floats else None
        self._macs = {one.part.mac: one.part.name for one in self.nodes}
        self._talking: list[subprocess.Popen[bytes]] = []
        self._system, self._ready = asyncio.Event(), asyncio.Event()
        self._seen = (self.folder / "seen.jsonl").open("ab")
        self._tasks: list[asyncio.Task[None]] = []
        self._problem: BaseException | None = None

    @property
    def owner(self) -> CallManager:
        """The node that acts, as far as it has told."""
        return next(node for node in self.nodes if node.part.name == self.judge.owner)

    @property
    def names(self) -> list[str]:
        """Of its nodes."""
        return [node.part.name for node in self.nodes]

    @property
    def programs(self) -> list[int]:
        """The telephone system's side, and the reader."""
        return [one.pid for one in self._talking]

    @property
    def database(self) -> str:
        """Its name."""
        return f"offhook_{self.kind.name}"

    @property
    def well(self) -> bool:
        """Can people log in at every node?"""
        return all(session.up for session in self.users.sessions.values())

    def order(self, **what: Any) -> None:
        """Have the telephone system's side do something."""
        _write(self._talking[0], what)

    async def start(self) -> None:
        """Everything but the people."""
        bed, size = self._bed, self.size
        command = ["bench.chaos.phones", self.kind.name, str(size.pairs), self.pbx.address]
        await self._listen(command, self.pbx, self._on_phones)
        async with asyncio.timeout(READY_S):
            await self._system.wait()
        url = ""
        if bed.database is not None:
            await asyncio.to_thread(bed.database.add, self.database)
            url = bed.database.url(self.database)
        for node in self.nodes:
            servers = [one.part for one in bed.nats]
            node.configure(self.kind, servers, self.pbx, url, bed.authority, size.pairs)
            node.start()
            await asyncio.to_thread(node.ready)
        if self.floating is not None:
            self._run(self.floating.run())
        async with asyncio.timeout(READY_S):
            await self._ready.wait()
        await self._listen(["bench.chaos.reader"], None, self._on_reader)
        _write(self._talking[1], self._where())

    async def begin(self) -> None:
        """The people too; returns when their nodes work."""
        self.users.start()
        what = f"the nodes of {self.kind.name} to work"
        await self._bed.until(lambda: self.judge.owner and self.well, what)

    def _where(self) -> dict[str, Any]:
        return {
            "port": SSCP_PORT,
            "nodes": [
                {
                    "name": one.part.name,
                    "namespace": one.part.path,
                    "token_file": str(one.folder / "state" / "local.token"),
                }
                for one in self.nodes
            ],
            "nats": [{"namespace": one.part.path} for one in self._bed.nats],
            "server": f"tls://127.0.0.1:{NATS_PORT}",
            "token": TOKEN,
            "ca_file": str(self.nodes[0].folder / "ca.pem"),
            "subject": f"offhook.{self.kind.name}.told.terminal.>",
        }

    async def _listen(self, arguments: list[str], where: Part | None, take: Any) -> None:
        """Start a program of the bed, and take each line that it says."""
        errors = (self.folder / f"{arguments[0]}.log").open("ab")
        command = [sys.executable, "-m", *arguments]
        started = _program(command, errors) if where is None else where.talk(command, errors)
        self._talking.append(started)
        lines = asyncio.StreamReader(LINE)
        loop = asyncio.get_running_loop()
        await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(lines), started.stdout)

        async def read() -> None:
            while line := await lines.readline():
                self._seen.write(line)
                take(msgspec.json.decode(line))
            raise PeerProgramError(f"{arguments[0]} of {self.kind.name} ended, see its log")

        self._run(read())

    def _run(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.append(task)
        task.add_done_callback(self._note_end)

    def _note_end(self, task: asyncio.Task[None]) -> None:
        if not task.cancelled() and self._problem is None:
            self._problem = task.exception()

    def check(self) -> None:
        """Raises what has ended that must not end: nothing that comes after it is worth anything."""
        if self._problem is not None:
            raise self._problem

    def _on_phones(self, line: dict[str, Any]) -> None:
        if "phone" in line:
            self.judge.on_phone(line["at"], line["phone"], line["kind"], line["call"])
        elif "mac" in line:
            if line["mac"] in self._macs:
                self.judge.on_sip_act(line["at"], self._macs[line["mac"]], line["acts"])
        elif "acts" in line:
            self.judge.on_act(line["at"], line["connection"], line["source"], line["acts"])
        elif "channels" in line:
            self.channels.put_nowait(line["channels"])
        elif "system" in line:
            self._system.set()
        elif "ready" in line:
            self._ready.set()

    def _on_reader(self, line: dict[str, Any]) -> None:
        if "call" in line:
            self.judge.on_call(line["at"], line["node"], line["call"])
        elif "told" in line:
            self.judge.on_told(line["at"], line["told"], line["epoch"], line["by"], line["run"])
        elif "node" in line:
            self.judge.on_session(line["at"], line["node"], line.get("calls"))

    async def stop(self) -> None:
        """All of it."""
        await self.users.stop()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for node in self.nodes:
            await asyncio.to_thread(node.stop, 5.0)
        for started in self._talking:
            if started.stdin is not None:
                started.stdin.close()
            try:
                await asyncio.to_thread(started.wait, 15)
            except subprocess.TimeoutExpired:
                started.kill()
        self._seen.close()


def _write(started: subprocess.Popen[bytes], what: dict[str, Any]) -> None:
    assert started.stdin is not None
    started.stdin.write(json.dumps(what).encode() + b"\n")


def _program(command: list[str], errors: IO[bytes]) -> subprocess.Popen[bytes]:
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors, bufsize=0)
