"""Calls by trunks, whose own `relay` says whether their media are relayed."""

from __future__ import annotations

import asyncio

import pytest

from offhook.call import CallState
from offhook.config import IncomingSettings, Listen, MediaSettings
from offhook.demo.phone import Phone
from tests.switch.media.scripted import EngineOnASocket
from tests.switch.site import ANSWERS, joined
from tests.switch.trunksite import FRIEND, OWN, a_provider, a_site_with, a_trunk, scripted
from tests.waiting import until

DIALLED = "08912345678"


def media_of(engine: EngineOnASocket, relay: str, **more: str) -> MediaSettings:
    return MediaSettings(rtpengine=(Listen("127.0.0.1", engine.port),), relay=relay, **more)  # type: ignore[arg-type]


def relayed(phone: Phone, engine: EngineOnASocket) -> bool:
    media = phone.calls[0].remote_media if phone.calls else None
    return media is not None and media[0] == engine.script.host


async def test_a_call_by_a_trunk_that_wants_it_is_relayed_and_one_between_phones_is_not(
    engine: EngineOnASocket,
) -> None:
    provider = await a_provider()
    trunk = a_trunk(provider.address, relay="always")
    site = await a_site_with(trunk, media=media_of(engine, "when-needed"))
    own, friend = await site.phone("4000"), await provider.phone(FRIEND, ANSWERS)
    call = site.dial("4000", DIALLED)
    await site.until(call, CallState.CONNECTED)
    await until(lambda: relayed(own, engine) and relayed(friend, engine))
    assert len(engine.script.calls) == 1
    site.drop(call)
    await until(lambda: not engine.script.calls)
    await site.empty()
    await until(lambda: not own.calls)
    asked = len(engine.script.of("offer"))
    colleague = await site.phone("4001", ANSWERS)
    await own.call("4001")
    await joined(own, colleague)
    assert len(engine.script.of("offer")) == asked
    await site.close()
    await provider.close()


async def test_a_trunk_that_copes_by_itself_is_never_relayed(engine: EngineOnASocket) -> None:
    provider = await a_provider()
    site = await a_site_with(a_trunk(provider.address, relay="never"), media=media_of(engine, "never"))
    own, friend = await site.phone("4000"), await provider.phone(FRIEND, ANSWERS)
    await own.call(DIALLED)
    await joined(own, friend)
    assert not engine.script.of("offer")
    await site.close()
    await provider.close()


async def test_a_call_that_comes_in_by_it_is_relayed_as_well(engine: EngineOnASocket) -> None:
    async with scripted() as provider:
        rings = IncomingSettings(ring=("4000",))
        trunk = a_trunk(provider.address, register=False, relay="always")
        site = await a_site_with(trunk, incoming=[rings], media=media_of(engine, "never"))
        phone = await site.phone("4000", ANSWERS)
        provider.invite(site, OWN)
        answer = await provider.answered()
        assert engine.script.host.encode() in answer.body
        await until(lambda: relayed(phone, engine))
        provider.again("BYE", answer)
        await until(lambda: not engine.script.calls)
        await site.close()


async def test_a_request_inside_of_a_call_that_comes_while_its_answer_is_held_belongs_to_it(
    engine: EngineOnASocket,
) -> None:
    body = (
        "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 4000 RTP/AVP 0\r\n"
    )
    async with scripted() as provider:
        trunk = a_trunk(provider.address, register=False, relay="always")
        site = await a_site_with(trunk, media=media_of(engine, "never"))
        own = await site.phone("4000")
        calling = asyncio.create_task(own.call(DIALLED))
        invite = await provider.next("INVITE")
        engine.holds = lambda command: command["command"] == "answer"
        provider.respond(invite, 200, body=body)
        await until(lambda: engine.holding)
        asking = asyncio.create_task(provider.ask_inside(invite, "UPDATE"))
        await asyncio.sleep(0)
        engine.let_go()
        assert (await asking).status == 200
        await calling
        own.calls[0].hang_up()
        await until(lambda: not engine.script.calls)
        await site.close()


@pytest.mark.parametrize(("number", "goes_out"), [("112", True), (DIALLED, False)])
async def test_a_call_for_help_goes_out_without_an_engine_where_others_are_refused(
    engine: EngineOnASocket, number: str, goes_out: bool
) -> None:
    engine.away = True
    async with scripted(INVITE=404) as provider:
        trunk = a_trunk(provider.address, register=False, relay="always")
        site = await a_site_with(trunk, media=media_of(engine, "always", without_engine="refuse"))
        own = await site.phone("4000")
        (outcome,) = await asyncio.gather(own.call(number), return_exceptions=True)
        assert isinstance(outcome, Exception)
        assert bool(provider.asked("INVITE")) is goes_out
        await site.close()
