"""Work that goes on beside: its errors are logged, and all of it is cancelled at the end."""

import asyncio
import logging
from collections.abc import Coroutine
from typing import Any

from offhook.errors import CallError

logger = logging.getLogger(__name__)


class Tasks:
    """Keeps what runs."""

    def __init__(self) -> None:
        self._running: set[asyncio.Task[None]] = set()

    def run(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """Begin it."""
        task = asyncio.create_task(_logged(work))
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        return task

    async def cancel(self) -> None:
        """End all of it."""
        running = list(self._running)
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)


async def _logged(work: Coroutine[Any, Any, None]) -> None:
    try:
        await work
    except CallError as error:
        logger.info("%s", error)
    except Exception:
        logger.exception("the cluster has an error")
