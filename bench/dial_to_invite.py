"""From the Dial written on the TSP socket to the INVITE received by the user's own phone.

The phone is in this process, as what comes to the baseline's end. Rows of their own say when that had arrived
at its socket: to wake this process is not in these.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from time import perf_counter

from bench.arrival import stamped
from bench.compiled import missing, ways
from bench.phone import LIMIT_S
from bench.report import Aim, Table, percentile
from bench.sampling import IN_TURN, REST_S, Samples, Way, compared, sampled
from bench.world import World, relay, world

ARRIVED = ", to its socket"
"""Ends the names of rows by the time at which the INVITE arrived, and not at which it was read."""

CHAIN, BASELINE = "Dial to INVITE", "bare relay, TCP in, UDP out"

RATIO = 2.2
"""The aim: so many times the bare relay's time at most."""


class Sink(asyncio.DatagramProtocol):
    """Where the bare relay's datagrams end: when each was read, and when it had arrived."""

    def __init__(self) -> None:
        self.at: asyncio.Queue[tuple[float, float]] = asyncio.Queue()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._socket = stamped(transport)

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        self.at.put_nowait((perf_counter(), self._socket.arrived))


def measure(quick: bool) -> Table:
    """Milliseconds, one call at a time; the phone rings and the call is dropped."""
    with ways() as environments:
        samples = asyncio.run(_measure(50 if quick else 1000, environments))
    p50, p99 = (percentile(samples[CHAIN + IN_TURN], percent) for percent in (50, 99))
    chains = [CHAIN + way for way in environments]
    return compared(
        "Dial written on the TSP socket -> INVITE at the phone",
        samples,
        BASELINE,
        dict.fromkeys(chains, RATIO),
        baselines={name + ARRIVED: BASELINE + ARRIVED for name in chains},
        aims=(Aim("p50 in turn under 2 ms", p50 < 2), Aim("p99 in turn under 10 ms", p99 < 10)),
        notes=missing(environments),
    )


async def _measure(count: int, environments: dict[str, dict[str, str]]) -> Samples:
    async with AsyncExitStack() as stack:
        taken = [
            partial(_dial, await stack.enter_async_context(world(environment)), CHAIN + way)
            for way, environment in environments.items()
        ]
        relayed = await stack.enter_async_context(_baseline())
        return await sampled([*taken, relayed], count)


async def _dial(running: World, name: str) -> dict[str, float]:
    await asyncio.sleep(REST_S)
    written = running.tsp.write("Action%Dial%4001")
    async with asyncio.timeout(LIMIT_S):
        invite = await running.own.invites.get()
    running.own.answer(invite, "180 Ringing")
    await running.tsp.until("Notify%CALL_STATE%4000%OffHookState")
    running.tsp.write("Action%Drop%")
    await running.tsp.until("Notify%CALL_STATE%4000%OnHookState")
    return {name: (invite.at - written) * 1000, name + ARRIVED: (invite.arrived - written) * 1000}


@asynccontextmanager
async def _baseline() -> AsyncIterator[Way]:
    transport, sink = await asyncio.get_running_loop().create_datagram_endpoint(
        Sink, local_addr=("127.0.0.1", 0)
    )
    async with relay(transport.get_extra_info("sockname")) as (tcp, _):

        async def relayed() -> dict[str, float]:
            await asyncio.sleep(REST_S)
            written = tcp.write("Action%Dial%4001")
            async with asyncio.timeout(LIMIT_S):
                read, arrived = await sink.at.get()
            return {BASELINE: (read - written) * 1000, BASELINE + ARRIVED: (arrived - written) * 1000}

        yield relayed
    transport.close()
