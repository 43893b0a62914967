"""A call that nobody has answered when its Call Manager dies is cleared by the one that takes over."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from offhook.call import CallState
from offhook.config import IncomingSettings
from offhook.demo.phone import CallRejected, Phone
from offhook.sip.transaction import Transport
from offhook.switch.b2bua.calltexts import TextCalls
from offhook.switch.embedded import EmbeddedSwitch
from offhook.switch.embedded.callfiles import FileCalls
from offhook.switch.embedded.texts import TextRegistrations
from tests.switch.embeddedsite import a_site, close
from tests.switch.keptinmemory import Awaited, Memory
from tests.switch.site import RINGS, Site
from tests.switch.trunksite import ACCOUNT, FRIEND, a_provider, a_site_with, a_trunk
from tests.waiting import becomes, until


class Two:
    """A switch that is dead at will, and the one that takes over."""

    def __init__(self, protocol: Transport = "udp") -> None:
        self.calls, self.phones, self.protocol = Memory(), Memory(), protocol
        self.dead = False

    async def open(self) -> Site:
        calls, phones = TextCalls(Awaited(self.calls)), TextRegistrations(self.phones)
        return await a_site(self.protocol, calls=calls, registrations=phones)

    async def first(self) -> Site:
        site = await self.open()
        assert isinstance(site.switch, EmbeddedSwitch)
        site.switch.act_while(lambda: not self.dead)
        return site

    async def die(self, site: Site) -> None:
        """From now on it says nothing, and writes nothing."""
        await site.switch.keep()
        self.dead = True
        await site.switch.leave()

    async def end(self, first: Site, second: Site, *phones: Phone) -> None:
        for phone in phones:
            phone.registered = False  # it does not wait at its end for the one that is gone

        async def kept() -> dict[str, str]:  # until the phone's answer to the CANCEL is there
            await second.switch.keep()
            return dict(self.calls.texts)

        await becomes(kept, {})
        await first.hang_up()
        await close(second)


async def test_the_phone_that_is_called_rings_no_more() -> None:
    two = Two()
    first = await two.first()
    own, callee = await first.phone("4000"), await first.phone("4001", RINGS)
    call = first.dial()
    await first.until(call, CallState.RING_BACK)
    await two.die(first)
    second = await two.open()
    await until(lambda: not callee.calls)
    assert (await callee.event("cancelled")).call is not None
    assert second.live() == []
    await two.end(first, second, own, callee)


async def test_the_phone_of_who_has_clicked_rings_no_more() -> None:
    two = Two()
    first = await two.first()
    own, callee = await first.phone("4000", RINGS), await first.phone("4001")
    first.dial()
    await own.event("ringing")
    await two.die(first)
    second = await two.open()
    await own.event("cancelled")
    assert not own.calls
    await two.end(first, second, own, callee)


async def test_who_has_dialled_by_hand_hears_that_nothing_comes_of_it() -> None:
    two = Two()
    first = await two.first()
    own, callee = await first.phone("4000"), await first.phone("4001", RINGS)
    calling = asyncio.create_task(own.call("4001"))
    await callee.event("ringing")
    await two.die(first)
    second = await two.open()
    with pytest.raises(CallRejected, match="500"):
        await calling
    await callee.event("cancelled")
    await two.end(first, second, own, callee)


async def test_a_phone_by_tcp_rings_no_more_once_it_has_connected_to_the_next_one() -> None:
    two = Two("tcp")
    first = await two.first()
    own, callee = await first.phone("4000"), await first.phone("4001", RINGS)
    first.dial()
    await callee.event("ringing")
    await two.die(first)
    second = await two.open()
    assert isinstance(second.switch, EmbeddedSwitch)
    callee.server = second.switch.address("tcp")
    await callee.register()
    await callee.event("cancelled")
    await two.end(first, second, own, callee)


async def test_an_answer_that_was_not_written_down_yet_is_not_taken_back() -> None:
    """The last that is known of the call is that it rings; but people talk by now."""
    two = Two()
    first = await two.first()
    own, callee = await first.phone("4000"), await first.phone("4001", RINGS)
    call = first.dial()
    await first.until(call, CallState.RING_BACK)
    await first.switch.keep()
    kept = dict(two.calls.texts)
    assert kept
    callee.answer(callee.calls[0])
    await first.until(call, CallState.CONNECTED)
    await first.settled(own, callee)
    await two.die(first)
    two.calls.texts = kept
    second = await two.open()
    await until(lambda: not two.calls.texts)
    assert [len(phone.calls) for phone in (own, callee)] == [1, 1]
    await two.end(first, second, own, callee)


async def test_a_call_that_is_answered_is_not_kept_as_one_that_is_open() -> None:
    two = Two()
    first = await two.first()
    own, callee = await first.phone("4000"), await first.phone("4001", RINGS)
    call = first.dial()
    await first.until(call, CallState.RING_BACK)
    await first.switch.keep()
    assert [name.partition("-")[0] for name in two.calls.texts] == ["invite"]
    callee.answer(callee.calls[0])
    await first.until(call, CallState.CONNECTED)
    await first.settled(own, callee)
    await until(lambda: list(two.calls.texts) == [call])
    await close(first)


async def test_a_switch_that_is_started_again_after_a_sudden_end_clears_what_rang(tmp_path: Path) -> None:
    first = await a_site(calls=FileCalls(tmp_path))
    dead: list[bool] = []
    assert isinstance(first.switch, EmbeddedSwitch)
    first.switch.act_while(lambda: not dead)
    own, callee = await first.phone("4000"), await first.phone("4001", RINGS)
    call = first.dial()
    await first.until(call, CallState.RING_BACK)
    await first.switch.keep()
    dead.append(True)
    second = await a_site(calls=FileCalls(tmp_path))
    await callee.event("cancelled")
    for phone in (own, callee):
        phone.registered = False
    await first.hang_up()
    await first.switch.leave()
    await close(second)


@pytest.mark.parametrize("outbound", [True, False])
async def test_a_provider_is_told_as_well(outbound: bool) -> None:
    """As a phone is, whichever side has called."""
    texts = Memory()
    provider = await a_provider()
    trunk, rings = a_trunk(provider.address), IncomingSettings(ring=("4000",))
    first = await a_site_with(trunk, calls=TextCalls(Awaited(texts)), incoming=[rings])
    own = await first.phone("4000", None if outbound else RINGS)
    friend = await provider.phone(FRIEND, RINGS)
    if outbound:
        await first.until(first.dial("4000", "08912345678"), CallState.RING_BACK)
    else:
        calling = asyncio.create_task(friend.call(ACCOUNT))
        await own.event("ringing")
    await first.switch.keep()
    assert all("uthorization" not in text for text in texts.texts.values())
    await first.switch.leave()
    second = await a_site_with(trunk, calls=TextCalls(Awaited(texts)), incoming=[rings])
    if outbound:
        await friend.event("cancelled")
    else:
        with pytest.raises(CallRejected):
            await calling
        await own.event("cancelled")
    own.registered = False
    await until(lambda: not texts.texts)
    await first.hang_up()
    await second.close()
    await provider.close()
