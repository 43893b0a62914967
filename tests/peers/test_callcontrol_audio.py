"""Hold, swap and transfer by programs, at baresips: audio flows where it should, and nowhere else."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Literal

import pytest

from offhook.call import CallState, Complete, Consult, Feature, Hold, Retrieve, Swap, Transfer
from offhook.switch.embedded import EmbeddedSwitch
from tests.peers import asterisksite
from tests.peers.asterisk import Asterisk
from tests.peers.audio import apart, talk
from tests.peers.baresip import Baresip
from tests.switch.embeddedsite import a_site, close
from tests.switch.site import Site
from tests.waiting import until

pytestmark = pytest.mark.peer


class Place:
    """A switch, with baresips: 4000 is lifted by itself when a program dials, the others by hand."""

    def __init__(self, site: Site, server: tuple[str, int], folder: Path, stack: AsyncExitStack) -> None:
        self.site, self._server, self._folder, self._stack = site, server, folder, stack

    async def phone(self, user: str, answer: Literal["auto", "manual"] = "auto") -> Baresip:
        made = Baresip(self._folder, self._server, user, f"secret-{user}", answer=answer)
        phone = await self._stack.enter_async_context(made)
        await until(lambda: self.site.switch.in_service(user))
        return phone

    async def talking(self) -> tuple[str, Baresip, Baresip]:
        own, far = await self.phone("4000"), await self.phone("4001")
        call = self.site.dial()
        await self.site.until(call, CallState.CONNECTED)
        await talk(own, far)
        return call, own, far


@pytest.fixture(params=["embedded", "asterisk"])
async def place(request: pytest.FixtureRequest, tmp_path: Path, asterisk: Asterisk) -> AsyncIterator[Place]:
    if request.param == "embedded":
        site = await a_site()
        assert isinstance(site.switch, EmbeddedSwitch)
        server = site.switch.address()
    else:
        site, server = await asterisksite.asterisk_site(asterisk), asterisk.sip
    async with AsyncExitStack() as stack:
        yield Place(site, server, tmp_path, stack)
        for call in site.live("4000"):
            site.drop(call.id)
    await site.empty()
    await (close(site) if request.param == "embedded" else asterisksite.close(site))  # type: ignore[arg-type]


async def test_who_is_on_hold_hears_nobody_until_taken_back(place: Place) -> None:
    call, own, far = await place.talking()
    await place.site.perform(Hold(call, "4000"))
    await apart(far, own)
    await apart(own, far)
    await place.site.perform(Retrieve(call, "4000"))
    await talk(own, far)


async def test_a_transferred_call_is_heard_at_its_target(place: Place) -> None:
    call, own, far = await place.talking()
    third = await place.phone("4002")
    await place.site.perform(Transfer(call, "4000", "4002"))
    await own.happened("CALL_CLOSED")
    await talk(far, third)


async def test_who_is_asked_is_heard_and_then_talks_to_the_other(place: Place) -> None:
    call, own, far = await place.talking()
    third = await place.phone("4002")
    asked = await place.site.perform(Consult(call, "4000", "4002"))
    await place.site.until(asked.id, CallState.CONNECTED)
    await talk(own, third)
    await apart(far, own)
    assert Feature.COMPLETE in place.site.features(call)
    await place.site.perform(Complete(call, "4000"))
    await talk(far, third)
    await until(lambda: not place.site.live("4000"))


async def test_of_two_calls_only_the_one_that_was_swapped_to_is_heard(place: Place) -> None:
    call, own, far = await place.talking()
    third = await place.phone("4002")
    asked = await place.site.perform(Consult(call, "4000", "4002"))
    await place.site.until(asked.id, CallState.CONNECTED)
    await talk(own, third)
    await place.site.perform(Swap(call, "4000"))
    await talk(own, far)
    await apart(third, own)
    await place.site.perform(Swap(asked.id, "4000"))
    await talk(own, third)
    await apart(far, own)
