"""What comes back to who has handed it on or put it on hold, at real phones and PBXs; and music meanwhile."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Literal

import pytest

from offhook.call import CallState, Hold, Reason, Retrieve, Transfer
from offhook.switch.embedded import EmbeddedSwitch
from tests.peers import pbxsite
from tests.peers.asterisk import Asterisk
from tests.peers.audio import apart, hears, talk
from tests.peers.baresip import Baresip
from tests.peers.kamailio import Kamailio
from tests.switch import rtp, scenes
from tests.switch.contract_incoming import rings
from tests.switch.embeddedsite import a_site, close
from tests.switch.scenes import four_phones, quiet
from tests.switch.site import RINGS, Site
from tests.waiting import until

pytestmark = pytest.mark.peer


class Place:
    """The embedded switch with baresips."""

    def __init__(self, site: Site, folder: Path, stack: AsyncExitStack) -> None:
        self.site, self._folder, self._stack = site, folder, stack

    async def phone(self, user: str, answer: Literal["auto", "manual"] = "auto") -> Baresip:
        assert isinstance(self.site.switch, EmbeddedSwitch)
        made = Baresip(self._folder, self.site.switch.address(), user, f"secret-{user}", answer=answer)
        phone = await self._stack.enter_async_context(made)
        await until(lambda: self.site.switch.in_service(user))
        return phone

    async def talking(self) -> tuple[str, Baresip, Baresip]:
        """4000 has called 4001, which answers by itself."""
        own, far = await self.phone("4000", "manual"), await self.phone("4001")
        await own.dial("4001")
        await until(lambda: [call.state for call in self.site.live("4000")] == [CallState.CONNECTED])
        await talk(own, far)
        return self.site.live("4000")[0].id, own, far


@pytest.fixture
async def place(tmp_path: Path) -> AsyncIterator[Place]:
    site = await a_site(recall_s=1.0, music_on_hold="4003")
    async with AsyncExitStack() as stack:
        yield Place(site, tmp_path, stack)
        for terminal in ("4000", "4001", "4002"):
            for call in site.live(terminal):
                site.drop(call.id)
        await site.empty()
    await close(site)


async def test_who_is_on_hold_hears_the_music_that_another_phone_plays(place: Place) -> None:
    player = await place.phone("4003")
    call, own, far = await place.talking()
    await place.site.perform(Hold(call, "4000"))
    await hears(far, player)
    await apart(own, far)
    await place.site.perform(Retrieve(call, "4000"))
    await talk(own, far)
    await player.happened("CALL_CLOSED")


@pytest.mark.parametrize("how", ["by program", "by key"])
async def test_a_transfer_that_nobody_answers_comes_back(place: Place, how: str) -> None:
    player = await place.phone("4003")
    await place.phone("4002", "manual")
    call, own, far = await place.talking()
    if how == "by key":
        await own.transfer("4002")
        await rings(place.site, "4002")
        await own.hang_up()
    else:
        await place.site.perform(Transfer(call, "4000", "4002"))
    await own.happened("CALL_CLOSED")
    await hears(far, player)
    back = await rings(place.site, "4000")
    assert (back.reason, back.caller.id) == (Reason.REMINDER, "4001")
    await own.accept()
    await talk(own, far)


async def test_a_call_on_hold_comes_back_when_the_phone_is_hung_up(place: Place) -> None:
    call, own, far = await place.talking()
    await place.site.perform(Hold(call, "4000"))
    await own.hang_up()
    await own.happened("CALL_INCOMING")
    await own.accept()
    await talk(own, far)
    assert [one.id for one in place.site.live("4000")] == [call]


@pytest.fixture(params=["kamailio", "asterisk"])
async def behind(
    request: pytest.FixtureRequest, kamailio: Kamailio, asterisk: Asterisk
) -> AsyncIterator[Site]:
    pbx = kamailio.address if request.param == "kamailio" else asterisk.sip
    site = await pbxsite.pbx_site(pbx, recall_s=0.5)
    yield site
    await pbxsite.close(site)


async def test_a_transfer_by_a_program_comes_back_through_a_pbx(behind: Site) -> None:
    phones = await four_phones(behind)
    call = await scenes.talks(behind, phones)
    phones.own.behaviour = RINGS
    await behind.perform(Transfer(call, "4000", "4002"))
    back = await rings(behind, "4000")
    assert (back.reason, back.caller.id) == (Reason.REMINDER, "4001")
    await until(lambda: scenes.ringing_call(phones.own) is not None)
    await until(lambda: not phones.second.calls)
    phones.own.calls[-1].answer()
    await rtp.talk(phones.own, phones.other)
    await quiet(behind, phones)
