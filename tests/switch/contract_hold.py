"""Hold, consultation and transfer by us, for the drivers that are a back-to-back user agent: what the
contract of commands does not try.

A driver's test class derives from `HoldContract` and has a fixture `site`.
"""

from __future__ import annotations

import asyncio

import pytest

from offhook.call import (
    Answer,
    Call,
    CallState,
    Cause,
    Command,
    Complete,
    Consult,
    Dtmf,
    Feature,
    Hold,
    Party,
    Reason,
    Retrieve,
    Swap,
    Transfer,
)
from offhook.demo.phone import Phone, PhoneCall
from offhook.errors import CallError, Refusal
from offhook.sip.endpoint import ServerTransaction
from offhook.sip.message import Request, make_response
from offhook.switch.b2bua import turns
from tests.switch import scenes
from tests.switch.contract_races import ends_well, hang_up, outcome
from tests.switch.rtp import hears_not, talk
from tests.switch.scenes import four_phones, other_of
from tests.switch.site import RINGS, Site, rejects
from tests.switch.transfers import LateWithOffers, refuse_offers, say_nothing_to_offers
from tests.waiting import until

KIM, LEE, PARK = Party("Kim", "4000"), Party("Lee Min-ho", "4001"), Party("Park", "4002")


async def refusal_of(site: Site, command: Command[object]) -> Refusal:
    with pytest.raises(CallError) as caught:
        await site.perform(command)
    return caught.value.refusal


def as_before(phone: Phone) -> None:
    """The phone answers offers again."""
    vars(phone).pop("_reinvited", None)


def says_491_once(phone: Phone) -> None:
    """The phone has just sent a re-INVITE of its own when the next one comes."""

    def refuse(call: PhoneCall, transaction: ServerTransaction, request: Request, now: float) -> None:
        as_before(phone)
        phone.endpoint.respond(transaction, make_response(request, 491), now)

    phone._reinvited = refuse  # type: ignore[method-assign]


def there(site: Site, terminal: str) -> Call:
    """The only live call of the terminal."""
    (call,) = site.live(terminal)
    return call


class HoldContract:
    async def test_the_hold_key_of_the_own_phone_is_told_at_both_ends(self, site: Site) -> None:
        phones = await four_phones(site)
        call = await scenes.talks(site, phones)
        await phones.own.calls[0].hold()
        await site.comes_to(call, lambda call: call.held and not call.held_by_other)
        await site.comes_to(there(site, "4001").id, lambda call: call.held_by_other and not call.held)
        assert not site.features(call) & {Feature.HOLD, Feature.RETRIEVE}
        assert await refusal_of(site, Retrieve(call)) is Refusal.NOT_POSSIBLE_NOW
        await phones.own.calls[0].resume()
        await site.comes_to(call, lambda call: not call.held)
        assert not there(site, "4001").held_by_other
        await talk(phones.own, phones.other)
        await ends_well(site, phones)

    async def test_the_held_party_is_told_so(self, site: Site) -> None:
        phones = await four_phones(site)
        call = await scenes.held(site, phones)
        far = there(site, "4001")
        assert (far.held, far.held_by_other) == (False, True)
        assert not any(told.held_by_other for told in site.seen if told.id == call)
        await site.perform(Retrieve(call))
        assert not there(site, "4001").held_by_other
        await ends_well(site, phones)

    async def test_two_hold_the_same_call_and_it_is_held_until_both_have_taken_it_back(
        self, site: Site
    ) -> None:
        phones = await four_phones(site)
        call = await scenes.held(site, phones)
        far = there(site, "4001").id
        await site.perform(Hold(far))
        assert (site.now(call).held, site.now(call).held_by_other) == (True, True)
        await site.perform(Retrieve(call))
        assert (site.now(call).held, site.now(call).held_by_other) == (False, True)
        await hears_not(phones.own, phones.other)
        await hears_not(phones.other, phones.own)
        await site.perform(Retrieve(far))
        assert (site.now(call).held, site.now(call).held_by_other) == (False, False)
        await talk(phones.own, phones.other)
        await ends_well(site, phones)

    async def test_who_is_on_hold_holds_as_well_and_calls_somebody_else(self, site: Site) -> None:
        phones = await four_phones(site)
        call = await scenes.held(site, phones)
        far = there(site, "4001").id
        await site.perform(Hold(far))
        second = site.dial("4001", "4003")
        await site.until(second, CallState.CONNECTED)
        await talk(phones.other, phones.target)
        await site.perform(Retrieve(call))
        await site.comes_to(call, lambda call: call.held_by_other and not call.held)
        await talk(phones.other, phones.target)
        await hears_not(phones.own, phones.target)
        site.drop(second)
        await until(lambda: not phones.target.calls)
        await site.perform(Retrieve(far))
        await talk(phones.own, phones.other)
        await ends_well(site, phones)

    @pytest.mark.parametrize("who", ["4000", "4001"])
    async def test_a_call_that_both_hold_ends_at_both_when_one_drops_it(self, site: Site, who: str) -> None:
        phones = await four_phones(site)
        await scenes.held(site, phones)
        await site.perform(Hold(there(site, "4001").id))
        ids = {call.id for call in site.live()}
        site.drop(there(site, who).id)
        assert {await site.cause(one) for one in ids} == {Cause.DROPPED}
        await scenes.idle(phones)
        await ends_well(site, phones)

    @pytest.mark.parametrize("who", ["own", "other"])
    async def test_a_reinvite_that_meets_another_one_is_tried_again(
        self, site: Site, who: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """RFC 3261 §14.1."""
        monkeypatch.setattr("random.uniform", lambda _least, _most: 0.05)
        phones = await four_phones(site)
        call = await scenes.talks(site, phones)
        says_491_once(getattr(phones, who))
        await site.perform(Hold(call))
        await hears_not(phones.other, phones.own)
        says_491_once(getattr(phones, who))
        await site.perform(Retrieve(call))
        await talk(phones.own, phones.other)
        await ends_well(site, phones)

    async def test_a_call_on_hold_ends_when_the_other_party_hangs_up(self, site: Site) -> None:
        phones = await four_phones(site)
        call = await scenes.held(site, phones)
        hang_up(phones.other)
        assert await site.cause(call) is Cause.NORMAL
        await ends_well(site, phones)

    async def test_a_consultation_needs_no_second_line_of_the_phone(self, site: Site) -> None:
        phones = await four_phones(site)
        call = await scenes.talks(site, phones)
        invited = phones.own.invites
        await site.perform(Consult(call, "4000", "4003"))
        await site.until(other_of(site, call), CallState.CONNECTED)
        await talk(phones.own, phones.target)
        assert (phones.own.invites, len(phones.own.calls)) == (invited, 1)
        await ends_well(site, phones)

    async def test_who_dials_with_a_call_on_hold_needs_no_second_line_either(self, site: Site) -> None:
        phones = await four_phones(site)
        call = await scenes.held(site, phones)
        invited = phones.own.invites
        second = site.dial("4000", "4003")
        await site.until(second, CallState.CONNECTED)
        await talk(phones.own, phones.target)
        assert (phones.own.invites, len(phones.own.calls)) == (invited, 1)
        site.drop(second)
        await until(lambda: not phones.target.calls)
        assert (site.now(call).held, site.now(call).state) == (True, CallState.CONNECTED)
        await site.perform(Retrieve(call))
        await talk(phones.own, phones.other)
        await ends_well(site, phones)

    async def test_a_call_that_waits_is_answered_without_a_second_line_of_the_phone(self, site: Site) -> None:
        phones = await four_phones(site)
        waiting = await scenes.waits(site, phones)
        if Feature.ANSWER not in site.features(waiting):
            pytest.skip("the PBX does not pass on what asks a phone to answer")
        first = other_of(site, waiting)
        await site.perform(Answer(waiting, "4000"))
        assert (site.now(first).held, site.now(waiting).state) == (True, CallState.CONNECTED)
        await talk(phones.own, phones.second)
        await hears_not(phones.other, phones.own)
        await until(lambda: len(phones.own.calls) == 1)
        await site.perform(Swap(first))
        await talk(phones.own, phones.other)
        await site.perform(Complete(first, "4000", waiting))
        await talk(phones.other, phones.second)
        await until(lambda: not phones.own.calls)
        await ends_well(site, phones)

    async def test_three_calls_share_a_phone(self, site: Site) -> None:
        phones = await four_phones(site)
        first = await scenes.held(site, phones)
        second = await scenes.calls(site, phones, "4002")
        phones.second.calls[0].answer()
        await site.until(second, CallState.CONNECTED)
        await site.perform(Hold(second))
        third = site.dial("4000", "4003")
        await site.until(third, CallState.CONNECTED)
        await talk(phones.own, phones.target)
        await site.perform(Swap(first))
        assert [site.now(one).held for one in (first, second, third)] == [False, True, True]
        await talk(phones.own, phones.other)
        site.drop(first)
        await until(lambda: not phones.other.calls)
        await site.perform(Retrieve(second))
        await talk(phones.own, phones.second)
        await hears_not(phones.target, phones.own)
        await ends_well(site, phones)

    async def test_a_consultation_that_nobody_takes_leaves_the_first_call_on_hold(self, site: Site) -> None:
        phones = await four_phones(site)
        call = await scenes.talks(site, phones)
        phones.second.behaviour = rejects(486)
        begun = await site.perform(Consult(call, "4000", "4002"))
        assert await site.cause(begun.id) is Cause.BUSY
        first = await site.comes_to(call, lambda call: not call.related)
        assert (first.held, first.state) == (True, CallState.CONNECTED)
        await site.perform(Retrieve(call))
        await talk(phones.own, phones.other)
        await ends_well(site, phones)

    async def test_the_first_call_is_taken_back_while_the_consultation_rings(self, site: Site) -> None:
        phones = await four_phones(site)
        call = await scenes.consults_and_it_rings(site, phones)
        consultation = other_of(site, call)
        await site.perform(Retrieve(call))
        assert await site.cause(consultation) is Cause.DROPPED
        assert (site.now(call).held, site.now(call).related) == (False, "")
        await talk(phones.own, phones.other)
        await until(lambda: not phones.second.calls)
        await ends_well(site, phones)

    @pytest.mark.parametrize("address", ["4000", "no such"])
    async def test_a_consultation_with_nobody_that_can_be_called_changes_nothing(
        self, site: Site, address: str
    ) -> None:
        phones = await four_phones(site)
        call = await scenes.talks(site, phones)
        before = len(site.seen)
        assert await refusal_of(site, Consult(call, "4000", address)) is Refusal.INVALID_ADDRESS
        assert len(site.seen) == before
        await talk(phones.own, phones.other)
        await ends_well(site, phones)

    async def test_when_the_phone_is_hung_up_in_a_consultation_the_call_on_hold_rings_back(
        self, site: Site
    ) -> None:
        phones = await four_phones(site)
        call = await scenes.consults(site, phones)
        consultation = other_of(site, call)
        hang_up(phones.own)
        assert await site.cause(consultation) is Cause.NORMAL
        await until(lambda: scenes.ringing_call(phones.own) is not None)
        assert (site.now(call).held, site.now(call).related) == (True, "")
        assert site.features(call) == {Feature.DROP}
        phones.own.calls[0].answer()
        await site.comes_to(call, lambda call: not call.held)
        await talk(phones.own, phones.other)
        await site.perform(Hold(call))
        await ends_well(site, phones)

    async def test_a_call_on_hold_rings_back_when_its_phone_is_hung_up(self, site: Site) -> None:
        """As an exchange does it (Telcordia GR-577): nobody who waits is lost by putting the handset down."""
        phones = await four_phones(site)
        call = await scenes.held(site, phones)
        hang_up(phones.own)
        await until(lambda: scenes.ringing_call(phones.own) is not None)
        assert site.now(call).held
        assert site.features(call) == {Feature.DROP}
        phones.own.calls[0].answer()
        await site.comes_to(call, lambda call: not call.held)
        await talk(phones.own, phones.other)
        await ends_well(site, phones)

    @pytest.mark.parametrize("who", ["own", "other"])
    async def test_a_call_that_rings_back_ends_when_nobody_wants_it_any_more(
        self, site: Site, who: str
    ) -> None:
        phones = await four_phones(site)
        call = await scenes.consults(site, phones)
        hang_up(phones.own)
        await until(lambda: scenes.ringing_call(phones.own) is not None)
        hang_up(getattr(phones, who))
        assert await site.cause(call) is Cause.NORMAL
        await ends_well(site, phones)

    async def test_after_a_completed_consultation_both_are_told_to_whom_they_talk(self, site: Site) -> None:
        phones = await four_phones(site)
        await scenes.completed(site, phones)
        one, two = there(site, "4001"), there(site, "4002")
        assert (one.caller, one.callee) == (PARK, LEE)
        assert (two.caller, two.callee) == (LEE, PARK)
        assert not (one.held or one.held_by_other or two.held or two.held_by_other)
        await talk(phones.other, phones.second)
        await site.perform(Hold(two.id))
        assert there(site, "4001").held_by_other
        await site.perform(Retrieve(two.id))
        await talk(phones.other, phones.second)
        await ends_well(site, phones)

    async def test_who_calls_in_is_transferred_after_a_question(self, site: Site) -> None:
        phones = await four_phones(site)
        call = await scenes.talks_after_being_called(site, phones)
        await site.perform(Consult(call, "4000", "4003"))
        consultation = other_of(site, call)
        await site.until(consultation, CallState.CONNECTED)
        await site.perform(Swap(call))
        await site.perform(Complete(call))
        assert [await site.cause(one) for one in (call, consultation)] == [Cause.TRANSFERRED] * 2
        await talk(phones.other, phones.target)
        await until(lambda: not phones.own.calls)
        await ends_well(site, phones)

    async def test_two_calls_that_have_nothing_to_do_with_each_other_are_connected(self, site: Site) -> None:
        phones = await four_phones(site)
        call = await scenes.held(site, phones)
        second = site.dial("4000", "4003")
        await site.until(second, CallState.CONNECTED)
        await site.perform(Complete(call, "4000", second))
        assert [await site.cause(one) for one in (call, second)] == [Cause.TRANSFERRED] * 2
        await talk(phones.other, phones.target)
        await ends_well(site, phones)

    async def test_a_call_is_handed_over_to_who_still_rings(self, site: Site) -> None:
        phones = await four_phones(site)
        call = await scenes.consults_and_it_rings(site, phones)
        consultation = other_of(site, call)
        await site.perform(Complete(call))
        assert [await site.cause(one) for one in (call, consultation)] == [Cause.TRANSFERRED] * 2
        await until(lambda: not phones.own.calls)
        rings = there(site, "4002")
        assert (rings.state, rings.caller, rings.callee) == (CallState.RING_BACK, LEE, PARK)
        assert (rings.reason, rings.redirecting) == (Reason.TRANSFERRED, KIM)
        phones.second.calls[0].answer()
        await talk(phones.other, phones.second)
        await site.comes_to(rings.id, lambda call: call.state is CallState.CONNECTED)
        await site.comes_to(there(site, "4001").id, lambda call: call.caller == PARK)
        await ends_well(site, phones)

    async def test_who_was_handed_over_gives_up_before_the_answer(self, site: Site) -> None:
        phones = await four_phones(site)
        await site.perform(Complete(await scenes.consults_and_it_rings(site, phones)))
        rings = there(site, "4002").id
        hang_up(phones.other)
        assert await site.cause(rings) is Cause.CANCELLED
        await ends_well(site, phones)

    async def test_who_still_rang_does_not_want_the_call_that_was_handed_over(self, site: Site) -> None:
        phones = await four_phones(site)
        await site.perform(Complete(await scenes.consults_and_it_rings(site, phones)))
        hang_up(phones.second)
        await until(lambda: not phones.other.calls)
        await ends_well(site, phones)

    async def test_a_blind_transfer_to_who_is_busy_leaves_the_call_as_it_was(self, site: Site) -> None:
        phones = await four_phones(site)
        call = await scenes.talks(site, phones)
        phones.second.behaviour = rejects(486)
        assert await refusal_of(site, Transfer(call, "4000", "4002")) is Refusal.FAILURE
        assert Feature.TRANSFER in site.features(call)
        await talk(phones.own, phones.other)
        await ends_well(site, phones)

    async def test_a_blind_transfer_is_done_when_the_target_rings(self, site: Site) -> None:
        phones = await four_phones(site)
        call = await scenes.talks(site, phones)
        phones.second.behaviour = RINGS
        await site.perform(Transfer(call, "4000", "4002"))
        ended = await site.comes_to(call, lambda call: call.state is CallState.ON_HOOK)
        assert (ended.cause, ended.redirected_to) == (Cause.TRANSFERRED, PARK)
        await until(lambda: not phones.own.calls)
        rings = there(site, "4002")
        assert (rings.reason, rings.redirecting, rings.caller) == (Reason.TRANSFERRED, KIM, LEE)
        phones.second.calls[0].answer()
        await talk(phones.other, phones.second)
        await ends_well(site, phones)

    async def test_a_held_call_is_transferred_too(self, site: Site) -> None:
        phones = await four_phones(site)
        call = await scenes.held(site, phones)
        await site.perform(Transfer(call, "4000", "4003"))
        assert await site.cause(call) is Cause.TRANSFERRED
        await talk(phones.other, phones.target)
        await site.comes_to(there(site, "4001").id, lambda call: not call.held_by_other)
        await ends_well(site, phones)

    async def test_one_of_two_calls_is_transferred_and_the_phone_keeps_the_other(self, site: Site) -> None:
        phones = await four_phones(site)
        call = await scenes.held(site, phones)
        second = await scenes.calls(site, phones, "4002")
        phones.second.calls[0].answer()
        await site.until(second, CallState.CONNECTED)
        await site.perform(Transfer(second, "4000", "4003"))
        await talk(phones.second, phones.target)
        assert (site.now(call).held, len(phones.own.calls)) == (True, 1)
        await site.perform(Retrieve(call))
        await talk(phones.own, phones.other)
        await ends_well(site, phones)

    async def test_a_command_that_waits_for_another_one_does_not_outlive_the_call(self, site: Site) -> None:
        phones = await four_phones(site)
        call = await scenes.talks(site, phones)
        late = LateWithOffers(phones.own)
        first = asyncio.create_task(refusal_of(site, Hold(call)))
        second = asyncio.create_task(refusal_of(site, Hold(call)))
        await asyncio.sleep(0)
        site.drop(call)
        late.answer()
        assert {await first, await second} <= {Refusal.FAILURE, Refusal.NO_SUCH_CALL}
        await ends_well(site, phones)

    async def test_race_the_other_terminals_call_is_dropped_as_this_one_is_put_on_hold(
        self, site: Site
    ) -> None:
        phones = await four_phones(site)
        call = await scenes.talks_after_being_called(site, phones)
        (there,) = site.live("4001")
        holds = asyncio.create_task(outcome(site.perform(Hold(call))))
        await asyncio.sleep(0)
        site.drop(there.id)
        await holds
        await ends_well(site, phones)


class EndToEndHoldContract(HoldContract):
    """Where what a phone says is what we hear: not behind a PBX that answers in its place."""

    @pytest.mark.parametrize("who", ["own", "other"])
    async def test_a_phone_that_refuses_to_be_held_leaves_the_call_as_it_was(
        self, site: Site, who: str
    ) -> None:
        phones = await four_phones(site)
        call = await scenes.talks(site, phones)
        phone: Phone = getattr(phones, who)
        refuse_offers(phone)
        assert await refusal_of(site, Hold(call)) is Refusal.FAILURE
        assert not site.now(call).held
        as_before(phone)
        await talk(phones.own, phones.other)
        await site.perform(Hold(call))
        await ends_well(site, phones)

    async def test_a_party_that_refuses_to_be_taken_back_stays_on_hold(self, site: Site) -> None:
        phones = await four_phones(site)
        call = await scenes.held(site, phones)
        refuse_offers(phones.other)
        assert await refusal_of(site, Retrieve(call)) is Refusal.FAILURE
        assert site.now(call).held
        await hears_not(phones.other, phones.own)
        as_before(phones.other)
        await site.perform(Retrieve(call))
        await talk(phones.own, phones.other)
        await ends_well(site, phones)

    async def test_a_phone_that_says_nothing_is_waited_for_so_long_and_no_longer(
        self, site: Site, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(turns, "COMMAND_S", 0.3)
        phones = await four_phones(site)
        call = await scenes.talks(site, phones)
        say_nothing_to_offers(phones.other)
        assert await refusal_of(site, Hold(call)) is Refusal.FAILURE
        assert not site.now(call).held
        as_before(phones.other)
        site.drop(call)
        await ends_well(site, phones)

    async def test_a_phone_that_refuses_to_be_held_is_not_left_for_a_consultation(self, site: Site) -> None:
        phones = await four_phones(site)
        call = await scenes.talks(site, phones)
        refuse_offers(phones.other)
        assert await refusal_of(site, Consult(call, "4000", "4002")) is Refusal.FAILURE
        assert len(site.live("4000")) == 1
        await talk(phones.own, phones.other)
        as_before(phones.other)
        await ends_well(site, phones)

    @pytest.mark.parametrize("who", ["other", "second"])
    async def test_a_party_that_refuses_to_be_connected_leaves_the_consultation_as_it_was(
        self, site: Site, who: str
    ) -> None:
        phones = await four_phones(site)
        call = await scenes.consults(site, phones)
        phone: Phone = getattr(phones, who)
        refuse_offers(phone)
        assert await refusal_of(site, Complete(call)) is Refusal.FAILURE
        as_before(phone)
        assert site.now(call).held
        await talk(phones.own, phones.second)
        await hears_not(phones.other, phones.own)
        await site.perform(Complete(call))
        await talk(phones.other, phones.second)
        await ends_well(site, phones)

    async def test_tones_reach_the_other_phone_in_order(self, site: Site) -> None:
        phones = await four_phones(site)
        call = await scenes.talks(site, phones)
        heard = infos(phones.other)
        await site.perform(Dtmf(call, "4000", "7a#", 40))
        assert heard == [
            b"Signal=7\r\nDuration=40\r\n", b"Signal=A\r\nDuration=40\r\n", b"Signal=#\r\nDuration=40\r\n"
        ]  # fmt: skip
        await ends_well(site, phones)

    async def test_a_phone_that_does_not_take_tones_is_not_sent_any_more(self, site: Site) -> None:
        phones = await four_phones(site)
        call = await scenes.talks(site, phones)
        infos(phones.other, 415)
        assert await refusal_of(site, Dtmf(call, "4000", "1")) is Refusal.FAILURE
        assert Feature.DTMF not in site.features(call)
        assert await refusal_of(site, Dtmf(call, "4000", "1")) is Refusal.NOT_POSSIBLE_NOW
        await ends_well(site, phones)

    async def test_what_a_held_phone_offers_meanwhile_is_answered_with_silence(self, site: Site) -> None:
        phones = await four_phones(site)
        call = await scenes.held(site, phones)
        await phones.other.calls[0].hold()
        await site.comes_to(call, lambda call: call.held and call.held_by_other)
        await phones.other.calls[0].resume()
        await site.comes_to(call, lambda call: call.held and not call.held_by_other)
        await hears_not(phones.other, phones.own)
        await site.perform(Retrieve(call))
        await talk(phones.own, phones.other)
        await ends_well(site, phones)

    async def test_a_phone_that_refuses_a_waiting_call_on_its_line_is_called_as_ever(
        self, site: Site
    ) -> None:
        phones = await four_phones(site)
        waiting = await scenes.waits(site, phones)
        if Feature.ANSWER not in site.features(waiting):
            pytest.skip("the PBX does not pass on what asks a phone to answer")
        await site.perform(Hold(other_of(site, waiting)))
        refuse_offers(phones.own)
        await site.perform(Answer(waiting, "4000"))
        as_before(phones.own)
        await talk(phones.own, phones.second)
        await ends_well(site, phones)


def infos(phone: Phone, status: int = 200) -> list[bytes]:
    """What the phone is sent by INFO from now on; it answers with this status."""
    heard: list[bytes] = []
    others = phone._in_dialog

    def in_dialog(transaction: ServerTransaction, request: Request, now: float) -> None:
        if request.method == "INFO":
            assert request.headers.get("Content-Type") == "application/dtmf-relay"
            heard.append(request.body)
            phone.endpoint.respond(transaction, make_response(request, status), now)
        else:
            others(transaction, request, now)

    phone._in_dialog = in_dialog  # type: ignore[method-assign]
    return heard
