"""Processor time of a call: the switch, its compiled wheel, Asterisk and Kamailio, all at the same rate.

They are sampled in turn, in steps of some seconds: in one, caches are warm, and what else the machine does
falls on all alike. It is time of a processor and no time of day, so another program on the machine costs only
what it throws out of the caches. The less there is to do at once, the more a call costs, since each message
wakes the process by itself: figures of different rates cannot be compared, and this one suits all of them.
"""

import asyncio
import tempfile
from collections import defaultdict
from contextlib import AsyncExitStack
from pathlib import Path

from bench.anchors import ASTERISK, KAMAILIO, through_asterisk, through_kamailio
from bench.calls_per_second import SWITCH, through_switch
from bench.climb import Steps
from bench.compiled import missing, ways
from bench.report import Aim, Table, percentile

RATE = 300
"""Calls a second. Asterisk cannot do many more on two processors, beside sipp."""

AIM_MS = 0.8

COLUMNS = ("steps", "least ms", "p25 ms", "p50 ms", "failed %", "messages/call")


def measure(quick: bool) -> Table:
    """Steps of each in turn; sipp plays the phones of all."""
    return asyncio.run(_measure(2 if quick else 8, 2 if quick else 3))


async def _measure(rounds: int, seconds: int) -> Table:
    cpu: defaultdict[str, list[float]] = defaultdict(list)
    failed: defaultdict[str, list[float]] = defaultdict(list)
    messages: dict[str, float | None] = {}
    with tempfile.TemporaryDirectory(prefix="offhook-bench-") as name, ways() as environments:
        async with AsyncExitStack() as stack:
            folder = Path(name)
            steps: dict[str, Steps] = {
                SWITCH + way: await stack.enter_async_context(through_switch(folder, seconds, environment))
                for way, environment in environments.items()
            }
            steps[ASTERISK] = await stack.enter_async_context(through_asterisk(folder, seconds))
            steps[KAMAILIO] = await stack.enter_async_context(through_kamailio(folder, seconds))
            for _ in range(rounds):
                for row, step in steps.items():
                    taken = await step(RATE)
                    cpu[row].append(taken.cpu_ms or 0.0)
                    failed[row].append(taken.failed)
                    messages[row] = taken.messages
    rows = tuple(
        (
            row,
            (
                float(len(values)),
                min(values),
                *(percentile(values, percent) for percent in (25, 50)),
                sum(failed[row]) / len(values),
                messages[row],
            ),
        )
        for row, values in cpu.items()
    )
    half = {row: percentile(values, 50) for row, values in cpu.items()}
    aims = tuple(
        Aim(f"{row}: {text}", met)
        for row in half
        if row.startswith(SWITCH)
        for text, met in (
            (f"p50 at most {AIM_MS:g} ms a call", half[row] <= AIM_MS),
            ("less than Asterisk", half[row] < half[ASTERISK]),
        )
    )
    return Table(
        f"Processor time of a call, at {RATE} calls a second",
        COLUMNS,
        rows,
        KAMAILIO,
        aims,
        (
            "who asks for the calls is in the switch's figures, and in those of Asterisk and Kamailio not",
            "Kamailio, in C, passes one INVITE on: no second leg, no descriptions, no events",
            *missing(environments),
        ),
    )
