"""A call from one telephone system to another rings when the switch of one half dies, and another one takes
its place, which the other half does not know: with an address of its own its CANCEL is none."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from math import inf

import pytest

from offhook.call import CallState, Cause
from offhook.demo.behaviour import CallRejected
from offhook.sip.endpoint import Endpoint
from offhook.sip.transaction import Timing
from offhook.switch.embedded.orphans import LOOK_S, Orphans, run_of
from tests.switch.embeddedsite import TERMINALS, a_site, close, settled
from tests.switch.site import ANSWERS, RINGS, Site, joined
from tests.switch.twosystems import PARTS, Others, Pair
from tests.waiting import until


class Mortal(Pair):
    """Nothing is kept for the next switch of a part."""

    def __init__(self) -> None:
        super().__init__()
        self.dead: list[Site] = []

    async def open(self, part: str) -> Site:
        phones = [one for one in TERMINALS if one.id in PARTS[part]]
        site = self.sites[part] = await a_site(terminals=phones)
        site.switch.know_others(Others(self, part))
        return site

    async def replace(self, part: str) -> None:
        """Its switch dies, and another one is at work at some other address."""
        self.dead.append(self.sites[part])
        await self.sites[part].switch.leave()
        self.away.add(part)
        await self.open(part)
        self.away.discard(part)


@pytest.fixture
async def pair() -> AsyncIterator[Mortal]:
    pair = Mortal()
    for part in PARTS:
        await pair.open(part)
    yield pair
    for site in (*pair.dead, *pair.sites.values()):
        await site.hang_up()
    for site in pair.sites.values():
        await close(site)


async def test_a_phone_rings_no_more_for_a_caller_whose_switch_is_gone(pair: Mortal) -> None:
    own, far = await pair.seoul.phone("4000"), await pair.busan.phone("4002", RINGS)
    pair.seoul.dial("4000", "4002")
    await far.event("ringing")
    own.registered = False
    await pair.replace("seoul")
    await far.event("cancelled")
    await until(lambda: not pair.busan.live())


async def test_who_waits_for_a_phone_whose_switch_is_gone_hears_that_nothing_comes_of_it(
    pair: Mortal,
) -> None:
    await pair.seoul.phone("4000")
    by_hand = await pair.seoul.phone("4001")
    for terminal in ("4002", "4003"):
        phone = await pair.busan.phone(terminal, RINGS)
        phone.registered = False
    clicked = pair.seoul.dial("4000", "4002")
    await pair.seoul.until(clicked, CallState.RING_BACK)
    dialled = asyncio.create_task(by_hand.call("4003"))
    await until(lambda: len(pair.busan.live()) == 2)
    await pair.replace("busan")
    assert (await pair.seoul.until(clicked, CallState.ON_HOOK)).cause is Cause.UNREACHABLE
    with pytest.raises(CallRejected):
        await dialled


async def test_a_call_that_is_answered_goes_on(pair: Mortal) -> None:
    """The next switch takes it over."""
    own, far = await pair.seoul.phone("4000"), await pair.busan.phone("4002", ANSWERS)
    call = pair.seoul.dial("4000", "4002")
    await pair.seoul.until(call, CallState.CONNECTED)
    await joined(own, far)
    await settled(pair.switch("busan"))
    (there,) = pair.busan.live()
    orphans = pair.switch("busan").other_systems._orphans
    own.registered = False
    await pair.replace("seoul")
    await until(lambda: not orphans._early)
    assert pair.busan.now(there.id).state is CallState.CONNECTED
    pair.busan.switch.drop(there.id)
    await pair.busan.until(there.id, CallState.ON_HOOK)


class Watched:
    """A half that rings, and what is told of the other systems' keys."""

    def __init__(self, key: str, **keys: str) -> None:
        self.keys, self.rings, self.ended = keys, True, 0
        self.endpoint, self.now = Endpoint(Timing()), 0.0
        Orphans(self.endpoint, lambda: self.keys).watch(run_of(key), lambda: self.rings, self._end)

    def _end(self) -> None:
        self.ended, self.rings = self.ended + 1, False

    def tell(self, **keys: str) -> int:
        """These are the keys from now on; how often it has been ended a second later."""
        self.keys = keys
        self.now += LOOK_S
        self.endpoint.tick(self.now)
        return self.ended


def test_a_half_is_ended_once_when_the_other_system_has_another_key() -> None:
    watched = Watched("one", seoul="one")
    assert [watched.tell(seoul="one"), watched.tell(seoul="two"), watched.tell(seoul="three")] == [0, 1, 1]
    assert watched.endpoint.timers.latest == inf


def test_it_is_not_ended_while_the_other_system_has_none() -> None:
    watched = Watched("one", seoul="one")
    assert [watched.tell(), watched.tell(seoul="one"), watched.tell(), watched.tell(seoul="two")] == [
        0,
        0,
        0,
        1,
    ]


def test_a_key_that_is_told_after_the_call_came_is_that_of_who_has_sent_it() -> None:
    watched = Watched("new", seoul="old")
    assert [watched.tell(seoul="old"), watched.tell(seoul="new"), watched.tell(seoul="newer")] == [0, 0, 1]


def test_a_half_that_rings_no_more_is_not_looked_after() -> None:
    watched = Watched("one", seoul="one")
    watched.rings = False
    assert watched.tell(seoul="two") == 0
    assert watched.endpoint.timers.latest == inf


def test_who_says_nothing_or_something_else_is_never_ended() -> None:
    watched = Watched("made up", seoul="one")
    assert [watched.tell(seoul="two"), watched.tell(seoul="three")] == [0, 0]
