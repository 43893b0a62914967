"""Runs asyncio and Qt in one thread: qasync drives asyncio with Qt's event loop."""

import asyncio
import gc
import logging
import sys
from collections.abc import Callable, Coroutine, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from typing import Any

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QApplication, QDialog
from qasync import QEventLoop

Application = QApplication
"""For who starts it, and needs to know nothing else of Qt."""

logger = logging.getLogger(__name__)

COLLECT_EVERY_MS = 1000

THERE_MS = 30_000
"""By then the window and its contacts are there."""

WORKERS = 10
"""Threads for what blocks: files, the directory, databases."""

_tasks: set[asyncio.Task[None]] = set()


def run(work: Callable[[QApplication], Coroutine[Any, Any, int]], arguments: Sequence[str] = ()) -> int:
    """Create the application, run `work` in it, and return its exit code."""
    application = QApplication([sys.argv[0], *arguments])
    application.setQuitOnLastWindowClosed(False)
    collect_here(application)
    loop = event_loop(application)
    asyncio.set_event_loop(loop)
    with closing(loop):
        return loop.run_until_complete(work(application))


def event_loop(application: QApplication) -> asyncio.AbstractEventLoop:
    """The event loop, whose threads are Python's.

    qasync's own are QThreads made in Python, ten of which start at once. Each tells Qt so from its own
    thread, in which PySide 6.11 makes up the class's description without a lock, and crashes now and then.
    """
    loop: asyncio.AbstractEventLoop = QEventLoop(application)
    loop.set_default_executor(ThreadPoolExecutor(WORKERS, "offhook-work"))
    return loop


def collect_here(parent: QObject) -> None:
    """Run the garbage collector in this thread only.

    Python runs it in whichever thread allocates an object. If another thread destroys a Qt object, its timers
    stay behind, and the next one that fires crashes the program.

    What is there when the program has begun stays, and is not looked at any more: all of it at once took
    longer than two frames, again and again. `parent` ends it.
    """
    gc.disable()
    timer = QTimer(parent)
    timer.timeout.connect(_collect)
    timer.start(COLLECT_EVERY_MS)
    there = QTimer(parent)
    there.setSingleShot(True)
    there.timeout.connect(_freeze)
    there.start(THERE_MS)


def _freeze() -> None:
    gc.freeze()


def _collect() -> None:
    for generation in (2, 1, 0):
        if gc.get_count()[generation] > gc.get_threshold()[generation]:
            gc.collect(generation)
            return


def spawn(work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
    """Start a task from a Qt slot. Its exceptions are logged."""
    task = asyncio.get_event_loop().create_task(work)
    _tasks.add(task)
    task.add_done_callback(_done)
    return task


def _done(task: asyncio.Task[None]) -> None:
    _tasks.discard(task)
    if not task.cancelled() and (error := task.exception()) is not None:
        logger.error("a task of the window failed", exc_info=error)


async def finished(dialog: QDialog) -> int:
    """Show a dialog without blocking the event loop; its result."""
    future: asyncio.Future[int] = asyncio.get_running_loop().create_future()

    def on_finished(result: int) -> None:
        if not future.done():
            future.set_result(result)

    dialog.finished.connect(on_finished)
    dialog.open()
    try:
        return await future
    finally:
        dialog.close()
        dialog.deleteLater()
