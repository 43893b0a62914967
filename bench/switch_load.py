"""The embedded switch and what drives it, in one process: `python -m bench.switch_load [PROVIDER_PORT]`.

Prints the SIP port twice, then runs a step for each line `RATE SECONDS [NUMBER]` on standard input and prints
what came of it as JSON. With a provider's port numbers outside go there by a trunk.
"""

import asyncio
import json
import sys
from dataclasses import dataclass, field
from time import perf_counter, process_time

from bench.report import percentile
from bench.steady import at_rate
from offhook.address import AddressRules
from offhook.call import CallState, Cause
from offhook.common import eventloop
from offhook.common.garbage import tune_gc
from offhook.config import EmbeddedSettings, Listen, TerminalSettings, TrunkSettings
from offhook.errors import CallError
from offhook.switch.base import CallChanged, SwitchEvent
from offhook.switch.embedded import EmbeddedSwitch

HOLD_S = 0.2
"""How long a call is up before it is dropped."""

PATIENCE_S = 6.0
"""How long after the last dial the calls may take to be over."""

CONNECTED, ON_HOOK = CallState.CONNECTED, CallState.ON_HOOK
"""As names of the module: up to Python 3.11 a member of an enumeration takes six times as long, and what is
measured here is the switch."""


@dataclass
class Step:
    """Calls begun at a steady rate, each dropped a moment after it was connected."""

    switch: EmbeddedSwitch
    number: str = "4001"
    begun: dict[str, float] = field(default_factory=dict)
    setup: list[float] = field(default_factory=list)
    good: int = 0
    refused: int = 0

    async def run(self, rate: int, seconds: float) -> dict[str, float]:
        loop = asyncio.get_running_loop()
        count = 0
        cpu, start = process_time(), perf_counter()
        async for number in at_rate(rate, seconds):
            count = number + 1
            try:
                self.begun[self.switch.dial("4000", self.number).id] = perf_counter()
            except CallError:
                self.refused += 1
        took = perf_counter() - start
        limit = loop.time() + PATIENCE_S
        while self.begun and loop.time() < limit:  # noqa: ASYNC110
            await asyncio.sleep(0.02)
        cpu = process_time() - cpu
        busy = perf_counter() - start
        late = len(self.begun)
        for call in list(self.begun):
            self._drop(call)
        return {
            "offered": rate,
            "begun": count / took,
            "calls": count,
            "failed": 100 * (count - self.good) / count,
            "late": late,
            "setup_p50": percentile(self.setup, 50) if self.setup else 0.0,
            "setup_p99": percentile(self.setup, 99) if self.setup else 0.0,
            "cpu_ms": 1000 * cpu / count,
            "core": 100 * cpu / busy,
        }

    def hear(self, event: SwitchEvent) -> None:
        """What the switch tells."""
        if not isinstance(event, CallChanged) or event.call.id not in self.begun:
            return
        call = event.call
        if call.state is CONNECTED:
            self.setup.append(1000 * (perf_counter() - self.begun[call.id]))
            asyncio.get_running_loop().call_later(HOLD_S, self._drop, call.id)
        elif call.state is ON_HOOK:
            del self.begun[call.id]
            self.good += call.cause is Cause.DROPPED and call.connected is not None

    def _drop(self, call: str) -> None:
        if call in self.begun:
            self.switch.drop(call)


async def main() -> None:
    tune_gc()  # as `offhook up` does
    terminals = [TerminalSettings(user, password="bench") for user in ("4000", "4001")]
    settings = EmbeddedSettings(listen=Listen("127.0.0.1", 0), digest_algorithms=("MD5",))
    trunks = [_trunk(int(port)) for port in sys.argv[1:]]
    rules = AddressRules(country="DE", area="30", extension_lengths=(4,))
    switch = EmbeddedSwitch(terminals, settings, trunks=trunks, rules=rules)
    step = Step(switch)

    def listen(event: SwitchEvent) -> None:
        step.hear(event)

    switch.subscribe(listen)
    await switch.start()
    port = switch.address("udp")[1]
    print(port, port, flush=True)
    reader = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(reader), sys.stdin
    )
    while line := await reader.readline():
        rate, seconds, *number = line.split()
        step = Step(switch, number[0].decode() if number else "4001")
        print(json.dumps(await step.run(int(rate), float(seconds))), flush=True)
    await switch.stop()


def _trunk(port: int) -> TrunkSettings:
    """The provider does not ask for a password, as the phones do not when they are called."""
    return TrunkSettings(
        name="provider",
        servers=(f"127.0.0.1:{port}",),
        register=False,
        numbers=(("+4930900100", "+4930900199"),),
        max_calls=10_000,
        max_calls_an_hour=1_000_000,
        max_minutes_a_day=10_000_000,
        probe_s=3600.0,
    )


if __name__ == "__main__":
    eventloop.run(main())
