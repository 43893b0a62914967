"""Call control at a real Asterisk with baresip, a program of others."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from offhook.call import (
    Answer,
    CallState,
    Cause,
    Complete,
    Conference,
    Consult,
    Dtmf,
    Feature,
    Hold,
    Retrieve,
    Swap,
)
from tests.peers.asterisk import Asterisk
from tests.peers.asterisksite import AsteriskSite, asterisk_site, close
from tests.peers.audio import apart, hears_something, talk
from tests.peers.baresip import Baresip
from tests.peers.baresips import baresips, talking

pytestmark = pytest.mark.peer


@pytest.fixture
async def site(asterisk: Asterisk) -> AsyncIterator[AsteriskSite]:
    site = await asterisk_site(asterisk)
    yield site
    await close(site)


@pytest.fixture
async def phones(site: AsteriskSite, tmp_path: Path) -> AsyncIterator[dict[str, Baresip]]:
    """4000 to 4003; only 4001 and 4003 answer by themselves."""
    users = ("4000", "4001", "4002", "4003")
    async with baresips(site, tmp_path, site.asterisk.sip, users, answer=("4001", "4003")) as made:
        for user in users:
            await site.service(user, True)
        yield made


async def test_its_hold_key_is_told_and_only_it_takes_the_call_back(
    site: AsteriskSite, phones: dict[str, Baresip]
) -> None:
    call = await talking(site, phones)
    await phones["4000"].do("hold")
    await site.comes_to(call, lambda call: call.held)
    assert Feature.RETRIEVE not in site.features(call)
    (far,) = site.live("4001")
    assert far.held_by_other
    await phones["4000"].do("resume")
    await site.comes_to(call, lambda call: not call.held)
    await talk(phones["4000"], phones["4001"])


async def test_the_far_phones_hold_key_is_told(site: AsteriskSite, phones: dict[str, Baresip]) -> None:
    call = await talking(site, phones)
    await phones["4001"].do("hold")
    await site.comes_to(call, lambda call: call.held_by_other and not call.held)
    await site.perform(Hold(call))
    await phones["4001"].do("resume")
    await site.comes_to(call, lambda call: call.held and not call.held_by_other)
    await apart(phones["4001"], phones["4000"])
    await site.perform(Retrieve(call))
    await talk(phones["4000"], phones["4001"])


async def test_a_waiting_call_is_answered_and_swapped_in_the_same_conversation(
    site: AsteriskSite, phones: dict[str, Baresip]
) -> None:
    call = await talking(site, phones)
    await phones["4002"].dial("4000")
    waiting = await site.until_seen(lambda one: one.terminal == "4000" and one.rings_here)
    await site.perform(Answer(waiting.id, "4000"))
    await talk(phones["4000"], phones["4002"])
    await apart(phones["4001"], phones["4000"])
    await site.perform(Swap(call))
    await talk(phones["4000"], phones["4001"])
    await apart(phones["4002"], phones["4000"])
    await site.perform(Complete(call, "4000", waiting.id))
    await talk(phones["4001"], phones["4002"])
    assert not site.live("4000")


async def test_in_a_conference_of_three_each_is_heard_and_two_talk_on(
    site: AsteriskSite, phones: dict[str, Baresip]
) -> None:
    call = await talking(site, phones)
    asked = await site.perform(Consult(call, "4000", "4003"))
    await site.until(asked.id, CallState.CONNECTED)
    await talk(phones["4000"], phones["4003"])
    await apart(phones["4001"], phones["4003"])
    await site.perform(Conference(call, "4000"))
    assert site.now(call).conference == site.now(asked.id).conference != ""
    for one in ("4000", "4001", "4003"):
        await hears_something(phones[one])
    await phones["4000"].hang_up()
    assert [await site.cause(one) for one in (call, asked.id)] == [Cause.NORMAL] * 2
    for one in ("4001", "4003"):
        await hears_something(phones[one])
    await phones["4003"].hang_up()
    await phones["4001"].happened("CALL_CLOSED")  # nobody is left alone in it


@pytest.mark.parametrize("number", ["4010", "4011"], ids=["INFO", "RFC 4733, beside direct media"])
async def test_the_other_phone_reports_the_tones(
    site: AsteriskSite, phones: dict[str, Baresip], tmp_path: Path, number: str
) -> None:
    far = Baresip(tmp_path, site.asterisk.sip, number, f"secret-{number}", answer="auto", jitter="0-0")
    async with far:
        await phones["4000"].dial(number)
        call = await site.until_seen(lambda one: one.terminal == "4000" and one.state is CallState.CONNECTED)
        await talk(phones["4000"], far)
        assert Feature.DTMF in site.features(call.id)
        await site.perform(Dtmf(call.id, "4000", "5#A0*"))
        told = [(await far.happened("CALL_DTMF_START"))["param"] for _ in range(5)]
        assert told == list("5#A0*")
        await talk(phones["4000"], far)
        site.drop(call.id)
