"""A whole Call Manager with phones, whose page a browser opens."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from playwright.async_api import Browser, Page, expect

from offhook.assembly.run import System, running
from offhook.config import load
from offhook.demo.phone import Behaviour, Phone
from tests.assembly.helpers import a_config, phone
from tests.manager.helpers import user_store

CONTACTS = """\
BEGIN:VCARD
VERSION:3.0
FN:Anna Schmidt
ORG:Hanbit
TEL;TYPE=work:+82 2 568 3848
EMAIL:anna@example.com
END:VCARD
BEGIN:VCARD
VERSION:3.0
FN:<img src=x onerror=document.title='owned'>
TEL;TYPE=cell:+82 10 2345 6789
END:VCARD
"""

MORE = """\
[http]
listen = "127.0.0.1:0"
[[directory.source]]
type = "vcard"
file = '{contacts}'
"""


@dataclass
class PageSite:
    """The system, and the page that is open."""

    system: System
    page: Page
    noise: list[str] = field(default_factory=list)
    """What the browser complained of: errors of scripts, what the page's policy did not let through."""

    @property
    def url(self) -> str:
        """Where the page is."""
        return self.system.http_url

    async def log_in(self, user: str = "kim", password: str = "secret") -> None:
        """Log in, and wait for the person's phone."""
        await self.page.goto(self.url)
        await self.page.get_by_label("User").fill(user)
        await self.page.get_by_label("Password", exact=True).fill(password)
        await self.page.get_by_role("button", name="Log in").click()
        await expect(self.page.get_by_role("contentinfo")).to_contain_text("40")

    async def dial(self, number: str) -> None:
        """Type it, and press Call."""
        await self.page.get_by_role("combobox", name="Name or number").fill(number)
        await self.page.get_by_role("search").get_by_role("button", name="Call").click()

    async def says(self, phrase: str) -> None:
        """Wait until a call's card says so."""
        await expect(self.page.locator(".card .phrase").first).to_contain_text(phrase)

    async def press(self, button: str) -> None:
        """Press a button of a call's card."""
        await self.page.locator(".card").first.get_by_role("button", name=button, exact=True).click()

    def phone(self, user: str, behaviour: Behaviour | None = None) -> Phone:
        """A SIP phone of the site."""
        return phone(self.system, user, behaviour)


@asynccontextmanager
async def page_site(
    folder: Path, browser: Browser, *, lee: str = "Lee Min-ho", more: str = "", **options: object
) -> AsyncIterator[PageSite]:
    """A site with users root, kim (4000) and lee (4001, called so); nobody has logged in."""
    (folder / "contacts.vcf").write_text(CONTACTS, encoding="utf-8")
    file = a_config(folder)
    more = MORE.format(contacts=folder / "contacts.vcf") + more
    text = file.read_text(encoding="utf-8").replace('"Lee Min-ho"', json.dumps(lee))
    file.write_text(text + more, encoding="utf-8")
    (folder / "state").mkdir(mode=0o700, exist_ok=True)
    user_store(folder / "state").close()
    async with running(load(file, environ={})) as system:
        context = await browser.new_context(**options)  # type: ignore[arg-type]
        context.set_default_timeout(15_000)
        page = await context.new_page()
        site = PageSite(system, page)
        page.on("pageerror", lambda error: site.noise.append(str(error)))
        page.on("console", lambda said: site.noise.append(said.text) if "Content" in said.text else None)
        try:
            yield site
        finally:
            await context.close()
