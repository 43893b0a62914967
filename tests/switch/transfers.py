"""What a switch does that hands calls on itself: blind transfers by hand, and what can go wrong with them.

A driver's test class derives from `TransferContract` and has a fixture `site`.
"""

from __future__ import annotations

import pytest

from offhook.call import Call, CallState, Cause, Party
from offhook.demo.phone import Behaviour, CallRejected, Phone, PhoneCall
from offhook.sip.endpoint import ServerTransaction
from offhook.sip.message import Request, make_response
from tests.switch.contract import answered
from tests.switch.site import ANSWERS, RINGS, Site, directed, joined, rejects

KIM, LEE, PARK = Party("Kim", "4000"), Party("Lee Min-ho", "4001"), Party("Park", "4002")


async def up(site: Site, behaviour: Behaviour) -> tuple[str, Phone, Phone, Phone]:
    """A call from 4000 to 4001 whose phones are joined, and the phone of 4002."""
    call_id, own, callee = await answered(site)
    third = await site.phone("4002", behaviour)
    await site.settled(own, callee)
    return call_id, own, callee, third


async def told(phone: Phone, line: str) -> None:
    """Wait until the transferring phone has been notified of this."""
    while (await phone.event("transfer")).detail != line:
        pass


async def refused(phone: Phone, address: str) -> None:
    """Request a transfer that fails, at once or later."""
    try:
        await phone.calls[0].transfer(address)
    except CallRejected as error:
        assert error.status == 404
    else:
        await told(phone, "SIP/2.0 404 Not Found")


async def asks(site: Site, phone: Phone, third: Phone) -> str:
    """The phone holds its call and has another one with the third; the id of that."""
    await phone.calls[0].hold()
    question = site.dial(phone.user, third.user)
    await site.until(question, CallState.CONNECTED)
    while phone.calls[1].remote_media != third.media or third.calls[0].remote_media != phone.media:
        await phone.event("media")
    return question


def refuse_offers(phone: Phone) -> None:
    def refuse(call: PhoneCall, transaction: ServerTransaction, request: Request, now: float) -> None:
        phone.endpoint.respond(transaction, make_response(request, 488), now)

    phone._reinvited = refuse  # type: ignore[method-assign]


def say_nothing_to_offers(phone: Phone) -> None:
    phone._reinvited = lambda *_: None  # type: ignore[method-assign]


class LateWithOffers:
    """The phone takes its time over offers: it answers those of `waiting`, and all to come, at `answer`.

    A phone that never answers cannot be hung up: Asterisk sends no BYE before the answer, or 32 s later
    (`ast_sip_session_terminate` in res_pjsip_session.c).
    """

    def __init__(self, phone: Phone) -> None:
        self.waiting: list[tuple[PhoneCall, ServerTransaction, Request, float]] = []
        self._phone, self._answer = phone, phone._reinvited
        phone._reinvited = lambda *offer: self.waiting.append(offer)  # type: ignore[method-assign]

    def answer(self) -> None:
        self._phone._reinvited = self._answer  # type: ignore[method-assign]
        for offer in self.waiting:
            self._answer(*offer)


async def connected(site: Site, terminal: str, caller: Party, callee: Party) -> Call:
    """Wait until the terminal's call is between these two."""
    return await site.until_seen(
        lambda call: (
            (call.terminal, call.state) == (terminal, CallState.CONNECTED)
            and (call.caller, call.callee) == (caller, callee)
        )
    )


class TransferContract:
    async def test_the_called_persons_transfer_is_told_and_joined(self, site: Site) -> None:
        call_id, own, callee, third = await up(site, ANSWERS)
        await callee.calls[0].transfer("4002")
        for line in ("SIP/2.0 100 Trying", "SIP/2.0 180 Ringing", "SIP/2.0 200 OK"):
            await told(callee, line)
        await callee.event("ended")
        await joined(own, third)
        await joined(third, own)
        assert (await connected(site, "4000", KIM, PARK)).id == call_id
        (left,) = site.calls_of("4001")
        assert await site.cause(left.id) is Cause.NORMAL
        arrived = await connected(site, "4002", KIM, PARK)
        third.calls[0].hang_up()
        assert await site.cause(call_id) is Cause.NORMAL
        assert await site.cause(arrived.id) is Cause.NORMAL
        await own.event("ended")

    async def test_the_callers_transfer_leaves_the_other_two(self, site: Site) -> None:
        call_id, own, callee, third = await up(site, ANSWERS)
        await own.calls[0].transfer("4002")
        await told(own, "SIP/2.0 200 OK")
        await own.event("ended")
        assert await site.cause(call_id) is Cause.NORMAL
        await joined(callee, third)
        await joined(third, callee)
        stayed = await connected(site, "4001", PARK, LEE)
        arrived = await connected(site, "4002", LEE, PARK)
        site.drop(stayed.id)
        await callee.event("ended")
        await third.event("ended")
        assert await site.cause(arrived.id) is Cause.DROPPED

    async def test_a_number_that_may_not_be_called_is_refused_to_the_phone_that_transfers_to_it(
        self, site: Site
    ) -> None:
        asked: list[tuple[str, str]] = []

        def may_call(terminal: str, number: str) -> bool:
            asked.append((terminal, number))
            return number != "4002"

        site.switch.ask_first(may_call)
        call_id, own, callee, third = await up(site, ANSWERS)
        for phone in (own, callee):
            with pytest.raises(CallRejected) as caught:
                await phone.calls[0].transfer("4002")
            assert caught.value.status == 403
        assert third.invites == 0
        assert asked == [("4000", "4002"), ("4001", "4002")]
        await site.settled(own, callee)
        site.drop(call_id)
        assert await site.cause(call_id) is Cause.DROPPED

    async def test_a_call_that_was_on_hold_is_not_after_the_transfer(self, site: Site) -> None:
        _, own, callee, third = await up(site, ANSWERS)
        await callee.calls[0].hold()
        await directed(own, "recvonly")
        await callee.calls[0].transfer("4002")
        await joined(own, third)
        await directed(own, "sendrecv")
        assert third.calls[0].direction == "sendrecv"

    async def test_the_called_person_hangs_up_before_the_third_answers(self, site: Site) -> None:
        call_id, own, callee, third = await up(site, RINGS)
        await callee.calls[0].transfer("4002")
        await third.event("ringing")
        callee.calls[0].hang_up()
        (left,) = site.calls_of("4001")
        assert await site.cause(left.id) is Cause.NORMAL
        third.calls[0].answer()
        await joined(own, third)
        await connected(site, "4000", KIM, PARK)
        site.drop(call_id)
        await third.event("ended")

    async def test_the_caller_hangs_up_before_the_third_answers(self, site: Site) -> None:
        call_id, own, callee, third = await up(site, RINGS)
        await own.calls[0].transfer("4002")
        await third.event("ringing")
        own.calls[0].hang_up()
        assert await site.cause(call_id) is Cause.NORMAL
        third.calls[0].answer()
        await joined(callee, third)
        arrived = await connected(site, "4002", LEE, PARK)
        await connected(site, "4001", PARK, LEE)
        callee.calls[0].hang_up()
        assert await site.cause(arrived.id) is Cause.NORMAL
        await third.event("ended")

    async def test_the_call_goes_on_when_the_third_refuses(self, site: Site) -> None:
        call_id, own, callee, third = await up(site, rejects(486))
        await callee.calls[0].transfer("4002")
        await told(callee, "SIP/2.0 486 Busy Here")
        assert site.states(call_id)[-1] is CallState.CONNECTED
        assert own.calls[0].remote_media == callee.media
        third.behaviour = ANSWERS
        await callee.calls[0].transfer("4002")
        await told(callee, "SIP/2.0 200 OK")
        await joined(own, third)

    @pytest.mark.impatient
    async def test_the_call_goes_on_when_the_third_does_not_answer(self, site: Site) -> None:
        call_id, own, callee, third = await up(site, RINGS)
        await callee.calls[0].transfer("4002")
        await third.event("cancelled")
        await told(callee, "SIP/2.0 480 Temporarily Unavailable")
        (arrived,) = site.calls_of("4002")
        assert await site.cause(arrived.id) is Cause.NO_ANSWER
        site.drop(call_id)
        await own.event("ended")
        await callee.event("ended")

    @pytest.mark.impatient
    async def test_nobody_is_left_when_neither_the_third_answers_nor_who_has_transferred(
        self, site: Site
    ) -> None:
        call_id, own, callee, third = await up(site, RINGS)
        await callee.calls[0].transfer("4002")
        await third.event("ringing")
        callee.behaviour = rejects(486)
        callee.calls[0].hang_up()
        assert await site.cause(call_id) is Cause.NO_ANSWER
        await third.event("cancelled")
        await own.event("ended")

    async def test_a_drop_while_the_third_rings_ends_it_all(self, site: Site) -> None:
        call_id, own, callee, third = await up(site, RINGS)
        await callee.calls[0].transfer("4002")
        await third.event("ringing")
        site.drop(call_id)
        for phone, what in ((own, "ended"), (callee, "ended"), (third, "cancelled")):
            await phone.event(what)
        assert {call.cause for call in site.calls_of("4000")} == {Cause.DROPPED}

    async def test_who_stays_hangs_up_while_the_third_rings(self, site: Site) -> None:
        call_id, own, callee, third = await up(site, RINGS)
        await callee.calls[0].transfer("4002")
        await third.event("ringing")
        own.calls[0].hang_up()
        assert await site.cause(call_id) is Cause.NORMAL
        await third.event("cancelled")
        await callee.event("ended")

    async def test_a_transfer_to_nobody_is_refused_and_the_call_goes_on(self, site: Site) -> None:
        call_id, own, callee, _ = await up(site, ANSWERS)
        for address in ("4999", "no%20such"):
            await refused(callee, address)
        assert own.calls[0].remote_media == callee.media
        site.drop(call_id)
        await callee.event("ended")

    async def test_a_second_transfer_while_one_is_under_way_has_to_wait(self, site: Site) -> None:
        call_id, own, callee, third = await up(site, RINGS)
        await callee.calls[0].transfer("4002")
        await third.event("ringing")
        for phone in (own, callee):
            with pytest.raises(CallRejected, match="491"):
                await phone.calls[0].transfer("4003")
        site.drop(call_id)
        await third.event("cancelled")

    async def test_a_transfer_in_place_of_a_call_that_is_not_there_is_declined(self, site: Site) -> None:
        call_id, _, callee, _ = await up(site, ANSWERS)
        over = await callee.call("4002")
        over.hang_up()
        with pytest.raises(CallRejected, match="603"):
            await callee.calls[0].transfer_to(over)
        assert site.states(call_id)[-1] is CallState.CONNECTED

    async def test_the_called_person_asks_somebody_and_hands_the_call_over(self, site: Site) -> None:
        call_id, own, callee, third = await up(site, ANSWERS)
        question = await asks(site, callee, third)
        await callee.calls[0].transfer_to(callee.calls[1])
        await told(callee, "SIP/2.0 200 OK")
        await joined(own, third)
        await joined(third, own)
        await directed(own, "sendrecv")
        await connected(site, "4000", KIM, PARK)
        arrived = await connected(site, "4002", KIM, PARK)
        assert await site.cause(question) is Cause.NORMAL
        for call in site.calls_of("4001"):
            assert await site.cause(call.id) is Cause.NORMAL
        assert len(site.calls_of("4002")) == 1
        site.drop(call_id)
        await third.event("ended")
        assert await site.cause(arrived.id) is Cause.DROPPED

    async def test_the_caller_asks_somebody_and_hands_the_call_over(self, site: Site) -> None:
        call_id, own, callee, third = await up(site, ANSWERS)
        question = await asks(site, own, third)
        await own.calls[0].transfer_to(own.calls[1])
        assert await site.cause(call_id) is Cause.NORMAL
        assert await site.cause(question) is Cause.NORMAL
        await joined(callee, third)
        await joined(third, callee)
        stayed = await connected(site, "4001", PARK, LEE)
        arrived = await connected(site, "4002", LEE, PARK)
        third.calls[0].hang_up()
        assert await site.cause(stayed.id) is Cause.NORMAL
        assert await site.cause(arrived.id) is Cause.NORMAL
        await callee.event("ended")

    async def test_who_asked_hangs_up_at_once(self, site: Site) -> None:
        call_id, own, callee, third = await up(site, ANSWERS)
        await asks(site, callee, third)
        await callee.calls[0].transfer_to(callee.calls[1])
        for call in list(callee.calls):
            call.hang_up()
        await joined(own, third)
        await joined(third, own)
        await connected(site, "4000", KIM, PARK)
        site.drop(call_id)
        await third.event("ended")

    async def test_both_calls_go_on_when_who_was_asked_refuses(self, site: Site) -> None:
        call_id, own, callee, third = await up(site, ANSWERS)
        question = await asks(site, callee, third)
        refuse_offers(third)
        await callee.calls[0].transfer_to(callee.calls[1])
        await told(callee, "SIP/2.0 488 Not Acceptable Here")
        await callee.calls[0].resume()
        await directed(own, "sendrecv")
        assert {site.states(id)[-1] for id in (call_id, question)} == {CallState.CONNECTED}

    async def test_both_calls_go_on_when_who_stays_refuses(self, site: Site) -> None:
        call_id, own, callee, third = await up(site, ANSWERS)
        question = await asks(site, callee, third)
        refuse_offers(own)
        await callee.calls[0].transfer_to(callee.calls[1])
        await told(callee, "SIP/2.0 488 Not Acceptable Here")
        await joined(third, callee)
        assert {site.states(id)[-1] for id in (call_id, question)} == {CallState.CONNECTED}

    async def test_who_stays_hangs_up_before_it_is_joined(self, site: Site) -> None:
        call_id, own, callee, third = await up(site, ANSWERS)
        question = await asks(site, callee, third)
        say_nothing_to_offers(third)
        await callee.calls[0].transfer_to(callee.calls[1])
        own.calls[0].hang_up()
        assert await site.cause(call_id) is Cause.NORMAL
        assert site.states(question)[-1] is CallState.CONNECTED
        third.calls[0].hang_up()
        assert await site.cause(question) is Cause.NORMAL

    async def test_who_was_asked_hangs_up_before_being_joined(self, site: Site) -> None:
        call_id, own, callee, third = await up(site, ANSWERS)
        question = await asks(site, callee, third)
        say_nothing_to_offers(third)
        await callee.calls[0].transfer_to(callee.calls[1])
        third.calls[0].hang_up()
        assert await site.cause(question) is Cause.NORMAL
        await told(callee, "SIP/2.0 480 Temporarily Unavailable")
        await callee.calls[0].resume()
        await directed(own, "sendrecv")
        assert site.states(call_id)[-1] is CallState.CONNECTED

    async def test_a_call_that_comes_out_of_a_question_is_handed_on_again(self, site: Site) -> None:
        call_id, own, callee, third = await up(site, ANSWERS)
        fourth = await site.phone("4003", ANSWERS)
        await asks(site, callee, third)
        await callee.calls[0].transfer_to(callee.calls[1])
        await connected(site, "4002", KIM, PARK)
        await third.calls[0].transfer("4003")
        await joined(own, fourth)
        await joined(fourth, own)
        fourth.calls[0].hang_up()
        assert await site.cause(call_id) is Cause.NORMAL

    async def test_a_call_is_handed_on_more_than_once(self, site: Site) -> None:
        call_id, own, _, third = await up(site, ANSWERS)
        fourth = await site.phone("4003", ANSWERS)
        await own.calls[0].transfer("4002")
        assert await site.cause(call_id) is Cause.NORMAL
        await third.event("answered")
        stayed = await connected(site, "4001", PARK, LEE)
        await third.calls[0].transfer("4003")
        await third.event("ended")
        await connected(site, "4001", Party("Choi", "4003"), LEE)
        fourth.calls[0].hang_up()
        assert await site.cause(stayed.id) is Cause.NORMAL
