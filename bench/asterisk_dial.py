"""From the Dial to the INVITE at the desk phone of a real Asterisk, beside a bare Originate there."""

import asyncio
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from time import perf_counter
from typing import NamedTuple

from bench.barami import BareAmi
from bench.phone import LIMIT_S, Phone
from bench.report import Aim, Table, percentile, spread
from bench.world import Tsp, ports, process
from offhook.call import CallState
from offhook.switch.asterisk import AsteriskSettings, AsteriskSwitch, AsteriskTerminal
from offhook.switch.base import CallChanged, SwitchEvent, TerminalChanged
from tests.peers.asterisk import CONTEXT, PASSWORD, USER, Asterisk

CONFIG = """\
[tsp]
listen = "127.0.0.1:0"
require_token = false
[sscp]
listen = "127.0.0.1:0"
[switch]
driver = "asterisk"
[switch.asterisk]
port = {port}
user = "{user}"
secret = "{secret}"
context = "{context}"
[state]
dir = '{state}'
[[terminal]]
id = "4000"
name = "Kim"
[address]
extension_lengths = [4]
"""

WARM_UP = 30
REST_S = 0.02
"""Between two samples: Asterisk is done with the call before."""

TARGET = "4990"
CHAIN, DRIVER, BASELINE = "Action%Dial, the whole chain", "the driver alone", "bare AMI Originate"
TIMES = 1.15


class Rig(NamedTuple):
    """All that a measure needs: the three ways to an INVITE, and the phone that gets it."""

    tsp: Tsp
    driver: "Driver"
    bare: BareAmi
    phone: Phone


class Driver:
    """The driver for Asterisk in this process. `over` has the ids of calls that are over."""

    def __init__(self, asterisk: Asterisk) -> None:
        settings = AsteriskSettings(USER, PASSWORD, CONTEXT, port=asterisk.ami[1])
        self.switch = AsteriskSwitch([AsteriskTerminal("4000", "Kim")], settings)
        self.over: asyncio.Queue[str] = asyncio.Queue()
        self._service = asyncio.Event()
        self.switch.subscribe(self._on_event)

    async def start(self) -> None:
        """Returns when the phone may be called."""
        await self.switch.start()
        async with asyncio.timeout(LIMIT_S):
            while not self.switch.in_service("4000"):
                self._service.clear()
                await self._service.wait()

    def dial(self) -> str:
        return self.switch.dial("4000", TARGET).id

    async def gone(self, call_id: str) -> None:
        async with asyncio.timeout(LIMIT_S):
            while await self.over.get() != call_id:
                pass

    def _on_event(self, event: SwitchEvent) -> None:
        if isinstance(event, TerminalChanged):
            self._service.set()
        elif isinstance(event, CallChanged) and event.call.state is CallState.ON_HOOK:
            self.over.put_nowait(event.call.id)


@asynccontextmanager
async def rig(asterisk: Asterisk) -> AsyncIterator[Rig]:
    """The phone is registered; everything is connected."""
    loop = asyncio.get_running_loop()
    phone, driver = Phone(asterisk.sip, "4000", "secret-4000"), Driver(asterisk)
    await phone.start()
    with tempfile.TemporaryDirectory(prefix="offhook-bench-") as folder:
        config = Path(folder) / "offhook.toml"
        config.touch(0o600)
        config.write_text(
            CONFIG.format(
                port=asterisk.ami[1],
                user=USER,
                secret=PASSWORD,
                context=CONTEXT,
                state=Path(folder) / "state",
            )
        )
        async with process("-m", "bench.product", str(config)) as product:
            tsp_port, _ = await ports(product)
            _, tsp = await loop.create_connection(Tsp, "127.0.0.1", tsp_port)
            _, bare = await loop.create_connection(BareAmi, *asterisk.ami)
            await bare.login(USER, PASSWORD)
            await driver.start()
            try:
                yield Rig(tsp, driver, bare, phone)
            finally:
                await driver.switch.stop()
                tsp.close()
                bare.close()
                phone.stop()


def measure(quick: bool) -> Table:
    """Milliseconds, the ways in turn, one call at a time; the phone rings and the call is dropped."""
    count = WARM_UP + (50 if quick else 500)
    with Asterisk() as asterisk:
        samples = asyncio.run(_measure(asterisk, count))
    chain, bare = (percentile(samples[name], 50) for name in (CHAIN, BASELINE))
    aims = (Aim(f"the chain's p50 within {TIMES:g} times the bare one", chain <= TIMES * bare),)
    return spread("Dial -> INVITE at a desk phone of Asterisk's", "ms", samples, BASELINE, aims=aims)


async def _measure(asterisk: Asterisk, count: int) -> dict[str, list[float]]:
    ways = {CHAIN: _chain, DRIVER: _driver, BASELINE: _bare}
    samples: dict[str, list[float]] = {name: [] for name in ways}
    async with rig(asterisk) as running:
        for _ in range(count):
            for name, way in ways.items():
                await asyncio.sleep(REST_S)
                samples[name].append(1000 * await way(running))
    return {name: values[WARM_UP:] for name, values in samples.items()}


async def _invited(phone: Phone) -> float:
    async with asyncio.timeout(LIMIT_S):
        invite = await phone.invites.get()
    phone.answer(invite, "180 Ringing")
    return invite.at


async def _chain(running: Rig) -> float:
    written = running.tsp.write(f"Action%Dial%{TARGET}")
    at = await _invited(running.phone)
    await running.tsp.until("Notify%CALL_STATE%4000%OffHookState")
    running.tsp.write("Action%Drop%")
    await running.tsp.until("Notify%CALL_STATE%4000%OnHookState")
    return at - written


async def _driver(running: Rig) -> float:
    written = perf_counter()
    call_id = running.driver.dial()
    at = await _invited(running.phone)
    running.driver.switch.drop(call_id)
    await running.driver.gone(call_id)
    return at - written


async def _bare(running: Rig) -> float:
    channel, written = running.bare.originate("PJSIP/4000", CONTEXT, TARGET)
    at = await _invited(running.phone)
    running.bare.hang_up(channel)
    await running.bare.gone(channel)
    return at - written
