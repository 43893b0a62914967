"""Accounts at a SIP PBX: other names than the terminal's, and our own registration beside the phone."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from offhook.call import CallState, Cause
from offhook.config import TerminalSettings
from offhook.demo.phone import Phone
from tests.peers.asterisk import Asterisk
from tests.peers.kamailio import Kamailio
from tests.peers.pbxsite import PbxSite, close, pbx_site
from tests.switch.site import ANSWERS

pytestmark = pytest.mark.peer

CALLED = TerminalSettings("4001", "Lee Min-ho", "secret-4001")


async def a_call_goes_through(site: PbxSite, terminal: str = "4000") -> None:
    call_id = site.dial(terminal)
    await site.until(call_id, CallState.CONNECTED)
    site.drop(call_id)
    assert await site.cause(call_id) is Cause.DROPPED


async def test_the_name_that_goes_with_the_password_is_another(tmp_path: Path) -> None:
    with Kamailio(tmp_path / "kamailio", same_names=False) as kamailio:
        own = TerminalSettings("4000", "Kim", "secret-kim", auth_user="kim")
        site = await pbx_site(kamailio.address, accounts=[own, CALLED])
        await site.phone("4000")
        await site.phone("4001", ANSWERS)
        await a_call_goes_through(site)
        await close(site)


async def test_terminal_user_and_extension_have_three_names() -> None:
    with Asterisk() as asterisk:
        kim = TerminalSettings("kim", "Kim", "secret-4000", user="4000", extension="4998")
        site = await pbx_site(asterisk.sip, accounts=[kim, CALLED])
        async with Phone(asterisk.sip, "4000", "secret-4000") as own:
            await site.phone("4001", ANSWERS)
            await site.service("kim", True)
            await a_call_goes_through(site, "kim")
            assert own.invites == 1
        await close(site)


async def test_our_registration_takes_no_call_from_the_phone(kamailio: Kamailio) -> None:
    site = await pbx_site(kamailio.address, register=True)
    own, other = await site.phone("4000", ANSWERS), await site.phone("4001", ANSWERS)
    await other.call("4000")
    await own.event("answered")
    await other.event("answered")
    other.calls[0].hang_up()
    await own.event("ended")
    await a_call_goes_through(site)
    await close(site)


async def test_our_registration_is_refreshed_in_time_and_taken_back_at_the_end(kamailio: Kamailio) -> None:
    watcher = await pbx_site(kamailio.address)
    site = await pbx_site(kamailio.address, register=True, register_s=8.0, watch_s=0.0)
    await watcher.service("4000", True)
    await asyncio.sleep(9.0)  # it would have run out; a busy machine has four seconds to refresh it
    assert watcher.switch.in_service("4000")
    await close(site)
    await watcher.service("4000", False)
    await close(watcher)
