"""The event loop of Offhook, with its own threads for resolving host names.

asyncio resolves names in its default threads, which do other work as well, and waits for them all at the end.
If a name server does not answer, a look-up takes some ten seconds, and a few of them would block everything
else.
"""

import asyncio
import socket
import sys
from asyncio.sslproto import SSLProtocol
from collections.abc import Coroutine
from time import monotonic
from typing import Any, TypeVar

from offhook.common import garbage
from offhook.common.threads import Threads

MAX_LOOKUPS = 16
"""Names resolved at the same time. Further ones wait, within the time limit of their callers."""

TLS_BUFFER = 1 << 15
"""The read buffer of each TLS connection, allocated before its handshake: two records (RFC 8446 §5.1).
asyncio allocates 256 KiB, which would be 2.5 GiB for the connections that strangers may have."""

READ_AT_ONCE = 1 << 16
"""Bytes of one read from a socket; no datagram is longer. asyncio uses 256 KiB: a buffer of that size is
mapped and unmapped for each message, which takes longer than reading it."""

T = TypeVar("T")


_TRANSPORTS: tuple[Any, ...]

if sys.platform == "win32":
    _UsualLoop = asyncio.ProactorEventLoop
    _TRANSPORTS = (getattr(asyncio.proactor_events, "_ProactorDatagramTransport", None),)
else:
    _UsualLoop = asyncio.SelectorEventLoop
    _TRANSPORTS = (getattr(asyncio.selector_events, "_SelectorTransport", None),)


class EventLoop(_UsualLoop):
    """The usual event loop of the system, with its own threads for resolving names.

    It collects garbage while it has nothing else to do (`garbage.tune_gc`).
    """

    def __init__(self) -> None:
        if sys.platform == "win32":
            super().__init__(garbage.CollectingProactor())
        else:
            super().__init__(garbage.CollectingSelector())
        self._lookups = Threads("lookup", MAX_LOOKUPS)

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
        """Like `socket.getaddrinfo`."""
        return await self._lookups.run(socket.getaddrinfo, host, port, family, type, proto, flags)


EventLoop.time = monotonic  # type: ignore[method-assign, assignment]
# It always was, within a function in Python: and a call asks for the time some twenty times.


def start_now(work: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
    """A task that is carried out at once up to where it has to wait, not only in the next turn of the loop.

    It may be done when this returns. To be called by a callback of the loop, not by a task.
    """
    loop = asyncio.get_running_loop()
    if sys.version_info >= (3, 12):
        return asyncio.Task(work, loop=loop, eager_start=True)
    task = asyncio.Task(work, loop=loop)
    ready = getattr(loop, "_ready", None)  # as asyncio's own loops name it; another one starts it in its turn
    if ready:
        ready.pop()._run()  # what `create_task` has just put there: the task's first step
    return task


def run(work: Coroutine[Any, Any, T]) -> T:
    """Like `asyncio.run`, with this loop."""
    SSLProtocol.max_size = TLS_BUFFER
    _read_less_at_once()
    with asyncio.Runner(loop_factory=EventLoop) as runner:
        return runner.run(work)


def _read_less_at_once() -> None:
    # A connection may ask for less still (`tsp/session.py`), by the same attribute.
    for kind in _TRANSPORTS:
        if hasattr(kind, "max_size"):
            kind.max_size = READ_AT_ONCE
