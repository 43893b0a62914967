"""What programs do with calls that ring: the cases of the drivers that have the phones' calls themselves.

A driver's test class derives from `IncomingContract` and has a fixture `site`.
"""

from __future__ import annotations

import asyncio
import re
from contextlib import suppress

import pytest

from offhook.call import (
    Answer,
    Call,
    CallState,
    Cause,
    Drop,
    Pickup,
    Reason,
    Redirect,
    Reject,
)
from offhook.demo.behaviour import wants_auto_answer
from offhook.demo.phone import Behaviour, CallRejected, Phone
from offhook.errors import CallError, Refusal
from offhook.sip.endpoint import Flow, ServerTransaction
from offhook.sip.message import Request, make_response
from tests.switch.rtp import talk
from tests.switch.site import ANSWERS, RINGS, Site, rejects
from tests.waiting import until

DESK = Behaviour(answer_after=None)
"""It rings, and answers by itself where the INVITE asks for it."""

TALKS = Behaviour(answer_after=None, auto_answer=False, talk=True)
"""It rings, and answers when a NOTIFY tells it to."""


class Dialled:
    """A call that somebody dials at a phone: `status` once it was refused."""

    def __init__(self, phone: Phone, number: str) -> None:
        self.status = 0
        self._task = asyncio.get_running_loop().create_task(self._call(phone, number))

    async def _call(self, phone: Phone, number: str) -> None:
        try:
            await phone.call(number)
        except CallRejected as error:
            self.status = error.status

    async def give_up(self) -> None:
        """Hang up, whether it has been answered or not."""
        self._task.cancel()
        with suppress(asyncio.CancelledError):
            await self._task

    async def over(self) -> int:
        """Wait until it is answered or refused: the status, 0 if it was answered."""
        await self._task
        return self.status


def overheard(phone: Phone) -> list[str]:
    """What the phone receives from now on."""
    heard: list[str] = []
    received = phone.transport.pump.receive

    def listen(data: bytes, flow: Flow) -> None:
        heard.append(data.decode("utf-8", "replace"))
        received(data, flow)

    phone.transport.pump.receive = listen
    return heard


def header(message: str, name: str) -> list[str]:
    """The values of a header field."""
    return re.findall(rf"^{name}: *(.*?)\r?$", message, re.MULTILINE | re.IGNORECASE)


def requests(heard: list[str], method: str) -> list[str]:
    """Those with this method. One that was sent again, to the byte (RFC 3261 §17.1.1.2), counts once."""
    return list(dict.fromkeys(message for message in heard if message.startswith(f"{method} ")))


def refuses_to_answer_by_itself(phone: Phone, status: int = 486) -> None:
    """It refuses an INVITE that asks it to answer, and takes others."""
    invited = phone._invited

    def picky(transaction: ServerTransaction, request: Request, now: float) -> None:
        if wants_auto_answer(request):
            phone.endpoint.respond(transaction, make_response(request, status), now)
        else:
            invited(transaction, request, now)

    phone._invited = picky  # type: ignore[method-assign]


async def rings(site: Site, terminal: str) -> Call:
    """The call that rings at the terminal."""
    await until(lambda: any(call.rings_here for call in site.live(terminal)), f"ringing at {terminal}")
    return next(call for call in site.live(terminal) if call.rings_here)


async def ended(site: Site, call: Call, cause: Cause) -> Call:
    """Wait for the call's end, which has this cause."""
    over = await site.comes_to(call.id, lambda call: call.state is CallState.ON_HOOK)
    assert over.cause is cause, over
    return over


async def silent(*phones: Phone) -> None:
    """No phone rings any more, or is off hook."""
    await until(lambda: not any(phone.calls for phone in phones), f"hung up: {[p.calls for p in phones]}")


async def refused(awaitable: object, refusal: Refusal) -> None:
    with pytest.raises(CallError) as caught:
        await awaitable  # type: ignore[misc]
    assert caught.value.refusal is refusal, caught.value


class IncomingContract:
    # Answer

    async def test_a_phone_that_can_be_told_to_answer_is_told(self, site: Site) -> None:
        caller, callee = await site.phone("4000"), await site.phone("4001", TALKS)
        dialled = Dialled(caller, "4001")
        call = await rings(site, "4001")
        await site.perform(Answer(call.id))
        assert site.now(call.id).state is CallState.CONNECTED
        assert (await dialled.over(), callee.invites, callee.cancels) == (0, 1, 0)
        await talk(caller, callee)
        await callee.calls[0].hold()  # the numbers of requests go on where the NOTIFY was
        await caller.calls[0].hold()

    async def test_any_other_phone_is_called_anew_and_answers_by_itself(self, site: Site) -> None:
        caller, callee = await site.phone("4000"), await site.phone("4001", DESK)
        heard = overheard(callee)
        dialled = Dialled(caller, "4001")
        call = await rings(site, "4001")
        await site.perform(Answer(call.id))
        assert await dialled.over() == 0
        assert (callee.invites, callee.cancels) == (2, 1)
        (cancel,) = requests(heard, "CANCEL")
        assert header(cancel, "Reason") == ['SIP;cause=200;text="Call completed elsewhere"']
        assert site.states(call.id) == [CallState.RING_BACK, CallState.CONNECTED]
        assert [one.kind for one in caller.events._queue] == ["registered", "ringing", "answered"]  # type: ignore[attr-defined]
        await talk(caller, callee)

    async def test_of_a_click_the_called_phone_answers_for_a_program_too(self, site: Site) -> None:
        own, callee = await site.phone("4000"), await site.phone("4001", DESK)
        site.dial()
        call = await rings(site, "4001")
        await site.perform(Answer(call.id))
        await talk(own, callee)

    async def test_a_phone_that_does_not_do_as_it_is_told_is_called_anew(self, site: Site) -> None:
        caller = await site.phone("4000")
        callee = await site.phone("4001", Behaviour(answer_after=None, talk=True))
        dialled = Dialled(caller, "4001")
        call = await rings(site, "4001")
        callee.behaviour = DESK  # it answers the NOTIFY with 489
        await site.perform(Answer(call.id))
        assert (await dialled.over(), callee.invites) == (0, 2)

    async def test_a_phone_that_will_not_answer_by_itself_rings_on(self, site: Site) -> None:
        caller, callee = await site.phone("4000"), await site.phone("4001", RINGS)
        refuses_to_answer_by_itself(callee)
        dialled = Dialled(caller, "4001")
        call = await rings(site, "4001")
        await refused(site.perform(Answer(call.id)), Refusal.FAILURE)
        assert site.now(call.id) == call
        await until(lambda: len(callee.calls) == 1)
        callee.calls[0].answer()
        assert await dialled.over() == 0

    async def test_a_phone_that_only_rings_when_it_is_called_anew_can_be_answered_by_hand(
        self, site: Site, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("offhook.switch.b2bua.outcome.COMMAND_S", 0.3)
        caller, callee = await site.phone("4000"), await site.phone("4001", RINGS)
        dialled = Dialled(caller, "4001")
        call = await rings(site, "4001")
        await refused(site.perform(Answer(call.id)), Refusal.FAILURE)
        assert site.now(call.id).state is CallState.RING_BACK
        callee.calls[0].answer()
        assert await dialled.over() == 0

    async def test_only_a_call_that_rings_can_be_answered_rejected_and_redirected(self, site: Site) -> None:
        await site.phone("4000")
        await site.phone("4001", ANSWERS)
        call_id = site.dial()
        await site.until(call_id, CallState.CONNECTED)
        (inbound,) = site.live("4001")
        for call in (call_id, inbound.id):
            for command in (Answer(call), Reject(call), Redirect(call, "", "4002")):
                await refused(site.perform(command), Refusal.NOT_POSSIBLE_NOW)
        assert len(site.live()) == 2

    # Reject, redirect

    async def test_who_is_rejected_hears_that_he_is_declined(self, site: Site) -> None:
        caller, callee = await site.phone("4000"), await site.phone("4001", RINGS)
        dialled = Dialled(caller, "4001")
        call = await rings(site, "4001")
        await site.perform(Reject(call.id))
        assert await dialled.over() == 603
        await ended(site, call, Cause.REJECTED)
        assert not site.now(call.id).missed
        await ended(site, site.calls_of("4000")[0], Cause.REJECTED)
        await silent(caller, callee)

    async def test_the_callee_of_a_click_drops_the_call_that_rings(self, site: Site) -> None:
        own, callee = await site.phone("4000"), await site.phone("4001", RINGS)
        click = site.dial()
        call = await rings(site, "4001")
        site.drop(call.id)
        await ended(site, call, Cause.DROPPED)
        assert await site.cause(click) is Cause.REJECTED
        await silent(own, callee)

    async def test_a_redirected_call_rings_where_it_was_sent(self, site: Site) -> None:
        caller, callee = await site.phone("4000"), await site.phone("4001", RINGS)
        target = await site.phone("4002", RINGS)
        heard = overheard(target)
        dialled = Dialled(caller, "4001")
        call = await rings(site, "4001")
        await site.perform(Redirect(call.id, "", "4002"))
        over = await ended(site, call, Cause.FORWARDED)
        assert over.redirected_to is not None
        assert over.redirected_to.id == "4002"
        there = await rings(site, "4002")
        assert (there.reason, there.caller.id, there.callee.id) == (Reason.REDIRECTED, "4000", "4001")
        assert there.redirecting is not None
        assert there.redirecting.id == "4001"
        target.calls[0].answer()
        assert await dialled.over() == 0
        outbound = await site.comes_to(
            site.live("4000")[0].id, lambda call: call.state is CallState.CONNECTED
        )
        assert outbound.connected_party is not None
        assert (outbound.callee.id, outbound.connected_party.id) == ("4001", "4002")
        (invite,) = requests(heard, "INVITE")
        (diversion,) = header(invite, "Diversion")
        assert re.fullmatch(r'"Lee Min-ho" <sip:4001@[^>]*>;reason=deflection;counter=1', diversion)
        history = ", ".join(header(invite, "History-Info"))
        assert re.search(r"<sip:4001@[^>]*\?Reason=SIP%3Bcause%3D480>;index=1,", history)
        assert re.search(r"<sip:4002@[^>]*;cause=480>;index=1\.1;mp=1", history)
        await talk(caller, target)
        await until(lambda: not callee.calls)

    async def test_a_redirect_to_nobody_is_refused_and_it_rings_on(self, site: Site) -> None:
        caller, callee = await site.phone("4000"), await site.phone("4001", RINGS)
        dialled = Dialled(caller, "4001")
        call = await rings(site, "4001")
        for number in ("4999", "4002"):
            await refused(site.perform(Redirect(call.id, "", number)), Refusal.FAILURE)
        for number in ("4001", "", "40 02"):
            await refused(site.perform(Redirect(call.id, "", number)), Refusal.INVALID_ADDRESS)
        assert site.now(call.id) == call
        callee.calls[0].answer()
        assert await dialled.over() == 0

    async def test_a_call_is_not_redirected_to_its_own_caller_or_back(self, site: Site) -> None:
        caller, callee = await site.phone("4000"), await site.phone("4001", RINGS)
        target = await site.phone("4002", RINGS)
        Dialled(caller, "4001")
        call = await rings(site, "4001")
        await refused(site.perform(Redirect(call.id, "", "4000")), Refusal.NOT_POSSIBLE_NOW)
        await site.perform(Redirect(call.id, "", "4002"))
        there = await rings(site, "4002")
        await refused(site.perform(Redirect(there.id, "", "4001")), Refusal.NOT_POSSIBLE_NOW)
        await site.perform(Reject(there.id))
        await silent(caller, callee, target)

    async def test_a_redirected_call_that_is_refused_there_is_refused(self, site: Site) -> None:
        caller = await site.phone("4000")
        await site.phone("4001", RINGS)
        await site.phone("4002", rejects(486))
        dialled = Dialled(caller, "4001")
        await site.perform(Redirect((await rings(site, "4001")).id, "", "4002"))
        assert await dialled.over() == 486

    # How a call that rang has ended

    async def test_a_caller_that_gives_up_has_cancelled(self, site: Site) -> None:
        caller, callee = await site.phone("4000"), await site.phone("4001", RINGS)
        dialled = Dialled(caller, "4001")
        call = await rings(site, "4001")
        await dialled.give_up()
        over = await ended(site, call, Cause.CANCELLED)
        assert over.missed
        await silent(callee)

    async def test_a_program_that_drops_its_click_has_cancelled_as_well(self, site: Site) -> None:
        await site.phone("4000")
        callee = await site.phone("4001", RINGS)
        click = site.dial()
        call = await rings(site, "4001")
        site.drop(click)
        await ended(site, call, Cause.CANCELLED)
        await silent(callee)

    @pytest.mark.parametrize("status", [486, 600, 603])
    async def test_a_call_that_is_refused_by_hand_after_it_rang_is_rejected(
        self, site: Site, status: int
    ) -> None:
        await site.phone("4000")
        callee = await site.phone("4001", RINGS)
        site.dial()
        call = await rings(site, "4001")
        callee.calls[0].reject(status)
        assert not (await ended(site, call, Cause.REJECTED)).missed

    async def test_several_phones_of_a_terminal_have_one_call(self, site: Site) -> None:
        caller = await site.phone("4000")
        desk, mobile = await site.phone("4001", RINGS), await site.phone("4001", RINGS)
        heard = overheard(mobile)
        dialled = Dialled(caller, "4001")
        call = await rings(site, "4001")
        await until(lambda: bool(desk.calls and mobile.calls))
        desk.calls[0].answer()
        assert await dialled.over() == 0
        await silent(mobile)
        assert [one.id for one in site.calls_of("4001")] == [call.id]
        assert site.now(call.id).state is CallState.CONNECTED
        assert header(requests(heard, "CANCEL")[0], "Reason"), "it does not count as missed there"

    async def test_of_several_phones_that_are_asked_to_answer_one_has_the_call(self, site: Site) -> None:
        caller = await site.phone("4000")
        phones = [await site.phone("4001", DESK) for _ in range(3)]
        dialled = Dialled(caller, "4001")
        call = await rings(site, "4001")
        await until(lambda: all(phone.calls for phone in phones))
        await site.perform(Answer(call.id))
        assert await dialled.over() == 0
        await until(lambda: sum(len(phone.calls) for phone in phones) == 1, "one phone to be left")
        await talk(caller, next(phone for phone in phones if phone.calls))
        assert [one.id for one in site.calls_of("4001")] == [call.id]

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
        assert await waiting.over() == 603
        await talk(first, callee)

    # Picking up

    async def test_a_call_is_picked_up_by_its_id(self, site: Site) -> None:
        caller, callee = await site.phone("4000"), await site.phone("4001", RINGS)
        taker = await site.phone("4002", DESK)
        dialled = Dialled(caller, "4001")
        call = await rings(site, "4001")
        taken = await site.perform(Pickup("4002", call.id))
        assert (taken.state, taken.callee.id) == (CallState.RING_BACK, "4001")
        assert taken.redirecting is not None
        assert taken.redirecting.id == "4001"
        await site.until(taken.id, CallState.CONNECTED)
        over = await ended(site, call, Cause.ELSEWHERE)
        assert not over.missed
        assert await dialled.over() == 0
        await talk(caller, taker)
        await silent(callee)

    async def test_who_picks_a_call_up_may_not_want_it_any_more(self, site: Site) -> None:
        caller, callee = await site.phone("4000"), await site.phone("4001", RINGS)
        taker = await site.phone("4002", RINGS)
        dialled = Dialled(caller, "4001")
        call = await rings(site, "4001")
        taken = await site.perform(Pickup("4002", "4001"))
        await refused(site.perform(Pickup("4003", "4001")), Refusal.TERMINAL_UNAVAILABLE)
        await taker.event("ringing")
        await site.perform(Drop(taken.id))
        await ended(site, taken, Cause.DROPPED)
        await silent(taker)
        assert site.now(call.id).state is CallState.RING_BACK
        callee.calls[0].answer()
        assert await dialled.over() == 0

    @pytest.mark.parametrize("target", ["4003", "4000", "", "no such call"])
    async def test_where_nothing_rings_nothing_is_picked_up(self, site: Site, target: str) -> None:
        caller, taker = await site.phone("4000"), await site.phone("4002", DESK)
        await site.phone("4001", RINGS)
        Dialled(caller, "4001")
        await rings(site, "4001")
        await refused(site.perform(Pickup("4002", target)), Refusal.NOT_POSSIBLE_NOW)
        await refused(site.perform(Pickup("4000", "4001")), Refusal.NOT_POSSIBLE_NOW)  # the caller itself
        assert taker.invites == 0

    async def test_one_at_a_time_picks_a_call_up(self, site: Site) -> None:
        caller = await site.phone("4000")
        await site.phone("4001", RINGS)
        first, second = await site.phone("4002", RINGS), await site.phone("4003", DESK)
        Dialled(caller, "4001")
        await rings(site, "4001")
        await site.perform(Pickup("4002", "4001"))
        await first.event("ringing")
        await refused(site.perform(Pickup("4003", "4001")), Refusal.NOT_POSSIBLE_NOW)
        assert second.invites == 0

    # Races

    async def test_race_a_program_answers_as_the_caller_gives_up(self, site: Site) -> None:
        caller, callee = await site.phone("4000"), await site.phone("4001", DESK)
        dialled = Dialled(caller, "4001")
        call = await rings(site, "4001")
        answering = asyncio.ensure_future(site.perform(Answer(call.id)))
        await asyncio.sleep(0)
        await dialled.give_up()
        await asyncio.gather(answering, return_exceptions=True)
        over = await site.comes_to(call.id, lambda call: call.state is CallState.ON_HOOK)
        assert over.cause is (Cause.CANCELLED if over.connected is None else Cause.NORMAL)
        await silent(caller, callee)
        await site.empty()

    @pytest.mark.parametrize("kind", [DESK, TALKS])
    async def test_race_two_programs_answer(self, site: Site, kind: Behaviour) -> None:
        caller, callee = await site.phone("4000"), await site.phone("4001", kind)
        dialled = Dialled(caller, "4001")
        call = await rings(site, "4001")
        await asyncio.gather(site.perform(Answer(call.id)), site.perform(Answer(call.id)))
        assert await dialled.over() == 0
        await talk(caller, callee)
        await until(lambda: len(callee.calls) == 1)

    async def test_race_a_program_answers_as_the_phone_is_answered(self, site: Site) -> None:
        caller, callee = await site.phone("4000"), await site.phone("4001", RINGS)
        dialled = Dialled(caller, "4001")
        call = await rings(site, "4001")
        callee.calls[0].answer()  # its 200 and our CANCEL cross
        await site.perform(Answer(call.id))
        assert (await dialled.over(), callee.invites) == (0, 1)
        await talk(caller, callee)

    async def test_race_a_call_is_redirected_as_the_phone_is_answered(self, site: Site) -> None:
        caller, callee = await site.phone("4000"), await site.phone("4001", RINGS)
        target = await site.phone("4002", ANSWERS)
        dialled = Dialled(caller, "4001")
        call = await rings(site, "4001")
        callee.calls[0].answer()
        await refused(site.perform(Redirect(call.id, "", "4002")), Refusal.NOT_POSSIBLE_NOW)
        assert (await dialled.over(), target.invites) == (0, 0)
        await talk(caller, callee)

    async def test_race_a_call_is_redirected_as_the_caller_gives_up(self, site: Site) -> None:
        caller, callee = await site.phone("4000"), await site.phone("4001", RINGS)
        target = await site.phone("4002", RINGS)
        dialled = Dialled(caller, "4001")
        call = await rings(site, "4001")
        redirecting = asyncio.ensure_future(site.perform(Redirect(call.id, "", "4002")))
        await asyncio.sleep(0)
        await dialled.give_up()
        await asyncio.gather(redirecting, return_exceptions=True)
        await site.empty()
        await silent(caller, callee, target)
        ends = [one.id for one in site.seen if one.state is CallState.ON_HOOK]
        assert len(ends) == len(set(ends))

    async def test_race_a_call_is_picked_up_as_the_phone_is_answered(self, site: Site) -> None:
        caller, callee = await site.phone("4000"), await site.phone("4001", RINGS)
        taker = await site.phone("4002", DESK)
        dialled = Dialled(caller, "4001")
        call = await rings(site, "4001")
        callee.calls[0].answer()
        taken = await site.perform(Pickup("4002", "4001"))
        over = await ended(site, taken, Cause.ELSEWHERE)
        assert over.redirected_to is not None
        assert over.redirected_to.id == "4001"
        assert await dialled.over() == 0
        await silent(taker)
        await talk(caller, callee)
        assert site.now(call.id).state is CallState.CONNECTED

    async def test_race_a_call_is_picked_up_as_the_caller_gives_up(self, site: Site) -> None:
        caller, callee = await site.phone("4000"), await site.phone("4001", RINGS)
        taker = await site.phone("4002", RINGS)
        dialled = Dialled(caller, "4001")
        await rings(site, "4001")
        taken = await site.perform(Pickup("4002", "4001"))
        await dialled.give_up()
        await ended(site, taken, Cause.CANCELLED)
        await silent(caller, callee, taker)
        await site.empty()

    async def test_race_a_call_is_rejected_as_the_phone_is_answered(self, site: Site) -> None:
        caller, callee = await site.phone("4000"), await site.phone("4001", RINGS)
        dialled = Dialled(caller, "4001")
        call = await rings(site, "4001")
        callee.calls[0].answer()
        await site.perform(Reject(call.id))
        assert await dialled.over() == 603
        await ended(site, call, Cause.REJECTED)
        await silent(caller, callee)
