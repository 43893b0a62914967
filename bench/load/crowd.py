"""The processes of phones and sessions that load a site, each with its share of the terminals."""

import asyncio
import json
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import asdict
from functools import partial
from typing import Any

from bench.load import site
from bench.load.site import Running, Size

KEPT_UP = 0.98
"""This part of the dials that were asked for has to be begun: the rest found their terminal still busy."""

LEAST_TURN_S = 2.0
"""A pair of terminals has a call at most so often: it rings for a part of it, and everybody is told."""

LINE_LIMIT = 1 << 28
"""Bytes of a worker's result: all its samples, of an hour and more."""


class StepError(Exception):
    """A worker or the product could not do its part."""


def hold_s(size: Size, rate: float) -> float:
    """How long a call lasts: nearly until it is its pair's turn again."""
    return 0.9 * size.terminals / 2 / rate


def kept(results: list[dict[str, Any]], rate: float, seconds: float) -> bool:
    """Were so many dials begun as were asked for?"""
    dials: int = sum(one["dials"] for one in results)
    return dials >= KEPT_UP * int(rate * seconds)


class Crowd:
    """The workers, each with its share of the terminals."""

    def __init__(self, workers: list[Process]) -> None:
        self._workers = workers
        self._so_far: dict[int, dict[str, int]] = {}
        self.again = 0
        """Logins that were refused and tried again."""

    @property
    def processes(self) -> dict[str, int]:
        """Their process ids, by what they are called."""
        return {f"phones and sessions {at}": one.pid for at, one in enumerate(self._workers, 1)}

    def so_far(self) -> str:
        """How many dials there were up to some seconds ago, and how much went wrong."""
        dials, faults = (sum(one[name] for one in self._so_far.values()) for name in ("dials", "faults"))
        return f"{dials:,} dials, {faults:,} faults"

    async def begin(self, size: Size, running: Running) -> None:
        """Have all phones register."""
        numbers, tokens, count = size.numbers, running.tokens, len(self._workers)
        share = 2 * -(-size.terminals // 2 // count)
        parts = [slice(at * share, (at + 1) * share) for at in range(count)]
        ports = asdict(running.ports)
        same = {"ports": ports, "tsp": running.tsp_token, "password": site.PHONE_PASSWORD}
        await self._all("begin", [{"numbers": numbers[one], "tokens": tokens[one], **same} for one in parts])

    async def login(self, kind: str, each: int) -> list[float]:
        """Log so many sessions of each terminal in; how long each took."""
        results = await self._all(kind, [{"each": each}] * len(self._workers))
        self.again += sum(one["again"] for one in results)
        return [ms for one in results for ms in one["ms"]]

    async def calls(self, rate: float, seconds: float, hold: float) -> list[dict[str, Any]]:
        """Dial, all at this rate together."""
        count = len(self._workers)
        asked = {"rate": rate / count, "seconds": seconds, "hold": hold}
        return await self._all("calls", [asked] * count)

    async def _all(self, step: str, members: list[dict[str, Any]]) -> list[dict[str, Any]]:
        asked = zip(self._workers, members, strict=True)
        steps = (
            _ask(one, {"step": step, **more}, partial(self._so_far.__setitem__, number))
            for number, (one, more) in enumerate(asked)
        )
        return list(await asyncio.gather(*steps))


def workers_for(size: Size, allowed: int) -> int:
    """Two, or as many as the limit of open files asks for."""
    needed = 2 * size.sessions + size.terminals
    return min(size.terminals // 2, max(2, -(-needed // (allowed - site.SPARE))))


async def worker(stack: AsyncExitStack) -> Process:
    started = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bench.load.worker"), stdin=PIPE, stdout=PIPE, limit=LINE_LIMIT
    )

    async def end() -> None:
        if started.returncode is None:
            started.terminate()
        await started.wait()

    stack.push_async_callback(end)
    return started


async def _ask(
    worker: Process, step: dict[str, Any], so_far: Callable[[dict[str, int]], None]
) -> dict[str, Any]:
    assert worker.stdin is not None
    assert worker.stdout is not None
    worker.stdin.write(f"{json.dumps(step)}\n".encode())
    while True:
        line = await worker.stdout.readline()
        answer: dict[str, Any] = json.loads(line) if line else {"error": "its process has ended"}
        if "so_far" not in answer:
            break
        so_far(answer["so_far"])
    if "error" in answer:
        raise StepError(f"{step['step']}: {answer['error']}")
    return answer
