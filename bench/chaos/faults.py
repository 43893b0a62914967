"""What goes wrong in the bed, one thing at a time, and how it is mended again."""

from __future__ import annotations

import asyncio
import os
import random
import shutil
import signal
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from bench.chaos.parts import FAKETIME, CallManager, Nats

if TYPE_CHECKING:
    from bench.chaos.bed import Bed

KILL = "the owner is killed (kill -9)"
STOP = "the owner is stopped in order"

SLOW_MS = 150
"""Each write to the disk takes so much longer: a disk that is dying, or shared with somebody greedy."""


@dataclass(frozen=True, slots=True)
class Fault:
    """`begin` does it, and returns what mends it. `apart`: the nodes that may not work meanwhile."""

    name: str
    what: str
    apart: tuple[str, ...]
    mend: Callable[[], None]


def kill_owner(bed: Bed, _random: random.Random) -> Fault:
    """kill -9 of the node that acts."""
    return _kill(bed.owner, KILL)


def kill_other(bed: Bed, random: random.Random) -> Fault:
    """kill -9 of a node that does not."""
    return _kill(_other(bed, random), "another node is killed (kill -9)")


def _kill(node: CallManager, name: str) -> Fault:
    node.kill()
    return Fault(name, node.part.name, (node.part.name,), lambda: _start(node))


def stop_owner(bed: Bed, _random: random.Random) -> Fault:
    """As for an upgrade."""
    node = bed.owner
    node.stop()
    return Fault(STOP, node.part.name, (node.part.name,), lambda: _start(node))


def _start(node: CallManager) -> None:
    node.start()
    node.ready()


def freeze_owner(bed: Bed, _random: random.Random) -> Fault:
    """SIGSTOP for longer than a lease."""
    node = bed.owner
    node.freeze()
    return Fault("the owner is frozen (SIGSTOP)", node.part.name, (node.part.name,), node.thaw)


def cut_owner_from_nats(bed: Bed, _random: random.Random) -> Fault:
    """Both ways, from all three servers."""
    node = bed.owner
    for server in bed.nats:
        bed.network.cut(node.part, server.part)
    return Fault("the owner is cut off from NATS", node.part.name, (node.part.name,), bed.network.heal)


def cut_owner_from_asterisk(bed: Bed, _random: random.Random) -> Fault:
    """Both ways. It keeps its lease: nobody has control until it is over."""
    node = bed.owner
    bed.network.cut(node.part, bed.site)
    names = tuple(one.part.name for one in bed.nodes)
    return Fault("the owner is cut off from Asterisk", node.part.name, names, bed.network.heal)


def cut_two(bed: Bed, random: random.Random) -> Fault:
    """Any two parts, either way or one way only."""
    one, other = random.sample([part for part in bed.network.parts.values() if part is not bed.site], 2)
    way = random.choice(["both ways", "one way"])
    if way == "both ways":
        bed.network.cut(one, other)
    else:
        one.deafen(other)
    names = tuple(node.part.name for node in bed.nodes if node.part in (one, other))
    return Fault(f"a cut between two parts, {way}", f"{one.name}, {other.name}", names, bed.network.heal)


def kill_nats(bed: Bed, random: random.Random) -> Fault:
    """kill -9 of one server, with whatever it leads."""
    server = random.choice(bed.nats)
    server.kill()
    names = tuple(one.part.name for one in bed.nodes)
    return Fault("a NATS server is killed (kill -9)", server.part.name, names, server.start)


def freeze_nats(bed: Bed, random: random.Random) -> Fault:
    """SIGSTOP of one server: its connections stay."""
    server = random.choice(bed.nats)
    server.freeze()
    names = tuple(one.part.name for one in bed.nodes)
    return Fault("a NATS server is frozen (SIGSTOP)", server.part.name, names, server.thaw)


def restart_database(bed: Bed, _random: random.Random) -> Fault:
    """Everybody is cut off."""
    assert bed.database is not None
    bed.database.restart()
    return Fault("PostgreSQL is restarted", "database", (), lambda: None)


def freeze_database(bed: Bed, _random: random.Random) -> Fault:
    """All its processes, for a while."""
    assert bed.database is not None
    first = bed.database.pid
    pids = [first, *_children(first)]
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)

    def mend() -> None:
        for pid in pids:
            os.kill(pid, signal.SIGCONT)

    return Fault("PostgreSQL is frozen (SIGSTOP)", "database", (), mend)


def slow_disk(bed: Bed, random: random.Random) -> Fault:
    """Of a NATS server or of a node: each write is delayed by the kernel, through `strace`."""
    victims: list[Nats | CallManager] = [*bed.nats, *bed.nodes]
    victim = random.choice(victims)
    tracer = subprocess.Popen(
        [
            *("strace", "-f", "-qq", "-o", "/dev/null", "-p", str(victim.pid)),
            *("-e", "trace=fsync,fdatasync,pwrite64,ftruncate,unlink,unlinkat,rename"),
            *("-e", f"inject=fsync,fdatasync,pwrite64,ftruncate:delay_enter={SLOW_MS * 1000}"),
        ],
        stdin=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )

    def mend() -> None:
        tracer.terminate()  # it lets go of the program
        tracer.wait()

    names = tuple(one.part.name for one in bed.nodes) if isinstance(victim, Nats) else (victim.part.name,)
    kind = "a NATS server" if isinstance(victim, Nats) else "a node"
    return Fault(f"the disk of {kind} is slow", victim.part.name, names, mend)


def step_clock(bed: Bed, random: random.Random) -> Fault:
    """The wall clock of one node, an hour or three years away, and back."""
    node, offset = random.choice(bed.nodes), random.choice(["+3600", "-3600", "+1000d"])
    node.set_clock(offset)
    return Fault("a node's clock steps", f"{node.part.name} {offset}", (), lambda: node.set_clock("+0"))


WEIGHTS: dict[Callable[[Bed, random.Random], Fault], int] = {
    kill_owner: 6,
    kill_other: 2,
    stop_owner: 2,
    freeze_owner: 2,
    cut_owner_from_nats: 2,
    cut_owner_from_asterisk: 1,
    cut_two: 3,
    kill_nats: 2,
    freeze_nats: 1,
    restart_database: 1,
    freeze_database: 1,
    slow_disk: 1,
    step_clock: 1,
}
"""How often each comes. A death is what the promise of five seconds is about."""


def possible(bed: Bed, names: list[str]) -> list[Callable[[Bed, random.Random], Fault]]:
    """Those of these names, all without any, that this machine and bed have what it takes for."""
    found = [one for one in WEIGHTS if not names or one.__name__ in names]
    if bed.database is None:
        found = [one for one in found if one not in (restart_database, freeze_database)]
    if not FAKETIME:
        found = [one for one in found if one is not step_clock]
    if shutil.which("strace") is None:
        found = [one for one in found if one is not slow_disk]
    return found


def _other(bed: Bed, random: random.Random) -> CallManager:
    owner = bed.owner
    return random.choice([node for node in bed.nodes if node is not owner])


def _children(pid: int) -> list[int]:
    return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


async def begin(one: Callable[[Bed, random.Random], Fault], bed: Bed, random: random.Random) -> Fault:
    """Do it, beside what else goes on."""
    return await asyncio.to_thread(one, bed, random)
