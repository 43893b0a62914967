"""Rising rates of calls until they do not all come off; the same rule for all that is compared."""

import asyncio
import csv
from collections.abc import Awaitable, Callable
from dataclasses import astuple, dataclass
from pathlib import Path

from bench.report import percentile
from bench.switch_load import HOLD_S
from tests.peers.program import Program
from tests.peers.sipp import Sipp

FAILED_PER_CENT = 1.0
KEPT_UP = 0.95
"""A step counts only when calls were really begun at this part of the offered rate, or faster."""

TRIES = 2
"""A step that is not clean is tried once more: on a shared machine a single stall is not the limit."""

REST_S = 1.0
STEP_LIMIT_S = 60.0

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

    @property
    def clean(self) -> bool:
        """Did calls come off?"""
        return self.failed <= FAILED_PER_CENT


Steps = Callable[[int], Awaitable[Step]]
"""Takes a step of this rate."""


@dataclass
class Climb:
    """Every step of one of those that are compared."""

    name: str
    rows: list[tuple[str, tuple[float | None, ...]]]
    best: Step | None = None
    rate: int = 0
    """The highest rate that was clean."""
    ended: bool = False
    """Was it clean at the highest rate that it was driven at?"""

    @property
    def summary(self) -> tuple[str, tuple[float | None, ...]]:
        """A row: the highest clean rate, with the figures of that step."""
        best = astuple(self.best)[1:] if self.best is not None else (None,) * (len(COLUMNS) - 1)
        return f"{self.name}: highest clean", (float(self.rate), *best)


async def climb(name: str, rates: range, step: Steps) -> Climb:
    """One rate after the other, to the first that is not clean, or the last."""
    found = Climb(name, [])
    for rate in rates:
        for _ in range(TRIES):
            taken = await step(rate)
            found.rows.append((f"{name} at {rate}/s", astuple(taken)))
            await asyncio.sleep(REST_S)
            if taken.clean and taken.begun >= KEPT_UP * rate:
                found.rate, found.best = rate, taken
                break
        else:
            return found
    found.ended = True
    return found


async def called_by_sipp(folder: Path, port: int, rate: int, seconds: int, *more: str) -> Step:
    """sipp's own caller: an INVITE, an ACK once answered, a BYE `HOLD_S` later."""
    statistics = folder / f"caller-{port}-{rate}.csv"
    calls = rate * seconds
    command = ("sipp", f"127.0.0.1:{port}", "-sn", "uac", "-i", "127.0.0.1", "-bind_local", "-nostdin")
    numbers = ("-r", str(rate), "-m", str(calls), "-l", "100000", "-d", str(int(HOLD_S * 1000)))
    written = ("-trace_stat", "-stf", str(statistics), "-fd", "1")
    async with Program(folder, *command, *numbers, *written, *more) as caller:
        await caller.ended(STEP_LIMIT_S)
    with statistics.open(newline="") as file:
        rows = list(csv.DictReader(file, delimiter=";"))
    rates = [float(row["CallRate(P)"]) for row in rows if float(row["CallRate(P)"]) > 0]
    good = int(rows[-1]["SuccessfulCall(C)"])
    return Step(percentile(rates, 50), float(calls), 100 * (calls - good) / calls)


def messages(*phones: Sipp) -> int:
    """How many messages these have sent and received; they have to be traced."""
    return sum(phone.messages().count("\nUDP message ") for phone in phones)
