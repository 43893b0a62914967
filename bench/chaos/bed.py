"""The bed: all parts on their network, the people, the reader and the judge."""

from __future__ import annotations

import asyncio
import json
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import trustme

from bench.chaos.judge import Judge
from bench.chaos.network import Network
from bench.chaos.parts import NATS_PORT, SSCP_PORT, TOKEN, CallManager, Database, Nats
from bench.chaos.site import called, callers
from bench.chaos.users import Pair, Users
from tests.peers.program import PeerProgramError

NODES = ("north", "east", "south")
SERVERS = ("nats-1", "nats-2", "nats-3")

READY_S = 60.0
LINE = 1 << 20


@dataclass(frozen=True, slots=True)
class Size:
    """How much goes on."""

    pairs: int = 40
    rate: float = 3.0
    talk_s: tuple[float, float] = (2.0, 12.0)
    database: bool = True


class Bed:
    """Made by `bed`."""

    def __init__(self, folder: Path, size: Size, seed: int) -> None:
        self.folder, self.size = folder, size
        self.network = Network()
        self.site = self.network.add("pbx")
        self._authority = trustme.CA()
        self.database: Database | None = None
        if size.database:
            self.database = Database(self.network.add("database"), folder / "database", self._authority)
        self.nats = [Nats(self.network.add(name), folder / name) for name in SERVERS]
        self.nodes = [CallManager(self.network.add(name), folder / name) for name in NODES]
        pairs = [Pair(caller, called(caller)) for caller in callers(size.pairs)]
        self.judge = Judge(
            {a: b for one in pairs for a, b in ((one.caller, one.callee), (one.callee, one.caller))}
        )
        self.users = Users(
            self.nodes,
            pairs,
            self.judge,
            self.order,
            rate=size.rate,
            talk_s=size.talk_s,
            random=random.Random(seed),
        )
        self.channels: asyncio.Queue[list[str]] = asyncio.Queue()
        self._talking: list[subprocess.Popen[bytes]] = []
        self._ready = asyncio.Event()
        self._seen = (folder / "seen.jsonl").open("ab")
        self._tasks: list[asyncio.Task[None]] = []

    @property
    def owner(self) -> CallManager:
        """The node that acts, as far as it has told."""
        return next(node for node in self.nodes if node.part.name == self.judge.owner)

    def order(self, **what: Any) -> None:
        """Have the telephone system's side do something."""
        pipe = self._talking[0].stdin
        assert pipe is not None
        pipe.write(json.dumps(what).encode() + b"\n")

    async def start(self) -> None:
        """Everything, and then the people."""
        if self.database is not None:
            await asyncio.to_thread(self.database.start)
        parts = [one.part for one in self.nats]
        for one in self.nats:
            one.configure(parts, self._authority)
        # Each waits for nobody: a cluster of servers begins when two of them see each other.
        await asyncio.gather(*(asyncio.to_thread(one.start) for one in self.nats))
        await self._listen(
            ["bench.chaos.site", str(self.size.pairs), self.site.address], "pbx", self._on_site
        )
        async with asyncio.timeout(READY_S):
            await self._ready.wait()
        url = self.database.url if self.database is not None else ""
        for node in self.nodes:
            node.configure(parts, self.site, url, self._authority, self.size.pairs)
            node.start()
            await asyncio.to_thread(node.ready)
        await self._listen(["bench.chaos.reader"], "", self._on_reader)
        reader = self._talking[1].stdin
        assert reader is not None
        reader.write(json.dumps(self._where()).encode() + b"\n")
        self.users.start()
        await self.until(lambda: self.judge.owner and self.well, "the nodes to work together")

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
            "nats": [{"namespace": one.part.path} for one in self.nats],
            "server": f"tls://127.0.0.1:{NATS_PORT}",
            "token": TOKEN,
            "ca_file": str(self.nodes[0].folder / "ca.pem"),
            "subject": "offhook.offhook.told.terminal.>",
        }

    @property
    def well(self) -> bool:
        """Can people log in at every node?"""
        return all(session.up for session in self.users.sessions.values())

    async def until(self, condition: Any, what: str) -> None:
        """Wait for it. Raises `PeerProgramError`."""
        end = time.monotonic() + READY_S
        while not condition():
            if time.monotonic() > end:
                raise PeerProgramError(f"{READY_S:g} s were not enough for {what}")
            await asyncio.sleep(0.05)

    async def _listen(self, arguments: list[str], part: str, take: Any) -> None:
        """Start a program of the bed, and take each line that it says."""
        where = self.network.parts.get(part)
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
                take(json.loads(line))

        self._tasks.append(asyncio.create_task(read()))

    def _on_site(self, line: dict[str, Any]) -> None:
        if "phone" in line:
            self.judge.on_phone(line["at"], line["phone"], line["kind"], line["call"])
        elif "acts" in line:
            self.judge.on_act(line["at"], line["connection"], line["source"], line["acts"])
        elif "channels" in line:
            self.channels.put_nowait(line["channels"])
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
        for one in (*self.nodes, *self.nats):
            await asyncio.to_thread(one.stop, 5.0)
        if self.database is not None:
            await asyncio.to_thread(self.database.stop)
        for started in self._talking:
            if started.stdin is not None:
                started.stdin.close()
            try:
                await asyncio.to_thread(started.wait, 15)
            except subprocess.TimeoutExpired:
                started.kill()
        self.network.close()
        self._seen.close()


def _program(command: list[str], errors: IO[bytes]) -> subprocess.Popen[bytes]:
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors, bufsize=0)


@asynccontextmanager
async def bed(size: Size, seed: int, folder: Path | None = None) -> AsyncIterator[Bed]:
    """A bed at work. Its logs, and all that was seen, are kept in `folder` if there is one."""
    with tempfile.TemporaryDirectory(prefix="offhook-chaos-") as name:
        made = Bed(folder or Path(name), size, seed)
        try:
            await made.start()
            yield made
        finally:
            await made.stop()
