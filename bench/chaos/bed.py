"""The bed: what all sites share, NATS and PostgreSQL, and the sites, on their network."""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import trustme

from bench.chaos.kinds import Kind
from bench.chaos.network import Network
from bench.chaos.parts import Database, Nats
from bench.chaos.site import READY_S, Site, Size
from tests.peers.program import PeerProgramError

SERVERS = ("nats-1", "nats-2", "nats-3")


class Bed:
    """Made by `bed`."""

    def __init__(self, folder: Path, kinds: Sequence[Kind], size: Size, seed: int) -> None:
        self.folder = folder
        self.network = Network()
        self.authority = trustme.CA()
        self.database: Database | None = None
        if size.database:
            self.database = Database(
                self.network.add("database"), folder / "database", self.authority, clocks=size.clocks
            )
        self.nats = [Nats(self.network.add(name), folder / name) for name in SERVERS]
        self.sites = [Site(self, kind, size, seed, alone=len(kinds) == 1) for kind in kinds]

    async def start(self) -> None:
        """Everything, and then the people."""
        if self.database is not None:
            await asyncio.to_thread(self.database.start)
        parts = [one.part for one in self.nats]
        for one in self.nats:
            one.configure(parts, self.authority)
        # Each waits for nobody: a cluster of servers begins when two of them see each other.
        await asyncio.gather(*(asyncio.to_thread(one.start) for one in self.nats))
        for site in self.sites:
            await site.start()
        for site in self.sites:
            await site.begin()

    async def until(self, condition: Any, what: str) -> None:
        """Wait for it. Raises `PeerProgramError`."""
        end = time.monotonic() + READY_S
        while not condition():
            if time.monotonic() > end:
                raise PeerProgramError(f"{READY_S:g} s were not enough for {what}")
            await asyncio.sleep(0.05)

    async def stop(self) -> None:
        """All of it."""
        for site in self.sites:
            await site.stop()
        for one in self.nats:
            await asyncio.to_thread(one.stop, 5.0)
        if self.database is not None:
            await asyncio.to_thread(self.database.stop)
        self.network.close()


@asynccontextmanager
async def bed(kinds: Sequence[Kind], size: Size, seed: int, folder: Path | None = None) -> AsyncIterator[Bed]:
    """A bed at work. Its logs, and all that was seen, are kept in `folder` if there is one."""
    with tempfile.TemporaryDirectory(prefix="offhook-chaos-") as name:
        made = Bed(folder or Path(name), kinds, size, seed)
        try:
            await made.start()
            yield made
        finally:
            await made.stop()
