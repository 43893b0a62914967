"""Hold, consultation and transfer at a real Asterisk, as with every switch."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from offhook.call import CallCommand, Cause, Consult, Feature, Hold, Retrieve, Transfer
from offhook.errors import CallError, Refusal
from tests.peers.asterisk import Asterisk
from tests.peers.asterisksite import asterisk_site, close
from tests.switch import scenes
from tests.switch.contract_hold import HoldContract
from tests.switch.contract_races import ends_well, hang_up
from tests.switch.rtp import talk
from tests.switch.scenes import four_phones
from tests.switch.site import Site, joined
from tests.switch.transfers import LateWithOffers
from tests.waiting import until

pytestmark = pytest.mark.peer


class TestContract(HoldContract):
    async def test_a_phone_that_is_late_with_its_answer_is_hung_up_once_it_has_answered(
        self, site: Site
    ) -> None:
        phones = await four_phones(site)
        call = await scenes.talks(site, phones)
        await joined(phones.own, phones.other)
        late = LateWithOffers(phones.own)
        await site.perform(Hold(call))
        await until(lambda: late.waiting)
        site.drop(call)
        await until(lambda: not phones.other.calls)
        late.answer()
        await ends_well(site, phones)

    async def test_who_is_asked_next_is_the_consultation_and_who_was_asked_before_waits_as_any_other_call(
        self, site: Site
    ) -> None:
        phones = await four_phones(site)
        call = await scenes.consults(site, phones)
        before = scenes.other_of(site, call)
        await site.perform(Hold(before))
        after = await site.perform(Consult(call, "4000", "4003"))
        assert site.now(call).related == after.id
        assert not site.now(before).related
        assert not site.now(before).consultation
        await ends_well(site, phones)

    async def test_a_phone_that_is_hung_up_rings_back_and_waits_for_the_other_who_holds_too(
        self, site: Site
    ) -> None:
        phones = await four_phones(site)
        call = await scenes.held(site, phones)
        (far,) = site.live("4001")
        await site.perform(Hold(far.id))
        hang_up(phones.own)
        await until(lambda: scenes.ringing_call(phones.own) is not None)
        assert site.features(call) == {Feature.DROP}
        assert site.features(far.id) == {Feature.DROP}
        phones.own.calls[0].answer()
        await site.comes_to(call, lambda call: call.held_by_other and not call.held)
        await site.perform(Retrieve(far.id))
        await talk(phones.own, phones.other)
        await ends_well(site, phones)

    @pytest.mark.parametrize("answers", [True, False])
    async def test_who_holds_too_is_not_left_waiting_for_a_phone_that_is_hung_up_for_good(
        self, site: Site, answers: bool
    ) -> None:
        phones = await four_phones(site)
        call = await scenes.held(site, phones)
        (far,) = site.live("4001")
        await site.perform(Hold(far.id))
        hang_up(phones.own)
        await until(lambda: scenes.ringing_call(phones.own) is not None)
        if answers:
            phones.own.calls[0].answer()
            await site.comes_to(call, lambda call: not call.held)
        hang_up(phones.own)
        assert {await site.cause(one) for one in (call, far.id)} == {Cause.NORMAL}
        await scenes.idle(phones)
        await ends_well(site, phones)

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
