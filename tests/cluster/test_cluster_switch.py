"""Two nodes with one telephone system, on a real NATS server: they see the same, and each may ask for all."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from offhook.call import CAN_DIAL, CAN_DROP, Call, CallState, Cause, Dial, Drop, Hold, NodeState
from offhook.cluster.lease import LEASE_S
from offhook.cluster.part import UNIT
from offhook.errors import CallError, Refusal
from offhook.switch.base import CallOutside, MissedSeen, TerminalChanged
from tests.cluster.fakeswitch import FakeSwitch, System
from tests.cluster.natsserver import NatsServer
from tests.cluster.one import One
from tests.waiting import until

pytestmark = pytest.mark.peer


class Cluster:
    def __init__(self, server: NatsServer, stack: AsyncExitStack) -> None:
        self.server, self.system, self._stack = server, System(), stack

    @property
    def driver(self) -> FakeSwitch:
        (driver,) = self.system.drivers
        return driver

    async def start(self, name: str) -> One:
        one = One(name, self.server, self.system.make)
        self._stack.push_async_callback(one.switch.stop)
        await one.switch.start()
        return one

    async def two(self) -> tuple[One, One]:
        """The one that acts, and the other."""
        first, second = await self.start("first"), await self.start("second")
        await until(lambda: first.acts != second.acts and len(self.system.drivers) == 1)
        here, there = (first, second) if first.acts else (second, first)
        await until(lambda: here.switch.in_service("4000") and there.switch.in_service("4000"))
        return here, there


@pytest.fixture
async def cluster(tmp_path: Path) -> AsyncIterator[Cluster]:
    async with NatsServer(tmp_path) as server, AsyncExitStack() as stack:
        cluster = Cluster(server, stack)
        yield cluster
        assert cluster.system.most_at_once == 1  # never two at the same time


async def test_a_call_is_dialled_from_the_node_that_does_not_own_and_seen_at_both(cluster: Cluster) -> None:
    here, there = await cluster.two()
    call = await there.switch.perform(Dial("4000", "4001"))
    assert call.state is CallState.OFF_HOOK
    cluster.driver.goes(call.id, CallState.CONNECTED)
    for one in (here, there):
        assert (await one.until_state(call.id, CallState.CONNECTED)).callee.id == "4001"
    await there.switch.perform(Drop(call.id))
    for one in (here, there):
        assert (await one.until_state(call.id, CallState.ON_HOOK)).cause is Cause.DROPPED
        assert one.states(call.id) == [CallState.OFF_HOOK, CallState.CONNECTED, CallState.ON_HOOK]


async def test_a_call_that_ends_while_it_is_dialled_ends_at_all_nodes(cluster: Cluster) -> None:
    here, there = await cluster.two()
    cluster.system.unreachable = True
    for asked in (here, there):
        call = await asked.switch.perform(Dial("4000", "4001"))
        for one in (here, there):
            await one.until_state(call.id, CallState.ON_HOOK)
            assert one.states(call.id) == [CallState.OFF_HOOK, CallState.ON_HOOK]


async def test_a_call_that_is_dialled_just_as_the_lease_ends_is_refused_and_shown_nowhere(
    cluster: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    here, there = await cluster.two()
    node, dial = here.switch._node, cluster.driver.dial

    def dial_late(terminal: str, address: str) -> Call:
        monkeypatch.setattr(node, "epoch", lambda _unit: None)
        return dial(terminal, address)

    monkeypatch.setattr(cluster.driver, "dial", dial_late)
    with pytest.raises(CallError) as late:
        await here.switch.perform(Dial("4000", "4001"))
    assert late.value.refusal is Refusal.UNAVAILABLE
    assert not here.switch._board.calls("4000")
    assert not there.switch._board.calls("4000")


async def test_what_can_be_done_is_what_the_owner_says(cluster: Cluster) -> None:
    _here, there = await cluster.two()
    call = await there.switch.perform(Dial("4000", "4001"))
    await there.until_state(call.id, CallState.OFF_HOOK)
    assert there.switch.features("4000") == CAN_DIAL
    assert there.switch.features("4000", call) == CAN_DROP
    assert there.switch.capabilities("4000") == CAN_DIAL | CAN_DROP


async def test_a_refusal_of_the_owner_is_that_of_the_node_where_it_was_asked(cluster: Cluster) -> None:
    _here, there = await cluster.two()
    call = await there.switch.perform(Dial("4000", "4001"))
    with pytest.raises(CallError) as again:
        await there.switch.perform(Dial("4000", "4002"))
    assert again.value.refusal is Refusal.TERMINAL_BUSY
    await there.until_state(call.id, CallState.OFF_HOOK)
    del cluster.system.calls[call.id]
    with pytest.raises(CallError) as gone:
        await there.switch.perform(Drop(call.id))
    assert gone.value.refusal is Refusal.NO_SUCH_CALL


async def test_a_node_that_joins_learns_of_the_calls_that_are_up(cluster: Cluster) -> None:
    first = await cluster.start("first")
    call = await first.switch.perform(Dial("4000", "4001"))
    cluster.driver.goes(call.id, CallState.CONNECTED)
    joins = await cluster.start("second")
    await joins.until_state(call.id, CallState.CONNECTED)
    assert joins.switch.features("4000", call) == CAN_DROP


async def test_when_the_owner_dies_the_other_takes_over_its_calls_and_drops_them(cluster: Cluster) -> None:
    here, there = await cluster.two()
    call = await there.switch.perform(Dial("4000", "4001"))
    cluster.driver.goes(call.id, CallState.CONNECTED)
    before = await there.until_state(call.id, CallState.CONNECTED)
    cluster.driver.found_again_as(call.id, 0)
    await here.crash()
    await until(lambda: there.acts and len(cluster.system.drivers) == 1)
    await there.switch.perform(Drop(call.id))
    after = await there.until_state(call.id, CallState.ON_HOOK)
    assert after.cause is Cause.DROPPED
    assert after.revision > before.revision


async def test_who_waits_for_an_owner_that_dies_hears_so_when_its_lease_is_over(
    cluster: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("offhook.cluster.asking.ASK_S", 600.0)
    here, there = await cluster.two()
    call = await there.switch.perform(Dial("4000", "4001"))
    await there.until_state(call.id, CallState.OFF_HOOK)
    waiting = asyncio.create_task(there.switch.perform(Hold(call.id)))
    await cluster.system.holding.wait()
    await here.crash()
    with pytest.raises(CallError, match="was lost while it did that") as lost:
        await waiting
    assert lost.value.refusal is Refusal.UNAVAILABLE


async def test_a_call_that_nobody_finds_again_ends_once_as_a_failure(cluster: Cluster) -> None:
    here, there = await cluster.two()
    call = await there.switch.perform(Dial("4000", "4001"))
    await there.until_state(call.id, CallState.OFF_HOOK)
    await here.crash()
    cluster.system.calls.clear()
    ended = await there.until_state(call.id, CallState.ON_HOOK)
    assert ended.cause is Cause.FAILURE
    assert there.states(call.id).count(CallState.ON_HOOK) == 1


async def test_a_node_that_is_stopped_hands_over_and_leaves_the_calls_up(cluster: Cluster) -> None:
    here, there = await cluster.two()
    call = await here.switch.perform(Dial("4000", "4001"))
    await there.until_state(call.id, CallState.OFF_HOOK)
    await here.switch.stop()
    await until(lambda: there.acts and len(cluster.system.drivers) == 1)
    await there.switch.perform(Drop(call.id))
    assert (await there.until_state(call.id, CallState.ON_HOOK)).cause is Cause.DROPPED


async def test_a_node_that_hands_over_serves_on_through_the_one_that_took_over(cluster: Cluster) -> None:
    here, there = await cluster.two()
    call = await here.switch.perform(Dial("4000", "4001"))
    await there.until_state(call.id, CallState.OFF_HOOK)
    assert here.switch.stand_ins == [there.node.name]
    await here.switch.hand_over()
    await until(lambda: there.acts and len(cluster.system.drivers) == 1)
    await until(lambda: here.switch.in_service("4000"))
    cluster.driver.goes(call.id, CallState.CONNECTED)
    await here.until_state(call.id, CallState.CONNECTED)
    await here.switch.perform(Drop(call.id))
    for one in (here, there):
        assert (await one.until_state(call.id, CallState.ON_HOOK)).cause is Cause.DROPPED


async def test_it_is_counted_how_many_nodes_there_are_and_which_one_acts(cluster: Cluster) -> None:
    here, there = await cluster.two()
    await until(lambda: len(here.node.live) == len(there.node.live) == 2)
    for one, acts in ((here, 1), (there, 0)):
        figures = dict(one.switch.figures())
        assert 0 <= figures.pop("cluster_lease_age_s") < LEASE_S
        assert figures == {
            **{"cluster_nodes": 2, "cluster_parts": 1, "cluster_acts": acts},
            **{"cluster_nats": 1, "cluster_epoch": 1},
        }


async def test_a_driver_that_takes_a_while_to_leave_has_left_when_all_has_stopped(cluster: Cluster) -> None:
    one = await cluster.start("first")
    await until(lambda: one.acts and len(cluster.system.drivers) == 1)
    cluster.system.leaving_s = 0.5
    await one.switch.stop()
    assert cluster.system.drivers == []


async def test_missed_calls_that_were_looked_at_are_seen_at_the_other_node(cluster: Cluster) -> None:
    here, there = await cluster.two()
    there.switch.tell_seen("4000")
    await until(lambda: MissedSeen("4000") in here.events)
    assert MissedSeen("4000") not in there.events


async def test_a_call_between_two_people_outside_is_told_where_it_is_made_for_the_call_log(
    cluster: Cluster,
) -> None:
    here, there = await cluster.two()
    call = await there.switch.perform(Dial("4000", "4001"))
    await there.until_state(call.id, CallState.OFF_HOOK)
    cluster.driver._tell(CallOutside(call))
    assert here.events[-1] == CallOutside(call)
    await there.switch.perform(Drop(call.id))
    await there.until_state(call.id, CallState.ON_HOOK)
    assert CallOutside(call) not in there.events


async def test_alone_there_is_nobody_to_hand_over_to(cluster: Cluster) -> None:
    first = await cluster.start("first")
    assert first.switch.stand_ins == []


async def test_without_nats_nobody_acts_and_all_is_as_before_when_it_is_back(
    cluster: Cluster,
) -> None:
    here, there = await cluster.two()
    call = await there.switch.perform(Dial("4000", "4001"))
    await there.until_state(call.id, CallState.OFF_HOOK)
    await cluster.server.kill()
    for one in (here, there):
        with pytest.raises(CallError) as refused:
            await until(lambda one=one: one.node.bus is None and not one.acts)  # type: ignore[misc]
            await one.switch.perform(Drop(call.id))
        assert refused.value.refusal is Refusal.UNAVAILABLE
        await until(lambda one=one: not one.switch.in_service("4000"))  # type: ignore[misc]
        said = [event for event in one.events if isinstance(event, TerminalChanged)][-1]
        assert "cannot be reached" in said.problem
        assert "cannot be reached" in one.switch.trouble()
    await cluster.server.start()
    for one in (here, there):
        await until(lambda one=one: one.switch.in_service("4000"))  # type: ignore[misc]
        assert one.switch.trouble() == ""
    await there.switch.perform(Drop(call.id))
    for one in (here, there):
        assert (await one.until_state(call.id, CallState.ON_HOOK)).cause is Cause.DROPPED


async def test_a_driver_that_is_not_let_in_is_tried_again(
    cluster: Cluster, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("offhook.cluster.part.RETRY_S", 0.1)
    for where in ("part", "switch"):
        monkeypatch.setattr(f"offhook.cluster.{where}.READY_S", 0.1)
    cluster.system.refuses = 1
    one = await cluster.start("one")
    with pytest.raises(CallError) as refused:
        await one.switch.perform(Dial("4000", "4001"))
    assert refused.value.refusal is Refusal.UNAVAILABLE
    await until(lambda: one.switch.in_service("4000"))
    await one.switch.perform(Dial("4000", "4001"))
    assert "cannot be used from node one: configuration: switch.fake: is wrong" in caplog.text


async def test_a_lease_that_is_lost_for_a_moment_while_the_driver_starts_has_it_started_anew(
    cluster: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a machine that is too busy: else it would act half started, and tell nobody of its calls."""
    cluster.system.lets_in = asyncio.Event()
    one = One("one", cluster.server, cluster.system.make)
    starting = asyncio.create_task(one.switch.start())
    await until(lambda: cluster.system.starting == 1)
    with monkeypatch.context() as lost:
        lost.setattr(one.node, "epoch", lambda _unit: None)
        one.node.on_change([UNIT])
    one.node.on_change([UNIT])
    cluster.system.lets_in.set()
    await starting
    await until(lambda: one.switch.in_service("4000"))
    assert cluster.system.starting == 2
    await one.switch.perform(Dial("4000", "4001"))
    await one.switch.stop()


async def test_each_node_knows_how_the_others_are_and_which_one_was_lost(cluster: Cluster) -> None:
    here, there = await cluster.two()
    there.switch.know_node(lambda: NodeState(there.node.name, "1.0", 7.0, tuple(there.switch.works), calls=5))

    def told() -> list[tuple[str, str, int, bool]]:
        return [(one.name, one.version, one.calls, one.live) for one in here.switch.other_nodes()]

    await until(lambda: told() == [(there.node.name, "1.0", 5, True)])
    assert (list(here.switch.works), list(there.switch.works)) == (["switch"], [])
    await there.crash()
    await until(lambda: told() == [(there.node.name, "1.0", 5, False)])


async def test_how_long_another_node_takes_for_a_command_is_measured_with_what_came_of_it(
    cluster: Cluster,
) -> None:
    here, there = await cluster.two()
    asked: list[str] = []
    for one in (here, there):
        one.switch.time_asking(lambda _seconds, came: asked.append(came))
    call = await there.switch.perform(Dial("4000", "4001"))
    await there.until_state(call.id, CallState.OFF_HOOK)
    cluster.system.calls.clear()
    with pytest.raises(CallError):
        await there.switch.perform(Drop(call.id))
    with pytest.raises(CallError):
        await here.switch.perform(Drop(call.id))
    assert asked == ["ok", "no-such-call"]


async def test_a_node_without_nats_has_no_lease_and_says_so_in_its_figures(cluster: Cluster) -> None:
    one = await cluster.start("first")
    await until(lambda: one.acts)
    await cluster.server.kill()
    await until(lambda: not one.acts)
    figures = one.switch.figures()
    assert (figures["cluster_acts"], figures["cluster_nats"]) == (0, 0)


async def test_a_node_that_is_stopped_in_order_is_not_missed(cluster: Cluster) -> None:
    here, there = await cluster.two()
    await until(lambda: [one.name for one in here.switch.other_nodes()] == [there.node.name])
    await there.switch.stop()
    await until(lambda: here.switch.other_nodes() == [])
