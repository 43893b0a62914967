"""A TCP or TLS connection for SIP: framing, limits, keep-alive."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable, Hashable
from typing import Protocol

from offhook.common.aborting import abort
from offhook.sip.message import MAX_MESSAGE
from offhook.sip.stream import StreamParser
from offhook.sip.transaction import Flow

MAX_UNSENT = 1 << 20
"""Unsent bytes for a peer that does not read; above it the connection is closed. Some 1,000 messages."""

STRANGER_UNSENT = 1 << 16
"""The same for unauthenticated peers: a host can have 400 connections, all hosts 10,000, and keep-alives
alone cause data that they need not read."""

FIRST_MESSAGE_S = 15.0
"""A connection without a complete message after this time is closed."""

HALF_MESSAGE_S = 15.0
"""How long a message may take from its first to its last byte."""

IDLE_S = 2 * 3600.0
"""A connection without traffic for this long is closed; registrations are refreshed more often."""

STRANGER_IDLE_S = 60.0
"""The same for unauthenticated peers: a monitor may send OPTIONS once a minute."""

PROBE_AFTER_S, PROBE_EVERY_S, PROBES = 60, 15, 4
"""TCP keep-alive: after this silence, at this interval, this often. So a phone without power is out of
service after two minutes, not after the two hours of the system's default."""

UNACKNOWLEDGED_S = PROBE_AFTER_S + PROBE_EVERY_S * PROBES
"""TCP user timeout: a peer that has not acknowledged data for this long is gone. Linux limits the keep-alive
probes by this time as well: if it were shorter, one lost probe would end the connection."""

READ_AT_ONCE = 1 << 16
"""Bytes of one read: the memory that a flood of garbage takes up for a moment."""

MAX_EARLY = 1 << 16
"""Bytes that can arrive before the connection is reported: they may directly follow a TLS handshake."""

MESSAGES_A_TURN = 4
"""Messages of one connection that are handled in a turn of the event loop: half a millisecond."""

STRANGER_MESSAGES_A_S = 3.0
STRANGER_BURST = 10.0
"""Messages of an unauthenticated peer in a burst: it needs two to authenticate, and a monitor one a minute.
So all such connections of one host take at most a fifth of a processor."""

STRANGER_MESSAGE = 16_384
"""Bytes of a message of an unauthenticated peer, which may never be completed: a
REGISTER has one KiB, an INVITE four."""


class Guest(Hashable, Protocol):
    """Something that takes up a place in the `Crowd` and can be closed."""

    def abort(self) -> None:
        """Close at once."""
        ...


class Connection(asyncio.Protocol):
    """Bytes in, complete messages to `on_message`; `on_lost` is called once, at the end.

    `on_error` is called with what is wrong with the peer, before the connection is closed.
    """

    def __init__(
        self,
        on_open: Callable[[Connection], Flow | None],
        on_message: Callable[[Connection, bytes], None],
        on_error: Callable[[Connection, str], None],
        on_lost: Callable[[Connection], None],
        clock: Callable[[], float],
    ) -> None:
        self._on_open, self._on_message, self._on_lost, self._clock = on_open, on_message, on_lost, clock
        self._on_error = on_error
        self._parser = StreamParser(STRANGER_MESSAGE)
        self._transport: asyncio.Transport | None = None
        self.flow: Flow | None = None
        self.aliases: set[Flow] = set()
        self.deadline = clock() + FIRST_MESSAGE_S
        self._owes_message = True
        self.known = False
        """Has the peer authenticated, or did we open the connection?"""
        self.below: Guest | None = None
        """For TLS the underlying TCP connection."""
        self._early = b""
        self._said, self._said_at = 0.0, clock()
        self._rest: asyncio.TimerHandle | None = None
        self.closed = asyncio.Event()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        if hasattr(transport, "max_size"):  # of asyncio's selector loop: 256 KiB, whoever sends so much
            transport.max_size = READ_AT_ONCE
        sock = transport.get_extra_info("socket")
        if sock is not None:
            _notice_absence(sock)
        self.flow = self._on_open(self)
        if self.flow is None:
            abort(transport)
        elif self._early:
            early, self._early = self._early, b""
            self.data_received(early)

    def data_received(self, data: bytes) -> None:
        if self.flow is None:
            if self._transport is None:
                self._early = (self._early + data)[:MAX_EARLY]
            return
        had_part = self._parser.pending > 0
        self._parser.add(data)
        if self._rest is None:
            self._take_some(had_part)
        if not self.known and self._parser.pending > STRANGER_MESSAGE:
            self._cut("sends more than it is answered")

    def _take_some(self, had_part: bool) -> None:
        """Handle some of the messages, then give other connections their turn."""
        transport, self._rest = self._transport, None
        if transport is None or transport.is_closing():
            return
        taken = 0
        while (wait := self._pause(taken)) is None and (message := self._parser.take()) is not None:
            taken += 1
            self._said += 1
            self._on_message(self, message)
            if transport.is_closing():
                return
        if self._parser.error is not None:
            self._cut(self._parser.error.reason)
            return
        if self._parser.pings:
            pings, self._parser.pings = self._parser.pings, 0
            self.send(b"\r\n" * pings)
        self._set_deadline(taken > 0, had_part)
        if wait is not None and self._parser.pending:
            transport.pause_reading()
            self._rest = asyncio.get_running_loop().call_later(wait, self._take_some, True)
        else:
            transport.resume_reading()

    def _pause(self, taken: int) -> float | None:
        """How long to wait before the next message, after this many; None: do not wait."""
        if taken >= MESSAGES_A_TURN:
            return 0.0
        if self.known:
            return None
        now = self._clock()
        self._said = max(0.0, self._said - (now - self._said_at) * STRANGER_MESSAGES_A_S)
        self._said_at = now
        return None if self._said + 1 <= STRANGER_BURST else 1 / STRANGER_MESSAGES_A_S

    def _cut(self, reason: str) -> None:
        self._on_error(self, reason)
        self.abort()

    def _set_deadline(self, got_message: bool, had_part: bool) -> None:
        now = self._clock()
        if got_message:
            self._owes_message = False
        if self._owes_message:
            return
        if not self._parser.pending:
            self.deadline = now + self._idle_s
        elif got_message or not had_part:
            self.deadline = now + HALF_MESSAGE_S

    @property
    def guest(self) -> Guest:
        """What the `Crowd` counts."""
        return self.below or self

    @property
    def _idle_s(self) -> float:
        return IDLE_S if self.known else STRANGER_IDLE_S

    def established(self) -> None:
        """The peer has authenticated, or we opened the connection: the
        limits of strangers no longer apply."""
        self._owes_message, self.known = False, True
        self._parser.limit = MAX_MESSAGE
        self.deadline = self._clock() + IDLE_S
        if self._rest is not None:
            self._rest.cancel()
            self._rest = asyncio.get_running_loop().call_later(0, self._take_some, True)

    def eof_received(self) -> None:
        return None

    def connection_lost(self, error: Exception | None) -> None:
        self.closed.set()
        if self._rest is not None:
            self._rest.cancel()
        if self.flow is not None:
            self._on_lost(self)

    def send(self, data: bytes) -> bool:
        """Send; False if the connection is gone, or was closed because the peer does not read."""
        transport = self._transport
        if transport is None or transport.is_closing():
            return False
        transport.write(data)
        if transport.get_write_buffer_size() > (MAX_UNSENT if self.known else STRANGER_UNSENT):
            self._on_error(self, "does not read its messages")
            abort(transport)
            return False
        return True

    def close(self) -> None:
        """Close after all data has been sent."""
        if self._transport is not None:
            self._transport.close()

    def abort(self) -> None:
        """Close at once."""
        if self._transport is not None:
            abort(self._transport)

    def peer_and_local(self) -> tuple[tuple[str, int], tuple[str, int]]:
        """The addresses of both ends."""
        assert self._transport is not None
        peer = self._transport.get_extra_info("peername") or ("", 0)
        local = self._transport.get_extra_info("sockname") or ("", 0)
        return (peer[0], peer[1]), (local[0], local[1])


def _notice_absence(sock: socket.socket) -> None:
    """Turn on TCP keep-alive, to detect peers that have vanished. Not every system supports all options."""
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    wanted = {
        "TCP_KEEPIDLE": PROBE_AFTER_S,
        "TCP_KEEPINTVL": PROBE_EVERY_S,
        "TCP_KEEPCNT": PROBES,
        "TCP_USER_TIMEOUT": UNACKNOWLEDGED_S * 1000,
    }
    for name, value in wanted.items():
        option = getattr(socket, name, None)
        if option is not None:
            sock.setsockopt(socket.IPPROTO_TCP, option, value)
