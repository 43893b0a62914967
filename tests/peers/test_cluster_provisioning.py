"""Phones that fetch their configuration from whichever Call Manager of a cluster, with real NATS and
PostgreSQL, and baresip."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, closing
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from offhook.assembly.database import open_phones
from offhook.assembly.run import System, running
from offhook.config import load
from offhook.manager.phones import ProvisionedPhone
from offhook.manager.principal import LOCAL
from tests.cluster.natsserver import NatsServer
from tests.manager.stores.postgres import Postgres
from tests.peers.baresip import Baresip
from tests.peers.program import Program, free_port
from tests.waiting import becomes, until

pytestmark = pytest.mark.peer

NODE = """\
[cluster]
node = "{node}"
servers = ["{nats}"]
[state]
dir = '{state}'
database = "{database}"
[tsp]
listen = "127.0.0.1:0"
[sscp]
listen = "127.0.0.1:0"
[switch.embedded]
listen = "127.0.0.1:{sip}"
[provisioning]
listen = "127.0.0.1:{port}"
host = "127.0.0.1"
[[terminal]]
id = "4001"
name = "Ann"
"""

MAC = "000000004001"
FILE = f"{MAC}-accounts"

ELSEWHERE = "127.0.0.2"


@dataclass
class Site:
    """Two Call Managers; the address where phones register is at the one that acts."""

    folder: Path
    stack: AsyncExitStack
    ports: dict[str, int]
    sip: int

    def file(self, node: str) -> Path:
        return self.folder / node / "offhook.toml"

    async def start(self, node: str) -> System:
        return await self.stack.enter_async_context(running(load(self.file(node), secrets=True)))

    async def offhook(self, node: str, *arguments: str) -> str:
        """A command on the machine of this node."""
        offhook = str(Path(sys.executable).with_name("offhook"))
        async with Program(self.folder, offhook, *arguments, "--config", str(self.file(node))) as program:
            assert await program.ended(60) == 0, program.output
            return program.output

    async def status(self, node: str, name: str, source: str = "127.0.0.1") -> int:
        return (await self._get(node, name, source)).status_code

    async def fetched(self, node: str, name: str = FILE) -> str:
        """What a phone is given, once the node knows of it."""
        await becomes(lambda: self.status(node, name), 200)
        return (await self._get(node, name, "127.0.0.1")).text

    async def _get(self, node: str, name: str, source: str) -> httpx.Response:
        transport = httpx.AsyncHTTPTransport(local_address=source)
        async with httpx.AsyncClient(transport=transport) as client:
            return await client.get(f"http://127.0.0.1:{self.ports[node]}/{name}")

    async def baresip(self, account: str) -> Baresip:
        phone = Baresip(self.folder, ("127.0.0.1", self.sip), "4001", "")
        phone._files["accounts"] = account
        return await self.stack.enter_async_context(phone)

    def kept(self) -> ProvisionedPhone:
        config = load(self.file("north"), secrets=True)
        with closing(open_phones(config, config.state.dir)) as store:
            (phone,) = store.list()
            return phone


@pytest.fixture
async def site(tmp_path: Path, nats: NatsServer) -> AsyncIterator[Site]:
    ports, sip = {"north": free_port(), "south": free_port()}, free_port()
    with Postgres() as postgres, postgres.database() as database:
        for node, port in ports.items():
            folder = tmp_path / node
            folder.mkdir()
            text = NODE.format(
                node=node, nats=nats.url, state=folder / "state", database=database.url, sip=sip, port=port
            )
            (folder / "offhook.toml").write_text(text, encoding="utf-8")
            (folder / "offhook.toml").chmod(0o600)
        async with AsyncExitStack() as stack:
            yield Site(tmp_path, stack, ports, sip)


def in_service(system: System) -> bool:
    assert system.manager is not None
    return all(terminal.in_service for terminal in system.manager.terminals(LOCAL))


@pytest.mark.timeout(90)
async def test_a_phone_that_is_added_at_one_node_fetches_its_files_at_another_and_registers_where_one_acts(
    site: Site,
) -> None:
    north, south = await site.start("north"), await site.start("south")
    await site.offhook("north", "phone", "add", MAC, "--model", "baresip", "--terminal", "4001", "--open")
    await becomes(lambda: site.status("north", FILE), 200)  # either may be the one that acts
    phone = await site.baresip(await site.fetched("south"))
    await until(lambda: not site.kept().window_until)
    await becomes(lambda: site.status("north", FILE), 404)
    await until(lambda: in_service(north) and in_service(south), "the phone to be in service at both")
    await phone.kill()


@pytest.mark.timeout(90)
async def test_who_comes_second_is_given_nothing_at_any_node_and_the_password_is_made_anew_for_all(
    site: Site,
) -> None:
    for node in ("north", "south"):
        await site.start(node)
    await site.offhook("north", "phone", "add", MAC, "--model", "baresip", "--terminal", "4001", "--open")
    before = await site.fetched("south")

    async def who_came_second() -> str:
        """Until this node has heard of the phone, it knows nobody who asks for its files."""
        assert await site.status("north", FILE, ELSEWHERE) == 404
        return site.kept().stranger

    await becomes(who_came_second, ELSEWHERE)
    after = await site.fetched("north")
    assert after != before
    await becomes(lambda: site.fetched("south"), after)
