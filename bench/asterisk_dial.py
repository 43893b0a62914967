"""From the Dial to the INVITE at the desk phone of a real Asterisk, beside a bare Originate there.

One way is a bare Originate with the headers of the driver's: Asterisk puts each header line for auto-answer
into the INVITE in another thread, and waits for it. Neither that nor a process in between can be spared.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from time import perf_counter, time

from bench import asteriskways as ways
from bench.asteriskways import TARGET
from bench.compiled import COMPILED, NONE, compiled
from bench.phone import LIMIT_S, Phone
from bench.report import Aim, Table, percentile, spread
from bench.world import Tsp
from offhook.call import Call, CallState, Party, new_call_id
from offhook.config import AsteriskSettings
from offhook.switch.asterisk.originate import originate
from tests.peers.asterisk import CONTEXT, PASSWORD, USER, Asterisk

ROUNDS = 5
WARM_UP = 30
REST_S = 0.02
"""Between two samples: Asterisk is done with the call before."""

CHAIN, DRIVER = "Action%Dial, the whole chain", "the driver alone"
RELAY, BASELINE = "a bare process in the chain's place", "bare AMI Originate"
SAME = "the same with the driver's headers"
TIMES = 1.35
"""The aim: so many times a bare Originate at most."""

Sample = Callable[[Phone], Awaitable[float]]
Way = Callable[[Asterisk], AbstractAsyncContextManager[Sample]]


def measure(quick: bool) -> Table:
    """Milliseconds, rounds of each way in turn, one call at a time: the phone rings, the call is dropped."""
    count = 10 if quick else 100
    with Asterisk() as asterisk, compiled() as environment:
        ways_here = {CHAIN: WAYS[CHAIN]}
        if environment is not None:
            ways_here[CHAIN + COMPILED] = lambda asterisk: _over_tsp(ways.chain(asterisk, environment))
        ways_here |= WAYS
        samples: dict[str, list[float]] = {name: [] for name in ways_here}
        for _ in range(ROUNDS):
            for name, way in ways_here.items():
                samples[name] += asyncio.run(_round(asterisk, way, count))
    half = {name: percentile(values, 50) for name, values in samples.items()}
    aims = tuple(
        Aim(f"{name}: p50 within {TIMES:g} times the bare one's", half[name] <= TIMES * half[BASELINE])
        for name in samples
        if name.startswith(CHAIN)
    )
    notes = () if environment is not None else (NONE,)
    return spread(
        "Dial -> INVITE at a desk phone of Asterisk's", "ms", samples, BASELINE, aims=aims, notes=notes
    )


async def _round(asterisk: Asterisk, way: Way, count: int) -> list[float]:
    samples = []
    async with ways.registered(asterisk) as phone, way(asterisk) as sample:
        for _ in range(WARM_UP + count):
            await asyncio.sleep(REST_S)
            samples.append(1000 * await sample(phone))
        # The process ends now: without this it would leave a phone that has just begun to ring.
        await asyncio.sleep(REST_S)
    return samples[WARM_UP:]


async def _invited(phone: Phone) -> float:
    async with asyncio.timeout(LIMIT_S):
        invite = await phone.invites.get()
    phone.answer(invite, "180 Ringing")
    return invite.at


@asynccontextmanager
async def _over_tsp(session: AbstractAsyncContextManager[Tsp]) -> AsyncIterator[Sample]:
    async with session as tsp:

        async def sample(phone: Phone) -> float:
            written = tsp.write(f"Action%Dial%{TARGET}")
            at = await _invited(phone)
            await tsp.until("Notify%CALL_STATE%4000%OffHookState")
            tsp.write("Action%Drop%")
            await tsp.until("Notify%CALL_STATE%4000%OnHookState")
            return at - written

        yield sample


@asynccontextmanager
async def _driver(asterisk: Asterisk) -> AsyncIterator[Sample]:
    async with ways.driver(asterisk) as driver:

        async def sample(phone: Phone) -> float:
            written = perf_counter()
            call_id = driver.dial()
            at = await _invited(phone)
            driver.switch.drop(call_id)
            await driver.gone(call_id)
            return at - written

        yield sample


@asynccontextmanager
async def _bare(asterisk: Asterisk) -> AsyncIterator[Sample]:
    async with ways.bare(asterisk) as ami:

        async def sample(phone: Phone) -> float:
            channel, written = ami.originate("PJSIP/4000", CONTEXT, TARGET)
            at = await _invited(phone)
            ami.hang_up(channel)
            await ami.gone(channel)
            return at - written

        yield sample


@asynccontextmanager
async def _same_headers(asterisk: Asterisk) -> AsyncIterator[Sample]:
    settings = AsteriskSettings(USER, PASSWORD, CONTEXT)
    async with ways.bare(asterisk) as ami:

        async def sample(phone: Phone) -> float:
            kim, target = Party("Kim", "4000"), Party("", TARGET)
            call = Call(new_call_id(), "4000", CallState.OFF_HOOK, kim, target, time())
            headers = [
                f"Variable: {value}" for name, value in originate(call, settings) if name == "Variable"
            ]
            channel, written = ami.originate("PJSIP/4000", CONTEXT, TARGET, *headers)
            at = await _invited(phone)
            ami.hang_up(channel)
            await ami.gone(channel)
            return at - written

        yield sample


WAYS: dict[str, Way] = {
    CHAIN: lambda asterisk: _over_tsp(ways.chain(asterisk)),
    DRIVER: _driver,
    RELAY: lambda asterisk: _over_tsp(ways.relay(asterisk)),
    BASELINE: _bare,
    SAME: _same_headers,
}
