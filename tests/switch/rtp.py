"""Who hears whom: real RTP packets from the audio ports of the demo's phones, which send none by themselves.

What a phone says is a packet that no other phone sends. Whether it arrives directly or by way of a PBX makes
no difference.
"""

from __future__ import annotations

import asyncio
import socket
import struct
from itertools import count

from offhook.demo.phone import Phone, PhoneCall, Stage

PCMU = 0
SAMPLES = 160
"""A packet has 20 ms of audio (RFC 3551 §4.2)."""
PAUSE_S = 0.005
SILENCE = 8
"""So many packets do not arrive where nobody is heard: a PBX needs up to five until it passes any on."""

_sequence = count(1)


def words(phone: Phone) -> bytes:
    """What this phone says: one sample, again and again, made of its number."""
    return bytes([64 + int(phone.user) % 61]) * SAMPLES


def speak(phone: Phone) -> None:
    """Send one packet in each of the phone's calls whose audio may go out."""
    for call in phone.calls:
        if _may_speak(call) and call.remote_media is not None:
            number = next(_sequence)
            head = struct.pack("!BBHII", 0x80, PCMU, number & 0xFFFF, number * SAMPLES, int(phone.user))
            _socket(phone).sendto(head + words(phone), call.remote_media)


async def hears(listener: Phone, speaker: Phone) -> None:
    """Wait until what the speaker says arrives at the listener."""
    while not heard(listener, speaker):
        speak(speaker)
        speak(listener)  # a PBX sends audio to where some comes from
        await asyncio.sleep(PAUSE_S)


async def hears_not(listener: Phone, speaker: Phone) -> None:
    """Wait until nothing of what the speaker says arrives at the listener, for as long as `SILENCE` lasts."""
    silent = 0
    while silent < SILENCE:
        speak(speaker)
        speak(listener)
        await asyncio.sleep(PAUSE_S)
        silent = 0 if heard(listener, speaker) else silent + 1


async def talk(one: Phone, other: Phone) -> None:
    """Wait until each of the two hears the other."""
    await hears(one, other)
    await hears(other, one)


def heard(listener: Phone, speaker: Phone) -> bool:
    """Has anything of the speaker arrived since somebody last looked?"""
    audio, said, found = _socket(listener), words(speaker), False
    while True:
        try:
            found |= said in audio.recv(2048)
        except BlockingIOError:
            return found


def _may_speak(call: PhoneCall) -> bool:
    return call.stage is Stage.UP and call.direction in ("sendrecv", "sendonly")


def _socket(phone: Phone) -> socket.socket:
    assert phone._audio is not None
    phone._audio.setblocking(False)
    return phone._audio
