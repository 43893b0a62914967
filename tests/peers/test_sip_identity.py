"""Asterisk 22 and Kamailio as SIP PBXs say who is at the other end: by P-Asserted-Identity, by dialog
events, and by the INVITE that comes here where we are registered."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from offhook.call import CallState, Party
from offhook.demo.phone import Phone
from tests.peers import pbxsite
from tests.peers.asterisk import Asterisk
from tests.peers.kamailio import Kamailio
from tests.switch.scenes import OWN, Phones, call
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
    own = await site.phone("4000")
    callee, third = await site.phone("4001", ANSWERS), await site.phone("4002", ANSWERS)
    call = site.dial("4000", "4001")
    await site.until(call, CallState.CONNECTED)
    await site.comes_to(call, lambda call: call.callee.name == "Desk 4001")
    await site.settled(own, callee)  # between Asterisk's re-INVITEs for direct media it loses a transfer
    await callee.calls[0].transfer("4002")
    await third.event("answered")
    there = await site.comes_to(call, lambda call: call.connected_party is not None)
    assert there.connected_party == Party("Desk 4002", "4002")
    site.drop(call)


async def test_who_calls_in_by_hand_is_named_by_asterisk(asterisk: Asterisk) -> None:
    """With `callerid` of the trunk, as the called phone has it; that is in its dialog events."""
    site = await pbxsite.pbx_site(asterisk.sip, dialog_events=True)
    await rings_with_name(site, asterisk.sip, "4011", "Desk 4011")
    await pbxsite.close(site)


async def test_who_calls_in_by_hand_is_named_by_the_invite_that_kamailio_sends_to_us_too(
    tmp_path: Path,
) -> None:
    """Its dialog events have the number alone."""
    with Kamailio(tmp_path / "kamailio", dialogs=True) as kamailio:
        site = await pbxsite.pbx_site(kamailio.address, dialog_events=True, register=True)
        await rings_with_name(site, kamailio.address, "4555", "Sofia Müller")
        await pbxsite.close(site)


async def rings_with_name(site: Site, pbx: tuple[str, int], number: str, name: str) -> None:
    """Somebody who is no terminal calls 4001, whose phone rings and is answered as ever."""
    own, caller = await site.phone("4001", OWN), Phone(pbx, number, f"secret-{number}", name="Sofia Müller")
    await caller.start()
    calling = Phones(own, own, own, own)
    call(calling, caller, "4001")
    rings = await site.until_seen(lambda one: one.rings_here and bool(one.caller.name))
    assert (rings.terminal, rings.caller) == ("4001", Party(name, number))
    own.calls[-1].answer()
    await site.until(rings.id, CallState.CONNECTED)
    assert site.now(rings.id).caller == Party(name, number)
    own.calls[-1].hang_up()
    await caller.event("ended")
    await caller.stop()
