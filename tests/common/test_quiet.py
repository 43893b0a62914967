"""A thread waits with its work for a moment in which the event loop has nothing to do."""

import asyncio
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from offhook.common import eventloop, quiet
from tests.waiting import until

ENOUGH_S = 20.0


class Worker(threading.Thread):
    """Waits for such a moment, and then is done."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.done = False

    def run(self) -> None:
        quiet.wait(10 * ENOUGH_S)
        self.done = True


@asynccontextmanager
async def a_worker_that_waits() -> AsyncIterator[Worker]:
    worker = Worker()
    worker.start()
    await until(lambda: quiet.waiting)
    yield worker
    quiet.tell()
    worker.join()


def test_it_works_when_nothing_comes() -> None:
    async def work() -> None:
        async with a_worker_that_waits() as worker:
            await asyncio.to_thread(worker.join, ENOUGH_S)
            assert worker.done

    eventloop.run(work())


def test_it_does_not_work_while_one_message_follows_the_other() -> None:
    async def work() -> None:
        async with a_worker_that_waits() as worker:
            for _ in range(1000):
                await asyncio.sleep(0)
            assert not worker.done

    eventloop.run(work())


def test_it_does_not_work_when_something_is_due_soon() -> None:
    async def work() -> None:
        async with a_worker_that_waits() as worker:
            for _ in range(100):
                await asyncio.sleep(quiet.QUIET_S / 2)
            assert not worker.done

    eventloop.run(work())


def test_it_works_in_the_end_where_nobody_tells_it() -> None:
    quiet.wait(0.01)
    assert not quiet.waiting
