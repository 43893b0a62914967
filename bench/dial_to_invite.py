"""From the Dial written on the TSP socket to the INVITE received by the user's own phone."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from time import perf_counter

from bench.compiled import COMPILED, NONE, compiled
from bench.phone import LIMIT_S
from bench.report import Aim, Table, percentile, spread
from bench.world import World, relay, world

WARM_UP = 30
REST_S = 0.002
"""Between two samples: the measure is of an idle system."""

CHAIN, BASELINE = "Dial to INVITE", "bare relay, TCP in, UDP out"


RATIO = 2.2
"""The aim: so many times the bare relay's time at most."""


class Sink(asyncio.DatagramProtocol):
    """Where the bare relay's datagrams end, with their times."""

    def __init__(self) -> None:
        self.at: asyncio.Queue[float] = asyncio.Queue()

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        self.at.put_nowait(perf_counter())


def measure(quick: bool) -> Table:
    """Milliseconds, one call at a time; the phone rings and the call is dropped."""
    count = 100 if quick else 1000
    with compiled() as environment:
        taken = asyncio.run(_measure(count + WARM_UP, environment))
    samples = {name: values[WARM_UP:] for name, values in taken.items()}
    p50, p99 = (percentile(samples[CHAIN], percent) for percent in (50, 99))
    floor = percentile(samples[BASELINE], 50)
    aims = (
        Aim("p50 under 2 ms", p50 < 2),
        Aim("p99 under 10 ms", p99 < 10),
        *(
            Aim(f"{name}: p50 at most {RATIO} times the bare relay's", percentile(one, 50) <= RATIO * floor)
            for name, one in samples.items()
            if name != BASELINE
        ),
    )
    title = "Dial written on the TSP socket -> INVITE at the phone"
    notes = () if environment is not None else (NONE,)
    return spread(title, "ms", samples, BASELINE, aims=aims, notes=notes)


async def _measure(count: int, environment: dict[str, str] | None) -> dict[str, list[float]]:
    """One sample of each in turn, so that what else the machine does falls on all alike."""
    async with AsyncExitStack() as stack:
        chain = await stack.enter_async_context(world())
        ways: dict[str, Callable[[], Awaitable[float]]] = {CHAIN: partial(_dial, chain)}
        if environment is not None:
            ways[CHAIN + COMPILED] = partial(_dial, await stack.enter_async_context(world(environment)))
        ways[BASELINE] = await stack.enter_async_context(_baseline())
        samples: dict[str, list[float]] = {name: [] for name in ways}
        for _ in range(count):
            for name, way in ways.items():
                samples[name].append(await way())
    return samples


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


@asynccontextmanager
async def _baseline() -> AsyncIterator[Callable[[], Awaitable[float]]]:
    transport, sink = await asyncio.get_running_loop().create_datagram_endpoint(
        Sink, local_addr=("127.0.0.1", 0)
    )
    async with relay(transport.get_extra_info("sockname")) as (tcp, _):

        async def relayed() -> float:
            await asyncio.sleep(REST_S)
            written = tcp.write("Action%Dial%4001")
            async with asyncio.timeout(LIMIT_S):
                return (await sink.at.get() - written) * 1000

        yield relayed
    transport.close()
