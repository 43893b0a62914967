"""asyncio and Qt in one thread: qasync drives asyncio with Qt's event loop."""

import asyncio
import logging
import sys
from collections.abc import Callable, Coroutine, Sequence
from typing import Any

from PySide6.QtWidgets import QApplication
from qasync import QEventLoop

logger = logging.getLogger(__name__)

_tasks: set[asyncio.Task[None]] = set()


def run(work: Callable[[QApplication], Coroutine[Any, Any, int]], arguments: Sequence[str] = ()) -> int:
    """Make the application, run `work` in it to its end, return its exit code."""
    application = QApplication([sys.argv[0], *arguments])
    application.setQuitOnLastWindowClosed(False)
    loop = QEventLoop(application)
    asyncio.set_event_loop(loop)
    with loop:
        code: int = loop.run_until_complete(work(application))
    return code


def spawn(work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
    """Do work in the background, from a Qt slot. What it raises is logged; cancel it by the task."""
    task = asyncio.get_event_loop().create_task(work)
    _tasks.add(task)
    task.add_done_callback(_done)
    return task


def _done(task: asyncio.Task[None]) -> None:
    _tasks.discard(task)
    if not task.cancelled() and (error := task.exception()) is not None:
        logger.error("a task of the window failed", exc_info=error)
