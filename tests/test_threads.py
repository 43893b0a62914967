import asyncio
import threading

from offhook.threads import Threads


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
