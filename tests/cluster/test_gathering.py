"""What other nodes tell is read in intervals, over a connection of its own, and at once where it matters.

In most of these tests an interval never ends by itself: what is heard is heard because somebody caught up.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from importlib.metadata import version
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from offhook.call import Call, CallState, Cause, Dial, Drop, Hold, advance, changed
from offhook.cluster.bus import Bus, tls_of
from offhook.cluster.gathering import Gathering, gather
from offhook.config import ClusterSettings
from offhook.errors import UnavailableError
from offhook.switch.base import CallChanged
from tests.cluster.fakeswitch import FakeSwitch, System
from tests.cluster.natscertificates import Certificates
from tests.cluster.natsserver import NatsServer
from tests.cluster.one import One
from tests.waiting import until

pytestmark = pytest.mark.peer

TOLD = "told.>"


class Site:
    """A NATS server, by TLS or not, and connections to it."""

    def __init__(self, folder: Path, stack: AsyncExitStack, *, tls: bool) -> None:
        certificates = Certificates(folder) if tls else None
        self.server = NatsServer(folder, tls="" if certificates is None else certificates.of_server())
        self._files: dict[str, Any] = (
            {}
            if certificates is None
            else {"ca_file": certificates.authority, "tls_certificate": certificates.node}
        )
        self._stack = stack

    async def connect(self, name: str) -> Bus:
        settings = ClusterSettings(node=name, servers=(self.server.url,), **self._files)
        bus = await Bus.connect(settings, tls_of(settings))
        self._stack.push_async_callback(bus.close)
        return bus


@pytest.fixture(params=[False, True], ids=["clear", "tls"])
async def site(tmp_path: Path, request: pytest.FixtureRequest) -> AsyncIterator[Site]:
    async with AsyncExitStack() as stack:
        site = Site(tmp_path, stack, tls=request.param)
        stack.push_async_callback(site.server.stop)
        await site.server.start()
        yield site


@pytest.fixture
def without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """An interval lasts until somebody catches up."""
    monkeypatch.setattr("offhook.cluster.gathering.GATHER_S", 600.0)
    monkeypatch.setattr("offhook.cluster.bus.PING_S", 600)


class Listener:
    """A connection that gathers what is told, and what it has heard."""

    def __init__(self, bus: Bus) -> None:
        self.bus, self.heard = bus, list[bytes]()

    @classmethod
    async def of(cls, bus: Bus) -> Listener:
        one = cls(bus)
        await bus.listen_gathering(TOLD, lambda _on, data, _to: one.heard.append(data))
        await bus.catch_up()
        return one


async def tell(site: Site, teller: Bus, *texts: bytes) -> None:
    """Until the server has them all, and has sent them."""
    here: list[bytes] = []
    await teller.listen("done", lambda _on, data, _to: here.append(data))
    for text in texts:
        await teller.send("told.x", text)
    await teller.send("done", b"")
    await until(lambda: bool(here))


async def tell_first(site: Site, listener: Listener, teller: Bus, text: bytes) -> None:
    """Until it is heard at once: again, where the server asked before it whether the connection is there, as
    it does when that is two seconds old. An interval begins with that, too."""
    reading = listener.bus._gathering
    assert reading is not None
    while True:
        await tell(site, teller, text)
        await until(lambda: listener.heard or reading.pauses)
        if listener.heard:
            return
        await listener.bus.catch_up()
        listener.heard.clear()


@pytest.mark.usefixtures("without_end")
async def test_the_first_is_heard_at_once_and_what_follows_within_the_interval_together(site: Site) -> None:
    listener, teller = await Listener.of(await site.connect("a")), await site.connect("b")
    await tell_first(site, listener, teller, b"1")
    await tell(site, teller, b"2", b"3")
    await tell(site, teller, b"4")
    assert listener.heard == [b"1"]
    await listener.bus.catch_up()
    assert listener.heard == [b"1", b"2", b"3", b"4"]


async def test_an_interval_ends_by_itself(site: Site) -> None:
    listener, teller = await Listener.of(await site.connect("a")), await site.connect("b")
    for number in range(1, 4):
        await tell(site, teller, b"%d" % number)
    await until(lambda: listener.heard == [b"1", b"2", b"3"])


@pytest.mark.usefixtures("without_end")
async def test_what_waits_is_heard_whole_and_in_order_however_much_it_is(site: Site) -> None:
    listener, teller = await Listener.of(await site.connect("a")), await site.connect("b")
    texts = [b"%d" % number + bytes(2000) for number in range(2000)]
    await tell(site, teller, *texts)
    await listener.bus.catch_up()
    assert listener.heard == texts


@pytest.mark.usefixtures("without_end")
async def test_what_has_come_is_heard_though_the_server_is_killed(site: Site) -> None:
    listener, teller = await Listener.of(await site.connect("a")), await site.connect("b")
    await tell_first(site, listener, teller, b"1")
    await tell(site, teller, b"2")
    await site.server.kill()
    await listener.bus.lost
    await listener.bus.close()
    assert listener.heard == [b"1", b"2"]


async def test_when_one_of_the_two_connections_is_lost_so_is_the_other(site: Site) -> None:
    bus = await site.connect("a")
    await Listener.of(bus)
    assert bus.up
    await bus._second.close()
    await asyncio.wait_for(bus.lost, 10)
    assert not bus.up


async def test_who_waits_no_longer_for_it_does_not_make_the_connection_deaf(site: Site) -> None:
    listener, teller = await Listener.of(await site.connect("a")), await site.connect("b")
    waiting = asyncio.create_task(listener.bus.catch_up())
    await asyncio.sleep(0)
    waiting.cancel()
    await asyncio.wait({waiting})
    for text in (b"1", b"2"):
        await tell(site, teller, text)
        await listener.bus.catch_up()
    assert listener.heard == [b"1", b"2"]


@pytest.mark.usefixtures("without_end")
async def test_a_server_that_answers_late_is_heard_again(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    listener, teller = await Listener.of(await site.connect("a")), await site.connect("b")
    monkeypatch.setattr("offhook.cluster.bus.ANSWER_S", 0.1)
    with site.server.frozen(), pytest.raises(UnavailableError):
        await listener.bus.catch_up()
    monkeypatch.setattr("offhook.cluster.bus.ANSWER_S", 30.0)
    await tell(site, teller, b"1")
    await listener.bus.catch_up()
    assert listener.heard == [b"1"]


async def test_who_waits_for_it_is_told_when_the_connection_is_ended(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("offhook.cluster.bus.ANSWER_S", 600.0)
    listener = await Listener.of(await site.connect("a"))
    with site.server.frozen():
        waiting = [asyncio.create_task(listener.bus.catch_up()) for _ in range(2)]
        await asyncio.sleep(0.05)
        waiting += [asyncio.create_task(listener.bus.catch_up()) for _ in range(2)]
        await listener.bus.close()
    for one in waiting:
        with pytest.raises(UnavailableError):
            await one


async def test_many_who_catch_up_at_once_ask_the_server_twice_at_most(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    listener = await Listener.of(await site.connect("a"))
    asked, flush = list[None](), listener.bus._second.flush

    async def counted() -> None:
        asked.append(None)
        await flush()

    monkeypatch.setattr(listener.bus._second, "flush", counted)
    await asyncio.gather(*(listener.bus.catch_up() for _ in range(100)))
    assert len(asked) <= 2


async def test_this_version_of_the_library_is_read_in_intervals(site: Site) -> None:
    listener = await Listener.of(await site.connect("a"))
    said = f"gathering.py uses private names of nats-py, which {version('nats-py')} does not have"
    assert listener.bus._gathering is not None, said


async def test_a_version_of_the_library_that_reads_otherwise_is_heard_at_once(
    site: Site, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("offhook.cluster.bus.gather", lambda client: gather(SimpleNamespace(client=client)))
    listener, teller = await Listener.of(await site.connect("a")), await site.connect("b")
    await tell(site, teller, b"1", b"2")
    await listener.bus.catch_up()
    await tell(site, teller, b"3")
    await until(lambda: listener.heard == [b"1", b"2", b"3"])
    assert "this version of nats-py" in caplog.text


async def test_a_second_connection_is_not_made_where_the_first_is_lost(site: Site) -> None:
    bus = await site.connect("a")
    await bus._client.close()
    with pytest.raises(UnavailableError):
        await bus.listen_gathering(TOLD, lambda _on, _data, _to: None)


class Pieces:
    """A transport that has these pieces, and counts how often it is told to pause."""

    def __init__(self, *pieces: bytes) -> None:
        self._pieces = list(pieces)
        self._io_writer = self.transport = self
        self.pauses = 0

    async def read(self, _size: int) -> bytes:
        return self._pieces.pop(0)

    def pause_reading(self) -> None:
        self.pauses += 1

    def resume_reading(self) -> None:
        pass


async def test_a_piece_that_is_full_has_others_behind_it_which_are_read_at_once() -> None:
    transport = Pieces(b"full", b"full", b"not", b"more")
    gathering = Gathering(transport)
    for pauses in (0, 0, 0, 1):
        await gathering.read(4)
        assert transport.pauses == pauses


# Nodes


class Holding(FakeSwitch):
    """Its phones hold calls at once."""

    async def hold(self, command: Hold) -> None:
        held = self.system.calls[command.call] = changed(self.system.calls[command.call], held=True)
        self._tell(CallChanged(held))


class Nodes:
    """The one that acts, and another one."""

    def __init__(self, here: One, there: One, system: System) -> None:
        self.here, self.there, self.system = here, there, system

    async def told(self, call: Call, state: CallState) -> None:
        """The call goes on, and the other node has not heard of it, though all has been sent."""
        (driver,) = self.system.drivers
        driver.goes(call.id, state)
        await self.sent()

    def there_is_deaf(self) -> bool:
        """Is the other one in an interval, and about to ask for nothing, which would end it?

        One piece after it has caught up does not begin one, and may be a beat as well as a state, or both.
        """
        bus = self.there.node.bus
        assert bus is not None
        assert bus._gathering is not None
        return bus._gathering.pauses and not self.there.switch._states._asking

    async def sent(self) -> None:
        """Until what was told has gone out: the bucket answers the same connection."""
        await self.here.switch._states.send_now()
        assert self.here.node.bus is not None
        await self.here.node.bus.copies()


@pytest.fixture
async def nodes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Nodes]:
    server, system = NatsServer(tmp_path), System()
    monkeypatch.setattr("offhook.cluster.bus.PING_S", 600)
    async with AsyncExitStack() as stack:
        stack.push_async_callback(server.stop)
        await server.start()
        here, there = (One(name, server, lambda: Holding(system)) for name in ("here", "there"))
        for one in (here, there):
            stack.push_async_callback(one.switch.stop)
            await one.switch.start()
            await until(lambda: here.acts and len(system.drivers) == 1)
        await until(lambda: there.switch.in_service("4001"))
        monkeypatch.setattr("offhook.cluster.gathering.GATHER_S", 600.0)
        assert there.node.bus is not None
        await there.node.bus.catch_up()
        yield Nodes(here, there, system)


async def two_more(nodes: Nodes, call: Call) -> None:
    """The call goes on twice; from then on the other node hears nothing by itself."""
    for state in (CallState.PROCEED, CallState.RING_BACK):
        await nodes.told(call, state)
    await until(nodes.there_is_deaf)


async def test_a_call_is_dropped_as_soon_as_it_is_dialled_at_another_node(nodes: Nodes) -> None:
    call = await nodes.there.switch.perform(Dial("4000", "4001"))
    await nodes.there.switch.perform(Drop(call.id))
    ended = await nodes.here.until_state(call.id, CallState.ON_HOOK)
    assert ended.cause is Cause.DROPPED


async def test_a_call_of_which_only_its_owner_has_told_is_dropped_at_another_node(nodes: Nodes) -> None:
    first = await nodes.here.switch.perform(Dial("4000", "4001"))
    await two_more(nodes, first)
    second = await nodes.here.switch.perform(Dial("4001", "4000"))
    await nodes.sent()
    assert not nodes.there.states(second.id)
    await nodes.there.switch.perform(Drop(second.id))
    await nodes.here.until_state(second.id, CallState.ON_HOOK)


async def test_what_a_command_has_changed_is_told_before_its_reply(nodes: Nodes) -> None:
    call = await nodes.here.switch.perform(Dial("4000", "4001"))
    await two_more(nodes, call)
    await nodes.told(call, CallState.CONNECTED)
    await nodes.there.switch.perform(Hold(call.id))
    assert nodes.there.calls(call.id)[-1].held


async def test_it_is_so_where_that_would_wait_for_more_to_tell(
    nodes: Nodes, monkeypatch: pytest.MonkeyPatch
) -> None:
    call = await nodes.here.switch.perform(Dial("4000", "4001"))
    await two_more(nodes, call)
    await nodes.told(call, CallState.CONNECTED)
    monkeypatch.setattr("offhook.cluster.exchange.HOLD_S", 600.0)
    await nodes.there.switch.perform(Hold(call.id))
    assert nodes.there.calls(call.id)[-1].held


async def test_who_takes_over_goes_on_with_all_that_the_owner_before_has_told(nodes: Nodes) -> None:
    call = await nodes.here.switch.perform(Dial("4000", "4001"))
    await two_more(nodes, call)
    await nodes.told(call, CallState.CONNECTED)
    for _ in range(3):
        await nodes.here.switch.perform(Hold(call.id))
    await nodes.sent()
    told = nodes.here.calls(call.id)[-1]
    assert CallState.CONNECTED not in nodes.there.states(call.id)
    nodes.system.calls[call.id] = advance(call, CallState.CONNECTED, 2.0)  # the next driver knows less of it
    await nodes.here.switch.stop()
    await until(lambda: nodes.there.switch.acting("4000") is not None)
    await until(lambda: nodes.there.calls(call.id)[-1].revision > told.revision)


async def test_a_call_whose_end_was_told_last_does_not_come_back_with_the_next_owner(nodes: Nodes) -> None:
    call = await nodes.here.switch.perform(Dial("4000", "4001"))
    await two_more(nodes, call)
    await nodes.told(call, CallState.CONNECTED)
    await nodes.here.switch.perform(Drop(call.id))
    await nodes.sent()
    assert CallState.ON_HOOK not in nodes.there.states(call.id)
    nodes.system.calls[call.id] = advance(call, CallState.CONNECTED, 2.0)  # the phone has not heard of it
    await nodes.here.crash()
    await until(lambda: nodes.there.acts and len(nodes.system.drivers) == 1)
    await until(lambda: not nodes.system.calls)  # it is hung up again
    assert nodes.there.states(call.id)[-1] is CallState.ON_HOOK
    assert nodes.there.states(call.id).count(CallState.ON_HOOK) == 1
