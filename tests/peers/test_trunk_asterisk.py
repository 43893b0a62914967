"""Trunks at a real Asterisk 22 that plays the provider: by registration, and by address."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest

from offhook.call import (
    CallState,
    Cause,
    Complete,
    Consult,
    Direction,
    Drop,
    Feature,
    Hold,
    Privacy,
    Retrieve,
    Transfer,
)
from offhook.demo.phone import Behaviour, CallRejected, Stage
from offhook.switch.embedded import EmbeddedSwitch
from tests.long import LONG
from tests.peers.trunkpeers import LONG_S, AsteriskProvider, trunk_to
from tests.switch.site import ANSWERS, RINGS, Site, rejects
from tests.switch.trunksite import FRIEND, KIMS, OTHER, a_site_with
from tests.waiting import until

pytestmark = pytest.mark.peer

DIALLED = "08912345678"


@pytest.fixture(scope="module")
def provider() -> Iterator[AsteriskProvider]:
    with AsteriskProvider() as running:
        assert isinstance(running, AsteriskProvider)
        yield running


async def close(site: Site) -> None:
    await site.hang_up()
    assert isinstance(site.switch, EmbeddedSwitch)
    await site.switch.stop()


@pytest.mark.parametrize("transport", ["udp", "tcp"])
async def test_a_call_goes_out_and_both_hear_each_other(provider: AsteriskProvider, transport: Any) -> None:
    site = await a_site_with(trunk_to(provider.sip, transport=transport))
    own = await site.phone("4000")
    async with provider.person(FRIEND, ANSWERS) as friend:
        call_id = site.dial("4000", DIALLED)
        await site.until(call_id, CallState.CONNECTED)
        await until(lambda: own.calls[0].remote_media is not None)
        assert friend.last_invite is not None
        assert friend.last_invite.from_.uri.user == KIMS
        (theirs,) = friend.calls
        site.drop(call_id)
        await until(lambda: theirs.stage is Stage.ENDED)
    await close(site)


@pytest.mark.parametrize(
    ("number", "cause"),
    [
        ("089111101", Cause.BUSY),
        ("089111102", Cause.UNREACHABLE),
        ("089111103", Cause.UNREACHABLE),
        ("089999999", Cause.UNREACHABLE),
    ],
)
async def test_why_a_call_comes_to_nothing(provider: AsteriskProvider, number: str, cause: Cause) -> None:
    site = await a_site_with(trunk_to(provider.sip))
    await site.phone("4000")
    assert await site.cause(site.dial("4000", number)) is cause
    await close(site)


async def test_nobody_answers_and_early_media_are_heard(provider: AsteriskProvider) -> None:
    site = await a_site_with(trunk_to(provider.sip))
    own = await site.phone("4000")
    call_id = site.dial("4000", "089111104")
    await site.until(call_id, CallState.RING_BACK)
    await until(lambda: own.calls[0].remote_media is not None)
    site.drop(call_id)
    assert await site.cause(call_id) is Cause.DROPPED
    await close(site)


async def test_a_hidden_number_is_seen_by_nobody(provider: AsteriskProvider) -> None:
    from dataclasses import replace

    from tests.switch.trunksite import PHONES

    site = await a_site_with(
        trunk_to(provider.sip), terminals=[replace(PHONES[0], hide_number=True), *PHONES[1:]]
    )
    await site.phone("4000")
    async with provider.person(FRIEND, ANSWERS) as friend:
        await site.until(site.dial("4000", DIALLED), CallState.CONNECTED)
        assert friend.last_invite is not None
        assert KIMS not in str(friend.last_invite.headers.get("From"))
        assert friend.last_invite.from_.uri.host == "anonymous.invalid"
    await close(site)


async def test_a_call_comes_in_and_either_end_may_hold_and_end_it(provider: AsteriskProvider) -> None:
    site = await a_site_with(trunk_to(provider.sip))
    await site.phone("4000", ANSWERS)
    async with provider.person(FRIEND) as friend:
        call = await friend.call(KIMS)
        await until(lambda: call.stage is Stage.UP)
        (own,) = site.live("4000")
        assert (own.direction, own.caller.id, own.external) == (Direction.INBOUND, FRIEND, True)
        await until(lambda: Feature.HOLD in site.features(own.id))
        await site.perform(Hold(own.id, "4000"))
        await site.perform(Retrieve(own.id, "4000"))
        await until(lambda: Feature.HOLD in site.features(own.id))
        await call.hold()
        await until(lambda: site.now(own.id).held_by_other)
        await call.resume()
        await until(lambda: not site.now(own.id).held_by_other)
        friend.hang_up(call)
        await site.empty()
    await close(site)


async def test_a_caller_who_hides_the_number_is_withheld_and_one_who_gives_up_is_missed(
    provider: AsteriskProvider,
) -> None:
    site = await a_site_with(trunk_to(provider.sip))
    await site.phone("4000", RINGS)
    async with provider.person(FRIEND) as friend:
        calling = asyncio.create_task(friend.call("*" + KIMS[1:]))
        await until(lambda: site.live("4000"))
        assert site.live("4000")[0].caller.privacy is Privacy.WITHHELD
        await site.empty()
        assert site.calls_of("4000")[0].cause is Cause.CANCELLED
        with pytest.raises(CallRejected):
            await calling
    await close(site)


@pytest.mark.parametrize(("status", "heard"), [(486, 486), (603, 603)])
async def test_a_caller_outside_hears_that_the_phone_is_busy_or_declines(
    provider: AsteriskProvider, status: int, heard: int
) -> None:
    site = await a_site_with(trunk_to(provider.sip))
    await site.phone("4000", rejects(status))
    async with provider.person(FRIEND) as friend:
        with pytest.raises(CallRejected) as caught:
            await friend.call(KIMS)
        assert caught.value.status in (heard, 403)  # Asterisk has its own word for 603
    await close(site)


async def test_a_call_outside_is_handed_to_a_colleague_and_outside_again(provider: AsteriskProvider) -> None:
    site = await a_site_with(trunk_to(provider.sip))
    await site.phone("4000")
    colleague = await site.phone("4001", ANSWERS)
    async with provider.person(FRIEND, ANSWERS) as friend, provider.person(OTHER, ANSWERS) as other:
        call_id = site.dial("4000", DIALLED)
        await site.until(call_id, CallState.CONNECTED)
        await until(lambda: Feature.TRANSFER in site.features(call_id))
        await site.perform(Transfer(call_id, "4000", "4001"))
        await until(lambda: site.live("4001"))
        await until(lambda: colleague.calls[0].remote_media is not None)
        (theirs,) = site.live("4001")
        await until(lambda: Feature.TRANSFER in site.features(theirs.id))
        await site.perform(Transfer(theirs.id, "4001", "08912345679"))
        await until(lambda: other.calls and other.calls[0].stage is Stage.UP)
        await until(lambda: not site.live())
        (last,) = other.calls
        friend.hang_up(friend.calls[0])
        await until(lambda: last.stage is Stage.ENDED)
    await close(site)


async def test_a_call_from_outside_is_ended_by_a_program(provider: AsteriskProvider) -> None:
    site = await a_site_with(trunk_to(provider.sip))
    await site.phone("4000", ANSWERS)
    async with provider.person(FRIEND) as friend:
        call = await friend.call(KIMS)
        await until(lambda: call.stage is Stage.UP)
        await site.perform(Drop(site.live("4000")[0].id))
        await until(lambda: call.stage is Stage.ENDED)
    await close(site)


async def test_a_wrong_password_is_refused(provider: AsteriskProvider) -> None:
    site = await a_site_with(trunk_to(provider.sip, password="wrong"), wait=False)
    assert isinstance(site.switch, EmbeddedSwitch)
    (trunk,) = site.switch.trunks.all
    await until(lambda: trunk.registration.problem.startswith("401"))
    (state,) = site.switch.trunk_states()
    assert state.problem == "the provider refuses the account (401 Unauthorized)"
    assert (state.usable, state.registered, [one.up for one in state.servers]) == (False, False, [True])
    await close(site)


@pytest.mark.parametrize("transport", ["udp", "tcp"])
async def test_a_provider_that_was_killed_is_used_again_when_it_is_back(transport: Any) -> None:
    with AsteriskProvider() as provider:
        assert isinstance(provider, AsteriskProvider)
        site = await a_site_with(trunk_to(provider.sip, transport=transport))
        assert isinstance(site.switch, EmbeddedSwitch)
        (trunk,) = site.switch.trunks.all
        object.__setattr__(trunk.settings, "silent_s", 0.5)
        await site.phone("4000", ANSWERS)
        await asyncio.to_thread(provider.kill)
        await until(lambda: not trunk.usable)
        await asyncio.to_thread(provider.start)
        await until(lambda: trunk.usable)
        async with provider.person(FRIEND, ANSWERS):
            call_id = site.dial("4000", DIALLED)
            await site.until(call_id, CallState.CONNECTED)
            site.drop(call_id)
            await site.empty()
        async with provider.person(OTHER) as caller:
            call = await caller.call(KIMS)
            await until(lambda: call.stage is Stage.UP)
            await close(site)


async def test_a_provider_that_knows_the_site_by_its_address_takes_and_makes_calls() -> None:
    site = await a_site_with(wait=False)  # only for a free port
    assert isinstance(site.switch, EmbeddedSwitch)
    address = site.switch.address()
    await close(site)
    with AsteriskProvider(by_address=address) as provider:
        assert isinstance(provider, AsteriskProvider)
        from offhook.config import Listen

        trunk = trunk_to(provider.sip, register=False, password="")
        site = await a_site_with(trunk, listen=Listen(*address))
        await site.phone("4000", Behaviour(answer_after=0.05))
        async with provider.person(FRIEND, ANSWERS) as friend:
            call_id = site.dial("4000", DIALLED)
            await site.until(call_id, CallState.CONNECTED)
            site.drop(call_id)
            await site.empty()
            call = await friend.call(KIMS)
            await until(lambda: call.stage is Stage.UP)
            assert site.live("4000")[0].caller.id == FRIEND
            friend.hang_up(call)
            await site.empty()
        await close(site)


async def test_a_provider_that_demands_reliable_ringing_takes_and_makes_calls() -> None:
    with AsteriskProvider(reliable=True) as provider:
        assert isinstance(provider, AsteriskProvider)
        site = await a_site_with(trunk_to(provider.sip))
        own = await site.phone("4000", Behaviour(answer_after=None))
        async with provider.person(FRIEND, Behaviour(answer_after=0.3)) as friend:
            call_id = site.dial("4000", DIALLED)
            await site.until(call_id, CallState.RING_BACK)
            await site.until(call_id, CallState.CONNECTED)
            await until(lambda: own.calls[0].remote_media is not None)
            assert isinstance(site.switch, EmbeddedSwitch)
            assert site.switch.trunks.all[0].account.reliably
            site.drop(call_id)
            await site.empty()
            early = site.dial("4000", "089111104")
            await site.until(early, CallState.RING_BACK)
            await until(lambda: own.calls[0].remote_media is not None)
            site.drop(early)
            await site.empty()
            calling = asyncio.create_task(friend.call(KIMS))
            await until(lambda: site.live("4000"))
            await until(lambda: friend.calls and friend.calls[-1].stage is Stage.RINGING)
            own.calls[-1].answer()
            call = await calling
            await until(lambda: call.stage is Stage.UP and call.remote_media is not None)
            assert [leg for leg in site.switch.legs.values() if leg._reliable is not None]
            friend.hang_up(call)
            await site.empty()
        await close(site)


async def test_a_friend_who_does_not_answer_is_rung_no_more(provider: AsteriskProvider) -> None:
    site = await a_site_with(trunk_to(provider.sip), no_answer_s=2.0)
    await site.phone("4000")
    async with provider.person(FRIEND, RINGS) as friend:
        call_id = site.dial("4000", DIALLED)
        await site.until(call_id, CallState.RING_BACK)
        assert await site.cause(call_id) is Cause.NO_ANSWER
        await until(lambda: friend.cancels == 1)
    await close(site)


async def test_two_people_outside_are_connected_after_a_consultation(provider: AsteriskProvider) -> None:
    site = await a_site_with(trunk_to(provider.sip))
    await site.phone("4000")
    async with provider.person(FRIEND, ANSWERS) as friend, provider.person(OTHER, ANSWERS) as other:
        call_id = site.dial("4000", DIALLED)
        await site.until(call_id, CallState.CONNECTED)
        await until(lambda: Feature.CONSULT in site.features(call_id))
        consultation = await site.perform(Consult(call_id, "4000", "08912345679"))
        await site.until(consultation.id, CallState.CONNECTED)
        await until(lambda: Feature.COMPLETE in site.features(consultation.id))
        await site.perform(Complete(consultation.id, "4000"))
        await site.empty()
        (theirs,), (last,) = friend.calls, other.calls
        assert theirs.stage is last.stage is Stage.UP
        friend.hang_up(theirs)
        await until(lambda: last.stage is Stage.ENDED)
    await close(site)


async def test_both_ends_hold_the_call_at_once(provider: AsteriskProvider) -> None:
    site = await a_site_with(trunk_to(provider.sip))
    await site.phone("4000", ANSWERS)
    async with provider.person(FRIEND) as friend:
        call = await friend.call(KIMS)
        await until(lambda: call.stage is Stage.UP)
        (own,) = site.live("4000")
        await until(lambda: Feature.HOLD in site.features(own.id))
        await asyncio.gather(call.hold(), site.perform(Hold(own.id, "4000")))
        await site.comes_to(own.id, lambda one: one.held)
        await site.perform(Retrieve(own.id, "4000"))
        await call.resume()
        await site.comes_to(own.id, lambda one: not one.held and not one.held_by_other)
        friend.hang_up(call)
        await site.empty()
    await close(site)


@pytest.mark.skipif(not LONG, reason="takes minutes; OFFHOOK_LONG=1 has it done")
@pytest.mark.timeout(2 * LONG_S)
async def test_a_call_that_rings_for_minutes_is_answered_in_the_end(provider: AsteriskProvider) -> None:
    """One that a program has dialled, and one that was dialled by hand."""
    site = await a_site_with(trunk_to(provider.sip), no_answer_s=600.0)
    own, hand = await site.phone("4000"), await site.phone("4002")
    call_id = site.dial("4000", "089111106")
    by_hand = asyncio.ensure_future(hand.call("089111106"))
    await site.until(call_id, CallState.RING_BACK)
    await site.until(call_id, CallState.CONNECTED)
    assert (await by_hand).stage is Stage.UP
    assert own.calls[0].stage is Stage.UP
    await close(site)
