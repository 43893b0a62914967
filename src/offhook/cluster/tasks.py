"""Work that goes on beside: its errors are logged, and all of it is cancelled at the end."""

import asyncio
import logging
from collections.abc import Coroutine, Iterable
from typing import Any

from offhook.errors import CallError

logger = logging.getLogger(__name__)

AGAIN_S = 5.0
"""A task that has been cancelled ends sooner, and whatever it closes with it."""


async def end(tasks: Iterable[asyncio.Task[None]]) -> None:
    """Cancel them, until they have ended.

    nats-py waits by `asyncio.wait_for`, which in Python 3.11 passes over a cancellation that comes together
    with what it waits for: a loop around it would go on for ever, and so would whoever waits for its end.
    """
    running = set(tasks)
    while running:
        for task in running:
            task.cancel()
        ended, running = await asyncio.wait(running, timeout=AGAIN_S)
        for task in ended:
            if not task.cancelled():
                task.exception()  # whoever ends it does not want to hear of it any more


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
        await end(self._running)


async def _logged(work: Coroutine[Any, Any, None]) -> None:
    try:
        await work
    except CallError as error:
        logger.info("%s", error)
    except Exception:
        logger.exception("the cluster has an error")
