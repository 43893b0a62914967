"""Originations a second that a real Asterisk takes from the driver, beside those from a bare AMI client."""

import asyncio
from collections.abc import Awaitable, Callable
from time import perf_counter

from bench import asteriskways as ways
from bench.asteriskways import TARGET
from bench.phone import Phone
from bench.report import Aim, Table, percentile
from tests.peers.asterisk import CONTEXT, Asterisk

AT_ONCE = 10
"""Calls under way at any moment, the same for both: Asterisk never refuses, it lags."""

ROUNDS = 12
"""Each of both, the first one in turn: the machine gets slower as Asterisk's load lasts."""

ROUND_S = 1.5
SHARE = 0.9
OURS, BASELINE = "the driver", "bare AMI"

Rate = Callable[[Asterisk], Awaitable[float]]


def measure(quick: bool) -> Table:
    """Rounds of both in turn; the own phone is busy, so that each call is over as soon as it has rung."""
    rates: dict[str, list[float]] = {OURS: [], BASELINE: []}
    measures: list[tuple[str, Rate]] = [(OURS, _driver), (BASELINE, _bare)]
    with Asterisk() as asterisk:
        for _ in range(2 if quick else ROUNDS):
            for name, rate in measures:
                rates[name].append(asyncio.run(_with_limit(rate, asterisk)))
            measures.reverse()
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


async def _with_limit(rate: Rate, asterisk: Asterisk) -> float:
    async with asyncio.timeout(60):
        return await rate(asterisk)


async def _driver(asterisk: Asterisk) -> float:
    async with ways.registered(asterisk) as phone, ways.driver(asterisk) as driver:
        return await _rate(phone, driver.dial, driver.over)


async def _bare(asterisk: Asterisk) -> float:
    async with ways.registered(asterisk) as phone, ways.bare(asterisk) as ami:
        return await _rate(phone, lambda: ami.originate("PJSIP/4000", CONTEXT, TARGET)[0], ami.ended)


async def _rate(phone: Phone, begin: Callable[[], str], over: asyncio.Queue[str]) -> float:
    refusing = asyncio.create_task(_refuse(phone))
    try:
        begun = perf_counter()
        live = {begin() for _ in range(AT_ONCE)}
        count = 0
        while live:
            live.discard(await over.get())
            count += 1
            if perf_counter() - begun < ROUND_S:
                live.add(begin())
        return count / (perf_counter() - begun)
    finally:
        refusing.cancel()


async def _refuse(phone: Phone) -> None:
    while True:
        phone.answer(await phone.invites.get(), "486 Busy Here")
