"""Connections that have not said anything yet: how many there may be, of one host and in all.

Counted where they are accepted, so that those in the middle of a TLS handshake count, too.
"""

import asyncio
import errno
import os
import socket
import sys
from collections import OrderedDict
from collections.abc import Callable
from contextlib import suppress
from time import monotonic
from typing import Self

from offhook.common.network import rate_limit_key
from offhook.common.ratelimit import RateLimits

NO_SUCH_ADDRESS = frozenset({errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT})
"""A host with addresses of both kinds, on a machine without IPv6."""

MAX_SILENT = 1000
"""Connections that are not WebSockets yet: more than programs of a whole site open at once."""

MAX_SILENT_HERE = 250
"""The same of one host; one more, and its oldest is shed."""

MAX_OPEN = 20_000
"""Connections in all, whatever they are: those that are just being ended count, too."""

NEW_RATE, NEW_BURST = 200.0, 2000.0
"""Connections a second of one host: at some 0.5 ms each they cost a tenth of a core at most."""

NEW_TLS_RATE, NEW_TLS_BURST = 50.0, 1000.0
"""The same with TLS, whose handshake costs some 3 ms. Clients that are turned away come back at odd times."""


WAITING = 1024
"""Connections that the system keeps until they are accepted. Those that it does not keep try again after one
second, then two: in the morning most would give up before they are heard."""

MAX_REFUSED = 100
"""Connections that are turned away in one turn of the loop."""


class Arrived(socket.socket):
    """An accepted connection that tells when it is closed."""

    __slots__ = ("file", "host", "on_close")

    file: int
    host: str
    on_close: Callable[["Arrived"], None] | None

    def close(self) -> None:
        """Close it, whatever it is in the middle of."""
        told, self.on_close = getattr(self, "on_close", None), None
        super().close()
        if told is not None:
            told(self)


class Arrivals:
    """The silent connections of a server, by host. When there are too many the oldest ones are shed.

    `trusted` hosts, reverse proxies, speak for many: only the limit in all counts for them. `note` hears what
    was closed, and whose it was.
    """

    def __init__(
        self,
        *,
        tls: bool,
        most: int = MAX_SILENT,
        most_here: int = MAX_SILENT_HERE,
        most_open: int = MAX_OPEN,
        place: Callable[[str], str] = rate_limit_key,
        trusted: Callable[[str], bool] = lambda _: False,
        note: Callable[[str, str], None] = lambda _what, _host: None,
    ) -> None:
        self._place, self._trusted, self._note = place, trusted, note
        self._most, self._most_here, self._most_open = most, most_here, most_open
        self._limits = RateLimits(NEW_TLS_RATE, NEW_TLS_BURST) if tls else RateLimits(NEW_RATE, NEW_BURST)
        self._silent: dict[str, OrderedDict[Arrived, None]] = {}
        self._by_file: dict[int, Arrived] = {}
        self._count = 0
        self._open = 0

    def __len__(self) -> int:
        return self._count

    def admit(self, arrived: Arrived, address: str) -> bool:
        """A connection was accepted; False when its host makes too many, and it is to be closed."""
        host = self._place(address)
        arrived.host, arrived.file = host, arrived.fileno()
        arrived.on_close = None
        limit = self._limits.of(host, now := monotonic())
        trusted = self._trusted(address)
        if limit.wait(now) and not trusted:
            self._note("closed a new connection, for there were too many in so short a time", host)
            return False
        limit.spend(1, now)
        if self._open >= self._most_open and not self._silent:
            self._note("closed a new connection, for there is no room", host)
            return False
        arrived.on_close = self._closed
        self._open += 1
        self._silent.setdefault(host, OrderedDict())[arrived] = None
        self._by_file[arrived.file] = arrived
        self._count += 1
        if len(self._silent[host]) > self._most_here and not trusted:
            self._shed(host)
        elif self._count > self._most or self._open > self._most_open:
            self._shed(max(self._silent, key=lambda one: len(self._silent[one])))
        return True

    def heard(self, file: int) -> None:
        """The connection with this file number has said something sensible: it is none of ours any more."""
        arrived = self._by_file.get(file)
        if arrived is not None:
            self._forget(arrived)

    def _shed(self, host: str) -> None:
        oldest = next(iter(self._silent[host]))
        self._forget(oldest)
        self._note("closed a connection that said nothing, for there were too many", host)
        with suppress(OSError):
            oldest.shutdown(socket.SHUT_RDWR)  # its own reader sees the end, and closes

    def _closed(self, arrived: Arrived) -> None:
        self._open -= 1
        self._forget(arrived)

    def _forget(self, arrived: Arrived) -> None:
        silent = self._silent.get(arrived.host, OrderedDict())
        if arrived not in silent:
            return
        del silent[arrived]
        if not silent:
            del self._silent[arrived.host]
        del self._by_file[arrived.file]
        self._count -= 1


class Listening(socket.socket):
    """A listening socket that asks `arrivals` of each connection."""

    arrivals: Arrivals

    @classmethod
    def bound(cls, family: int, address: tuple[object, ...], arrivals: Arrivals) -> Self:
        """Bound as asyncio's `create_server` binds. Raises `OSError`."""
        found = cls(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)  # asyncio asks for it: TCP_NODELAY
        found.arrivals = arrivals
        try:
            if os.name == "posix" and sys.platform != "cygwin":
                found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            if family == socket.AF_INET6:
                found.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
            found.bind(address)
            found.setblocking(False)
        except OSError:
            found.close()
            raise
        return found

    @classmethod
    async def everywhere(cls, host: str, port: int, arrivals: Arrivals) -> list[Self]:
        """One for each address of the host, "" for all of this machine. Raises `OSError`."""
        loop = asyncio.get_running_loop()
        # As bytes, for which Python does not load its tables of international names.
        asked = host.encode() if host.isascii() else host
        found = await loop.getaddrinfo(asked or None, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        bound: list[Self] = []
        missing: OSError | None = None
        for family, _, _, _, address in dict.fromkeys(found):
            try:
                bound.append(cls.bound(family, address, arrivals))
            except OSError as error:
                if error.errno in NO_SUCH_ADDRESS:
                    missing = error
                    continue
                for one in bound:
                    one.close()
                raise
        if missing is not None and not bound:
            raise missing
        return bound

    def listen(self, backlog: int = WAITING, /) -> None:
        """Have the system keep more that wait than asyncio, which calls this, is to accept in one turn."""
        super().listen(max(backlog, WAITING))

    def accept(self) -> tuple[socket.socket, object]:
        """The next connection that may stay."""
        for _ in range(MAX_REFUSED):
            plain, address = super().accept()
            arrived = Arrived(plain.family, plain.type, plain.proto, fileno=plain.detach())
            if self.arrivals.admit(arrived, str(address[0])):
                return arrived, address
            arrived.close()
        raise BlockingIOError(errno.EAGAIN, "the rest waits until the loop has gone round")
