"""A node that has lost the PBX, and another one that reaches it: on a real NATS server."""

import errno
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from offhook.call import CallState, Cause, Dial, Drop
from offhook.cluster.reach import Reach
from tests.cluster.fakeswitch import FakeSwitch, System
from tests.cluster.natsserver import NatsServer
from tests.cluster.one import One
from tests.waiting import until

pytestmark = pytest.mark.peer

SEVERAL = 10
"""So often it is decided anew who is to have it, before it is looked who has it."""


class Place:
    """A node's machine, and whether the PBX is reached from there."""

    def __init__(self, name: str, server: NatsServer, system: System) -> None:
        self.reached, self.no_route = True, False
        self._system = system
        self.one = One(name, server, self._make, self._knock)

    def _make(self) -> FakeSwitch:
        return Driver(self._system, self)

    async def _knock(self) -> bool:
        return self.reached


class Driver(FakeSwitch):
    """The driver there."""

    def __init__(self, system: System, place: Place) -> None:
        super().__init__(system)
        self._place = place

    def trouble(self) -> str:
        return "" if self._place.reached else "the PBX cannot be reached"

    async def reached(self) -> bool:
        if self._place.no_route:
            raise OSError(errno.ENETUNREACH, "Network is unreachable")
        return await super().reached()


@pytest.fixture
async def places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[tuple[Place, Place]]:
    """Who acts, and the other one, which both reach it."""
    for name, seconds in (("part.KNOCK_S", 0.1), ("presence.TELL_S", 0.1), ("reach.LOST_S", 1.0)):
        monkeypatch.setattr(f"offhook.cluster.{name}", seconds)
    server, system = NatsServer(tmp_path), System()
    async with AsyncExitStack() as stack:
        stack.push_async_callback(server.stop)
        await server.start()
        found = [Place(name, server, system) for name in ("first", "second")]
        for place in found:
            stack.push_async_callback(place.one.switch.stop)
            await place.one.switch.start()
        await until(lambda: sum(place.one.acts for place in found) == 1 and len(system.drivers) == 1)
        here, there = sorted(found, key=lambda place: not place.one.acts)
        await until(lambda: here.one.switch.in_service("4000") and there.one.switch.in_service("4000"))
        yield here, there
        assert system.most_at_once == 1


async def test_a_node_that_reaches_it_goes_on_with_the_calls_and_keeps_them(
    places: tuple[Place, Place],
) -> None:
    here, there = places
    call = await here.one.switch.perform(Dial("4000", "4001"))
    await there.one.until_state(call.id, CallState.OFF_HOOK)
    here.reached = False
    await until(lambda: there.one.acts and not there.one.switch.trouble())
    own = here.one.node
    await until(lambda: (has := own.owner("switch")) is not None and has.node == there.one.node.name)
    await here.one.switch.perform(Drop(call.id))
    for place in places:
        assert (await place.one.until_state(call.id, CallState.ON_HOOK)).cause is Cause.DROPPED
    here.reached = True
    await until(lambda: not here.one.switch.concerns() or there.one.acts)
    assert there.one.acts


async def test_while_no_node_reaches_it_it_stays_where_it_is(
    places: tuple[Place, Place], monkeypatch: pytest.MonkeyPatch
) -> None:
    here, there = places
    there.reached = False
    await until(lambda: bool(there.one.switch.concerns()))
    here.reached = False
    await until(lambda: bool(here.one.switch.concerns()))
    reach, asked = here.one.node.reach, list[bool]()

    def able(unit: str, live: list[str], owner: str, now: float) -> list[str]:
        asked.append(reach.lost(unit, now) and len(live) == 2)
        return Reach.able(reach, unit, live, owner, now)

    monkeypatch.setattr(reach, "able", able)
    await until(lambda: asked.count(True) == SEVERAL)
    assert here.one.acts and not there.one.acts
    there.reached = True
    await until(lambda: there.one.acts)


async def test_a_standby_that_does_not_reach_it_says_so(places: tuple[Place, Place]) -> None:
    _here, there = places
    assert there.one.switch.concerns() == {}
    there.reached = False
    await until(lambda: there.one.switch.concerns().keys() == {"telephone system"})
    there.reached = True
    await until(lambda: there.one.switch.concerns() == {})


async def test_a_node_that_has_not_even_a_way_there_gives_it_up(places: tuple[Place, Place]) -> None:
    here, there = places
    here.no_route = True
    await until(lambda: there.one.acts and not there.one.switch.trouble())
