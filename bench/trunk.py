"""Processor time of a call by a trunk, beside one between two terminals of the same switch.

Both in turn, in steps of some seconds, at one rate: what else the machine does falls on both alike.
"""

import asyncio
import json
import tempfile
from asyncio.subprocess import Process
from collections import defaultdict
from contextlib import AsyncExitStack
from pathlib import Path

from bench.climb import STEP_LIMIT_S
from bench.report import Aim, Table, percentile
from bench.world import ports, process
from tests.peers.sipp import Sipp, registered
from tests.switch.trunksite import scripted

RATE = 200
"""Calls a second."""

MOST = 1.2
"""A call by a trunk may take so many times the processor time of one inside."""

INSIDE, OUTSIDE = "between terminals", "by a trunk"
NUMBERS = {INSIDE: "4001", OUTSIDE: "08912345678"}
COLUMNS = ("steps", "least ms", "p25 ms", "p50 ms", "failed %")


def measure(quick: bool) -> Table:
    """Steps of each in turn; sipp plays the phones and the provider."""
    return asyncio.run(_measure(2 if quick else 10, 2 if quick else 3))


async def _measure(rounds: int, seconds: int) -> Table:
    cpu: defaultdict[str, list[float]] = defaultdict(list)
    failed: defaultdict[str, list[float]] = defaultdict(list)
    with tempfile.TemporaryDirectory(prefix="offhook-bench-") as name:
        async with AsyncExitStack() as stack:
            folder = Path(name)
            async with scripted() as before:  # answers the OPTIONS, which sipp would take for a call
                port = before.address[1]
                load = await stack.enter_async_context(process("-m", "bench.switch_load", str(port)))
                server = ("127.0.0.1", (await ports(load))[0])
                await before.next("OPTIONS")
            for user in ("4000", "4001"):
                phone = registered(folder, "answer", server, user, "bench", calls=None, trace=False)
                await stack.enter_async_context(phone)
            provider = Sipp(folder, "answer", server, "provider", port=port, calls=None, trace=False)
            await stack.enter_async_context(provider)
            for _ in range(rounds):
                for row, number in NUMBERS.items():
                    taken = await _step(load, seconds, number)
                    cpu[row].append(taken["cpu_ms"])
                    failed[row].append(taken["failed"])
    rows = tuple(
        (
            row,
            (
                float(len(values)),
                min(values),
                *(percentile(values, percent) for percent in (25, 50)),
                sum(failed[row]) / len(values),
            ),
        )
        for row, values in cpu.items()
    )
    half = {row: percentile(values, 50) for row, values in cpu.items()}
    aim = Aim(f"at most {MOST:g} times one {INSIDE}, by p50", half[OUTSIDE] <= MOST * half[INSIDE])
    return Table(
        f"Processor time of a call by a trunk, at {RATE} calls a second",
        COLUMNS,
        rows,
        INSIDE,
        (aim,),
        ("the provider wants no password, as phones want none of the switch",),
    )


async def _step(load: Process, seconds: int, number: str) -> dict[str, float]:
    assert load.stdin is not None
    assert load.stdout is not None
    load.stdin.write(f"{RATE} {seconds} {number}\n".encode())
    async with asyncio.timeout(STEP_LIMIT_S):
        result: dict[str, float] = json.loads(await load.stdout.readline())
    return result
