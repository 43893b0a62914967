"""The event loop that Offhook runs on: names of hosts are looked up in threads that hold nothing up.

asyncio looks names up in threads that also do other things, and waits for all of them at the end. With a name
server that does not answer a look-up takes some ten seconds: a few would keep everything else there waiting.
"""

import asyncio
import socket
import sys
from asyncio.sslproto import SSLProtocol
from collections.abc import Coroutine
from typing import Any, TypeVar

from offhook.common.threads import Threads

MAX_LOOKUPS = 16
"""Names looked up at once. One that waits for its turn is given up by the time limit of who asked for it."""

TLS_BUFFER = 1 << 15
"""Bytes that each TLS connection reads into, from before its handshake: two records (RFC 8446 §5.1). asyncio
takes 256 KiB, which would be 2.5 GiB for the connections that strangers may have."""

T = TypeVar("T")


if sys.platform == "win32":
    _UsualLoop = asyncio.ProactorEventLoop
else:
    _UsualLoop = asyncio.SelectorEventLoop


class EventLoop(_UsualLoop):
    """The system's usual loop, with threads of their own for names."""

    def __init__(self) -> None:
        super().__init__()
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
        """As `socket.getaddrinfo`."""
        return await self._lookups.run(socket.getaddrinfo, host, port, family, type, proto, flags)


def run(work: Coroutine[Any, Any, T]) -> T:
    """As `asyncio.run`, on this loop."""
    SSLProtocol.max_size = TLS_BUFFER
    with asyncio.Runner(loop_factory=EventLoop) as runner:
        return runner.run(work)
