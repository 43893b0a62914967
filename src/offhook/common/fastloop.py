"""An event loop in C, uvloop's, for who has `offhook[fast]` installed: it behaves like asyncio's.

uvloop (MIT, by the makers of asyncpg) is asyncio's interface over libuv. It is imported here only.
"""

import asyncio
import errno
import ipaddress
import math
import socket
from asyncio.staggered import staggered_race
from collections.abc import Callable, Coroutine
from contextvars import Context
from functools import partial
from itertools import zip_longest
from time import monotonic
from typing import Any, TypeVar, cast

import uvloop

from offhook.common.threads import Threads

T = TypeVar("T")

OUT_OF_FILES = frozenset({errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM})
ACCEPT_AGAIN_S = 1.0
"""How long asyncio waits, too, for a file to be free again."""


class FastLoop(uvloop.Loop):
    """Its clock goes on within a turn, no timer is early, and names are resolved by `lookups`."""

    def __init__(self, lookups: Threads) -> None:
        super().__init__()
        self._lookups = lookups

    time = staticmethod(monotonic)
    """libuv's own clock stands still during a turn, and counts milliseconds."""

    def call_at(  # type: ignore[override]
        self, when: float, callback: Callable[..., Any], *args: Any, context: Context | None = None
    ) -> asyncio.TimerHandle:
        return self.call_later(when - monotonic(), callback, *args, context=context)

    def call_later(  # type: ignore[override]
        self, delay: float, callback: Callable[..., Any], *args: Any, context: Context | None = None
    ) -> asyncio.TimerHandle:
        if 0 < delay < math.inf:
            # libuv rounds to milliseconds, and counts them from the beginning of the present one.
            delay = (math.ceil(delay * 1000) + 1) / 1000
        return super().call_later(delay, callback, *args, context=context)

    def start_now(self, work: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
        """A task whose first step has been carried out. A task asks for its first step as it is made."""
        steps: list[tuple[Callable[..., Any], tuple[Any, ...], Context | None]] = []

        def keep(step: Callable[..., Any], *args: Any, context: Context | None = None) -> None:
            steps.append((step, args, context))

        self.call_soon = keep  # type: ignore[method-assign,assignment]
        try:
            task = asyncio.Task(work, loop=self)
        finally:
            del self.call_soon  # type: ignore[method-assign]
        for step, args, context in steps:
            if context is None:
                step(*args)
            else:
                context.run(step, *args)
        return task

    async def getaddrinfo(  # type: ignore[override]
        self,
        host: bytes | str | None,
        port: bytes | str | int | None,
        *,
        family: int = 0,
        type: int = 0,
        proto: int = 0,
        flags: int = 0,
    ) -> list[Any]:
        return await self._lookups.run(socket.getaddrinfo, host, port, family, type, proto, flags)

    async def create_connection(  # type: ignore[override]
        self,
        protocol_factory: Callable[[], asyncio.BaseProtocol],
        host: str | None = None,
        port: int | None = None,
        *,
        server_hostname: str | None = None,
        happy_eyeballs_delay: float | None = None,
        **more: Any,
    ) -> Any:
        """As asyncio's, also where a name has several addresses (RFC 8305), which uvloop tries one by one.

        libuv would resolve the name in one of four threads, and the end of the program waits for those.
        """
        if host is None or port is None or _is_address(host):
            usual: Any = super().create_connection
            return await usual(protocol_factory, host, port, server_hostname=server_hostname, **more)
        if server_hostname is None and more.get("ssl"):
            server_hostname = host
        asked = {name: more.pop(name, 0) for name in ("family", "proto", "flags")}
        found = await self.getaddrinfo(host, port, type=socket.SOCK_STREAM, **asked)
        ways = [partial(self._connected, one) for one in _in_turn(found)]
        connected, _, failures = await staggered_race(ways, happy_eyeballs_delay)
        if connected is None:
            raise next(filter(None, failures), OSError(f"{host} has no address"))
        return await super().create_connection(
            protocol_factory, sock=connected, server_hostname=server_hostname, **more
        )

    async def create_server(  # type: ignore[override]
        self,
        protocol_factory: Callable[[], asyncio.BaseProtocol],
        host: Any = None,
        port: int | None = None,
        *,
        sock: socket.socket | None = None,
        **more: Any,
    ) -> asyncio.AbstractServer:
        """A socket that accepts in a way of its own, as `Listening`, is asked to: libuv would not ask it."""
        if sock is None or type(sock) is socket.socket:
            usual: Any = super().create_server
            return cast(
                "asyncio.AbstractServer", await usual(protocol_factory, host, port, sock=sock, **more)
            )
        backlog: int = more.pop("backlog", 100)
        starts: bool = more.pop("start_serving", True)
        server = _Server(
            self, sock, backlog, lambda one: self.connect_accepted_socket(protocol_factory, one, **more)
        )
        if starts:
            await server.start_serving()
        return server

    async def _connected(self, found: tuple[Any, ...]) -> socket.socket:
        family, kind, protocol, _, address = found
        sock = socket.socket(family, kind, protocol)
        try:
            sock.setblocking(False)
            await self.sock_connect(sock, address)
        except BaseException:
            sock.close()
            raise
        return sock


class _Server(asyncio.AbstractServer):
    """Accepts as asyncio does: `backlog` connections a turn; none for a second when no file is left."""

    def __init__(
        self,
        loop: FastLoop,
        sock: socket.socket,
        backlog: int,
        serve: Callable[[socket.socket], Coroutine[Any, Any, Any]],
    ) -> None:
        self._loop, self._sock, self._backlog, self._serve = loop, sock, backlog, serve
        self._tasks: set[asyncio.Task[Any]] = set()
        self._again: asyncio.TimerHandle | None = None
        self._serving = self._closed = False

    @property
    def sockets(self) -> tuple[socket.socket, ...]:
        """What it listens at."""
        return () if self._closed else (self._sock,)

    def get_loop(self) -> asyncio.AbstractEventLoop:
        return self._loop  # type: ignore[return-value]

    def is_serving(self) -> bool:
        return self._serving

    async def start_serving(self) -> None:
        if not self._serving and not self._closed:
            self._serving = True
            self._sock.listen(self._backlog)
            self._go_on()

    def close(self) -> None:
        if self._closed:
            return
        self._serving, self._closed = False, True
        if self._again is not None:
            self._again.cancel()
        self._loop.remove_reader(self._sock)
        self._sock.close()

    async def serve_forever(self) -> None:
        raise NotImplementedError

    async def wait_closed(self) -> None:
        """As up to Python 3.11: what it has accepted goes on."""

    # Python 3.13 has these two as well; nothing here asks for them.

    def close_clients(self) -> None:
        raise NotImplementedError

    def abort_clients(self) -> None:
        raise NotImplementedError

    def _go_on(self) -> None:
        self._again = None
        self._loop.add_reader(self._sock, self._accept)

    def _accept(self) -> None:
        for _ in range(self._backlog):
            try:
                accepted, _ = self._sock.accept()
            except (BlockingIOError, InterruptedError, ConnectionAbortedError):
                return
            except OSError as error:
                if error.errno not in OUT_OF_FILES:
                    raise
                context = {"message": "socket.accept() out of system resource", "exception": error}
                self._loop.call_exception_handler(context)
                self._loop.remove_reader(self._sock)
                self._again = self._loop.call_later(ACCEPT_AGAIN_S, self._go_on)
                return
            accepted.setblocking(False)
            task = self._loop.create_task(self._serve(accepted))
            self._tasks.add(task)
            task.add_done_callback(self._served)

    def _served(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        error = None if task.cancelled() else task.exception()
        if error is not None and not isinstance(error, OSError):  # not that a peer left, or knows no TLS
            self._loop.call_exception_handler({"message": "a connection was not served", "exception": error})


def _in_turn(found: list[Any]) -> list[Any]:
    """The addresses with their families in turn, the first one's first (RFC 8305 §4)."""
    first = [one for one in found if one[0] == found[0][0]]
    others = [one for one in found if one[0] != found[0][0]]
    return [one for pair in zip_longest(first, others) for one in pair if one is not None]


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
