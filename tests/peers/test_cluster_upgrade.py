"""A cluster is upgraded as docs/operations.md says, one node after the other, while people talk: nodes of two
versions at a time, as processes, with one NATS server, one PostgreSQL and real phones."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import pytest

from offhook.call import CallState, Cause, Dial, Drop
from offhook.cluster.part import UNIT
from offhook.cluster.placing import weight
from offhook.sscp.client import Credentials, SscpClient
from tests.cluster.natsserver import NatsServer
from tests.manager.stores.postgres import Postgres
from tests.peers.audio import talk
from tests.peers.baresip import Baresip
from tests.peers.clusternode import NODE, TERMINAL, TERMINALS, page
from tests.peers.earlier import earlier
from tests.peers.manager import Manager
from tests.peers.program import Program, free_port
from tests.sscp.helpers import Heard
from tests.waiting import becomes, until

pytestmark = pytest.mark.peer

SPEAKS_S = 600


class Upgraded:
    """A site with three nodes. The address where phones register is at the node that acts, as one that moves
    is."""

    def __init__(
        self, folder: Path, nats: NatsServer, database: str, stack: AsyncExitStack, old: Mapping[str, str]
    ) -> None:
        self._folder, self._stack, self._old = folder, stack, old
        self.sip = ("127.0.0.1", free_port())
        names = sorted(("north", "east", "south"), key=lambda node: weight(node, UNIT))
        self.last, self.next, self.first = names
        """In this order the nodes take what is free: the first one of those that live."""
        self.metrics = {node: free_port() for node in names}
        self.sscp = {node: free_port() for node in names}
        self.nodes: dict[str, Manager] = {}
        for node in names:
            (folder / node).mkdir()
            self.file(node).write_text(
                NODE.format(
                    node=node,
                    nats=nats.url,
                    state=folder / node / "state",
                    database=database,
                    sscp=self.sscp[node],
                    metrics=self.metrics[node],
                    sip=self.sip[1],
                )
                + "".join(TERMINAL.format(id=terminal) for terminal in TERMINALS)
            )

    def file(self, node: str) -> Path:
        return self._folder / node / "offhook.toml"

    async def add_user(self) -> None:
        """At a node of the earlier version, which makes the tables."""
        (self._folder / "password").write_text("a long secret\n")
        command = ("-m", "offhook", "user", "add", "kim", "--administrator", "--all-terminals")
        files = ("--password-file", str(self._folder / "password"), "--config", str(self.file(self.last)))
        program = Program(self._folder, sys.executable, *command, *files, env=self._old)
        async with program:
            assert await program.ended(60) == 0, program.output

    async def start(self, node: str, *, earlier: bool = False) -> None:
        manager = Manager(self.file(node), self._old if earlier else None)
        self.nodes[node] = await self._stack.enter_async_context(manager)
        await becomes(lambda: page(self.metrics[node], "/ready"), "HTTP/1.1 200 OK")

    async def upgrade(self, node: str) -> None:
        """As the administrator does it: stopped, started anew, and on when it is ready."""
        going = self.nodes[node]
        os.kill(going.pid, signal.SIGTERM)
        assert await going.ended(30) == 0, going.output
        await self.start(node)

    async def acts(self, node: str) -> None:
        await until(lambda: WORKS in self.nodes[node].output, f"{node} to work the telephone system")

    @asynccontextmanager
    async def session(self, *nodes: str, heard: Heard | None = None) -> AsyncIterator[SscpClient]:
        """At the first of these nodes that answers."""
        url = ", ".join(f"ws://127.0.0.1:{self.sscp[node]}" for node in nodes)
        heard = heard or Heard()
        client = SscpClient(
            url, Credentials("kim", "a long secret"), on_call=heard.on_call, on_link=heard.on_link
        )
        await client.start()
        try:
            await client.connected_once(30)
            yield client
        finally:
            await client.stop()

    async def phone(self, user: str) -> Baresip:
        phone = Baresip(self._folder, self.sip, user, f"phone-{user}", answer="auto", tone_s=SPEAKS_S)
        return await self._stack.enter_async_context(phone)

    async def call_by_way_of(self, node: str, ended_at: str, shown: Heard) -> str:
        """Two others call each other: dialled at one node, ended at another one. The call's id."""
        async with self.session(node) as there, self.session(ended_at) as elsewhere:
            call = await there.perform(Dial("4002", "4003"))
            await until(lambda: states(shown, call.id)[-1:] == [CallState.CONNECTED], "the call to be shown")
            await elsewhere.perform(Drop(call.id))
        await until(lambda: states(shown, call.id)[-1:] == [CallState.ON_HOOK], "its end to be shown")
        return call.id


WORKS = "works the telephone system from now on"


def states(heard: Heard, call: str) -> list[CallState]:
    return [one.state for one in heard.calls if one.id == call]


@pytest.fixture
async def site(tmp_path: Path, nats: NatsServer) -> AsyncIterator[Upgraded]:
    old = earlier(tmp_path / "earlier")
    with Postgres() as postgres, postgres.database() as address:
        async with AsyncExitStack() as stack:
            yield Upgraded(tmp_path, nats, address.url, stack, old)


@pytest.mark.timeout(240)
async def test_people_talk_on_and_call_each_other_while_one_node_after_the_other_gets_the_new_version(
    site: Upgraded,
) -> None:
    await site.add_user()
    for node in (site.last, site.next, site.first):
        await site.start(node, earlier=True)
    await site.acts(site.last)
    phones = [await site.phone(terminal) for terminal in TERMINALS]
    shown = Heard()
    async with site.session(*site.nodes, heard=shown) as everywhere:
        for terminal in TERMINALS:
            await everywhere.watch(terminal)
        talked = await everywhere.perform(Dial("4000", "4001"))
        await until(lambda: CallState.CONNECTED in states(shown, talked.id), "the long call to be up")
        await talk(*phones[:2])

        # Stopped and new: one that stands by. The owner is of the earlier version.
        await site.upgrade(site.first)
        calls = [await site.call_by_way_of(site.first, site.last, shown)]
        # The owner: a new node goes on with the calls of the earlier version.
        await site.upgrade(site.last)
        await site.acts(site.first)
        calls.append(await site.call_by_way_of(site.next, site.first, shown))
        # A new one dies: the earlier version goes on with its calls.
        await site.nodes[site.first].kill()
        await site.acts(site.next)
        await site.start(site.first)
        calls.append(await site.call_by_way_of(site.first, site.next, shown))
        # The last one of the earlier version.
        await site.upgrade(site.next)
        calls.append(await site.call_by_way_of(site.next, site.last, shown))

        await talk(*phones[:2])
        assert CallState.ON_HOOK not in states(shown, talked.id)
        for node in site.nodes:
            async with site.session(node) as one:
                (call,) = await one.calls("4000")
                assert (call.id, call.state) == (talked.id, CallState.CONNECTED)
        await everywhere.perform(Drop(talked.id))
        for phone in phones[:2]:
            await phone.happened("CALL_CLOSED")

        log = [*await everywhere.history("4000"), *await everywhere.history("4002")]
        assert sorted((call.id, call.cause) for call in log) == sorted(
            (call, Cause.DROPPED) for call in (talked.id, *calls)
        )
