"""Waiting for what nothing tells of. Who waits in vain is told for what, and what there was instead."""

import asyncio
import inspect
from collections.abc import Callable
from pathlib import Path

PAUSE_S = 0.005
SHARE = 0.9
"""Of a test's own limit: what it waits for in vain is to be said before that is over."""

NO_LIMIT_S = 60.0
"""Where the test itself has none."""

limit_s = NO_LIMIT_S
"""How long is waited at most; `tests/conftest.py` sets it for each test."""


async def until(condition: Callable[[], object], what: str = "") -> None:
    """Wait until the condition holds; `what` it is, if its own words do not say so."""
    clock = asyncio.get_running_loop().time
    end = clock() + limit_s
    while not (value := condition()):
        if clock() >= end:
            raise AssertionError(
                f"in {limit_s:.0f} s it did not come: {what or _words(condition)}: {value!r}"
            )
        await asyncio.sleep(PAUSE_S)


def _words(condition: Callable[[], object]) -> str:
    """The line of the test that has the condition."""
    code = inspect.unwrap(condition).__code__
    lines = Path(code.co_filename).read_text(encoding="utf-8").splitlines()
    return f"{lines[code.co_firstlineno - 1].strip()} ({Path(code.co_filename).name}:{code.co_firstlineno})"
