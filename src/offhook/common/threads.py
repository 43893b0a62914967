"""Calls that may hang, in threads that hold nothing up.

asyncio's own threads are shared by everything that asks for one, and the program waits for all of them at its
end. A name server, a file server or another program that does not answer would keep everybody waiting there.
"""

import asyncio
import contextlib
import errno
import threading
from collections.abc import Callable
from typing import Any, TypeVar

T = TypeVar("T")


class Threads:
    """At most `most` calls at once, each in a thread of its own that nobody waits for at the end."""

    def __init__(self, name: str, most: int) -> None:
        self._name = name
        self._free = asyncio.Semaphore(most)

    async def run(self, work: Callable[..., T], *args: Any, **options: Any) -> T:
        """What `work` returns or raises. A call that is cancelled keeps its place until it is over.

        Raises `OSError` when the system lets us have no thread.
        """
        await self._free.acquire()
        loop = asyncio.get_running_loop()
        result: asyncio.Future[T] = loop.create_future()

        def over(set_result: Callable[[Any], None], value: object) -> None:
            self._free.release()
            if not result.done():
                set_result(value)

        def call() -> None:
            try:
                outcome = result.set_result, work(*args, **options)
            except BaseException as error:
                outcome = result.set_exception, error  # type: ignore[assignment]
            with contextlib.suppress(RuntimeError):  # the loop has ended meanwhile
                loop.call_soon_threadsafe(over, *outcome)

        try:
            threading.Thread(target=call, name=self._name, daemon=True).start()
        except RuntimeError as error:  # the system has none left; its place is free for the next call
            self._free.release()
            raise OSError(errno.EAGAIN, f"no thread can be started ({error})") from error
        return await result
