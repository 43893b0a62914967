"""Hold, consultation and transfer at a real Asterisk, as with every switch."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from offhook.call import CallCommand, Consult, Feature, Hold, Transfer
from offhook.errors import CallError, Refusal
from tests.peers.asterisk import Asterisk
from tests.peers.asterisksite import asterisk_site, close
from tests.switch import scenes
from tests.switch.contract_hold import HoldContract
from tests.switch.rtp import talk
from tests.switch.scenes import four_phones
from tests.switch.site import Site

pytestmark = pytest.mark.peer


class TestContract(HoldContract):
    async def test_two_hold_the_same_call_and_it_is_held_until_both_have_taken_it_back(
        self, site: Site
    ) -> None:
        """Who is on hold here is in no conversation that could be put on hold."""
        phones = await four_phones(site)
        await scenes.held(site, phones)
        (far,) = site.live("4001")
        assert far.held_by_other
        assert site.features(far.id) == {Feature.DROP}
        with pytest.raises(CallError) as caught:
            await site.perform(Hold(far.id))
        assert caught.value.refusal is Refusal.NOT_POSSIBLE_NOW

    @pytest.mark.parametrize("number", ["h", "-12", "_4002", "40 02"])
    async def test_what_means_something_to_a_dialplan_is_not_called(self, site: Site, number: str) -> None:
        """Who was sent to an extension that is not there would be hung up."""
        phones = await four_phones(site)
        call = await scenes.talks(site, phones)
        commands: list[CallCommand[object]] = [Transfer(call, "4000", number), Consult(call, "4000", number)]
        for command in commands:
            with pytest.raises(CallError) as caught:
                await site.perform(command)
            assert caught.value.refusal is Refusal.INVALID_ADDRESS
        await talk(phones.own, phones.other)

    @pytest.fixture
    async def site(self, asterisk: Asterisk) -> AsyncIterator[Site]:
        site = await asterisk_site(asterisk)
        yield site
        await close(site)
