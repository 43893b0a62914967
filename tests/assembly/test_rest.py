"""What a Call Manager with its embedded switch does while nobody does anything: next to nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextvars import Context
from functools import partial
from pathlib import Path
from typing import Any

from offhook.assembly.run import messenger_running
from offhook.config import load
from tests.assembly.helpers import a_config

STEP_S, REST_S = 0.1, 5.0

TIMERS = 12
"""Of which the writers of live calls and registrations have some seven: they look whether there are any."""


class SteppedLoop(asyncio.SelectorEventLoop):
    """Its clock can be put forward; it notes which work is given to threads, and how many timers are set."""

    def __init__(self) -> None:
        super().__init__()
        self.ahead = 0.0
        self.jobs: list[str] = []
        self.running: set[asyncio.Future[Any]] = set()
        self.timers = 0

    def time(self) -> float:
        return super().time() + self.ahead

    def call_at(  # type: ignore[override]
        self, when: float, callback: Callable[..., object], *args: Any, context: Context | None = None
    ) -> asyncio.TimerHandle:
        self.timers += 1
        return super().call_at(when, callback, *args, context=context)

    def run_in_executor(  # type: ignore[override]
        self, executor: Any, func: Callable[..., Any], *args: Any
    ) -> asyncio.Future[Any]:
        inside = func.args[0] if isinstance(func, partial) else func
        self.jobs.append(inside.__name__)
        future = super().run_in_executor(executor, func, *args)
        self.running.add(future)
        future.add_done_callback(self.running.discard)
        return future


async def for_a_while(loop: SteppedLoop, seconds: float) -> None:
    """Let so much time pass, in steps, each of them to its end."""
    for _ in range(round(seconds / STEP_S)):
        loop.ahead += STEP_S
        for _ in range(5):
            await asyncio.sleep(0)
        if loop.running:
            await asyncio.wait(set(loop.running))
            await asyncio.sleep(0)


def test_in_five_seconds_at_rest_one_job_looks_after_the_state_folder(tmp_path: Path) -> None:
    loop = SteppedLoop()

    async def rest() -> None:
        async with messenger_running(load(a_config(tmp_path))):
            await for_a_while(loop, REST_S)
            loop.jobs.clear()
            loop.timers = 0
            await for_a_while(loop, REST_S)
            assert loop.jobs == ["_keep"]
            assert loop.timers <= TIMERS

    with asyncio.Runner(loop_factory=lambda: loop) as runner:
        runner.run(rest())
