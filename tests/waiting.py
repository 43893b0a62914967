"""Waits for a condition that no event signals. A timeout names the condition and the actual values."""

import asyncio
import inspect
from collections.abc import Awaitable, Callable
from pathlib import Path

PAUSE_S = 0.005
ASKED_AGAIN_S = 0.05
"""What is read elsewhere costs the other program something each time."""

SHARE = 0.9
"""The share of a test's time limit, so that `until` fails with its message first."""

NO_LIMIT_S = 60.0
"""The limit for tests without one."""

limit_s = NO_LIMIT_S
"""The current limit; `tests/conftest.py` sets it for each test."""

ONE_STEP_S = 40.0
"""How long another program may take for one step, such as its start or an answer. On a busy machine it takes
seconds; a test's own limit is longer."""


async def until(condition: Callable[[], object], what: str = "") -> None:
    """Wait until the condition holds; `what` describes it, if its source text does not."""
    clock = asyncio.get_running_loop().time
    end = clock() + limit_s
    while not (value := condition()):
        if clock() >= end:
            raise AssertionError(
                f"in {limit_s:.0f} s it did not come: {what or _words(condition)}: {value!r}"
            )
        await asyncio.sleep(PAUSE_S)


async def becomes(read: Callable[[], Awaitable[object]], wanted: object) -> None:
    """Wait until what is read elsewhere, such as in a page of a browser, is as wanted."""
    end = asyncio.get_running_loop().time() + limit_s
    while (value := await read()) != wanted:
        if asyncio.get_running_loop().time() >= end:
            raise AssertionError(f"in {limit_s:.0f} s it did not become {wanted!r}: {value!r}")
        await asyncio.sleep(ASKED_AGAIN_S)


def _words(condition: Callable[[], object]) -> str:
    """The source line of the test with the condition."""
    code = inspect.unwrap(condition).__code__
    lines = Path(code.co_filename).read_text(encoding="utf-8").splitlines()
    return f"{lines[code.co_firstlineno - 1].strip()} ({Path(code.co_filename).name}:{code.co_firstlineno})"
