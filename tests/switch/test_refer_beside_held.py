"""A phone's own transfer key, while its dialog is shared with a call that a program has put on hold."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from offhook.call import Answer, CallState, Cause, Feature, Retrieve
from offhook.demo.phone import CallRejected
from offhook.errors import CallError, Refusal
from tests.switch import scenes
from tests.switch.contract_incoming import ended
from tests.switch.contract_races import ends_well
from tests.switch.embeddedsite import a_site, close
from tests.switch.rtp import hears_not, talk
from tests.switch.scenes import Phones, four_phones, quiet
from tests.switch.site import ANSWERS, RINGS, Site, rejects
from tests.switch.transfers import told
from tests.waiting import until


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    site = await a_site(recall_s=0)
    yield site
    await close(site)


async def is_taken_back(site: Site, phones: Phones, held: str) -> None:
    """The call on hold rings back at the phone, which has it again."""
    await until(lambda: scenes.ringing_call(phones.own) is not None)
    assert [one.id for one in site.live("4000")] == [held]
    phones.own.calls[-1].answer()
    await talk(phones.own, phones.other)
    await quiet(site, phones)


@pytest.mark.parametrize("scene", ["one_held_one_active", "consults"])
async def test_the_call_it_is_in_is_handed_on_and_the_held_one_stays(site: Site, scene: str) -> None:
    phones = await four_phones(site)
    held = await getattr(scenes, scene)(site, phones)
    (active,) = [one for one in site.live("4000") if one.id != held]
    await phones.own.calls[0].transfer("4003")
    await told(phones.own, "SIP/2.0 200 OK")
    await talk(phones.second, phones.target)
    await ended(site, active, Cause.NORMAL)
    assert (site.now(held).held, site.now(held).related) == (True, "")
    await hears_not(phones.own, phones.second)
    phones.own.calls[0].hang_up()
    await is_taken_back(site, phones, held)


async def test_a_phone_that_hangs_up_at_once_is_rung_for_the_held_call(site: Site) -> None:
    phones = await four_phones(site)
    phones.target.behaviour = RINGS
    held = await scenes.one_held_one_active(site, phones)
    await phones.own.calls[0].transfer("4003")
    await phones.target.event("ringing")
    phones.own.calls[0].hang_up()
    await until(lambda: scenes.ringing_call(phones.own) is not None)
    phones.target.calls[0].answer()
    await talk(phones.second, phones.target)
    await is_taken_back(site, phones, held)


async def test_a_target_that_refuses_leaves_both_calls_as_they_were(site: Site) -> None:
    phones = await four_phones(site)
    phones.target.behaviour = rejects(486)
    held = await scenes.one_held_one_active(site, phones)
    await phones.own.calls[0].transfer("4003")
    await told(phones.own, "SIP/2.0 486 Busy Here")
    await talk(phones.own, phones.second)
    assert site.now(held).held
    await quiet(site, phones)


async def test_a_call_in_a_second_dialog_is_joined_with_the_one_that_shares_the_first(site: Site) -> None:
    phones = await four_phones(site)
    held = await scenes.one_held_one_active(site, phones)
    asked = await phones.own.call("4003")
    await asked.transfer_to(phones.own.calls[0])
    await told(phones.own, "SIP/2.0 200 OK")
    await talk(phones.second, phones.target)
    phones.target.behaviour = ANSWERS
    assert [one.id for one in site.live("4000")] == [held]
    phones.own.calls[0].hang_up()
    await is_taken_back(site, phones, held)


async def test_a_phone_that_is_just_given_the_call_that_rings_hands_on_none(site: Site) -> None:
    phones = await four_phones(site)
    held = await scenes.held_after_being_called(site, phones)
    ringing = await scenes.rings(site, phones, phones.second)
    answering = asyncio.create_task(site.perform(Answer(ringing, "4000")))
    await asyncio.sleep(0)  # the phone is just asked to change over
    with pytest.raises(CallRejected, match="491"):
        await phones.own.calls[0].transfer("4003")
    await answering
    await talk(phones.own, phones.second)
    assert (site.now(held).state, site.now(held).held) == (CallState.CONNECTED, True)
    await ends_well(site, phones)


async def test_a_phone_that_is_handing_a_call_on_is_not_given_the_held_one(site: Site) -> None:
    phones = await four_phones(site)
    phones.target.behaviour = RINGS
    held = await scenes.held(site, phones)
    ringing = await scenes.rings(site, phones, phones.second)
    await site.perform(Answer(ringing, "4000"))
    await phones.own.calls[0].transfer("4003")
    await phones.target.event("ringing")
    assert not {Feature.RETRIEVE, Feature.SWAP} & site.features(held)
    with pytest.raises(CallError) as refused:
        await site.perform(Retrieve(held, "4000"))
    assert refused.value.refusal is Refusal.NOT_POSSIBLE_NOW
    phones.target.calls[0].answer()
    await talk(phones.second, phones.target)
    await ended(site, site.now(ringing), Cause.NORMAL)
    assert Feature.RETRIEVE in site.features(held)
    await ends_well(site, phones)
