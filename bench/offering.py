"""An incoming call: from the INVITE to OFFERING at a TAPI program, and from lineAnswer to the caller's 200.

The program is the telephony service of the tests with the DLL, under Wine; the rest is the product in another
process. What Wine, a socket there and the pipes to it cost of their own has rows: a bare Windows program at
the end of the bare relay. What the phone here takes is not in the figures.
"""

import asyncio
import tempfile
from asyncio.subprocess import DEVNULL, PIPE
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from itertools import cycle
from pathlib import Path
from time import perf_counter
from typing import NamedTuple

from bench.caller import Caller
from bench.dial_to_invite import Sink
from bench.incoming import BASELINE, CALLERS, MORE_TERMINALS, RATIO, TALK, invited, relayed
from bench.phone import LIMIT_S, Phone
from bench.report import Table, percentile
from bench.sampling import IN_BLOCKS, IN_TURN, REST_S, Samples, Way, compared, sampled
from bench.world import CONFIG, ports, process, relay
from tests.peers import wine
from tests.peers.wine import WindowsService, windows

OFFERED, ANSWERED = "INVITE to OFFERING in the TAPI program", "lineAnswer asked for to the caller's 200"
BARE_OFFERED = "bare relays, to a line of a bare Windows program"
BARE_ANSWERED = "bare relays, from a line to a bare Windows program"
"""The same two ways: one relay for the INVITE or Answer, one for the phone's 180 or 200."""


class Site(NamedTuple):
    """Everything that runs."""

    service: WindowsService
    callers: Iterator[Caller]
    """They take turns, as `CALLERS` says."""
    phone: Phone


def measure(quick: bool) -> Table:
    """Milliseconds, one call at a time: it rings, is answered by the program, and the caller hangs up."""
    with windows():
        samples = asyncio.run(_measure(20 if quick else 300))
    beside = [
        (name + method, bare, percentile(samples[name + method], 50) / percentile(samples[bare + method], 50))
        for name, bare in ((OFFERED, BARE_OFFERED), (ANSWERED, BARE_ANSWERED))
        for method in (IN_TURN, IN_BLOCKS)
    ]
    return compared(
        "A call comes in at a TAPI program, under Wine",
        samples,
        BASELINE,
        {OFFERED: RATIO, ANSWERED: RATIO},
        percents=(50, 99),
        notes=[f"{name}: {times:.2f} times the {bare}" for name, bare, times in beside],
    )


async def _measure(count: int) -> Samples:
    async with AsyncExitStack() as stack:
        site = await stack.enter_async_context(_site())
        twice = await stack.enter_async_context(relayed((BASELINE, 2)))
        bare = await stack.enter_async_context(_bare())
        return await sampled((partial(_call, site), bare, *twice), count)


@asynccontextmanager
async def _site() -> AsyncIterator[Site]:
    with tempfile.TemporaryDirectory(prefix="offhook-bench-") as folder:
        config = Path(folder) / "offhook.toml"
        config.write_text(CONFIG.format(state=Path(folder) / "state") + MORE_TERMINALS)
        async with process("-m", "bench.product", str(config)) as product:
            tsp_port, sip_port = await ports(product)
            async with WindowsService(tsp_port, "4000", whole=True) as service:
                await service.says("ready")
                await service.ask("want")
                await service.says("wanted")
                async with _phones(("127.0.0.1", sip_port)) as (callers, phone):
                    yield Site(service, cycle(callers), phone)


@asynccontextmanager
async def _phones(server: tuple[str, int]) -> AsyncIterator[tuple[list[Caller], Phone]]:
    """The phones that call, and the one that is called, registered."""
    callers = [Caller(server, one, "bench") for one in CALLERS]
    phone = Phone(server, "4000", "bench")
    try:
        for caller in callers:
            await caller.start()
        await phone.start()
        yield callers, phone
    finally:
        for caller in callers:
            caller.stop()
        phone.stop()


async def _call(site: Site) -> dict[str, float]:
    """Both times of one call."""
    service, phone, caller = site.service, site.phone, next(site.callers)
    await asyncio.sleep(REST_S)
    ringing = asyncio.create_task(caller.rings("4000"))
    invite = await invited(phone)
    took = phone.answer(invite, "180 Ringing", more=TALK) - invite.at
    await service.says("state OFFERING 1")
    offered, sent = perf_counter(), await ringing
    await service.ask("take")
    await service.says(f"taken {caller.user}|Lee Min-ho")
    reacted, pressed = phone.reacted, perf_counter()
    await service.ask("answer")
    answered = await caller.answered()
    reacted = phone.reacted - reacted
    await service.says("state CONNECTED 1", "did answer 0")
    await caller.hang_up()
    await service.says("state IDLE 0")
    await service.ask("close")
    await service.says("closed")
    return {OFFERED: (offered - sent - took) * 1000, ANSWERED: (answered - pressed - reacted) * 1000}


@asynccontextmanager
async def _bare() -> AsyncIterator[Way]:
    """The way of a call with nothing but relays, and a bare program under Wine."""
    transport, sink = await asyncio.get_running_loop().create_datagram_endpoint(
        Sink, local_addr=("127.0.0.1", 0)
    )
    here: tuple[str, int] = transport.get_extra_info("sockname")
    async with relay(here) as (tcp, first), process("-m", "bench.relay", str(here[1])) as second:
        tcp_port, udp_port = await ports(second)
        program = await asyncio.create_subprocess_exec(
            *("wine", str(wine.PYTHON), "-m", "bench.windowsrelay", str(tcp_port)),
            env=wine.environment(),
            cwd=wine.ROOT,
            stdin=PIPE,
            stdout=PIPE,
            stderr=DEVNULL,
        )
        assert program.stdin is not None and program.stdout is not None
        asked, said = program.stdin, program.stdout

        async def says(what: str) -> None:
            async with asyncio.timeout(LIMIT_S):
                line = (await said.readline()).decode().strip()
            if line != what:
                raise RuntimeError(f"the bare Windows program said {line!r}, {what!r} was waited for")

        async def there_and_back() -> float:
            sent = perf_counter()
            transport.sendto(b"Notify\r\n\r\n", first)
            return await tcp.until("Notify") - sent

        async def sample() -> dict[str, float]:
            await asyncio.sleep(REST_S)
            offered = await there_and_back()
            sent = perf_counter()
            transport.sendto(b"Notify\r\n\r\n", ("127.0.0.1", udp_port))
            await says("told")
            offered, pressed = offered + perf_counter() - sent, perf_counter()
            asked.write(b"answer\n")
            async with asyncio.timeout(LIMIT_S):
                at, _ = await sink.at.get()
            answered = at - pressed + await there_and_back()
            return {BARE_OFFERED: offered * 1000, BARE_ANSWERED: answered * 1000}

        try:
            await says("ready")
            yield sample
        finally:
            asked.close()
            await program.wait()
    transport.close()
