"""Sessions take turns at having their bytes read, for one time slice in each round of the event loop."""

import asyncio
import logging
from collections import deque
from typing import Final, Protocol

logger = logging.getLogger(__name__)

SLICE_S: Final = 0.001
"""How long bytes of sessions may be looked at before the loop goes round, however many sessions send them."""

STRANGERS_S: Final = SLICE_S / 2
"""The same for those that have not logged in, after the others had their turn."""

ROUND_S: Final = 0.005
"""After so long the loop has gone round in any case, and the slice begins anew."""


class Reader(Protocol):
    """A session that has received bytes and not read them yet."""

    @property
    def stranger(self) -> bool:
        """Has it yet to log in?"""
        ...

    def read_on(self) -> None:
        """Read some of them, and call `Readers.wait` again if there are more."""
        ...

    def abort(self) -> None:
        """End at once."""
        ...


class Readers:
    """One for all sessions of a server. Without a load a session's bytes are read as soon as they arrive."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._known: deque[Reader] = deque()
        self._strangers: deque[Reader] = deque()
        self._since, self._spent = 0.0, 0.0
        self._going_on = False

    def at_once(self, reader: Reader) -> bool:
        """Bytes have arrived: read them now. False if other sessions come first."""
        begun = self._loop.time()
        if begun - self._since > ROUND_S:
            self._since, self._spent = begun, 0.0
        if self._known or self._strangers or self._spent > SLICE_S:
            return False
        reader.read_on()
        self._spent += self._loop.time() - begun
        return True

    def wait(self, reader: Reader) -> None:
        """Have the session read on after the others have had their turn."""
        (self._strangers if reader.stranger else self._known).append(reader)
        if not self._going_on:
            self._going_on = True
            self._loop.call_soon(self._next)

    def _next(self) -> None:
        self._since = begun = self._loop.time()
        for waiting, share in ((self._known, SLICE_S), (self._strangers, STRANGERS_S)):
            limit = self._loop.time() + share
            while waiting:
                _read(waiting.popleft())
                if self._loop.time() > limit:
                    break
        self._spent = self._loop.time() - begun
        self._going_on = bool(self._known or self._strangers)
        if self._going_on:
            self._loop.call_soon(self._next)


def _read(reader: Reader) -> None:
    """An exception in one session ends that session; the next ones have their turn all the same."""
    try:
        reader.read_on()
    except Exception:
        logger.exception("a session failed; ending it")
        reader.abort()
