"""A re-INVITE of a real Asterisk's that never comes here, as when it went to a Call Manager that has died."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from offhook.call import CallState, Cause
from offhook.sip.endpoint import Endpoint, Flow
from tests.peers import pbxsite
from tests.peers.asterisk import Asterisk
from tests.peers.pbxsite import PbxSite
from tests.switch.site import ANSWERS
from tests.waiting import until

pytestmark = pytest.mark.peer


@pytest.fixture
async def site(asterisk: Asterisk) -> AsyncIterator[PbxSite]:
    accounts = [one for one in pbxsite.ACCOUNTS if one.id == "4000"]
    site = await pbxsite.pbx_site(asterisk.sip, accounts=accounts)
    yield site
    await pbxsite.close(site)


async def test_who_hangs_up_is_heard_though_asterisk_takes_no_offer_at_the_other_phone(
    site: PbxSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It sends no BYE before the re-INVITE is answered by which it ends direct media, and refuses ours."""
    monkeypatch.setattr("offhook.switch.b2bua.legdialog.MEETING_S", 0.5)
    own, callee = await site.phone("4000"), await site.phone("4001", ANSWERS)
    call_id = site.dial("4000", "4001")
    await site.until(call_id, CallState.CONNECTED)
    await site.settled(own, callee)
    call = site.switch.find(call_id)
    assert call is not None
    assert call.caller_leg is not None
    assert call.caller_leg.dialog is not None
    here = call.caller_leg.dialog.call_id.encode()
    lost: list[bytes] = []
    receive = Endpoint.receive

    def lose(endpoint: Endpoint, data: bytes, flow: Flow, now: float) -> None:
        if data.startswith(b"INVITE") and here in data and endpoint is site.switch.endpoint:
            lost.append(data)
        else:
            receive(endpoint, data, flow, now)

    monkeypatch.setattr(Endpoint, "receive", lose)
    holding = asyncio.create_task(own.calls[0].hold())
    await until(lambda: lost)
    await holding
    callee.calls[0].hang_up()
    assert await site.cause(call_id) is Cause.NORMAL
    await own.event("ended")
