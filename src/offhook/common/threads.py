"""Runs blocking calls that may hang, in threads of their own.

asyncio's default threads are shared by all code, and the program waits for them at its end: a name server or
file server that does not answer would block everything there.
"""

import asyncio
import contextlib
import errno
import threading
from collections.abc import Callable
from typing import Any, TypeVar

T = TypeVar("T")


class Threads:
    """At most `most` calls at the same time, each in a thread that the
    program does not wait for at its end."""

    def __init__(self, name: str, most: int) -> None:
        self._name = name
        self._free = asyncio.Semaphore(most)

    async def run(self, work: Callable[..., T], *args: Any, **options: Any) -> T:
        """Run `work` in a thread. A cancelled call counts as running until it has ended.

        Raises `OSError` if the system can create no thread.
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
        except RuntimeError as error:  # no thread left: the place is free for the next call
            self._free.release()
            raise OSError(errno.EAGAIN, f"no thread can be started ({error})") from error
        return await result
