"""Nodes on real NATS servers."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from offhook.cluster.bus import Bus, tls_of
from offhook.cluster.entries import TERMINAL, Answer, Entry, Request
from offhook.cluster.node import Node
from offhook.config import ClusterSettings
from offhook.errors import ConfigError
from tests.cluster.natscertificates import Certificates
from tests.cluster.natsserver import NatsServer, three
from tests.long import LONG
from tests.peers.cutter import Cutter
from tests.waiting import until

pytestmark = pytest.mark.peer

needs_long = pytest.mark.skipif(not LONG, reason="an election among NATS servers takes up to ten seconds")

TERMINALS = [str(4000 + number) for number in range(12)]


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[NatsServer]:
    server = NatsServer(tmp_path)
    await server.start()
    yield server
    await server.stop()


class Nodes:
    """Starts nodes, and stops what a test has left."""

    def __init__(self, stack: AsyncExitStack) -> None:
        self._stack = stack

    async def start(self, name: str, *servers: NatsServer, token: str = "", replicas: int = 1) -> Node:
        urls = tuple(server.url for server in servers)
        return await self.started(ClusterSettings(node=name, servers=urls, token=token, replicas=replicas))

    async def secure(self, name: str, server: NatsServer, **files: Path) -> Node:
        return await self.started(ClusterSettings(node=name, servers=(server.url,), **files))  # type: ignore[arg-type]

    async def started(self, settings: ClusterSettings) -> Node:
        node = Node(settings, TERMINALS, tls=tls_of(settings))
        self._stack.push_async_callback(node.stop)
        await node.start()
        return node


@pytest.fixture
async def nodes() -> AsyncIterator[Nodes]:
    async with AsyncExitStack() as stack:
        yield Nodes(stack)


def owned(node: Node) -> int:
    return sum(node.epoch(terminal) is not None for terminal in TERMINALS)


async def test_two_nodes_share_the_terminals_and_the_one_that_stays_gets_all(
    server: NatsServer, nodes: Nodes
) -> None:
    one = await nodes.start("one", server)
    await until(lambda: owned(one) == len(TERMINALS))
    two = await nodes.start("two", server)
    await until(lambda: owned(one) + owned(two) == len(TERMINALS) and owned(two) > 0)
    assert all((one.epoch(each) is None) != (two.epoch(each) is None) for each in TERMINALS)
    await two.stop()
    await until(lambda: owned(one) == len(TERMINALS))
    assert one.live == ["one"]


async def test_a_node_that_dies_is_replaced_when_its_lease_is_over(server: NatsServer, nodes: Nodes) -> None:
    dies = await nodes.start("dies", server)
    await until(lambda: owned(dies) == len(TERMINALS))
    await crash(dies)
    other = await nodes.start("other", server)
    await until(lambda: owned(other) == len(TERMINALS))
    assert {other.epoch(terminal) for terminal in TERMINALS} == {2}


async def crash(node: Node) -> None:
    """As if the process were gone: it says nothing any more."""
    for task in node._running:
        task.cancel()
    if node.bus is not None:
        await node.bus.close()
    node.bus = None


async def test_while_nats_is_away_a_node_acts_for_nothing_and_goes_on_when_it_is_back(
    server: NatsServer, nodes: Nodes
) -> None:
    node = await nodes.start("one", server)
    await until(lambda: owned(node) == len(TERMINALS))
    await server.kill()
    await until(lambda: owned(node) == 0 and not node.holds)
    await server.start()
    await until(lambda: owned(node) == len(TERMINALS))
    assert {node.epoch(terminal) for terminal in TERMINALS} == {1}  # nobody else has had them


async def test_a_node_connects_again_whatever_has_ended_its_connection(
    server: NatsServer, nodes: Nodes, caplog: pytest.LogCaptureFixture
) -> None:
    node = await nodes.start("one", server)
    await until(lambda: owned(node) == len(TERMINALS))
    calls: list[str] = []

    def fails_once(_bus: object) -> None:
        calls.append("called")
        if len(calls) == 1:
            raise AttributeError("what nobody has thought of")

    node.on_connected = fails_once
    await server.kill()
    await until(lambda: node.bus is None)
    await server.start()
    await until(lambda: len(calls) == 2 and owned(node) == len(TERMINALS))
    assert "what nobody has thought of" in caplog.text


async def test_a_node_keeps_its_lease_whatever_happens_in_who_is_told_of_a_change(
    server: NatsServer, nodes: Nodes, caplog: pytest.LogCaptureFixture
) -> None:
    node = await nodes.start("one", server)
    await until(lambda: owned(node) == len(TERMINALS))
    told: list[str] = []

    def fails(terminals: list[str]) -> None:
        told.extend(terminals)
        raise AttributeError("what nobody has thought of")

    node.on_change = fails
    node._member.look_again(TERMINALS)
    await until(lambda: bool(told))
    seen = node._seen_at
    await until(lambda: node._seen_at > seen)  # it has been renewed since
    assert not any(task.done() for task in node._running)
    assert node.holds
    assert "what nobody has thought of" in caplog.text


async def test_a_mistake_in_what_the_watch_brings_is_logged(
    server: NatsServer, nodes: Nodes, caplog: pytest.LogCaptureFixture
) -> None:
    node = await nodes.start("one", server)
    await until(lambda: owned(node) == len(TERMINALS))
    on_entry, calls = node._member.on_entry, list[str]()

    def fails_once(entry: Entry, now: float) -> str:
        calls.append(entry.key)
        if len(calls) == 1:
            raise AttributeError("what nobody has thought of")
        return on_entry(entry, now)

    node._member.on_entry = fails_once  # type: ignore[method-assign]
    await until(lambda: len(calls) > 1 and owned(node) == len(TERMINALS))
    assert "what nobody has thought of" in caplog.text


async def test_what_was_asked_for_as_the_connection_was_lost_is_asked_for_over_the_next_one(
    server: NatsServer, nodes: Nodes, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask, go_on, waiting = Bus.ask, asyncio.Event(), list[Request]()

    async def ask_later(bus: Bus, request: Request) -> Answer:
        if request.key.startswith(TERMINAL) and not go_on.is_set():
            waiting.append(request)
            await go_on.wait()
        return await ask(bus, request)

    monkeypatch.setattr(Bus, "ask", ask_later)
    node = await nodes.start("one", server)
    await until(lambda: len(waiting) == len(TERMINALS))
    await server.kill()
    await until(lambda: node.bus is None)
    go_on.set()
    await server.start()
    await until(lambda: owned(node) == len(TERMINALS))


async def test_a_node_that_starts_before_nats_waits_for_it(
    server: NatsServer, nodes: Nodes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("offhook.cluster.node.START_S", 0.1)
    await server.stop()
    node = await nodes.start("early", server)
    assert not node.holds
    await server.start()
    await until(lambda: owned(node) == len(TERMINALS))


async def test_a_node_without_the_token_is_not_let_in(
    tmp_path: Path, nodes: Nodes, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("offhook.cluster.node.START_S", 0.1)
    server = NatsServer(tmp_path, token="only-for-nodes")
    await server.start()
    try:
        stranger = await nodes.start("stranger", server, token="guessed")
        known = await nodes.start("known", server, token="only-for-nodes")
        await until(lambda: owned(known) == len(TERMINALS))
        assert not stranger.holds
        assert "cannot be used" in caplog.text and "guessed" not in caplog.text
    finally:
        await server.stop()


async def test_over_tls_server_and_node_know_each_other_by_their_certificates(
    tmp_path: Path, nodes: Nodes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("offhook.cluster.node.START_S", 1.0)
    ours, others = Certificates(tmp_path), tmp_path / "others"
    others.mkdir()
    server = NatsServer(tmp_path, tls=ours.of_server())
    await server.start()
    try:
        wrong_authority = Certificates(others).authority
        fooled = await nodes.secure("fooled", server, ca_file=wrong_authority, tls_certificate=ours.node)
        unknown = await nodes.secure("unknown", server, ca_file=ours.authority)
        known = await nodes.secure("known", server, ca_file=ours.authority, tls_certificate=ours.node)
        await until(lambda: owned(known) == len(TERMINALS))
        assert not fooled.holds and not unknown.holds
    finally:
        await server.stop()


async def test_a_connection_over_which_nothing_passes_is_given_up_though_tls_cannot_be_ended(
    tmp_path: Path, nodes: Nodes
) -> None:
    ours = Certificates(tmp_path)
    server = NatsServer(tmp_path, tls=ours.of_server())
    await server.start()
    try:
        async with Cutter(("127.0.0.1", server.port)) as cable:
            settings = ClusterSettings(
                node="a",
                servers=(f"tls://127.0.0.1:{cable.address[1]}",),
                ca_file=ours.authority,
                tls_certificate=ours.node,
            )
            node = await nodes.started(settings)
            assert node.holds
            cable.mute(True)
            await until(lambda: node.bus is None)
    finally:
        await server.stop()


async def test_a_certificate_that_cannot_be_used_is_named_with_its_key(tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_text("nonsense")
    settings = ClusterSettings(node="a", servers=("tls://127.0.0.1",), ca_file=tmp_path / "ca.pem")
    with pytest.raises(ConfigError, match=r"cluster\.ca_file: cannot be used"):
        tls_of(settings)


@pytest.fixture
async def servers(tmp_path: Path) -> AsyncIterator[list[NatsServer]]:
    async with AsyncExitStack() as stack:
        found = three(tmp_path)
        for server in found:
            stack.push_async_callback(server.stop)
            await server.start()
        yield found


async def leader(node: Node) -> str:
    """The name of the server that leads the bucket."""
    assert node.bus is not None
    status = await node.bus._bucket.status()
    return str(status.stream_info.cluster.leader)


@pytest.mark.timeout(60)
@pytest.mark.parametrize("leads", [False, pytest.param(True, marks=needs_long)])
async def test_one_of_three_nats_servers_may_die(
    servers: list[NatsServer], nodes: Nodes, leads: bool
) -> None:
    node = await nodes.start("one", *servers, replicas=3)
    await until(lambda: owned(node) == len(TERMINALS))
    name = await leader(node)
    dies = next(server for server in servers if (server.name == name) is leads)
    await dies.kill()
    other = await nodes.start("two", *servers, replicas=3)
    await until(lambda: owned(node) + owned(other) == len(TERMINALS) and owned(other) > 0)
