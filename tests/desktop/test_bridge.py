"""asyncio on Qt's event loop."""

import asyncio
import gc
import threading
import weakref

import pytest
from PySide6.QtCore import QObject

from offhook.desktop import bridge
from tests.waiting import until


class Circle:
    """Garbage that only the collector finds."""

    def __init__(self) -> None:
        self.itself = self


async def test_what_blocks_runs_in_threads_of_python_and_not_in_qthreads() -> None:
    name = await asyncio.get_running_loop().run_in_executor(None, lambda: threading.current_thread().name)
    assert name.startswith("offhook-work")


async def test_what_the_window_consists_of_is_not_looked_at_again_but_what_comes_later_is(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(bridge, "THERE_MS", 10)
    monkeypatch.setattr(bridge, "COLLECT_EVERY_MS", 20)
    parent, frozen = QObject(), gc.get_freeze_count()
    try:
        bridge.collect_here(parent)
        await until(lambda: gc.get_freeze_count() > frozen + 10_000, "the freezing")
        circles = weakref.WeakSet(Circle() for _ in range(1000))
        await until(lambda: not circles, "the collector")
    finally:
        parent.deleteLater()
        gc.unfreeze()
