"""From the Dial written on the TSP socket to the INVITE received by the user's own phone."""

import asyncio
from time import perf_counter

from bench.phone import LIMIT_S
from bench.report import Aim, Table, percentile, spread
from bench.world import World, relay, world

WARM_UP = 30
REST_S = 0.002
"""Between two samples: the measure is of an idle system."""

CHAIN, BASELINE = "Dial to INVITE", "bare relay, TCP in, UDP out"


class Sink(asyncio.DatagramProtocol):
    """Where the bare relay's datagrams end, with their times."""

    def __init__(self) -> None:
        self.at: asyncio.Queue[float] = asyncio.Queue()

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        self.at.put_nowait(perf_counter())


def measure(quick: bool) -> Table:
    """Milliseconds, one call at a time; the phone rings and the call is dropped."""
    count = 100 if quick else 1000
    samples = {
        CHAIN: asyncio.run(_chain(count + WARM_UP))[WARM_UP:],
        BASELINE: asyncio.run(_baseline(count + WARM_UP))[WARM_UP:],
    }
    p50, p99 = (percentile(samples[CHAIN], percent) for percent in (50, 99))
    aims = (Aim("p50 under 2 ms", p50 < 2), Aim("p99 under 10 ms", p99 < 10))
    return spread("Dial written on the TSP socket -> INVITE at the phone", "ms", samples, BASELINE, aims=aims)


async def _chain(count: int) -> list[float]:
    async with world() as running:
        return [await _dial(running) for _ in range(count)]


async def _dial(running: World) -> float:
    await asyncio.sleep(REST_S)
    written = running.tsp.write("Action%Dial%4001")
    async with asyncio.timeout(LIMIT_S):
        invite = await running.own.invites.get()
    running.own.answer(invite, "180 Ringing")
    await running.tsp.until("Notify%CALL_STATE%4000%OffHookState")
    running.tsp.write("Action%Drop%")
    await running.tsp.until("Notify%CALL_STATE%4000%OnHookState")
    return (invite.at - written) * 1000


async def _baseline(count: int) -> list[float]:
    transport, sink = await asyncio.get_running_loop().create_datagram_endpoint(
        Sink, local_addr=("127.0.0.1", 0)
    )
    samples = []
    async with relay(transport.get_extra_info("sockname")) as (tcp, _):
        for _ in range(count):
            await asyncio.sleep(REST_S)
            written = tcp.write("Action%Dial%4001")
            async with asyncio.timeout(LIMIT_S):
                samples.append((await sink.at.get() - written) * 1000)
    transport.close()
    return samples
