"""re-INVITEs that go wrong: taken back, left without an answer, refused for now."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import replace
from functools import partial

import pytest

from offhook.call import CallState, Cause, Hold
from offhook.demo import sdp
from offhook.demo.phone import CallRejected, Phone, PhoneCall
from offhook.errors import CallError
from offhook.sip.endpoint import ClientTransaction, Endpoint, ServerTransaction, Timing
from offhook.sip.message import Request, Response, make_response
from offhook.sip.transaction import State
from offhook.switch.embedded import EmbeddedSwitch
from tests.switch.embeddedsite import a_site, close
from tests.switch.pending import Pending
from tests.switch.rtp import talk
from tests.switch.site import ANSWERS, RINGS, Site, ask, directed, joined
from tests.waiting import until

FAST = Timing(t1=0.02, t2=0.1, t4=0.1, d=0.5, trying=0.01)


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    site = await a_site(timing=FAST)
    yield site
    await close(site)


def endpoint_of(site: Site) -> Endpoint:
    assert isinstance(site.switch, EmbeddedSwitch)
    return site.switch.endpoint


class Hesitation:
    """A phone's re-INVITEs from now on: kept until the test answers them."""

    def __init__(self, phone: Phone, monkeypatch: pytest.MonkeyPatch) -> None:
        self._phone, self._as_ever, self._monkeypatch = phone, phone._reinvited, monkeypatch
        self.kept: list[tuple[PhoneCall, ServerTransaction, Request]] = []
        monkeypatch.setattr(phone, "_reinvited", self._keep)

    def _keep(self, call: PhoneCall, transaction: ServerTransaction, request: Request, _now: float) -> None:
        self.kept.append((call, transaction, request))

    def end(self) -> None:
        """Answer as ever."""
        self._monkeypatch.setattr(self._phone, "_reinvited", self._as_ever)

    def answer(self) -> None:
        """Answer the newest one, and all others from now on, as ever."""
        self.end()
        self._phone._reinvited(*self.kept[-1], self._phone.transport.now())
        self._phone.transport.flush()

    def respond(self, status: int) -> None:
        """Answer the newest one, without a description."""
        _, transaction, request = self.kept[-1]
        response = make_response(request, status)
        self._phone.endpoint.respond(transaction, response, self._phone.transport.now())
        self._phone.transport.flush()


async def a_hand_dialled_call(site: Site) -> tuple[Phone, Phone, str]:
    caller, callee = await site.phone("4000"), await site.phone("4001", ANSWERS)
    await caller.call("4001")
    (call,) = site.calls_of("4000")
    return caller, callee, call.id


def never(status: int) -> float:
    """In place of a time to wait: what would wait for it was not to happen."""
    raise AssertionError(f"the phone was told {status}")


async def taken_on(phone: Phone) -> None:
    """Wait until the switch has the re-INVITE of this phone: its 100 is here."""
    await until(lambda: any(one.state is State.PROCEEDING for one in phone.endpoint._clients.values()))


async def take_back(phone: Phone, holding: asyncio.Task[None], hesitation: Hesitation) -> None:
    """Cancel a hold that the other phone thinks about, once its 100 is here."""
    await until(lambda: hesitation.kept)
    await taken_on(phone)
    holding.cancel()
    with suppress(asyncio.CancelledError):
        await holding


async def test_a_reinvite_that_is_taken_back_is_taken_back_at_the_other_phone(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    caller, callee, call_id = await a_hand_dialled_call(site)
    hesitation = Hesitation(callee, monkeypatch)
    await take_back(caller, asyncio.create_task(caller.calls[0].hold()), hesitation)
    await until(lambda: callee.cancels)
    hesitation.end()
    await caller.calls[0].hold()
    assert callee.calls[0].direction == "recvonly"
    site.drop(call_id)
    await caller.event("ended")
    await callee.event("ended")


async def test_what_waits_for_a_phone_that_answers_the_others_offer_has_its_turn_then(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    caller, callee, call_id = await a_hand_dialled_call(site)
    hesitation = Hesitation(caller, monkeypatch)
    offering = asyncio.create_task(callee.reinvite(callee.calls[0], "sendrecv"))
    await until(lambda: hesitation.kept)
    holding = asyncio.create_task(site.perform(Hold(call_id, "4000")))
    await asyncio.sleep(0)  # it has been asked for
    hesitation.answer()
    await offering
    await holding
    assert site.now(call_id).held
    site.drop(call_id)
    await caller.event("ended")
    await callee.event("ended")


async def test_an_answer_that_crosses_the_taking_back_of_a_reinvite_leaves_the_call_whole(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    caller, callee, call_id = await a_hand_dialled_call(site)
    hesitation = Hesitation(callee, monkeypatch)
    holding = asyncio.create_task(caller.calls[0].hold())
    await until(lambda: hesitation.kept)
    acked = callee.acks
    await taken_on(caller)
    holding.cancel()
    await asyncio.sleep(0)
    hesitation.respond(200)
    await until(lambda: callee.acks > acked)
    hesitation.end()
    site.drop(call_id)
    await caller.event("ended")
    await callee.event("ended")


async def test_a_reinvite_that_a_phone_never_answers_is_cancelled(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    caller, callee, call_id = await a_hand_dialled_call(site)
    Hesitation(callee, monkeypatch)
    with pytest.raises(CallRejected) as caught:
        await caller.calls[0].hold()
    assert caught.value.status == 487
    assert site.states(call_id)[-1] is CallState.CONNECTED


async def test_a_drop_while_a_reinvite_is_open_ends_both_phones_and_every_transaction(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    caller, callee, call_id = await a_hand_dialled_call(site)
    hesitation = Hesitation(callee, monkeypatch)
    holding = asyncio.create_task(caller.calls[0].hold())
    await until(lambda: hesitation.kept)
    site.drop(call_id)
    with pytest.raises(CallRejected):
        await holding
    await caller.event("ended")
    await callee.event("ended")
    await until(lambda: not endpoint_of(site)._clients)


async def test_the_join_is_tried_again_when_the_own_phone_is_just_busy(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = await site.phone("4000")
    callee = await site.phone("4001", ANSWERS)
    monkeypatch.setattr("random.uniform", lambda _least, _most: 0.05)
    hesitation = Hesitation(own, monkeypatch)
    call_id = site.dial()
    await until(lambda: hesitation.kept)
    hesitation.respond(491)
    await until(lambda: len(hesitation.kept) == 2)
    assert hesitation.kept[1][2].body == hesitation.kept[0][2].body
    hesitation.respond(491)
    hesitation.end()
    await joined(own, callee)
    assert site.states(call_id)[-1] is CallState.CONNECTED


async def test_an_own_phone_that_refuses_the_join_ends_the_call(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    own, callee = await site.phone("4000"), await site.phone("4001", ANSWERS)
    hesitation = Hesitation(own, monkeypatch)
    call_id = site.dial()
    await until(lambda: hesitation.kept)
    hesitation.respond(488)
    assert await site.cause(call_id) is Cause.FAILURE
    await callee.event("ended")


async def test_an_own_phone_that_moves_its_audio_while_the_other_rings_gets_silence_until_the_answer(
    site: Site,
) -> None:
    own, callee = await site.phone("4000"), await site.phone("4001", RINGS)
    call_id = site.dial()
    await site.until(call_id, CallState.RING_BACK)
    await own.calls[0].resume()
    assert own.calls[0].remote_media != callee.media
    callee.calls[0].answer()
    await talk(own, callee)


async def test_a_reinvite_waits_while_the_other_phone_answers_one_of_ours(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    own, callee = await site.phone("4000"), await site.phone("4001", ANSWERS)
    hesitation = Hesitation(own, monkeypatch)
    call_id = site.dial()
    await site.until(call_id, CallState.CONNECTED)
    await until(lambda: hesitation.kept)
    monkeypatch.setattr("random.uniform", lambda _least, _most: never(491))
    holding = asyncio.create_task(callee.calls[0].hold())
    await taken_on(callee)
    hesitation.answer()
    await holding
    await site.comes_to(call_id, lambda call: call.held_by_other)


async def test_a_reinvite_that_is_taken_back_while_it_waits_reaches_nobody(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    own, callee = await site.phone("4000"), await site.phone("4001", ANSWERS)
    hesitation = Hesitation(own, monkeypatch)
    call_id = site.dial()
    await site.until(call_id, CallState.CONNECTED)
    await until(lambda: hesitation.kept)
    monkeypatch.setattr("random.uniform", lambda _least, _most: never(491))
    holding = asyncio.create_task(callee.calls[0].hold())
    await taken_on(callee)
    holding.cancel()
    with suppress(asyncio.CancelledError):
        await holding
    hesitation.answer()
    await talk(own, callee)
    assert (own.cancels, own.reinvites) == (0, 1)


async def test_what_has_met_a_reinvite_of_the_phone_goes_as_soon_as_that_is_through(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    own, callee = await site.phone("4000"), await site.phone("4001", ANSWERS)
    call_id = site.dial()
    await site.until(call_id, CallState.CONNECTED)
    await talk(own, callee)
    monkeypatch.setattr("random.uniform", lambda _least, _most: 600.0)
    hesitation = Hesitation(own, monkeypatch)
    holding = asyncio.create_task(site.perform(Hold(call_id)))
    await until(lambda: hesitation.kept)
    hesitation.respond(491)
    hesitation.end()
    await until(lambda: not own.endpoint.outbox)
    await own.calls[0].resume()
    await holding
    assert site.now(call_id).held


async def test_a_caller_that_gives_up_hears_that_its_call_was_terminated(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    caller, callee = await site.phone("4000"), await site.phone("4001", RINGS)
    heard: list[int] = []
    note = caller._on_invite_response

    def hear(call: PhoneCall, transaction: ClientTransaction, response: Response) -> None:
        heard.append(response.status)
        note(call, transaction, response)

    monkeypatch.setattr(caller, "_on_invite_response", hear)
    calling = asyncio.create_task(caller.call("4001"))
    await caller.event("ringing")
    calling.cancel()
    with suppress(asyncio.CancelledError):
        await calling
    await callee.event("cancelled")
    await until(lambda: heard[-1] >= 200)
    assert heard[-1] == 487


async def test_a_hundred_calls_leave_no_transaction() -> None:
    site = await a_site(
        timing=replace(FAST, t1=0.1)
    )  # a busy machine may be silent for longer than 64 of FAST's
    await site.phone("4000")
    await site.phone("4001", ANSWERS)
    for _ in range(10):  # at once they would take a busy machine longer than a phone rings
        calls = [site.dial() for _ in range(10)]
        for call_id in calls:
            await site.until(call_id, CallState.CONNECTED)
            site.drop(call_id)
    endpoint = endpoint_of(site)
    await until(lambda: not endpoint._clients and not endpoint._servers)
    assert (endpoint._unacked, endpoint._by_flow) == ({}, {})
    await close(site)


async def test_a_reinvite_that_meets_another_one_at_the_other_phone_is_to_be_tried_again(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    caller, callee, call_id = await a_hand_dialled_call(site)
    tried_again: list[float] = []

    def again(least: float, _most: float) -> float:
        tried_again.append(least)
        return 0.05

    monkeypatch.setattr("random.uniform", again)
    pending = Pending(caller, monkeypatch)
    holding = asyncio.create_task(callee.calls[0].hold())
    await until(lambda: len(tried_again) > 2)
    assert not site.now(call_id).held_by_other
    pending.end()
    await holding
    assert caller.calls[0].direction == "recvonly"


async def test_who_takes_no_offer_for_long_does_not_keep_the_other_phone_from_hold_and_hears_of_it_at_last(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    caller, callee, call_id = await a_hand_dialled_call(site)
    monkeypatch.setattr("offhook.switch.b2bua.legdialog.MEETING_S", 0.0)
    monkeypatch.setattr("random.uniform", lambda _least, _most: 0.05)
    pending = Pending(caller, monkeypatch)
    await callee.calls[0].hold()
    assert callee.calls[0].remote_media == caller.media
    await site.comes_to(call_id, lambda call: call.held_by_other)
    await until(lambda: len(pending.refused) > 2)
    pending.end()
    await directed(caller, "recvonly")
    await callee.calls[0].resume()
    await talk(caller, callee)


async def test_an_offer_that_was_refused_is_not_what_its_phone_has(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the other phone is offered later is what the first one has still."""
    caller, callee, call_id = await a_hand_dialled_call(site)
    assert isinstance(site.switch, EmbeddedSwitch)
    call = site.switch.find(call_id)
    assert call is not None
    leg = call.callee_leg
    assert leg is not None
    before = leg.remote_sdp
    pending = Pending(caller, monkeypatch)
    monkeypatch.setattr("random.uniform", lambda _least, _most: 600.0)
    holding = asyncio.create_task(callee.calls[0].hold())
    await until(lambda: pending.refused and not leg.busy)
    holding.cancel()
    with suppress(asyncio.CancelledError):
        await holding
    assert leg.remote_sdp == before


async def test_what_a_phone_says_by_an_update_is_what_it_has_from_then_on(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who takes the call over, or holds it, offers that to the other phone."""
    caller, callee, call_id = await a_hand_dialled_call(site)
    assert isinstance(site.switch, EmbeddedSwitch)
    call = site.switch.find(call_id)
    assert call is not None and call.caller_leg is not None and call.callee_leg is not None
    monkeypatch.setattr(callee, "_in_dialog", partial(takes_update, callee))
    moved = sdp.write(sdp.Media(("127.0.0.9", 40000), direction="sendonly"), 7, 7)
    answer = await ask(caller, "UPDATE", moved, Content_Type="application/sdp")
    assert answer.status == 200
    assert call.caller_leg.remote_sdp == moved
    assert sdp.read(call.callee_leg.remote_sdp) == sdp.read(answer.body) is not None
    assert site.now(call_id).held
    with site.switch.sending():
        call.renew(call.callee_leg)
    await until(lambda: callee.calls[0].remote_media == ("127.0.0.9", 40000))


def takes_update(phone: Phone, transaction: ServerTransaction, request: Request, now: float) -> None:
    """It answers what an UPDATE offers."""
    call = phone.calls[0]
    if request.method == "UPDATE":
        call.offers.append(sdp.read(request.body))
        phone.endpoint.respond(transaction, make_response(request, 200, body=phone._local_media(call)), now)
    else:
        phone._reinvited(call, transaction, request, now)


async def test_a_command_that_a_phone_never_takes_is_not_tried_any_more_once_it_has_failed(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, callee, call_id = await a_hand_dialled_call(site)
    assert isinstance(site.switch, EmbeddedSwitch)
    call = site.switch.find(call_id)
    assert call is not None and call.callee_leg is not None
    monkeypatch.setattr("offhook.switch.b2bua.turns.COMMAND_S", 0.3)
    monkeypatch.setattr("random.uniform", lambda _least, _most: 0.02)
    Pending(callee, monkeypatch)
    with pytest.raises(CallError):
        await site.perform(Hold(call_id, "4000"))
    await until(lambda: call.callee_leg is not None and not call.callee_leg.busy)
    assert not call.callee_leg.awaits_theirs
