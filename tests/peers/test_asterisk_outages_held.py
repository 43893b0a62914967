"""Calls on hold and consultations outlive a lost connection to Asterisk, and the Call Manager's restart."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from offhook.call import Call, CallState, Cause, Complete, Consult, Feature, Hold, Retrieve
from offhook.demo.phone import Phone
from offhook.errors import CallError, Refusal
from tests.peers.asterisk import Asterisk
from tests.peers.asterisksite import AsteriskSite, asterisk_site, close
from tests.peers.cutter import Cutter
from tests.peers.outages import connected, cut, mend
from tests.switch.rtp import hears_not, talk
from tests.switch.site import ANSWERS

pytestmark = pytest.mark.peer


@pytest.fixture
async def cutter(asterisk: Asterisk) -> AsyncIterator[Cutter]:
    async with Cutter(asterisk.ami) as cutter:
        yield cutter


@pytest.fixture
async def site(asterisk: Asterisk, cutter: Cutter) -> AsyncIterator[AsteriskSite]:
    site = await asterisk_site(asterisk, host=cutter.address[0], port=cutter.address[1], ping_s=0.3)
    yield site
    await close(site)


async def consulting(site: AsteriskSite) -> tuple[str, Call, Phone]:
    """4000 has 4001 on hold and talks with 4002."""
    call_id, own, _ = await connected(site)
    second = await site.phone("4002", ANSWERS)
    consultation = await site.perform(Consult(call_id, "4000", "4002"))
    await site.until(consultation.id, CallState.CONNECTED)
    await talk(own, second)
    return call_id, consultation, second


async def test_a_call_on_hold_is_still_on_hold_and_is_taken_back(site: AsteriskSite, cutter: Cutter) -> None:
    call_id, own, callee = await connected(site)
    await site.perform(Hold(call_id, "4000"))
    await cut(site, cutter)
    await mend(site, cutter)
    assert site.now(call_id).held
    await hears_not(callee, own)
    await site.perform(Retrieve(call_id, "4000"))
    await talk(own, callee)


async def test_a_consultation_is_still_one_and_is_completed(site: AsteriskSite, cutter: Cutter) -> None:
    call_id, consultation, _ = await consulting(site)
    await cut(site, cutter)
    await mend(site, cutter)
    first, second = site.now(call_id), site.now(consultation.id)
    assert (first.held, first.related, second.related) == (True, second.id, first.id)
    await site.perform(Complete(call_id, "4000"))
    assert await site.cause(call_id) is Cause.TRANSFERRED
    assert await site.cause(consultation.id) is Cause.TRANSFERRED


async def test_who_waited_on_hold_and_hung_up_meanwhile_leaves_no_phone_off_hook(
    site: AsteriskSite, cutter: Cutter
) -> None:
    call_id, own, callee = await connected(site)
    await site.perform(Hold(call_id, "4000"))
    await cut(site, cutter)
    callee.calls[0].hang_up()
    await mend(site, cutter)
    assert await site.cause(call_id) is Cause.NORMAL
    await own.event("ended")


async def test_who_was_consulted_and_hung_up_meanwhile_leaves_the_first_call_on_hold(
    site: AsteriskSite, cutter: Cutter
) -> None:
    call_id, consultation, consulted = await consulting(site)
    await cut(site, cutter)
    consulted.calls[0].hang_up()
    await mend(site, cutter)
    assert await site.cause(consultation.id) is Cause.NORMAL
    first = await site.comes_to(call_id, lambda call: not call.related)
    assert first.held
    await site.perform(Retrieve(call_id, "4000"))
    assert not site.now(call_id).held


async def test_a_phone_that_is_hung_up_meanwhile_ends_its_call_on_hold(
    site: AsteriskSite, cutter: Cutter
) -> None:
    call_id, own, callee = await connected(site)
    await site.perform(Hold(call_id, "4000"))
    await cut(site, cutter)
    own.calls[0].hang_up()
    await mend(site, cutter)
    assert await site.cause(call_id) is Cause.NORMAL
    await callee.event("ended")


async def test_a_command_during_which_the_connection_is_lost_fails(
    site: AsteriskSite, cutter: Cutter
) -> None:
    call_id, own, callee = await connected(site)
    await site.settled(own, callee)
    cutter.mute(True)
    hold = asyncio.create_task(site.perform(Hold(call_id, "4000")))
    await site.service("4000", False)
    with pytest.raises(CallError) as caught:
        await hold
    assert caught.value.refusal is Refusal.FAILURE
    cutter.mute(False)
    await site.service("4000", True)
    live = site.now(call_id)
    assert live.state is CallState.CONNECTED
    assert (Feature.RETRIEVE if live.held else Feature.HOLD) in site.features(call_id)


async def test_a_call_on_hold_is_found_by_the_next_run_of_the_call_manager(asterisk: Asterisk) -> None:
    site = await asterisk_site(asterisk)
    call_id, own, callee = await connected(site)
    await site.perform(Hold(call_id, "4000"))
    await site.switch.stop()
    following = await asterisk_site(asterisk, empty=False)
    found = await following.until_seen(lambda call: call.terminal == "4000" and call.held)
    assert (found.id, found.callee.id, found.state) == (call_id, "4001", CallState.CONNECTED)
    await following.perform(Retrieve(call_id, "4000"))
    await talk(own, callee)
    following.switch.drop(call_id)
    await callee.event("ended")
    await site.hang_up()
    await close(following)


async def held_by_both(site: AsteriskSite) -> tuple[str, str, Phone, Phone]:
    """4000 and 4001 have put the call between them on hold: its two calls, and the phones."""
    call_id, own, callee = await connected(site)
    await site.perform(Hold(call_id, "4000"))
    (far,) = site.live("4001")
    await site.perform(Hold(far.id, "4001"))
    return call_id, far.id, own, callee


async def taken_back_by_both(site: AsteriskSite, one: Call, two: Call) -> None:
    for call in (one, two):
        assert (call.state, call.held, call.held_by_other) == (CallState.CONNECTED, True, True)
    await site.perform(Retrieve(one.id, one.terminal))
    left = await site.comes_to(two.id, lambda call: not call.held_by_other)
    assert left.held
    await site.perform(Retrieve(two.id, two.terminal))


async def test_a_call_that_both_hold_is_still_so_and_is_taken_back(
    site: AsteriskSite, cutter: Cutter
) -> None:
    call, far, own, callee = await held_by_both(site)
    await cut(site, cutter)
    await mend(site, cutter)
    await taken_back_by_both(site, site.now(far), site.now(call))
    await talk(own, callee)


async def test_a_call_that_both_hold_is_found_by_the_next_run_of_the_call_manager(asterisk: Asterisk) -> None:
    site = await asterisk_site(asterisk)
    _, _, own, callee = await held_by_both(site)
    await site.switch.stop()
    following = await asterisk_site(asterisk, empty=False)
    one = await following.until_seen(
        lambda call: call.terminal == "4000" and call.held and call.held_by_other
    )
    two = await following.until_seen(
        lambda call: call.terminal == "4001" and call.held and call.held_by_other
    )
    await taken_back_by_both(following, one, two)
    await talk(own, callee)
    following.switch.drop(one.id)
    await callee.event("ended")
    await site.hang_up()
    await close(following)
