"""A phone is offered once more what it is to have, just while a transfer joins it with somebody else."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from offhook.demo.phone import Phone
from offhook.switch.b2bua.call import B2buaCall
from offhook.switch.b2bua.transfer import Transfer
from offhook.switch.embedded import EmbeddedSwitch
from tests.switch.embeddedsite import a_site, close
from tests.switch.rtp import hears_not, talk
from tests.switch.site import ANSWERS, FAST, Site, joined
from tests.switch.transfers import LateWithOffers, asks, up
from tests.waiting import until


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    site = await a_site(timing=FAST)
    yield site
    await close(site)


def call_of(site: Site, call_id: str) -> B2buaCall:
    assert isinstance(site.switch, EmbeddedSwitch)
    return site.switch._calls[call_id]


def renew(site: Site, call: B2buaCall, phone: Phone) -> None:
    """As when it has another way to us by now."""
    assert isinstance(site.switch, EmbeddedSwitch)
    (leg,) = (one for one in (call.caller_leg, call.callee_leg) if one and one.terminal == phone.user)
    with site.switch._sending():
        call.renew(leg)


@pytest.mark.parametrize("asked", [False, True], ids=["blind", "after asking"])
async def test_the_two_are_brought_together_all_the_same(site: Site, asked: bool) -> None:
    """What the transfer offers waits here for an earlier offer, and is not replaced by a later one."""
    call_id, own, callee, third = await up(site, ANSWERS)
    call = call_of(site, call_id)
    if asked:
        await asks(site, callee, third)
    offers = LateWithOffers(own)
    renew(site, call, own)
    await until(lambda: offers.waiting, "the first offer")
    await (callee.calls[0].transfer_to(callee.calls[1]) if asked else callee.calls[0].transfer("4002"))
    await until(lambda: isinstance(call.transfer, Transfer) and call.transfer._target_answer, "the answer")
    renew(site, call, own)
    offers.answer()
    await joined(own, third)
    await talk(own, third)
    await hears_not(own, callee)
