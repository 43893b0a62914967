"""Conferences of more than three at a real Asterisk."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from offhook.call import Answer, CallState, Cause, Conference, Consult, Feature, Hold, Retrieve, Swap
from offhook.demo.phone import Phone
from offhook.errors import CallError, Refusal
from offhook.switch.asterisk import offers
from tests.peers.asterisk import Asterisk
from tests.peers.asterisksite import asterisk_site, close
from tests.switch import scenes
from tests.switch.contract_races import ends_well, hang_up, outcome
from tests.switch.rtp import hears_not, talk
from tests.switch.scenes import Phones, four_phones
from tests.switch.site import Site, rejects
from tests.waiting import until

pytestmark = pytest.mark.peer


@pytest.fixture
async def site(asterisk: Asterisk) -> AsyncIterator[Site]:
    site = await asterisk_site(asterisk)
    yield site
    await close(site)


async def asks(site: Site, phones: Phones) -> tuple[str, str]:
    """4000, 4001 and 4002 confer, and 4000 asks 4003. A call of the conference, and the new one."""
    call = await scenes.in_conference(site, phones)
    asked = await site.perform(Consult(call, "4000", "4003"))
    await site.until(asked.id, CallState.CONNECTED)
    await talk(phones.own, phones.target)
    return call, asked.id


def held(site: Site) -> list[bool]:
    """Of the calls of 4000 that are in its conference: is it away from them?"""
    return [call.held for call in site.live("4000") if call.conference]


def conferences(site: Site) -> list[str]:
    return [call.conference for call in site.live("4000")]


async def all_hear(*phones: Phone) -> None:
    for one, other in zip(phones, (*phones[1:], phones[0]), strict=True):
        await talk(one, other)


async def test_a_fourth_is_asked_while_the_others_talk_on_and_comes_into_the_conference(site: Site) -> None:
    phones = await four_phones(site)
    call, asked = await asks(site, phones)
    assert held(site) == [True, True]
    await talk(phones.other, phones.second)
    await hears_not(phones.other, phones.own)
    assert Feature.CONFERENCE in site.features(call) & site.features(asked)
    await site.perform(Conference(asked, "4000"))
    (name,) = set(conferences(site))
    assert (len(conferences(site)), name, held(site)) == (3, site.now(call).conference, [False] * 3)
    await all_hear(phones.own, phones.other, phones.second, phones.target)
    await ends_well(site, phones)


async def test_who_has_called_four_together_may_leave_them(site: Site) -> None:
    phones = await four_phones(site)
    _, asked = await asks(site, phones)
    await site.perform(Conference(asked, "4000"))
    hang_up(phones.own)
    await until(lambda: not site.live("4000"))
    await all_hear(phones.other, phones.second, phones.target)
    await ends_well(site, phones)


async def test_one_of_four_is_put_out_of_the_conference_by_dropping_its_call(site: Site) -> None:
    phones = await four_phones(site)
    call, asked = await asks(site, phones)
    await site.perform(Conference(asked, "4000"))
    site.drop(call)
    await until(lambda: not phones.other.calls)
    await all_hear(phones.own, phones.second, phones.target)
    await ends_well(site, phones)


async def test_who_goes_back_without_the_fourth_is_heard_again(site: Site) -> None:
    phones = await four_phones(site)
    call, asked = await asks(site, phones)
    await site.perform(Swap(call, "4000"))
    assert held(site) == [False, False]
    assert site.now(asked).held
    await all_hear(phones.own, phones.other, phones.second)
    await hears_not(phones.target, phones.own)
    await site.perform(Conference(asked, "4000"))  # who waits on hold comes in as well
    await all_hear(phones.own, phones.other, phones.second, phones.target)
    await ends_well(site, phones)


async def test_the_fourth_is_dropped_and_the_phone_comes_back_by_itself(site: Site) -> None:
    phones = await four_phones(site)
    call, asked = await asks(site, phones)
    site.drop(asked)
    await site.comes_to(call, lambda call: not call.held)
    await all_hear(phones.own, phones.other, phones.second)
    await ends_well(site, phones)


async def test_a_fourth_who_is_busy_leaves_the_conference_to_be_taken_back(site: Site) -> None:
    phones = await four_phones(site)
    call = await scenes.in_conference(site, phones)
    phones.target.behaviour = rejects(486)
    asked = await site.perform(Consult(call, "4000", "4003"))
    assert await site.cause(asked.id) is Cause.BUSY
    await site.comes_to(call, lambda call: not call.related)
    await site.perform(Retrieve(call, "4000"))
    assert held(site) == [False, False]
    await all_hear(phones.own, phones.other, phones.second)
    await ends_well(site, phones)


async def test_when_the_phone_is_hung_up_while_it_asks_the_others_talk_on(site: Site) -> None:
    phones = await four_phones(site)
    await asks(site, phones)
    hang_up(phones.own)
    await until(lambda: not site.live("4000"))
    await talk(phones.other, phones.second)
    await ends_well(site, phones)


async def test_who_is_left_alone_while_the_phone_asks_waits_for_it(site: Site) -> None:
    phones = await four_phones(site)
    call, asked = await asks(site, phones)
    hang_up(phones.other)
    assert await site.cause(call) is Cause.NORMAL
    await talk(phones.own, phones.target)
    await site.perform(Conference(asked, "4000"))
    await all_hear(phones.own, phones.second, phones.target)
    await ends_well(site, phones)


async def back(site: Site, phones: Phones, call: str) -> None:
    """Until the phone is in its conference again: if it was hung up with the other call it rings, else the
    conference can be taken back, unless the phone is just being hung up."""
    while any(held(site)):
        if (ringing := scenes.ringing_call(phones.own)) is not None:
            ringing.answer()
        elif Feature.RETRIEVE in site.features(call):
            await outcome(site.perform(Retrieve(call, "4000")))
        await asyncio.sleep(0.02)


async def test_who_has_answered_another_call_is_rung_for_the_conference_when_that_is_over(site: Site) -> None:
    phones = await four_phones(site)
    call = await scenes.in_conference(site, phones)
    waiting = await scenes.rings(site, phones, phones.target)
    await site.perform(Answer(waiting, "4000"))
    await talk(phones.own, phones.target)
    hang_up(phones.target)
    await until(lambda: scenes.ringing_call(phones.own) is not None)
    assert site.features(call) == {Feature.DROP}
    phones.own.calls[-1].answer()
    await until(lambda: held(site) == [False, False])
    await all_hear(phones.own, phones.other, phones.second)
    await ends_well(site, phones)


async def test_a_call_that_comes_in_is_answered_meanwhile_and_joins_them(site: Site) -> None:
    phones = await four_phones(site)
    call = await scenes.in_conference(site, phones)
    waiting = await scenes.rings(site, phones, phones.target)
    await site.perform(Answer(waiting, "4000"))
    assert held(site) == [True, True]
    await talk(phones.own, phones.target)
    await site.perform(Conference(call, "4000", waiting))
    await all_hear(phones.own, phones.other, phones.second, phones.target)
    await ends_well(site, phones)


async def test_a_call_that_comes_in_and_is_given_up_as_it_is_answered_leaves_the_phone_in_its_conference(
    site: Site,
) -> None:
    phones = await four_phones(site)
    call = await scenes.in_conference(site, phones)
    waiting = await scenes.rings(site, phones, phones.target)
    answer = asyncio.create_task(outcome(site.perform(Answer(waiting, "4000"))))
    hang_up(phones.target)
    await answer
    await site.cause(waiting)
    await back(site, phones, call)
    assert held(site) == [False, False]
    await all_hear(phones.own, phones.other, phones.second)
    await ends_well(site, phones)


async def test_there_is_an_end_to_it(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(offers, "MAX_CONFERENCE", 3)
    phones = await four_phones(site)
    call = await scenes.in_conference(site, phones)
    assert site.features(call) == {Feature.DROP}
    for command in (Consult(call, "4000", "4003"), Hold(call, "4000")):
        with pytest.raises(CallError) as caught:
            await site.perform(command)
        assert caught.value.refusal is Refusal.NOT_POSSIBLE_NOW
    await ends_well(site, phones)
