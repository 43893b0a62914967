"""The UDP socket of the SIP shell."""

import asyncio
import socket

from offhook.sip.datagrams import Datagrams, bound
from tests.waiting import until


async def test_a_burst_is_heard_whole_and_in_its_order() -> None:
    heard: list[bytes] = []
    loop, sock = asyncio.get_running_loop(), bound(("127.0.0.1", 0))
    errors: list[Exception] = []
    transport, _ = await loop.create_datagram_endpoint(
        lambda: Datagrams(lambda data, _sender: heard.append(data), errors.append, sock, loop.time), sock=sock
    )
    sent = [b"%d" % number for number in range(100)]
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        for data in sent:
            sender.sendto(data, transport.get_extra_info("sockname"))
        await until(lambda: len(heard) == len(sent), "all are heard")
    transport.close()
    assert heard == sent
    assert errors == []


async def test_others_have_their_turn_within_a_burst() -> None:
    heard: list[int] = []
    turns = 0
    loop, sock = asyncio.get_running_loop(), bound(("127.0.0.1", 0))
    transport, _ = await loop.create_datagram_endpoint(
        lambda: Datagrams(lambda _data, _sender: heard.append(turns), lambda _error: None, sock, lambda: 0.0),
        sock=sock,
    )
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        for _ in range(40):
            sender.sendto(b"x", transport.get_extra_info("sockname"))
    while len(heard) < 40:
        await asyncio.sleep(0)
        turns += 1
    transport.close()
    assert max(heard.count(turn) for turn in heard) == 4
