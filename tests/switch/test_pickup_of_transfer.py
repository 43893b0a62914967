"""A colleague takes a call that rings at the target of a transfer."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress

import pytest

from offhook.call import Call, CallState, Cause, Complete, Pickup, Reason, Reject, Transfer
from offhook.config import GroupSettings
from offhook.demo.phone import CallRejected, Phone
from offhook.errors import Refusal
from tests.switch import scenes
from tests.switch.contract_incoming import DESK, Dialled, ended, refused, rings, silent
from tests.switch.embeddedsite import a_site, close
from tests.switch.rtp import talk
from tests.switch.scenes import four_phones
from tests.switch.site import ANSWERS, FAST, RINGS, Site, ringing_for

SALES = GroupSettings("sales", ("4001", "4002"))


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    site = await a_site(timing=FAST, groups=[SALES], pickup_code="*8", **ringing_for(8))
    yield site
    await close(site)


async def handed_on(site: Site, how: str) -> tuple[Phone, Phone, Phone, Call]:
    """4003 has handed 4000 on to 4001, where it rings: the phones of these three, and the call at 4001."""
    caller, transferor = await site.phone("4000"), await site.phone("4003", ANSWERS)
    target = await site.phone("4001", RINGS)
    await caller.call("4003")
    await talk(caller, transferor)
    if how == "by hand":
        await transferor.calls[0].transfer("4001")
    else:
        await site.perform(Transfer(site.live("4003")[0].id, "4003", "4001"))
    return caller, transferor, target, await rings(site, "4001")


@pytest.mark.parametrize("how", ["by hand", "by program"])
@pytest.mark.parametrize("taken", ["by hand", "by program"])
async def test_it_is_picked_up(site: Site, how: str, taken: str) -> None:
    caller, transferor, target, call = await handed_on(site, how)
    taker = await site.phone("4002", DESK)
    if taken == "by hand":
        await taker.call("*8")
    else:
        begun = await site.perform(Pickup("4002", "4001"))
        assert (begun.reason, begun.caller.id, begun.callee.id) == (Reason.PICKED_UP, "4000", "4001")
        await site.until(begun.id, CallState.CONNECTED)
    over = await ended(site, call, Cause.ELSEWHERE)
    assert over.redirected_to is not None
    assert over.redirected_to.id == "4002"
    await talk(caller, taker)
    await silent(transferor, target)
    (there,) = site.live("4002")
    assert (there.reason, there.caller.id, there.state) == (Reason.PICKED_UP, "4000", CallState.CONNECTED)
    assert site.live("4000")[0].callee.id == "4002"


async def test_a_consultation_that_was_completed_while_it_rang_is_picked_up(site: Site) -> None:
    phones = await four_phones(site)
    call = await scenes.consults_and_it_rings(site, phones)
    await site.perform(Complete(call))
    begun = await site.perform(Pickup("4003", "4002"))
    phones.target.behaviour = ANSWERS
    await site.until(begun.id, CallState.CONNECTED)
    await talk(phones.other, phones.target)
    await silent(phones.own, phones.second)


async def test_who_was_handed_on_does_not_pick_the_call_up(site: Site) -> None:
    await handed_on(site, "by program")
    await refused(site.perform(Pickup("4000", "4001")), Refusal.NOT_POSSIBLE_NOW)


async def test_a_taker_that_does_not_come_leaves_it_ringing(site: Site) -> None:
    caller, transferor, target, _ = await handed_on(site, "by program")
    taker = await site.phone("4002", RINGS)
    begun = await site.perform(Pickup("4002", "4001"))
    await taker.event("ringing")
    taker.calls[0].reject()
    await ended(site, begun, Cause.TERMINAL_REJECTED)
    target.calls[0].answer()
    await talk(caller, target)
    await silent(transferor, taker)


async def test_race_it_is_picked_up_as_it_is_answered(site: Site) -> None:
    caller, transferor, target, _ = await handed_on(site, "by program")
    taker = await site.phone("4002")
    taking = Dialled(taker, "*8")
    target.calls[0].answer()
    await taking.over()
    await talk(caller, next(phone for phone in (target, taker) if phone.calls))
    await silent(transferor, *(phone for phone in (target, taker) if not phone.calls))


async def test_race_it_is_picked_up_as_it_comes_back(site: Site) -> None:
    caller, transferor, target, call = await handed_on(site, "by program")
    taker = await site.phone("4002", RINGS)
    begun = await site.perform(Pickup("4002", "4001"))
    await site.perform(Reject(call.id))
    assert (await rings(site, "4003")).reason is Reason.REMINDER
    await ended(site, begun, Cause.CANCELLED)
    await silent(taker, target)
    await talk(caller, transferor)


async def test_what_comes_back_is_picked_up(site: Site) -> None:
    caller, transferor, _, call = await handed_on(site, "by program")
    transferor.behaviour = RINGS
    await site.perform(Reject(call.id))
    back = await rings(site, "4003")
    taker = await site.phone("4002", DESK)
    await site.perform(Pickup("4002", "4003"))
    await ended(site, back, Cause.ELSEWHERE)
    await talk(caller, taker)


async def test_race_it_is_picked_up_as_the_transferee_gives_up(site: Site) -> None:
    caller, transferor, target, _ = await handed_on(site, "by hand")
    taker = await site.phone("4002")
    taking = asyncio.ensure_future(taker.call("*8"))
    await asyncio.sleep(0)
    caller.calls[0].hang_up()
    with suppress(CallRejected):
        await taking
    await silent(caller, transferor, target, taker)
    await site.empty()
