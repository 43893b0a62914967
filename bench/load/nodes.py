"""One, two, three Call Managers as one, each a process, with a real NATS server, phones and sessions.

Sessions log in at all nodes alike; the phones are at the first, or with `--parts` each node has its share.
Dials through another node are compared with those at the owner of the phones, and each session counts what
it is told, as in `sessions_load`: the exit code is not 0 where anything is lost, or another node takes longer
than aimed at.
"""

import argparse
import asyncio
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path

from bench.load import site
from bench.load.crowd import LEAST_TURN_S, Crowd, StepError, hold_s, kept, worker, workers_for
from bench.load.site import Running, Size
from bench.load.terminal import ELSEWHERE, OWNER
from bench.report import Aim, Table, TooSmallError, percentile, spread

MORE_MS = 1.0
SHOWN = ("dial, to INVITE", "reply to a dial, SSCP", "drop, to the last session")
RATES = (50, 100, 150, 200, 300, 400)
STEP_S = 10.0
"""How long each of the rates is tried."""

FEW = Size(sessions=2, terminals=2)
"""What a process takes with hardly any terminals: what is above it is the terminals'."""


@dataclass
class Found:
    """What came of so many nodes."""

    nodes: int
    samples: dict[str, list[float]]
    faults: Counter[str]
    kib: dict[str, float]
    """Of each process, when the phones are registered and nobody is logged in."""
    cpu_ms: dict[str, float] = field(default_factory=dict)
    """Processor time of each for a call, at the rate for the latencies."""
    rate: int = 0
    """The highest of the rates that was kept, with nothing lost."""
    tried: list[str] = field(default_factory=list)


def main(arguments: Sequence[str] | None = None) -> int:
    """0 when nothing was lost, and the aim was reached."""
    parser = argparse.ArgumentParser(prog="python -m bench cluster_load", description=__doc__)
    parser.add_argument(
        "--nodes", type=int, nargs="+", default=[1, 2, 3], help="how many, one after the other"
    )
    parser.add_argument("--sessions", type=int, default=2000, help="TSP sessions, and as many SSCP (2000)")
    parser.add_argument("--terminals", type=int, default=1000, help="an even number (1000)")
    parser.add_argument("--rate", type=float, default=20.0, help="dials a second for the latencies (20)")
    parser.add_argument("--seconds", type=float, default=30.0, help="for how long (30)")
    parser.add_argument(
        "--rates", type=int, nargs="*", default=RATES, help="then these, as long as all is well"
    )
    parser.add_argument(
        "--parts", action="store_true", help="each node has phones of its own, as a telephone system"
    )
    given = parser.parse_args(arguments)
    if given.terminals < 2 or given.terminals % 2 or given.sessions % given.terminals or not given.sessions:
        parser.error("--terminals has to be even, and --sessions so many times that number")
    fastest = max(given.rate, *given.rates, 0)
    if min(given.rate, given.seconds, *given.nodes) <= 0 or given.terminals / 2 / fastest < LEAST_TURN_S:
        parser.error(
            "all numbers have to be above 0, and rates at most"
            f" {given.terminals / 2 / LEAST_TURN_S:g} with so few --terminals"
        )
    size = Size(given.sessions, given.terminals)
    try:
        few = asyncio.run(measured(FEW, 1, 1, 0, [], _say)).kib
        found = [
            asyncio.run(
                measured(size, nodes, given.rate, given.seconds, given.rates, _say, parts=given.parts)
            )
            for nodes in given.nodes
        ]
    except (TooSmallError, StepError) as error:
        print(f"cluster_load: {error}", file=sys.stderr)
        return 1
    tables = [_latency(size, given.rate, found), _sizes(size, found, next(iter(few.values())))]
    for table in tables:
        print(f"{table.as_text()}\n")
    return 0 if all(aim.met for table in tables for aim in table.aims) else 1


async def measured(
    size: Size,
    nodes: int,
    rate: float,
    seconds: float,
    rates: Sequence[int],
    say: Callable[[str], None] = lambda _: None,
    *,
    parts: bool = False,
) -> Found:
    """Start so many nodes, log all in, and have them call at this rate, then at `rates` while all is well."""
    allowed = site.allow_files()
    site.processes_for(size, allowed)
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="offhook-bench-")))
        running = await site.start_nodes(folder, size, nodes, stack, parts=parts and nodes > 1)
        crowd = Crowd([await worker(stack) for _ in range(workers_for(size, allowed))])
        await crowd.begin(size, running)
        found = Found(nodes, {}, Counter(), _kib(running))
        if not seconds:
            return found
        for kind in ("tsp", "sscp"):
            await crowd.login(kind, size.each)
        say(f"{nodes} nodes: {size.terminals:,} phones, 2 * {size.sessions:,} sessions")
        before = _used(running)
        found.samples, found.faults, all_begun = await _step(crowd, size, rate, seconds)
        dials = max(1, len(found.samples.get(SHOWN[2], ())))
        found.cpu_ms = {name: 1000 * (used - before[name]) / dials for name, used in _used(running).items()}
        found.tried.append(f"{rate:g}/s: {_outcome(found.faults, all_begun)}")
        for one in rates:
            _, faults, all_begun = await _step(crowd, size, one, STEP_S)
            found.tried.append(f"{one}/s: {_outcome(faults, all_begun)}")
            say(f"{nodes} nodes: {found.tried[-1]}")
            if faults or not all_begun:
                break
            found.rate = one
        return found


async def _step(
    crowd: Crowd, size: Size, rate: float, seconds: float
) -> tuple[dict[str, list[float]], Counter[str], bool]:
    results = await crowd.calls(rate, seconds, hold_s(size, rate))
    samples: defaultdict[str, list[float]] = defaultdict(list)
    faults: Counter[str] = Counter()
    for one in results:
        faults.update(one["faults"])
        for name, values in one["samples"].items():
            samples[name] += values
    return dict(samples), faults, kept(results, rate, seconds)


def _outcome(faults: Counter[str], all_begun: bool) -> str:
    said = [f"{count} times: {name}" for name, count in faults.most_common(3)]
    return "; ".join(said + ([] if all_begun else ["not kept up"])) or "all is well"


def _kib(running: Running) -> dict[str, float]:
    return {name: site.resident_kib(pid) for name, pid in running.processes.items()}


def _used(running: Running) -> dict[str, float]:
    return {name: site.used_s(pid) for name, pid in running.processes.items()}


def _latency(size: Size, rate: float, found: Sequence[Found]) -> Table:
    samples: dict[str, list[float]] = {}
    aims: list[Aim] = []
    for one in found:
        its = f"{one.nodes} node{'s' if one.nodes > 1 else ''}"
        for what in SHOWN:
            for name in (what, f"{what}, {OWNER}", f"{what}, {ELSEWHERE}"):
                if name in one.samples:
                    samples[f"{its}: {name}"] = one.samples[name]
        here, there = (one.samples.get(f"{SHOWN[0]}, {where}") for where in (OWNER, ELSEWHERE))
        if here and there:
            more = percentile(there, 50) - percentile(here, 50)
            text = (
                f"{its}: to INVITE through another node at most {MORE_MS:g} ms more at p50 (here {more:.2f})"
            )
            aims.append(Aim(text, more <= MORE_MS))
        aims.append(Aim(f"{its}: nothing lost or told twice ({one.tried[0]})", not one.faults))
    return spread(
        f"Call Managers as one, a process each, {rate:g} dials a second at {size.terminals:,} terminals",
        "ms",
        samples,
        next(iter(samples)),
        aims=tuple(aims),
        notes=("one NATS server, phones and sessions on the same machine",),
    )


def _sizes(size: Size, found: Sequence[Found], few_kib: float) -> Table:
    rows: list[tuple[str, tuple[float | None, ...]]] = []
    for one in found:
        for number, (name, kib) in enumerate(one.kib.items()):
            a_terminal = (kib - few_kib) / size.terminals
            its = f"{one.nodes} node{'s' if one.nodes > 1 else ''}: {name}"
            rate = float(one.rate) if not number else None
            row = (float(2 * size.sessions), rate, one.cpu_ms.get(name), kib / 1024, a_terminal)
            rows.append((its, row))
    return Table(
        "What they bear, what a call takes, and memory with all phones registered and nobody logged in",
        ("sessions", "dials/s", "CPU ms/call", "MiB", "KiB/terminal"),
        tuple(rows),
        rows[0][0],
        notes=(
            "sessions: of all nodes together, TSP and SSCP",
            "dials/s: the highest rate of those tried at which every session was told every call",
            f"a node with two terminals takes {few_kib / 1024:.1f} MiB",
            *(f"{one.nodes}: {'; '.join(one.tried)}" for one in found),
        ),
    )


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
