"""A whole site at one Call Manager: sessions logged in, a call at every terminal, and dials without a pause.

Each session counts what it is told: every call has one beginning and one end at every session that should see
it, or the exit code is not 0. The phones and sessions run in processes of their own. Parts of the rate are
tried first; if all of it does not hold, the calls go on at the highest that did, and it is said which process
could do no more.
"""

import argparse
import asyncio
import sys
import tempfile
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter

from bench.load import site
from bench.load.crowd import LEAST_TURN_S, Crowd, StepError, hold_s, worker, workers_for
from bench.load.processors import Processors
from bench.load.result import Calls, Found, Memory
from bench.load.site import Running, Size
from bench.load.terminal import PATIENCE_S
from bench.report import Table, TooSmallError
from offhook.common.network import host_port

RUNGS = (0.25, 0.5, 0.75, 1.0)
RUNG_S = 15.0
"""These parts of the rate are tried for so long each, before calls that last much longer."""

TRIED_FROM_S = 60.0
"""Calls for no longer than this are a trial themselves, and so are those for which no more time is left."""

REST_S, REST_AT_MOST_S = 2.0, 30.0
"""After a rate that did not hold the product rests: in so long it took less than half of a processor."""

WATCHED_EVERY_S = 5.0
"""How often memory is looked at while calls go on."""

SAID_EVERY_S = 30.0
"""How often it is said how far the calls are."""

BESIDE_S = 240.0
"""What all of it may take beside the calls, if nothing else is asked for: logins, and trying the rate."""

END_S = PATIENCE_S + 10.0
"""The last calls end, and what was found is put together."""


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
    except TooSmallError as error:
        print(f"sessions_load: {error}", file=sys.stderr)
        return 1
    except UnfinishedError as error:
        _show(error.found.tables())
        print(f"sessions_load: {error}; above is what there was until then", file=sys.stderr)
        return 1
    _show(tables)
    return 0 if all(aim.met for table in tables for aim in table.aims) else 1


class UnfinishedError(StepError):
    """It was not done to its end. `found` is what there was until then."""

    def __init__(self, text: str, found: Found) -> None:
        super().__init__(text)
        self.found = found


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
    `BESIDE_S`. `say` is told how far it is. Raises `UnfinishedError` and `TooSmallError`."""
    limit = Limit(limit_s or seconds + BESIDE_S)
    found = Found(size, rate, seconds)
    try:
        async with asyncio.timeout(limit.seconds):
            await _measured(found, workers, limit, split=split, say=say)
    except TimeoutError as error:
        raise UnfinishedError(limit.said(), found) from error
    except StepError as error:
        raise UnfinishedError(f"{error}, at: {limit.step}", found) from error
    return found.tables()


async def _measured(
    found: Found, workers: int, limit: Limit, *, split: bool, say: Callable[[str], None]
) -> None:
    size, rate = found.size, found.rate
    allowed = site.allow_files()
    found.processes = max(site.processes_for(size, allowed), 2 if split else 1)
    found.workers = workers or workers_for(size, allowed)
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="offhook-bench-")))
        running = await site.start(folder, size, found.processes, stack)
        listens = host_port("127.0.0.1", running.ports.sip)
        say(f"{size.terminals:,} terminals at {listens}, {found.workers} workers")
        crowd = Crowd([await worker(stack) for _ in range(found.workers)])
        load = _Load(crowd, running, Memory(running), limit, say)
        found.memory = load.memory
        load.memory.note("started")
        limit.step = "the phones register"
        await crowd.begin(size, running)
        load.memory.note("phones registered")
        say("phones registered")
        for kind in ("tsp", "sscp"):
            begun, limit.step = perf_counter(), f"{kind.upper()} sessions log in"
            logins = await crowd.login(kind, size.each)
            found.took_s[kind] = perf_counter() - begun
            found.logins[kind] = logins
            load.memory.note(f"{kind} sessions")
            refused = f", {crowd.again:,} logins so far were tried again" if crowd.again else ""
            say(f"{len(logins):,} {kind.upper()} sessions logged in, {found.took_s[kind]:.0f} s{refused}")
        held = hold_s(size, rate)
        trials = len(RUNGS) * (RUNG_S + held + REST_S)
        room = min(found.seconds, limit.left() - trials - held - END_S) > TRIED_FROM_S
        for part in RUNGS if room else ():
            found.tried.append(await load.calls(rate * part, RUNG_S, held))
            say(f"tried, {found.tried[-1].text}")
            if not found.tried[-1].held:
                await load.rest()
                break
        holds = found.highest or (found.tried[0].rate if found.tried else rate)
        held = hold_s(size, holds)
        lasts = max(1.0, min(found.seconds, limit.left() - held - END_S))
        found.calls = await load.calls(holds, lasts, held)
        load.memory.note("calls over")


@dataclass(frozen=True)
class _Load:
    """Everybody is logged in, and calls."""

    crowd: Crowd
    running: Running
    memory: Memory
    limit: Limit
    say: Callable[[str], None]

    async def calls(self, rate: float, seconds: float, hold: float) -> Calls:
        """At this rate."""
        self.limit.step = f"calls, {rate:g} a second"
        product = Processors(self.running.processes)
        every = Processors(self.running.processes | self.crowd.processes)
        shares = None
        calls = asyncio.create_task(self.crowd.calls(rate, seconds, hold))
        begun = said = perf_counter()
        try:
            while not calls.done():
                self.memory.note("calls")
                over = perf_counter() - begun
                if shares is None and over >= seconds:
                    shares = every.shares()
                if perf_counter() - said >= SAID_EVERY_S:
                    said = perf_counter()
                    mib = self.memory.kib["calls"][-1] / 1024
                    ends = ", the last calls end" if over > seconds else ""
                    self.say(f"{over:.0f} s of {seconds:.0f}{ends}: {self.crowd.so_far()}, {mib:.0f} MiB")
                await asyncio.wait([calls], timeout=min(WATCHED_EVERY_S, max(0.1, seconds - over)))
        finally:
            calls.cancel()
        return Calls(rate, seconds, calls.result(), shares or every.shares(), product.used_s())

    async def rest(self) -> None:
        """Until the product has done what there was to do."""
        self.limit.step = "the product rests"
        until = perf_counter() + REST_AT_MOST_S
        while perf_counter() < until:
            product = Processors(self.running.processes)
            await asyncio.sleep(REST_S)
            if all(one.used < 0.5 for one in product.shares().values()):
                return


def _show(tables: Sequence[Table]) -> None:
    for table in tables:
        print(f"{table.as_text()}\n", flush=True)


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
