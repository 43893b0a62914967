"""Where the tasks of a test that has taken too long wait: pytest-timeout shows threads only, and all of
asyncio's wait in one."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest
import pytest_timeout  # type: ignore[import-untyped]

_of_threads = pytest_timeout.dump_stacks


def show_tasks_too() -> None:
    """From now on they are shown after the threads."""
    pytest_timeout.dump_stacks = _of_all


def _of_all(terminal: pytest.TerminalReporter) -> None:
    _of_threads(terminal)
    try:
        tasks = asyncio.all_tasks()
    except RuntimeError:  # no loop runs
        return
    for task in tasks:
        terminal.write(f"{task.get_name()} waits in\n" + "".join(f"  {line}\n" for line in waits_in(task)))


def waits_in(task: asyncio.Task[object]) -> Iterator[str]:
    """The lines that it waits in, from the outermost; what is awaited last may be no coroutine."""
    awaited: object = task.get_coro()
    while (frame := getattr(awaited, "cr_frame", None)) is not None:
        yield f"{frame.f_code.co_filename}:{frame.f_lineno} {frame.f_code.co_name}"
        awaited = getattr(awaited, "cr_await", None)
    if awaited is not None:
        yield repr(awaited)
