"""From the called phone's 180 and 200 sent to their Notify read on the TSP socket."""

import asyncio
from time import perf_counter

from bench.dial_to_invite import REST_S, WARM_UP
from bench.phone import LIMIT_S, SDP
from bench.report import Aim, Table, percentile, spread
from bench.world import World, relay, world

RINGS, ANSWERS, BASELINE = "180 to RingBackState", "200 to ConnectedState", "bare relay, UDP in, TCP out"


def measure(quick: bool) -> Table:
    """Milliseconds, one call at a time, each answered, joined and dropped."""
    count = 60 if quick else 500
    pairs = asyncio.run(_chain(count + WARM_UP))[WARM_UP:]
    samples = {
        RINGS: [rings for rings, _ in pairs],
        ANSWERS: [answers for _, answers in pairs],
        BASELINE: asyncio.run(_baseline(count + WARM_UP))[WARM_UP:],
    }
    aims = tuple(
        Aim(f"{name}: p{percent} under {limit} ms", percentile(samples[name], percent) < limit)
        for name in (RINGS, ANSWERS)
        for percent, limit in ((50, 2), (99, 10))
    )
    return spread("Phone's answer sent -> Notify on the TSP socket", "ms", samples, BASELINE, aims=aims)


async def _chain(count: int) -> list[tuple[float, float]]:
    async with world() as running:
        return [await _call(running) for _ in range(count)]


async def _call(running: World) -> tuple[float, float]:
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
    return rings * 1000, answers * 1000


async def _baseline(count: int) -> list[float]:
    transport, _ = await asyncio.get_running_loop().create_datagram_endpoint(
        asyncio.DatagramProtocol, local_addr=("127.0.0.1", 0)
    )
    samples = []
    async with relay(transport.get_extra_info("sockname")) as (tcp, udp):
        for _ in range(count):
            await asyncio.sleep(REST_S)
            sent = perf_counter()
            transport.sendto(b"Notify%CALL_STATE%4000%RingBackState\r\n\r\n", udp)
            samples.append((await tcp.until("Notify") - sent) * 1000)
    transport.close()
    return samples
