import asyncio
import threading

import pytest

from offhook.common.threads import Threads


async def test_no_more_than_so_many_run_at_once() -> None:
    go, begun = threading.Event(), []

    def work(number: int) -> int:
        begun.append(number)
        go.wait()
        return number

    threads = Threads("test", 2)
    tasks = [asyncio.create_task(threads.run(work, number)) for number in range(3)]
    while len(begun) < 2:  # noqa: ASYNC110
        await asyncio.sleep(0.001)
    tasks[0].cancel()
    await asyncio.sleep(0.01)
    assert len(begun) == 2, "one that was given up still has its thread"
    go.set()
    assert await asyncio.gather(*tasks[1:]) == [1, 2]


async def test_a_thread_that_cannot_be_started_costs_no_place(monkeypatch: pytest.MonkeyPatch) -> None:
    threads = Threads("test", 1)

    def refuse(_: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    with monkeypatch.context() as patched:
        patched.setattr(threading.Thread, "start", refuse)
        with pytest.raises(OSError, match="no thread can be started"):
            await threads.run(int)
    assert await threads.run(int) == 0
