"""Hold, consultation and transfer by the embedded switch."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from offhook.call import Cause, Complete, Consult, Hold, Retrieve
from offhook.demo.phone import Behaviour
from offhook.errors import CallError, Refusal
from offhook.switch.b2bua import stillthere
from tests.switch import scenes
from tests.switch.contract_hold import EndToEndHoldContract
from tests.switch.embeddedsite import a_site, close
from tests.switch.rtp import hears, hears_not, talk
from tests.switch.scenes import four_phones, quiet
from tests.switch.site import FAST, RINGS, Site, rejects
from tests.waiting import until


class TestEmbedded(EndToEndHoldContract):
    @pytest.fixture
    async def site(self) -> AsyncIterator[Site]:
        site = await a_site()
        yield site
        await close(site)


@pytest.fixture
async def music() -> AsyncIterator[Site]:
    """4003 is the source of music."""
    site = await a_site(music_on_hold="4003")
    yield site
    await close(site)


@pytest.mark.parametrize("scene", ["held", "consults_and_it_rings", "consults", "one_held_one_active"])
async def test_a_switch_that_stops_leaves_no_call_behind(scene: str) -> None:
    site = await a_site()
    await getattr(scenes, scene)(site, await four_phones(site))
    await site.switch.stop()
    assert not site.live()
    await site.hang_up()


async def test_who_is_on_hold_hears_the_music_that_is_configured(music: Site) -> None:
    phones = await four_phones(music)
    source = phones.target
    call = await scenes.talks(music, phones)
    await music.perform(Hold(call))
    await hears(phones.other, source)
    await hears_not(source, phones.other)
    assert music.live("4003") == []
    await music.perform(Retrieve(call))
    await talk(phones.own, phones.other)
    await until(lambda: not source.calls)
    await music.perform(Consult(call, "4000", "4002"))
    await hears(phones.other, source)
    music.drop(call)
    await until(lambda: not source.calls and not phones.other.calls)
    await quiet(music, phones)


@pytest.mark.parametrize("behaviour", [rejects(486), RINGS])
async def test_without_its_source_there_is_silence(music: Site, behaviour: Behaviour) -> None:
    phones = await four_phones(music)
    phones.target.behaviour = behaviour
    call = await scenes.talks(music, phones)
    await music.perform(Hold(call))
    await hears_not(phones.other, phones.own)
    await music.perform(Retrieve(call))
    await talk(phones.own, phones.other)
    await quiet(music, phones)


async def test_music_that_breaks_off_leaves_the_party_on_hold(music: Site) -> None:
    phones = await four_phones(music)
    call = await scenes.talks(music, phones)
    await music.perform(Hold(call))
    await hears(phones.other, phones.target)
    phones.target.calls[0].hang_up()
    assert music.now(call).held
    await music.perform(Retrieve(call))
    await talk(phones.own, phones.other)
    await quiet(music, phones)


async def test_who_was_handed_over_hears_music_until_the_answer(music: Site) -> None:
    phones = await four_phones(music)
    call = await scenes.consults_and_it_rings(music, phones)
    await hears(phones.other, phones.target)
    await music.perform(Complete(call))
    await hears(phones.other, phones.target)
    phones.second.calls[0].answer()
    await talk(phones.other, phones.second)
    await until(lambda: not phones.target.calls)
    await quiet(music, phones)


@pytest.mark.parametrize("scene", ["held", "consults", "one_held_one_active"])
async def test_a_phone_that_has_vanished_for_long_is_in_no_call_any_more(
    scene: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stillthere, "GIVE_UP_S", 0.1)
    monkeypatch.setattr(stillthere, "FIRST_PAUSE_S", 0.1)
    site = await a_site(timing=FAST)
    phones = await four_phones(site)
    call = await getattr(scenes, scene)(site, phones)
    await phones.own._close()  # it could not even say goodbye
    with pytest.raises(CallError) as caught:
        await site.perform(Retrieve(call))
    assert caught.value.refusal is Refusal.FAILURE
    await until(lambda: not site.live("4000"))
    assert {one.cause for one in site.calls_of("4000")} == {Cause.FAILURE}
    await until(lambda: not phones.other.calls and not phones.second.calls)
    phones.own.registered = False
    await close(site)
