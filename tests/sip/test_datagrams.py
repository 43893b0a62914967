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


async def test_where_others_take_long_as_long_is_read_but_no_longer_than_its_share() -> None:
    now = 100.0
    heard: list[int] = []
    turns = 0

    def hear(_data: bytes, _sender: tuple[str, int]) -> None:
        nonlocal now
        now += 0.0004  # what a message takes
        heard.append(turns)

    loop, sock = asyncio.get_running_loop(), bound(("127.0.0.1", 0))
    transport, _ = await loop.create_datagram_endpoint(
        lambda: Datagrams(hear, lambda _error: None, sock, lambda: now), sock=sock
    )
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        for _ in range(40):
            sender.sendto(b"x", transport.get_extra_info("sockname"))
    for others in (1.0, 0.0038, 0.015):  # seconds that the rest of the turn takes
        now += others
        while not heard or heard[-1] < turns:  # noqa: ASYNC110
            await asyncio.sleep(0)
        turns += 1
    transport.close()
    assert [heard.count(turn) for turn in range(3)] == [1, 10, 13]
