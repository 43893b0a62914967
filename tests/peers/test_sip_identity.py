"""Asterisk 22 as a SIP PBX says who is at the other end, by P-Asserted-Identity."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from offhook.call import CallState, Party
from tests.peers import pbxsite
from tests.peers.asterisk import Asterisk
from tests.switch.site import ANSWERS, Site

pytestmark = pytest.mark.peer


@pytest.fixture
async def site(asterisk: Asterisk) -> AsyncIterator[Site]:
    accounts = [one for one in pbxsite.ACCOUNTS if one.id == "4000"]
    site = await pbxsite.pbx_site(asterisk.sip, accounts=accounts)
    yield site
    await pbxsite.close(site)


async def test_who_answers_a_number_of_several_is_told(site: Site) -> None:
    """4995 is 4001's phone."""
    await site.phone("4000")
    await site.phone("4001", ANSWERS)
    call = site.dial("4000", "4995")
    await site.until(call, CallState.CONNECTED)
    there = await site.comes_to(call, lambda call: call.connected_party is not None)
    assert there.connected_party == Party("Desk 4001", "4001")
    site.drop(call)


async def test_a_name_is_filled_in_and_a_transfer_by_the_phone_is_told(site: Site) -> None:
    await site.phone("4000")
    callee, third = await site.phone("4001", ANSWERS), await site.phone("4002", ANSWERS)
    call = site.dial("4000", "4001")
    await site.until(call, CallState.CONNECTED)
    await site.comes_to(call, lambda call: call.callee.name == "Desk 4001")
    await callee.calls[0].transfer("4002")
    await third.event("answered")
    there = await site.comes_to(call, lambda call: call.connected_party is not None)
    assert there.connected_party == Party("Desk 4002", "4002")
    site.drop(call)
