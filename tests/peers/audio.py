"""Whether audio flows between baresips, counted in packets that have really arrived."""

from __future__ import annotations

import asyncio

from tests import waiting
from tests.peers.baresip import Audio, Baresip
from tests.peers.program import PeerProgramError

PACKETS = 15
"""Three tenths of a second of audio."""

QUIET_S = 0.3
"""For so long nothing arrives where it has stopped: fifteen packets' time."""


async def talk(one: Baresip, other: Baresip) -> None:
    """Wait until each of the two gets packets of the other."""
    await _hears(one, other)
    await _hears(other, one)


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


async def arrived(phone: Baresip) -> int:
    """How many packets have arrived at the phone, from wherever."""
    return sum((await _audio(phone)).arrived.values())


async def _hears(listener: Baresip, speaker: Baresip) -> None:
    async with asyncio.timeout(waiting.limit_s):
        begun: dict[tuple[str, int], int] = {}
        while True:
            address = ("127.0.0.1", (await _audio(speaker)).local_port)
            arrived = (await _audio(listener)).arrived.get(address, 0)
            if arrived < begun.setdefault(address, arrived):
                begun[address] = arrived  # it is counted anew
            if arrived >= begun[address] + PACKETS:
                return
            await asyncio.sleep(0.05)


async def _audio(phone: Baresip) -> Audio:
    """Between two calls a phone has no report for a moment."""
    while True:
        try:
            return await phone.audio()
        except PeerProgramError:
            await asyncio.sleep(0.05)
