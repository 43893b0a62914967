"""Calls that are up at a restart of the switch, beside a media engine."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Literal, NamedTuple

import pytest

from offhook.call import CallState
from offhook.config import Listen, MediaSettings
from offhook.demo.phone import Phone
from offhook.switch.embedded import EmbeddedSwitch
from offhook.switch.embedded.callfiles import FileCalls
from tests.switch.embeddedsite import a_site, close, settled
from tests.switch.media.scripted import EngineOnASocket
from tests.switch.site import ANSWERS, Site
from tests.waiting import until


class Restarted(NamedTuple):
    call: str
    engine: EngineOnASocket
    calls: FileCalls
    port: int
    phones: tuple[Phone, Phone]

    def media(self, relay: Literal["when-needed", "always"] = "always") -> MediaSettings:
        return MediaSettings(rtpengine=(Listen("127.0.0.1", self.engine.port),), relay=relay)

    async def next_run(self, media: MediaSettings) -> Site:
        return await a_site(calls=self.calls, media=media, port=self.port)


@asynccontextmanager
async def stopped(folder: Path, relay: Literal["when-needed", "always"]) -> AsyncIterator[Restarted]:
    """A switch that was stopped while two people talked."""
    engine = EngineOnASocket()
    await engine.start()
    media = MediaSettings(rtpengine=(Listen("127.0.0.1", engine.port),), relay=relay)
    calls = FileCalls(folder / "live")
    first = await a_site(calls=calls, media=media)
    assert isinstance(first.switch, EmbeddedSwitch)
    phones = await first.phone("4000"), await first.phone("4001", ANSWERS)
    call = first.dial()
    await first.until(call, CallState.CONNECTED)
    await until(lambda: phones[0].calls and phones[0].calls[0].remote_media is not None)
    await settled(first.switch)
    port = first.switch.address()[1]
    await first.switch.stop()
    try:
        yield Restarted(call, engine, calls, port, phones)
    finally:
        await first.hang_up()
        engine.transport.close()


@pytest.mark.parametrize("relay", ["when-needed", "always"])
async def test_a_call_is_gone_on_with_whether_an_engine_relays_it_or_not(
    tmp_path: Path, relay: Literal["when-needed", "always"]
) -> None:
    async with stopped(tmp_path, relay) as before:
        second = await before.next_run(before.media(relay))
        assert isinstance(second.switch, EmbeddedSwitch)
        assert second.switch.find(before.call) is not None
        second.drop(before.call)
        await second.empty()
        await close(second)


async def test_the_engine_goes_on_with_what_it_had_and_forgets_it_at_the_end(tmp_path: Path) -> None:
    async with stopped(tmp_path, "always") as before:
        engine = before.engine.script
        sessions = set(engine.calls)
        assert sessions and not engine.of("delete")
        offered = len(engine.of("offer"))
        second = await before.next_run(before.media())
        assert isinstance(second.switch, EmbeddedSwitch)
        await until(lambda: len(engine.of("offer")) > offered)
        await settled(second.switch)
        assert engine.calls == sessions, "no session is a new one"
        second.drop(before.call)
        await until(lambda: not engine.calls)
        await second.empty()
        await close(second)


async def test_media_that_the_engine_has_lost_meanwhile_are_agreed_anew(tmp_path: Path) -> None:
    async with stopped(tmp_path, "always") as before:
        engine = before.engine.script
        engine.calls.clear()
        own, other = before.phones
        heard = [phone.calls[0].remote_media for phone in before.phones]
        second = await before.next_run(before.media())
        assert isinstance(second.switch, EmbeddedSwitch)
        await until(lambda: own.calls[0].remote_media != heard[0])
        await until(lambda: other.calls[0].remote_media != heard[1])
        await settled(second.switch)
        second.drop(before.call)
        await second.empty()
        await close(second)


async def test_a_call_of_an_engine_that_is_configured_no_more_is_not_gone_on_with(tmp_path: Path) -> None:
    async with stopped(tmp_path, "always") as before:
        for media in (MediaSettings(), MediaSettings(rtpengine=(Listen("127.0.0.1", 9),), relay="always")):
            second = await before.next_run(media)
            assert isinstance(second.switch, EmbeddedSwitch)
            assert second.switch.find(before.call) is None
            assert second.switch.legs == {}
            await close(second)
