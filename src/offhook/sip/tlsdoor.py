"""The TLS port: counts a peer when it connects, because it may never complete the handshake."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Callable

from offhook.common.aborting import abort
from offhook.common.tracebacks import forget_frames
from offhook.sip.connection import Connection


class TlsDoor(asyncio.Protocol):
    """A TCP connection before its TLS handshake.

    `on_enter(door, host)` returns the connection that does the handshake, or None if there are too many.
    `on_gone(door)` is called if the handshake fails; after it the connection reports its own end.
    """

    def __init__(
        self,
        context: ssl.SSLContext,
        limit_s: float,
        on_enter: Callable[[TlsDoor, str], Connection | None],
        on_gone: Callable[[TlsDoor], None],
        tasks: set[asyncio.Task[None]],
    ) -> None:
        self._context, self._limit_s, self._tasks = context, limit_s, tasks
        self._on_enter, self._on_gone = on_enter, on_gone
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        peer = transport.get_extra_info("peername") or ("", 0)
        connection = self._on_enter(self, str(peer[0]))
        if connection is None:
            abort(transport)
            return
        task = asyncio.get_running_loop().create_task(self._shake_hands(transport, connection))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def abort(self) -> None:
        """Close at once, before or after the handshake."""
        if self._transport is not None:
            abort(self._transport)

    async def _shake_hands(self, transport: asyncio.Transport, connection: Connection) -> None:
        secured: asyncio.Transport | None = None
        try:
            secured = await asyncio.get_running_loop().start_tls(
                transport, connection, self._context, server_side=True, ssl_handshake_timeout=self._limit_s
            )
        except OSError as error:
            # No TLS, no certificate that we take, too slow, gone: all the peer's affair.
            forget_frames(error)
        finally:
            if secured is None or connection.closed.is_set():
                self._on_gone(self)
        if secured is not None and not connection.closed.is_set():
            connection.connection_made(secured)
            if connection.flow is None:
                self._on_gone(self)
