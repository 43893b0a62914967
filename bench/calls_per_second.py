"""Calls a second that the embedded switch sets up and tears down, beside Asterisk and Kamailio."""

import asyncio
import json
import tempfile
from asyncio.subprocess import Process
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from pathlib import Path
from time import perf_counter

from bench.anchors import ASTERISK, KAMAILIO, through_asterisk, through_kamailio
from bench.climb import (
    COLUMNS,
    FAILED_PER_CENT,
    FINE,
    KEPT_UP,
    REST_S,
    ROUND,
    STEP_LIMIT_S,
    Climb,
    Step,
    Steps,
    Through,
    called_by_sipp,
    climb,
    messages,
    say,
)
from bench.compiled import missing, ways
from bench.report import Aim, Table
from bench.switch_load import HOLD_S
from bench.world import ports, process
from tests.peers.sipp import Sipp, registered

RATES = 200, 3000
ASTERISK_RATES = 100, 1000
KAMAILIO_RATES = 500, 6000
BARE_RATES = 1000, 10_000
"""The first rate of each, and the highest that it is driven at."""

LIMIT_S = 220.0
"""For all of them together, each has its share of what is left; a step that is begun then still ends."""

AIM = 1500

SWITCH = "switch"

USERS = "4000", "4001"


def measure(quick: bool) -> Table:
    """Steps of rising rate; a call has two legs at the switch, one from sipp to sipp."""
    return asyncio.run(_measure(quick))


async def _measure(quick: bool) -> Table:
    seconds = 2 if quick else 3

    climbs: list[Climb] = []
    end = perf_counter() + LIMIT_S

    async def climbed(name: str, rates: tuple[int, int], through: Through) -> Climb:
        first, last = rates
        share = (end - perf_counter()) / (len(environments) + 3 - len(climbs))
        found = await climb(name, first, first if quick else last, through, share)
        climbs.append(found)
        return found

    with tempfile.TemporaryDirectory(prefix="offhook-bench-") as name, ways() as environments:
        folder = Path(name)
        say(f"takes at most some {LIMIT_S:g} s")
        switches = [
            await climbed(SWITCH + way, RATES, partial(through_switch, folder, seconds, environment))
            for way, environment in environments.items()
        ]
        asterisk = await climbed(ASTERISK, ASTERISK_RATES, partial(through_asterisk, folder, seconds))
        kamailio = await climbed(KAMAILIO, KAMAILIO_RATES, partial(through_kamailio, folder, seconds))
        bare = await climbed("sipp to sipp", BARE_RATES, partial(_sipp_to_sipp, folder, seconds))
    rows = [row for one in climbs for row in one.rows] + [one.summary for one in climbs]
    aims = tuple(
        Aim(f"{one.name}: {text}", met)
        for one in switches
        for text, met in (
            (f"{AIM:,} clean calls a second", one.rate >= AIM),
            ("more clean calls a second than Asterisk", one.rate > asterisk.rate),
            ("more clean calls a second than Kamailio with one child", one.rate > kamailio.rate),
        )
    )
    return Table(
        f"Calls set up and torn down a second (each up for {HOLD_S:g} s)",
        COLUMNS,
        tuple(rows),
        bare.summary[0],
        () if quick else aims,
        (
            "sipp plays the phones of all",
            f"clean: at most {FAILED_PER_CENT:g} % failed, begun at {KEPT_UP:.0%} of the rate or faster;"
            f" found to {FINE - 1:.0%}, or to {ROUND}/s",
            "CPU of a call depends on the rate: `call_cpu` has all of them at the same one",
            *missing(environments),
            "all share this machine with sipp; on a busy one a program of many threads, as Asterisk is, gets"
            " a larger share of it than one of a single thread, and only processor time can be compared",
            "the switch and Asterisk: third-party call control, direct media. Both phones are called, the own"
            " one first; Asterisk re-INVITEs both, we re-INVITE the own phone alone. It is asked by AMI,"
            " the switch in its own process; so is each told",
            "Kamailio: sipp calls one phone through it. One INVITE is passed on and no call is kept, so this"
            " is less work: no second leg, no descriptions, no events",
            *(one.note for one in climbs if one.note is not None),
        ),
    )


@asynccontextmanager
async def through_switch(
    folder: Path, seconds: int, environment: dict[str, str] | None = None
) -> AsyncIterator[Steps]:
    """Steps through the embedded switch; its CPU is that of the process, in which it is asked as well."""
    async with process("-m", "bench.switch_load", environment=environment) as load:
        server = ("127.0.0.1", (await ports(load))[0])
        async with AsyncExitStack() as stack:
            traced = [
                await stack.enter_async_context(registered(folder, "answer", server, user, "bench"))
                for user in USERS
            ]
            await _step(load, 1, 1)
            await asyncio.sleep(REST_S)
            number = messages(*traced)
            places = {user: phone.port for user, phone in zip(USERS, traced, strict=True)}
        async with AsyncExitStack() as stack:
            for user in USERS:
                # In the place of the one that was counted: it is still registered, and each call would be
                # offered to it too.
                phone = registered(
                    folder, "answer", server, user, "bench", port=places[user], calls=None, trace=False
                )
                await stack.enter_async_context(phone)

            async def step(rate: int) -> Step:
                result = await _step(load, rate, seconds)
                names = ("begun", "calls", "failed", "setup_p50", "setup_p99", "cpu_ms")
                return Step(**{name: result[name] for name in names}, messages=number)

            yield step


async def _step(load: Process, rate: int, seconds: int) -> dict[str, float]:
    assert load.stdin is not None
    assert load.stdout is not None
    load.stdin.write(f"{rate} {seconds}\n".encode())
    async with asyncio.timeout(STEP_LIMIT_S):
        line = await load.stdout.readline()
    result: dict[str, float] = json.loads(line)
    return result


@asynccontextmanager
async def _sipp_to_sipp(folder: Path, seconds: int) -> AsyncIterator[Steps]:
    async with Sipp(folder, "answer", ("127.0.0.1", 9), "4001", calls=None, trace=False) as phone:

        async def step(rate: int) -> Step:
            return await called_by_sipp(folder, phone.port, rate, seconds)

        yield step
