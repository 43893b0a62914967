"""Asterisk sometimes goes on to tell a state of a phone that is no longer so; its contacts are asked then.

Here the driver is told what is wrong in Asterisk's place, which says it too rarely to wait for.
"""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from offhook.call import CallState, Cause, Redirect
from offhook.demo.phone import Phone
from offhook.errors import CallError, Refusal
from offhook.switch.asterisk import AsteriskSwitch
from offhook.switch.asterisk.session import Reply
from tests.peers.asterisk import Asterisk
from tests.peers.asterisksite import AsteriskSite, asterisk_site, close
from tests.switch.contract_incoming import Dialled, rings
from tests.switch.site import ANSWERS, RINGS
from tests.waiting import until

pytestmark = pytest.mark.peer


@pytest.fixture
async def site(asterisk: Asterisk) -> AsyncIterator[AsteriskSite]:
    site = await asterisk_site(asterisk)
    yield site
    await close(site)


def told(site: AsteriskSite, terminal: str, state: str) -> None:
    site.switch._devices.state_changed(f"PJSIP/{terminal}", state)


async def test_a_phone_that_is_said_to_be_away_and_is_there_can_dial_the_next_time(
    site: AsteriskSite,
) -> None:
    await site.phone("4000")
    await site.phone("4001", ANSWERS)
    told(site, "4000", "UNAVAILABLE")
    with pytest.raises(CallError) as refused:
        site.dial()
    assert refused.value.refusal is Refusal.TERMINAL_UNAVAILABLE
    await site.service("4000", True)
    await site.until(site.dial(), CallState.CONNECTED)


async def test_a_phone_that_is_said_to_be_away_and_is_there_is_sent_a_call_the_next_time(
    site: AsteriskSite,
) -> None:
    caller = await site.phone("4000")
    await site.phone("4001", RINGS)
    target = await site.phone("4002", ANSWERS)
    told(site, "4002", "UNAVAILABLE")
    dialled = Dialled(caller, "4001")
    call = await rings(site, "4001")
    with pytest.raises(CallError) as refused:
        await site.perform(Redirect(call.id, "", "4002"))
    assert refused.value.refusal is Refusal.FAILURE
    await site.service("4002", True)
    await site.perform(Redirect(call.id, "", "4002"))
    assert await dialled.over() == 0
    await target.event("answered")


async def test_a_phone_that_is_said_to_be_there_and_is_not_is_out_of_service_once_it_was_tried(
    site: AsteriskSite,
) -> None:
    await site.phone("4001", ANSWERS)
    told(site, "4000", "NOT_INUSE")
    assert await site.cause(site.dial()) is Cause.TERMINAL_UNAVAILABLE
    await site.service("4000", False)


async def test_what_was_wrong_at_the_beginning_is_put_right_at_once(
    asterisk: Asterisk, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = AsteriskSwitch._on_devices

    def read_wrong(switch: AsteriskSwitch, reply: Reply) -> None:
        read(switch, reply)
        switch._devices.state_changed("PJSIP/4001", "RINGING")
        switch._devices.state_changed("PJSIP/4002", "UNAVAILABLE")

    monkeypatch.setattr(AsteriskSwitch, "_on_devices", read_wrong)
    async with Phone(asterisk.sip, "4002", "secret-4002"):
        site = await asterisk_site(asterisk, empty=False)
        await site.service("4001", False)
        await site.service("4002", True)
        await site.close()


async def test_a_phone_in_a_call_that_has_left_stays_in_its_call(site: AsteriskSite) -> None:
    own = await site.phone("4000")
    await site.phone("4001", ANSWERS)
    call = site.dial()
    await site.until(call, CallState.CONNECTED)
    await own._register(0)
    site.switch._contacts.look("4000")
    await until(lambda: not site.switch._contacts._asks)
    assert site.switch.in_service("4000")
    assert site.now(call).state is CallState.CONNECTED
