"""Calls a second that the embedded switch sets up and tears down, until 1 % fail; sipp plays the phones."""

import asyncio
import csv
import json
import tempfile
from asyncio.subprocess import Process
from contextlib import AsyncExitStack
from pathlib import Path

from bench.report import Aim, Table, percentile
from bench.switch_load import HOLD_S
from bench.world import ports, process
from tests.peers.program import Program
from tests.peers.sipp import Sipp, registered

FAILED_PER_CENT = 1.0
KEPT_UP = 0.95
"""A step counts only when calls were really begun at this part of the offered rate, or faster."""

TRIES = 2
"""A step that is not clean is tried once more: on a shared machine a single stall is not the limit."""

REST_S = 1.0
STEP_LIMIT_S = 60.0

RATES = range(100, 1501, 100)
BARE_RATES = range(2000, 10_001, 2000)

AIM = 400

Row = tuple[str, tuple[float | None, ...]]

COLUMNS = (
    "begun/s",
    "calls",
    "failed %",
    "setup p50 ms",
    "setup p99 ms",
    "CPU ms/call",
    "% of a core",
)


def measure(quick: bool) -> Table:
    """Steps of rising rate; a call has two legs at the switch, one from sipp to sipp."""
    return asyncio.run(_measure(quick))


async def _measure(quick: bool) -> Table:
    seconds = 2 if quick else 4
    with tempfile.TemporaryDirectory(prefix="offhook-bench-") as name:
        folder = Path(name)
        rates, bare_rates = (range(100, 301, 100), range(500, 1001, 500)) if quick else (RATES, BARE_RATES)
        rows, clean = await _switch(folder, rates, seconds)
        bare_rows, bare_clean = await _sipp_to_sipp(folder, bare_rates, seconds)
    summary: Row = ("highest clean rate", (float(clean), *[None] * (len(COLUMNS) - 1)))
    bare_summary: Row = ("sipp to sipp, highest clean", (float(bare_clean), *[None] * (len(COLUMNS) - 1)))
    share = f"{100 * clean / bare_clean:.0f} % of" if bare_clean else "not comparable with"
    ended = [
        f"{name} was not driven beyond {highest}/s, where it was still clean"
        for name, highest, reached in (
            ("the switch", rates[-1], clean),
            ("sipp to sipp", bare_rates[-1], bare_clean),
        )
        if reached == highest
    ]
    return Table(
        f"Calls set up and torn down a second by the embedded switch (each up for {HOLD_S:g} s)",
        COLUMNS,
        (*rows, *bare_rows, summary, bare_summary),
        bare_summary[0],
        () if quick else (Aim(f"{AIM} clean calls a second", clean >= AIM),),
        (
            f"clean: at most {FAILED_PER_CENT:g} % failed, begun at {KEPT_UP:.0%} of the rate or faster",
            f"the switch's highest clean rate is {share} that of sipp to sipp",
            *ended,
        ),
    )


async def _switch(folder: Path, rates: range, seconds: int) -> tuple[list[Row], int]:
    rows: list[Row] = []
    clean = 0
    async with process("-m", "bench.switch_load") as load:
        server = ("127.0.0.1", (await ports(load))[0])
        phones = (
            registered(folder, "answer", server, user, "bench", calls=None, trace=False)
            for user in ("4000", "4001")
        )
        async with AsyncExitStack() as stack:
            for phone in phones:
                await stack.enter_async_context(phone)
            for rate in rates:
                for _ in range(TRIES):
                    result = await _step(load, rate, seconds)
                    names = ("begun", "calls", "failed", "setup_p50", "setup_p99", "cpu_ms", "core")
                    rows.append((f"switch at {rate}/s", tuple(result[name] for name in names)))
                    await asyncio.sleep(REST_S)
                    if _clean(rate, result["begun"], result["failed"]):
                        clean = rate
                        break
                if clean < rate:
                    break
    return rows, clean


def _clean(rate: int, begun: float, failed: float) -> bool:
    return failed <= FAILED_PER_CENT and begun >= KEPT_UP * rate


async def _step(load: Process, rate: int, seconds: int) -> dict[str, float]:
    assert load.stdin is not None
    assert load.stdout is not None
    load.stdin.write(f"{rate} {seconds}\n".encode())
    async with asyncio.timeout(STEP_LIMIT_S):
        line = await load.stdout.readline()
    result: dict[str, float] = json.loads(line)
    return result


async def _sipp_to_sipp(folder: Path, rates: range, seconds: int) -> tuple[list[Row], int]:
    rows: list[Row] = []
    clean = 0
    async with Sipp(folder, "answer", ("127.0.0.1", 9), "4001", calls=None, trace=False) as phone:
        for rate in rates:
            for _ in range(TRIES):
                begun, failed = await _caller(folder, phone.port, rate, seconds)
                blank = (None,) * 4
                rows.append((f"sipp to sipp at {rate}/s", (begun, float(rate * seconds), failed, *blank)))
                await asyncio.sleep(REST_S)
                if _clean(rate, begun, failed):
                    clean = rate
                    break
            if clean < rate:
                break
    return rows, clean


async def _caller(folder: Path, port: int, rate: int, seconds: int) -> tuple[float, float]:
    """sipp's own caller; calls begun a second as sipp counted them, and the per cent that failed."""
    statistics = folder / f"caller-{rate}.csv"
    calls = rate * seconds
    command = ("sipp", f"127.0.0.1:{port}", "-sn", "uac", "-i", "127.0.0.1", "-bind_local", "-nostdin")
    numbers = ("-r", str(rate), "-m", str(calls), "-l", "100000", "-d", str(int(HOLD_S * 1000)))
    written = ("-trace_stat", "-stf", str(statistics), "-fd", "1")
    async with Program(folder, *command, *numbers, *written) as caller:
        await caller.ended(STEP_LIMIT_S)
    with statistics.open(newline="") as file:
        rows = list(csv.DictReader(file, delimiter=";"))
    rates = [float(row["CallRate(P)"]) for row in rows if float(row["CallRate(P)"]) > 0]
    good = int(rows[-1]["SuccessfulCall(C)"])
    return percentile(rates, 50), 100 * (calls - good) / calls
