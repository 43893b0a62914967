"""REFER mode: baresip, a phone of others, makes the call itself through Kamailio, and tells how it goes."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from offhook.call import CallState, Cause
from offhook.errors import CallError, Refusal
from tests.peers.baresip import Baresip
from tests.peers.kamailio import Kamailio
from tests.peers.pbxsite import PbxSite, close, pbx_site
from tests.switch.site import ANSWERS, RINGS, rejects

pytestmark = pytest.mark.peer


@pytest.fixture
async def site(kamailio: Kamailio) -> AsyncIterator[PbxSite]:
    site = await pbx_site(kamailio.address, mode="refer")
    yield site
    await close(site)


@pytest.fixture
async def own(tmp_path: Path, kamailio: Kamailio, site: PbxSite) -> AsyncIterator[Baresip]:
    async with Baresip(tmp_path, kamailio.address, "4000", "secret-4000", answer="auto") as phone:
        await site.service("4000", True)
        yield phone


async def test_the_phone_calls_by_itself_and_the_answer_is_the_last_that_is_known(
    site: PbxSite, own: Baresip
) -> None:
    callee = await site.phone("4001", ANSWERS)
    call_id = site.dial()
    assert await site.cause(call_id) is Cause.NORMAL
    told = [CallState.OFF_HOOK, CallState.PROCEED, CallState.CONNECTED, CallState.ON_HOOK]
    assert site.states(call_id) == told  # baresip 1.0 tells of the answer, not of the ringing
    assert callee.last_invite is not None
    assert callee.last_invite.headers.get("User-Agent") != "Offhook"
    assert len(callee.calls) == 1


async def test_the_called_phone_is_busy(site: PbxSite, own: Baresip) -> None:
    await site.phone("4001", rejects(486))
    assert await site.cause(site.dial()) is Cause.BUSY


async def test_a_call_that_was_handed_over_cannot_be_dropped(site: PbxSite, own: Baresip) -> None:
    callee = await site.phone("4001", RINGS)
    call_id = site.dial()
    await callee.event("ringing")
    assert site.switch.features("4000", site.calls_of("4000")[-1]) == frozenset()
    with pytest.raises(CallError, match="hang up there") as caught:
        site.drop(call_id)
    assert caught.value.refusal is Refusal.NOT_ALLOWED
    callee.calls[0].reject(603)
    assert await site.cause(call_id) is Cause.REJECTED


async def test_until_then_it_can(site: PbxSite) -> None:
    own = await site.phone("4000", RINGS)
    call_id = site.dial()
    await own.event("ringing")
    site.drop(call_id)
    assert await site.cause(call_id) is Cause.DROPPED
    await own.event("cancelled")


async def test_a_phone_that_does_not_take_refer_ends_the_call(site: PbxSite) -> None:
    own = await site.phone("4000")
    callee = await site.phone("4001", ANSWERS)
    call_id = site.dial()
    assert await site.cause(call_id) is Cause.FAILURE
    assert callee.invites == 0
    await own.event("ended")
