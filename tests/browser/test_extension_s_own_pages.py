"""The extension's pop-up and settings, with a Call Manager that only notes what it is asked."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Playwright, expect

from tests.browser.extension import Extension, an_extension, build
from tests.browser.realpopup import the_popup
from tests.browser.standin import TERMINAL, TOKEN, StandIn, a_stand_in, call
from tests.waiting import becomes, until

pytestmark = [pytest.mark.peer, pytest.mark.asyncio(loop_scope="module")]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def site() -> AsyncIterator[StandIn]:
    async with a_stand_in() as made:
        yield made


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def extension(
    playwright: Playwright, site: StandIn, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Extension]:
    folder: Path = tmp_path_factory.mktemp("extension")
    built = await build(folder / "built")
    async with an_extension(playwright, folder, built / "chromium") as made:
        await made.connect(site.origin, TOKEN)
        yield made


@pytest_asyncio.fixture(autouse=True, loop_scope="module")
async def connected(extension: Extension, site: StandIn) -> AsyncIterator[None]:
    """Connected, with no calls; afterwards as if nothing had been."""
    site.refusal = None
    site.calls.clear()
    await extension.store(server=site.origin, token=TOKEN, terminal="")
    await until(lambda: bool(site.streams))
    await asyncio.sleep(0.1)
    site.tell("snapshot", {"terminals": [TERMINAL], "calls": []})
    site.asked.clear()
    yield
    for page in extension.context.pages[1:]:
        await page.close()


async def test_the_settings_connect_by_a_token(extension: Extension, site: StandIn) -> None:
    await extension.store(server="", token="")
    page = await extension.connect(site.origin + "/", TOKEN)
    await expect(page.locator("#outcome")).to_have_text("Connected as kim, phone 4000.")
    await expect(page.locator("#token")).to_have_value("")  # it is not shown again
    await expect(page.locator("#terminal option:nth-child(2)")).to_have_text("4000 \u00b7 Kim")
    assert all(TOKEN not in one.path for one in site.asked)


@pytest.mark.parametrize(
    ("server", "token", "said"),
    [
        ("http://phones.example", TOKEN, "has to begin with https://"),
        ("two words", TOKEN, "That is no address"),
        ("https://kim:secret@phones.example", TOKEN, "Leave user and password out"),
        ("", "wrong-token", "does not know this token"),
        ("", "two words", "Enter the token"),
    ],
)
async def test_the_settings_say_what_is_wrong(
    extension: Extension, site: StandIn, server: str, token: str, said: str
) -> None:
    page = await extension.connect(server or site.origin, token)
    await expect(page.locator("#outcome")).to_contain_text(said)


async def test_a_site_is_left_alone_from_the_settings(extension: Extension) -> None:
    page = await extension.open("options.html")
    await page.fill("#site", "not a site")
    await page.press("#site", "Enter")
    await expect(page.locator("#siteProblem")).to_contain_text("It looks like crm.example")
    await page.fill("#site", "https://Bank.example/login")
    await page.press("#site", "Enter")
    await expect(page.locator("#sitesOff li span")).to_have_text(["bank.example"])
    await page.click("[aria-label='Remove bank.example']")
    await expect(page.locator("#sitesOff li")).to_have_count(0)


async def test_the_pop_up_dials_what_is_typed(extension: Extension, site: StandIn) -> None:
    page = await extension.open("popup.html")
    await expect(page.locator("#phone")).to_have_text("4000 \u00b7 Kim")
    await expect(page.locator("#status")).to_have_text("Ready to call")
    await expect(page.locator("#number")).to_be_focused()
    await page.keyboard.type("4001")
    await page.keyboard.press("Enter")
    await until(lambda: site.dialled == ["4001"])
    await expect(page.locator("#number")).to_have_value("")


async def test_the_pop_up_says_why_a_number_was_not_called(extension: Extension, site: StandIn) -> None:
    site.refusal = 422, {"code": "invalid-address", "detail": "Lee is no number: did you mean Lee Min-ho?"}
    page = await extension.open("popup.html")
    await page.fill("#number", "Lee")
    await page.press("#number", "Enter")
    await expect(page.locator("#problem")).to_have_text("Lee is no number: did you mean Lee Min-ho?")
    await expect(page.locator("#number")).to_have_value("Lee")


async def test_a_call_has_buttons_for_its_features_and_no_others(extension: Extension, site: StandIn) -> None:
    page = await extension.open("popup.html")
    await expect(page.locator("#status")).to_have_text("Ready to call")
    incoming = {"direction": "inbound", "caller": {"name": "Lee Min-ho", "id": "4001"}}
    site.tell("call", call(1, **incoming, features=["answer", "drop", "redirect"]))
    await expect(page.locator("#calls .who")).to_have_text("Lee Min-ho \u00b7 4001")
    await expect(page.locator("#calls .state")).to_have_text("Incoming call")
    await expect(page.locator("#calls button")).to_have_text(["Answer", "Drop"])
    background = await extension.background()
    await becomes(lambda: background.evaluate("chrome.action.getTitle({})"), "Offhook: Lee Min-ho is calling")
    await page.click("text=Answer")
    await until(lambda: [one.path for one in site.asked if one.method == "POST"] == ["/calls/c1/answer"])
    site.tell("call", call(2, **incoming, state="ConnectedState", connected=1.0, features=["drop", "hold"]))
    await expect(page.locator("#calls button")).to_have_text(["Hold", "Drop"])
    await page.click("text=Drop")
    await until(lambda: [one.path for one in site.asked if one.method == "DELETE"] == ["/calls/c1"])
    site.tell("call", call(3, **incoming, state="OnHookState", cause="normal", features=[]))
    await expect(page.locator("#calls li")).to_have_count(0)
    await expect(page.locator("#ended")).to_have_text("Lee Min-ho: call ended")


async def test_names_from_the_network_are_text(extension: Extension, site: StandIn) -> None:
    page = await extension.open("popup.html")
    name = "<img src=x onerror=document.title='no'>"
    site.tell("call", call(1, callee={"name": name, "id": "4001"}))
    await expect(page.locator("#calls .who")).to_have_text(f"{name} \u00b7 4001")
    assert await page.locator("#calls img").count() == 0


async def test_a_token_that_ended_is_said(extension: Extension, site: StandIn) -> None:
    await extension.store(token="ended")
    page = await extension.open("popup.html")
    await expect(page.locator("#status")).to_have_text("log in again")
    await expect(page.locator("#setup")).to_have_text("Connect to your server")


async def test_no_page_can_show_the_pop_up_in_a_frame(extension: Extension, site: StandIn) -> None:
    site.pages["/frame"] = f"<iframe src='{extension.url('popup.html')}'></iframe>"
    page = await extension.context.new_page()
    await page.goto(site.page("/frame"))
    await asyncio.sleep(0.3)
    for frame in page.frames[1:]:
        assert "popup" not in await frame.evaluate("document.body?.innerHTML ?? ''")


async def test_a_background_that_the_browser_has_ended_comes_back_when_it_is_needed(
    extension: Extension, site: StandIn
) -> None:
    page = await extension.open("popup.html")
    await expect(page.locator("#status")).to_have_text("Ready to call")
    before = len(site.streams)
    session = await extension.context.new_cdp_session(page)
    await session.send("ServiceWorker.enable")
    await session.send("ServiceWorker.stopAllWorkers")
    await until(lambda: len(site.streams) > before)
    await page.fill("#number", "4001")
    await page.press("#number", "Enter")
    await until(lambda: site.dialled == ["4001"])
    await expect(page.locator("#status")).to_have_text("Ready to call")


async def test_the_pop_up_switches_a_site_on_and_off_and_lists_its_numbers(
    extension: Extension, site: StandIn
) -> None:
    site.pages["/shop"] = "<!doctype html><p>+82 2 568 3848, +49 30 901820, +82-2-568-3848"
    # A person's click on the icon tells the extension which site it is; opening it by a script does not.
    settings = await extension.open("options.html")
    await settings.evaluate("chrome.permissions.request({origins: ['*://shop.example/*']})")
    await extension.store(sitesOff=["shop.example"])
    page = await extension.context.new_page()
    await page.goto(site.page("/shop", "shop.example"))
    async with the_popup(extension, page) as popup:
        await popup.shows("#siteText", "Make numbers on shop.example clickable")
        assert await popup.evaluate("document.querySelector('#site').checked") is False
        await popup.evaluate("document.querySelector('#site').click()")
        await page.wait_for_function("CSS.highlights.get('offhook-number')?.size === 3")
    async with the_popup(extension, page) as popup:
        await popup.shows("#foundText", "Numbers on this page (2)")
        await popup.evaluate("document.querySelector('#found').open = true")
        await popup.press_enter("#numbers button")
        await until(lambda: site.dialled == ["+8225683848"])
        await popup.evaluate("document.querySelector('#site').click()")
        await page.wait_for_function("!CSS.highlights.has('offhook-number')")
