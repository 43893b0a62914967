"""Work that is done again and again while something runs, and once more at its end."""

import asyncio
from collections.abc import Awaitable, Callable


class Repeating:
    """`work` each `every_s` seconds from `start` on; it deals with its own errors."""

    def __init__(self, work: Callable[[], Awaitable[None]], every_s: float) -> None:
        self._work, self._every_s = work, every_s
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin; `work` is done for the first time after `every_s` seconds."""
        self._task = asyncio.get_running_loop().create_task(self._run())

    async def stop(self) -> None:
        """Do the work a last time, unless it was never started."""
        if self._task is not None:
            await self.cancel()
            await self._work()

    async def cancel(self) -> None:
        """End without doing the work again."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _run(self) -> None:
        while True:
            await asyncio.sleep(self._every_s)
            await self._work()
