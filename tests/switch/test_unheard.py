"""Phones whose link is down while their call ends: it ends there, too, once they are heard of."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from offhook.call import CallState
from offhook.demo.behaviour import Behaviour
from offhook.demo.phone import Phone
from offhook.sip.dialog import Dialog
from offhook.sip.endpoint import Endpoint, Flow
from offhook.switch.b2bua.unheard import UnheardEnd
from offhook.switch.embedded import EmbeddedSwitch, unheard
from offhook.switch.embedded.contact import Binding
from offhook.switch.embedded.unheard import Unheard
from tests.switch.embeddedsite import a_site, close
from tests.switch.rawphone import raw_phone
from tests.switch.site import FAST, Site, patience
from tests.switch.unplugged import Unplugged


@pytest.fixture
async def site(request: pytest.FixtureRequest) -> AsyncIterator[Site]:
    site = await a_site(timing=FAST, **patience(request))
    yield site
    await close(site)


async def dropped_unheard(site: Site) -> tuple[Phone, Phone, Unplugged]:
    """A call that was dropped while the called phone's link was down, and its BYE has been given up."""
    own, callee = await site.phone("4000"), await site.phone("4001")
    call_id = site.dial()
    await site.until(call_id, CallState.CONNECTED)
    await site.settled(own, callee)
    return own, callee, await drop_unheard(site, call_id, own, callee)


async def dropped_as_it_rang(site: Site) -> tuple[Phone, Unplugged]:
    """The same of a call that rang: its CANCEL has been given up."""
    own, callee = await site.phone("4000"), await site.phone("4001", Behaviour(answer_after=None))
    call_id = site.dial()
    await site.until(call_id, CallState.RING_BACK)
    await callee.event("ringing")
    return callee, await drop_unheard(site, call_id, own, callee)


async def drop_unheard(site: Site, call_id: str, own: Phone, callee: Phone) -> Unplugged:
    """Drop the call while the called phone's link is down, until it is given up to tell it so."""
    link = Unplugged(callee)
    site.drop(call_id)
    await own.event("ended")
    assert isinstance(site.switch, EmbeddedSwitch)
    while not len(site.switch._unheard):  # noqa: ASYNC110
        await asyncio.sleep(0.01)
    assert link.deaf_to > 1
    return link


async def test_a_phone_that_registers_again_is_told_that_its_call_is_over(site: Site) -> None:
    _, callee, link = await dropped_unheard(site)
    link.plug_in()
    await callee.register()
    await callee.event("ended")


async def test_any_request_of_the_phone_will_do(site: Site) -> None:
    _, callee, link = await dropped_unheard(site)
    link.plug_in()
    options = callee.calls[0].dialog
    assert options is not None
    response = await callee._exchange(options.request("OPTIONS"), options.flow, None)
    assert response.status == 481
    await callee.event("ended")


async def test_a_phone_that_says_nothing_is_told_after_a_pause(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unheard, "FIRST_PAUSE_S", 0.2)
    _, callee, link = await dropped_unheard(site)
    link.plug_in()
    await callee.event("ended")


async def test_others_are_not_told(site: Site) -> None:
    own, callee, link = await dropped_unheard(site)
    async with raw_phone(own.server) as stranger:
        stranger.send("OPTIONS")
        await stranger.response()
    await own.register()
    assert isinstance(site.switch, EmbeddedSwitch)
    assert len(site.switch._unheard) == 1
    link.plug_in()
    await callee.register()
    await callee.event("ended")


async def test_a_phone_that_rang_as_its_link_went_down_rings_no_more_once_it_is_heard_of(site: Site) -> None:
    callee, link = await dropped_as_it_rang(site)
    assert callee.cancels == 0
    link.plug_in()
    await callee.register()
    await callee.event("cancelled")


async def test_a_phone_that_is_lifted_though_its_call_was_taken_back_is_told_so(site: Site) -> None:
    callee, link = await dropped_as_it_rang(site)
    callee.answer(callee.calls[0])
    link.plug_in()
    await callee.register()
    await callee.event("ended")


async def test_a_phone_whose_connection_broke_while_it_rang_rings_no_more_once_it_is_back() -> None:
    site = await a_site("tcp")
    _, callee = await site.phone("4000"), await site.phone("4001", Behaviour(answer_after=None))
    call_id = site.dial()
    await site.until(call_id, CallState.RING_BACK)
    await callee.event("ringing")
    for connection in list(callee.transport._connections.values()):
        connection.abort()
    await site.until(call_id, CallState.ON_HOOK)
    await callee.register()
    await callee.event("cancelled")
    await close(site)


async def test_a_phone_that_is_back_on_another_connection_hears_of_the_end_at_once() -> None:
    site = await a_site("tcp")
    own, callee = await site.phone("4000"), await site.phone("4001")
    call_id = site.dial()
    await site.until(call_id, CallState.CONNECTED)
    await site.settled(own, callee)
    for connection in list(callee.transport._connections.values()):
        connection.abort()
    while site.switch.in_service("4001"):  # noqa: ASYNC110
        await asyncio.sleep(0.01)
    await callee.register()
    site.drop(call_id)
    await callee.event("ended")
    await close(site)


# Without sockets: what is kept, and for how long.

SERVER, DESK, SOFT = ("192.0.2.1", 5060), ("192.0.2.7", 5060), ("192.0.2.8", 5060)


class Kept:
    def __init__(self) -> None:
        self.endpoint = Endpoint()
        self.bound: list[Binding] = []
        self.ends = Unheard(self.endpoint, lambda _terminal: self.bound)
        self.said: list[tuple[str, tuple[str, int]]] = []

    def end(self, terminal: str = "4001", remote: tuple[str, int] = DESK) -> UnheardEnd:
        flow = Flow("udp", SERVER, remote)
        dialog = Dialog("id", "l", "l", "r", "r", f"sip:{terminal}@{remote[0]}:{remote[1]}", "", flow)
        bye = UnheardEnd(terminal, dialog, self.endpoint.now, self._say)
        return bye

    def _say(self, bye: UnheardEnd) -> None:
        self.said.append((bye.terminal, bye.dialog.flow.remote))

    def tick(self, seconds: float) -> None:
        self.endpoint.tick(self.endpoint.now + seconds)


def bound(remote: tuple[str, int], protocol: str = "udp", connection: int = 0) -> Binding:
    flow = Flow(protocol, SERVER, remote, connection)  # type: ignore[arg-type]
    return Binding(f"sip:4001@{remote[0]}:{remote[1]}", flow, 300.0, "id", 1)


def test_of_two_phones_of_a_terminal_each_is_told_of_its_own_call() -> None:
    kept = Kept()
    kept.ends.add(kept.end(remote=DESK))
    kept.ends.add(kept.end(remote=SOFT))
    kept.bound = [bound(SOFT), bound(DESK)]
    kept.ends.registered("4001")
    kept.tick(1)
    assert sorted(kept.said) == [("4001", DESK), ("4001", SOFT)]


def test_a_phone_that_comes_back_with_another_address_is_told_there() -> None:
    kept = Kept()
    kept.ends.add(kept.end())
    kept.bound = [bound(("192.0.2.99", 5062))]
    kept.ends.registered("4001")
    kept.tick(1)
    assert kept.said == [("4001", ("192.0.2.99", 5062))]


def test_a_phone_that_comes_back_on_another_connection_is_told_by_it() -> None:
    kept = Kept()
    end = kept.end()
    end.dialog.flow = Flow("tcp", SERVER, (DESK[0], 40001), 7)
    kept.ends.add(end)
    kept.bound = [bound(SOFT), bound((DESK[0], 40002), "tcp", 8)]
    kept.ends.registered("4001")
    kept.tick(1)
    assert end.dialog.flow.id == 8
    assert len(kept.said) == 1


def test_a_phone_that_has_registered_elsewhere_before_is_told_at_once() -> None:
    kept = Kept()
    kept.bound = [bound(("192.0.2.99", 5062))]
    kept.ends.add(kept.end())
    kept.tick(0.1)
    assert kept.said == [("4001", ("192.0.2.99", 5062))]
    end = kept.end(remote=("192.0.2.99", 5062))
    kept.ends.add(end)
    kept.tick(0.1)
    assert len(kept.said) == 1


def test_what_nobody_ever_answers_is_given_up_after_an_hour() -> None:
    kept = Kept()
    end = kept.end()
    while kept.endpoint.now < 2 * unheard.KEEP_S:
        kept.ends.add(end)
        end.tries += 1
        kept.tick(600.0)
    assert len(kept.ends) == 0
    assert len(kept.said) == unheard.KEEP_S / 600


def test_what_is_kept_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unheard, "MAX_UNHEARD", 3)
    kept = Kept()
    for terminal in ("4000", "4001", "4002", "4003", "4004"):
        kept.ends.add(kept.end(terminal))
    kept.ends.heard(Flow("udp", SERVER, DESK))
    kept.tick(1)
    assert {terminal for terminal, _ in kept.said} == {"4002", "4003", "4004"}
    assert (len(kept.ends), kept.ends._by) == (0, {})
