"""Several phones of one terminal: all ring, the first that is lifted has the call."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from offhook.call import CallState, Cause
from tests.switch.embeddedsite import a_site, close
from tests.switch.site import ANSWERS, RINGS, Site, joined, rejects


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    site = await a_site()
    yield site
    await close(site)


async def test_all_phones_of_the_called_terminal_ring_until_one_is_lifted(site: Site) -> None:
    own, desk, soft = (
        await site.phone("4000"),
        await site.phone("4001", RINGS),
        await site.phone("4001", RINGS),
    )
    call_id = site.dial()
    await desk.event("ringing")
    await soft.event("ringing")
    desk.calls[0].answer()
    await site.until(call_id, CallState.CONNECTED)
    await soft.event("cancelled")
    await joined(own, desk)


async def test_one_call_shows_however_many_phones_ring(site: Site) -> None:
    await site.phone("4000")
    await site.phone("4001", RINGS)
    await site.phone("4001", ANSWERS)
    await site.until(site.dial(), CallState.CONNECTED)
    assert len(site.calls_of("4001")) == 1


async def test_two_phones_that_are_lifted_at_once_do_not_both_get_the_call(site: Site) -> None:
    await site.phone("4000")
    first, second = await site.phone("4001", RINGS), await site.phone("4001", RINGS)
    call_id = site.dial()
    await first.event("ringing")
    await second.event("ringing")
    first.calls[0].answer()
    second.calls[0].answer()
    await site.until(call_id, CallState.CONNECTED)
    await asyncio.wait(
        [asyncio.create_task(phone.event("ended")) for phone in (first, second)],
        return_when=asyncio.FIRST_COMPLETED,
    )
    assert sorted(len(phone.calls) for phone in (first, second)) == [0, 1]


async def test_a_busy_phone_leaves_the_others_ringing(site: Site) -> None:
    await site.phone("4000")
    await site.phone("4001", rejects(486))
    await site.phone("4001", ANSWERS)
    call_id = site.dial()
    await site.until(call_id, CallState.CONNECTED)


@pytest.mark.parametrize(
    ("one", "other", "cause"),
    [(486, 503, Cause.BUSY), (480, 486, Cause.BUSY), (404, 603, Cause.REJECTED), (408, 503, Cause.NO_ANSWER)],
)
async def test_when_all_refuse_the_most_telling_status_counts(
    site: Site, one: int, other: int, cause: Cause
) -> None:
    await site.phone("4000")
    await site.phone("4001", rejects(one))
    await site.phone("4001", rejects(other))
    assert await site.cause(site.dial()) is cause


async def test_a_person_who_declines_declines_on_all_phones(site: Site) -> None:
    await site.phone("4000")
    ringing = await site.phone("4001", RINGS)
    await site.phone("4001", rejects(603))
    assert await site.cause(site.dial()) is Cause.REJECTED
    await ringing.event("cancelled")


async def test_a_drop_stops_every_phone(site: Site) -> None:
    await site.phone("4000")
    first, second = await site.phone("4001", RINGS), await site.phone("4001", RINGS)
    call_id = site.dial()
    await first.event("ringing")
    await second.event("ringing")
    site.drop(call_id)
    await first.event("cancelled")
    await second.event("cancelled")


async def test_the_own_phone_that_lifts_first_makes_the_call(site: Site) -> None:
    rings, lifts = await site.phone("4000", RINGS), await site.phone("4000", ANSWERS)
    callee = await site.phone("4001", ANSWERS)
    await site.until(site.dial(), CallState.CONNECTED)
    await rings.event("cancelled")
    await joined(lifts, callee)
