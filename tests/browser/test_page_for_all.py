"""The page for whoever uses a keyboard, a screen reader, a small screen or another language."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, expect

from tests.browser.axe import SCHEMES, violations
from tests.browser.site import PageSite, page_site

pytestmark = [pytest.mark.peer, pytest.mark.asyncio(loop_scope="module")]

VIEWS = ("home", "contacts", "calls", "settings")


@pytest_asyncio.fixture(loop_scope="module")
async def site(tmp_path: Path, browser: Browser) -> AsyncIterator[PageSite]:
    # axe is put into the page by the browser's own tools, which its policy would not let a page do.
    async with page_site(tmp_path, browser, bypass_csp=True) as site:
        yield site


async def test_the_login_has_no_fault_that_axe_finds(site: PageSite) -> None:
    await site.page.goto(site.url)
    await expect(site.page.get_by_label("User")).to_be_visible()
    assert await violations(site.page) == []


@pytest.mark.timeout(60)  # axe takes a second for each view and colour, more on a busy machine
async def test_no_view_has_a_fault_that_axe_finds_neither_light_nor_dark(site: PageSite) -> None:
    async with site.phone("4000"):
        await site.log_in("root", "toor")
        await site.page.get_by_role("contentinfo").get_by_label("Phone to call from").select_option("4000")
        await expect(site.page.get_by_role("contentinfo")).to_contain_text("Ready to call")
        await site.dial("4001")
        await site.says("cannot be reached")
        for view in (*VIEWS, "admin"):
            await site.page.goto(f"{site.url}/#/{view}")
            await expect(site.page.locator("main h1")).to_be_visible()
            for scheme in SCHEMES:
                await site.page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
                assert await violations(site.page) == [], (view, scheme)


async def test_a_call_is_made_and_dropped_by_keyboard_alone(site: PageSite) -> None:
    async with site.phone("4000"), site.phone("4001"):
        await site.log_in()
        await site.page.keyboard.press("Control+k")
        await site.page.keyboard.type("4001")
        await site.page.keyboard.press("Enter")
        await site.says("Connected")
        drop = site.page.locator(".card").get_by_role("button", name="Drop", exact=True)
        for _ in range(40):
            if await drop.evaluate("one => one === document.activeElement"):
                break
            await site.page.keyboard.press("Tab")
        await site.page.keyboard.press("Enter")
        await site.says("Call ended")


async def test_nothing_is_wider_than_a_small_phone(site: PageSite) -> None:
    await site.page.set_viewport_size({"width": 360, "height": 640})
    async with site.phone("4000"):
        await site.log_in()
        for view in VIEWS:
            await site.page.goto(f"{site.url}/#/{view}")
            await expect(site.page.locator("main h1")).to_be_visible()
            assert await site.page.evaluate("document.documentElement.scrollWidth") == 360, view


async def test_the_page_speaks_the_language_that_is_chosen(site: PageSite) -> None:
    async with site.phone("4000"):
        await site.log_in()
        await site.page.get_by_role("link", name="Settings").click()
        await site.page.get_by_label("Language").select_option("ko")
        await expect(site.page.get_by_role("heading", name="설정")).to_be_visible()
        await site.page.reload()
        await expect(site.page.get_by_role("link", name="연락처")).to_be_visible()
        await site.page.get_by_label("언어").select_option("de")
        await expect(site.page.get_by_role("heading", name="Einstellungen")).to_be_visible()
