import asyncio
import itertools
import threading
from collections.abc import AsyncIterator
from contextlib import suppress

import pytest

from offhook.errors import CallError, Refusal
from offhook.manager import passwordqueue
from offhook.manager.passwordqueue import (
    EARLY_S,
    MAX_RETRY_S,
    SHORTEST_OF,
    THREADS,
    VERIFIERS,
    PasswordQueue,
)
from tests.waiting import until


class Verifying:
    """Passwords that take as long as the test wants."""

    def __init__(self) -> None:
        self.go = threading.Event()
        self.running = 0

    def __call__(self) -> str:
        self.running += 1
        self.go.wait()
        return "verified"


@pytest.fixture
async def queue() -> AsyncIterator[PasswordQueue]:
    queue = PasswordQueue()
    yield queue
    queue.close()


@pytest.fixture
async def busy(queue: PasswordQueue) -> AsyncIterator[Verifying]:
    """As many strangers as are verified at once."""
    work = Verifying()
    tasks = [asyncio.create_task(queue.run(work, known=False)) for _ in range(VERIFIERS)]
    await until(lambda: work.running == VERIFIERS)
    yield work
    work.go.set()
    await asyncio.gather(*tasks)


async def test_a_password_that_nobody_is_before_is_verified_at_once(queue: PasswordQueue) -> None:
    assert await queue.run(lambda: "verified", known=False) == "verified"


async def test_what_verifying_raises_comes_to_who_asked(queue: PasswordQueue) -> None:
    with pytest.raises(ZeroDivisionError):
        await queue.run(lambda: 1 // 0, known=False)
    assert await queue.run(lambda: "the next one", known=False) == "the next one"


async def test_passwords_are_verified_again_once_there_is_memory_for_a_thread(
    queue: PasswordQueue, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_thread(_thread: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    with monkeypatch.context() as patched:
        patched.setattr(threading.Thread, "start", no_thread)
        for _ in range(THREADS + 1):
            with pytest.raises(RuntimeError):
                await queue.run(lambda: "verified", known=False)
    assert await queue.run(lambda: "verified", known=False) == "verified"


async def test_who_waits_is_told_the_place(queue: PasswordQueue, busy: Verifying) -> None:
    places: list[int] = []
    waiting = [
        asyncio.create_task(queue.run(lambda: "", known=False, told=lambda place, _: places.append(place)))
        for _ in range(3)
    ]
    await until(lambda: len(places) == 3)
    assert places == [1, 2, 3]
    busy.go.set()
    await asyncio.gather(*waiting)


async def test_who_is_known_does_not_wait_behind_strangers(queue: PasswordQueue, busy: Verifying) -> None:
    stranger = asyncio.create_task(queue.run(lambda: "stranger", known=False))
    assert await queue.run(lambda: "known", known=True) == "known"
    assert not stranger.done()
    busy.go.set()
    assert await stranger == "stranger"


async def test_the_known_leave_room_for_strangers(queue: PasswordQueue) -> None:
    work = Verifying()
    known = [asyncio.create_task(queue.run(work, known=True)) for _ in range(THREADS + 2)]
    await until(lambda: work.running == VERIFIERS)
    assert await queue.run(lambda: "stranger", known=False) == "stranger"
    work.go.set()
    await asyncio.gather(*known)


async def test_who_gives_up_leaves_the_queue(queue: PasswordQueue, busy: Verifying) -> None:
    places: list[int] = []
    first = asyncio.create_task(queue.run(lambda: "", known=False))
    await asyncio.sleep(0)
    first.cancel()
    with suppress(asyncio.CancelledError):
        await first
    second = asyncio.create_task(
        queue.run(lambda: "second", known=False, told=lambda place, _: places.append(place))
    )
    await until(lambda: places)
    assert places == [1]
    busy.go.set()
    assert await second == "second"


async def test_who_cannot_be_held_is_told_when_to_come_back_each_at_another_time(
    queue: PasswordQueue, busy: Verifying, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(passwordqueue, "MAX_HELD", 0)
    times = []
    for _ in range(3):
        with pytest.raises(CallError) as refused:
            await queue.run(lambda: "", known=False)
        assert refused.value.refusal is Refusal.OVERLOADED
        assert refused.value.retry_s is not None
        times.append(refused.value.retry_s)
    assert times == sorted(times)
    assert len(set(times)) == 3


async def test_nobody_is_sent_away_for_longer_than_a_few_minutes(
    queue: PasswordQueue, busy: Verifying, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(passwordqueue, "MAX_HELD", 0)
    last = 0.0
    for _ in range(int(2 * VERIFIERS * MAX_RETRY_S / passwordqueue.FIRST_COST_S)):
        with pytest.raises(CallError) as refused:
            await queue.run(lambda: "", known=False)
        assert refused.value.retry_s is not None
        last = max(last, refused.value.retry_s)
    assert MAX_RETRY_S / 2 < last <= MAX_RETRY_S


async def test_who_is_sent_away_comes_back_while_there_are_still_others_in_the_queue(
    queue: PasswordQueue, busy: Verifying, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(passwordqueue, "MAX_HELD", 0)
    for _ in range(int(VERIFIERS * 3 * EARLY_S / passwordqueue.FIRST_COST_S)):
        with suppress(CallError):
            await queue.run(lambda: "", known=False)
    with pytest.raises(CallError) as refused:
        await queue.run(lambda: "", known=False)
    assert refused.value.retry_s == pytest.approx(2 * EARLY_S, rel=0.1)


async def test_what_a_password_takes_is_measured_without_what_the_loop_is_busy_with() -> None:
    in_thread, seen_in_loop = [0.0], itertools.count(0.0, 1000.0)

    def clock() -> float:
        in_loop = threading.current_thread() is threading.main_thread()
        return next(seen_in_loop) if in_loop else in_thread[0]

    queue = PasswordQueue(clock)
    await verified(queue, in_thread, *[4.0] * SHORTEST_OF)
    assert set(queue._latest) == {4.0}
    queue.close()


async def test_who_waits_is_sent_away_when_passwords_take_longer_than_they_did(
    busy: Verifying, queue: PasswordQueue, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(passwordqueue, "TELL_EVERY_S", 0.01)
    waiting = asyncio.create_task(queue.run(lambda: "", known=False))
    await asyncio.sleep(0)
    monkeypatch.setattr(queue, "_cost_s", 2 * passwordqueue.LATEST_S * VERIFIERS)
    with pytest.raises(CallError) as refused:
        await waiting
    assert refused.value.refusal is Refusal.OVERLOADED
    assert refused.value.retry_s


async def test_who_hears_the_place_is_held_however_long_it_takes(
    busy: Verifying, queue: PasswordQueue, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(passwordqueue, "TELL_EVERY_S", 0.01)
    monkeypatch.setattr(queue, "_cost_s", 2 * passwordqueue.LATEST_S * VERIFIERS)
    told: list[int] = []
    waiting = asyncio.create_task(
        queue.run(lambda: "verified", known=False, told=lambda place, _: told.append(place))
    )
    await until(lambda: len(told) > 2)
    busy.go.set()
    assert await waiting == "verified"


async def test_no_more_than_so_many_are_held_that_hear_their_place(
    busy: Verifying, queue: PasswordQueue, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(passwordqueue, "MAX_TOLD", 2)
    held = [
        asyncio.create_task(queue.run(lambda: "held", known=False, told=lambda *_: None)) for _ in range(2)
    ]
    await asyncio.sleep(0)
    with pytest.raises(CallError, match="2 logins wait"):
        await queue.run(lambda: "", known=False, told=lambda *_: None)
    busy.go.set()
    assert await asyncio.gather(*held) == ["held", "held"]


async def verified(queue: PasswordQueue, now: list[float], *costs: float) -> None:
    """Passwords that take so long, one after the other."""
    for cost in costs:

        def verify(cost: float = cost) -> None:
            now[0] += cost

        await queue.run(verify, known=False)


async def test_times_to_come_back_go_by_the_quickest_of_the_latest_passwords() -> None:
    """So that no place is unused for somebody was told too late, when the first thousand have connected."""
    now = [0.0]
    queue = PasswordQueue(lambda: now[0])
    await verified(queue, now, *[60.0] * SHORTEST_OF, 20.0, 80.0)
    assert queue.book() == pytest.approx(2 * 20.0 / VERIFIERS / 2)
    queue.close()


async def test_a_first_password_that_took_very_long_sends_nobody_away_for_longer() -> None:
    now = [0.0]
    queue = PasswordQueue(lambda: now[0])
    before = queue.book()
    await verified(queue, now, 3.0)
    assert queue.book() == pytest.approx(before, rel=1.0)
    queue.close()
