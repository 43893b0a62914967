"""Several telephone systems in one cluster, on a real NATS server: each has a lease and driver of its own."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from offhook.call import Call, CallState, Cause, Dial, Drop, Pickup
from offhook.cluster.node import Node
from offhook.cluster.part import Plan, unit_of
from offhook.cluster.placing import at_home
from offhook.cluster.switch import ClusterSwitch
from offhook.config import ClusterSettings
from offhook.errors import CallError, Refusal
from offhook.switch.base import CallChanged, Door, SwitchEvent
from tests.cluster.fakeswitch import FakeSwitch, System
from tests.cluster.natsserver import NatsServer
from tests.cluster.one import One as Undivided
from tests.waiting import until

pytestmark = pytest.mark.peer

PHONES = {"seoul": ("4000", "4001"), "busan": ("5000", "5001")}
HOMES = {"seoul": ("s1", "s2"), "busan": ("b1",)}


class One:
    """A node of the cluster, with both telephone systems."""

    def __init__(self, name: str, cluster: "Cluster") -> None:
        homes = {unit_of(part): HOMES.get(part, ()) for part in cluster.systems}
        settings = ClusterSettings(node=name, servers=(cluster.server.url,))
        phones = {unit_of(part): cluster.phones[part] for part in cluster.systems}
        self.node = Node(settings, homes, place=at_home(homes), phones=phones)
        plans = [Plan(system.make, cluster.phones[part], part) for part, system in cluster.systems.items()]
        self.switch = ClusterSwitch(plans, self.node, "offhook")
        self.events: list[SwitchEvent] = []
        self.switch.subscribe(self.events.append)

    def owners(self) -> list[str]:
        """Who has the parts, as this node knows it."""
        owners = [self.switch._part_of[phones[0]].owner for phones in PHONES.values()]
        return [owner.node if owner is not None else "" for owner in owners]

    def works(self, *parts: str) -> bool:
        return self.switch.works == [part for part in PHONES if part in parts]

    def states(self, call: Call) -> list[CallState]:
        told = [event.call for event in self.events if isinstance(event, CallChanged)]
        return [one.state for one in told if one.id == call.id]

    async def until_state(self, call: Call, state: CallState) -> None:
        await until(lambda: state in self.states(call), f"{call.id} in {state}")

    async def crash(self) -> None:
        """As if the process were gone."""
        for task in (*self.node._running, *self.switch._tasks._running):
            task.cancel()
        if self.node.bus is not None:
            await self.node.bus.close()
        for driver in self.switch._drivers:
            await driver.leave()


class Cluster:
    def __init__(self, server: NatsServer, stack: AsyncExitStack) -> None:
        self.server, self._stack = server, stack
        self.phones: dict[str, tuple[str, ...]] = {**PHONES}
        self.systems = {part: System(*phones) for part, phones in PHONES.items()}

    def driver(self, part: str) -> FakeSwitch:
        (driver,) = self.systems[part].drivers
        return driver

    async def start(self, *names: str) -> Sequence[One]:
        found = []
        for name in names:
            one = One(name, self)
            found.append(one)
            self._stack.push_async_callback(one.switch.stop)
            await one.switch.start()
        return found

    async def at_home(self) -> Sequence[One]:
        """Seoul's node and Busan's, each with its own telephone system."""
        seoul, busan = await self.start("s1", "b1")
        await until(lambda: seoul.works("seoul") and busan.works("busan"))
        phones = [phone for part in PHONES.values() for phone in part]
        await until(lambda: all(one.switch.in_service(phone) for one in (seoul, busan) for phone in phones))
        # One of them may have begun with both, and the other hears a moment later whose they are now.
        await until(lambda: all(one.owners() == ["s1", "b1"] for one in (seoul, busan)))
        return seoul, busan


@pytest.fixture
async def cluster(tmp_path: Path) -> AsyncIterator[Cluster]:
    async with NatsServer(tmp_path) as server, AsyncExitStack() as stack:
        cluster = Cluster(server, stack)
        yield cluster
        assert {system.most_at_once for system in cluster.systems.values()} == {1}


async def test_each_telephone_system_is_worked_by_its_own_node_and_used_from_all(cluster: Cluster) -> None:
    seoul, busan = await cluster.at_home()
    for one, phone, part in ((seoul, "5000", "busan"), (busan, "4000", "seoul")):
        call = await one.switch.perform(Dial(phone, f"{phone[:3]}1"))
        cluster.driver(part).goes(call.id, CallState.CONNECTED)
        for each in (seoul, busan):
            await each.until_state(call, CallState.CONNECTED)
        await one.switch.perform(Drop(call.id))
        for each in (seoul, busan):
            await each.until_state(call, CallState.ON_HOOK)


async def test_a_telephone_system_hears_of_colleagues_elsewhere_while_it_still_starts(
    cluster: Cluster,
) -> None:
    """Its phones may watch them as soon as its ports are open."""
    (seoul,) = await cluster.start("s1")
    await until(lambda: seoul.works("seoul", "busan"))
    cluster.systems["busan"].lets_in = goes_on = asyncio.Event()
    (busan,) = await cluster.start("b1")
    await until(lambda: cluster.systems["busan"].starting == 2 and seoul.works("seoul"))
    call = await seoul.switch.perform(Dial("4000", "4001"))
    await busan.until_state(call, CallState.OFF_HOOK)
    goes_on.set()
    await until(lambda: cluster.systems["busan"].drivers)
    assert "4000" in cluster.driver("busan").colleagues


async def test_when_a_node_dies_its_part_goes_to_another_and_the_other_part_is_as_it_was(
    cluster: Cluster,
) -> None:
    seoul, busan = await cluster.at_home()
    there, here = [
        await seoul.switch.perform(Dial("4000", "4001")),
        await seoul.switch.perform(Dial("5000", "5001")),
    ]
    cluster.driver("seoul").goes(there.id, CallState.CONNECTED)
    await busan.until_state(there, CallState.CONNECTED)
    untouched = cluster.driver("busan")
    await seoul.crash()
    await until(lambda: busan.works("seoul", "busan"))
    assert cluster.driver("busan") is untouched
    await until(lambda: busan.switch.in_service("4000"))
    for call in (there, here):
        await busan.switch.perform(Drop(call.id))
        await busan.until_state(call, CallState.ON_HOOK)
    ended = {event.call.id: event.call.cause for event in busan.events if isinstance(event, CallChanged)}
    assert ended == {there.id: Cause.DROPPED, here.id: Cause.DROPPED}


async def test_a_part_goes_home_when_one_of_its_nodes_is_there_again_and_keeps_its_calls(
    cluster: Cluster,
) -> None:
    (busan,) = await cluster.start("b1")
    await until(lambda: busan.works("seoul", "busan") and busan.switch.in_service("4000"))
    call = await busan.switch.perform(Dial("4000", "4001"))
    left = cluster.driver("seoul")
    (seoul,) = await cluster.start("s2")
    await until(lambda: seoul.works("seoul") and busan.works("busan"))
    await until(lambda: seoul.switch.in_service("4000") and busan.switch.in_service("4000"))
    assert left.kept  # what the next one needs was written before it was given up
    await busan.switch.perform(Drop(call.id))
    for one in (seoul, busan):
        await one.until_state(call, CallState.ON_HOOK)


async def test_a_part_stays_with_one_of_its_nodes_when_the_first_of_them_joins(cluster: Cluster) -> None:
    (second,) = await cluster.start("s2")
    await until(lambda: second.works("seoul", "busan"))
    first, busan = await cluster.start("s1", "b1")
    await until(lambda: busan.works("busan"))
    assert second.works("seoul") and first.works()


async def test_a_node_that_joins_learns_the_state_of_all_parts(cluster: Cluster) -> None:
    seoul, _busan = await cluster.at_home()
    calls = [await seoul.switch.perform(Dial(phone, "999")) for phone in ("4000", "5000")]
    for part, call in zip(PHONES, calls, strict=True):
        cluster.driver(part).goes(call.id, CallState.CONNECTED)
    (joins,) = await cluster.start("s2")
    for call in calls:
        await joins.until_state(call, CallState.CONNECTED)


async def test_a_node_that_hands_over_gives_all_its_parts_away(cluster: Cluster) -> None:
    (busan,) = await cluster.start("b1")
    await until(lambda: busan.works("seoul", "busan"))
    (other,) = await cluster.start("zz")
    await until(lambda: busan.switch.stand_ins == ["zz"])
    await busan.switch.hand_over()
    await until(lambda: other.works("seoul", "busan") and busan.works())


async def test_it_is_counted_how_many_parts_a_node_works(cluster: Cluster) -> None:
    (busan,) = await cluster.start("b1")
    await until(lambda: busan.switch.figures()["cluster_acts"] == 2)
    assert busan.switch.figures()["cluster_epoch"] == 2  # of the two together


async def test_there_is_trouble_when_no_part_can_be_used(cluster: Cluster) -> None:
    seoul, _busan = await cluster.at_home()
    assert seoul.switch.trouble() == ""
    await cluster.server.kill()
    await until(lambda: "; busan: the other Call Managers cannot be reached" in seoul.switch.trouble())
    assert seoul.switch.trouble().startswith("seoul: ")


async def test_a_call_cannot_be_picked_up_in_a_part_that_takes_no_calls_of_others_and_it_is_said_why(
    cluster: Cluster,
) -> None:
    seoul, _busan = await cluster.at_home()
    with pytest.raises(CallError, match="rings in the telephone system busan") as refused:
        await seoul.switch.perform(Pickup("4000", "5000"))
    assert refused.value.refusal is Refusal.NOT_SUPPORTED


async def test_nodes_that_do_not_have_the_same_parts_are_said_so(
    cluster: Cluster, caplog: pytest.LogCaptureFixture
) -> None:
    undivided = Undivided("old", cluster.server, System("4000", "4001").make)
    await undivided.switch.start()
    await until(lambda: undivided.acts)
    await cluster.start("s1")
    await until(lambda: "node old has switch, which this configuration does not know" in caplog.text)
    await until(lambda: "node s1 has switch-seoul, which this configuration does not know" in caplog.text)
    await undivided.switch.stop()


async def test_a_new_part_is_added_at_one_node_while_the_other_works_on(cluster: Cluster) -> None:
    seoul, busan = await cluster.at_home()
    call = await busan.switch.perform(Dial("4000", "4001"))
    kept = cluster.driver("seoul")
    await busan.switch.stop()
    cluster.phones["jeju"], cluster.systems["jeju"] = ("6000",), System("6000")
    (again,) = await cluster.start("b1")
    await until(lambda: again.switch.works == ["busan", "jeju"])
    await until(lambda: again.switch.in_service("6000") and again.switch.in_service("4000"))
    await again.switch.perform(Dial("6000", "4001"))
    cluster.driver("seoul").goes(call.id, CallState.CONNECTED)
    for one in (seoul, again):
        await one.until_state(call, CallState.CONNECTED)
    assert seoul.works("seoul") and cluster.driver("seoul") is kept


async def test_the_next_switch_of_a_part_is_known_to_the_others_by_its_key(cluster: Cluster) -> None:
    seoul, busan = await cluster.at_home()
    others = busan.switch._doors.others(busan.switch._part_of["5000"])
    cluster.driver("seoul").takes_calls_at = Door("127.0.0.1", 1, "first")
    await until(lambda: others.keys() == {"seoul": "first"})
    await seoul.crash()
    await until(lambda: busan.works("seoul", "busan"))
    cluster.driver("seoul").takes_calls_at = Door("127.0.0.1", 1, "second")
    await until(lambda: others.keys() == {"seoul": "second"})


async def test_a_node_that_works_no_part_any_more_is_believed_to_have_no_door(cluster: Cluster) -> None:
    """It may work one again later, by another key."""
    seoul, busan = await cluster.at_home()
    cluster.driver("seoul").takes_calls_at = Door("127.0.0.1", 1, "first")
    await until(lambda: busan.switch._doors._told.get("s1"))
    await seoul.switch.hand_over()
    await until(lambda: busan.switch._doors._told["s1"] == {})


async def test_a_node_with_other_phones_in_a_part_is_shown_as_long_as_it_lives(cluster: Cluster) -> None:
    seoul, _busan = await cluster.at_home()
    assert seoul.switch.concerns() == {}
    cluster.phones = {**PHONES, "busan": ("5000", "5001", "5002")}
    (other,) = await cluster.start("s2")
    for one, node in ((seoul, "s2"), (other, "s1")):
        what = f"configuration of node {node}"
        await until(lambda one=one, what=what: what in one.switch.concerns())  # type: ignore[misc]
        assert "it has other phones in the telephone system busan" in one.switch.concerns()[what]
    await other.switch.stop()
    await until(lambda: seoul.switch.concerns() == {})


async def test_a_node_that_has_a_phone_elsewhere_does_not_take_it_and_says_so_until_the_other_has_gone(
    cluster: Cluster, caplog: pytest.LogCaptureFixture
) -> None:
    seoul, busan = await cluster.at_home()
    await busan.switch.stop()
    await until(lambda: seoul.works("seoul", "busan"))
    untouched = cluster.driver("busan")
    cluster.phones = {"seoul": ("4000",), "busan": ("5000", "5001", "4001")}
    (moved,) = await cluster.start("b1")
    why = "not taken by node b1: phone 4001 is at node s1 one of the telephone system seoul; give both"
    await until(lambda: "telephone system busan" in moved.switch.concerns())
    assert why in moved.switch.concerns()["telephone system busan"]
    assert f"the telephone system busan is {why}" in caplog.text
    # A lease that is renewed late, on a busy machine, takes its works away for as long.
    await until(lambda: moved.works() and seoul.works("seoul", "busan"))
    assert cluster.driver("busan") is untouched
    await seoul.switch.stop()
    await until(lambda: moved.works("seoul", "busan"))
    assert "telephone system busan" not in moved.switch.concerns()


async def test_what_a_node_told_before_it_went_does_not_count_for_its_next_run(cluster: Cluster) -> None:
    """It may be configured otherwise by then, and is asked first whether it takes what it is to have."""
    seoul, busan = await cluster.at_home()
    await until(lambda: seoul.node._refusals.heard("b1", seoul.node._clock()))
    await busan.switch.stop()
    await until(lambda: seoul.works("seoul", "busan"))
    assert not seoul.node._refusals.heard("b1", seoul.node._clock())


async def test_a_command_outlives_that_its_owner_is_noticed_only_while_it_is_asked(cluster: Cluster) -> None:
    seoul, _busan = await cluster.at_home()
    part = seoul.switch._part_of["5000"]
    dialling = asyncio.create_task(seoul.switch.perform(Dial("5000", "5001")))
    await asyncio.sleep(0)
    part.moved.set()  # as when this node looks, and knows the owner already
    part.moved = asyncio.Event()
    assert (await dialling).terminal == "5000"
