"""A client's WebSocket at the server, read in slices and no faster than its owner may go on.

websockets reads whatever comes and answers pings by itself, however many there are: 200,000 empty frames a
second take a whole core. Here the bytes go to it in parts, with a pause for everybody else between them, and
what is above the rate stays unread: TCP slows the sender down.
"""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from websockets.asyncio.server import ServerConnection
from websockets.protocol import State

from offhook.common.ratelimit import RateLimit
from offhook.common.tracebacks import forget_frames

PART = 128
"""Bytes that are looked at in one go: at most 21 frames, a millisecond when each has to be answered."""

SLICE_S = 0.001
"""How long one connection's frames may take before the loop goes round."""

FRAMES_A_KIB = 1.0
"""What a KiB costs beside its frames, in frames: copying it and reading it as JSON."""

JOINED_BYTES = 1 << 16
"""So much is written together at most: what waits longer counts as unread by the client."""


def _nothing() -> None:
    """A queue of messages has nobody to pause any more."""


class Wire(ServerConnection):
    """Counts frames and bytes at its `limits`; none, and it is as fast as it can be."""

    def __init__(self, *arguments: Any, **more: Any) -> None:
        super().__init__(*arguments, **more)
        self.limits: Sequence[RateLimit] = ()
        self._unread = bytearray()
        self._frames = 0
        self._full = False
        self._later: asyncio.Handle | None = None
        self._joined: list[bytes] = []
        self._joined_bytes = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """The queue of whole messages, which pauses the transport when it is full, pauses us instead."""
        super().connection_made(transport)
        self.recv_messages.pause = self._on_full
        self.recv_messages.resume = self._on_room

    def connection_lost(self, exc: Exception | None) -> None:
        """What is unread is dropped."""
        self._unread.clear()
        if self._later is not None:
            self._later.cancel()
        super().connection_lost(exc)
        # What is over is freed now, not when the garbage collector comes.
        self.recv_messages.pause = self.recv_messages.resume = _nothing
        self.protocol.parser.close()
        forget_frames(self.protocol.handshake_exc)
        forget_frames(self.protocol.parser_exc)

    def data_received(self, data: bytes) -> None:
        """Bytes from the client; at most a part of them is read now."""
        self._unread += data
        if self._later is None:
            self._read()

    def eof_received(self) -> None:
        """The client has left: what is unread is dropped, since nobody waits for answers to it."""
        self._unread.clear()
        super().eof_received()

    def write(self, frame: bytes) -> None:
        """Write a frame at once; nothing follows the frame that closes the session (§5.5.1).

        websockets' `broadcast` would frame the message anew for each client.
        """
        if self._joined:
            self._write_joined()
        if self.protocol.state is State.OPEN and not self.transport.is_closing():
            self.transport.write(frame)

    def write_joined(self, frame: bytes) -> None:
        """Write a frame in one piece with what else is written so until the event loop has gone round: a call
        of the system for each takes longer than all else that is done for an event."""
        if self.protocol.state is not State.OPEN:
            return
        if not self._joined:
            self.loop.call_soon(self._write_joined)
        self._joined.append(frame)
        self._joined_bytes += len(frame)
        if self._joined_bytes > JOINED_BYTES:
            self._write_joined()

    def _write_joined(self) -> None:
        if self._joined:
            data = b"".join(self._joined)
            self._joined.clear()
            self._joined_bytes = 0
            if not self.transport.is_closing():
                self.transport.write(data)

    def send_data(self) -> None:
        """Frames that are to be written together go in one piece; nothing goes to who has left.

        websockets writes each by itself: a call of the system for each pong, and a line of asyncio's log for
        each that the client did not wait for. An empty piece stands for the end (`Protocol.data_to_send`).
        """
        self._write_joined()
        pieces = self.protocol.data_to_send()
        if self.transport.is_closing():
            return
        if data := b"".join(pieces):
            self.transport.write(data)
        if b"" not in pieces:
            return
        if self.transport.can_write_eof():
            with suppress(OSError, RuntimeError):
                self.transport.write_eof()
        else:
            self.transport.close()

    def process_event(self, event: Any) -> None:
        """A frame: data, ping or pong."""
        self._frames += 1
        super().process_event(event)

    def pause_writing(self) -> None:
        """The client does not read its answers: do not read from it, either."""
        super().pause_writing()
        self._flow()

    def resume_writing(self) -> None:
        """The client has read most of its answers: go on reading."""
        super().resume_writing()
        self._go_on()

    def _on_full(self) -> None:
        self._full = True

    def _on_room(self) -> None:
        self._full = False
        self._go_on()

    def _go_on(self) -> None:
        if self._later is None:
            self._later = self.loop.call_soon(self._read)

    def _read(self) -> None:
        self._later = None
        begun = now = self.loop.time()
        while self._unread and not (self._full or self.paused or self.transport.is_closing()):
            wait = max((limit.wait(now) for limit in self.limits), default=0.0)
            if wait:
                self._later = self.loop.call_later(wait, self._read)
                break
            if now - begun > SLICE_S:
                self._go_on()
                break
            self._take_part()
            now = self.loop.time()
        self._flow()

    def _take_part(self) -> None:
        part = bytes(self._unread[:PART])
        del self._unread[:PART]
        self._frames = 0
        super().data_received(part)
        cost = self._frames + FRAMES_A_KIB * len(part) / 1024
        now = self.loop.time()
        for limit in self.limits:
            limit.spend(cost, now)

    def _flow(self) -> None:
        if self.transport.is_closing():
            return
        if self._unread or self._full or self.paused:
            self.transport.pause_reading()
        else:
            self.transport.resume_reading()
