"""Originations a second that a real Asterisk takes from the driver, beside those from a bare AMI client."""

import asyncio
from collections.abc import Awaitable, Callable
from time import perf_counter

from bench.asterisk_dial import TARGET, Rig, rig
from bench.phone import Phone
from bench.report import Aim, Table, percentile
from tests.peers.asterisk import CONTEXT, Asterisk

AT_ONCE = 10
"""Calls under way at any moment, the same for both: Asterisk never refuses, it lags."""

ROUNDS = 5
SHARE = 0.9
OURS, BASELINE = "the driver", "bare AMI"
REST_S = 1.0

Begin = Callable[[Rig], str]
End = Callable[[Rig], Awaitable[str]]


def measure(quick: bool) -> Table:
    """Rounds of both in turn; the own phone is busy, so that each call is over as soon as it has rung."""
    with Asterisk() as asterisk:
        rates = asyncio.run(_measure(asterisk, 2 if quick else ROUNDS, 1.0 if quick else 4.0))
    ours, bare = (percentile(rates[name], 50) for name in (OURS, BASELINE))
    rows = tuple(
        (name, (percentile(values, 50), min(values), max(values), percentile(values, 50) / bare))
        for name, values in rates.items()
    )
    return Table(
        f"Originations a second at Asterisk, {AT_ONCE} under way at once",
        ("median", "least", "most", "of baseline"),
        rows,
        BASELINE,
        (Aim(f"{SHARE:g} times the bare rate", ours >= SHARE * bare),),
    )


async def _measure(asterisk: Asterisk, rounds: int, seconds: float) -> dict[str, list[float]]:
    rates: dict[str, list[float]] = {OURS: [], BASELINE: []}
    async with rig(asterisk) as running:
        refusing = asyncio.create_task(_refuse(running.phone))
        try:
            for _ in range(rounds):
                rates[OURS].append(await _rate(running, seconds, _dial, _dialled))
                await asyncio.sleep(REST_S)
                rates[BASELINE].append(await _rate(running, seconds, _originate, _originated))
                await asyncio.sleep(REST_S)
        finally:
            refusing.cancel()
    return rates


async def _refuse(phone: Phone) -> None:
    while True:
        phone.answer(await phone.invites.get(), "486 Busy Here")


async def _rate(running: Rig, seconds: float, begin: Begin, end: End) -> float:
    begun = perf_counter()
    live = {begin(running) for _ in range(AT_ONCE)}
    count = 0
    while live:
        live.discard(await end(running))
        count += 1
        if perf_counter() - begun < seconds:
            live.add(begin(running))
    return count / (perf_counter() - begun)


def _dial(running: Rig) -> str:
    return running.driver.dial()


async def _dialled(running: Rig) -> str:
    return await running.driver.over.get()


def _originate(running: Rig) -> str:
    return running.bare.originate("PJSIP/4000", CONTEXT, TARGET)[0]


async def _originated(running: Rig) -> str:
    return await running.bare.ended.get()
