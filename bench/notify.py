"""From the called phone's 180 and 200 sent to their Notify read on the TSP socket."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from time import perf_counter

from bench.compiled import COMPILED, NONE, compiled
from bench.phone import LIMIT_S, SDP
from bench.report import Aim, Table, percentile
from bench.sampling import IN_TURN, REST_S, Samples, Way, compared, sampled
from bench.world import World, relay, world

RINGS, ANSWERS, BASELINE = "180 to RingBackState", "200 to ConnectedState", "bare relay, UDP in, TCP out"

RATIO = 4.5
"""The aim for `ANSWERS`: so many times the bare relay's time at most."""


def measure(quick: bool) -> Table:
    """Milliseconds, one call at a time, each answered, joined and dropped."""
    with compiled() as environment:
        samples = asyncio.run(_measure(30 if quick else 500, environment))
    aims = tuple(
        Aim(
            f"{name}: p{percent} in turn under {limit} ms",
            percentile(samples[name + IN_TURN], percent) < limit,
        )
        for name in (RINGS, ANSWERS)
        for percent, limit in ((50, 2), (99, 10))
    )
    return compared(
        "Phone's answer sent -> Notify on the TSP socket",
        samples,
        BASELINE,
        {ANSWERS: RATIO, ANSWERS + COMPILED: RATIO},
        aims=aims,
        notes=() if environment is not None else (NONE,),
    )


async def _measure(count: int, environment: dict[str, str] | None) -> Samples:
    async with AsyncExitStack() as stack:
        ways = [partial(_call, await stack.enter_async_context(world()), "")]
        if environment is not None:
            ways.append(partial(_call, await stack.enter_async_context(world(environment)), COMPILED))
        relayed = await stack.enter_async_context(_baseline())
        return await sampled([*ways, relayed], count)


async def _call(running: World, suffix: str) -> dict[str, float]:
    await asyncio.sleep(REST_S)
    tsp, own, far = running
    tsp.write("Action%Dial%4001")
    async with asyncio.timeout(LIMIT_S):
        own.answer(await own.invites.get(), "200 OK", SDP)
        invite = await far.invites.get()
    await tsp.until("Notify%CALL_STATE%4000%ProceedState")
    await asyncio.sleep(REST_S)
    rang = far.answer(invite, "180 Ringing")
    rings = await tsp.until("Notify%CALL_STATE%4000%RingBackState") - rang
    await asyncio.sleep(REST_S)
    lifted = far.answer(invite, "200 OK", SDP)
    answers = await tsp.until("Notify%CALL_STATE%4000%ConnectedState") - lifted
    async with asyncio.timeout(LIMIT_S):
        await own.joined.get()
    tsp.write("Action%Drop%")
    await tsp.until("Notify%CALL_STATE%4000%OnHookState")
    return {RINGS + suffix: rings * 1000, ANSWERS + suffix: answers * 1000}


@asynccontextmanager
async def _baseline() -> AsyncIterator[Way]:
    transport, _ = await asyncio.get_running_loop().create_datagram_endpoint(
        asyncio.DatagramProtocol, local_addr=("127.0.0.1", 0)
    )
    async with relay(transport.get_extra_info("sockname")) as (tcp, udp):

        async def relayed() -> dict[str, float]:
            await asyncio.sleep(REST_S)
            sent = perf_counter()
            transport.sendto(b"Notify%CALL_STATE%4000%RingBackState\r\n\r\n", udp)
            return {BASELINE: (await tcp.until("Notify") - sent) * 1000}

        yield relayed
    transport.close()
