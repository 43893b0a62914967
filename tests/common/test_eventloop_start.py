"""A task that is started at once."""

import asyncio

from offhook.common.eventloop import start_now


async def _called_back(what: list[str], waits: asyncio.Future[None] | None) -> None:
    """What a callback of the loop gets when it starts a task at once."""
    done = asyncio.get_running_loop().create_future()

    async def work() -> str:
        what.append("begun")
        if waits is not None:
            async with asyncio.timeout(None):
                await waits
        what.append("done")
        return "result"

    def callback() -> None:
        task = start_now(work())
        what.append("started")
        task.add_done_callback(lambda task: done.set_result(task.result()))

    asyncio.get_running_loop().call_soon(callback)
    if waits is not None:
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        what.append("may go on")
        waits.set_result(None)
    assert await done == "result"


async def test_it_is_done_before_its_starter_goes_on() -> None:
    what: list[str] = []
    await _called_back(what, None)
    assert what == ["begun", "done", "started"]


async def test_where_it_waits_it_goes_on_like_any_task() -> None:
    what: list[str] = []
    await _called_back(what, asyncio.get_running_loop().create_future())
    assert what == ["begun", "started", "may go on", "done"]
