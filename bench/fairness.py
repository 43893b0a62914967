"""What a person's Dial takes while somebody else sends without a pause, at a site of many phones."""

import asyncio
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from bench.phone import LIMIT_S, Phone
from bench.report import Aim, Table, percentile, spread
from bench.world import CONFIG, Tsp, ports, process, session
from offhook.manager.stores.users import SqliteUsers

BASELINE = "quiet"
FLOODS = {
    "SSCP stranger: pings": ("pings", False),
    "TSP session: nonsense": ("tsp", False),
    "SSCP user: terminals": ("terminals", True),
    "SSCP user: calls": ("calls", True),
}
SITE = 10_000
LEAD_S = 1.0
"""How long a flood goes on before the first Dial."""

REST_S = 0.02


def measure(quick: bool) -> Table:
    """Milliseconds from the Dial written to its Response read."""
    samples = asyncio.run(_samples(500 if quick else SITE, 20 if quick else 150))
    slowest = max(percentile(values, 50) for values in samples.values())
    floor = percentile(samples[BASELINE], 50)
    aims = (Aim("p50 in any flood under ten times that of the quiet site", slowest < 10 * floor),)
    return spread("Dial -> Response while somebody else floods", "ms", samples, BASELINE, aims=aims)


async def _samples(site: int, count: int) -> dict[str, list[float]]:
    async with _product(site) as (tsp_port, sip_port, sscp_port, token):
        phones = [Phone(("127.0.0.1", sip_port), user, "bench") for user in ("4000", "4001")]
        for phone in phones:
            await phone.start()
        async with session(tsp_port) as tsp:
            found = {BASELINE: [await _dial(tsp, phones[0]) for _ in range(count)]}
            for name, (kind, known) in FLOODS.items():
                port = tsp_port if kind == "tsp" else sscp_port
                arguments = ["-m", "bench.flooder", str(port), kind, "600", *([token] if known else [])]
                async with process(*arguments):
                    await asyncio.sleep(LEAD_S)
                    found[name] = [await _dial(tsp, phones[0]) for _ in range(count)]
        for phone in phones:
            phone.stop()
    return found


@asynccontextmanager
async def _product(site: int) -> AsyncIterator[tuple[int, int, int, str]]:
    """With so many more phones, and a user who has one of them and a token."""
    with tempfile.TemporaryDirectory(prefix="offhook-bench-") as folder:
        state, config = Path(folder) / "state", Path(folder) / "offhook.toml"
        more = "".join(
            f'[[terminal]]\nid = "{10_000 + number}"\npassword = "bench"\n' for number in range(site)
        )
        config.write_text(CONFIG.format(state=state) + more)
        config.chmod(0o600)
        async with process("-m", "bench.product", str(config)) as product:
            tsp_port, sip_port = await ports(product)
            assert product.stdout is not None
            sscp_port = int(await product.stdout.readline())
            users = SqliteUsers(state / "users.sqlite")
            users.add("kim", "bench-password", terminals=["10000"])
            token = users.issue_token("kim", 3600)
            users.close()
            yield tsp_port, sip_port, sscp_port, token


async def _dial(tsp: Tsp, own: Phone) -> float:
    await asyncio.sleep(REST_S)
    written = tsp.write("Action%Dial%4001")
    answered = await tsp.until("Response%Success")
    async with asyncio.timeout(LIMIT_S):
        own.answer(await own.invites.get(), "180 Ringing")
    tsp.write("Action%Drop%")
    await tsp.until("Notify%CALL_STATE%4000%OnHookState")
    return (answered - written) * 1000
