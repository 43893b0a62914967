"""A process of phones and sessions: `python -m bench.load.worker`, told what to do by lines of JSON.

Each line on standard input is one step; its result is printed as one line.
"""

import asyncio
import json
import os
import resource
import sys
from collections.abc import Awaitable, Callable, Iterable, Sequence
from contextlib import suppress
from time import perf_counter, process_time
from typing import Any

from bench.load.sessions import RefusedError, Session, timed
from bench.load.terminal import HOSTS, Counts, Pair, Ports, Terminal
from offhook.common import eventloop
from offhook.common.garbage import tune_gc

AT_ONCE = 50
"""Phones or sessions of a process that begin at the same moment: less than what one address may have open
before its logins."""

TRIES, AGAIN_LATER_S = 5, 2.0
"""How often a session logs in that is refused, and how long after each time."""

LATE_EVERY_S = 0.02
"""How often it is measured how late this process itself wakes up."""

SAID_EVERY_S = 10.0
"""How often it is told how far it is."""

QUIET_S = 1.0
"""How long after the last call nothing more may come."""

Step = Callable[..., Awaitable[dict[str, Any]]]


class Worker:
    """Its share of the site."""

    async def begin(
        self, *, numbers: list[str], tokens: list[str], ports: dict[str, Any], tsp: str, password: str
    ) -> dict[str, Any]:
        """Phones register."""
        self._counts = Counts()
        self._tsp_token = tsp
        self._tokens = dict(zip(numbers, tokens, strict=True))
        self._terminals = [Terminal(one, Ports(**ports), password, self._counts) for one in numbers]
        self._pairs = [
            Pair(one, other, self._counts)
            for one, other in zip(self._terminals[::2], self._terminals[1::2], strict=True)
        ]
        taken = await _all(timed(one.phone.start()) for one in self._terminals)
        return {"registered": len(taken), "ms": taken}

    async def tsp(self, *, each: int) -> dict[str, Any]:
        """So many TSP sessions of each terminal log in."""
        sessions = [one.add_tsp(self._tsp_token) for _ in range(each) for one in self._terminals]
        return await self._logged_in(sessions)

    async def sscp(self, *, each: int) -> dict[str, Any]:
        """So many SSCP sessions of each terminal log in, and watch it."""
        sessions = [one.add_sscp(self._tokens[one.number]) for _ in range(each) for one in self._terminals]
        return await self._logged_in(sessions)

    async def _logged_in(self, sessions: Sequence[Session]) -> dict[str, Any]:
        again = 0

        async def login(session: Session, host: str) -> None:
            """A machine that is too busy for a moment makes some late, and the product ends these."""
            nonlocal again
            for tries in range(TRIES):
                try:
                    await session.open(host)
                    return
                except (RefusedError, OSError):
                    if tries == TRIES - 1:
                        raise
                    again += 1
                    with suppress(AttributeError):  # it had no connection
                        session.close()
                    await asyncio.sleep(AGAIN_LATER_S)

        taken = await _all(timed(login(one, _host(at))) for at, one in enumerate(sessions))
        return {"ms": taken, "again": again}

    async def calls(self, *, rate: float, seconds: float, hold: float) -> dict[str, Any]:
        """Dials at this rate, each pair in its turn; one that still has its call is passed over."""
        tune_gc()  # else the collector stops these thousands of sessions again and again, and is measured
        counts = self._counts
        counts.begin()
        for terminal in self._terminals:
            terminal.ledger.told = terminal.ledger.calls = 0
        lateness = asyncio.create_task(self._lateness())
        running: set[asyncio.Task[None]] = set()
        begun = said = perf_counter()
        used = process_time()
        passed_over = 0
        for number in range(int(rate * seconds)):
            ahead = begun + number / rate - perf_counter()
            await asyncio.sleep(max(0.0, ahead))
            if perf_counter() - said >= SAID_EVERY_S:
                said = perf_counter()
                so_far = {"dials": counts.dials, "faults": counts.faults.total()}
                print(json.dumps({"so_far": so_far}), flush=True)
            pair = self._pairs[number % len(self._pairs)]
            if pair.busy:
                passed_over += 1
                continue
            task = asyncio.create_task(pair.call(hold))
            running.add(task)
            task.add_done_callback(running.discard)
        took = perf_counter() - begun
        await asyncio.gather(*running)
        await asyncio.gather(*(one.clear() for pair in self._pairs if pair.failed for one in pair.terminals))
        await asyncio.sleep(QUIET_S)
        lateness.cancel()
        lost = sum(one.lost for terminal in self._terminals for one in terminal.sessions)  # type: ignore[attr-defined]
        if lost:
            counts.faults["a session that was ended"] += lost
        return {
            "took": took,
            "dials": counts.dials,
            "passed_over": passed_over,
            "up": counts.most_up,
            "calls": sum(one.ledger.calls for one in self._terminals),
            "told": sum(one.ledger.told for one in self._terminals),
            "samples": dict(counts.samples),
            "faults": dict(counts.faults),
            "cpu": process_time() - used,
        }

    async def _lateness(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            due = loop.time() + LATE_EVERY_S
            await asyncio.sleep(LATE_EVERY_S)
            self._counts.samples["the load's own lateness"].append(1000 * max(0.0001, loop.time() - due))


async def _all(work: Iterable[Awaitable[float]]) -> list[float]:
    """Some at once; the time of each."""
    room = asyncio.Semaphore(AT_ONCE)

    async def one(step: Awaitable[float]) -> float:
        async with room:
            return await step

    return list(await asyncio.gather(*(one(step) for step in work)))


def _host(number: int) -> str:
    return f"127.0.1.{1 + number % HOSTS}"


async def main() -> None:
    worker = Worker()
    reader = asyncio.StreamReader(limit=1 << 26)
    loop = asyncio.get_running_loop()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    while line := await reader.readline():
        asked = json.loads(line)
        step: Step = getattr(worker, asked.pop("step"))
        try:
            answer = await step(**asked)
        except Exception as error:  # told to who started this process
            answer = {"error": f"{type(error).__name__}: {error}"}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    eventloop.run(main())
    os._exit(0)
