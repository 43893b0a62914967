"""One TCP or TLS connection of the SIP shell: framing, limits, keep-alive."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable, Hashable
from typing import Protocol

from offhook.sip.message import MAX_MESSAGE
from offhook.sip.stream import StreamParser
from offhook.sip.transaction import Flow

MAX_UNSENT = 1 << 20
"""Bytes that wait for a peer that does not read; above it the connection is cut. Some 1,000 messages."""

STRANGER_UNSENT = 1 << 16
"""The same for a peer that has shown no password: a host may have 400 of them, all hosts 10,000, and what
they do not read they may have caused by keep-alives alone."""

FIRST_MESSAGE_S = 15.0
"""A connection that has brought no whole message by then is closed."""

HALF_MESSAGE_S = 15.0
"""How long a message may take from its first to its last byte."""

IDLE_S = 2 * 3600.0
"""A connection without any traffic for so long is closed; registrations are renewed more often."""

STRANGER_IDLE_S = 60.0
"""The same, where the peer has never shown a password: a monitor that asks for OPTIONS once a minute."""

PROBE_AFTER_S, PROBE_EVERY_S, PROBES = 60, 15, 4
"""TCP itself asks a peer that has been silent for so long whether it is there, and how often: a phone without
power is out of service after two minutes, not after the two hours that systems take by themselves."""

UNACKNOWLEDGED_S = PROBE_AFTER_S + PROBE_EVERY_S * PROBES
"""A peer that has not acknowledged for so long what was sent to it is gone, too. Linux counts the probes by
this time alone: were it shorter, one that is lost would end the connection."""

READ_AT_ONCE = 1 << 16
"""Bytes that are taken from the system in one go: what a flood of garbage takes up for a moment."""

MAX_EARLY = 1 << 16
"""Bytes of a peer that come before we are told of its connection: they follow a TLS handshake at once."""

MESSAGES_A_TURN = 4
"""Messages of one connection that are handled before others have their turn: half a millisecond."""

STRANGER_MESSAGES_A_S = 3.0
STRANGER_BURST = 10.0
"""Messages of a peer that has shown no password: it needs two to do so, and a monitor one a minute. So all
that one host may have of such connections cost a fifth of a processor."""

STRANGER_MESSAGE = 16_384
"""Bytes of such a peer's message, which may never come to its end: a REGISTER is one KiB, an INVITE four."""


class Guest(Hashable, Protocol):
    """What takes up room, and can be sent away."""

    def abort(self) -> None:
        """Close at once."""
        ...


class Connection(asyncio.Protocol):
    """Bytes in, whole messages to `on_message`; `on_lost` is called once, when it is over.

    `on_error` hears what is wrong with the peer, before it is cut.
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
        """Has the peer shown who it is, or did we call it?"""
        self.guest: Guest = self
        """By what it is counted: a TLS connection by the TCP connection that it was at first."""
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
            transport.abort()
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
        """Some of the messages that there are: other connections have their turn before the rest."""
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
        """How long to wait before the next message, after so many; None: not at all."""
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
    def _idle_s(self) -> float:
        return IDLE_S if self.known else STRANGER_IDLE_S

    def established(self) -> None:
        """The peer is known, or we opened it ourselves: it owes no first message, and may be idle."""
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
        """Write; False when the connection is gone, or was cut because the peer does not read."""
        transport = self._transport
        if transport is None or transport.is_closing():
            return False
        transport.write(data)
        if transport.get_write_buffer_size() > (MAX_UNSENT if self.known else STRANGER_UNSENT):
            self._on_error(self, "does not read its messages")
            transport.abort()
            return False
        return True

    def close(self) -> None:
        """Close after what is written has gone out."""
        if self._transport is not None:
            self._transport.close()

    def abort(self) -> None:
        """Close at once."""
        if self._transport is not None:
            self._transport.abort()

    def peer_and_local(self) -> tuple[tuple[str, int], tuple[str, int]]:
        """The addresses of both ends."""
        assert self._transport is not None
        peer = self._transport.get_extra_info("peername") or ("", 0)
        local = self._transport.get_extra_info("sockname") or ("", 0)
        return (peer[0], peer[1]), (local[0], local[1])


def _notice_absence(sock: socket.socket) -> None:
    """Have the system find out that a peer has gone without a word. Not every system can be told how."""
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
