"""The UDP socket of the SIP shell: one datagram a turn of the event loop, more while it falls behind."""

from __future__ import annotations

import asyncio
import socket
import sys
from collections import deque
from collections.abc import Callable
from typing import Any

from offhook.common.eventloop import READ_AT_ONCE
from offhook.sip.datagramprotocol import DatagramProtocol

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


MAX_UNSENT = 1000
"""Datagrams that wait because the system takes no more at the moment; further ones are lost."""

Remote = tuple[Any, ...]
"""An IP address and a port, and with IPv6 two numbers more. Said to be a pair it would be taken apart and put
together again each time in what is compiled."""

BY_READINESS: bool = sys.platform != "win32"
"""Does the event loop say when a socket can be read? That of Windows has a read under way at all times."""


class Datagrams:
    """A socket of `bound`. `on_datagram` gets each with its sender; `on_error` what the system reports.

    It is read and written here, not by a transport of the loop: each message is saved the way through one.
    """

    def __init__(
        self,
        on_datagram: Callable[[bytes, Remote], None],
        on_error: Callable[[Exception], None],
        sock: socket.socket,
        clock: Callable[[], float],
    ) -> None:
        self._on_datagram, self._on_error, self._clock = on_datagram, on_error, clock
        self._sock = sock
        self._transport: asyncio.DatagramTransport | None = None
        self._unsent: deque[tuple[bytes, Remote]] = deque()
        self._last = 0.0
        self._failed = self._closed = False

    async def open(self) -> None:
        """Read from now on, by the running loop."""
        self._loop = asyncio.get_running_loop()
        if BY_READINESS:
            self._loop.add_reader(self._sock, self._read)
        else:
            self._transport, _ = await self._loop.create_datagram_endpoint(
                lambda: DatagramProtocol(self._on_datagram, self._refused), sock=self._sock
            )

    def send(self, data: bytes, remote: Remote) -> bool:
        """Send to this IP address; False if the system refuses that."""
        self._failed = False
        if self._transport is not None:
            self._transport.sendto(data, remote)
        elif self._unsent:
            self._send_later(data, remote)
        else:
            try:
                self._sock.sendto(data, remote)
            except (BlockingIOError, InterruptedError):
                self._loop.add_writer(self._sock, self._send_unsent)
                self._send_later(data, remote)
            except OSError as error:
                self._refused(error)
        return not self._failed

    def close(self) -> None:
        """Close the socket; what is unsent is lost."""
        if self._closed:
            return
        self._closed = True
        if self._transport is not None:
            self._transport.close()
        else:
            self._loop.remove_reader(self._sock)
            self._loop.remove_writer(self._sock)
            self._sock.close()

    def _refused(self, error: Exception) -> None:
        self._failed = True
        self._on_error(error)

    def _send_later(self, data: bytes, remote: Remote) -> None:
        if len(self._unsent) < MAX_UNSENT:
            self._unsent.append((data, remote))

    def _send_unsent(self) -> None:
        while self._unsent:
            try:
                self._sock.sendto(*self._unsent[0])
            except (BlockingIOError, InterruptedError):
                return
            except OSError as error:
                self._on_error(error)
            self._unsent.popleft()
        self._loop.remove_writer(self._sock)

    def _read(self) -> None:
        begun = self._clock()
        others = begun - self._last
        until = begun + min(others, SHARE_S)
        read = 0
        while not self._closed:
            try:
                data, sender = self._sock.recvfrom(READ_AT_ONCE)
            except (BlockingIOError, InterruptedError):
                break
            except OSError as error:
                self._on_error(error)
                break
            self._on_datagram(data, sender)
            read += 1
            if others >= BEHIND_S or (read > MORE_A_TURN and self._clock() >= until):
                break
        self._last = self._clock()


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
