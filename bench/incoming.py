"""From a caller's INVITE at the switch to the call's first event at an SSCP client and at a TSP session."""

import asyncio
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from time import perf_counter
from typing import NamedTuple

from bench.caller import Caller
from bench.dial_to_invite import REST_S, WARM_UP
from bench.phone import LIMIT_S, Message, Phone
from bench.report import Aim, Table, percentile, spread
from bench.world import CONFIG, ports, process, relay
from offhook.call import Call
from offhook.sscp.client import Credentials, SscpClient

AT_SSCP, BASELINE = "INVITE to event, SSCP client", "bare relay, twice"
"""On its way the call wakes the product twice: by the INVITE, and by the phone's 180."""

RATIO = 3
"""The aim: so many times the bare relay's time at most."""


class Watcher:
    """An SSCP client that watches the terminal that is called."""

    def __init__(self) -> None:
        self.told: asyncio.Queue[tuple[Call, float]] = asyncio.Queue()

    def on_call(self, call: Call) -> None:
        self.told.put_nowait((call, perf_counter()))


class Site(NamedTuple):
    """Everything that runs: who calls, the phone that rings, who hears of it."""

    caller: Caller
    phone: Phone
    watcher: Watcher


def measure(quick: bool) -> Table:
    """Milliseconds, one call at a time: it rings and the caller gives up."""
    count = 100 if quick else 1000
    samples = {
        AT_SSCP: asyncio.run(_chain(count + WARM_UP))[WARM_UP:],
        BASELINE: asyncio.run(_baseline(count + WARM_UP))[WARM_UP:],
    }
    floor = {percent: percentile(samples[BASELINE], percent) for percent in (50, 99)}
    aims = tuple(
        Aim(f"p{percent} at most {RATIO} times the bare relay's", found <= RATIO * base)
        for percent, base in floor.items()
        for found in [percentile(samples[AT_SSCP], percent)]
    )
    return spread("Caller's INVITE sent -> the call told", "ms", samples, BASELINE, aims=aims)


@asynccontextmanager
async def site() -> AsyncIterator[Site]:
    """The whole chain in one other process; phones and SSCP client in this one."""
    with tempfile.TemporaryDirectory(prefix="offhook-bench-") as folder:
        state, config = Path(folder) / "state", Path(folder) / "offhook.toml"
        config.write_text(CONFIG.format(state=state))
        async with process("-m", "bench.product", str(config)) as product:
            _, sip_port = await ports(product)
            assert product.stdout is not None
            sscp_port = int(await product.stdout.readline())
            server = ("127.0.0.1", sip_port)
            caller, phone = Caller(server, "4001", "bench"), Phone(server, "4000", "bench")
            watcher = Watcher()
            client = SscpClient(
                f"ws://127.0.0.1:{sscp_port}",
                Credentials(token_file=state / "local.token"),
                on_call=watcher.on_call,
            )
            await client.start()
            try:
                await client.connected_once(LIMIT_S)
                await client.watch("4000")
                await caller.start()
                await phone.start()
                yield Site(caller, phone, watcher)
            finally:
                caller.stop()
                phone.stop()
                await client.stop()


async def rings(running: Site) -> tuple[float, Message, Call, float]:
    """A call: when its INVITE went out, as it came to the phone, the call that was told, and when."""
    rings = asyncio.create_task(running.caller.rings("4000"))
    async with asyncio.timeout(LIMIT_S):
        invite = await running.phone.invites.get()
        running.phone.answer(invite, "180 Ringing")
        call, told = await running.watcher.told.get()
        return await rings, invite, call, told


async def _chain(count: int) -> list[float]:
    samples = []
    async with site() as running:
        for _ in range(count):
            await asyncio.sleep(REST_S)
            sent, _, call, told = await rings(running)
            samples.append((told - sent) * 1000)
            await running.caller.give_up("4000")
            while call.ended is None:
                call, _ = await running.watcher.told.get()
    return samples


async def _baseline(count: int) -> list[float]:
    transport, _ = await asyncio.get_running_loop().create_datagram_endpoint(
        asyncio.DatagramProtocol, local_addr=("127.0.0.1", 0)
    )
    samples = []
    async with relay(transport.get_extra_info("sockname")) as (tcp, udp):
        for _ in range(count):
            await asyncio.sleep(REST_S)
            sent = perf_counter()
            transport.sendto(b"Notify\r\n\r\n", udp)
            await tcp.until("Notify")
            transport.sendto(b"Notify\r\n\r\n", udp)
            samples.append((await tcp.until("Notify") - sent) * 1000)
    transport.close()
    return samples
