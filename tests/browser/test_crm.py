"""The programs of docs/crm, as they stand there, with a real Call Manager and real phones."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from playwright.async_api import Browser, expect

from tests.browser.realsite import OUTSIDE, RealSite, a_real_site
from tests.browser.standin import a_stand_in
from tests.peers.baresip import Baresip
from tests.waiting import until

CRM = Path(__file__).parents[2] / "docs" / "crm"

pytestmark = [
    pytest.mark.peer,
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.timeout(60),  # two phones and a Call Manager are started, and a browser
]


@asynccontextmanager
async def program(site: RealSite, *command: str, **environ: str) -> AsyncIterator[asyncio.subprocess.Process]:
    """One of the programs, with the server's address and the person's token."""
    own = {"OFFHOOK_URL": site.url, "OFFHOOK_TOKEN": site.token, "PYTHONDONTWRITEBYTECODE": "1"}
    process = await asyncio.create_subprocess_exec(
        *command, env={**os.environ, **own, **environ}, stdout=asyncio.subprocess.PIPE
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


CLIENTS = {
    "Python": (sys.executable, str(CRM / "phone.py")),
    "JavaScript": ("node", str(CRM / "phone.mjs")),
}


@pytest.mark.parametrize("client", CLIENTS.values(), ids=CLIENTS.keys())
async def test_the_short_client_dials_and_follows_the_call(tmp_path: Path, client: tuple[str, str]) -> None:
    async with (
        a_real_site(tmp_path) as site,
        Baresip(tmp_path, site.sip, "4000", "a", answer="auto"),
        Baresip(tmp_path, site.sip, OUTSIDE, "b") as callee,
        program(site, *client, "+82 2 568 3848") as process,
    ):
        assert process.stdout is not None
        await callee.happened("CALL_INCOMING")
        await callee.accept()
        said = ""
        while "ConnectedState Lee Min-ho" not in said:
            said = (await process.stdout.readline()).decode()
            assert said, "it has ended too early"
        await callee.hang_up()
        rest = (await process.stdout.read()).decode()
        assert "OnHookState Lee Min-ho normal" in rest
        assert await process.wait() == 0


async def test_the_screen_pop_opens_the_customer_s_page_while_the_phone_rings(tmp_path: Path) -> None:
    opened = tmp_path / "opened"
    opener = tmp_path / "browser"
    opener.write_text(f'#!/bin/sh\necho "$1" >>"{opened}"\n')
    opener.chmod(0o755)
    template = "https://crm.example/search?phone={number}&name={name}"
    async with (
        a_real_site(tmp_path) as site,
        Baresip(tmp_path, site.sip, "4000", "a") as phone,
        Baresip(tmp_path, site.sip, OUTSIDE, "b") as caller,
        program(site, sys.executable, str(CRM / "screenpop.py"), template, BROWSER=f"{opener} %s"),
    ):
        await caller.dial("4000")
        await phone.happened("CALL_INCOMING")
        await until(opened.exists)
        await until(lambda: opened.read_text().endswith("\n"))
        assert opened.read_text() == (f"https://crm.example/search?phone={OUTSIDE}&name=Lee%20Min-ho\n")


async def test_a_caller_s_name_cannot_put_anything_into_the_address(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OFFHOOK_URL", "http://127.0.0.1")
    monkeypatch.setenv("OFFHOOK_TOKEN", "t")
    monkeypatch.syspath_prepend(CRM)
    from screenpop import address  # type: ignore[import-not-found]

    call = {"caller": {"id": "1&x=/../#", "name": "{number}&admin=1"}}
    assert address("https://crm.example/?p={number}&n={name}", call) == (
        "https://crm.example/?p=1%26x%3D%2F..%2F%23&n=%7Bnumber%7D%26admin%3D1"
    )


async def test_the_phone_panel_of_a_page_calls_and_shows_who_rings(browser: Browser, tmp_path: Path) -> None:
    async with a_stand_in() as web:
        origin = f"http://127.0.0.1:{web.port}"
        async with (
            a_real_site(tmp_path, origins=[origin]) as site,
            Baresip(tmp_path, site.sip, "4000", "a", answer="auto") as phone,
            Baresip(tmp_path, site.sip, OUTSIDE, "b") as other,
        ):
            for name in ("panel.html", "panel.mjs"):
                web.pages[f"/{name}"] = (CRM / name).read_text(encoding="utf-8")
            page = await browser.new_page()
            for name, value in {"url": site.url, "token": site.token}.items():
                await page.add_init_script(f"sessionStorage.setItem('offhook.{name}', {value!r})")
            await page.goto(f"{origin}/panel.html")
            await page.click("[data-call]")
            await other.happened("CALL_INCOMING")
            await other.accept()
            await expect(page.locator("#calls li")).to_contain_text("Lee Min-ho: Connected")
            await page.click("#calls .drop")
            await other.happened("CALL_CLOSED")
            await phone.happened("CALL_CLOSED")
            await expect(page.locator("#calls li")).to_have_count(0)
            await other.dial("4000")
            await expect(page.locator("#customer")).to_have_text("Lee Min-ho")
            await page.close()
