"""`offhook check` at media engines."""

from __future__ import annotations

from offhook.common.finding import Finding, Level
from offhook.config import Listen, MediaSettings
from offhook.switch.media.examine import examine
from tests.peers.program import free_port
from tests.switch.media.scripted import EngineOnASocket


async def finding(engine: EngineOnASocket, *seen: str, interfaces: tuple[str, ...] = ()) -> Finding:
    settings = MediaSettings(rtpengine=(Listen("127.0.0.1", engine.port),), interfaces=interfaces)
    (found,) = await examine(settings, seen, outwards=True)
    return found


async def test_an_engine_that_is_well_is_told_with_the_address_that_it_gives_out(
    engine: EngineOnASocket,
) -> None:
    found = await finding(engine)
    assert (found.level, found.fix) == (Level.OK, "")
    assert "receives media at 192.0.2.99" in found.text


async def test_the_call_that_it_is_asked_by_is_none_afterwards(engine: EngineOnASocket) -> None:
    await finding(engine)
    assert not engine.script.calls


async def test_its_interface_outwards_is_what_is_looked_at(engine: EngineOnASocket) -> None:
    await finding(engine, interfaces=("lan", "wan"))
    assert engine.script.of("offer")[0]["direction"] == ["lan", "wan"]


async def test_an_engine_that_is_not_there_is_told_with_what_to_look_at() -> None:
    settings = MediaSettings(rtpengine=(Listen("127.0.0.1", free_port()),))
    (found,) = await examine(settings, (), outwards=True)
    assert (found.level, "listen-ng" in found.fix) == (Level.FAIL, True)


async def test_an_engine_that_takes_no_call_is_told_in_its_own_words(engine: EngineOnASocket) -> None:
    engine.script.refuses = b"Ran out of ports"
    found = await finding(engine)
    assert (found.level, "Ran out of ports" in found.text) == (Level.FAIL, True)


async def test_an_address_that_is_not_the_one_a_provider_sees_is_pointed_out(engine: EngineOnASocket) -> None:
    found = await finding(engine, "198.51.100.7")
    assert (found.level, "sees this site at 198.51.100.7" in found.text) == (Level.WARN, True)
    assert (await finding(engine, "192.0.2.99")).level is Level.OK


async def test_a_private_address_for_the_world_is_pointed_out(engine: EngineOnASocket) -> None:
    engine.script.host = "10.0.0.10"
    found = await finding(engine)
    assert (found.level, "nobody out in the Internet reaches" in found.text) == (Level.WARN, True)
