"""An incoming call: from the INVITE to OFFERING at a TAPI program, and from lineAnswer to the caller's 200.

The program is the telephony service of the tests with the DLL, under Wine; the rest is the product in another
process. What Wine and the pipe from it cost is in the figures.
"""

import asyncio
import tempfile
from pathlib import Path
from time import perf_counter

from bench.caller import Caller
from bench.dial_to_invite import REST_S
from bench.incoming import BASELINE, RATIO, TALK, invited, relayed_twice
from bench.phone import Phone
from bench.report import Aim, Table, percentile, spread
from bench.world import CONFIG, ports, process
from tests.peers.wine import WindowsService, windows

OFFERED, ANSWERED = "INVITE to OFFERING in the TAPI program", "lineAnswer asked for to the caller's 200"

WARM_UP = 10


def measure(quick: bool) -> Table:
    """Milliseconds, one call at a time: it rings, is answered by the program, and the caller hangs up."""
    rounds = 40 if quick else 300
    with windows():
        found = asyncio.run(_chain(rounds + WARM_UP))
    samples = {name: values[WARM_UP:] for name, values in found.items()}
    aims = tuple(
        Aim(
            f"{name}: p{percent} at most {RATIO} times the bare relay's",
            percentile(samples[name], percent) <= RATIO * percentile(samples[BASELINE], percent),
        )
        for name in (OFFERED, ANSWERED)
        for percent in (50, 99)
    )
    return spread("A call comes in at a TAPI program, under Wine", "ms", samples, BASELINE, aims=aims)


async def _chain(rounds: int) -> dict[str, list[float]]:
    samples: dict[str, list[float]] = {OFFERED: [], ANSWERED: [], BASELINE: []}
    with tempfile.TemporaryDirectory(prefix="offhook-bench-") as folder:
        config = Path(folder) / "offhook.toml"
        config.write_text(CONFIG.format(state=Path(folder) / "state"))
        async with process("-m", "bench.product", str(config)) as product:
            tsp_port, sip_port = await ports(product)
            server = ("127.0.0.1", sip_port)
            caller, phone = Caller(server, "4001", "bench"), Phone(server, "4000", "bench")
            async with (
                WindowsService(tsp_port, "4000", whole=True) as service,
                relayed_twice() as relayed,
            ):
                await service.says("ready")
                await service.ask("want")
                await service.says("wanted")
                try:
                    await caller.start()
                    await phone.start()
                    for _ in range(rounds):
                        offered, answered = await _call(service, caller, phone)
                        samples[OFFERED].append(offered)
                        samples[ANSWERED].append(answered)
                        samples[BASELINE].append(await relayed())
                finally:
                    caller.stop()
                    phone.stop()
    return samples


async def _call(service: WindowsService, caller: Caller, phone: Phone) -> tuple[float, float]:
    """Both times of one call."""
    await asyncio.sleep(REST_S)
    ringing = asyncio.create_task(caller.rings("4000"))
    invite = await invited(phone)
    phone.answer(invite, "180 Ringing", more=TALK)
    await service.says("state OFFERING 1")
    offered, sent = perf_counter(), await ringing
    await service.ask("take")
    await service.says("taken 4001|Lee Min-ho")
    pressed = perf_counter()
    await service.ask("answer")
    answered = await caller.answered()
    await service.says("state CONNECTED 1", "did answer 0")
    await caller.hang_up()
    await service.says("state IDLE 0")
    await service.ask("close")
    await service.says("closed")
    return (offered - sent) * 1000, (answered - pressed) * 1000
