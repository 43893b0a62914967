"""A site with a provider, groups, and phones that set themselves up, whose page a browser opens."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path
from typing import Any

from playwright.async_api import Browser

from offhook.manager.phones import ProvisionedPhone
from offhook.manager.stores.phones import SqlitePhones
from offhook.provisioning.grants import opened
from tests.browser.site import PageSite, page_site
from tests.peers.program import free_port

MORE = """
[provisioning]
listen = "127.0.0.1:{port}"
[[group]]
name = "sales"
terminals = ["4000", "4001"]
users = ["lee"]
[[trunk]]
name = "provider"
server = "127.0.0.1:9"
register = false
probe_s = 0
numbers = ["+4930900100-+4930900199"]
[[incoming]]
numbers = ["+4930900100"]
ring = ["sales"]
order = "longest_idle"
hours = ["mon-fri 09:00-17:30"]
otherwise = "busy"
"""

FETCHED = ProvisionedPhone(
    mac="805ec0123456",
    model="Linphone",
    terminal="4000",
    secret="s3cret",
    source="192.0.2.33",
    fetched=1_767_225_600.0,
    registered=1_767_225_603.0,
)
ASKED_FOR = ProvisionedPhone(
    mac="000b82aabbcc",
    model="baresip",
    terminal="4001",
    secret="another",
    source="192.0.2.34",
    fetched=1_767_225_600.0,
    stranger="192.0.2.66",
    stranger_at=1_767_229_200.0,
    renew=True,
)
LET_IN = ProvisionedPhone(mac="805ec0000001", model="Linphone", terminal="4001", secret="a third")


@asynccontextmanager
async def office_site(folder: Path, browser: Browser, **options: Any) -> AsyncIterator[PageSite]:
    """Users as in `page_site`; three phones, of which one is let in and one was asked for by a stranger."""
    (folder / "state").mkdir(mode=0o700)
    with closing(SqlitePhones(folder / "state" / "phones.sqlite")) as store:
        for phone in (FETCHED, ASKED_FOR, opened(LET_IN, time.time() + 600)):
            store.add(phone)
    async with page_site(folder, browser, more=MORE.format(port=free_port()), **options) as site:
        yield site
