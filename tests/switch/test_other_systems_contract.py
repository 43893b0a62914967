"""Embedded switches of a cluster hold, transfer and forward calls between each other as one alone does.

They pass the contract of all drivers, but where each half of a call is a call of its own: it ends as if the
other party had hung up, and is told only at the answer whom it is with after a transfer.
"""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from offhook.call import (
    CallState,
    Cause,
    Complete,
    Consult,
    Dial,
    Feature,
    Forward,
    Forwarding,
    ForwardWhen,
    Hold,
    Party,
    Pickup,
    Reason,
    Transfer,
)
from offhook.config import GroupSettings
from offhook.demo.behaviour import CallRejected
from tests.switch import scenes
from tests.switch.contract_hold import EndToEndHoldContract
from tests.switch.keys import SALES, Keys
from tests.switch.pairedsite import paired_site
from tests.switch.rtp import talk
from tests.switch.scenes import four_phones, quiet
from tests.switch.site import ANSWERS, RINGS, Site, joined, patience, rejects
from tests.switch.transfers import KIM, LEE, PARK, TransferContract, connected, told, up
from tests.waiting import until

BORDERS = {"alone": ("4000", "4001", "4002", "4003"), "halves": ("4000 4001", "4002 4003")}


@pytest.fixture(params=BORDERS)
async def site(request: pytest.FixtureRequest) -> AsyncIterator[Site]:
    site = await paired_site(*BORDERS[request.param], **patience(request))
    yield site
    await site.close()
    assert site.idle


@pytest.fixture
async def crossed() -> AsyncIterator[Site]:
    """4000 and 4002 are at one switch, 4001 and 4003 at the other."""
    site = await paired_site("4000 4002", "4001 4003")
    yield site
    await site.close()
    assert site.idle


class TestTransfers(TransferContract):
    test_the_callers_transfer_leaves_the_other_two = None  # type: ignore[assignment]
    test_the_called_person_asks_somebody_and_hands_the_call_over = None  # type: ignore[assignment]
    test_nobody_is_left_when_neither_the_third_answers_nor_who_has_transferred = None  # type: ignore[assignment]
    test_the_call_goes_on_when_the_third_does_not_answer = None  # type: ignore[assignment]
    test_a_second_transfer_while_one_is_under_way_has_to_wait = None  # type: ignore[assignment]

    async def test_a_callers_transfer_leaves_the_other_two(self, site: Site) -> None:
        call_id, own, callee, third = await up(site, ANSWERS)
        await own.calls[0].transfer("4002")
        await told(own, "SIP/2.0 200 OK")
        assert await site.cause(call_id) is Cause.NORMAL
        await joined(callee, third)
        await joined(third, callee)
        stayed = await connected(site, "4001", PARK, LEE)
        arrived = await connected(site, "4002", LEE, PARK)
        site.drop(stayed.id)
        await callee.event("ended")
        await third.event("ended")
        assert await site.cause(arrived.id) in (Cause.DROPPED, Cause.NORMAL)

    @pytest.mark.impatient
    async def test_a_call_goes_on_when_the_third_does_not_answer(self, site: Site) -> None:
        call_id, own, callee, third = await up(site, RINGS)
        await callee.calls[0].transfer("4002")
        await third.event("cancelled")
        await told(callee, "SIP/2.0 480 Temporarily Unavailable")
        (arrived,) = site.calls_of("4002")
        assert await site.cause(arrived.id) in (Cause.NO_ANSWER, Cause.CANCELLED)
        site.drop(call_id)
        await own.event("ended")
        await callee.event("ended")

    async def test_who_asks_somebody_hands_the_call_over(self, site: Site) -> None:
        call_id, own, callee, third = await up(site, ANSWERS)
        await callee.calls[0].hold()
        question = site.dial("4001", "4002")
        await site.until(question, CallState.CONNECTED)
        await until(lambda: third.calls[0].remote_media == callee.media)
        await callee.calls[0].transfer_to(callee.calls[1])
        await told(callee, "SIP/2.0 200 OK")
        await joined(own, third)
        await joined(third, own)
        await connected(site, "4000", KIM, PARK)
        arrived = await connected(site, "4002", KIM, PARK)
        for call in site.calls_of("4001"):
            assert await site.cause(call.id) is Cause.NORMAL
        assert len(site.calls_of("4002")) == 1
        site.drop(call_id)
        await third.event("ended")
        assert await site.cause(arrived.id) in (Cause.DROPPED, Cause.NORMAL)

    @pytest.mark.impatient
    async def test_nobody_is_left_when_the_third_does_not_answer_and_who_has_transferred_is_gone(
        self, site: Site
    ) -> None:
        call_id, own, callee, third = await up(site, RINGS)
        await callee.calls[0].transfer("4002")
        await third.event("ringing")
        callee.behaviour = rejects(486)
        callee.calls[0].hang_up()
        assert await site.cause(call_id) in (Cause.NO_ANSWER, Cause.NORMAL)
        await third.event("cancelled")
        await own.event("ended")
        await until(lambda: not site.live())

    async def test_a_second_transfer_of_the_same_half_has_to_wait(self, site: Site) -> None:
        call_id, _, callee, third = await up(site, RINGS)
        await callee.calls[0].transfer("4002")
        await third.event("ringing")
        with pytest.raises(CallRejected, match="491"):
            await callee.calls[0].transfer("4003")
        site.drop(call_id)
        await third.event("cancelled")


class TestHold(EndToEndHoldContract):
    test_a_call_that_both_hold_ends_at_both_when_one_drops_it = None  # type: ignore[assignment]
    test_after_a_completed_consultation_both_are_told_to_whom_they_talk = None  # type: ignore[assignment]
    test_a_call_is_handed_over_to_who_still_rings = None  # type: ignore[assignment]
    test_a_blind_transfer_is_done_when_the_target_rings = None  # type: ignore[assignment]

    @pytest.mark.parametrize("who", ["4000", "4001"])
    async def test_a_call_that_both_hold_ends_for_both_when_one_drops_its_half(
        self, site: Site, who: str
    ) -> None:
        phones = await four_phones(site)
        await scenes.held(site, phones)
        (there,) = site.live("4001")
        await site.perform(Hold(there.id))
        ids = {one: site.live(one)[0].id for one in ("4000", "4001")}
        site.drop(ids[who])
        assert await site.cause(ids[who]) is Cause.DROPPED
        (other,) = ids.keys() - {who}
        assert await site.cause(ids[other]) in (Cause.DROPPED, Cause.NORMAL)
        await scenes.idle(phones)
        await quiet(site, phones)


async def with_whom(site: Site, terminal: str, party: object) -> None:
    """Wait until the terminal's only call is with this party."""

    def shown() -> list[object]:
        calls = site.live(terminal)
        return [call.callee if call.caller.id == terminal else call.caller for call in calls]

    await until(lambda: shown() == [party])


async def test_after_a_consultation_both_are_told_to_whom_they_talk(site: Site) -> None:
    phones = await four_phones(site)
    await scenes.completed(site, phones)
    await with_whom(site, "4001", PARK)
    await with_whom(site, "4002", LEE)
    await talk(phones.other, phones.second)
    await quiet(site, phones)


async def test_who_still_rings_is_told_at_the_answer_to_whom_it_talks(site: Site) -> None:
    phones = await four_phones(site)
    call = await scenes.consults_and_it_rings(site, phones)
    await site.perform(Complete(call))
    await until(lambda: not phones.own.calls)
    phones.second.calls[0].answer()
    await talk(phones.other, phones.second)
    await with_whom(site, "4001", PARK)
    await with_whom(site, "4002", LEE)
    await quiet(site, phones)


async def test_a_transferor_leaves_when_the_target_rings(site: Site) -> None:
    phones = await four_phones(site)
    call = await scenes.talks(site, phones)
    phones.second.behaviour = RINGS
    await site.perform(Transfer(call, "4000", "4002"))
    ended = await site.comes_to(call, lambda call: call.state is CallState.ON_HOOK)
    assert (ended.cause, ended.redirected_to) == (Cause.TRANSFERRED, PARK)
    await until(lambda: not phones.own.calls)
    phones.second.calls[0].answer()
    await talk(phones.other, phones.second)
    await with_whom(site, "4001", PARK)
    await with_whom(site, "4002", LEE)
    await quiet(site, phones)


async def test_both_hand_their_half_on_at_once_and_those_whom_they_name_talk(crossed: Site) -> None:
    _, own, callee, third = await up(crossed, RINGS)
    fourth = await crossed.phone("4003", RINGS)
    await callee.calls[0].transfer("4002")
    await own.calls[0].transfer("4003")
    await third.event("ringing")
    await fourth.event("ringing")
    third.calls[0].answer()
    fourth.calls[0].answer()
    await talk(third, fourth)
    await until(lambda: not own.calls and not callee.calls)
    (arrived,) = crossed.live("4002")
    crossed.drop(arrived.id)
    await fourth.event("ended")
    await until(lambda: not crossed.live())


async def test_nobody_pays_for_a_call_between_two_others_of_the_cluster(crossed: Site) -> None:
    """4000 hands two phones of the other switch to each other: its own is over, and none is outside."""
    phones = await four_phones(crossed)
    call = await scenes.talks(crossed, phones)
    await crossed.perform(Consult(call, "4000", "4003"))
    question = scenes.other_of(crossed, call)
    await crossed.until(question, CallState.CONNECTED)
    await crossed.perform(Complete(call))
    await talk(phones.other, phones.target)
    assert not crossed.live("4000")
    assert {one.external for one in crossed.live()} == {False}
    await quiet(crossed, phones)


async def test_a_phone_to_which_a_call_was_forwarded_there_shows_by_whom(crossed: Site) -> None:
    await crossed.phone("4000")
    await crossed.phone("4001", ANSWERS)
    await crossed.perform(Forward("4002", (Forwarding(ForwardWhen.ALWAYS, "4001"),)))
    call_id = crossed.dial("4000", "4002")
    await crossed.until(call_id, CallState.CONNECTED)
    (there,) = crossed.live("4001")
    assert (there.reason, there.redirecting) == (Reason.FORWARDED_ALWAYS, PARK)


async def test_a_phone_to_which_a_call_was_transferred_there_shows_by_whom(crossed: Site) -> None:
    phones = await four_phones(crossed)
    call = await scenes.talks(crossed, phones)
    phones.target.behaviour = RINGS
    await crossed.perform(Transfer(call, "4000", "4003"))
    await until(lambda: crossed.live("4003"))
    (there,) = crossed.live("4003")
    assert (there.reason, there.redirecting, there.caller) == (Reason.TRANSFERRED, KIM, LEE)
    await quiet(crossed, phones)


async def test_who_answers_there_in_place_of_who_was_called_is_told_to_the_caller(crossed: Site) -> None:
    await crossed.phone("4000")
    await crossed.phone("4003", ANSWERS)
    await crossed.perform(Forward("4001", (Forwarding(ForwardWhen.ALWAYS, "4003"),)))
    call_id = crossed.dial("4000", "4001")
    call = await crossed.comes_to(call_id, lambda call: call.connected_party is not None)
    assert call.connected_party is not None
    assert (call.callee, call.connected_party.id) == (LEE, "4003")


async def test_a_call_that_rings_at_the_other_switch_is_picked_up(crossed: Site) -> None:
    phones = await four_phones(crossed)
    calling = await scenes.dialled(crossed, phones.target, "4001")
    await until(lambda: crossed.live("4001"))
    (rang,) = crossed.live("4001")
    begun = await crossed.perform(Pickup("4000", "4001"))
    assert (begun.terminal, begun.reason, begun.redirecting) == ("4000", Reason.PICKED_UP, LEE)
    await talk(phones.own, phones.target)
    assert (await crossed.cause(rang.id), crossed.now(rang.id).redirected_to) == (Cause.ELSEWHERE, KIM)
    await with_whom(crossed, "4000", Party("Choi", "4003"))
    await crossed.comes_to(calling, lambda call: call.connected_party == KIM)
    await until(lambda: not phones.other.calls)
    crossed.drop(calling)
    assert await crossed.cause(begun.id) is Cause.NORMAL
    await quiet(crossed, phones)


async def test_what_is_picked_up_may_come_from_the_takers_own_switch(crossed: Site) -> None:
    phones = await four_phones(crossed)
    calling = await scenes.dialled(crossed, phones.second, "4001")
    await until(lambda: crossed.live("4001"))
    await crossed.perform(Pickup("4000", "4001"))
    await talk(phones.own, phones.second)
    await with_whom(crossed, "4000", PARK)
    await crossed.comes_to(calling, lambda call: call.connected_party == KIM)
    await quiet(crossed, phones)


async def test_a_key_shows_a_colleague_of_the_other_switch() -> None:
    site = await paired_site("4000 4002", "4001 4003", groups=[SALES])
    keys = Keys(await site.phone("4000"))
    callee, caller = await site.phone("4001", RINGS), await site.phone("4003")
    assert (await keys.watch()).status == 200
    await keys.comes(("4001", "terminated"))
    await site.perform(Dial("4003", "4001"))
    await keys.comes(("4001", "terminated"), ("4001", "early"))
    callee.calls[0].answer()
    await keys.comes(("4001", "terminated"), ("4001", "early"), ("4001", "confirmed"))
    caller.calls[0].hang_up()
    await until(lambda: keys.told[3:] == [("4001", "terminated")])
    assert (await keys.watch("4003")).status == 403  # it is in no group of the watcher's
    await site.close()


async def test_who_is_grouped_with_colleagues_elsewhere_has_the_call_found_by_the_call_manager() -> None:
    site = await paired_site("4000 4002", "4001 4003", groups=[SALES, GroupSettings("all", ("4002",))])
    assert Feature.PICKUP_GROUP not in site.switch.capabilities("4000")
    await site.close()


async def test_where_nothing_rings_any_more_a_pickup_ends_and_the_phone_there_is_not_rung(
    crossed: Site,
) -> None:
    phones = await four_phones(crossed)
    begun = await crossed.perform(Pickup("4000", "4001"))
    assert await crossed.cause(begun.id) is not None
    assert phones.other.invites == 0
    await quiet(crossed, phones)


async def test_nobody_takes_the_own_call_from_whom_it_rings(crossed: Site) -> None:
    phones = await four_phones(crossed)
    calling = await scenes.dialled(crossed, phones.own, "4001")
    await until(lambda: crossed.live("4001"))
    (rang,) = crossed.live("4001")
    begun = await crossed.perform(Pickup("4000", "4001"))
    phones.own.calls[-1].answer()
    assert await crossed.cause(begun.id) is not None
    assert {crossed.states(one)[-1] for one in (calling, rang.id)} == {CallState.RING_BACK}
    await quiet(crossed, phones)


async def test_who_takes_a_call_there_and_hangs_up_at_once_leaves_it_ringing(crossed: Site) -> None:
    phones = await four_phones(crossed)
    await scenes.dialled(crossed, phones.target, "4001")
    await until(lambda: crossed.live("4001"))
    (rang,) = crossed.live("4001")
    phones.own.behaviour = RINGS
    begun = await crossed.perform(Pickup("4000", "4001"))
    crossed.drop(begun.id)
    assert await crossed.cause(begun.id) is Cause.DROPPED
    await until(lambda: not phones.own.calls)
    assert crossed.states(rang.id)[-1] is CallState.RING_BACK
    phones.other.calls[0].answer()
    await talk(phones.other, phones.target)
    await quiet(crossed, phones)


async def test_two_who_forward_to_each_other_over_a_border_do_not_call_in_a_circle(crossed: Site) -> None:
    await crossed.phone("4000")
    forwards = {"4001": "4002", "4002": "4001"}
    phones = [await crossed.phone(one, RINGS) for one in forwards]
    for terminal, number in forwards.items():
        await crossed.perform(Forward(terminal, (Forwarding(ForwardWhen.ALWAYS, number),)))
    crossed.dial("4000", "4001")
    await until(lambda: any(phone.calls for phone in phones))
    assert len(crossed.live()) <= 3
