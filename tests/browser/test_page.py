"""The web page in a real browser, with a real Call Manager and SIP phones."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, expect

from offhook.demo.phone import Behaviour, Stage
from tests.browser.site import PageSite, page_site

pytestmark = [pytest.mark.peer, pytest.mark.asyncio(loop_scope="module")]

RINGS = Behaviour(answer_after=None)


@pytest_asyncio.fixture(loop_scope="module")
async def site(tmp_path: Path, browser: Browser) -> AsyncIterator[PageSite]:
    async with page_site(tmp_path, browser) as site:
        yield site
        assert site.noise == []


async def test_a_number_that_is_typed_rings_a_phone_and_drop_ends_the_call(site: PageSite) -> None:
    async with site.phone("4000"), site.phone("4001", RINGS) as callee:
        await site.log_in()
        await expect(site.page.get_by_role("contentinfo")).to_contain_text("Ready to call")
        await site.dial("4001")
        await site.says("Ringing Lee Min-ho")
        await callee.event("ringing")
        callee.calls[0].answer()
        await site.says("Connected")
        await site.press("Drop")
        await callee.event("ended")
        await site.says("Call ended")


async def test_a_call_that_comes_in_is_answered_on_the_page(site: PageSite) -> None:
    async with (
        site.phone("4000", Behaviour(answer_after=None, talk=True)) as own,
        site.phone("4001") as caller,
    ):
        await site.log_in()
        calling = asyncio.create_task(caller.call("4000"))
        await own.event("ringing")
        await site.says("Lee Min-ho is calling")
        await site.press("Answer")
        await calling
        await site.says("Connected")
        await site.press("Hold")
        await site.says("On hold")
        await site.press("Retrieve")
        await site.says("Connected")
        caller.calls[0].hang_up()
        await site.says("Call ended")


async def test_a_link_puts_its_number_into_the_field_and_calls_nobody(site: PageSite) -> None:
    async with site.phone("4000"):
        await site.log_in()
        await site.page.goto(f"{site.url}/?tel=tel%3A%2B8225683848")
        field = site.page.get_by_role("combobox", name="Name or number")
        await expect(field).to_have_value("+8225683848")
        assert "tel=" not in site.page.url
        answer = await site.page.request.get(f"{site.url}/api/v1/calls")
        assert await answer.json() == {"calls": []}


async def test_a_wrong_password_says_what_to_do(site: PageSite) -> None:
    await site.page.goto(site.url)
    await site.page.get_by_label("User").fill("kim")
    await site.page.get_by_label("Password", exact=True).fill("wrong")
    await site.page.get_by_role("button", name="Log in").click()
    await expect(site.page.get_by_role("alert")).to_contain_text("User or password is wrong")


async def test_logging_out_ends_the_login_on_the_server(site: PageSite) -> None:
    async with site.phone("4000"):
        await site.log_in()
        cookies = await site.page.context.cookies()
        await site.page.get_by_role("link", name="Settings").click()
        await site.page.get_by_role("button", name="Log out").click()
        await expect(site.page.get_by_label("User")).to_be_visible()
        await site.page.context.add_cookies(cookies)  # type: ignore[arg-type]
        answer = await site.page.request.get(f"{site.url}/api/v1/me")
        assert answer.status == 401


async def test_a_call_that_is_missed_is_counted_until_it_is_looked_at(site: PageSite) -> None:
    async with site.phone("4000", RINGS) as own, site.phone("4001") as caller:
        await site.log_in()
        calling = asyncio.create_task(caller.call("4000"))
        await own.event("ringing")
        calling.cancel()  # the caller gives up
        with suppress(asyncio.CancelledError):
            await calling
        await site.says("Missed: call back")
        await expect(site.page.locator(".badge")).to_have_text("1")
        await site.page.get_by_role("link", name="Calls").click()
        await expect(site.page.locator("main").get_by_text("Missed call").first).to_be_visible()
        await expect(site.page.locator(".badge")).to_have_count(0)


async def test_a_name_is_found_and_its_number_called_only_after_it_was_chosen(site: PageSite) -> None:
    async with site.phone("4000"):
        await site.log_in()
        field = site.page.get_by_role("combobox", name="Name or number")
        await field.fill("schmidt")
        await expect(site.page.get_by_role("option", name="Anna Schmidt")).to_be_visible()
        await field.press("Enter")
        await expect(site.page.locator(".card")).to_have_count(0)
        await field.press("ArrowDown")
        await field.press("Enter")
        await expect(site.page.locator(".card .name").first).to_have_text("Anna Schmidt")


async def test_what_a_name_contains_is_text_and_nothing_else(site: PageSite) -> None:
    async with site.phone("4000"):
        await site.log_in()
        await site.page.get_by_role("link", name="Contacts").click()
        await site.page.get_by_role("searchbox").fill("onerror")
        await expect(site.page.locator("main").get_by_text("<img src=x")).to_be_visible()
        assert await site.page.locator("main img").count() == 0
        assert "owned" not in await site.page.title()


async def test_a_call_is_transferred_to_whom_was_chosen_once_transfer_is_pressed(site: PageSite) -> None:
    async with site.phone("4000"), site.phone("4001") as callee:
        await site.log_in()
        await site.dial("4001")
        await site.says("Connected")
        await site.press("Transfer")
        field = site.page.locator(".card").get_by_role("combobox")
        await field.fill("anna")
        await site.page.get_by_role("option", name="Anna Schmidt").click()
        await expect(field).to_have_value("Anna Schmidt (9025683848)")
        assert [call.stage for call in callee.calls] == [Stage.UP]
        await site.press("Transfer now")
        await expect(site.page.get_by_role("alert")).to_contain_text("9025683848")  # nobody is there


async def test_who_may_use_every_phone_chooses_one_before_calling(site: PageSite) -> None:
    async with site.phone("4000"):
        await site.log_in("root", "toor")
        await site.dial("4001")
        await expect(site.page.get_by_role("alert")).to_contain_text("no phone to call from")
        await site.page.get_by_role("contentinfo").get_by_label("Phone to call from").select_option("4000")
        await site.dial("4001")
        await site.says("cannot be reached")


async def test_who_calls_with_a_script_for_a_name_has_it_shown(tmp_path: Path, browser: Browser) -> None:
    name = "<img src=x onerror=document.title='owned'><b>Lee"
    async with (
        page_site(tmp_path, browser, lee=name) as site,
        site.phone("4000", RINGS) as own,
        site.phone("4001") as caller,
    ):
        await site.log_in()
        calling = asyncio.create_task(caller.call("4000"))
        await own.event("ringing")
        await expect(site.page.locator(".card .name")).to_have_text(name)
        assert await site.page.locator(".card img, .card .name b").count() == 0
        assert await site.page.title() != "owned"
        calling.cancel()  # the caller gives up
        with suppress(asyncio.CancelledError):
            await calling
        assert site.noise == []
