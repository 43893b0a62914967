"""Debian's Chromium, driven by Playwright: for pages of the Call Manager and for the extension.

A module that uses one says so, since a browser belongs to one event loop:

    pytestmark = [pytest.mark.peer, pytest.mark.asyncio(loop_scope="module")]

    async def test_the_page_has_a_dial_box(browser: Browser) -> None:
        page = await browser.new_page()
        await page.goto(...)

`browser` and `playwright` are the fixtures of `conftest.py`. Pages, contexts and profiles are the test's own.
"""

import os
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from playwright.async_api import BrowserContext, Playwright, expect

from tests.waiting import ONE_STEP_S

EXECUTABLE = "/usr/bin/chromium"

PATIENCE_MS = 1000 * ONE_STEP_S
"""Less than a test's limit, so that a test fails with what it has waited for."""

expect.set_options(timeout=PATIENCE_MS)

ARGUMENTS = (
    *("--disable-gpu", "--no-first-run", "--disable-dev-shm-usage"),
    # It asks nobody outside for anything.
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
    *(("--no-sandbox",) if os.geteuid() == 0 else ()),  # root has none to give
)


@asynccontextmanager
async def with_extension(
    playwright: Playwright,
    profile: Path,
    extension: Path,
    arguments: Sequence[str] = (),
    *,
    seen: bool = False,
    **options: Any,
) -> AsyncIterator[BrowserContext]:
    """A Chromium with a profile of its own and this unpacked extension; `seen` on a screen."""
    context = await playwright.chromium.launch_persistent_context(
        str(profile),
        executable_path=EXECUTABLE,
        headless=False,  # Playwright's own headless shell has no extensions; the browser's own mode has
        args=[
            *(() if seen else ("--headless=new",)),
            *ARGUMENTS,
            *arguments,
            f"--disable-extensions-except={extension}",
            f"--load-extension={extension}",
        ],
        ignore_default_args=["--disable-extensions"],
        **options,
    )
    context.set_default_timeout(PATIENCE_MS)
    try:
        yield context
    finally:
        await context.close()
