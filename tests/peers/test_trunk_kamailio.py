"""Trunks at a real Kamailio that plays the provider: a registrar and proxy with Record-Route."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from offhook.call import CallState, Cause, Complete, Consult, Feature, Hold, Retrieve, Transfer
from offhook.config import IncomingSettings
from offhook.config.sections.incoming import days_off
from offhook.config.sections.trunk import outside_range
from offhook.demo.phone import Behaviour, Stage
from offhook.switch.embedded import EmbeddedSwitch
from tests.peers.audio import hears
from tests.peers.baresip import Baresip
from tests.peers.kamailio import Kamailio
from tests.peers.kamailioprovider import ACCOUNT, FRIEND, OTHER, person, trunk_to
from tests.switch.site import ANSWERS, RINGS, Site, joined, rejects
from tests.switch.trunksite import PHONES, a_site_with
from tests.waiting import until

pytestmark = pytest.mark.peer


async def close(site: Site) -> None:
    await site.close()
    assert isinstance(site.switch, EmbeddedSwitch)
    assert site.switch.idle


@pytest.mark.parametrize("transport", ["udp", "tcp"])
async def test_calls_go_out_and_come_in_by_a_proxy(kamailio: Kamailio, transport: Any) -> None:
    site = await a_site_with(trunk_to(kamailio, transport=transport))
    own = await site.phone("4000", ANSWERS)
    async with person(kamailio, ANSWERS) as friend:
        call_id = site.dial("4000", "08912345678")
        await site.until(call_id, CallState.CONNECTED)
        await site.settled(own, friend)
        await until(lambda: Feature.HOLD in site.features(call_id))
        await site.perform(Hold(call_id, "4000"))
        await site.perform(Retrieve(call_id, "4000"))
        site.drop(call_id)
        await site.empty()
        await until(lambda: not friend.calls)
        call = await friend.call(ACCOUNT)
        await until(lambda: call.stage is Stage.UP)
        assert site.live("4000")[0].caller.id == f"+{FRIEND}"
        friend.hang_up(call)
        await site.empty()
    await close(site)


@pytest.mark.parametrize(
    ("behaviour", "cause"),
    [(rejects(486), Cause.BUSY), (rejects(603), Cause.REJECTED), (None, Cause.UNREACHABLE)],
)
async def test_why_a_call_comes_to_nothing(
    kamailio: Kamailio, behaviour: Behaviour | None, cause: Cause
) -> None:
    site = await a_site_with(trunk_to(kamailio))
    await site.phone("4000")
    if behaviour is None:
        assert await site.cause(site.dial("4000", "08912345679")) is cause
    else:
        async with person(kamailio, behaviour):
            assert await site.cause(site.dial("4000", "08912345678")) is cause
    await close(site)


async def test_the_account_of_another_is_refused_by_the_provider(kamailio: Kamailio) -> None:
    """Kamailio compares who logs in with whom the call is from: a number of somebody else is no use."""
    trunk = trunk_to(kamailio, from_account=False, number="+493055555", numbers=())
    site = await a_site_with(trunk, terminals=PHONES)
    await site.phone("4000")
    assert await site.cause(site.dial("4000", "08912345678")) is Cause.NOT_ALLOWED
    await close(site)


async def test_a_friend_behind_a_proxy_holds_the_call_and_hangs_up(kamailio: Kamailio) -> None:
    site = await a_site_with(trunk_to(kamailio))
    await site.phone("4000")
    async with person(kamailio, ANSWERS) as friend:
        call_id = site.dial("4000", "08912345678")
        await site.until(call_id, CallState.CONNECTED)
        await until(lambda: Feature.HOLD in site.features(call_id))
        (theirs,) = friend.calls
        await theirs.hold()
        await site.comes_to(call_id, lambda one: one.held_by_other)
        await theirs.resume()
        await site.comes_to(call_id, lambda one: not one.held_by_other)
        friend.hang_up(theirs)
        assert await site.cause(call_id) is Cause.NORMAL
    await close(site)


async def test_a_call_by_a_proxy_is_handed_to_a_colleague_and_nobody_answers_another(
    kamailio: Kamailio,
) -> None:
    site = await a_site_with(trunk_to(kamailio), no_answer_s=2.0)
    await site.phone("4000")
    colleague = await site.phone("4001", ANSWERS)
    async with person(kamailio, ANSWERS) as friend:
        call_id = site.dial("4000", "08912345678")
        await site.until(call_id, CallState.CONNECTED)
        await until(lambda: Feature.TRANSFER in site.features(call_id))
        await site.perform(Transfer(call_id, "4000", "4001"))
        await until(lambda: site.live("4001"))
        await site.settled(colleague, friend)
        friend.hang_up(friend.calls[0])
        await site.empty()
    async with person(kamailio, RINGS) as friend:
        call_id = site.dial("4000", "08912345678")
        await site.until(call_id, CallState.RING_BACK)
        assert await site.cause(call_id) is Cause.NO_ANSWER
        await until(lambda: friend.cancels == 1)
    await close(site)


async def test_early_media_come_through_the_proxy(kamailio: Kamailio) -> None:
    site = await a_site_with(trunk_to(kamailio))
    own = await site.phone("4000")
    async with person(kamailio, Behaviour(answer_after=None, early_media=True)) as friend:
        call_id = site.dial("4000", "08912345678")
        await site.until(call_id, CallState.RING_BACK)
        await until(lambda: own.calls[0].remote_media == friend.media)
        friend.answer(friend.calls[0])
        await site.until(call_id, CallState.CONNECTED)
        await site.settled(own, friend)
    await close(site)


async def test_two_people_outside_are_connected_after_a_consultation(kamailio: Kamailio) -> None:
    site = await a_site_with(trunk_to(kamailio))
    await site.phone("4000")
    async with person(kamailio, ANSWERS) as friend, person(kamailio, ANSWERS, OTHER) as other:
        call_id = site.dial("4000", "08912345678")
        await site.until(call_id, CallState.CONNECTED)
        await until(lambda: Feature.CONSULT in site.features(call_id))
        consultation = await site.perform(Consult(call_id, "4000", "08912345679"))
        await site.until(consultation.id, CallState.CONNECTED)
        await until(lambda: Feature.COMPLETE in site.features(consultation.id))
        await site.perform(Complete(consultation.id, "4000"))
        await site.empty()
        await joined(friend, other)
        await joined(other, friend)
        (last,) = other.calls
        friend.hang_up(friend.calls[0])
        await until(lambda: last.stage is Stage.ENDED)
    await close(site)


async def test_a_caller_is_handed_on_to_a_number_outside_by_the_same_proxy(kamailio: Kamailio) -> None:
    site = await a_site_with(trunk_to(kamailio))
    await site.phone("4000", ANSWERS)
    async with person(kamailio) as friend, person(kamailio, ANSWERS, OTHER) as other:
        call = await friend.call(ACCOUNT)
        await until(lambda: call.stage is Stage.UP)
        (own,) = site.live("4000")
        await until(lambda: Feature.TRANSFER in site.features(own.id))
        await site.perform(Transfer(own.id, "4000", "08912345679"))
        await site.empty()
        await joined(friend, other)
        await joined(other, friend)
        other.hang_up(other.calls[0])
        await until(lambda: call.stage is Stage.ENDED)
    await close(site)


@pytest.mark.parametrize("hours", [True, False], ids=["nobody answers", "out of hours"])
async def test_an_announcement_is_a_phone_that_answers_and_plays_a_file(
    kamailio: Kamailio, tmp_path: Path, hours: bool
) -> None:
    """As docs/trunks.md says it: a baresip with answermode=auto, and a file as its audio source."""
    closed = () if hours else (days_off("2000-01-01/2100-01-01"),)
    called = (outside_range(f"+{ACCOUNT}"),)
    entry = IncomingSettings(numbers=called, ring=("4000",), ring_s=0.3, otherwise="4003", closed=closed)
    site = await a_site_with(trunk_to(kamailio), incoming=[entry])
    assert isinstance(site.switch, EmbeddedSwitch)
    await site.phone("4000", RINGS)
    async with (
        Baresip(tmp_path, site.switch.address(), "4003", "secret-4003", answer="auto") as announcement,
        Baresip(tmp_path, kamailio.address, FRIEND, f"secret-{FRIEND}") as caller,
    ):
        await caller.dial(ACCOUNT)
        await caller.happened("CALL_ESTABLISHED")
        await hears(caller, announcement)
        (up,) = site.live("4003")
        assert up.state is CallState.CONNECTED
        assert bool(site.calls_of("4000")) is hours
        await caller.hang_up()
        await site.empty()
    await close(site)
