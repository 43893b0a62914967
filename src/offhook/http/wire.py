"""A connection of the HTTP server: uvicorn's protocol on httptools, with the limits that it does not have.

uvicorn waits without end for a request to become whole and for an answer to be read, and takes headers of any
length. Here each of these has a limit, and a connection can be cut off.
"""

import asyncio
import logging
from collections.abc import Callable
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from offhook.common.aborting import abort

HEAD_LIMIT_S = 10.0
"""From the connection, or the first byte of a further request, to the end of its headers."""

BODY_LIMIT_S = 20.0
"""From there to the end of its body, of `requests.MAX_BODY` bytes at most."""

UNREAD_LIMIT_S = 60.0
"""How long a client may read nothing while more waits for it than the system takes."""

CLOSE_LIMIT_S = 5.0
"""How long a connection that is to be closed may still take to read what was written to it."""

IDLE_S = 30
"""How long a connection is kept open for a further request."""

MAX_HEAD = 16 * 1024
"""Bytes of a request's line and headers: twice what browsers send with many cookies."""

logger = logging.getLogger(__name__)
logger.setLevel(logging.ERROR)  # its warnings say that a stranger has sent nonsense, once for each time

TOO_LONG = b"HTTP/1.1 431 Request Header Fields Too Large\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


class Connection(HttpToolsProtocol):
    """One connection. The requests find it in their scope, as `scope["state"]["connection"]`."""

    def __init__(self, *arguments: Any, **more: Any) -> None:
        super().__init__(*arguments, **more)
        self.app_state = {"connection": self}
        self.logger, self.access_log = logger, False
        self.on_lost: Callable[[], None] | None = None
        self._deadline: asyncio.TimerHandle | None = None
        self._unread: asyncio.TimerHandle | None = None
        self._head = 0
        self._in_head = True

    @property
    def file(self) -> int:
        """The number of its socket."""
        return int(self.transport.get_extra_info("socket").fileno())

    def abort(self) -> None:
        """Cut it off, whatever waits to be written."""
        abort(self.transport)

    def close_soon(self) -> None:
        """Close it when what was written has been read, or after a while."""
        self.transport.close()
        self.loop.call_later(CLOSE_LIMIT_S, self.transport.abort)

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Accepted, with TLS after the handshake."""
        super().connection_made(transport)
        self._wait(HEAD_LIMIT_S)

    def connection_lost(self, exc: Exception | None) -> None:
        """It is over, by whomever."""
        self._wait(None)
        self.resume_writing()
        self._unset_keepalive_if_required()
        super().connection_lost(exc)
        if self.on_lost is not None:
            self.on_lost()

    def data_received(self, data: bytes) -> None:
        """Bytes have come. Requests whose headers are too long are refused before they are whole."""
        if self._in_head:
            self._head += len(data)
        super().data_received(data)
        if self._in_head and self._head > MAX_HEAD and not self.transport.is_closing():
            self.transport.write(TOO_LONG)
            self.close_soon()

    def on_message_begin(self) -> None:
        """The first byte of a request."""
        super().on_message_begin()
        self._in_head = True
        self._wait(HEAD_LIMIT_S)

    def on_headers_complete(self) -> None:
        """The headers of a request are whole."""
        self._in_head, self._head = False, 0
        self._wait(BODY_LIMIT_S)
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """A request is whole."""
        self._wait(None)
        self._in_head, self._head = True, 0
        super().on_message_complete()

    def send_400_response(self, msg: str) -> None:
        """What came is no HTTP."""
        super().send_400_response(msg)
        self.close_soon()

    def timeout_keep_alive_handler(self) -> None:
        """No further request has come."""
        if not self.transport.is_closing():
            self.close_soon()

    def pause_writing(self) -> None:
        """More waits to be read than is to be kept."""
        super().pause_writing()
        if self._unread is None:
            self._unread = self.loop.call_later(UNREAD_LIMIT_S, self.transport.abort)

    def resume_writing(self) -> None:
        """The client has read on."""
        super().resume_writing()
        if self._unread is not None:
            self._unread.cancel()
            self._unread = None

    def _wait(self, limit_s: float | None) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
        self._deadline = None if limit_s is None else self.loop.call_later(limit_s, self._too_late)

    def _too_late(self) -> None:
        """The request does not become whole. An answer that is under way already is not kept for it."""
        self.abort()
