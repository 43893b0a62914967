"""From a click on a foreign page to real phones: Chromium, the Call Manager and baresip are the real ones."""

import asyncio
from pathlib import Path

import pytest
from playwright.async_api import Playwright, expect

from tests.browser.extension import Extension, allow_everywhere, an_extension, build
from tests.browser.realsite import OUTSIDE, RealSite, a_real_site
from tests.browser.standin import a_stand_in
from tests.peers.baresip import Baresip
from tests.waiting import becomes

pytestmark = [
    pytest.mark.peer,
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.timeout(60),  # a browser, two phones and a Call Manager are started
]


async def set_up(extension: Extension, site: RealSite) -> None:
    """As a person does it: server, token, country, all sites."""
    page = await extension.connect(site.url, site.token)
    await expect(page.locator("#outcome")).to_have_text("Connected as kim, phone 4000.")
    await page.select_option("#country", "KR")
    await page.close()
    await allow_everywhere(extension)


async def test_a_click_on_a_foreign_page_rings_a_phone_and_drop_in_the_pop_up_sends_it_a_bye(
    playwright: Playwright, tmp_path: Path
) -> None:
    built = await build(tmp_path / "built")
    async with (
        a_real_site(tmp_path) as site,
        a_stand_in() as web,
        Baresip(tmp_path, site.sip, "4000", "a", answer="auto"),
        Baresip(tmp_path, site.sip, OUTSIDE, "b") as callee,
        an_extension(playwright, tmp_path, built / "chromium") as extension,
    ):
        await set_up(extension, site)
        web.pages["/crm"] = "<!doctype html><meta charset=utf-8><p><span id=n>02-568-3848</span> Lee Min-ho"
        page = await extension.context.new_page()
        await page.goto(web.page("/crm"))
        await page.wait_for_function("CSS.highlights.get('offhook-number')?.size === 1")
        await asyncio.sleep(0.45)  # a number that has just appeared is asked about
        await page.click("#n", position={"x": 12, "y": 8})
        await callee.happened("CALL_INCOMING")

        popup = await extension.open("popup.html")
        await expect(popup.locator("#calls .state")).to_have_text("Ringing there")
        await callee.accept()
        await callee.happened("CALL_ESTABLISHED")
        await expect(popup.locator("#calls .state")).to_have_text("Connected")
        await expect(popup.locator("#calls .who")).to_contain_text("Lee Min-ho")
        await popup.click("[data-command=drop]")
        await callee.happened("CALL_CLOSED")
        await expect(popup.locator("#ended")).to_have_text("Lee Min-ho: call ended")


async def test_an_incoming_call_is_shown_and_declined(playwright: Playwright, tmp_path: Path) -> None:
    built = await build(tmp_path / "built")
    async with (
        a_real_site(tmp_path) as site,
        Baresip(tmp_path, site.sip, "4000", "a"),
        Baresip(tmp_path, site.sip, OUTSIDE, "b") as caller,
        an_extension(playwright, tmp_path, built / "chromium") as extension,
    ):
        await set_up(extension, site)
        popup = await extension.open("popup.html")
        await expect(popup.locator("#status")).to_have_text("Ready to call")
        await caller.dial("4000")
        await expect(popup.locator("#calls .state")).to_have_text("Incoming call")
        await expect(popup.locator("#status")).to_have_text("Your phone is ringing")
        background = await extension.background()
        await becomes(
            lambda: background.evaluate("chrome.action.getTitle({})"), "Offhook: Lee Min-ho is calling"
        )
        await expect(popup.locator("#calls button")).to_have_text(["Answer", "Decline"])
        await popup.click("[data-command=reject]")
        await caller.happened("CALL_CLOSED")
        await expect(popup.locator("#calls li")).to_have_count(0)
