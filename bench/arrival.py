"""When something arrived at a socket, as the system has stamped it: not when this process came to read it.

Who plays phone and programs in one process reads one after the other: what came second would seem to have
taken as long as it took to read the first, and to be woken is in the figures too.
"""

import asyncio
import socket
import struct
import sys
from time import perf_counter, time
from typing import Any

SO_TIMESTAMPNS = 35
"""Linux's (asm-generic/socket.h), on x86 and ARM; Python has no name for it."""

_STAMP = struct.Struct("@ll")
_ROOM = 128


class StampedSocket(socket.socket):
    """A socket that asks with each read when what it reads had come."""

    arrived = 0.0
    """Of what was read last, by the clock of `perf_counter`."""

    def recv(self, size: int, flags: int = 0, /) -> bytes:
        data, control, _, _ = self.recvmsg(size, _ROOM, flags)
        self._take(control)
        return data

    def recvfrom(self, size: int, flags: int = 0, /) -> tuple[bytes, Any]:
        data, control, _, address = self.recvmsg(size, _ROOM, flags)
        self._take(control)
        return data, address

    def _take(self, control: list[tuple[int, int, bytes]]) -> None:
        self.arrived = now = perf_counter()
        since = time()
        for level, kind, data in control:
            if (level, kind) == (socket.SOL_SOCKET, SO_TIMESTAMPNS):
                seconds, nanoseconds = _STAMP.unpack_from(data)
                self.arrived = now - (since - seconds - nanoseconds / 1e9)


def stamped(transport: asyncio.BaseTransport) -> StampedSocket:
    """The socket of a transport that was just made, in whose place it reads from now on.

    It is of asyncio's own loop on Linux; elsewhere what has arrived counts as read. Raises `RuntimeError` for
    a transport of another kind.
    """
    plain = getattr(transport, "_sock", None)
    if not isinstance(plain, socket.socket):
        raise RuntimeError(f"{transport!r} does not read by a socket of Python's")
    mine = StampedSocket(plain.family, plain.type, plain.proto, plain.detach())
    mine.setblocking(False)
    if sys.platform == "linux":
        mine.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPNS, 1)
    transport._sock = mine  # type: ignore[attr-defined]
    return mine
