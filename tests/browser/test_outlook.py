"""The Outlook add-in's pane in Chromium, with a real Call Manager. Outlook is played: Office.js is ours."""

from pathlib import Path

import httpx
import pytest
from playwright.async_api import Browser, expect

from tests.browser.outlookpane import log_in, the_pane
from tests.browser.realsite import OUTSIDE, a_real_site
from tests.peers.baresip import Baresip
from tests.waiting import ONE_STEP_S, becomes

pytestmark = [
    pytest.mark.peer,
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.timeout(60),  # a browser, two phones and a Call Manager are started
]


async def test_a_number_in_a_message_is_called_and_the_call_is_dropped(
    browser: Browser, tmp_path: Path
) -> None:
    async with (
        a_real_site(tmp_path) as site,
        Baresip(tmp_path, site.sip, "4000", "a", answer="auto"),
        Baresip(tmp_path, site.sip, OUTSIDE, "b") as callee,
    ):
        page = await the_pane(browser, site)
        await log_in(page)
        await expect(page.locator("#numbers button")).to_have_text(["02-568-3848"])
        await page.click("#numbers button")
        await callee.happened("CALL_INCOMING")
        await callee.accept()
        await expect(page.locator("#calls li")).to_contain_text("Connected")
        await page.click("#calls button.drop")
        await callee.happened("CALL_CLOSED")
        await expect(page.locator("#calls li")).to_have_count(0)
        await page.close()


async def test_a_pinned_pane_follows_the_person_from_message_to_message(
    browser: Browser, tmp_path: Path
) -> None:
    async with a_real_site(tmp_path) as site:
        page = await the_pane(browser, site)
        await page.fill("#user", "kim")
        await page.fill("#password", "wrong")
        await page.press("#password", "Enter")
        await expect(page.locator("#problem")).not_to_be_empty()
        await log_in(page)
        await expect(page.locator("#numbers button")).to_have_text(["02-568-3848"])
        await page.evaluate("openNext('Lunch', '<b>+49 30 901820</b> at noon')")
        await expect(page.locator("#numbers button")).to_have_text(["+49 30 901820"])
        await page.evaluate("openNext('Lunch', 'at noon')")
        await expect(page.locator("#none")).to_be_visible()
        token = await page.evaluate("localStorage.getItem('offhook.token')")
        async with page.expect_response("**/api/v1/session"):
            await page.click("#logout")
        await expect(page.locator("#user")).to_be_visible()
        await becomes(lambda: page.evaluate("localStorage.length"), 0)
        async with httpx.AsyncClient(timeout=ONE_STEP_S, base_url=site.url, trust_env=False) as client:
            asked = await client.get("/api/v1/me", headers={"Authorization": f"Bearer {token}"})
            assert asked.status_code == 401, "the token has ended at the server as well"
        await page.close()
