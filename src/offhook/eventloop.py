"""The event loop that Offhook runs on: names of hosts are looked up in threads that hold nothing up.

asyncio looks names up in its default threads, which also read files, and waits for all of them at the end.
With a name server that does not answer, a look-up takes some ten seconds: a few of them would keep everything
else in these threads waiting, and the program from ending.
"""

import asyncio
import contextlib
import socket
import sys
import threading
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

MAX_LOOKUPS = 16
"""Names looked up at once. One that waits for its turn is given up by the time limit of who asked for it."""

T = TypeVar("T")


class Lookups:
    """Calls that may hang, each in a thread of its own that nobody waits for at the end."""

    def __init__(self, most: int = MAX_LOOKUPS) -> None:
        self._free = asyncio.Semaphore(most)

    async def run(self, work: Callable[..., T], *args: Any) -> T:
        """What `work` returns or raises. A call that is cancelled keeps its place until it is over."""
        await self._free.acquire()
        loop = asyncio.get_running_loop()
        result: asyncio.Future[T] = loop.create_future()

        def over(set_result: Callable[[Any], None], value: object) -> None:
            self._free.release()
            if not result.done():
                set_result(value)

        def call() -> None:
            try:
                outcome = result.set_result, work(*args)
            except BaseException as error:
                outcome = result.set_exception, error  # type: ignore[assignment]
            with contextlib.suppress(RuntimeError):  # the loop has ended meanwhile
                loop.call_soon_threadsafe(over, *outcome)

        threading.Thread(target=call, name="lookup", daemon=True).start()
        return await result


if sys.platform == "win32":
    _UsualLoop = asyncio.ProactorEventLoop
else:
    _UsualLoop = asyncio.SelectorEventLoop


class EventLoop(_UsualLoop):
    """The system's usual loop, with `Lookups` for names."""

    def __init__(self) -> None:
        super().__init__()
        self._lookups = Lookups()

    async def getaddrinfo(
        self,
        host: bytes | str | None,
        port: bytes | str | int | None,
        *,
        family: int = 0,
        type: int = 0,
        proto: int = 0,
        flags: int = 0,
    ) -> list[Any]:
        """As `socket.getaddrinfo`."""
        return await self._lookups.run(socket.getaddrinfo, host, port, family, type, proto, flags)


def run(work: Coroutine[Any, Any, T]) -> T:
    """As `asyncio.run`, on this loop."""
    with asyncio.Runner(loop_factory=EventLoop) as runner:
        return runner.run(work)
