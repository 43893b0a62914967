"""The Outlook add-in's pane in Chromium. Outlook is played: Office.js is ours."""

from playwright.async_api import Browser, Page, Route

from tests.browser.realsite import RealSite

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
    """As Outlook opens it beside a message with a number."""
    page = await browser.new_page(viewport={"width": 340, "height": 560})

    async def office(route: Route) -> None:
        await route.fulfill(content_type="text/javascript", body=OFFICE)

    await page.route("https://appsforoffice.microsoft.com/**", office)
    await page.goto(f"{site.url}/outlook/taskpane.html?et=1")
    return page


async def log_in(page: Page) -> None:
    """As Kim."""
    await page.fill("#user", "kim")
    await page.fill("#password", "correct horse")
    await page.press("#password", "Enter")
