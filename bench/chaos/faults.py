"""What goes wrong in the bed, one thing at a time or several, and how it is mended again."""

from __future__ import annotations

import asyncio
import os
import random
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from bench.chaos.network import Part
from bench.chaos.parts import FAKETIME, CallManager, Nats, Process

if TYPE_CHECKING:
    from bench.chaos.bed import Bed
    from bench.chaos.site import Site

KILL = "the owner is killed (kill -9)"
STOP = "the owner is stopped in order"
FREEZE = "the owner is frozen (SIGSTOP)"
WITHOUT_NATS = "the owner is cut off from NATS"

P = TypeVar("P", bound=Process)

SLOW_MS = 150
"""Each write to the disk takes so much longer: a disk that is dying, or shared with somebody greedy."""


STEPS = ("+3600", "-3600", "+1000d")
"""By how much a clock steps: what a wrong time zone makes of it, and a machine with an empty battery."""

LONG_CUT_S = 45.0
"""Longer than a phone says again that it hangs up (timer F, RFC 3261 §17.1.2.2: 32 s)."""

CALM_S = 20.0
"""So long nothing goes wrong, where that is asked for."""

TWO_S = 3.0
"""Two nodes die within the lease of the first."""

TRIES = 10


class NothingLeftError(Exception):
    """With all that this could be done to something is wrong already."""


@dataclass(frozen=True, slots=True)
class Fault:
    """`mend` mends it. `apart`: the nodes that may not work meanwhile. `forgets`: it takes the owner from its
    calls before what it has just begun is kept for the next one. `hold_s`: it stays for so long at least."""

    name: str
    what: str
    apart: tuple[str, ...]
    mend: Callable[[], None]
    forgets: bool = False
    hold_s: float = 0.0


@dataclass
class Scene:
    """Where something goes wrong: the site is one of the bed's. Parts in `hurt` are left alone."""

    bed: Bed
    site: Site
    random: random.Random
    hurt: set[str] = field(default_factory=set)

    def owner(self) -> CallManager:
        """The node that acts. Raises `NothingLeftError`."""
        return self.one_of([self.site.owner])

    def one_of(self, all: Sequence[P]) -> P:
        """Any one with which nothing is wrong yet; from now on there is. Raises `NothingLeftError`."""
        found = [one for one in all if one.part.name not in self.hurt]
        if not found:
            raise NothingLeftError
        one = self.random.choice(found)
        self.hurt.add(one.part.name)
        return one

    @property
    def everybody(self) -> tuple[str, ...]:
        """All nodes: what is wrong may stop each of them."""
        return tuple(name for site in self.bed.sites for name in site.names)


def nothing(scene: Scene) -> Fault:
    """For what the calls alone take: see `Spent`."""
    return Fault("nothing", "", (), lambda: None, hold_s=CALM_S)


def kill_owner(scene: Scene) -> Fault:
    """kill -9 of the node that acts."""
    return _kill(scene.owner(), KILL, forgets=True)


def kill_other(scene: Scene) -> Fault:
    """kill -9 of a node that does not."""
    owner = scene.site.owner
    other = scene.one_of([node for node in scene.site.nodes if node is not owner])
    return _kill(other, "another node is killed (kill -9)")


def kill_two(scene: Scene) -> Fault:
    """kill -9 of the node that acts, and of another one before or while that one takes over."""
    owner, site = scene.owner(), scene.site
    other = scene.one_of([node for node in site.nodes if node is not owner])
    pause_s = scene.random.uniform(0.0, TWO_S)
    owner.kill()
    time.sleep(pause_s)
    other.kill()
    names = (owner.part.name, other.part.name)

    def mend() -> None:
        for node in (owner, other):
            node.start()
        for node in (owner, other):
            node.ready()

    what = f"{names[0]}, and {names[1]} after {pause_s:.1f} s"
    return Fault(f"two nodes are killed within {TWO_S:g} s", what, names, mend, forgets=True)


def kill_owner_and_leader(scene: Scene) -> Fault:
    """kill -9 of the node that acts, and of the NATS server that would tell another one to."""
    leader = scene.one_of([leader_of(f"KV_offhook-{scene.site.kind.name}", scene.bed.nats)])
    node = scene.owner()
    leader.kill()
    node.kill()

    def mend() -> None:
        leader.start()
        _start(node)

    what = f"{node.part.name}, {leader.part.name}"
    return Fault("owner and NATS' leader are killed (kill -9)", what, scene.everybody, mend, forgets=True)


def leader_of(bucket: str, servers: Sequence[Nats]) -> Nats:
    """The server that has last said that it leads the bucket; any one if none has."""

    def since(server: Nats) -> str:
        lines = server.log.read_text(errors="replace").splitlines() if server.log.exists() else []
        found = [line for line in lines if line.endswith(f"new stream leader for '$G > {bucket}'")]
        return found[-1].partition("] ")[2] if found else ""

    return max(servers, key=since)


def kill_owner_without_database(scene: Scene) -> Fault:
    """kill -9 of the node that acts, while PostgreSQL answers nobody."""
    node = scene.owner()
    frozen = freeze_database(scene)
    node.kill()

    def mend() -> None:
        frozen.mend()
        _start(node)

    name = "the owner is killed (kill -9) while PostgreSQL is frozen"
    return Fault(name, node.part.name, (node.part.name,), mend, forgets=True)


def _kill(node: CallManager, name: str, *, forgets: bool = False) -> Fault:
    node.kill()
    return Fault(name, node.part.name, (node.part.name,), lambda: _start(node), forgets)


def stop_owner(scene: Scene) -> Fault:
    """As for an upgrade."""
    node = scene.owner()
    node.stop()
    return Fault(STOP, node.part.name, (node.part.name,), lambda: _start(node))


def _start(node: CallManager) -> None:
    node.start()
    node.ready()


def freeze_owner(scene: Scene) -> Fault:
    """SIGSTOP for longer than a lease."""
    node = scene.owner()
    node.freeze()
    return Fault(FREEZE, node.part.name, (node.part.name,), node.thaw, forgets=True)


def cut_owner_from_nats(scene: Scene) -> Fault:
    """Both ways, from all three servers."""
    node, network = scene.owner(), scene.bed.network
    for server in scene.bed.nats:
        network.cut(node.part, server.part)
    return Fault(WITHOUT_NATS, node.part.name, (node.part.name,), network.heal, forgets=True)


def cut_owner_from_pbx(scene: Scene) -> Fault:
    """Both ways, as without a route, or by what loses all on its way."""
    node, network, site = scene.owner(), scene.bed.network, scene.site
    what = scene.random.choice([node.part.name, f"{node.part.name}, silently"])
    if what == node.part.name:
        network.cut(node.part, site.pbx)
    else:
        _lose(scene, node.part)
    name = "the owner is cut off from the telephone system"
    return Fault(name, what, scene.everybody, network.heal)


def lose_owner_from_pbx(scene: Scene) -> Fault:
    """All that the two send each other is lost, for longer than a request is said again."""
    node = scene.owner()
    _lose(scene, node.part)
    name = f"the owner is cut off from the telephone system, silently, for {LONG_CUT_S:g} s"
    return Fault(name, node.part.name, scene.everybody, scene.bed.network.heal, hold_s=LONG_CUT_S)


def _lose(scene: Scene, node: Part) -> None:
    scene.bed.network.lose(node, scene.site.pbx)


def cut_two(scene: Scene) -> Fault:
    """Any two parts, either way or one way only."""
    bed = scene.bed
    systems = [site.pbx for site in bed.sites]
    possible = [
        part for part in bed.network.parts.values() if part not in systems and part.name not in scene.hurt
    ]
    one, other = scene.random.sample(possible, 2)
    scene.hurt |= {one.name, other.name}
    way = scene.random.choice(["both ways", "one way"])
    if way == "both ways":
        bed.network.cut(one, other)
    else:
        one.deafen(other)
    names = tuple(name for name in scene.everybody if name in (one.name, other.name))
    nats = {server.part.name for server in bed.nats}
    return Fault(
        *(f"a cut between two parts, {way}", f"{one.name}, {other.name}", names, bed.network.heal),
        forgets=bool(nats & {one.name, other.name}),
    )


def kill_nats(scene: Scene) -> Fault:
    """kill -9 of one server, with whatever it leads."""
    server = scene.one_of(scene.bed.nats)
    server.kill()
    name = "a NATS server is killed (kill -9)"
    return Fault(name, server.part.name, scene.everybody, server.start, forgets=True)


def freeze_nats(scene: Scene) -> Fault:
    """SIGSTOP of one server: its connections stay."""
    server = scene.one_of(scene.bed.nats)
    server.freeze()
    name = "a NATS server is frozen (SIGSTOP)"
    return Fault(name, server.part.name, scene.everybody, server.thaw, forgets=True)


def restart_database(scene: Scene) -> Fault:
    """Everybody is cut off."""
    assert scene.bed.database is not None
    _hurt(scene, scene.bed.database.part)
    scene.bed.database.restart()
    return Fault("PostgreSQL is restarted", "database", (), lambda: None)


def freeze_database(scene: Scene) -> Fault:
    """All its processes, for a while."""
    assert scene.bed.database is not None
    _hurt(scene, scene.bed.database.part)
    first = scene.bed.database.pid
    pids = [first, *_children(first)]
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)

    def mend() -> None:
        for pid in pids:
            os.kill(pid, signal.SIGCONT)

    return Fault("PostgreSQL is frozen (SIGSTOP)", "database", (), mend)


def slow_disk(scene: Scene) -> Fault:
    """Of a NATS server or of a node: each write is delayed by the kernel, through `strace`."""
    victim = scene.one_of([*scene.bed.nats, *scene.site.nodes])
    nats = isinstance(victim, Nats)
    names = scene.everybody if nats else (victim.part.name,)
    kind = "a NATS server" if nats else "a node"
    mend = _slow([victim.pid])
    return Fault(f"the disk of {kind} is slow", victim.part.name, names, mend, forgets=nats)


def slow_database(scene: Scene) -> Fault:
    """The same, of PostgreSQL."""
    assert scene.bed.database is not None
    _hurt(scene, scene.bed.database.part)
    first = scene.bed.database.pid
    return Fault("the disk of PostgreSQL is slow", "database", (), _slow([first, *_children(first)]))


def _slow(pids: list[int]) -> Callable[[], None]:
    """Have what these processes, and those that they start, write take longer, until it is mended."""
    tracer = subprocess.Popen(
        [
            *("strace", "-f", "-qq", "-o", "/dev/null"),
            *(word for pid in pids for word in ("-p", str(pid))),
            *("-e", "trace=fsync,fdatasync,pwrite64,ftruncate,unlink,unlinkat,rename"),
            *("-e", f"inject=fsync,fdatasync,pwrite64,ftruncate:delay_enter={SLOW_MS * 1000}"),
        ],
        stdin=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )

    def mend() -> None:
        tracer.terminate()  # it lets go of the program
        tracer.wait()

    return mend


def step_clock(scene: Scene) -> Fault:
    """The wall clock of one node, an hour or three years away, and back."""
    node, offset = scene.one_of(scene.site.nodes), scene.random.choice(STEPS)
    node.clock.set(offset)
    return Fault("a node's clock steps", f"{node.part.name} {offset}", (), lambda: node.clock.set("+0"))


def step_database_clock(scene: Scene) -> Fault:
    """The same, of PostgreSQL."""
    assert scene.bed.database is not None
    _hurt(scene, scene.bed.database.part)
    clock, offset = scene.bed.database.clock, scene.random.choice(STEPS)
    clock.set(offset)
    return Fault("PostgreSQL's clock steps", f"database {offset}", (), lambda: clock.set("+0"))


def _hurt(scene: Scene, part: Part) -> None:
    if part.name in scene.hurt:
        raise NothingLeftError
    scene.hurt.add(part.name)


Kind = Callable[[Scene], Fault]

WEIGHTS: dict[Kind, int] = {
    kill_owner: 6,
    kill_two: 1,
    kill_owner_and_leader: 1,
    kill_owner_without_database: 1,
    kill_other: 2,
    stop_owner: 2,
    freeze_owner: 2,
    cut_owner_from_nats: 2,
    cut_owner_from_pbx: 1,
    lose_owner_from_pbx: 1,
    cut_two: 3,
    kill_nats: 2,
    freeze_nats: 1,
    restart_database: 1,
    freeze_database: 1,
    slow_disk: 1,
    slow_database: 1,
    step_clock: 1,
    step_database_clock: 1,
    nothing: 1,
}
"""How often each comes in as many rounds as all of them together. A death is what the promise of five seconds
is about."""


OF_A_CLOCK = (step_clock, step_database_clock)
OF_THE_DATABASE = (
    kill_owner_without_database,
    restart_database,
    freeze_database,
    slow_database,
    step_database_clock,
)


def possible(bed: Bed, names: list[str]) -> list[Kind]:
    """Those of these names that machine and bed have what it takes for; without names, all that go wrong."""
    found = [one for one in WEIGHTS if (one.__name__ in names if names else one is not nothing)]
    if bed.database is None:
        found = [one for one in found if one not in OF_THE_DATABASE]
    if not FAKETIME:
        found = [one for one in found if one not in OF_A_CLOCK]
    if shutil.which("strace") is None:
        found = [one for one in found if one not in (slow_disk, slow_database)]
    return found


def step_clocks(names: list[str]) -> bool:
    """Do clocks step, where these go wrong?"""
    return bool(FAKETIME) and (not names or any(one.__name__ in names for one in OF_A_CLOCK))


def _children(pid: int) -> list[int]:
    return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def turn(kinds: list[Kind], seed: int, number: int) -> Kind:
    """What the nth round is about: dealt like cards, each kind as often as its weight in each deal."""
    cards = [kind for kind in kinds for _ in range(WEIGHTS[kind])]
    deal, at = divmod(number, len(cards))
    random.Random(f"{seed}-cards-{deal}").shuffle(cards)
    return cards[at]


async def begin(first: Kind, kinds: list[Kind], count: int, scene: Scene) -> list[Fault]:
    """So many of them at once, of any kinds beside the first, beside what else goes on."""
    found: list[Fault] = []
    others = scene.random.choices(kinds, [WEIGHTS[one] for one in kinds], k=TRIES * count)
    for kind in (first, *others):
        with suppress(NothingLeftError):
            found.append(await asyncio.to_thread(kind, scene))
        if len(found) == count:
            break
    return found


async def mend(faults: list[Fault]) -> None:
    """All of them."""
    await asyncio.gather(*(asyncio.to_thread(one.mend) for one in faults))
