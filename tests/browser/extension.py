"""The extension as it is packed, in a Chromium whose person has said yes to what it asks the browser for."""

import asyncio
import hashlib
import json
import os
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.async_api import BrowserContext, Page, Playwright, Worker, expect

from tests.browser.chromium import with_extension
from tests.waiting import becomes

BROWSER = Path(__file__).parents[2] / "browser"

SITES = "MAP *.example 127.0.0.1"
"""Foreign sites, all of them here."""


async def node(*arguments: str, cwd: Path = BROWSER) -> str:
    """Runs node; what it said when it failed."""
    process = await asyncio.create_subprocess_exec(
        "node", *arguments, cwd=cwd, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
    )
    out, _ = await process.communicate()
    assert process.returncode == 0, out.decode()
    return out.decode()


async def build(folder: Path) -> Path:
    """The extension, unpacked: `chromium` and `firefox` below this folder."""
    await node("extension/build.mjs", "--out", str(folder))
    return folder


def id_of(extension: Path) -> str:
    """Chromium names an unpacked extension by its path."""
    digest = hashlib.sha256(str(extension).encode()).hexdigest()[:32]
    return "".join(chr(ord("a") + int(digit, 16)) for digit in digest)


@dataclass
class Extension:
    """The extension in a browser."""

    context: BrowserContext
    id: str

    def url(self, page: str) -> str:
        return f"chrome-extension://{self.id}/{page}"

    async def open(self, page: str) -> Page:
        """One of its own pages, as a tab."""
        opened = await self.context.new_page()
        await opened.goto(self.url(page))
        return opened

    async def background(self) -> Worker:
        if self.context.service_workers:
            return self.context.service_workers[0]
        return await self.context.wait_for_event("serviceworker")

    async def connect(self, server: str, token: str) -> Page:
        """As a person does it: in the settings, which are left open."""
        page = await self.open("options.html")
        await page.fill("#server", server)
        await page.fill("#token", token)
        await page.click("#account button.main")
        await expect(page.locator("#outcome")).to_have_text(re.compile(r"[^\u2026]$"))
        return page

    async def store(self, **settings: object) -> None:
        """Settings, as the settings page stores them."""
        await (await self.background()).evaluate("(all) => chrome.storage.local.set(all)", settings)

    async def registered(self) -> list[dict[str, Any]]:
        worker = await self.background()
        found: list[dict[str, Any]] = await worker.evaluate("chrome.scripting.getRegisteredContentScripts()")
        return found


def say_yes(profile: Path, extension: Path) -> None:
    """Have the person's "Allow" in the profile: no driver can press that in the browser's own window."""
    manifest = json.loads((extension / "manifest.json").read_text(encoding="utf-8"))
    hosts = manifest["optional_host_permissions"]
    granted = {
        "api": manifest["permissions"],
        "explicit_host": hosts,
        "scriptable_host": hosts,
        "manifest_permissions": [],
    }
    entry = {"granted_permissions": granted, "runtime_granted_permissions": granted}
    (profile / "Default").mkdir(parents=True)
    preferences = {"extensions": {"settings": {id_of(extension): entry}}}
    (profile / "Default" / "Preferences").write_text(json.dumps(preferences))


@asynccontextmanager
async def an_extension(
    playwright: Playwright, folder: Path, extension: Path, *, language: str = "en", **options: Any
) -> AsyncIterator[Extension]:
    """A browser in a language, with the extension; its settings have opened, as after each installation."""
    profile = folder / "profile"
    say_yes(profile, extension)
    async with with_extension(
        playwright,
        profile,
        extension,
        arguments=[f"--host-resolver-rules={SITES}", f"--lang={language}"],
        env={**os.environ, "LANGUAGE": language},
        **options,
    ) as context:
        made = Extension(context, id_of(extension))
        await made.background()
        yield made


async def allow_everywhere(extension: Extension) -> None:
    """As a person does it: the box in the settings."""
    page = await extension.open("options.html")
    await page.check("#everywhere")
    await becomes(lambda: page.evaluate("chrome.permissions.contains({origins: ['*://*/*']})"), True)
    await page.close()
