"""Media through a real rtpengine: real phones (baresip), and the engine's own word for what it has."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any, Literal

import pytest

from offhook.call import CallState
from offhook.config import EmbeddedSettings, Listen, MediaSettings, TerminalSettings
from offhook.demo.phone import Phone
from offhook.switch.embedded import EmbeddedSwitch
from offhook.switch.embedded.callfiles import FileCalls
from offhook.switch.media import engine as own_engine
from offhook.switch.media import relay
from tests.peers.baresip import POLL_S, Baresip
from tests.peers.namespace import unshared
from tests.peers.program import LIMIT_S, Program
from tests.peers.rtpengine import Rtpengine
from tests.peers.translated import HOME, INSIDE, OFFICE, ROUTER, WORLD
from tests.switch.embeddedsite import a_site, close, settled
from tests.switch.rtp import talk
from tests.switch.site import ANSWERS, NAMES, PATIENCE_S, Site, ringing_for

pytestmark = pytest.mark.peer

PACKETS = 25


@asynccontextmanager
async def site_with(*engines: Rtpengine, **media: Any) -> AsyncIterator[Site]:
    """The embedded switch, whose media these engines relay."""
    terminals = [TerminalSettings(one, name, f"secret-{one}") for one, name in NAMES.items()]
    told = tuple(Listen("127.0.0.1", engine.port) for engine in engines)
    switch = EmbeddedSwitch(
        *(terminals, EmbeddedSettings(listen=Listen("127.0.0.1", 0), **ringing_for(PATIENCE_S))),
        media=MediaSettings(rtpengine=told, **media),
    )
    site = Site(switch, lambda _terminal, _behaviour: pytest.fail("no such phones"))
    await switch.start()
    try:
        yield site
    finally:
        await site.close()


@pytest.fixture
async def engine(tmp_path: Path) -> AsyncIterator[Rtpengine]:
    async with Rtpengine(tmp_path / "engine") as running:
        yield running


class Office:
    """Phones of a site."""

    def __init__(self, site: Site, folder: Path, stack: AsyncExitStack) -> None:
        self.site, self._folder, self._stack = site, folder, stack

    async def phone(self, user: str, answer: Literal["auto", "manual"] = "auto") -> Baresip:
        assert isinstance(self.site.switch, EmbeddedSwitch)
        made = Baresip(self._folder, self.site.switch.address(), user, f"secret-{user}", answer=answer)
        return await self._stack.enter_async_context(made)


@asynccontextmanager
async def office(folder: Path, *engines: Rtpengine, **media: Any) -> AsyncIterator[Office]:
    async with AsyncExitStack() as stack:
        site = await stack.enter_async_context(site_with(*engines, **media))
        yield Office(site, folder, stack)


async def test_a_call_is_relayed_by_the_engine_and_forgotten_at_its_end(
    tmp_path: Path, engine: Rtpengine
) -> None:
    async with office(tmp_path, engine, relay="always") as site:
        one, other = await site.phone("4000"), await site.phone("4001")
        await one.dial("4001")
        near, far = await one.heard(PACKETS), await other.heard(PACKETS)
        assert engine.relays(near.remote)
        assert engine.relays(near.heard_from)
        assert engine.relays(far.remote)
        assert engine.relays(far.heard_from)
        assert len(await engine.calls()) == 1  # the other leg needs no second way through it
        await one.hang_up()
        await other.happened("CALL_CLOSED")
        await engine.forgets_all()


async def test_an_engine_that_is_started_anew_in_a_call_relays_it_again(
    tmp_path: Path, engine: Rtpengine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(relay, "LOOK_S", 0.2)
    monkeypatch.setattr(own_engine, "PING_S", 0.2)
    async with office(tmp_path, engine, relay="always") as site:
        one, other = await site.phone("4000"), await site.phone("4001")
        await one.dial("4001")
        await one.heard(PACKETS)
        await engine.stop()
        async with Rtpengine(tmp_path / "again", port=engine.port) as again:
            async with asyncio.timeout(LIMIT_S):
                for phone in (one, other):
                    while not again.relays((await phone.audio()).remote):  # noqa: ASYNC110
                        await asyncio.sleep(POLL_S)
            for phone in (one, other):
                so_far = (await phone.audio()).received
                await phone.heard(so_far + PACKETS)
            assert len(await again.calls()) == 1
            await one.hang_up()
            await again.forgets_all()


async def test_phones_that_encrypt_their_speech_hear_each_other_by_the_engine(
    tmp_path: Path, engine: Rtpengine
) -> None:
    """SRTP with keys in the descriptions (RFC 4568), and no call without."""
    async with AsyncExitStack() as stack:
        site = await stack.enter_async_context(site_with(engine, relay="always"))
        assert isinstance(site.switch, EmbeddedSwitch)
        phones = []
        for user in ("4000", "4001"):
            phone = Baresip(tmp_path, site.switch.address(), user, f"secret-{user}", answer="auto")
            phone.encrypt()
            phones.append(await stack.enter_async_context(phone))
        one, other = phones
        await one.dial("4001")
        for phone in phones:
            assert engine.relays((await phone.heard(PACKETS)).remote)
            assert "SRTP is Enabled" in phone.output
        await one.hang_up()
        await other.happened("CALL_CLOSED")
        await engine.forgets_all()


async def test_phones_that_have_ipv6_hear_each_other_by_the_engine(tmp_path: Path) -> None:
    terminals = [TerminalSettings(one, name, f"secret-{one}") for one, name in NAMES.items()]
    async with Rtpengine(tmp_path / "engine", "::1") as engine:
        switch = EmbeddedSwitch(
            *(terminals, EmbeddedSettings(listen=Listen("::1", 0), **ringing_for(PATIENCE_S))),
            media=MediaSettings(rtpengine=(Listen("127.0.0.1", engine.port),), relay="always"),
        )
        await switch.start()
        site = Site(
            switch,
            lambda terminal, behaviour: Phone(
                ("::1", switch.address()[1]), terminal, f"secret-{terminal}", behaviour=behaviour, host="::1"
            ),
        )
        own, callee = await site.phone("4000"), await site.phone("4001", ANSWERS)
        await site.until(site.dial(), CallState.CONNECTED)
        await talk(own, callee)
        for phone in (own, callee):
            place = phone.calls[0].remote_media
            assert place is not None and place[0] == "::1" and engine.relays(place)
        await site.hang_up()
        await engine.forgets_all()
        await site.close()


async def test_a_relayed_call_goes_on_after_a_restart_of_the_switch(
    tmp_path: Path, engine: Rtpengine
) -> None:
    media = MediaSettings(rtpengine=(Listen("127.0.0.1", engine.port),), relay="always")
    calls = FileCalls(tmp_path / "live")
    first = await a_site(calls=calls, media=media)
    assert isinstance(first.switch, EmbeddedSwitch)
    address = first.switch.address()
    async with AsyncExitStack() as stack:
        one, other = [
            await stack.enter_async_context(Baresip(tmp_path, address, user, f"secret-{user}", answer="auto"))
            for user in ("4000", "4001")
        ]
        await one.dial("4001")
        for phone in (one, other):
            await phone.heard(PACKETS)
        sessions = await engine.calls()
        await settled(first.switch)
        await first.switch.stop()
        second = await a_site(calls=calls, media=media, port=address[1])
        assert isinstance(second.switch, EmbeddedSwitch)
        for phone in (one, other):
            audio = await phone.audio()
            assert engine.relays(audio.remote)
            await phone.heard(audio.received + PACKETS)
        assert await engine.calls() == sessions, "the engine has what it had"
        await one.hang_up()
        await other.happened("CALL_CLOSED")
        await engine.forgets_all()
    await close(second)  # the phones have taken back their registrations


async def in_networks(tmp_path: Path, scene: str, limit_s: float = 50) -> dict[str, Any]:
    program = Program(
        Path(__file__).parents[2],
        *(*unshared(), sys.executable, "-m", "tests.peers.translated", str(tmp_path), scene),
    )
    async with program:
        assert await program.ended(limit_s) == 0, program.output
        await program.until(lambda: program.over, "to end")
    told: dict[str, Any] = json.loads(program.output.splitlines()[-1])
    return told


@pytest.mark.timeout(60)
async def test_a_phone_behind_an_address_translation_and_one_in_the_world_hear_each_other_by_the_engine(
    tmp_path: Path,
) -> None:
    told = await in_networks(tmp_path, "relayed")
    near, far = told["near"], told["far"]
    assert near["remote"][0] == near["heard_from"][0] == WORLD
    assert far["remote"][0] == far["heard_from"][0] == WORLD
    assert (near["received"] >= PACKETS, far["received"] >= PACKETS) == (True, True)
    assert told["calls at the engine"] == 1


@pytest.mark.timeout(60)
async def test_without_the_engine_the_phone_behind_the_translation_hears_nothing(tmp_path: Path) -> None:
    told = await in_networks(tmp_path, "unrelayed")
    assert told["far"]["remote"][0] == HOME
    assert told["far"]["sent"] >= PACKETS
    assert (told["near"]["received"], told["near"]["heard_from"]) == (0, None)


@pytest.mark.timeout(60)
async def test_two_phones_in_one_office_speak_directly(tmp_path: Path) -> None:
    told = await in_networks(tmp_path, "direct")
    near, far = told["near"], told["far"]
    assert near["heard_from"] == [OFFICE, far["local_port"]]
    assert far["heard_from"] == [OFFICE, near["local_port"]]
    assert told["calls at the engine"] == 0


@pytest.mark.timeout(60)
async def test_a_site_with_private_addresses_and_a_provider_in_the_world_are_joined_by_an_engine_between_them(
    tmp_path: Path,
) -> None:
    told = await in_networks(tmp_path, "provider")
    assert list(told) == ["out", "click", "in"]
    for way in told.values():
        assert way["near"]["heard_from"][0] == way["near"]["remote"][0] == INSIDE
        assert way["far"]["heard_from"][0] == way["far"]["remote"][0] == WORLD
        assert way["calls at the engine"] == 1


@pytest.mark.timeout(120)  # two checks, each a program of its own
async def test_behind_an_address_translation_the_check_compares_with_where_a_provider_sees_the_site(
    tmp_path: Path,
) -> None:
    """The provider is a Kamailio beyond the router; it answers whence a request really came."""
    told = await in_networks(tmp_path, "checked", 110)
    trunk, engine = told["own"]
    assert (trunk["level"], "knows the account" in trunk["finding"]) == ("OK", True)
    assert engine["level"] == "WARN"
    assert f"receives media at {HOME}, while a provider sees this site at {ROUTER}" in engine["finding"]
    assert "own!public behind a router" in engine["fix"]
    trunk, engine = told["public"]
    assert (trunk["level"], engine["level"]) == ("OK", "OK")
    assert f"receives media at {ROUTER}" in engine["finding"]
