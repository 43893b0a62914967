"""A whole site at one Call Manager: sessions logged in, a call at every terminal, and dials without a pause.

Each session counts what it is told: every call has one beginning and one end at every session that should see
it, or the exit code is not 0. The phones and sessions run in processes of their own.
"""

import argparse
import asyncio
import json
import sys
import tempfile
from asyncio.subprocess import PIPE, Process
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import asdict, dataclass, field
from functools import partial
from pathlib import Path
from time import perf_counter
from typing import Any

from bench.load import site
from bench.load.site import Running, Size
from bench.load.terminal import PATIENCE_S
from bench.report import Aim, Table, TooSmallError, spread
from offhook.common.network import host_port

KEPT_UP = 0.98
"""This part of the dials that were asked for has to be begun: the rest found their terminal still busy."""

LEAST_TURN_S = 2.0
"""A pair of terminals has a call at most so often: it rings for a part of it, and everybody is told."""

WATCHED_EVERY_S = 5.0
"""How often memory is looked at while calls go on."""

SAID_EVERY_S = 30.0
"""How often it is said how far the calls are."""

BESIDE_S = 240.0
"""What all of it may take beside the calls, if nothing else is asked for: most of it are the logins."""

END_S = PATIENCE_S + 10.0
"""The last calls end, and what was found is put together."""

LINE_LIMIT = 1 << 28
"""Bytes of a worker's result: all its samples, of an hour and more."""

LATENESS = "the load's own lateness"


def main(arguments: Sequence[str] | None = None) -> int:
    """0 when all sessions logged in, the rate was kept, and nothing was lost or told twice."""
    parser = argparse.ArgumentParser(prog="python -m bench sessions_load", description=__doc__)
    parser.add_argument("--sessions", type=int, default=10_000, help="TSP sessions, and as many SSCP (10000)")
    parser.add_argument("--terminals", type=int, default=2000, help="an even number (2000)")
    parser.add_argument("--rate", type=float, default=100.0, help="dials a second (100)")
    parser.add_argument("--minutes", type=float, default=10.0, help="how long (10)")
    parser.add_argument(
        "--limit",
        type=float,
        default=0.0,
        help="minutes that all of it may take: calls are cut short for it (4 more than --minutes)",
    )
    parser.add_argument(
        "--workers", type=int, default=0, help="processes of phones and sessions (2, or more)"
    )
    parser.add_argument(
        "--split",
        action="store_true",
        help="Call Manager and Smart Messenger in two processes, as where one may not open enough files",
    )
    given = parser.parse_args(arguments)
    if given.terminals < 2 or given.terminals % 2 or given.sessions % given.terminals or not given.sessions:
        parser.error("--terminals has to be even, and --sessions so many times that number")
    if min(given.rate, given.minutes) <= 0 or given.limit < 0:
        parser.error("--rate, --minutes and --limit have to be above 0")
    if given.terminals / 2 / given.rate < LEAST_TURN_S:
        parser.error(
            f"--rate has to be at most {given.terminals / 2 / LEAST_TURN_S:g} with so few --terminals"
        )
    try:
        tables = asyncio.run(
            measured(
                Size(given.sessions, given.terminals),
                given.rate,
                60 * given.minutes,
                given.workers,
                split=given.split,
                limit_s=60 * given.limit,
                say=_say,
            )
        )
    except (TooSmallError, StepError) as error:
        print(f"sessions_load: {error}", file=sys.stderr)
        return 1
    for table in tables:
        print(f"{table.as_text()}\n")
    return 0 if all(aim.met for table in tables for aim in table.aims) else 1


class StepError(Exception):
    """A worker or the product could not do its part."""


@dataclass
class Limit:
    """When all of it has to be over, and how far it is."""

    seconds: float
    begun: float = field(default_factory=perf_counter)
    step: str = "the product starts"

    def left(self) -> float:
        """Seconds."""
        return self.begun + self.seconds - perf_counter()

    def said(self) -> str:
        return f"it was not done within {self.seconds / 60:g} min, and stopped at: {self.step}"


async def measured(
    size: Size,
    rate: float,
    seconds: float,
    workers: int = 0,
    *,
    split: bool = False,
    limit_s: float = 0.0,
    say: Callable[[str], None] = lambda _: None,
) -> list[Table]:
    """Log all in, have them call, and say what it took, within `limit_s`; 0: those of the calls and
    `BESIDE_S`. `say` is told how far it is. Raises `StepError` and `TooSmallError`."""
    limit = Limit(limit_s or seconds + BESIDE_S)
    try:
        async with asyncio.timeout(limit.seconds):
            return await _measured(size, rate, seconds, workers, limit, split=split, say=say)
    except TimeoutError as error:
        raise StepError(limit.said()) from error


async def _measured(
    size: Size,
    rate: float,
    seconds: float,
    workers: int,
    limit: Limit,
    *,
    split: bool,
    say: Callable[[str], None],
) -> list[Table]:
    allowed = site.allow_files()
    processes = max(site.processes_for(size, allowed), 2 if split else 1)
    workers = workers or workers_for(size, allowed)
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="offhook-bench-")))
        running = await site.start(folder, size, processes, stack)
        say(f"{size.terminals:,} terminals at {host_port('127.0.0.1', running.ports.sip)}, {workers} workers")
        crowd = Crowd([await worker(stack) for _ in range(workers)])
        memory = Memory(running)
        memory.note("started")
        limit.step = "the phones register"
        await crowd.begin(size, running)
        memory.note("phones registered")
        say("phones registered")
        logins: dict[str, list[float]] = {}
        took: dict[str, float] = {}
        for kind in ("tsp", "sscp"):
            begun, limit.step = perf_counter(), f"{kind.upper()} sessions log in"
            logins[kind] = await crowd.login(kind, size.each)
            took[kind] = perf_counter() - begun
            memory.note(f"{kind} sessions")
            refused = f", {crowd.again:,} logins so far were tried again" if crowd.again else ""
            say(f"{len(logins[kind]):,} {kind.upper()} sessions logged in, {took[kind]:.0f} s{refused}")
        before, waiting = _used(running), _waited(running)
        lasts = max(1.0, min(seconds, limit.left() - hold_s(size, rate) - END_S))
        limit.step = "calls"
        calls = asyncio.create_task(crowd.calls(rate, lasts, hold_s(size, rate)))
        begun = said = perf_counter()
        while not calls.done():
            memory.note("calls")
            if perf_counter() - said >= SAID_EVERY_S:
                said = perf_counter()
                mib = memory.kib["calls"][-1] / 1024
                say(f"{said - begun:.0f} s of {lasts:.0f}: {crowd.so_far()}, {mib:.0f} MiB")
            await asyncio.wait([calls], timeout=WATCHED_EVERY_S)
        results, watched = calls.result(), perf_counter() - begun
        memory.note("calls over")
        used = {name: spent - before[name] for name, spent in _used(running).items()}
        waited = {name: spent - waiting[name] for name, spent in _waited(running).items()}
        return _tables(
            size, rate, seconds, lasts, watched, processes, logins, took, results, memory, used, waited
        )


def _used(running: Running) -> dict[str, float]:
    """The processor time of each of the product's processes so far."""
    return {name: site.used_s(pid) for name, pid in running.processes.items()}


def _waited(running: Running) -> dict[str, float]:
    """How long each of them has waited for a processor so far."""
    return {name: site.waited_s(pid) for name, pid in running.processes.items()}


def hold_s(size: Size, rate: float) -> float:
    """How long a call lasts: nearly until it is its pair's turn again."""
    return 0.9 * size.terminals / 2 / rate


class Crowd:
    """The workers, each with its share of the terminals."""

    def __init__(self, workers: list[Process]) -> None:
        self._workers = workers
        self._so_far: dict[int, dict[str, int]] = {}
        self.again = 0
        """Logins that were refused and tried again."""

    def so_far(self) -> str:
        """How many dials there were up to some seconds ago, and how much went wrong."""
        dials, faults = (sum(one[name] for one in self._so_far.values()) for name in ("dials", "faults"))
        return f"{dials:,} dials, {faults:,} faults"

    async def begin(self, size: Size, running: Running) -> None:
        """Have all phones register."""
        numbers, tokens, count = size.numbers, running.tokens, len(self._workers)
        share = 2 * -(-size.terminals // 2 // count)
        parts = [slice(at * share, (at + 1) * share) for at in range(count)]
        ports = asdict(running.ports)
        same = {"ports": ports, "tsp": running.tsp_token, "password": site.PHONE_PASSWORD}
        await self._all("begin", [{"numbers": numbers[one], "tokens": tokens[one], **same} for one in parts])

    async def login(self, kind: str, each: int) -> list[float]:
        """Log so many sessions of each terminal in; how long each took."""
        results = await self._all(kind, [{"each": each}] * len(self._workers))
        self.again += sum(one["again"] for one in results)
        return [ms for one in results for ms in one["ms"]]

    async def calls(self, rate: float, seconds: float, hold: float) -> list[dict[str, Any]]:
        """Dial, all at this rate together."""
        count = len(self._workers)
        asked = {"rate": rate / count, "seconds": seconds, "hold": hold}
        return await self._all("calls", [asked] * count)

    async def _all(self, step: str, members: list[dict[str, Any]]) -> list[dict[str, Any]]:
        asked = zip(self._workers, members, strict=True)
        steps = (
            _ask(one, {"step": step, **more}, partial(self._so_far.__setitem__, number))
            for number, (one, more) in enumerate(asked)
        )
        return list(await asyncio.gather(*steps))


class Memory:
    """What the product's processes have in memory, by when."""

    def __init__(self, running: Running) -> None:
        self._processes = running.processes
        self.kib: defaultdict[str, list[float]] = defaultdict(list)

    def note(self, when: str) -> None:
        """Look now; of what is noted often the first, the last and the most are shown."""
        try:
            self.kib[when].append(sum(site.resident_kib(pid) for pid in self._processes.values()))
        except OSError as error:
            raise StepError(f"the product has ended ({', '.join(self._processes)})") from error

    def added(self, when: str, before: str) -> float:
        """How much more than before."""
        return max(self.kib[when]) - self.kib[before][-1]


def _tables(
    size: Size,
    rate: float,
    seconds: float,
    lasted: float,
    watched: float,
    processes: int,
    logins: dict[str, list[float]],
    took: dict[str, float],
    results: list[dict[str, Any]],
    memory: Memory,
    used: dict[str, float],
    waited: dict[str, float],
) -> list[Table]:
    samples: defaultdict[str, list[float]] = defaultdict(list)
    faults: Counter[str] = Counter()
    for one in results:
        faults.update(one["faults"])
        for name, values in one["samples"].items():
            samples[name] += values
    samples["login, TSP"], samples["login, SSCP"] = logins["tsp"], logins["sscp"]
    ordered = {name: samples[name] for name in sorted(samples, key=lambda name: (name != LATENESS, name))}
    dials, asked = sum(one["dials"] for one in results), int(rate * seconds)
    calls, told = (sum(one[name] for one in results) for name in ("calls", "told"))
    up = sum(one["up"] for one in results)
    where = "one process" if processes == 1 else "two processes: one may not open enough files, or --split"
    logged_in = ", ".join(f"{len(logins[one]) / took[one]:.0f} {one.upper()}" for one in logins)
    latency = spread(
        f"{size.sessions:,} TSP and {size.sessions:,} SSCP sessions at {size.terminals:,} terminals, {rate:g}"
        f" dials a second for {seconds / 60:g} min",
        "ms",
        ordered,
        LATENESS,
        aims=(
            Aim(
                f"every call has one beginning and one end at every session that should see it ({calls:,}"
                f" calls of {dials:,} dials, {told:,} states told)",
                not faults and calls == 2 * dials,
            ),
            Aim(f"{rate:g} dials a second ({dials:,} of {asked:,} begun)", dials >= KEPT_UP * asked),
        ),
        notes=(
            f"the product runs in {where}; the phones and sessions in {len(results)}, on the same machine",
            f"logins a second: {logged_in}",
            f"at most {up:,} calls between two terminals were up at once",
            *(
                f"processor time of the {name}: {1000 * spent / max(1, dials):.2f} ms a call,"
                f" {100 * spent / watched:.0f} % of a core;"
                f" {100 * waited[name] / watched:.0f} % of the time it waited for one"
                for name, spent in used.items()
            ),
            f"that of the phones and sessions: {100 * sum(one['cpu'] for one in results) / watched:.0f} %",
            *([] if lasted == seconds else [f"calls were cut short to {lasted:.0f} s: --limit"]),
            *(f"FAULT, {count:,} times: {name}" for name, count in faults.most_common(20)),
        ),
    )
    kib = memory.kib
    rows = (
        ("started", "terminal", kib["started"][-1], None),
        ("phones registered", "phone", kib["phones registered"][-1], size.terminals),
        ("TSP sessions logged in", "session", kib["tsp sessions"][-1], size.sessions),
        ("SSCP sessions logged in", "session", kib["sscp sessions"][-1], size.sessions),
        ("calls, the most", "call of a terminal", max(kib["calls"]), 2 * up),
        ("calls, the last", "call of a terminal", kib["calls"][-1], 2 * up),
        ("calls over", "", kib["calls over"][-1], None),
    )
    before = [kib["started"][-1], *(kib[one][-1] for one in ("started", "phones registered"))]
    before += [kib["tsp sessions"][-1]] + [kib["sscp sessions"][-1]] * 3
    resident = Table(
        "Memory of the product",
        ("MiB", "more MiB", "KiB each"),
        tuple(
            (
                f"{name}{f', each {of}' if count else ''}",
                (now / 1024, (now - then) / 1024, (now - then) / count if count else None),
            )
            for (name, of, now, count), then in zip(rows, before, strict=True)
        ),
        "started",
    )
    return [latency, resident]


def workers_for(size: Size, allowed: int) -> int:
    """Two, or as many as the limit of open files asks for."""
    needed = 2 * size.sessions + size.terminals
    return min(size.terminals // 2, max(2, -(-needed // (allowed - site.SPARE))))


async def worker(stack: AsyncExitStack) -> Process:
    started = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bench.load.worker"), stdin=PIPE, stdout=PIPE, limit=LINE_LIMIT
    )

    async def end() -> None:
        if started.returncode is None:
            started.terminate()
        await started.wait()

    stack.push_async_callback(end)
    return started


async def _ask(
    worker: Process, step: dict[str, Any], so_far: Callable[[dict[str, int]], None]
) -> dict[str, Any]:
    assert worker.stdin is not None
    assert worker.stdout is not None
    worker.stdin.write(f"{json.dumps(step)}\n".encode())
    while True:
        line = await worker.stdout.readline()
        answer: dict[str, Any] = json.loads(line) if line else {"error": "its process has ended"}
        if "so_far" not in answer:
            break
        so_far(answer["so_far"])
    if "error" in answer:
        raise StepError(f"{step['step']}: {answer['error']}")
    return answer


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
