"""The UDP socket of the SIP shell: one datagram a turn of the event loop, more while it falls behind."""

from __future__ import annotations

import asyncio
import socket
import sys
from collections.abc import Callable
from typing import Any

from offhook.common.eventloop import READ_AT_ONCE

RECEIVE_BUFFER = 4 << 20
"""Wanted for the socket (the system may give less): a burst of calls must not be lost."""

MORE_A_TURN = 3
"""Datagrams that are read besides: half a millisecond's work, before others have their turn."""

BEHIND_S = 0.02
"""A turn that comes so soon after the last one is one of many: there it pays to look for more at once. Where
messages are rare there is nothing more, and to look is in vain."""

SHARE_S = 0.005
"""Where others take long, as thousands of sessions do, reading goes on for as long as they took, and so long
at most. Four datagrams a turn would be few then: phones would wait for seconds, and say everything again."""


class Datagrams(asyncio.DatagramProtocol):
    """`on_datagram` gets each with its sender; `on_error` what the system reports."""

    def __init__(
        self,
        on_datagram: Callable[[bytes, tuple[str, int]], None],
        on_error: Callable[[Exception], None],
        sock: socket.socket,
        clock: Callable[[], float],
    ) -> None:
        self._on_datagram, self._on_error, self._clock = on_datagram, on_error, clock
        # The proactor of Windows has a read under way at all times; another one beside it would mix them up.
        self._sock = None if sys.platform == "win32" else sock
        self._last = 0.0
        self._closed = False

    def datagram_received(self, data: bytes, addr: tuple[str | Any, int]) -> None:
        begun = self._clock()
        others = begun - self._last
        self._on_datagram(data, addr)
        if others < BEHIND_S and self._sock is not None:
            self._read_more(self._sock, begun + min(others, SHARE_S))
        self._last = self._clock()

    def _read_more(self, sock: socket.socket, until: float) -> None:
        read = 0
        while read < MORE_A_TURN or self._clock() < until:
            if self._closed:
                return
            try:
                data, addr = sock.recvfrom(READ_AT_ONCE)
            except (BlockingIOError, InterruptedError):
                return
            except OSError as error:
                self._on_error(error)
                return
            self._on_datagram(data, addr)
            read += 1

    def error_received(self, exc: Exception) -> None:
        self._on_error(exc)

    def connection_lost(self, exc: Exception | None) -> None:
        self._closed = True


def bound(address: tuple[str, int]) -> socket.socket:
    """A UDP socket at this address, ready for the event loop. Raises `OSError`."""
    family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
    sock = socket.socket(family, socket.SOCK_DGRAM)
    try:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, RECEIVE_BUFFER)
        sock.setblocking(False)
        sock.bind(address)
    except BaseException:
        sock.close()
        raise
    return sock
