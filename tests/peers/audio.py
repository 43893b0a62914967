"""Whether audio flows between baresips, counted in packets that have really arrived."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from tests import waiting
from tests.peers.baresip import Audio, Baresip
from tests.peers.program import PeerProgramError

PACKETS = 15
"""Three tenths of a second of audio."""

QUIET_S = 0.3
"""For so long nothing arrives where it has stopped: fifteen packets' time."""


async def talk(one: Baresip, other: Baresip) -> None:
    """Wait until each of the two gets packets of the other."""
    await hears(one, other)
    await hears(other, one)


async def apart(listener: Baresip, speaker: Baresip) -> None:
    """Wait until nothing that the speaker sends arrives at the listener any more, for `QUIET_S`.

    Music may arrive from elsewhere.
    """
    async with asyncio.timeout(waiting.limit_s):
        before = -1
        address = ("127.0.0.1", (await _audio(speaker)).local_port)
        while before != (now := (await _audio(listener)).arrived.get(address, 0)):
            before = now
            await asyncio.sleep(QUIET_S)


async def silent(phone: Baresip) -> None:
    """Wait until nothing arrives at the phone any more, for `QUIET_S`."""
    async with asyncio.timeout(waiting.limit_s):
        before = -1
        while before != (now := sum((await _audio(phone)).arrived.values())):
            before = now
            await asyncio.sleep(QUIET_S)


async def hears_something(phone: Baresip) -> None:
    """Wait until packets arrive at the phone, from wherever."""

    async def counted() -> tuple[str, int]:
        return "", sum((await _audio(phone)).arrived.values())

    await _more_arrive(counted)


async def hears(listener: Baresip, speaker: Baresip) -> None:
    """Wait until the listener gets packets of the speaker."""

    async def counted() -> tuple[tuple[str, int], int]:
        address = ("127.0.0.1", (await _audio(speaker)).local_port)
        return address, (await _audio(listener)).arrived.get(address, 0)

    await _more_arrive(counted)


async def _more_arrive(counted: Callable[[], Awaitable[tuple[object, int]]]) -> None:
    """Wait until `PACKETS` more are counted of one source. After a re-INVITE a phone counts anew."""
    async with asyncio.timeout(waiting.limit_s):
        begun: dict[object, int] = {}
        while True:
            source, arrived = await counted()
            if arrived < begun.setdefault(source, arrived):
                begun[source] = arrived
            if arrived >= begun[source] + PACKETS:
                return
            await asyncio.sleep(0.05)


async def _audio(phone: Baresip) -> Audio:
    """Between two calls a phone has no report for a moment."""
    while True:
        try:
            return await phone.audio()
        except PeerProgramError:
            await asyncio.sleep(0.05)
