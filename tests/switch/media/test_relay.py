"""A whole switch beside a scripted engine: which calls it is asked for, and what happens meanwhile."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from offhook.call import CallState, Cause, Hold, Retrieve
from offhook.config import Listen, MediaSettings
from offhook.demo.phone import CallRejected, Phone
from offhook.sip.endpoint import Flow, ServerTransaction
from offhook.switch.embedded import EmbeddedSwitch
from offhook.switch.media import engine as engines_own
from offhook.switch.media import relay
from tests.switch.embeddedsite import a_site, close
from tests.switch.media.scripted import EngineOnASocket
from tests.switch.rawphone import raw_phone
from tests.switch.site import ANSWERS, RINGS, Site, rejects
from tests.waiting import until

RELAYED = "192.0.2.99"
"""The scripted engine's address."""


async def site_with(*engines: EngineOnASocket, **media: Any) -> Site:
    told = tuple(Listen("127.0.0.1", one.port) for one in engines)
    site = await a_site(media=MediaSettings(rtpengine=told, **{"relay": "always", **media}))
    await until(
        lambda: [one.engine.up for one in switch_of(site)._engines] == [not one.away for one in engines]
    )
    return site


@pytest.fixture
async def site(engine: EngineOnASocket) -> AsyncIterator[Site]:
    site = await site_with(engine)
    yield site
    await site.hang_up()
    await until(lambda: not engine.script.calls)
    await close(site)


def switch_of(site: Site) -> EmbeddedSwitch:
    assert isinstance(site.switch, EmbeddedSwitch)
    return site.switch


def hears_the_engine(phone: Phone) -> bool:
    return (
        bool(phone.calls)
        and phone.calls[0].remote_media is not None
        and (phone.calls[0].remote_media[0] == RELAYED)
    )


async def relayed(*phones: Phone) -> None:
    await until(lambda: all(hears_the_engine(phone) for phone in phones))


async def in_a_call(site: Site) -> tuple[str, Phone, Phone]:
    own, callee = await site.phone("4000"), await site.phone("4001", ANSWERS)
    call = site.dial()
    await site.until(call, CallState.CONNECTED)
    await relayed(own, callee)
    return call, own, callee


async def test_a_call_of_a_program_goes_through_the_engine_once(site: Site, engine: EngineOnASocket) -> None:
    await in_a_call(site)
    assert len(engine.script.calls) == 1


async def test_a_call_by_hand_goes_through_it_too(site: Site, engine: EngineOnASocket) -> None:
    caller, callee = await site.phone("4000"), await site.phone("4001", ANSWERS)
    await caller.call("4001")
    await relayed(caller, callee)
    assert len(engine.script.calls) == 1


async def test_the_engine_forgets_a_call_once_at_its_end(site: Site, engine: EngineOnASocket) -> None:
    call, _own, callee = await in_a_call(site)
    callee.calls[0].hang_up()
    await site.until(call, CallState.ON_HOOK)
    await until(lambda: not engine.script.calls)
    assert len(engine.script.of("delete")) == 1


@pytest.mark.parametrize("status", [486, 404])
async def test_the_engine_forgets_a_call_that_is_refused(
    site: Site, engine: EngineOnASocket, status: int
) -> None:
    caller, _ = await site.phone("4000"), await site.phone("4001", rejects(status))
    with pytest.raises(CallRejected):
        await caller.call("4001")
    assert engine.script.of("offer")
    await until(lambda: not engine.script.calls)


async def test_a_call_to_a_number_that_there_is_not_is_forgotten_at_once(
    site: Site, engine: EngineOnASocket
) -> None:
    caller = await site.phone("4000")
    with pytest.raises(CallRejected):
        await caller.call("4711")
    await until(lambda: not engine.script.calls)


async def test_a_call_without_a_password_costs_no_engine_anything(
    site: Site, engine: EngineOnASocket
) -> None:
    sdp = "v=0\r\no=- 1 1 IN IP4 10.0.0.1\r\ns=-\r\nc=IN IP4 10.0.0.1\r\nt=0 0\r\nm=audio 4000 RTP/AVP 0\r\n"
    async with raw_phone(switch_of(site).address()) as stranger:
        stranger.send(
            "INVITE", extra=f"Content-Type: application/sdp\r\nContent-Length: {len(sdp)}\r\n\r\n{sdp}"
        )
        assert (await stranger.response()).status in (400, 401)
    assert not engine.script.of("offer")


async def test_hold_and_its_end_are_offers_of_the_same_session(site: Site, engine: EngineOnASocket) -> None:
    call, own, callee = await in_a_call(site)
    await site.perform(Hold(call))
    assert callee.calls[0].direction != "sendrecv"
    await site.perform(Retrieve(call))
    await relayed(own, callee)
    assert len({one["call-id"] for one in engine.script.of("offer")}) == 1
    assert not engine.script.of("delete")


def cancels(site: Site) -> list[object]:
    """The INVITEs that are cancelled from now on."""
    seen: list[object] = []
    endpoint = switch_of(site).endpoint
    cancel = endpoint.on_cancel

    def noted(invite: ServerTransaction, now: float) -> None:
        seen.append(invite)
        cancel(invite, now)

    endpoint.on_cancel = noted
    return seen


async def test_a_caller_who_gives_up_while_the_engine_is_asked_leaves_nothing_behind(
    site: Site, engine: EngineOnASocket
) -> None:
    caller, callee = await site.phone("4000"), await site.phone("4001", RINGS)
    engine.holds = lambda command: command["command"] == "offer"
    calling = asyncio.create_task(caller.call("4001"))
    await until(lambda: engine.holding)
    cancelled = cancels(site)
    calling.cancel()
    await until(lambda: cancelled)
    engine.let_go()
    await until(lambda: engine.script.of("delete") and not engine.script.calls)
    assert not callee.calls
    assert switch_of(site).idle


async def test_a_call_that_is_dropped_while_the_engine_is_asked_is_over_at_the_phones(
    site: Site, engine: EngineOnASocket
) -> None:
    own, callee = await site.phone("4000"), await site.phone("4001", RINGS)
    engine.holds = lambda command: command["command"] == "offer"
    call = site.dial()
    await until(lambda: engine.holding)
    site.drop(call)
    assert await site.cause(call) is Cause.DROPPED
    engine.let_go()
    await until(lambda: not own.calls and not callee.calls)
    await until(lambda: not engine.script.calls and switch_of(site).idle)


async def test_a_caller_who_gives_up_while_the_answer_is_held_ends_the_call(
    site: Site, engine: EngineOnASocket
) -> None:
    caller, callee = await site.phone("4000"), await site.phone("4001", RINGS)
    calling = asyncio.create_task(caller.call("4001"))
    await until(lambda: callee.calls)
    engine.holds = lambda command: command["command"] == "answer"
    callee.calls[0].answer()
    await until(lambda: engine.holding)
    calling.cancel()
    engine.let_go()
    await until(lambda: not caller.calls and not callee.calls and switch_of(site).idle)


async def test_without_any_engine_a_call_goes_on_as_the_phones_agree(
    caplog: pytest.LogCaptureFixture, engine: EngineOnASocket
) -> None:
    engine.away = True
    site = await site_with(engine)
    caller, callee = await site.phone("4000"), await site.phone("4001", ANSWERS)
    await caller.call("4001")
    await until(lambda: caller.calls[0].remote_media == callee.media)
    assert "does not answer" in caplog.text
    assert "a call that needs a media engine gets none" in caplog.text
    await close(site)


async def test_or_it_is_refused_where_that_is_wanted(engine: EngineOnASocket) -> None:
    engine.away = True
    site = await site_with(engine, without_engine="refuse")
    caller, callee = await site.phone("4000"), await site.phone("4001", ANSWERS)
    with pytest.raises(CallRejected) as refused:
        await caller.call("4001")
    assert "503" in str(refused.value)
    assert not callee.calls
    await close(site)


async def test_a_program_that_calls_hears_of_the_refusal(engine: EngineOnASocket) -> None:
    engine.away = True
    site = await site_with(engine, without_engine="refuse")
    own, callee = await site.phone("4000"), await site.phone("4001", ANSWERS)
    call = site.dial()
    await site.until(call, CallState.ON_HOOK)
    await until(lambda: not own.calls)
    assert not callee.calls
    await close(site)


async def test_the_next_engine_takes_the_calls_of_one_that_is_away(engine: EngineOnASocket) -> None:
    first = EngineOnASocket()
    await first.start()
    first.away = True
    site = await site_with(first, engine)
    await in_a_call(site)
    assert len(engine.script.calls) == 1
    await close(site)
    first.transport.close()


async def test_what_is_sent_again_because_it_was_lost_is_the_same(
    site: Site, engine: EngineOnASocket
) -> None:
    """An INVITE that nobody answers goes out several times; the engine is asked for it once."""
    async with raw_phone(switch_of(site).address()):
        caller, callee = await site.phone("4000"), await site.phone("4001", ANSWERS)
        seen: list[bytes] = []
        receive = callee.transport.pump.receive

        def lossy(data: bytes, flow: Flow) -> None:
            if data.startswith(b"INVITE"):
                seen.append(data)
            if len(seen) != 1:
                receive(data, flow)

        callee.transport.pump.receive = lossy
        await caller.call("4001")
    assert seen[0] == seen[1]
    assert RELAYED.encode() in seen[0]


@pytest.fixture
def looks_often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(relay, "LOOK_S", 0.1)
    monkeypatch.setattr(engines_own, "PING_S", 0.1)


async def moved(phones: list[Phone], before: list[tuple[str, int] | None]) -> None:
    """Wait until each phone has been given another place of an engine."""
    await until(
        lambda: all(
            hears_the_engine(phone) and phone.calls[0].remote_media != was
            for phone, was in zip(phones, before, strict=True)
        )
    )


@pytest.mark.usefixtures("looks_often")
async def test_an_engine_that_has_lost_a_call_gets_it_again_and_both_phones_are_told(
    engine: EngineOnASocket,
) -> None:
    site = await site_with(engine)
    call, own, callee = await in_a_call(site)
    before = [phone.calls[0].remote_media for phone in (own, callee)]
    engine.script.calls.clear()  # it has been started anew
    await moved([own, callee], before)
    assert len(engine.script.calls) == 1
    assert site.now(call).state is CallState.CONNECTED
    await close(site)


@pytest.mark.usefixtures("looks_often")
async def test_the_next_engine_takes_over_the_call_of_one_that_has_died(engine: EngineOnASocket) -> None:
    first = EngineOnASocket()
    await first.start()
    site = await site_with(first, engine)
    _call, own, callee = await in_a_call(site)
    before = [phone.calls[0].remote_media for phone in (own, callee)]
    engine.script._port += 1000
    first.away = True
    await moved([own, callee], before)
    assert len(engine.script.calls) == 1
    await close(site)
    first.transport.close()


@pytest.mark.usefixtures("looks_often")
async def test_a_call_on_hold_that_was_lost_is_heard_again_when_it_is_taken_back(
    engine: EngineOnASocket,
) -> None:
    site = await site_with(engine)
    call, own, callee = await in_a_call(site)
    await site.perform(Hold(call))
    before = [phone.calls[0].remote_media for phone in (own, callee)]
    engine.script.calls.clear()
    await until(lambda: engine.script.calls)
    await site.perform(Retrieve(call))
    await relayed(own, callee)
    assert [phone.calls[0].remote_media for phone in (own, callee)] != before
    await close(site)
