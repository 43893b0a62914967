"""A thread does its work a little at a time, in moments in which the event loop has nothing to do."""

import asyncio
import threading
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from math import inf

from offhook.common import eventloop, quiet
from offhook.common.quiet import AT_ONCE, Pace
from tests.waiting import until

ENOUGH_S = 20.0


class Worker(threading.Thread):
    """Has so many pieces to do; `done` of them are."""

    def __init__(self, pieces: int = 1) -> None:
        super().__init__(daemon=True)
        self.done, self._pieces = 0, pieces

    def run(self) -> None:
        pace = Pace(10 * ENOUGH_S)
        for _ in range(self._pieces):
            pace.moment()
            self.done += 1


def see(condition: Callable[[], object]) -> None:
    """Wait without the event loop, which does not rest meanwhile."""
    end = time.monotonic() + ENOUGH_S
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.001)


@asynccontextmanager
async def a_worker_that_waits(pieces: int = 1) -> AsyncIterator[Worker]:
    worker = Worker(pieces)
    worker.start()
    see(lambda: quiet.waiting)
    yield worker
    await until(lambda: worker.done == pieces)
    worker.join(ENOUGH_S)


def test_it_works_when_nothing_comes() -> None:
    async def work() -> None:
        async with a_worker_that_waits() as worker:
            await until(lambda: worker.done)

    eventloop.run(work())


def test_it_does_all_its_pieces_while_nothing_comes() -> None:
    async def work() -> None:
        async with a_worker_that_waits(pieces=100) as worker:
            await asyncio.to_thread(worker.join, ENOUGH_S)
            assert worker.done == 100

    eventloop.run(work())


def test_it_works_at_once_when_nothing_has_come_for_a_moment() -> None:
    async def work() -> None:
        worker = Worker()
        asyncio.get_running_loop().call_later(0.05, worker.start)
        await asyncio.to_thread(see, lambda: worker.done)

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


def test_of_two_that_wait_one_works_in_each_moment() -> None:
    workers = [Worker(), Worker()]
    for worker in workers:
        worker.start()
    see(lambda: len(quiet.waiting) == 2)
    quiet.resting_since = time.monotonic() - quiet.QUIET_S
    quiet.tell()
    see(lambda: sum(worker.done for worker in workers) == 1)
    assert len(quiet.waiting) == 1
    quiet.tell()
    see(lambda: sum(worker.done for worker in workers) == 2)
    quiet.resting_since = inf


def test_it_works_in_the_end_where_the_event_loop_never_rests() -> None:
    pace = Pace(0.02)
    assert [pace.moment() for _ in range(3)] == [False, False, False]
    assert not quiet.waiting


def test_what_somebody_waits_for_is_done_at_once() -> None:
    quiet.resting_since = -inf
    assert not AT_ONCE.moment()
    quiet.resting_since = inf


def test_one_that_has_just_gone_on_by_itself_is_not_missed() -> None:
    quiet.tell()
    assert not quiet.waiting


def test_once_the_time_is_over_the_rest_is_done_in_large_pieces() -> None:
    assert list(AT_ONCE.pieces(range(25), 2, 10)) == [[*range(10)], [*range(10, 20)], [*range(20, 25)]]


def test_while_the_event_loop_rests_a_job_is_done_in_small_pieces() -> None:
    async def work() -> None:
        pieces = await asyncio.to_thread(lambda: list(Pace(10 * ENOUGH_S).pieces(range(5), 2, 10)))
        assert pieces == [[0, 1], [2, 3], [4]]

    eventloop.run(work())
