"""A complete site, as `offhook up` runs it, and the clients of attackers."""

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Origin, Subprotocol

from offhook.assembly.run import System, running
from offhook.call import Call
from offhook.config import load
from offhook.demo.phone import Behaviour, Phone
from offhook.manager.audit import Entry
from offhook.manager.stores.audit import read_audit
from offhook.manager.stores.users import SqliteUsers
from offhook.sscp.client import Credentials, SscpClient
from tests.manager.helpers import QUICK
from tests.waiting import ONE_STEP_S

CONFIG = """\
[tsp]
listen = "127.0.0.1:0"
[sscp]
listen = "127.0.0.1:0"
[switch]
no_answer_s = 60
[switch.embedded]
listen = "127.0.0.1:0"
[state]
dir = "state"
[[terminal]]
id = "4000"
name = "Kim"
password = "phone-4000-password"
[[terminal]]
id = "4001"
name = "Lee Min-ho"
password = "phone-4001-password"
[address]
country = "KR"
outside_prefix = "9"
extension_lengths = [4]
"""

PASSWORDS = {"root": "root-password", "kim": "kim-password", "lee": "lee-password"}
ELSEWHERE = "127.0.0.2"
"""An address that the servers take for another host."""


@dataclass
class AttackedSite:
    """Everything running; kim may use 4000, lee 4001, root is administrator."""

    system: System
    folder: Path

    @property
    def url(self) -> str:
        return self.system.sscp_url

    @property
    def tsp_token(self) -> str:
        return (self.folder / "state" / "tsp.token").read_text().strip()

    @property
    def tsp_port(self) -> int:
        assert self.system.tsp_port is not None
        return self.system.tsp_port

    @property
    def sip(self) -> tuple[str, int]:
        assert self.system.sip_address is not None
        return self.system.sip_address

    def phone(self, user: str, behaviour: Behaviour | None = None) -> Phone:
        return Phone(self.sip, user, f"phone-{user}-password", behaviour=behaviour)

    async def calls(self) -> list[Call]:
        """All calls in the call log."""
        async with logged_in(self.url, token_file=self.folder / "state" / "local.token") as client:
            return await client.history()


def write_site(folder: Path, extra: str = "", sscp: str = "") -> Path:
    """Write the configuration and users of a site; `sscp` is added to that section."""
    file = folder / "offhook.toml"
    file.write_text(CONFIG.replace("[sscp]\n", f"[sscp]\n{sscp}") + extra, encoding="utf-8")
    file.chmod(0o600)
    (folder / "state").mkdir(mode=0o700, exist_ok=True)
    with closing(SqliteUsers(folder / "state" / "users.sqlite", hasher=QUICK)) as users:
        users.add("root", PASSWORDS["root"], administrator=True)
        users.add("kim", PASSWORDS["kim"], terminals=["4000"])
        users.add("lee", PASSWORDS["lee"], terminals=["4001"])
    return file


@asynccontextmanager
async def a_site(folder: Path, extra: str = "", sscp: str = "") -> AsyncIterator[AttackedSite]:
    async with running(load(write_site(folder, extra, sscp), environ={})) as system:
        yield AttackedSite(system, folder)


def audit(folder: Path, **wanted: str) -> list[Entry]:
    """The matching entries of the audit log, after the site has ended."""
    entries = read_audit(folder / "state")
    return [one for one in entries if all(getattr(one, name) == value for name, value in wanted.items())]


@asynccontextmanager
async def logged_in(
    url: str, user: str = "", password: str = "", token: str = "", token_file: Path | None = None
) -> AsyncIterator[SscpClient]:
    """A well-behaved client."""
    password = password or PASSWORDS.get(user, "")
    client = SscpClient(url, Credentials(user, password, token, token_file))
    await client.start()
    try:
        await client.connected_once(ONE_STEP_S)
        yield client
    finally:
        await client.stop()


class Attacker:
    """A WebSocket that sends anything."""

    def __init__(self, connection: ClientConnection) -> None:
        self.connection = connection

    async def ask(self, message: dict[str, Any] | str | bytes) -> dict[str, Any]:
        await self.connection.send(json.dumps(message) if isinstance(message, dict) else message)
        answer = json.loads(await self.connection.recv())
        assert isinstance(answer, dict)
        return answer

    async def log_in(self, user: str = "", password: str = "", token: str = "") -> str:
        """The error code; "" if the login succeeded."""
        message = {"type": "login", "id": 0, "user": user, "password": password, "token": token}
        return code_of(await self.ask(message))


def code_of(answer: dict[str, Any]) -> str:
    """The error code of a reply; "" if there is none."""
    return str(answer.get("error", {}).get("code", ""))


@asynccontextmanager
async def attacking(
    url: str, *, origin: str | None = None, host: str = "127.0.0.1", extra: Sequence[tuple[str, str]] = ()
) -> AsyncIterator[Attacker]:
    async with connect(
        url,
        subprotocols=[Subprotocol("sscp.v1")],
        origin=Origin(origin) if origin else None,
        additional_headers=list(extra),
        proxy=None,
        close_timeout=1,
        max_size=None,
        local_addr=(host, 0),
    ) as connection:
        yield Attacker(connection)


@asynccontextmanager
async def tsp_socket(
    site: AttackedSite,
) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    """A local process connected to the port of the TSP session."""
    reader, writer = await asyncio.open_connection("127.0.0.1", site.tsp_port)
    try:
        yield reader, writer
    finally:
        writer.close()
        await writer.wait_closed()


async def say(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, message: str) -> str:
    """Send a message of the TSP session; returns the next message received."""
    writer.write(f"{message}\r\n\r\n".encode())
    return (await reader.readuntil(b"\r\n\r\n")).decode().strip()
