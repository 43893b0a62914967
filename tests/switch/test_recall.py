"""Who has transferred a call whose target does not come is rung again."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from offhook.call import (
    Answer,
    Call,
    CallState,
    Cause,
    Complete,
    DoNotDisturb,
    Feature,
    Hold,
    Reason,
    Reject,
    Transfer,
)
from offhook.demo.phone import Phone
from offhook.errors import CallError, Refusal
from tests.switch import scenes
from tests.switch.contract_incoming import TALKS, ended, rings, silent
from tests.switch.embeddedsite import a_site, close
from tests.switch.rtp import hears, talk
from tests.switch.scenes import four_phones
from tests.switch.site import ANSWERS, FAST, RINGS, Site, joined, rejects, ringing_for
from tests.switch.transferring import begin, up
from tests.switch.trunksite import FRIEND, a_provider, a_site_with, a_trunk
from tests.switch.unplugged import Unplugged
from tests.waiting import until

HOW = pytest.mark.parametrize("how", ["by hand", "by program"])


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    site = await a_site(timing=FAST, recall_s=0.6, **ringing_for(8))
    yield site
    await close(site)


async def handed_on(site: Site, transferor: Phone, how: str, target: str = "4002") -> Call:
    """The transferor has left, and the target rings: its call."""
    (first,) = transferor.calls
    call = await begin(site, transferor, how, target)
    if how == "by hand":
        first.hang_up()
    await until(lambda: first not in transferor.calls)  # it may be rung again by now
    return call


@HOW
async def test_the_transferor_is_rung_again_when_nobody_answers(site: Site, how: str) -> None:
    caller, transferor = await up(site)
    target = await site.phone("4002", RINGS)
    transferor.behaviour = RINGS
    was = site.live("4001")[0].id
    there = await handed_on(site, transferor, how)
    back = await rings(site, "4001")
    assert (back.reason, back.caller.id, back.id != was) == (Reason.REMINDER, "4000", True)
    assert back.redirecting is not None
    assert back.redirecting.id == "4002"
    assert site.features(back.id) == {Feature.ANSWER, Feature.REJECT, Feature.REDIRECT, Feature.DROP}
    assert (await ended(site, there, Cause.NO_ANSWER)).missed
    await silent(target)
    transferor.calls[0].answer()
    await talk(caller, transferor)
    (mine,) = site.live("4000")
    assert mine.callee.id == "4001"
    assert (site.now(back.id).state, len(site.live("4001"))) == (CallState.CONNECTED, 1)


async def test_a_program_answers_what_comes_back(site: Site) -> None:
    caller, transferor = await up(site)
    await site.phone("4002", RINGS)
    transferor.behaviour = TALKS
    await handed_on(site, transferor, "by program")
    await site.perform(Answer((await rings(site, "4001")).id))
    await talk(caller, transferor)


async def test_a_target_that_refuses_is_no_end(site: Site) -> None:
    caller, transferor = await up(site)
    await site.phone("4002", RINGS)
    transferor.behaviour = RINGS
    call = await handed_on(site, transferor, "by program")
    await site.perform(Reject(call.id))
    await ended(site, call, Cause.REJECTED)
    assert (await rings(site, "4001")).reason is Reason.REMINDER
    transferor.calls[0].answer()
    await talk(caller, transferor)


async def test_a_consultation_that_was_completed_while_it_rang_comes_back(site: Site) -> None:
    phones = await four_phones(site)
    call = await scenes.consults_and_it_rings(site, phones)
    await site.perform(Complete(call))
    phones.own.behaviour = RINGS
    back = await rings(site, "4000")
    assert (back.reason, back.caller.id) == (Reason.REMINDER, "4001")
    await silent(phones.second)
    phones.own.calls[0].answer()
    await talk(phones.other, phones.own)
    assert site.live("4001")[0].caller.id == "4000"


@pytest.mark.parametrize("busy", [True, False])
async def test_where_the_transferor_does_not_come_either_the_call_ends_for_the_first_reason(
    site: Site, busy: bool
) -> None:
    caller, transferor = await up(site)
    await site.phone("4002", RINGS)
    (mine,) = site.live("4000")
    await begin(site, transferor, "by program")
    if busy:
        transferor.behaviour = rejects(486)
    else:
        await transferor.stop()
    await ended(site, mine, Cause.NO_ANSWER)
    await silent(caller)
    assert not site.live()


async def test_it_comes_back_once(site: Site) -> None:
    caller, transferor = await up(site)
    await site.phone("4002", RINGS)
    transferor.behaviour = RINGS
    await handed_on(site, transferor, "by program")
    back = await rings(site, "4001")
    await site.perform(Reject(back.id))
    await silent(caller, transferor)
    await site.empty()


async def test_it_comes_back_to_who_is_not_to_be_disturbed(site: Site) -> None:
    caller, transferor = await up(site)
    await site.phone("4002", RINGS)
    await site.perform(DoNotDisturb("4001"))
    await handed_on(site, transferor, "by program")
    await talk(caller, transferor)


async def test_the_transferee_hangs_up_as_it_comes_back(site: Site) -> None:
    caller, transferor = await up(site)
    await site.phone("4002", RINGS)
    transferor.behaviour = RINGS
    await handed_on(site, transferor, "by program")
    back = await rings(site, "4001")
    caller.calls[0].hang_up()
    assert (await ended(site, back, Cause.CANCELLED)).missed
    await silent(transferor)


async def test_without_it_the_call_ends() -> None:
    site = await a_site(timing=FAST, recall_s=0, **ringing_for(0.5))
    caller, transferor = await up(site)
    await site.phone("4002", RINGS)
    (mine,) = site.live("4000")
    await handed_on(site, transferor, "by program")
    await ended(site, mine, Cause.NO_ANSWER)
    assert transferor.invites == 1
    await silent(caller)
    await close(site)


@HOW
async def test_who_was_handed_on_hears_music_until_somebody_answers(how: str) -> None:
    site = await a_site(timing=FAST, recall_s=0.5, music_on_hold="4003", **ringing_for(8))
    source = await site.phone("4003", ANSWERS)
    caller, transferor = await up(site)
    await site.phone("4002", RINGS)
    transferor.behaviour = RINGS
    await handed_on(site, transferor, how)
    await hears(caller, source)
    await rings(site, "4001")
    await hears(caller, source)
    transferor.calls[0].answer()
    await talk(caller, transferor)
    await until(lambda: not source.calls)
    await close(site)


@pytest.mark.parametrize("how", ["dropped", "rejected", "refused"])
async def test_a_target_that_does_not_take_somebody_from_outside_is_out_of_it(how: str) -> None:
    """Its call was all that was told of: it ends at once, and the transferor is rung again."""
    provider = await a_provider()
    site = await a_site_with(a_trunk(provider.address))
    transferor = await site.phone("4000")
    target = await site.phone("4001", RINGS)
    friend = await provider.phone(FRIEND, ANSWERS)
    first = site.dial("4000", "08912345678")
    await site.comes_to(first, lambda call: call.state is CallState.CONNECTED)
    await until(lambda: Feature.TRANSFER in site.features(first))
    await site.perform(Transfer(first, "4000", "4001"))
    transferor.behaviour = RINGS
    there = await rings(site, "4001")
    if how == "dropped":
        site.drop(there.id)
        assert site.now(there.id).state is CallState.ON_HOOK
    elif how == "rejected":
        await site.perform(Reject(there.id))
    else:
        target.calls[0].reject(486)
    await site.comes_to(there.id, lambda call: call.state is CallState.ON_HOOK)
    assert (await rings(site, "4000")).reason is Reason.REMINDER
    assert not site.live("4001")
    transferor.calls[0].answer()
    await joined(friend, transferor)
    await joined(transferor, friend)
    (back,) = site.live("4000")
    site.drop(back.id)
    await until(lambda: not friend.calls and not transferor.calls)
    assert not site.live()
    await close(site)
    await provider.close()


async def test_a_transfer_ends_with_its_call_and_nobody_is_rung_again(site: Site) -> None:
    """Who was handed on has another call on hold at the same phone, which so outlives the dropped one."""
    phones = await four_phones(site)
    waits = site.dial("4001", "4003")
    await site.until(waits, CallState.CONNECTED)
    await site.perform(Hold(waits, "4001"))
    dropped = site.dial("4001", "4000")
    await until(lambda: phones.own.calls)
    phones.own.calls[-1].answer()
    await site.until(dropped, CallState.CONNECTED)
    (own,) = site.live("4000")
    Unplugged(phones.second)  # so that it does not ring, by which the transfer would be done
    transfer = asyncio.create_task(site.perform(Transfer(own.id, "4000", "4002")))
    await until(lambda: site.features(own.id) == {Feature.DROP})
    site.drop(dropped)
    with pytest.raises(CallError) as caught:
        await transfer
    assert caught.value.refusal is Refusal.FAILURE
    assert [call.id for call in site.live("4001")] == [waits]
    await scenes.quiet(site, phones)
    assert phones.own.invites == 1
