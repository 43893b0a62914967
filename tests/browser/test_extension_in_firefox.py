"""The same extension in a real Firefox."""

import asyncio
from pathlib import Path

import pytest

from tests.browser.extension import build
from tests.browser.firefox import a_firefox
from tests.browser.standin import TOKEN, a_stand_in
from tests.waiting import until

pytestmark = [pytest.mark.peer, pytest.mark.timeout(90)]  # Firefox alone takes five seconds to start

MARKED = """[...(CSS.highlights.get("offhook-number") ?? [])].map(
    (range) => range.startContainer.data.slice(range.startOffset, range.endOffset))"""


async def test_a_click_on_a_foreign_page_calls(tmp_path: Path) -> None:
    built = await build(tmp_path / "built")
    async with a_stand_in() as site, a_firefox(tmp_path) as firefox:
        folder = {"type": "path", "path": str(built / "firefox")}
        await firefox.send("webExtension.install", extensionData=folder)
        settings = await firefox.page("/options.html")
        await firefox.shows(settings, "document.querySelector('h1').textContent", "Offhook settings")
        fill = f"(server.value = {site.origin!r}, token.value = {TOKEN!r}, 1)"
        await firefox.evaluate(settings, fill)
        await firefox.click(settings, "#account button.main")
        outcome = "document.querySelector('#outcome').textContent"
        await firefox.shows(settings, outcome, "Connected as kim, phone 4000.")
        await firefox.click(settings, "#everywhere", x=6, y=6)
        await firefox.shows(settings, "browser.permissions.contains({origins: ['*://*/*']})", True)

        site.pages["/crm"] = "<!doctype html><meta charset=utf-8><p><span id=n>+82 2 568 3848</span> Lee"
        page = await firefox.open(site.page("/crm"))
        await firefox.shows(page, MARKED, ["+82 2 568 3848"])
        await asyncio.sleep(0.45)  # a number that has just appeared is asked about
        await firefox.click(page, "#n")
        await until(lambda: site.dialled == ["+8225683848"])
        assert await firefox.evaluate(page, "document.querySelector('#n').outerHTML") == (
            '<span id="n">+82 2 568 3848</span>'
        )
