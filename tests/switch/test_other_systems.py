"""Two embedded switches of a cluster whose phones call each other; and who else knocks at that door."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from contextlib import suppress

import pytest

from offhook.call import CallState, Cause, Direction, Forward, Forwarding, ForwardWhen
from offhook.demo.behaviour import CallRejected
from offhook.demo.phone import Phone
from offhook.errors import CallError, Refusal, UnavailableError
from offhook.sip.headers import Headers
from offhook.sip.message import Request
from offhook.switch.b2bua.leg import Leg
from offhook.switch.embedded.otherends import OtherEnds
from offhook.switch.embedded.seal import GOOD_S, HEADER, TAKES, Seals, seal
from tests.switch.embeddedsite import TERMINALS, a_site, close
from tests.switch.rawphone import raw_phone
from tests.switch.site import ANSWERS, RINGS, ask, joined, rejects
from tests.switch.twosystems import PARTS, Others, Pair
from tests.waiting import until


@pytest.fixture
async def pair() -> AsyncIterator[Pair]:
    pair = Pair()
    for part, phones in PARTS.items():
        site = pair.sites[part] = await a_site(terminals=[one for one in TERMINALS if one.id in phones])
        site.switch.know_others(Others(pair, part))
    yield pair
    for site in pair.sites.values():
        await site.hang_up()
    for site in pair.sites.values():
        await close(site)


async def test_a_phone_of_the_other_switch_rings_shows_the_caller_and_is_talked_to(pair: Pair) -> None:
    own, far = await pair.seoul.phone("4000"), await pair.busan.phone("4002", RINGS)
    call_id = pair.seoul.dial("4000", "4002")
    await far.event("ringing")
    await pair.seoul.until(call_id, CallState.RING_BACK)
    (there,) = pair.busan.live()
    assert (there.terminal, there.direction, there.external) == ("4002", Direction.INBOUND, False)
    assert (there.caller.id, there.caller.name) == ("4000", "Kim")
    far.calls[0].answer()
    await pair.seoul.until(call_id, CallState.CONNECTED)
    await joined(own, far)
    far.calls[0].hang_up()
    assert (await pair.seoul.until(call_id, CallState.ON_HOOK)).cause is Cause.NORMAL


async def test_a_phone_that_is_busy_there_is_busy_here(pair: Pair) -> None:
    await pair.seoul.phone("4000")
    await pair.busan.phone("4002", rejects(486))
    call_id = pair.seoul.dial("4000", "4002")
    assert (await pair.seoul.until(call_id, CallState.ON_HOOK)).cause is Cause.BUSY


async def test_who_gives_up_has_the_phone_there_ring_no_more(pair: Pair) -> None:
    await pair.seoul.phone("4000")
    far = await pair.busan.phone("4002", RINGS)
    call_id = pair.seoul.dial("4000", "4002")
    await far.event("ringing")
    pair.seoul.switch.drop(call_id)
    await far.event("cancelled")
    await until(lambda: not pair.busan.live())


async def test_a_phone_forwards_to_one_of_the_other_switch(pair: Pair) -> None:
    await pair.seoul.phone("4000")
    await pair.busan.phone("4002", ANSWERS)
    await pair.seoul.perform(Forward("4001", (Forwarding(ForwardWhen.ALWAYS, "4002"),)))
    call_id = pair.seoul.dial("4000", "4001")
    await pair.seoul.until(call_id, CallState.CONNECTED)
    assert [call.caller.id for call in pair.busan.live()] == ["4000"]


async def test_phones_of_two_switches_that_forward_to_each_other_do_not_call_for_ever(pair: Pair) -> None:
    await pair.seoul.phone("4000")
    await pair.seoul.perform(Forward("4001", (Forwarding(ForwardWhen.ALWAYS, "4002"),)))
    await pair.busan.perform(Forward("4002", (Forwarding(ForwardWhen.ALWAYS, "4001"),)))
    call_id = pair.seoul.dial("4000", "4001")
    assert (await pair.seoul.until(call_id, CallState.ON_HOOK)).cause is not None
    await until(lambda: not pair.busan.live() and not pair.seoul.live())


async def test_what_a_terminal_may_not_dial_is_asked_for_at_its_own_switch(pair: Pair) -> None:
    pair.seoul.switch.ask_first(lambda _terminal, number: number != "4002")
    own = await pair.seoul.phone("4000")
    far = await pair.busan.phone("4002", RINGS)
    with pytest.raises(CallRejected) as refused:
        await own.call("4002")
    assert (refused.value.status, far.invites) == (403, 0)


async def test_a_switch_that_cannot_be_reached_is_said_so_at_once(pair: Pair) -> None:
    await pair.seoul.phone("4000")
    pair.away.add("busan")
    with pytest.raises(CallError, match="has phone 4002 cannot be reached") as refused:
        pair.seoul.dial("4000", "4002")
    assert refused.value.refusal is Refusal.UNAVAILABLE


async def test_a_phone_that_registers_at_the_wrong_one_is_refused_and_the_log_says_so(
    pair: Pair, caplog: pytest.LogCaptureFixture
) -> None:
    with suppress(UnavailableError):
        async with Phone(pair.switch("seoul").address(), "4002", "secret-4002"):
            pytest.fail("it is registered")
    assert "127.0.0.1 as '4002': that phone is another telephone system's of the cluster" in caplog.text


async def test_nobody_rings_a_phone_with_a_seal_that_is_made_up(pair: Pair) -> None:
    await pair.busan.phone("4002", RINGS)
    async with raw_phone(pair.switch("busan").address()) as stranger:
        stranger.send("INVITE", "4002", extra=f"{HEADER}: {int(time.time())} {'0' * 64}\r\n")
        assert (await stranger.response()).status == 403
    assert not pair.busan.live()


async def test_a_phone_does_not_say_by_itself_who_is_at_the_other_end(pair: Pair) -> None:
    await pair.seoul.phone("4000")
    far = await pair.busan.phone("4002", ANSWERS)
    call_id = pair.seoul.dial("4000", "4002")
    await pair.seoul.until(call_id, CallState.CONNECTED)
    await until(lambda: far.calls[0].dialog is not None)
    (there,) = pair.busan.live()
    told = await ask(far, "UPDATE", P_Asserted_Identity='"The boss" <sip:1@127.0.0.1>')
    assert told.status == 200
    assert pair.seoul.now(call_id).callee.id == "4002"
    assert (pair.busan.now(there.id).callee.id, pair.busan.now(there.id).caller.id) == ("4002", "4000")


@pytest.mark.parametrize(("goes_on", "told"), [(True, []), (False, ["UPDATE"])])
async def test_the_next_node_takes_it_that_the_other_half_knows_with_whom_it_is(
    pair: Pair, monkeypatch: pytest.MonkeyPatch, goes_on: bool, told: list[str]
) -> None:
    await pair.seoul.phone("4000")
    await pair.busan.phone("4002", ANSWERS)
    call_id = pair.seoul.dial("4000", "4002")
    await pair.seoul.until(call_id, CallState.CONNECTED)
    call = pair.switch("seoul").find(call_id)
    assert call is not None and call.callee_leg is not None
    sent: list[str] = []
    ends = OtherEnds(lambda leg: leg is call.callee_leg)
    with monkeypatch.context() as patch:
        patch.setattr(Leg, "request", lambda _leg, method, *_: sent.append(method))
        if goes_on:
            ends.goes_on(call.callee_leg)
        ends.tell(call)
    assert sent == told


def invite(number: str = "4002", caller: str = "4000") -> Request:
    headers = Headers({"call-id": "c1", "from": f"<sip:{caller}@h>;tag=t"})
    return Request("INVITE", f"sip:{number}@h", headers)


def test_a_seal_opens_once() -> None:
    request, seals = invite(), Seals("key")
    seal(request, "key", 1000.0)
    assert seals.opens(request, 1001.0)
    assert not seals.opens(request, 1001.0)


def test_a_seal_is_good_for_what_it_was_made_for() -> None:
    sealed = invite()
    seal(sealed, "key", 1000.0)
    code = sealed.headers.get(HEADER)
    assert code is not None
    for other in (invite(number="4003"), invite(caller="4001")):
        other.headers.set(HEADER, code)
        assert not Seals("key").opens(other, 1000.0)
    hidden = invite()
    hidden.headers.set(HEADER, code)
    hidden.headers.set("Privacy", "id")
    assert not Seals("key").opens(hidden, 1000.0)
    assert not Seals("another").opens(sealed, 1000.0)
    takes = invite()
    takes.headers.set(HEADER, code)
    takes.headers.set(TAKES, "it")
    assert not Seals("key").opens(takes, 1000.0)


@pytest.mark.parametrize("late", [-GOOD_S - 2, GOOD_S + 2])
def test_a_seal_is_good_for_a_minute(late: float) -> None:
    request = invite()
    seal(request, "key", 1000.0)
    assert not Seals("key").opens(request, 1000.0 + late)


@pytest.mark.parametrize("text", ["", "1000", "x y", "1000 é", "-5 0", "9" * 400 + " 0", "1000 " + "f" * 64])
def test_what_is_no_seal_opens_nothing(text: str) -> None:
    request = invite()
    request.headers.set(HEADER, text)
    assert not Seals("key").opens(request, 1000.0)


async def test_a_seal_of_a_call_that_was_heard_opens_nothing_to_who_repeats_it(pair: Pair) -> None:
    await pair.seoul.phone("4000")
    far = await pair.busan.phone("4002", RINGS)
    heard: list[Request] = []
    seals = pair.switch("busan").other_systems._seals
    opens = seals.opens

    def hears(request: Request, now: float) -> bool:
        heard.append(request)
        return opens(request, now)

    seals.opens = hears  # type: ignore[method-assign]
    pair.seoul.dial("4000", "4002")
    await far.event("ringing")
    (request,) = heard
    async with raw_phone(pair.switch("busan").address()) as stranger:
        stranger.send("INVITE", "4002", extra=f"{HEADER}: {request.headers.get(HEADER)}\r\n")
        assert (await stranger.response()).status == 403
    assert len(pair.busan.live()) == 1
