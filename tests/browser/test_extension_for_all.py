"""The extension's own pages and the Outlook pane, for who sees little, sees nothing, or has no mouse."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, Page, Playwright, expect

from tests.browser.extension import BROWSER, an_extension, build
from tests.browser.outlookpane import log_in, the_pane
from tests.browser.realsite import a_real_site
from tests.browser.standin import TOKEN, StandIn, a_stand_in, call

AXE = BROWSER / "node_modules/axe-core/axe.min.js"

pytestmark = [
    pytest.mark.peer,
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.timeout(60),  # axe takes a second for each page and colour, more on a busy machine
]


async def faults(page: Page) -> list[str]:
    """What axe finds wrong, light and dark."""
    await page.evaluate(AXE.read_text(encoding="utf-8"))
    found: list[str] = []
    for scheme in ("light", "dark"):
        await page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
        said: dict[str, Any] = await page.evaluate(
            "axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa']})"
        )
        found += [
            f"{scheme}: {one['id']}: {node['html'][:120]}"
            for one in said["violations"]
            for node in one["nodes"]
        ]
    return found


async def shown(popup: Page, site: StandIn, buttons: int, *calls: dict[str, Any]) -> None:
    """Tells of calls until they are shown: the connection may just be made anew."""
    for _ in range(100):
        for one in calls:
            site.tell("call", one)
        if await popup.locator("#calls button").count() == buttons:
            return
        await asyncio.sleep(0.1)
    await expect(popup.locator("#calls button")).to_have_count(buttons)


async def test_axe_finds_no_fault_in_the_extension_s_pages(playwright: Playwright, tmp_path: Path) -> None:
    built = await build(tmp_path / "built")
    async with a_stand_in() as site, an_extension(playwright, tmp_path, built / "chromium") as extension:
        settings = await extension.connect(site.origin, TOKEN)
        assert await faults(settings) == []
        popup = await extension.open("popup.html")
        await expect(popup.locator("#status")).to_have_text("Ready to call")
        caller = {"name": "Lee Min-ho", "id": "4001"}
        rings = call(1, direction="inbound", caller=caller, features=["answer", "reject"])
        talks = call(1, id="c2", state="ConnectedState", connected=1.0, features=["hold", "drop"])
        await shown(popup, site, 4, rings, talks)
        assert await faults(popup) == []
        assert await faults(await extension.open("confirm.html?number=%2B8225683848&site=x.example")) == []


async def test_all_of_the_pop_up_is_reached_by_the_keyboard(playwright: Playwright, tmp_path: Path) -> None:
    built = await build(tmp_path / "built")
    async with a_stand_in() as site, an_extension(playwright, tmp_path, built / "chromium") as extension:
        await extension.connect(site.origin, TOKEN)
        popup = await extension.open("popup.html")
        await expect(popup.locator("#status")).to_have_text("Ready to call")
        talks = call(1, state="ConnectedState", connected=1.0, features=["hold", "drop"])
        await shown(popup, site, 2, talks)
        reached = []
        for _ in range(3):
            await popup.keyboard.press("Tab")
            reached.append(await popup.evaluate("document.activeElement.textContent.trim()"))
        assert reached == ["Call", "Hold", "Drop"]
        site.tell("call", call(2, state="ConnectedState", connected=1.0, features=["hold", "drop", "park"]))
        await popup.keyboard.press("Enter")
        await expect(popup.locator("#problem")).to_be_hidden()
        assert await popup.evaluate("document.activeElement.textContent") == "Drop", "the focus has stayed"


async def test_axe_finds_no_fault_in_the_outlook_pane(browser: Browser, tmp_path: Path) -> None:
    async with a_real_site(tmp_path) as site:
        page = await the_pane(browser, site)
        await expect(page.locator("#login")).to_be_visible()
        assert await faults(page) == []
        await log_in(page)
        await expect(page.locator("#numbers button")).to_have_count(1)
        assert await faults(page) == []
        await page.close()
