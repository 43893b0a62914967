"""The embedded switch and what drives it, in one process: `python -m bench.switch_load [PROVIDER_PORT]`.

Prints the SIP port twice, then runs a step for each line `RATE SECONDS [NUMBER]` on standard input and prints
what came of it as JSON. With a provider's port numbers outside go there by a trunk.
"""

import asyncio
import json
import sys
from collections import deque
from dataclasses import dataclass, field
from time import perf_counter, process_time

from bench.report import percentile
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

BEHIND = 1.5
"""No more calls are begun after so many times the time that a step should take: it cannot keep up."""


TOGETHER_S = 0.004
"""What is due so soon is done together: dialled, or dropped."""

AT_ONCE = 8
"""No more calls are begun in one turn of the event loop, however many are due."""


@dataclass
class Step:
    """Calls begun at a steady rate, each dropped a moment after it was connected.

    It runs in the switch's process, and its processor time is counted as the switch's: so what is due within
    `TOGETHER_S` is done together, and all calls share one timer.
    """

    switch: EmbeddedSwitch
    number: str = "4001"
    begun: dict[str, float] = field(default_factory=dict)
    setup: list[float] = field(default_factory=list)
    up: deque[tuple[float, str]] = field(default_factory=deque)
    good: int = 0
    refused: int = 0

    async def run(self, rate: int, seconds: float) -> dict[str, float]:
        loop = asyncio.get_running_loop()
        dropping = asyncio.create_task(self._drop_in_time())
        count, number = int(rate * seconds), 0
        cpu, start = process_time(), perf_counter()
        while number < count:
            took = perf_counter() - start
            if took > BEHIND * seconds:
                count = number
                break
            due = min(count, int(took * rate) + 1, number + AT_ONCE)
            for _ in range(number, due):
                try:
                    self.begun[self.switch.dial("4000", self.number).id] = perf_counter()
                except CallError:
                    self.refused += 1
            number = due
            ahead = start + number / rate - perf_counter()
            await asyncio.sleep(max(ahead, TOGETHER_S) if ahead > 0 else 0)
        took = perf_counter() - start
        limit = loop.time() + PATIENCE_S
        while self.begun and loop.time() < limit:  # noqa: ASYNC110
            await asyncio.sleep(0.02)
        cpu = process_time() - cpu
        busy = perf_counter() - start
        dropping.cancel()
        late = len(self.begun)
        for call in list(self.begun):
            self.switch.drop(call)
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
        if not isinstance(event, CallChanged):
            return
        call = event.call
        begun = self.begun.get(call.id)
        if begun is None:
            return
        if call.state is CONNECTED:
            now = perf_counter()
            self.setup.append(1000 * (now - begun))
            self.up.append((now + HOLD_S, call.id))
        elif call.state is ON_HOOK:
            del self.begun[call.id]
            self.good += call.cause is Cause.DROPPED and call.connected is not None

    async def _drop_in_time(self) -> None:
        while True:
            while self.up and self.up[0][0] <= perf_counter():
                _, call = self.up.popleft()
                if call in self.begun:
                    self.switch.drop(call)
            await asyncio.sleep(max(self.up[0][0] - perf_counter(), TOGETHER_S) if self.up else HOLD_S / 2)


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
