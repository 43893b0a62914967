"""Garbage comes in while calls are held, asked about and handed on: the calls of others go on."""

from __future__ import annotations

import asyncio
import random
import socket

import pytest

from offhook.call import CallState, Complete, Hold, Retrieve
from offhook.demo.phone import Phone
from offhook.errors import CallError
from offhook.sip.message import serialize
from offhook.switch.embedded import EmbeddedSwitch
from tests.long import times
from tests.switch import scenes
from tests.switch.embeddedsite import a_site, close
from tests.switch.rtp import talk
from tests.switch.scenes import four_phones, idle
from tests.switch.site import ask

METHODS = ("BYE", "INVITE", "REFER", "ACK", "CANCEL", "INFO", "NOTIFY", "UPDATE", "PRACK", "NONSENSE")


def damaged(phone: Phone, chance: random.Random) -> bytes:
    """A request of the phone's own call, with some of its bytes lost, changed or doubled."""
    dialog = phone.calls[-1].dialog
    assert dialog is not None
    before = dialog.local_cseq
    request = dialog.request(chance.choice(METHODS), b"v=0\r\nm=audio x\r\n" * chance.randrange(3))
    dialog.local_cseq = before
    data = bytearray(serialize(request))
    for _ in range(chance.randrange(1, 6)):
        place = chance.randrange(len(data))
        match chance.randrange(3):
            case 0:
                del data[place : place + chance.randrange(1, 30)]
            case 1:
                data[place] = chance.randrange(256)
            case _:
                data[place:place] = data[place : place + chance.randrange(1, 30)]
    return bytes(data)


@pytest.mark.parametrize("seed", range(times(2, 40)))
async def test_others_damaged_messages_change_nothing(seed: int, caplog: pytest.LogCaptureFixture) -> None:
    chance = random.Random(seed)
    site = await a_site()
    assert isinstance(site.switch, EmbeddedSwitch)
    phones = await four_phones(site)
    stranger = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    stranger.bind(("127.0.0.2", 0))

    async def garbage() -> None:
        while True:
            for phone in phones.all[:3]:
                if phone.calls and phone.calls[-1].dialog is not None:
                    stranger.sendto(damaged(phone, chance), site.switch.address())  # type: ignore[attr-defined]
            await asyncio.sleep(0.001)

    sending = asyncio.create_task(garbage())
    for _ in range(3):
        call = await scenes.talks(site, phones)
        await site.perform(Hold(call, "4000"))
        await site.perform(Retrieve(call, "4000"))
        await talk(phones.own, phones.other)
        site.drop(call)
        await idle(phones)
        call = await scenes.consults(site, phones)
        await site.perform(Complete(call, "4000"))
        await talk(phones.other, phones.second)
        phones.other.calls[0].hang_up()
        await idle(phones)
    sending.cancel()
    stranger.close()
    await close(site)
    assert "Traceback" not in caplog.text


@pytest.mark.parametrize("method", ["REFER", "INFO", "UPDATE", "INVITE", "NONSENSE"])
async def test_a_phones_nonsense_in_the_middle_of_a_consultation_is_answered_and_harms_nothing(
    method: str,
) -> None:
    site = await a_site()
    phones = await four_phones(site)
    call = await scenes.consults(site, phones)
    for phone in (phones.own, phones.other, phones.second):
        answer = await ask(phone, method, b"\x00\xff nonsense", Refer_To="<sip:>;;;", Content_Type="a/b")
        assert answer.status >= 300 or method in ("INFO", "UPDATE")
    await site.perform(Complete(call, "4000"))
    await talk(phones.other, phones.second)
    assert [one.state for one in site.live("4001")] == [CallState.CONNECTED]
    with pytest.raises(CallError):
        site.drop(call)
    phones.other.calls[0].hang_up()
    await idle(phones)
    await close(site)
