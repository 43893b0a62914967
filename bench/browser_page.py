"""The browser extension on large pages: how long it keeps the page's own thread."""

import asyncio
import tempfile
from pathlib import Path
from typing import Any

from playwright.async_api import async_playwright

from bench.report import Aim, Table
from tests.browser.extension import Extension, allow_everywhere, an_extension, build
from tests.browser.standin import TOKEN, StandIn, a_stand_in

SLICE_MS = 50
"""A longer task is felt: it is what browsers call one."""

NODES = 10_000
PLAIN, WITHOUT = "10,000 nodes", "10,000 nodes, without the extension"

PAGES = {
    WITHOUT: "words and numbers",
    PLAIN: "words and numbers",
    "10,000 nodes, changed 20 times": "words and numbers",
    "2 MB of digits and strokes": "hostile",
}

TICKS = """<script>
    longest = 0; last = performance.now();
    setInterval(() => {
        const now = performance.now();
        if (self.loaded) longest = Math.max(longest, now - last);
        last = now;
    }, 1);
    onload = () => setTimeout(() => { last = performance.now(); loaded = true }, 200);
</script>"""
"""The longest time in which the page's own script could not run, once it is loaded."""


def html(kind: str) -> str:
    if kind == "hostile":
        return "".join(f"<p>{'1-' * 2_500} {'(02) ' * 1_000}</p>" for _ in range(200))
    rows = (
        f"<tr><td>Customer {each}<td>{f'02-568-{each:04}' if each % 5 == 0 else 'no number'}"
        for each in range(NODES // 2)
    )
    return f"<table>{''.join(rows)}</table>"


def measure(quick: bool) -> Table:
    """Milliseconds: of one slice of the extension's work at most, and in which the page could not run."""
    rows = asyncio.run(_measure(3 if quick else 10))
    longest = max(numbers[0] for _, numbers in rows if numbers[0] is not None)
    return Table(
        "Numbers in pages: the longest time that the page's thread is kept",
        ("slice ms", "page waits ms", "found"),
        rows,
        WITHOUT,
        aims=(Aim(f"a slice under {SLICE_MS} ms ({longest:.1f})", longest < SLICE_MS),),
        notes=("from 0.2 s after the page has loaded; Chromium, headless",),
    )


async def _measure(seconds: int) -> tuple[tuple[str, tuple[float | None, ...]], ...]:
    rows: list[tuple[str, tuple[float | None, ...]]] = []
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        built = await build(folder / "built")
        async with (
            async_playwright() as playwright,
            a_stand_in() as site,
            an_extension(playwright, folder, built / "chromium") as extension,
        ):
            await extension.store(server=site.origin, token=TOKEN, country="KR")
            await allow_everywhere(extension)
            for name, kind in PAGES.items():
                await extension.store(sitesOff=["crm.example"] if name == WITHOUT else [])
                rows.append((name, await _page(extension, site, name, kind, seconds)))
    return tuple(rows)


async def _page(
    extension: Extension, site: StandIn, name: str, kind: str, seconds: int
) -> tuple[float | None, ...]:
    site.pages["/large"] = f"<!doctype html><meta charset=utf-8>{TICKS}<body>{html(kind)}"
    page = await extension.context.new_page()
    await page.goto(site.page("/large"))
    for _ in range(20 if "changed" in name else 0):
        await page.evaluate("() => { document.querySelector('table').innerHTML += ''; }")
        await asyncio.sleep(0.1)
    await asyncio.sleep(seconds)
    waits = await page.evaluate("longest")
    code = """async (url) => {
        const [tab] = await chrome.tabs.query({url});
        return chrome.tabs.sendMessage(tab.id, {kind: "list"}).catch(() => null);
    }"""
    said: dict[str, Any] | None = await (await extension.background()).evaluate(code, "*://crm.example/*")
    found = await page.evaluate("CSS.highlights.get('offhook-number')?.size ?? 0")
    await page.close()
    return (said["longest"] if said and name != WITHOUT else None, waits, found)
