"""The switch cut off from its phones for a while: nothing it sends arrives, nothing of theirs comes in.

Either not even the system takes its datagrams, as without a route, or they are lost on their way (`silent`).
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from math import inf

import pytest

from offhook.call import CallState, Cause, Hold
from offhook.demo.behaviour import Behaviour, CallRejected
from offhook.demo.phone import Phone
from offhook.errors import CallError
from offhook.sip.endpoint import Endpoint, Flow
from offhook.switch.b2bua import stillthere
from offhook.switch.b2bua.stillthere import StillThere
from offhook.switch.embedded import EmbeddedSwitch
from tests.switch.embeddedsite import a_site, close, settled
from tests.switch.site import FAST, Site, joined, patience
from tests.switch.unplugged import Unplugged
from tests.waiting import until


@pytest.fixture
async def site(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Site]:
    monkeypatch.setattr(stillthere, "FIRST_PAUSE_S", 0.1)
    site = await a_site(timing=FAST, **patience(request))
    yield site
    await close(site)


class CutOff:
    """A switch that reaches nobody, until it is `over`. `unsent`: first lines of what it tried to send."""

    def __init__(self, site: Site, *, silent: bool = False) -> None:
        assert isinstance(site.switch, EmbeddedSwitch)
        self.unsent: list[str] = []
        self._silent = silent
        self._pump = site.switch._transport.pump
        self._send, self._receive = self._pump.send, self._pump.receive
        self._pump.send = self._not_sent
        self._pump.receive = lambda data, flow: None

    def hear(self) -> None:
        """What phones say comes in again."""
        self._pump.receive = self._receive

    def over(self) -> None:
        self.hear()
        self._pump.send = self._send

    def _not_sent(self, flow: Flow, data: bytes) -> bool:
        self.unsent.append(data.split(b"\r\n")[0].decode())
        return self._silent

    async def tried(self, method: str, times: int) -> None:
        """Wait until the switch has tried so often to send this."""
        await until(lambda: sum(line.startswith(method) for line in self.unsent) >= times)


async def up(site: Site) -> tuple[str, Phone, Phone]:
    own, callee = await site.phone("4000"), await site.phone("4001")
    call_id = site.dial()
    await site.until(call_id, CallState.CONNECTED)
    await site.settled(own, callee)
    await settled(site.switch)
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


# A request in the dialog of a phone that is cut off: the two talk on, and so does the call.


async def held_in_vain(site: Site, call_id: str) -> CutOff:
    """Cut off, and both phones have left unanswered what was asked of them."""
    cut = CutOff(site, silent=True)
    with pytest.raises(CallError):
        await site.perform(Hold(call_id))
    assert site.now(call_id).state is CallState.CONNECTED
    return cut


async def test_a_call_goes_on_though_its_phone_has_left_a_request_unanswered(site: Site) -> None:
    call_id, own, callee = await up(site)
    cut = await held_in_vain(site, call_id)
    cut.unsent.clear()
    await cut.tried("INVITE", 2)
    asked = own.reinvites + callee.reinvites
    cut.over()
    await until(lambda: own.reinvites + callee.reinvites > asked)
    now = site.now(call_id)
    assert (now.state, now.held) == (CallState.CONNECTED, False)
    await site.perform(Hold(call_id))
    site.drop(call_id)
    await until(lambda: not (own.calls or callee.calls))


@pytest.mark.parametrize(("silent", "tries"), [(True, 9), (False, 3)])
async def test_a_call_that_is_just_being_joined_is_joined_when_it_is_over(
    site: Site, silent: bool, tries: int
) -> None:
    own, callee = await site.phone("4000"), await site.phone("4001", Behaviour(answer_after=None))
    call_id = site.dial()
    await site.until(call_id, CallState.RING_BACK)
    await callee.event("ringing")
    cut = CutOff(site, silent=silent)
    cut.hear()
    callee.answer(callee.calls[0])
    await site.until(call_id, CallState.CONNECTED)
    await cut.tried("INVITE", tries)
    cut.over()
    await joined(own, callee)
    assert site.now(call_id).state is CallState.CONNECTED


async def test_a_phone_that_has_left_the_call_meanwhile_says_so_when_it_is_asked(site: Site) -> None:
    call_id, own, callee = await up(site)
    cut = await held_in_vain(site, call_id)
    own._dialogs.clear()
    cut.over()
    assert await site.cause(call_id) is Cause.FAILURE
    await until(lambda: not callee.calls)


async def test_a_phone_that_was_without_power_meanwhile_is_asked_when_it_registers(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    call_id, own, callee = await up(site)
    monkeypatch.setattr(stillthere, "FIRST_PAUSE_S", 3600.0)
    cut = await held_in_vain(site, call_id)
    own._dialogs.clear()
    cut.over()
    await own.register()
    assert await site.cause(call_id) is Cause.FAILURE
    await until(lambda: not callee.calls)


async def test_a_call_that_was_hung_up_meanwhile_is_over_once_a_phone_of_it_is_heard_again() -> None:
    site = await a_site(timing=FAST, qualify_s=0.2, silent_s=0.3)
    _call_id, own, callee = await up(site)
    assert isinstance(site.switch, EmbeddedSwitch)
    knows = site.switch.reachability.knows_options  # else they are not held silent for saying nothing
    await until(lambda: knows("4000") and knows("4001"))
    cut = CutOff(site, silent=True)
    own.calls.clear()  # its BYE was repeated for half a minute, and nobody has heard it
    own._dialogs.clear()
    await until(lambda: not (site.switch.in_service("4000") or site.switch.in_service("4001")))
    cut.over()
    await site.empty()
    await until(lambda: not callee.calls)
    await close(site)


async def test_a_phone_that_is_silent_for_too_long_is_given_up(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stillthere, "GIVE_UP_S", 0.1)
    call_id, own, callee = await up(site)
    cut = await held_in_vain(site, call_id)
    assert await site.cause(call_id) is Cause.FAILURE
    cut.over()
    await until(lambda: not (own.calls or callee.calls))


async def test_who_offers_to_a_silent_phone_is_not_told_that_the_own_call_is_over(site: Site) -> None:
    call_id, own, callee = await up(site)
    link = Unplugged(callee)
    with pytest.raises(CallRejected) as refused:
        await own.calls[0].hold()
    assert refused.value.status == 504
    link.plug_in()
    assert site.now(call_id).state is CallState.CONNECTED
    await until(lambda: callee.reinvites)


def test_it_is_asked_after_pauses_that_grow_for_minutes() -> None:
    endpoint, asked = Endpoint(), list[float]()
    phone = StillThere(endpoint)

    def ask() -> None:
        asked.append(endpoint.now)
        phone.unanswered(ask)

    assert phone.unanswered(ask)
    while (due := endpoint.timers.latest) < inf:
        endpoint.tick(due)
    assert asked[:6] == [4.0, 12.0, 28.0, 60.0, 120.0, 180.0]
    assert asked[-1] >= stillthere.GIVE_UP_S > asked[-2]


def test_once_it_is_heard_it_is_asked_no_more_and_may_be_silent_for_as_long_again() -> None:
    endpoint, asked = Endpoint(), list[float]()
    phone = StillThere(endpoint)
    assert phone.unanswered(lambda: asked.append(endpoint.now))
    phone.heard()
    endpoint.tick(stillthere.GIVE_UP_S)
    assert not asked
    assert phone.unanswered(lambda: asked.append(endpoint.now))


def test_of_whom_nothing_was_heard_in_this_run_is_not_waited_for() -> None:
    phone = StillThere(Endpoint())
    phone.known = False
    assert not phone.unanswered(lambda: None)
    phone.heard()
    assert phone.unanswered(lambda: None)
