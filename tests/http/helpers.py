"""A Call Manager on a scripted switch, served over HTTP on loopback, and clients for it."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from offhook.address import AddressRules
from offhook.config import HttpSettings, Listen
from offhook.directory import Directory
from offhook.http.server import HttpServer
from offhook.manager.administration import Administration
from offhook.manager.authentication import Authenticator
from offhook.manager.dialrules import DialRule, DialRules
from offhook.manager.groups import Groups
from offhook.manager.login import Logins
from offhook.manager.office import Office
from offhook.manager.ports import AuditLog
from offhook.manager.service import CallManager
from offhook.manager.stores.audit import FileAuditLog, read_audit
from offhook.manager.stores.calllog import SqliteCallLog
from offhook.manager.stores.users import SqliteUsers
from tests.manager.helpers import TERMINALS, FakeSwitch, user_store
from tests.waiting import ONE_STEP_S

API = "/api/v1"
PASSWORDS = {"root": "toor", "kim": "secret", "lee": "secret"}
RULES = AddressRules(country="KR", outside_prefix="9", extension_lengths=(4,))


@dataclass
class Site:
    """A Call Manager and its HTTP server."""

    switch: FakeSwitch
    manager: CallManager
    users: SqliteUsers
    server: HttpServer
    log: SqliteCallLog
    audit: FileAuditLog

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.port}"


@asynccontextmanager
async def a_site(
    folder: Path,
    settings: HttpSettings | None = None,
    *,
    directory: Directory | None = None,
    office: Callable[[AuditLog], Office] | None = None,
) -> AsyncIterator[Site]:
    """A Call Manager whose state is in `folder`; users root (administrator), kim (4000) and lee (4001)."""
    users = user_store(folder)
    log = SqliteCallLog(folder / "calls.sqlite", keep_days=None)
    audit = FileAuditLog(folder)
    switch = FakeSwitch()
    manager = CallManager(switch, TERMINALS, log, audit=audit)
    settings = settings or HttpSettings(Listen("127.0.0.1", 0))
    logins = Logins(Authenticator(users), audit)
    rules = DialRules([DialRule(deny=("060",))], internal=[one.id for one in TERMINALS], outside_prefix="9")
    administration = Administration(users, rules, Groups(), audit, lambda: read_audit(folder))
    server = HttpServer(
        manager,
        logins,
        settings,
        rules=RULES,
        directory=directory,
        administration=administration,
        office=None if office is None else office(audit),
    )
    await server.start()
    try:
        yield Site(switch, manager, users, server, log, audit)
    finally:
        await server.stop()
        logins.close()
        audit.close()
        log.close()
        users.close()


@asynccontextmanager
async def a_client(
    site: Site, user: str = "kim", *, transport: httpx.AsyncHTTPTransport | None = None
) -> AsyncIterator[httpx.AsyncClient]:
    """A program that has logged in, "" for one that has not. Its paths are below `/api/v1`."""
    async with httpx.AsyncClient(
        timeout=ONE_STEP_S, base_url=site.url + API, transport=transport, trust_env=False
    ) as client:
        if user:
            answer = await client.post("/session", json={"user": user, "password": PASSWORDS[user]})
            assert answer.status_code == 201, answer.text
            client.headers["Authorization"] = f"Bearer {answer.json()['token']}"
        yield client


@dataclass
class Heard:
    """An event of a stream."""

    kind: str
    id: str
    data: Any


@dataclass
class EventStream:
    """A stream that is read event by event."""

    lines: AsyncIterator[str]
    comments: list[str] = field(default_factory=list)

    async def next(self) -> Heard:
        """The next event, without comments."""
        found: dict[str, str] = {}
        async for line in self.lines:
            if line.startswith(":"):
                self.comments.append(line)
            elif line:
                name, _, value = line.partition(": ")
                found[name] = value
            elif found:
                return Heard(found["event"], found["id"], json.loads(found["data"]))
        raise EOFError

    async def until(self, kind: str, **members: object) -> Heard:
        """The next event of this kind with these members."""
        while True:
            heard = await self.next()
            if heard.kind == kind and all(heard.data.get(name) == value for name, value in members.items()):
                return heard


@asynccontextmanager
async def events(client: httpx.AsyncClient, last_id: str = "", **query: Any) -> AsyncIterator[EventStream]:
    """A stream of events."""
    headers = {"Last-Event-ID": last_id} if last_id else {}
    async with client.stream("GET", "/events", params=query, headers=headers, timeout=None) as answer:
        if answer.status_code != 200:
            await answer.aread()
        assert answer.status_code == 200, answer.text
        yield EventStream(answer.aiter_lines())


async def raw(site: Site, request: bytes) -> bytes:
    """What is answered to these bytes, until the server closes."""
    reader, writer = await asyncio.open_connection("127.0.0.1", site.server.port)
    try:
        writer.write(request)
        return await reader.read()
    finally:
        writer.close()
