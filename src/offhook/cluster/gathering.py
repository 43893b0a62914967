"""A connection that is read in intervals: what has come in one is read at once.

Being woken up for a message and reading it takes more time than what is done with it. What waits is with the
operating system, and lost with nobody's death but our own.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Iterator
from typing import Any

logger = logging.getLogger(__name__)

GATHER_S = 0.05
"""So long after a piece has been read nothing more is: too short to be seen by people, and at 50 calls a
second enough for 20 messages."""


def gather(client: Any) -> Gathering | None:
    """Have a connected client of nats-py read in intervals. None, and each piece is read as it comes, where
    the library is of a version that does it otherwise than all that are known."""
    # The library has no setting for how it reads: its transport is what it asks for each piece.
    transport = getattr(client, "_transport", None)
    if not isinstance(getattr(transport, "_io_writer", None), asyncio.StreamWriter):
        logger.warning(
            "this version of nats-py reads otherwise than is known here: what other nodes tell takes more"
            " processor time than it need"
        )
        return None
    client._transport = found = Gathering(transport)
    return found


class Gathering:
    """Stands for `transport`, a connected one of nats-py, at its client. What comes after a pause is read at
    once, and what follows together."""

    def __init__(self, transport: Any) -> None:
        self._transport = transport
        self._more, self._hurried = True, 0
        self._waits: asyncio.Future[None] | None = None

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)

    def __bool__(self) -> bool:
        return bool(self._transport)

    @property
    def pauses(self) -> bool:
        """Is nothing read just now?"""
        return self._waits is not None and not self._waits.done()

    async def read(self, size: int) -> bytes:
        """As the transport's own. A piece as large as was asked for has others behind it."""
        if not self._more and not self._hurried:
            await self._pause()
        data: bytes = await self._transport.read(size)
        self._more = len(data) == size
        return data

    async def _pause(self) -> None:
        loop = asyncio.get_running_loop()
        connection: asyncio.Transport = self._transport._io_writer.transport
        connection.pause_reading()
        self._waits = loop.create_future()
        timer = loop.call_later(GATHER_S, self.hurry)
        try:
            await self._waits
        finally:
            timer.cancel()
            connection.resume_reading()

    def hurry(self) -> None:
        """Read now what has come."""
        if self._waits is not None and not self._waits.done():
            self._waits.set_result(None)

    @contextlib.contextmanager
    def hurried(self) -> Iterator[None]:
        """Read all at once meanwhile."""
        self._hurried += 1
        self.hurry()
        try:
            yield
        finally:
            self._hurried -= 1
