"""Calls that come in at the phones of a real Asterisk."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from offhook.call import (
    Answer,
    CallState,
    Cause,
    DoNotDisturb,
    Feature,
    Forward,
    Forwarding,
    ForwardWhen,
    Hold,
    Park,
    Party,
    Privacy,
    Reason,
    Redirect,
    Reject,
    Retrieve,
    Unpark,
)
from offhook.demo.phone import Behaviour
from offhook.errors import CallError, Refusal
from tests.peers.asterisk import Asterisk
from tests.peers.asterisksite import AsteriskSite, asterisk_site, close
from tests.switch.contract_incoming import (
    DESK,
    Dialled,
    IncomingContract,
    ended,
    header,
    overheard,
    refused,
    requests,
    rings,
    silent,
)
from tests.switch.rtp import talk
from tests.switch.site import ANSWERS, RINGS, Site, joined, rejects
from tests.waiting import until

pytestmark = pytest.mark.peer


@pytest.fixture
async def site(asterisk: Asterisk) -> AsyncIterator[AsteriskSite]:
    site = await asterisk_site(asterisk)
    yield site
    await close(site)


class TestContract(IncomingContract):
    """What Asterisk does in its own way is below in its own words."""

    test_a_phone_that_can_be_told_to_answer_is_told = None  # type: ignore[assignment]  # see test_asterisk_told.py
    test_several_phones_of_a_terminal_have_one_call = None  # type: ignore[assignment]  # no endpoint here has two

    test_of_several_phones_that_are_asked_to_answer_one_has_the_call = None  # type: ignore[assignment]

    async def test_a_second_call_is_the_phones_to_take_or_refuse(self, site: Site) -> None:
        """Call waiting: the phone says 486, or rings."""
        first, second = await site.phone("4000"), await site.phone("4002")
        callee = await site.phone("4001", ANSWERS)
        await first.call("4001")
        callee.behaviour = rejects(486)
        assert await Dialled(second, "4001").over() == 486
        callee.behaviour = RINGS
        waiting = Dialled(second, "4001")
        call = await rings(site, "4001")
        assert len(site.live("4001")) == 2
        await site.perform(Reject(call.id))
        assert await waiting.over() == 403
        await talk(first, callee)

    async def test_race_a_program_answers_as_the_phone_is_answered(self, site: Site) -> None:
        """It may be rung anew for a moment, which no driver can avoid: Asterisk reads the phone's 200 and our
        Originate in different threads, and has no Originate on the condition that a channel still rings. What
        is rung anew in vain is given up, and the phone has the one call."""
        caller, callee = await site.phone("4000"), await site.phone("4001", RINGS)
        dialled = Dialled(caller, "4001")
        call = await rings(site, "4001")
        callee.calls[0].answer()
        await site.perform(Answer(call.id))
        assert await dialled.over() == 0
        await until(lambda: len(callee.calls) == 1 == callee.invites - callee.cancels)
        assert callee.invites <= 2
        await talk(caller, callee)

    async def test_any_other_phone_is_called_anew_and_answers_by_itself(self, site: Site) -> None:
        caller, callee = await site.phone("4000"), await site.phone("4001", DESK)
        heard = overheard(callee)
        dialled = Dialled(caller, "4001")
        call = await rings(site, "4001")
        await site.perform(Answer(call.id))
        assert await dialled.over() == 0
        await until(lambda: callee.cancels == 1)
        assert callee.invites == 2
        (cancel,) = requests(heard, "CANCEL")
        assert 'SIP;cause=200;text="Call completed elsewhere"' in header(cancel, "Reason")[0]
        assert site.states(call.id) == [CallState.RING_BACK, CallState.CONNECTED]
        await talk(caller, callee)

    @pytest.mark.parametrize("kind", [DESK])
    async def test_race_two_programs_answer(self, site: Site, kind: Behaviour) -> None:
        await super().test_race_two_programs_answer(site, kind)

    async def test_who_is_rejected_hears_that_he_is_declined(self, site: Site) -> None:
        """Asterisk says 403 for the cause 21, call rejected."""
        caller, callee = await site.phone("4000"), await site.phone("4001", RINGS)
        dialled = Dialled(caller, "4001")
        call = await rings(site, "4001")
        await site.perform(Reject(call.id))
        assert await dialled.over() == 403
        await ended(site, call, Cause.REJECTED)
        assert not site.now(call.id).missed
        await ended(site, site.calls_of("4000")[0], Cause.REJECTED)
        await silent(caller, callee)

    async def test_a_redirected_call_rings_where_it_was_sent(self, site: Site) -> None:
        caller, callee = await site.phone("4000"), await site.phone("4001", RINGS)
        target = await site.phone("4002", RINGS)
        dialled = Dialled(caller, "4001")
        call = await rings(site, "4001")
        await site.perform(Redirect(call.id, "", "4002"))
        over = await ended(site, call, Cause.FORWARDED)
        assert over.redirected_to == Party("Park", "4002")
        there = await rings(site, "4002")
        assert (there.reason, there.caller.id, there.callee.id) == (Reason.REDIRECTED, "4000", "4001")
        assert there.redirecting == Party("Lee Min-ho", "4001")
        target.calls[0].answer()
        assert await dialled.over() == 0
        outbound = await site.comes_to(site.live("4000")[0].id, lambda call: call.connected_party is not None)
        assert (outbound.callee.id, outbound.connected_party) == ("4001", Party("Park", "4002"))
        await talk(caller, target)
        await until(lambda: not callee.calls)

    async def test_a_redirect_to_nobody_is_refused_and_it_rings_on(self, site: Site) -> None:
        caller, callee = await site.phone("4000"), await site.phone("4001", RINGS)
        dialled = Dialled(caller, "4001")
        call = await rings(site, "4001")
        for number in ("77", "4002"):  # not in the dialplan; a terminal whose phone is not there
            await refused(site.perform(Redirect(call.id, "", number)), Refusal.FAILURE)
        for number in ("4001", "", "40 02"):
            await refused(site.perform(Redirect(call.id, "", number)), Refusal.INVALID_ADDRESS)
        assert site.now(call.id) == call
        callee.calls[0].answer()
        assert await dialled.over() == 0

    async def test_race_a_call_is_rejected_as_the_phone_is_answered(self, site: Site) -> None:
        """The caller has the answer first."""
        caller, callee = await site.phone("4000"), await site.phone("4001", RINGS)
        dialled = Dialled(caller, "4001")
        call = await rings(site, "4001")
        callee.calls[0].answer()
        await site.perform(Reject(call.id))
        assert await dialled.over() in (0, 403)
        await ended(site, call, Cause.REJECTED)
        await silent(caller, callee)

    async def test_race_a_call_is_redirected_as_the_phone_is_answered(self, site: Site) -> None:
        """Whichever comes first at Asterisk."""
        caller, callee = await site.phone("4000"), await site.phone("4001", RINGS)
        target = await site.phone("4002", ANSWERS)
        dialled = Dialled(caller, "4001")
        call = await rings(site, "4001")
        callee.calls[0].answer()
        try:
            await site.perform(Redirect(call.id, "", "4002"))
        except CallError as error:
            assert error.refusal is Refusal.NOT_POSSIBLE_NOW
            await talk(caller, callee)
        else:
            await ended(site, call, Cause.FORWARDED)
            await silent(callee)
            await talk(caller, target)
        assert await dialled.over() == 0


async def test_a_number_that_is_withheld_is_not_shown(site: AsteriskSite) -> None:
    caller = await site.phone("4000")
    await site.phone("4001", RINGS)
    Dialled(caller, "4986")
    call = await rings(site, "4001")
    assert call.caller == Party(privacy=Privacy.WITHHELD)


async def test_a_phone_that_forwards_says_where_and_the_next_one_says_by_whom(site: AsteriskSite) -> None:
    caller = await site.phone("4000")
    await site.phone("4001", Behaviour(answer_after=None, auto_answer=False))
    forwarding = await site.phone("4003", replace(rejects(302), forward_to="4001"))
    Dialled(caller, "4003")
    call = await rings(site, "4001")
    assert (call.redirecting, call.caller.id) == (Party("Choi", "4003"), "4000")
    assert call.reason is not Reason.DIRECT
    await until(lambda: not forwarding.calls)


async def test_a_call_from_a_trunk_comes_from_outside_and_one_from_a_terminal_does_not(
    asterisk: Asterisk,
) -> None:
    site = await asterisk_site(asterisk, external_contexts=("trunks",))
    caller, trunk = await site.phone("4000"), await site.phone("4011")
    callee = await site.phone("4001", RINGS)
    inside = Dialled(caller, "4001")
    assert (await rings(site, "4001")).external is False
    await inside.give_up()
    await silent(callee)
    await site.empty()
    outside = Dialled(trunk, "4001")
    call = await rings(site, "4001")
    assert (call.external, call.caller.id) == (True, "4011")
    await outside.give_up()
    await close(site)


async def test_a_call_that_nobody_answers_is_missed(site: AsteriskSite) -> None:
    caller = await site.phone("4000")
    await site.phone("4001", RINGS)
    Dialled(caller, "4985")
    call = await rings(site, "4001")
    assert (await ended(site, call, Cause.NO_ANSWER)).missed


async def test_a_second_call_is_answered_and_the_first_is_on_hold_and_taken_back(site: AsteriskSite) -> None:
    own = await site.phone("4000", DESK)
    first, second = await site.phone("4001", ANSWERS), await site.phone("4002")
    call = site.dial()
    await site.until(call, CallState.CONNECTED)
    dialled = Dialled(second, "4000")
    waiting = await rings(site, "4000")
    await site.perform(Answer(waiting.id))
    assert await dialled.over() == 0
    assert site.now(call).held
    await talk(own, second)
    await site.perform(Retrieve(call))
    assert site.now(waiting.id).held
    await talk(own, first)


async def test_a_feature_code_dialled_by_hand_shows_in_the_forwardings(site: AsteriskSite) -> None:
    phone = await site.phone("4000")
    Dialled(phone, "*76")
    await until(lambda: bool(site.forwardings and site.forwardings[-1].do_not_disturb))
    await site.perform(DoNotDisturb("4000", on=False))
    await site.perform(Forward("4000", (Forwarding(ForwardWhen.ALWAYS, "4001"),)))
    assert site.forwardings[-1].forwardings == (Forwarding(ForwardWhen.ALWAYS, "4001"),)
    await site.perform(Forward("4000"))
    assert not site.forwardings[-1].forwardings


async def test_an_empty_place_gives_no_parked_call(site: AsteriskSite) -> None:
    await site.phone("4000", DESK)
    await refused(site.perform(Unpark("4000", "719")), Refusal.NOT_POSSIBLE_NOW)


async def test_a_call_is_parked_where_the_person_says(site: AsteriskSite) -> None:
    own, other = await site.phone("4000", DESK), await site.phone("4001", ANSWERS)
    third = await site.phone("4002", ANSWERS)
    call = site.dial()
    await site.until(call, CallState.CONNECTED)
    assert await site.perform(Park(call, "4000", "715")) == "715"
    await silent(own)
    second = site.dial("4000", "4002")
    await site.until(second, CallState.CONNECTED)
    await refused(site.perform(Park(second, "4000", "715")), Refusal.NOT_POSSIBLE_NOW)
    assert site.now(second).state is CallState.CONNECTED
    assert await site.perform(Park(second, "4000", "716")) == "716"
    taken = await site.perform(Unpark("4000", "715"))
    await site.until(taken.id, CallState.CONNECTED)
    await talk(own, other)
    site.drop(taken.id)
    again = await site.perform(Unpark("4000", "716"))
    await site.until(again.id, CallState.CONNECTED)
    await talk(own, third)


async def test_a_parked_call_ends_once_with_its_place_told(site: AsteriskSite) -> None:
    """The phone is hung up at the same moment as Asterisk says where the other party is."""
    own, other = await site.phone("4000", DESK), await site.phone("4001", ANSWERS)
    for _ in range(5):
        call = site.dial()
        await site.until(call, CallState.CONNECTED)
        await joined(own, other)
        slot = await site.perform(Park(call, "4000"))
        over = [one for one in site.seen if one.id == call and one.state is CallState.ON_HOOK]
        assert [(one.cause, one.redirected_to) for one in over] == [(Cause.PARKED, Party("", slot))]
        await silent(own)
        other.calls[0].hang_up()
        await site.empty()


async def test_of_a_place_that_the_lot_does_not_have_asterisk_chooses_another(site: AsteriskSite) -> None:
    await site.phone("4000", DESK)
    await site.phone("4001", ANSWERS)
    call = site.dial()
    await site.until(call, CallState.CONNECTED)
    slot = await site.perform(Park(call, "4000", "999"))
    assert 701 <= int(slot) <= 720
    assert await site.cause(call) is Cause.PARKED


async def test_a_held_call_is_parked_and_the_phone_is_free(site: AsteriskSite) -> None:
    own, _ = await site.phone("4000", DESK), await site.phone("4001", ANSWERS)
    call = site.dial()
    await site.until(call, CallState.CONNECTED)
    await site.perform(Hold(call))
    slot = await site.perform(Park(call))
    over = await site.until(call, CallState.ON_HOOK)
    assert (over.cause, over.redirected_to) == (Cause.PARKED, Party("", slot))
    await silent(own)
    taken = await site.perform(Unpark("4000", slot))
    await site.until(taken.id, CallState.CONNECTED)
    await site.comes_to(taken.id, lambda call: Feature.HOLD in site.features(call.id))
    await site.perform(Hold(taken.id))
    await site.perform(Retrieve(taken.id))
    assert not site.now(taken.id).held
