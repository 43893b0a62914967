"""Several Call Managers as one: a dial through another node, and how long an owner is missed that died."""

import asyncio
import tempfile
from pathlib import Path
from time import perf_counter

from bench.report import Aim, Table, percentile, spread
from offhook.call import Dial, Drop
from offhook.errors import CallError
from tests.cluster.fakeswitch import System
from tests.cluster.natsserver import NatsServer
from tests.cluster.one import One
from tests.waiting import until

HERE, THERE = "at the owner", "through another node"
MISSED = "the owner dies, until Drop works elsewhere"
MORE_MS = 1.0
MISSED_S = 5.0

REST_S = 0.002
"""Between two dials: what the one before has caused is done."""

TRY_S = 0.01
"""So often a command is tried that nobody takes."""


class Nodes:
    """Three in this process, with a real NATS server and a switch that takes no time."""

    def __init__(self, server: NatsServer) -> None:
        self._server, self._system = server, System()
        self._running: list[One] = []
        self._number = 0

    async def start(self) -> None:
        """One more."""
        self._number += 1
        one = One(f"n{self._number}", self._server, self._system.make)
        await one.switch.start()
        self._running.append(one)

    async def stop(self) -> None:
        """All of them."""
        for one in self._running:
            await one.switch.stop()

    def owner(self) -> One:
        """The node that acts."""
        return next(one for one in self._running if one.acts)

    def other(self) -> One:
        """One that does not."""
        return next(one for one in self._running if not one.acts)

    async def dial(self, at: One) -> float:
        """Milliseconds until a dial is answered."""
        begun = perf_counter()
        call = await at.switch.perform(Dial("4000", "4001"))
        taken = 1000 * (perf_counter() - begun)
        await self.owner().switch.perform(Drop(call.id))
        await asyncio.sleep(REST_S)
        return taken

    async def missed(self) -> float:
        """Milliseconds from the death of the owner until another node has dropped the call that is up."""
        owner, other = self.owner(), self.other()
        call = await other.switch.perform(Dial("4000", "4001"))
        await until(lambda: other.states(call.id))
        self._running.remove(owner)
        begun = perf_counter()
        await owner.crash()
        while True:
            try:
                await other.switch.perform(Drop(call.id))
                break
            except CallError:
                await asyncio.sleep(TRY_S)
        taken = 1000 * (perf_counter() - begun)
        await self.start()
        return taken


def measure(quick: bool) -> Table:
    """Milliseconds."""
    with tempfile.TemporaryDirectory() as folder:
        samples = asyncio.run(_measure(Path(folder), 50 if quick else 1000, 2 if quick else 30))
    more = percentile(samples[THERE], 50) - percentile(samples[HERE], 50)
    missed = percentile(samples[MISSED], 99) / 1000
    return spread(
        "Several Call Managers as one: from Dial to its answer, one at a time (a switch that takes no time)",
        "ms",
        samples,
        HERE,
        aims=(
            Aim(
                f"through another node at most {MORE_MS:g} ms more at p50 (here {more:.2f})", more <= MORE_MS
            ),
            Aim(f"p99 without control under {MISSED_S:g} s (here {missed:.2f})", missed < MISSED_S),
        ),
        notes=("three nodes in one process, one NATS server; the dead owner says nothing to anybody",),
    )


async def _measure(folder: Path, dials: int, deaths: int) -> dict[str, list[float]]:
    server = NatsServer(folder)
    await server.start()
    nodes = Nodes(server)
    try:
        for _ in range(3):
            await nodes.start()
        owner, other = nodes.owner(), nodes.other()
        samples: dict[str, list[float]] = {HERE: [], THERE: []}
        for _ in range(dials):
            samples[HERE].append(await nodes.dial(owner))
            samples[THERE].append(await nodes.dial(other))
        samples[MISSED] = [await nodes.missed() for _ in range(deaths)]
        return samples
    finally:
        await nodes.stop()
        await server.stop()
