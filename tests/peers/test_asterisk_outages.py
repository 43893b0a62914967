"""Calls outlive a lost connection to Asterisk, and their picture is right again once it is back."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from offhook.call import CallState, Cause, Direction
from offhook.errors import CallError, Refusal
from tests.peers.asterisk import Asterisk
from tests.peers.asterisksite import AsteriskSite, asterisk_site, close, idle
from tests.peers.cutter import Cutter
from tests.peers.outages import connected, cut, mend
from tests.switch.site import ANSWERS, RINGS

pytestmark = pytest.mark.peer

CUT_S = 10
"""For so long nothing comes through, in one of the tests."""


@pytest.fixture
async def cutter(asterisk: Asterisk) -> AsyncIterator[Cutter]:
    async with Cutter(asterisk.ami) as cutter:
        yield cutter


@pytest.fixture
async def site(asterisk: Asterisk, cutter: Cutter) -> AsyncIterator[AsteriskSite]:
    site = await asterisk_site(
        asterisk, host=cutter.address[0], port=cutter.address[1], ping_s=0.3, no_answer_s=20.0
    )
    yield site
    await close(site)


@pytest.mark.timeout(60)
async def test_a_call_goes_on_over_ten_seconds_without_a_connection(
    site: AsteriskSite, cutter: Cutter
) -> None:
    call_id, own, callee = await connected(site)
    await cut(site, cutter)
    await asyncio.sleep(CUT_S)
    await mend(site, cutter)
    assert site.states(call_id)[-1] is CallState.CONNECTED
    assert len(own.calls) == len(callee.calls) == 1
    site.drop(call_id)
    await callee.event("ended")
    assert await site.cause(call_id) is Cause.DROPPED


async def test_a_connection_that_carries_nothing_any_more_is_noticed(
    site: AsteriskSite, cutter: Cutter
) -> None:
    call_id, _, callee = await connected(site)
    cutter.mute(True)
    await site.service("4000", False)
    cutter.mute(False)
    await site.service("4000", True)
    site.drop(call_id)
    await callee.event("ended")


async def test_meanwhile_no_call_is_taken(site: AsteriskSite, cutter: Cutter) -> None:
    await site.phone("4000")
    await cut(site, cutter)
    with pytest.raises(CallError) as caught:
        site.switch.dial("4000", "4001")
    assert caught.value.refusal is Refusal.UNAVAILABLE
    await mend(site, cutter)


async def test_a_call_that_ended_meanwhile_is_over(site: AsteriskSite, cutter: Cutter) -> None:
    call_id, own, callee = await connected(site)
    await cut(site, cutter)
    callee.calls[0].hang_up()
    await own.event("ended")
    await mend(site, cutter)
    assert await site.cause(call_id) is Cause.NORMAL
    assert [call.state for call in site.calls_of("4001")] == [CallState.ON_HOOK]


async def test_a_call_that_was_answered_meanwhile_is_connected(site: AsteriskSite, cutter: Cutter) -> None:
    own, callee = await site.phone("4000"), await site.phone("4001", RINGS)
    call_id = site.dial()
    await site.until(call_id, CallState.RING_BACK)
    await cut(site, cutter)
    callee.calls[0].answer()
    await own.event("media")
    await mend(site, cutter)
    await site.until(call_id, CallState.CONNECTED)
    assert [call.state for call in site.calls_of("4001")] == [CallState.CONNECTED]


async def test_a_call_that_is_dropped_meanwhile_ends_once_it_can(site: AsteriskSite, cutter: Cutter) -> None:
    call_id, _, callee = await connected(site)
    await cut(site, cutter)
    site.drop(call_id)
    assert await site.cause(call_id) is Cause.DROPPED
    assert len(callee.calls) == 1
    await mend(site, cutter)
    await callee.event("ended")
    await idle(site)


async def test_a_call_that_was_dialled_by_hand_meanwhile_is_found(site: AsteriskSite, cutter: Cutter) -> None:
    caller = await site.phone("4000")
    await site.phone("4001", ANSWERS)
    await cut(site, cutter)
    await caller.call("4001")
    await mend(site, cutter)
    await site.until_seen(lambda call: call.terminal == "4000" and call.state is CallState.CONNECTED)
    (outbound,), (inbound,) = site.calls_of("4000"), site.calls_of("4001")
    assert (outbound.direction, outbound.callee.id) == (Direction.OUTBOUND, "4001")
    assert (inbound.direction, inbound.state) == (Direction.INBOUND, CallState.CONNECTED)


async def test_calls_are_found_by_the_next_run_of_the_call_manager(asterisk: Asterisk) -> None:
    site = await asterisk_site(asterisk)
    call_id, _, callee = await connected(site)
    await site.switch.stop()
    following = await asterisk_site(asterisk, empty=False)
    found = await following.until(call_id, CallState.CONNECTED)
    assert (found.terminal, found.callee.id) == ("4000", "4001")
    following.switch.drop(call_id)
    await callee.event("ended")
    await site.hang_up()
    await close(following)


async def test_without_asterisk_for_too_long_calls_are_over(asterisk: Asterisk) -> None:
    async with Cutter(asterisk.ami) as cutter:
        site = await asterisk_site(asterisk, host=cutter.address[0], port=cutter.address[1], lost_s=0.3)
        call_id, _, callee = await connected(site)
        await cut(site, cutter)
        assert await site.cause(call_id) is Cause.FAILURE
        await mend(site, cutter)
        callee.calls[0].hang_up()
        await close(site)


@pytest.mark.timeout(60)
async def test_asterisk_killed_and_started_again_in_the_middle_of_a_call() -> None:
    asterisk = Asterisk()
    with asterisk:
        site = await asterisk_site(asterisk)
        call_id, own, callee = await connected(site)
        asterisk.kill()
        await site.service("4000", False)
        assert site.states(call_id)[-1] is CallState.CONNECTED
        await asyncio.sleep(1.1)  # Asterisk tells of its start to the second
        await asyncio.to_thread(asterisk.start)
        assert await site.cause(call_id) is Cause.FAILURE
        assert [call.state for call in site.calls_of("4001")] == [CallState.ON_HOOK]
        for phone in (own, callee):
            phone.calls[0].hang_up()
            await phone.register()
        await site.service("4000", True)
        following = site.dial()
        await site.until(following, CallState.CONNECTED)
        site.drop(following)
        await close(site)
