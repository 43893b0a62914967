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

READ_AT_ONCE = 1 << 16
"""Bytes that a socket is read for at once; no datagram is longer. asyncio asks for 256 KiB: so large a buffer
is mapped and unmapped for each message, which takes longer than to read it."""

T = TypeVar("T")


_TRANSPORTS: tuple[Any, ...]

if sys.platform == "win32":
    _UsualLoop = asyncio.ProactorEventLoop
    _TRANSPORTS = (getattr(asyncio.proactor_events, "_ProactorDatagramTransport", None),)
else:
    _UsualLoop = asyncio.SelectorEventLoop
    _TRANSPORTS = (getattr(asyncio.selector_events, "_SelectorTransport", None),)


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
    _read_less_at_once()
    with asyncio.Runner(loop_factory=EventLoop) as runner:
        return runner.run(work)


def _read_less_at_once() -> None:
    # A connection may ask for less still (`tsp/session.py`), by the same attribute.
    for kind in _TRANSPORTS:
        if hasattr(kind, "max_size"):
            kind.max_size = READ_AT_ONCE
