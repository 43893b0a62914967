"""Writes to a store what changes while something runs."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress

from offhook.common.repeating import Repeating
from offhook.errors import UnavailableError

logger = logging.getLogger(__name__)


class StoreWriter:
    """`write` each `every_s` seconds from `start` on, and once more at the end.

    Where the store cannot be written, `write` raises `UnavailableError`, and is called again: that is logged
    once, and once that it is over. The log says `what` cannot be kept, and what is so `after_restart`.

    One `write` follows the other: of two in threads the older might be the last to reach the store.
    """

    def __init__(
        self,
        write: Callable[[], Awaitable[None]],
        every_s: float,
        store: object,
        what: str,
        after_restart: str,
    ) -> None:
        self._write, self._store = write, store
        self._what, self._after_restart = what, after_restart
        self._repeating = Repeating(self.write, every_s)
        self._turn = asyncio.Lock()
        self.failing = False
        """Could the last time not be written?"""
        self._left = False

    def start(self) -> None:
        """Begin; the first write is after `every_s` seconds."""
        self._repeating.start()

    async def stop(self) -> None:
        """Write a last time, unless it was never started."""
        await self._repeating.stop()

    async def cancel(self) -> None:
        """End without writing again."""
        await self._repeating.cancel()

    async def leave(self) -> None:
        """The last time, at once: from then on what is written is another process's. That the store refuses
        it is nothing to tell, and nothing is written after it."""
        await self._repeating.cancel()
        self._left = True
        with suppress(UnavailableError):
            async with self._turn:
                await self._write()

    async def write(self) -> None:
        """Now, or as soon as what is just being written is there."""
        async with self._turn:
            if not await self._is_written(self._write):
                return
            if self.failing:
                logger.info("%s: %s can be kept again", self._store, self._what)
            self.failing = False

    async def carry_out(self, write: Callable[[], Awaitable[None]]) -> None:
        """The same with another `write`, which is called once. It may have nothing to write: that it succeeds
        does not say that the store can be written again."""
        async with self._turn:
            await self._is_written(write)

    async def _is_written(self, write: Callable[[], Awaitable[None]]) -> bool:
        if self._left:
            return False
        try:
            await write()
        except UnavailableError as error:
            if not self.failing:
                logger.error(
                    "%s: %s cannot be kept (%s); after a restart %s",
                    *(self._store, self._what, error, self._after_restart),
                )
            self.failing = True
            return False
        return True
