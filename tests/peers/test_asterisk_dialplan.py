"""What dialplans and people do with calls: machines, tones, Local channels, groups, transfers."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from offhook.call import CallState, Cause, Dtmf, Feature, Party
from offhook.demo.phone import Stage
from tests.peers.asterisk import Asterisk
from tests.peers.asterisksite import AsteriskSite, asterisk_site, bridged, close, idle
from tests.switch.site import ANSWERS, RINGS, Site, rejects
from tests.waiting import until

pytestmark = pytest.mark.peer


@pytest.fixture
async def site(asterisk: Asterisk) -> AsyncIterator[AsteriskSite]:
    site = await asterisk_site(asterisk)
    yield site
    await close(site)


async def newest(site: Site, terminal: str, callee: str) -> None:
    """Wait until the terminal's live call is with somebody."""
    await site.until_seen(lambda call: call.terminal == terminal and call.callee.id == callee)


async def all_over(site: Site, terminal: str) -> None:
    """Wait until the terminal has no call any more; each ended as calls do."""
    calls = site.calls_of(terminal)
    assert calls, f"terminal {terminal} has had no call"
    for call in calls:
        assert await site.cause(call.id) is Cause.NORMAL


async def test_a_machine_that_answers(site: AsteriskSite) -> None:
    own = await site.phone("4000")
    call_id = site.dial("4000", "4990")
    await site.until(call_id, CallState.CONNECTED)
    site.drop(call_id)
    await own.event("ended")


async def test_a_conference_is_a_call_that_is_connected(site: AsteriskSite) -> None:
    await site.phone("4000")
    await site.phone("4001")
    first, second = site.dial("4000", "4997"), site.dial("4001", "4997")
    await site.until(first, CallState.CONNECTED)
    await site.until(second, CallState.CONNECTED)
    site.drop(first)
    await site.cause(first)
    assert site.states(second)[-1] is CallState.CONNECTED


@pytest.mark.parametrize(("address", "cause"), [("4991", Cause.BUSY), ("4992", Cause.UNREACHABLE)])
async def test_a_dialplan_that_says_no_by_tones(site: AsteriskSite, address: str, cause: Cause) -> None:
    own = await site.phone("4000")
    assert await site.cause(site.dial("4000", address)) is cause
    await own.event("ended")


@pytest.mark.parametrize(("status", "cause"), [(486, Cause.BUSY), (503, Cause.UNREACHABLE)])
async def test_tones_after_a_refusal_are_not_waited_for(
    asterisk: Asterisk, status: int, cause: Cause
) -> None:
    site = await asterisk_site(asterisk, context="tones")
    own = await site.phone("4000")
    await site.phone("4001", rejects(status))
    assert await site.cause(site.dial()) is cause
    await own.event("ended")
    await close(site)


@pytest.mark.parametrize("address", ["4993", "4996"])
async def test_a_way_through_local_channels(site: AsteriskSite, address: str) -> None:
    await site.phone("4000")
    callee = await site.phone("4001", RINGS)
    call_id = site.dial("4000", address)
    await site.until(call_id, CallState.RING_BACK)
    await callee.event("ringing")
    callee.calls[0].answer()
    await site.until(call_id, CallState.CONNECTED)
    inbound = await site.until_seen(
        lambda call: call.terminal == "4001" and call.state is CallState.CONNECTED
    )
    assert inbound.caller.id == "4000"
    site.drop(call_id)
    await callee.event("ended")
    assert await site.cause(inbound.id) in (Cause.DROPPED, Cause.NORMAL)


async def test_of_two_phones_that_ring_the_first_that_is_lifted_has_the_call(site: AsteriskSite) -> None:
    await site.phone("4000")
    quick, slow = await site.phone("4001", RINGS), await site.phone("4002", RINGS)
    call_id = site.dial("4000", "4994")
    for terminal in ("4001", "4002"):
        await site.until_seen(lambda call, terminal=terminal: call.terminal == terminal)  # type: ignore[misc]
    await quick.event("ringing")
    quick.calls[0].answer()
    await site.until(call_id, CallState.CONNECTED)
    await slow.event("cancelled")
    (lost,) = site.calls_of("4002")
    assert await site.cause(lost.id) is Cause.ELSEWHERE


async def test_a_menu_of_the_dialplan_hears_tones(site: AsteriskSite) -> None:
    await site.phone("4000")
    called = await site.phone("4001", RINGS)
    call_id = site.dial("4000", "4984")
    await site.until(call_id, CallState.CONNECTED)
    assert site.features(call_id) == {Feature.DROP, Feature.DTMF}
    await site.perform(Dtmf(call_id, "4000", "5"))
    await called.event("ringing")
    site.drop(call_id)


async def test_a_machine_takes_what_the_called_phone_does_not(site: AsteriskSite) -> None:
    await site.phone("4000")
    await site.phone("4001", rejects(486))
    call_id = site.dial("4000", "4995")
    await site.until(call_id, CallState.CONNECTED)
    site.drop(call_id)
    assert await site.cause(call_id) is Cause.DROPPED


async def test_the_called_person_asks_somebody_and_hands_the_call_over(site: AsteriskSite) -> None:
    await site.phone("4000")
    callee, third = await site.phone("4001", ANSWERS), await site.phone("4002", ANSWERS)
    call_id = site.dial()
    await site.until(call_id, CallState.CONNECTED)
    await callee.calls[0].hold()
    await callee.call("4002")
    await third.event("answered")
    await bridged(site, "4001")
    await callee.calls[0].transfer_to(callee.calls[1])
    await newest(site, "4000", "4002")
    for phone in callee.calls:
        phone.hang_up()
    await all_over(site, "4001")
    site.drop(call_id)
    await third.event("ended")
    assert await site.cause(call_id) is Cause.DROPPED


async def test_the_caller_asks_somebody_and_hands_the_call_over(site: AsteriskSite) -> None:
    own, callee = await site.phone("4000"), await site.phone("4001", ANSWERS)
    third = await site.phone("4002", ANSWERS)
    call_id = site.dial()
    await site.until(call_id, CallState.CONNECTED)
    await own.calls[0].hold()
    await own.call("4002")
    await third.event("answered")
    await bridged(site, "4000")
    await own.calls[0].transfer_to(own.calls[1])
    await all_over(site, "4000")
    (left,) = [call for call in site.calls_of("4001") if call.state is not CallState.ON_HOOK]
    assert left.state is CallState.CONNECTED
    site.drop(left.id)
    await third.event("ended")
    await callee.event("ended")


async def test_the_called_phone_forwards_the_call(site: AsteriskSite) -> None:
    await site.phone("4000")
    await site.phone("4001", replace(rejects(302), forward_to="4002"))
    third = await site.phone("4002", ANSWERS)
    call_id = site.dial()
    await site.until(call_id, CallState.CONNECTED)
    assert [call.state for call in site.calls_of("4002")] == [CallState.CONNECTED]
    third.calls[0].hang_up()
    assert await site.cause(call_id) is Cause.NORMAL


async def test_a_call_that_another_phone_picks_up_is_that_phones(site: AsteriskSite) -> None:
    await site.phone("4000")
    called, third = await site.phone("4001", RINGS), await site.phone("4002")
    call_id = site.dial()
    await site.until(call_id, CallState.RING_BACK)
    await third.call("4989")
    await site.until(call_id, CallState.CONNECTED)
    await called.event("cancelled")
    (missed,) = site.calls_of("4001")
    over = await site.until(missed.id, CallState.ON_HOOK)
    assert over.cause is Cause.ELSEWHERE
    assert over.redirected_to == Party("Park", "4002")
    await bridged(site, "4002")
    site.drop(call_id)
    await third.event("ended")
    (taken,) = site.calls_of("4002")
    assert await site.cause(taken.id) is Cause.DROPPED


async def test_a_call_in_a_queue_is_connected_once_an_agent_takes_it(site: AsteriskSite) -> None:
    await site.phone("4000")
    agent = await site.phone("4001", RINGS)
    call_id = site.dial("4000", "4988")
    await site.until(call_id, CallState.RING_BACK)
    await agent.event("ringing")
    agent.calls[0].answer()
    await site.until(call_id, CallState.CONNECTED)
    agent.calls[0].hang_up()
    assert await site.cause(call_id) is Cause.NORMAL


async def test_both_phones_show_who_is_at_the_other_end(site: AsteriskSite) -> None:
    own, callee = await site.phone("4000", RINGS), await site.phone("4001", RINGS)
    call_id = site.dial()
    await own.event("ringing")
    assert own.last_invite is not None
    shown = " ".join(own.last_invite.headers.all("P-Asserted-Identity") + own.last_invite.headers.all("From"))
    assert "4001" in shown
    own.calls[0].answer()
    await callee.event("ringing")
    assert callee.last_invite is not None
    assert "4000" in " ".join(callee.last_invite.headers.all("From"))
    site.drop(call_id)
    await callee.event("cancelled")


async def test_a_call_dialled_by_hand_is_dropped_from_the_screen(site: AsteriskSite) -> None:
    caller = await site.phone("4000")
    await site.phone("4001", ANSWERS)
    await caller.call("4001")
    call = await site.until_seen(lambda call: call.terminal == "4000" and call.state is CallState.CONNECTED)
    site.drop(call.id)
    await caller.event("ended")
    assert await site.cause(call.id) is Cause.DROPPED


async def test_many_calls_at_once_leave_nothing_in_asterisk(site: AsteriskSite) -> None:
    for terminal in ("4000", "4001", "4002", "4003"):
        await site.phone(terminal)
    calls = [site.dial(terminal, "4990") for terminal in ("4000", "4001", "4002", "4003") for _ in range(10)]
    for call_id in calls:
        await site.until(call_id, CallState.CONNECTED)
    for call_id in calls:
        site.drop(call_id)
    await idle(site)
    assert site.asterisk.channels() == []


@pytest.mark.parametrize("address", ["4993", "4996"])
async def test_a_phone_that_connects_the_two_ends_of_its_call_with_itself_leaves_nothing(
    site: AsteriskSite, address: str
) -> None:
    """It has called itself by a Local channel, and transfers the one call to the other."""
    phone = await site.phone("4001", ANSWERS)
    dialled = await phone.call(address)
    await until(lambda: len(phone.calls) == 2 and all(one.stage is Stage.UP for one in phone.calls))
    await bridged(site, "4001")
    (answered,) = (one for one in phone.calls if one is not dialled)
    await dialled.transfer_to(answered)
    await idle(site)
