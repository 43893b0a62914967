"""The same calls through Asterisk and through Kamailio, for the bench of calls a second to stand beside.

Asterisk does what the embedded switch does: it calls the own phone, calls the other one once that has
answered (AMI `Originate` into a dialplan with `Dial`), and joins their media directly by re-INVITEs. Kamailio
makes no calls: sipp calls one phone through it, as a proxy that keeps transactions and no dialogs, with one
child.
"""

import asyncio
import os
import re
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from time import perf_counter

from bench.barami import BareAmi
from bench.climb import REST_S, Step, Steps, called_by_sipp, messages
from bench.report import percentile
from bench.steady import at_rate
from bench.switch_load import HOLD_S, PATIENCE_S
from tests.peers.asterisk import CONTEXT, PASSWORD, USER, Asterisk
from tests.peers.kamailio import Kamailio
from tests.peers.sipp import registered

ASTERISK, KAMAILIO = "Asterisk (AMI)", "Kamailio (proxy)"

PROXY = """\
loadmodule "usrloc.so"
loadmodule "registrar.so"
loadmodule "auth.so"
request_route {{
    if (is_method("OPTIONS") && $rU == $null) {{ sl_send_reply("200", "OK"); exit; }}
    if (is_method("REGISTER")) {{
        if (!pv_auth_check("$fd", "bench", "0", "1")) {{ auth_challenge("$fd", "1"); exit; }}
        save("location"); exit;
    }}
    if (is_method("CANCEL")) {{ if (t_check_trans()) {{ t_relay(); }} exit; }}
    if (!lookup("location")) {{ sl_send_reply("404", "Not Found"); exit; }}
    t_relay();
}}
"""
"""No more than a proxy has to do. Requests in a call come by it as well: sipp sends all that it has there."""

_ANSWERED = re.compile(r"^Event: DialEnd\r\n(?:[^\r]*\r\n)*?Uniqueid: (bare-[0-9a-f]+)\r\n", re.MULTILINE)


class Ami(BareAmi):
    """One that also hears when the called phone is lifted, and hangs up `HOLD_S` later."""

    def __init__(self) -> None:
        super().__init__()
        self.begun: dict[str, float] = {}
        self.setup: list[float] = []
        self.answered: set[str] = set()

    def received(self, message: str) -> None:
        """One message of the AMI."""
        found = _ANSWERED.search(message)
        if found is not None and "\r\nDialStatus: ANSWER\r\n" in message and found[1] in self.begun:
            self.answered.add(found[1])
            self.setup.append(1000 * (perf_counter() - self.begun[found[1]]))
            asyncio.get_running_loop().call_later(HOLD_S, self.hang_up, found[1])

    async def step(self, rate: int, seconds: float, asterisk: Asterisk) -> Step:
        """Calls begun at a steady rate."""
        self.begun, self.setup, self.answered = {}, [], set()
        cpu, start = cpu_s([asterisk.pid]), perf_counter()
        async for _ in at_rate(rate, seconds):
            channel, written = self.originate("PJSIP/4000", CONTEXT, "4001")
            self.begun[channel] = written
        count = len(self.begun)
        took = perf_counter() - start
        over = set[str]()
        try:
            async with asyncio.timeout(PATIENCE_S):
                while len(over) < count:
                    over.add(await self.ended.get())
        except TimeoutError:
            for channel in self.begun.keys() - over:
                self.hang_up(channel)
        good = len(over & self.answered & self.begun.keys())
        return Step(
            count / took,
            float(count),
            100 * (count - good) / count,
            percentile(self.setup, 50) if self.setup else None,
            percentile(self.setup, 99) if self.setup else None,
            1000 * (cpu_s([asterisk.pid]) - cpu) / count,
        )


@asynccontextmanager
async def through_asterisk(folder: Path, seconds: int) -> AsyncIterator[Steps]:
    """Steps through a real Asterisk; its CPU is the process's own."""
    with Asterisk() as asterisk:
        _, ami = await asyncio.get_running_loop().create_connection(Ami, *asterisk.ami)
        await ami.login(USER, PASSWORD)
        async with AsyncExitStack() as stack:
            traced = [
                await stack.enter_async_context(
                    registered(folder, "answer", asterisk.sip, user, f"secret-{user}")
                )
                for user in ("4000", "4001")
            ]
            await ami.step(1, 1, asterisk)
            await asyncio.sleep(REST_S)
            number = messages(*traced)
        async with AsyncExitStack() as stack:
            for user in ("4000", "4001"):
                phone = registered(
                    folder, "answer", asterisk.sip, user, f"secret-{user}", calls=None, trace=False
                )
                await stack.enter_async_context(phone)

            async def step(rate: int) -> Step:
                taken = await ami.step(rate, seconds, asterisk)
                taken.messages = number
                return taken

            yield step
        ami.close()


@asynccontextmanager
async def through_kamailio(folder: Path, seconds: int) -> AsyncIterator[Steps]:
    """Steps through a real Kamailio; its CPU is that of all its processes."""
    with Kamailio(folder / "kamailio", config=PROXY) as kamailio:
        port = kamailio.address[1]

        async def called(rate: int, seconds: int) -> Step:
            pids = kamailio.pids()
            cpu = cpu_s(pids)
            taken = await called_by_sipp(folder, port, rate, seconds, "-s", "4001")
            taken.cpu_ms = 1000 * (cpu_s(pids) - cpu) / taken.calls
            return taken

        async with registered(folder, "answer", kamailio.address, "4001", "bench") as traced:
            await called(1, 1)
            await asyncio.sleep(REST_S)
            # What the proxy has passed on came to it from sipp, and the other way round; 100 is its own.
            number = 2 * messages(traced) + 1

        async def step(rate: int) -> Step:
            taken = await called(rate, seconds)
            taken.messages = number
            return taken

        # In the place of the one that was counted: it is still registered, and each call would be passed on
        # to it too. Asterisk is configured to keep the newest alone.
        phone = registered(
            *(folder, "answer", kamailio.address, "4001", "bench"), port=traced.port, calls=None, trace=False
        )
        async with phone:
            yield step


def cpu_s(pids: list[int]) -> float:
    """Seconds of processor that these processes have used, their threads included."""
    ticks = 0
    for pid in pids:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")
