"""A door with phones behind it, on this machine."""

from __future__ import annotations

import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, field, replace
from pathlib import Path

import httpx

from offhook.common.arrivals import Arrivals
from offhook.config import ProvisioningSettings
from offhook.http.listener import Listener
from offhook.manager.phones import ProvisionedPhone
from offhook.manager.stores.phones import SqlitePhones
from offhook.provisioning.door import Door
from offhook.provisioning.grants import opened
from offhook.provisioning.models import Models
from offhook.provisioning.phonebook import People
from offhook.provisioning.phones import Phones
from offhook.provisioning.render import Templates
from offhook.provisioning.site import Site
from offhook.provisioning.timezones import time_zone
from tests.waiting import ONE_STEP_S

MAC = "805ec0123456"
PHONE = ProvisionedPhone(mac=MAC, model="A10", terminal="4003", secret="s3cret")
FILE = f"/{MAC}.cfg"

ACME = """
title = "Acme"
document = "a guide"
version = "1"
models = ["A10"]
resync = "check-sync;reboot=false"
tls = true
[[file]]
names = ["{mac}.cfg"]
template = "acme.cfg"
[[file]]
names = ["acme.cfg"]
template = "acme.cfg"
[[file]]
names = ["{mac}-server.cfg"]
template = "server.cfg"
[[file]]
names = ["{mac}-broken.cfg"]
template = "broken.cfg"
[book]
template = "acme-book.xml"
entries = 2
"""
BOOK = (
    "{% for one in page.entries %}<a>{{ one.name }} {{ one.number }}</a>{% endfor %}"
    "{% if page.next %}<b>{{ page.next }}</b>{% endif %}"
)
TEMPLATE = "{{ phone.auth_user }} {{ phone.password }} {{ phone.config_url }} {{ phone.authority_url }}\n"


class Clock:
    def __init__(self) -> None:
        self.now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


@dataclass
class Doorway:
    """A door, and who stands before it."""

    store: SqlitePhones
    phones: Phones
    clock: Clock
    url: str
    audit: list[tuple[str, str, bool]] = field(default_factory=list)
    notes: list[tuple[str, str]] = field(default_factory=list)
    dismissed: list[tuple[str, str]] = field(default_factory=list)

    async def let_in(self, seconds: float = 600) -> None:
        self.store.change(MAC, lambda phone: opened(phone, self.clock.now + seconds))
        await self.look()

    async def look(self) -> None:
        """As after a change by another process."""
        self.phones._version = None
        await self.phones.look()

    async def get(self, path: str = FILE, source: str = "127.0.0.1", **headers: str) -> httpx.Response:
        """What is answered to a host of this machine's own network."""
        transport = httpx.AsyncHTTPTransport(local_address=source)
        async with httpx.AsyncClient(timeout=ONE_STEP_S, transport=transport) as client:
            return await client.get(self.url + path, headers={"User-Agent": "Acme A10", **headers})


@asynccontextmanager
async def doorway(
    folder: Path,
    *,
    authority: Path | None = None,
    tls: ssl.SSLContext | None = None,
    phone: bool = True,
    people: People | None = None,
    host: str = "127.0.0.1",
    listen: str = "127.0.0.1",
) -> AsyncIterator[Doorway]:
    templates = folder / "templates"
    templates.mkdir()
    (templates / "acme.toml").write_text(ACME, encoding="utf-8")
    (templates / "acme.cfg").write_text(TEMPLATE, encoding="utf-8")
    (templates / "acme-book.xml").write_text(BOOK, encoding="utf-8")
    (templates / "server.cfg").write_text("{{ phone.server_host }}", encoding="utf-8")
    (templates / "broken.cfg").write_text("{{ phone.nothing }}", encoding="utf-8")
    site = Site(
        settings=replace(ProvisioningSettings(), authority=authority),
        host=host,
        ports={"udp": 5060, "tcp": 5060, **({"tls": 5061} if authority else {})},
        names={"4003": "Kim"},
        zone=time_zone("Etc/UTC"),
    )
    clock = Clock()
    with closing(SqlitePhones(folder / "phones.sqlite")) as store:
        if phone:
            store.add(PHONE)
        dismissed: list[tuple[str, str]] = []
        phones = Phones(store, clock=clock, dismissed=lambda *who: dismissed.append(who))
        await phones.look()
        found = Doorway(store, phones, clock, "", dismissed=dismissed)
        door = Door(
            *(phones, Models(templates), Templates(templates), site),
            people=people,
            note=lambda *what: found.notes.append(what),
            audit=lambda phone, source, given: found.audit.append((phone.mac, source, given)),
            clock=clock,
        )
        listener = Listener(door, tls)
        await listener.start(listen, 0, Arrivals(tls=tls is not None))
        found.url = f"{'http' if tls is None else 'https'}://127.0.0.1:{listener.port}"
        try:
            yield found
        finally:
            await phones.stop()
            await listener.stop()
