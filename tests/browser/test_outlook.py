"""The Outlook add-in's pane in Chromium, with a real Call Manager. Outlook is played: Office.js is ours."""

from pathlib import Path

import httpx
import pytest
from playwright.async_api import Browser, Page, Route, expect

from tests.browser.realsite import OUTSIDE, RealSite, a_real_site
from tests.peers.baresip import Baresip

pytestmark = [
    pytest.mark.peer,
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.timeout(60),  # a browser, two phones and a Call Manager are started
]

OFFICE = """
const handlers = [];
const message = (subject, text) => ({
    subject, from: {displayName: "Lee Min-ho", emailAddress: "lee@example.com"}, to: [], cc: [],
    body: {getAsync: (kind, done) => done({status: "succeeded", value: text})},
});
self.Office = {
    context: {
        displayLanguage: "en-US",
        mailbox: {
            item: message("Offer", "Please call 02-568-3848. Order 4111 1111 1111 1111."),
            addHandlerAsync: (event, handler) => handlers.push(handler),
        },
    },
    EventType: {ItemChanged: "olkItemSelectedChanged"},
    onReady: () => Promise.resolve({host: "Outlook"}),
};
self.openNext = (subject, text) => {
    Office.context.mailbox.item = message(subject, text);
    handlers.forEach((handler) => handler());
};
"""


async def the_pane(browser: Browser, site: RealSite) -> Page:
    page = await browser.new_page(viewport={"width": 340, "height": 560})

    async def office(route: Route) -> None:
        await route.fulfill(content_type="text/javascript", body=OFFICE)

    await page.route("https://appsforoffice.microsoft.com/**", office)
    await page.goto(f"{site.url}/outlook/taskpane.html?et=1")
    return page


async def log_in(page: Page) -> None:
    await page.fill("#user", "kim")
    await page.fill("#password", "correct horse")
    await page.press("#password", "Enter")


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
        assert await page.evaluate("localStorage.length") == 0
        async with httpx.AsyncClient(base_url=site.url, trust_env=False) as client:
            asked = await client.get("/api/v1/me", headers={"Authorization": f"Bearer {token}"})
            assert asked.status_code == 401, "the token has ended at the server as well"
        await page.close()
