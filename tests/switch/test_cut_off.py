"""The switch cut off from its phones for a while: nothing it sends goes out, nothing of theirs comes in.

Not even the system takes its datagrams, as without a route, or where a firewall forbids them.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from offhook.call import CallState, Cause
from offhook.demo.behaviour import Behaviour
from offhook.demo.phone import Phone
from offhook.sip.endpoint import Flow
from offhook.switch.embedded import EmbeddedSwitch
from tests.switch.embeddedsite import a_site, close
from tests.switch.site import FAST, Site, joined, patience
from tests.waiting import until


@pytest.fixture
async def site(request: pytest.FixtureRequest) -> AsyncIterator[Site]:
    site = await a_site(timing=FAST, **patience(request))
    yield site
    await close(site)


class CutOff:
    """A switch that reaches nobody, until it is `over`. `unsent`: first lines of what it tried to send."""

    def __init__(self, site: Site) -> None:
        assert isinstance(site.switch, EmbeddedSwitch)
        self.unsent: list[str] = []
        self._transport = site.switch._transport
        self._transport._send = self._not_sent  # type: ignore[method-assign]
        self._transport.received = lambda data, flow: None  # type: ignore[method-assign]

    def over(self) -> None:
        del self._transport._send
        del self._transport.received

    def _not_sent(self, flow: Flow, data: bytes) -> bool:
        self.unsent.append(data.split(b"\r\n")[0].decode())
        return False

    async def tried(self, method: str, times: int) -> None:
        """Wait until the switch has tried so often to send this."""
        await until(lambda: sum(line.startswith(method) for line in self.unsent) >= times)


async def up(site: Site) -> tuple[str, Phone, Phone]:
    own, callee = await site.phone("4000"), await site.phone("4001")
    call_id = site.dial()
    await site.until(call_id, CallState.CONNECTED)
    await site.settled(own, callee)
    return call_id, own, callee


async def test_a_call_that_was_dropped_meanwhile_ends_at_both_phones_when_it_is_over(site: Site) -> None:
    call_id, own, callee = await up(site)
    cut = CutOff(site)
    site.drop(call_id)
    await cut.tried("BYE", 6)
    assert own.calls
    assert callee.calls
    cut.over()
    await until(lambda: not (own.calls or callee.calls))


async def test_so_it_does_after_nobody_could_be_told_for_long(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("offhook.switch.embedded.unheard.FIRST_PAUSE_S", 0.1)
    call_id, own, callee = await up(site)
    cut = CutOff(site)
    site.drop(call_id)
    assert isinstance(site.switch, EmbeddedSwitch)
    unheard = site.switch._unheard
    await until(lambda: len(unheard) == 2)
    cut.over()
    await until(lambda: not (own.calls or callee.calls))


async def test_a_call_at_which_the_phone_is_answered_meanwhile_is_set_up_when_it_is_over(site: Site) -> None:
    own = await site.phone("4000")
    callee = await site.phone("4001", Behaviour(answer_after=None))
    call_id = site.dial()
    await site.until(call_id, CallState.RING_BACK)
    await callee.event("ringing")
    cut = CutOff(site)
    callee.answer(callee.calls[0])
    await callee.event("answered")
    await asyncio.sleep(0.1)
    cut.over()
    await site.until(call_id, CallState.CONNECTED)
    await joined(callee, own)


async def test_a_phone_that_the_invite_has_reached_just_before_is_in_the_call_when_it_is_over() -> None:
    site = await a_site()
    own = await site.phone("4000", Behaviour(answer_after=0.05))
    await site.phone("4001")
    call_id = site.dial()
    cut = CutOff(site)  # the first copy is out, and none can be sent after it
    await own.event("answered")
    await cut.tried("INVITE", 1)
    cut.over()
    await site.until(call_id, CallState.CONNECTED)
    await close(site)


async def test_a_call_that_begins_meanwhile_ends_at_once(site: Site) -> None:
    own = await site.phone("4000")
    await site.phone("4001")
    cut = CutOff(site)
    call_id = site.dial()
    assert await site.cause(call_id) is Cause.TERMINAL_UNAVAILABLE
    cut.over()
    assert own.invites == 0
