"""What becomes of a command that phones have to carry out."""

from __future__ import annotations

import asyncio
from typing import Any

from offhook.call import Command
from offhook.switch.base import COMMAND_S, failed, not_now


class Outcome:
    """Settled once, by the call; whoever gave the command waits for it. The first word counts."""

    def __init__(self, command: Command[Any]) -> None:
        self._command = command
        self._done: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    @property
    def over(self) -> bool:
        """Has it been settled, or does nobody wait for it any more?"""
        return self._done.done()

    def succeed(self) -> None:
        """It is done."""
        if not self._done.done():
            self._done.set_result(None)

    def fail(self, why: str) -> None:
        """A phone has refused, and everything is as before."""
        self._refuse(failed(self._command, why))

    def too_late(self, why: str) -> None:
        """Meanwhile the call is not in a state any more in which this can be done."""
        self._refuse(not_now(self._command, why))

    async def wait(self, silent: str) -> None:
        """Raises `CallError` if it has failed, or for `silent` if it takes too long."""
        try:
            async with asyncio.timeout(COMMAND_S):
                await asyncio.shield(self._done)
        except TimeoutError:
            self.fail(silent)
            await self._done

    def _refuse(self, error: Exception) -> None:
        if not self._done.done():
            self._done.set_exception(error)
            self._done.exception()  # nobody may be waiting any more
