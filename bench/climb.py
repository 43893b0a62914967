"""Rising rates of calls until they do not all come off; the same rule for all that is compared."""

import asyncio
import csv
import math
import sys
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, suppress
from dataclasses import astuple, dataclass
from pathlib import Path
from time import perf_counter

from bench.report import percentile
from bench.switch_load import HOLD_S, PATIENCE_S
from tests.peers.program import PeerProgramError, Program
from tests.peers.sipp import Sipp

FAILED_PER_CENT = 1.0
KEPT_UP = 0.95
"""A step counts only when calls were really begun at this part of the offered rate, or faster."""

TRIES = 2
"""A step that is not clean is tried once more: on a shared machine a single stall is not the limit."""

HOPELESS_PER_CENT = 10.0
HOPELESS_KEPT_UP = 0.8
"""Beyond these a step is not tried again: no single stall takes so much."""

COARSE = 1.5
"""From one rate to the next, until one is not clean."""

FINE = 1.06
"""Then the middle between the highest clean rate and the lowest that is not, until they are so close."""

ROUND = 10
"""All rates are multiples of it."""

STEP_LIMIT_S = 60.0

REST_S = 1.0

COLUMNS = ("begun/s", "calls", "failed %", "setup p50 ms", "setup p99 ms", "CPU ms/call", "messages/call")


@dataclass
class Step:
    """What came of one rate, in the order of `COLUMNS`; None: not to be seen from outside."""

    begun: float
    calls: float
    failed: float
    setup_p50: float | None = None
    setup_p99: float | None = None
    cpu_ms: float | None = None
    messages: float | None = None

    def clean(self, rate: int) -> bool:
        """Did calls come off, and were they begun as fast as offered?"""
        return self.failed <= FAILED_PER_CENT and self.begun >= KEPT_UP * rate

    def hopeless(self, rate: int) -> bool:
        """Was it so far from clean that it needs no second try?"""
        return self.failed > HOPELESS_PER_CENT or self.begun < HOPELESS_KEPT_UP * rate


Steps = Callable[[int], Awaitable[Step]]
"""Takes a step of this rate."""

Through = Callable[[], AbstractAsyncContextManager[Steps]]
"""Starts what the calls of the steps go through, its phones included."""


@dataclass
class Climb:
    """Every step of one of those that are compared."""

    name: str
    rows: list[tuple[str, tuple[float | None, ...]]]
    best: Step | None = None
    rate: int = 0
    """The highest rate that was clean."""
    above: int | None = None
    """The lowest rate that was not; None if it was clean at the highest rate that it was driven at."""
    ended: bool = False
    """Had it to end before the two were close?"""

    @property
    def summary(self) -> tuple[str, tuple[float | None, ...]]:
        """A row: the highest clean rate, with the figures of that step."""
        best = astuple(self.best)[1:] if self.best is not None else (None,) * (len(COLUMNS) - 1)
        return f"{self.name}: highest clean", (float(self.rate), *best)

    @property
    def note(self) -> str | None:
        """What has to be known of how the highest rate was found, if anything."""
        if self.above is None:
            return f"{self.name} was not driven beyond {self.rate}/s, where it was still clean"
        if self.ended:
            return f"{self.name}: no more time to look between {self.rate}/s and {self.above}/s"
        return None

    def _next(self, first: int, last: int) -> int | None:
        """The rate of the next step; None once the limit is known, or the last one was clean."""
        if self.above is None:
            rate = min(last, _rounded(self.rate * COARSE)) if self.rate else first
            return rate if rate > self.rate else None
        rate = _rounded(math.sqrt(self.rate * self.above)) if self.rate else _rounded(self.above / COARSE)
        between = self.rate < rate < self.above
        return rate if between and self.above > FINE * self.rate else None


def _rounded(rate: float) -> int:
    return max(ROUND, ROUND * round(rate / ROUND))


def say(text: str) -> None:
    """Where it is, for who waits."""
    print(text, file=sys.stderr, flush=True)


async def climb(
    name: str,
    first: int,
    last: int,
    through: Through,
    limit_s: float,
    *,
    rest_s: float = REST_S,
    clock: Callable[[], float] = perf_counter,
    tell: Callable[[str], None] = say,
) -> Climb:
    """Rates from `first`, each half as high again, to one that is not clean; then between the last two.

    Takes no further step after `limit_s`, nor one at more than `last`. `through` starts what is measured, and
    starts it anew after a step that was not clean: for half a minute such a step leaves calls, at the phones
    as well, that came to nothing, and those would fail the next one.
    """
    found, begun = Climb(name, []), clock()
    async with AsyncExitStack() as running:
        step: Steps | None = None
        while (rate := found._next(first, last)) is not None:
            for _ in range(TRIES):
                if clock() - begun >= limit_s:
                    found.ended = True
                    return found
                if step is None:
                    step = await running.enter_async_context(through())
                taken = await step(rate)
                found.rows.append((f"{name} at {rate}/s", astuple(taken)))
                clean = taken.clean(rate)
                tell(
                    f"{name} at {rate}/s: {'clean' if clean else 'NOT clean'}"
                    f" (begun {taken.begun:.0f}/s, failed {taken.failed:.1f} %)"
                )
                if clean:
                    found.rate, found.best = rate, taken
                    await asyncio.sleep(rest_s)
                    break
                await running.aclose()
                step = None
                if taken.hopeless(rate):
                    found.above = rate
                    break
            else:
                found.above = rate
    return found


async def called_by_sipp(folder: Path, port: int, rate: int, seconds: int, *more: str) -> Step:
    """sipp's own caller: an INVITE, an ACK once answered, a BYE `HOLD_S` later."""
    statistics = folder / f"caller-{port}-{rate}.csv"
    calls = rate * seconds
    command = ("sipp", f"127.0.0.1:{port}", "-sn", "uac", "-i", "127.0.0.1", "-bind_local", "-nostdin")
    numbers = ("-r", str(rate), "-m", str(calls), "-l", "100000", "-d", str(int(HOLD_S * 1000)))
    ends = ("-recv_timeout", str(int(PATIENCE_S * 1000)), "-timeout", f"{seconds + PATIENCE_S:.0f}s")
    written = ("-trace_stat", "-stf", str(statistics), "-fd", "1")
    async with Program(folder, *command, *numbers, *ends, *written, *more) as caller:
        with suppress(PeerProgramError):  # what is not over by then has failed
            await caller.ended(seconds + 2 * PATIENCE_S)
    with statistics.open(newline="") as file:
        rows = list(csv.DictReader(file, delimiter=";"))
    rates = [float(row["CallRate(P)"]) for row in rows if float(row["CallRate(P)"]) > 0]
    good = int(rows[-1]["SuccessfulCall(C)"])
    return Step(percentile(rates, 50), float(calls), 100 * (calls - good) / calls)


def messages(*phones: Sipp) -> int:
    """How many messages these have sent and received; they have to be traced."""
    return sum(phone.messages().count("\nUDP message ") for phone in phones)
