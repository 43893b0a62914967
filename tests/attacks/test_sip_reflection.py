"""Somebody who writes another's address on small requests, and has us send him large answers."""

import asyncio
import socket
from collections.abc import AsyncIterator, Iterator

import pytest

from offhook.config import EmbeddedSettings, Listen, TerminalSettings
from offhook.sip.message import parse
from offhook.switch.embedded import EmbeddedSwitch
from tests.attacks.wire import PASSWORD, Wire, a_wire

MOST = 4
"""Times the size of the request: header names are written out, a challenge is added."""


@pytest.fixture
async def switch() -> AsyncIterator[EmbeddedSwitch]:
    settings = EmbeddedSettings(listen=Listen("127.0.0.1", 0), digest_algorithms=("SHA-256", "MD5"))
    switch = EmbeddedSwitch([TerminalSettings("4000", "Kim", PASSWORD)], settings)
    await switch.start()
    yield switch
    await switch.stop()


@pytest.fixture
def victim() -> Iterator[socket.socket]:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as victim:
        victim.bind(("127.0.0.8", 0))
        victim.setblocking(False)
        yield victim


def small(method: str, port: int, *, extra: str = "", uri: str = "sip:4000@b", cseq: str = "1") -> bytes:
    """As small as a request can be."""
    return (
        f"{method} {uri} SIP/2.0\r\nv:SIP/2.0/UDP 127.0.0.8:{port};branch=z9hG4bK1\r\nf:<sip:a@b>;tag=1\r\n"
        f"t:<sip:a@b>\r\ni:1\r\nCSeq:{cseq} {method}\r\n{extra}\r\n"
    ).encode()


REQUESTS = {
    "REGISTER": {"method": "REGISTER"},
    "INVITE": {"method": "INVITE"},
    "OPTIONS": {"method": "OPTIONS"},
    "MESSAGE": {"method": "MESSAGE"},
    "REFER": {"method": "REFER"},
    "CANCEL": {"method": "CANCEL"},
    "BYE": {"method": "BYE"},
    "SUBSCRIBE": {"method": "SUBSCRIBE"},
    "unknown": {"method": "UNKNOWN"},
    "malformed": {"method": "OPTIONS", "cseq": "x"},
    "required": {"method": "OPTIONS", "extra": "Require:a,b,c,d,e,f\r\n"},
    "scheme": {"method": "OPTIONS", "uri": "http://b"},
    "many contacts": {"method": "REGISTER", "extra": "m:" + ",".join(["<sip:a>"] * 9) + "\r\n"},
}


@pytest.mark.parametrize("name", REQUESTS)
async def test_a_stranger_gets_one_answer_that_is_not_much_larger(
    switch: EmbeddedSwitch, victim: socket.socket, name: str
) -> None:
    request = small(port=victim.getsockname()[1], **REQUESTS[name])
    victim.sendto(request, switch.address())
    answer = await asyncio.get_running_loop().sock_recv(victim, 65_536)
    assert len(answer) <= MOST * len(request)
    # Nothing is left of it that could be sent again, nor that takes up room.
    assert not switch.endpoint._servers


async def test_who_asks_again_is_answered_again(switch: EmbeddedSwitch, victim: socket.socket) -> None:
    request = small("INVITE", victim.getsockname()[1])
    for _ in range(3):
        victim.sendto(request, switch.address())
        answer = parse(await asyncio.get_running_loop().sock_recv(victim, 65_536))
        assert "401" in repr(answer)


async def test_who_is_there_is_told_until_he_has_heard(switch: EmbeddedSwitch) -> None:
    async with a_wire(switch) as phone:
        request = phone.register()
        request.method, request.uri = "INVITE", "sip:7777@offhook"
        request.headers.set("CSeq", "1 INVITE")
        signed = await phone.sign(request)
        assert (await phone.ask(signed)).status == 404
        assert len(switch.endpoint._servers) == 1
        await one_more(phone)


async def one_more(phone: Wire) -> None:
    assert (await phone.answers.get()).status == 404
