"""The UDP socket of the SIP shell."""

import asyncio
import errno
import socket
import sys

import pytest

from offhook.sip import datagrams as module
from offhook.sip.datagrams import Datagrams, bound
from tests.waiting import until


async def test_a_burst_is_heard_whole_and_in_its_order() -> None:
    heard: list[bytes] = []
    loop, sock = asyncio.get_running_loop(), bound(("127.0.0.1", 0))
    errors: list[Exception] = []
    datagrams = Datagrams(lambda data, _sender: heard.append(data), errors.append, sock, loop.time)
    await datagrams.open()
    sent = [b"%d" % number for number in range(100)]
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        for data in sent:
            sender.sendto(data, sock.getsockname())
        await until(lambda: len(heard) == len(sent), "all are heard")
    datagrams.close()
    assert heard == sent
    assert errors == []


async def test_others_have_their_turn_within_a_burst() -> None:
    heard: list[int] = []
    turns = 0
    sock = bound(("127.0.0.1", 0))
    datagrams = Datagrams(lambda _data, _sender: heard.append(turns), lambda _error: None, sock, lambda: 0.0)
    await datagrams.open()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        for _ in range(40):
            sender.sendto(b"x", sock.getsockname())
    while len(heard) < 40:
        await asyncio.sleep(0)
        turns += 1
    datagrams.close()
    assert max(heard.count(turn) for turn in heard) == 4


async def test_where_others_take_long_as_long_is_read_but_no_longer_than_its_share() -> None:
    now = 100.0
    heard: list[int] = []
    turns = 0

    def hear(_data: bytes, _sender: tuple[str, int]) -> None:
        nonlocal now
        now += 0.0004  # what a message takes
        heard.append(turns)

    sock = bound(("127.0.0.1", 0))
    datagrams = Datagrams(hear, lambda _error: None, sock, lambda: now)
    await datagrams.open()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        for _ in range(40):
            sender.sendto(b"x", sock.getsockname())
    for others in (1.0, 0.0038, 0.015):  # seconds that the rest of the turn takes
        now += others
        while not heard or heard[-1] < turns:  # noqa: ASYNC110
            await asyncio.sleep(0)
        turns += 1
    datagrams.close()
    assert [heard.count(turn) for turn in range(3)] == [1, 10, 13]


class _Full(socket.socket):
    """A socket whose queue is full until it is told otherwise."""

    full = True

    def sendto(self, data: bytes, address: tuple[str, int]) -> int:  # type: ignore[override]
        if self.full:
            raise BlockingIOError(errno.EAGAIN, "the queue is full")
        return super().sendto(data, address)


async def test_what_the_system_does_not_take_at_once_leaves_later_in_its_order() -> None:
    plain, heard = bound(("127.0.0.1", 0)), list[bytes]()
    sender = _Full(plain.family, plain.type, plain.proto, plain.detach())
    receiver = bound(("127.0.0.1", 0))
    clock, errors = asyncio.get_running_loop().time, list[Exception]()
    ours = Datagrams(lambda _data, _sender: None, errors.append, sender, clock)
    theirs = Datagrams(lambda data, _sender: heard.append(data), errors.append, receiver, clock)
    await ours.open()
    await theirs.open()
    assert ours.send(b"one", receiver.getsockname())
    sender.full = False
    assert ours.send(b"two", receiver.getsockname())
    await until(lambda: len(heard) == 2, "both are heard")
    assert ours.send(b"three", receiver.getsockname())
    await until(lambda: len(heard) == 3, "the third is heard")
    assert (heard, errors) == ([b"one", b"two", b"three"], [])
    ours.close()
    theirs.close()


@pytest.mark.skipif(sys.platform == "win32", reason="there it is always so")
async def test_where_sockets_do_not_say_that_they_can_be_read_the_loop_reads(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "BY_READINESS", False)
    heard, errors = list[bytes](), list[Exception]()
    sock = bound(("127.0.0.1", 0))
    datagrams = Datagrams(lambda data, _sender: heard.append(data), errors.append, sock, lambda: 0.0)
    await datagrams.open()
    assert datagrams.send(b"to myself", sock.getsockname())
    await until(lambda: heard == [b"to myself"], "it is heard")
    assert not datagrams.send(b"x" * 70_000, sock.getsockname())
    assert len(errors) == 1
    datagrams.close()
