"""Hold, consultation and transfer while a real rtpengine relays each call: who hears whom, by real packets.

With OFFHOOK_LONG=1 it is all that the contract has of them.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from offhook.config import Listen, MediaSettings
from offhook.demo.phone import Phone
from tests.long import LONG
from tests.peers.rtpengine import Rtpengine
from tests.switch.contract_hold import EndToEndHoldContract
from tests.switch.embeddedsite import a_site, close
from tests.switch.rtp import talk
from tests.switch.site import Site

pytestmark = pytest.mark.peer

Contract = EndToEndHoldContract


class Some:
    """Of the contract: what goes from one call to another, and offers that come from the phone."""

    test_hold_by_its_key = Contract.test_the_hold_key_of_the_own_phone_is_told_at_both_ends
    test_held_by_both = Contract.test_two_hold_the_same_call_and_it_is_held_until_both_have_taken_it_back
    test_three_calls = Contract.test_three_calls_share_a_phone
    test_on_the_line = Contract.test_a_call_that_waits_is_answered_without_a_second_line_of_the_phone
    test_asked_first = Contract.test_after_a_completed_consultation_both_are_told_to_whom_they_talk
    test_handed_over = Contract.test_a_call_is_handed_over_to_who_still_rings
    test_sent_on = Contract.test_a_blind_transfer_is_done_when_the_target_rings


async def talking(own: Phone, callee: Phone) -> None:
    """Phones that are relayed do not see each other's address: they are settled as soon as both hear."""
    await talk(own, callee)


class TestRelayed(Contract if LONG else Some):  # type: ignore[misc]
    @pytest.fixture
    async def site(self, tmp_path: Path) -> AsyncIterator[Site]:
        async with Rtpengine(tmp_path / "engine") as engine:
            media = MediaSettings(rtpengine=(Listen("127.0.0.1", engine.port),), relay="always")
            site = await a_site(media=media)
            site.settled = talking  # type: ignore[method-assign]
            yield site
            await site.hang_up()
            await engine.forgets_all()
            await close(site)
