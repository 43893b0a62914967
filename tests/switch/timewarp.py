"""An event loop whose time passes only while nothing else is to be done: minutes take milliseconds.

For what is altogether in this process: the time that another program or a thread takes is none here.
"""

from __future__ import annotations

import asyncio
import selectors
from collections.abc import Coroutine
from typing import Any, TypeVar

Result = TypeVar("Result")


class _Selector(selectors.DefaultSelector):
    """Where it would wait, the time to wait is over."""

    now = 1000.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        found = super().select(0)
        if not found and timeout is None:
            return super().select()
        if not found and timeout is not None and timeout > 0:
            self.now += timeout
        return found


def in_no_time(work: Coroutine[Any, Any, Result]) -> Result:
    """What it comes to, by such a loop."""
    selector = _Selector()
    loop = asyncio.SelectorEventLoop(selector)
    loop.time = lambda: selector.now  # type: ignore[method-assign]
    with asyncio.Runner(loop_factory=lambda: loop) as runner:
        return runner.run(work)
