"""How soon the web page is there, and shows a call, in Chromium; beside an icon of the same server."""

import asyncio
import tempfile
from pathlib import Path
from time import perf_counter

from playwright.async_api import Browser, async_playwright, expect

from bench.report import Aim, Table, percentile, spread
from tests.browser.chromium import ARGUMENTS, EXECUTABLE
from tests.browser.site import PageSite, page_site

FIRST, AGAIN, BASELINE = "first paint, nothing kept", "first paint, again", "first paint, an icon alone"
CLICK = "Return in the field to the card of the call"

MOST_MS = 1000.0

PAINTED = """async () => {
    const seen = () => performance.getEntriesByName("first-contentful-paint")[0];
    for (let tries = 0; tries < 500 && !seen(); tries++) await new Promise((then) => setTimeout(then, 10));
    return seen().startTime;
}"""


def measure(quick: bool) -> Table:
    """Milliseconds from the start of the navigation, as the browser itself measures them."""
    return asyncio.run(_measure(6 if quick else 30))


async def _measure(rounds: int) -> Table:
    samples: dict[str, list[float]] = {name: [] for name in (FIRST, AGAIN, CLICK, BASELINE)}
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=EXECUTABLE, args=list(ARGUMENTS))
        with tempfile.TemporaryDirectory() as folder:
            async with page_site(Path(folder), browser) as site:
                for _ in range(rounds):
                    await _paints(site, browser, samples)
                await _clicks(site, rounds, samples[CLICK])
        await browser.close()
    reached = percentile(samples[FIRST], 50) < MOST_MS
    return spread(
        "The web page in Chromium",
        "ms",
        samples,
        BASELINE,
        aims=(Aim(f"first paint with nothing kept: p50 under {MOST_MS:.0f} ms", reached),),
    )


async def _paints(site: PageSite, browser: Browser, samples: dict[str, list[float]]) -> None:
    context = await browser.new_context()
    page = await context.new_page()
    for name, path in ((BASELINE, "/icon-192.png"), (FIRST, "/"), (AGAIN, "/")):
        await page.goto(site.url + path)
        samples[name].append(float(await page.evaluate(PAINTED)))
    await context.close()


async def _clicks(site: PageSite, rounds: int, samples: list[float]) -> None:
    async with site.phone("4000"), site.phone("4001"):
        await site.log_in()
        field = site.page.get_by_role("combobox", name="Name or number")
        card = site.page.locator(".card")
        for _ in range(rounds):
            await field.fill("4001")
            begun = perf_counter()
            await field.press("Enter")
            await card.first.wait_for()
            samples.append(1000 * (perf_counter() - begun))
            await site.says("Connected")
            await site.press("Drop")
            await card.first.get_by_role("button", name="Close").click()
            await expect(card).to_have_count(0)
