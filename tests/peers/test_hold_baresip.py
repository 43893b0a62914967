"""Hold and consultation with baresip, a program of others, where the phone itself has a say in it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from offhook.call import Answer, CallState, Complete, Consult, Dtmf, Feature, Hold, Retrieve, Swap
from offhook.switch.embedded import EmbeddedSwitch
from tests.peers.audio import silent, talk
from tests.peers.baresip import Baresip
from tests.peers.baresips import baresips, talking
from tests.switch.embeddedsite import a_site, close
from tests.switch.site import Site
from tests.waiting import until

pytestmark = pytest.mark.peer


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    site = await a_site()
    yield site
    await close(site)


@pytest.fixture
async def phones(site: Site, tmp_path: Path) -> AsyncIterator[dict[str, Baresip]]:
    """4000, 4001 and 4002; only 4001 answers by itself."""
    assert isinstance(site.switch, EmbeddedSwitch)
    users = ("4000", "4001", "4002")
    async with baresips(site, tmp_path, site.switch.address(), users, answer=("4001",)) as made:
        yield made


async def test_its_hold_key_is_told_and_only_it_takes_the_call_back(
    site: Site, phones: dict[str, Baresip]
) -> None:
    call = await talking(site, phones)
    await phones["4000"].do("hold")
    await site.comes_to(call, lambda call: call.held)
    assert Feature.RETRIEVE not in site.features(call)
    (far,) = site.live("4001")
    assert far.held_by_other
    await silent(phones["4001"])
    await phones["4000"].do("resume")
    await site.comes_to(call, lambda call: not call.held)
    await talk(phones["4000"], phones["4001"])


async def test_the_far_phones_hold_key_is_told(site: Site, phones: dict[str, Baresip]) -> None:
    call = await talking(site, phones)
    await phones["4001"].do("hold")
    await site.comes_to(call, lambda call: call.held_by_other and not call.held)
    await site.perform(Hold(call))
    await phones["4001"].do("resume")
    await site.comes_to(call, lambda call: call.held and not call.held_by_other)
    await silent(phones["4001"])
    await site.perform(Retrieve(call))
    await talk(phones["4000"], phones["4001"])


async def test_tones_are_heard_there(site: Site, phones: dict[str, Baresip]) -> None:
    call = await talking(site, phones)
    assert Feature.DTMF in site.features(call)
    await site.perform(Dtmf(call, "4000", "5#"))
    told = [(await phones["4001"].happened("CALL_DTMF_START"))["param"] for _ in range(2)]
    assert told == ["5", "#"]


async def test_a_waiting_call_is_answered_and_swapped_on_the_line_that_it_has(
    site: Site, phones: dict[str, Baresip]
) -> None:
    call = await talking(site, phones)
    await phones["4002"].dial("4000")
    waiting = await site.until_seen(lambda one: one.terminal == "4000" and one.rings_here)
    await site.perform(Answer(waiting.id, "4000"))
    await talk(phones["4000"], phones["4002"])
    await silent(phones["4001"])
    await site.perform(Swap(call))
    await talk(phones["4000"], phones["4001"])
    await silent(phones["4002"])
    await site.perform(Complete(call, "4000", waiting.id))
    await talk(phones["4001"], phones["4002"])
    assert not site.live("4000")


async def test_it_is_handed_over_to_a_phone_that_still_rings(site: Site, phones: dict[str, Baresip]) -> None:
    call = await talking(site, phones)
    asked = await site.perform(Consult(call, "4000", "4002"))
    await site.until(asked.id, CallState.RING_BACK)
    await site.perform(Complete(call))
    await until(lambda: not site.live("4000"))
    await phones["4000"].happened("CALL_CLOSED")
    await phones["4002"].accept()
    await talk(phones["4001"], phones["4002"])


async def test_its_transfer_key_hands_on_the_call_beside_the_held_one_which_rings_back(
    site: Site, phones: dict[str, Baresip], tmp_path: Path
) -> None:
    held = await talking(site, phones)
    await phones["4002"].dial("4000")
    waiting = await site.until_seen(lambda one: one.terminal == "4000" and one.rings_here)
    await site.perform(Answer(waiting.id, "4000"))
    await talk(phones["4000"], phones["4002"])
    assert isinstance(site.switch, EmbeddedSwitch)
    async with Baresip(tmp_path, site.switch.address(), "4003", "secret-4003", answer="auto") as target:
        await phones["4000"].transfer("4003")
        await talk(phones["4002"], target)
        await phones["4000"].happened("CALL_CLOSED")  # as it does when the transfer is done
        assert site.now(held).held
        await phones["4000"].happened("CALL_INCOMING")
        await phones["4000"].accept()
        await talk(phones["4000"], phones["4001"])
        for call in site.live("4003"):
            site.drop(call.id)
