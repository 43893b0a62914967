"""A Call Manager on a scripted switch, served on loopback, and clients that remember what they heard."""

import asyncio
import json
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import trustme
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Origin, Subprotocol

from offhook.call import Call, Terminal, TrunkState
from offhook.common.backoff import Backoff
from offhook.config import Listen, SscpSettings
from offhook.manager.authentication import Authenticator
from offhook.manager.login import Logins
from offhook.manager.service import CallManager
from offhook.manager.stores.calllog import SqliteCallLog
from offhook.manager.stores.users import SqliteUsers
from offhook.sscp.client import Credentials, SscpClient
from offhook.sscp.server import SscpServer
from tests.manager.helpers import TERMINALS, FakeSwitch, user_store
from tests.waiting import ONE_STEP_S


@dataclass
class Site:
    """A Call Manager and its SSCP server."""

    switch: FakeSwitch
    manager: CallManager
    users: SqliteUsers
    server: SscpServer
    log: SqliteCallLog

    @property
    def url(self) -> str:
        return f"ws://127.0.0.1:{self.server.port}"


@asynccontextmanager
async def a_site(folder: Path, port: int = 0, origins: tuple[str, ...] = ()) -> AsyncIterator[Site]:
    """A Call Manager whose state is in `folder`; users root (administrator), kim (4000) and lee (4001)."""
    users = user_store(folder)
    log = SqliteCallLog(folder / "calls.sqlite", keep_days=None)
    switch = FakeSwitch()
    manager = CallManager(switch, TERMINALS, log)
    settings = SscpSettings(Listen("127.0.0.1", port), origins=origins)
    server = SscpServer(manager, Logins(Authenticator(users)), settings)
    await server.start()
    try:
        yield Site(switch, manager, users, server, log)
    finally:
        await server.stop()
        log.close()
        users.close()


@dataclass
class Heard:
    """The callbacks of a client, in order."""

    calls: list[Call] = field(default_factory=list)
    terminals: list[Terminal] = field(default_factory=list)
    links: list[bool] = field(default_factory=list)
    trunks: list[TrunkState] = field(default_factory=list)
    phones: int = 0
    _changed: asyncio.Event = field(default_factory=asyncio.Event)

    def on_call(self, call: Call) -> None:
        self.calls.append(call)
        self._changed.set()

    def on_terminal(self, terminal: Terminal) -> None:
        self.terminals.append(terminal)
        self._changed.set()

    def on_trunk(self, trunk: TrunkState) -> None:
        self.trunks.append(trunk)
        self._changed.set()

    def on_phones(self) -> None:
        self.phones += 1
        self._changed.set()

    def on_link(self, up: bool) -> None:
        self.links.append(up)
        self._changed.set()

    async def until(self, happened: Callable[[], bool]) -> None:
        """Wait until the condition holds; it is checked after each callback."""
        while not happened():
            self._changed.clear()
            await self._changed.wait()

    @property
    def states(self) -> list[str]:
        return [call.state.name for call in self.calls]


@asynccontextmanager
async def a_tls_server(
    folder: Path, authority: trustme.CA, name: str = "127.0.0.1"
) -> AsyncIterator[SscpServer]:
    """A server with TLS, and a certificate of this authority for 127.0.0.1, or for `name`."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert(name).configure_cert(context)
    users, log = user_store(folder), SqliteCallLog(folder / "calls.sqlite", keep_days=None)
    server = SscpServer(
        CallManager(FakeSwitch(), TERMINALS, log),
        Logins(Authenticator(users)),
        SscpSettings(Listen("127.0.0.1", 0)),
        tls=context,
    )
    await server.start()
    try:
        yield server
    finally:
        await server.stop()
        log.close()
        users.close()


@asynccontextmanager
async def a_client(
    url: str, user: str = "kim", password: str = "secret", *, wait: bool = True
) -> AsyncIterator[tuple[SscpClient, Heard]]:
    """A client that is logged in."""
    heard = Heard()
    client = SscpClient(
        url,
        Credentials(user, password),
        on_call=heard.on_call,
        on_terminal=heard.on_terminal,
        on_link=heard.on_link,
        on_trunk=heard.on_trunk,
        on_phones=heard.on_phones,
        backoff=Backoff(lambda: 0.0),
    )
    await client.start()
    try:
        if wait:
            await client.connected_once(ONE_STEP_S)
        yield client, heard
    finally:
        await client.stop()


class Raw:
    """A WebSocket for hand-written messages."""

    def __init__(self, connection: ClientConnection) -> None:
        self.connection = connection

    async def ask(self, message: dict[str, Any] | str | bytes) -> dict[str, Any]:
        """Send this; the next message that comes."""
        await self.connection.send(json.dumps(message) if isinstance(message, dict) else message)
        return await self.next()

    async def next(self) -> dict[str, Any]:
        answer = json.loads(await self.connection.recv())
        assert isinstance(answer, dict)
        return answer

    async def log_in(self, user: str = "kim", password: str = "secret") -> None:
        answer = await self.ask({"type": "login", "id": 0, "user": user, "password": password})
        assert "error" not in answer


@asynccontextmanager
async def a_socket(
    url: str, subprotocols: tuple[str, ...] = ("sscp.v1",), origin: str | None = None
) -> AsyncIterator[Raw]:
    async with connect(
        url,
        subprotocols=[Subprotocol(name) for name in subprotocols] or None,
        origin=Origin(origin) if origin else None,
        compression=None,
        proxy=None,
        close_timeout=1,
    ) as connection:
        yield Raw(connection)
