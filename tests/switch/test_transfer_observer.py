"""Whoever asks for a transfer hears of it; a phone is told by NOTIFY only where it asked by REFER."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from offhook.call import CallState, Cause
from offhook.demo.phone import Phone
from offhook.switch.b2bua.call import B2buaCall
from offhook.switch.b2bua.transfer import BlindTransfer
from offhook.switch.embedded import EmbeddedSwitch
from tests.switch.embeddedsite import a_site, close
from tests.switch.site import ANSWERS, Site, joined, rejects
from tests.switch.smallpbx import small_pbx
from tests.switch.transfers import up
from tests.waiting import until


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    site = await a_site()
    yield site
    await close(site)


class Program:
    """It asks for a transfer, and notes what it hears of it."""

    def __init__(self) -> None:
        self.heard: list[int] = []

    def progress(self, status: int) -> None:
        self.heard.append(status)


def transfer(site: Site, call_id: str, number: str, observer: Program) -> B2buaCall:
    """Have the called person's part of the call transferred, without their phone."""
    assert isinstance(site.switch, EmbeddedSwitch)
    call = site.switch._calls[call_id]
    assert call.caller_leg is not None
    assert call.callee_leg is not None
    with site.switch._sending():
        assert BlindTransfer(call, call.callee_leg, call.caller_leg, number, observer).begin()
    return call


def notified(phone: Phone) -> list[str]:
    """What the phone was told of a transfer."""
    events = [phone.events.get_nowait() for _ in range(phone.events.qsize())]
    return [event.detail for event in events if event.kind == "transfer"]


async def test_a_program_that_transfers_a_call_hears_of_it_and_the_phone_does_not(site: Site) -> None:
    call_id, own, callee, third = await up(site, ANSWERS)
    program = Program()
    call = transfer(site, call_id, "4002", program)
    await joined(own, third)
    await joined(third, own)
    await site.until_seen(lambda seen: seen.id == call_id and seen.callee.id == "4002")
    assert program.heard == [180, 200]
    assert notified(callee) == []
    assert call.transfer is None


async def test_a_program_hears_that_the_target_refuses_and_the_call_goes_on(site: Site) -> None:
    call_id, _, callee, third = await up(site, rejects(486))
    program = Program()
    call = transfer(site, call_id, "4002", program)
    await until(lambda: program.heard, "the end of the transfer")
    assert program.heard == [486]
    assert call.transfer is None
    assert (third.calls, notified(callee)) == ([], [])
    site.drop(call_id)
    assert await site.cause(call_id) is Cause.DROPPED


async def test_a_phone_outside_has_no_account_to_transfer_a_call_with() -> None:
    async with small_pbx(lambda _request: None) as (pbx, switch):
        call = switch._calls[switch.dial("4000", "5550").id]
        await until(lambda: call.call.state is CallState.CONNECTED and call.settled, "the call")
        assert call.caller_leg is not None
        assert call.callee_leg is not None
        program = Program()
        assert not BlindTransfer(call, call.callee_leg, call.caller_leg, "4001", program).begin()
        assert call.transfer is None
        assert (program.heard, pbx.invites("4001")) == ([], [])
