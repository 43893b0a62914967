"""What only a person at a screen can do: allow what the browser asks, press the key, choose from the menu."""

import asyncio
from pathlib import Path

import pytest
from playwright.async_api import Playwright, expect

from tests.browser.chromium import with_extension
from tests.browser.extension import SITES, Extension, build, id_of
from tests.browser.standin import TOKEN, a_stand_in
from tests.desktop.screen import Screen, a_screen
from tests.long import LONG
from tests.waiting import until

pytestmark = [
    pytest.mark.peer,
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.skipif(
        not LONG, reason="keys go to whatever has the focus: OFFHOOK_LONG=1, on a quiet machine"
    ),
    pytest.mark.timeout(90),  # a screen, a window manager and a browser with windows are started
]

PAUSE_S = 0.3
"""Between a key and the next: nothing tells a driver that a window of the browser is there."""


async def press(screen: Screen, *keys: str) -> None:
    """They go to whatever has the focus by then."""
    for key in keys:
        await asyncio.sleep(PAUSE_S)
        await screen.xdotool("key", "--clearmodifiers", key)


async def test_a_person_allows_the_server_and_calls_by_key_and_by_menu(
    playwright: Playwright, tmp_path: Path
) -> None:
    built = await build(tmp_path / "built")
    folder = built / "chromium"
    async with (
        a_stand_in() as site,
        a_screen() as screen,
        with_extension(
            playwright,
            tmp_path / "profile",
            folder,
            arguments=[f"--host-resolver-rules={SITES}"],
            seen=True,
            env=dict(screen.environment),
            no_viewport=True,
        ) as context,
    ):
        extension = Extension(context, id_of(folder))
        await extension.background()
        settings = await extension.open("options.html")
        await settings.fill("#server", site.origin)
        await settings.fill("#token", TOKEN)
        await settings.click("#account button.main")
        outcome = settings.locator("#outcome")
        await asyncio.sleep(1)
        while "Connected" not in await outcome.inner_text():
            await press(screen, "Tab", "Return")  # from Deny to Allow
            if "Without leave" in await outcome.inner_text():  # it came between the two keys
                await settings.click("#account button.main")
                await asyncio.sleep(1)
        await expect(outcome).to_have_text("Connected as kim, phone 4000.")

        site.pages["/page"] = "<!doctype html><p id=p>02-568-3848</p>"
        page = await context.new_page()
        await page.goto(site.page("/page"))
        await page.bring_to_front()
        await page.click("#p", click_count=3)
        await press(screen, "alt+shift+d")
        await until(lambda: site.dialled == ["02-568-3848"])
        await page.wait_for_selector("#offhook-note", state="attached")

        await page.click("#p", click_count=3)
        await page.click("#p", button="right")
        await asyncio.sleep(1)
        await press(screen, "Up", "Up", "Return")  # the last one is the browser's own: Inspect
        await until(lambda: site.dialled == ["02-568-3848"] * 2)
