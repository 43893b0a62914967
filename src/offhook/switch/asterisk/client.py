"""The asyncio shell around an AMI session: connects, keeps it alive, connects again."""

from __future__ import annotations

import asyncio
import logging
import random
import socket
import struct
import sys
from collections.abc import Callable

from offhook.common.aborting import abort
from offhook.common.connecting import connect_error_text
from offhook.common.network import is_loopback
from offhook.common.tlspair import WatchedAuthority, error_text
from offhook.config import AsteriskSettings
from offhook.errors import ConfigError, PeerError, UnavailableError
from offhook.switch.asterisk.ami import Message
from offhook.switch.asterisk.session import AmiSession, Answer, Fields, LoginRefused, Reply

logger = logging.getLogger(__name__)

CONNECT_S = 5.0
"""How long connecting and the login may take."""

FIRST_WAIT_S, MAX_WAIT_S = 0.1, 5.0
"""Between attempts to connect: doubled each time, with jitter. A PBX that restarts is back within seconds."""

REFUSED_WAIT_S = 30.0
"""After a refused login: a secret does not become right by trying, and Asterisk logs each attempt."""


class _Wire(asyncio.Protocol):
    """One connection: hands its bytes to the session as they come.

    `ended` has the error that ended it; `settled` is set at the end as well as after the login.
    """

    def __init__(self, session: AmiSession) -> None:
        self._session = session
        self._loop = asyncio.get_running_loop()
        self.transport: asyncio.Transport | None = None
        self.ended: asyncio.Future[None] = self._loop.create_future()
        self.settled = asyncio.Event()
        self.heard_at = self._loop.time()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        self.heard_at = self._loop.time()
        if self.ended.done():
            return
        try:
            self._session.receive(data)
        except PeerError as error:
            self._end(error)
        self.flush()

    def connection_lost(self, exc: Exception | None) -> None:
        self._end(exc or PeerError("has closed the connection"))

    def flush(self) -> None:
        """Write what the session has to send."""
        if self.transport is not None and (data := self._session.outgoing()):
            self.transport.write(data)

    def close(self) -> None:
        """Write what is left, then close."""
        self.flush()
        if self.transport is not None:
            self.transport.close()
        if not self.ended.cancel() and not self.ended.cancelled():
            self.ended.exception()  # which asyncio else complains that nobody looked at

    def forget(self) -> None:
        """Close it, and have the system forget what has not arrived: when the network is back it would be
        carried out, minutes late, while another node may act already."""
        if self.transport is not None:
            at_once = struct.pack("hh" if sys.platform == "win32" else "ii", 1, 0)
            self.transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, at_once)
            abort(self.transport)

    def _end(self, error: Exception) -> None:
        if not self.ended.done():
            self.ended.set_exception(error)
            self.settled.set()


class AmiClient:
    """One connection at a time, kept up from `start` to `stop`. Its functions are called in the event loop.

    `on_up` after each login; `on_down` when a connection that was up is lost; `on_event` for each event.
    """

    def __init__(
        self,
        settings: AsteriskSettings,
        *,
        on_up: Callable[[], None],
        on_down: Callable[[], None],
        on_event: Callable[[Message], None],
    ) -> None:
        self.settings = settings
        self._on_up, self._on_down, self._on_event = on_up, on_down, on_event
        self._tls = authority(settings)
        self._session: AmiSession | None = None
        self._wire: _Wire | None = None
        self._task: asyncio.Task[None] | None = None
        self._asked: set[asyncio.Future[Reply]] = set()
        self.problem: Exception | None = None
        """Why there is no connection; None before the first attempt has ended and while there is one."""
        self.attempted = asyncio.Event()
        """Set once the first attempt has ended, well or not."""

    @property
    def up(self) -> bool:
        """Is there a connection, and are we logged in?"""
        return self._session is not None and self._session.ready

    def start(self) -> None:
        """Begin to connect."""
        self._task = asyncio.get_running_loop().create_task(self._keep())

    async def stop(self) -> None:
        """Send what is left, and close."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        if self._wire is not None:
            self._wire.close()

    def act(self, action: str, fields: Fields, answer: Answer = lambda _reply: None) -> None:
        """Send an action, at once: what follows a dial, like its log, need not be waited for.

        Raises `UnavailableError` without a connection.
        """
        if self._session is None or self._wire is None or not self._session.ready:
            raise _no_connection()
        self._session.act(action, fields, answer)
        self._wire.flush()

    async def ask(self, action: str, fields: Fields) -> Reply:
        """Send an action, wait for its reply. Raises `UnavailableError`, also when the connection is lost."""
        done: asyncio.Future[Reply] = asyncio.get_running_loop().create_future()

        def answer(reply: Reply) -> None:
            if not done.done():
                done.set_result(reply)

        self.act(action, fields, answer)
        self._asked.add(done)
        try:
            return await done
        finally:
            self._asked.discard(done)

    # The connection

    async def _keep(self) -> None:
        wait = FIRST_WAIT_S
        while True:
            try:
                await self._connect()
            except LoginRefused as error:
                self._failed(error)
                wait = REFUSED_WAIT_S
            except (OSError, PeerError, TimeoutError) as error:
                self._failed(error)
            was_up = self._lost()
            wait = FIRST_WAIT_S if was_up else wait
            await asyncio.sleep(wait * (0.5 + 0.5 * random.random()))
            wait = min(wait * 2, MAX_WAIT_S)

    def _failed(self, error: Exception) -> None:
        if str(error) != str(self.problem):
            logger.warning("Asterisk at %s:%d: %s; trying on", *self.settings.address, _words(error))
        self.problem = error
        self.attempted.set()

    def _lost(self) -> bool:
        was_up = self.up
        self._session = None
        if self._wire is not None:
            self._wire.close()
            self._wire = None
        for done in self._asked:
            if not done.done():
                done.set_exception(_no_connection())
        if was_up:
            self._on_down()
        return was_up

    async def _connect(self) -> None:
        """One connection, from connecting to its end, which is always an exception."""
        host, port = self.settings.address
        session = AmiSession(
            self.settings.user,
            self.settings.secret,
            clear=self._tls is not None or is_loopback(host),
            on_ready=self._ready,
            on_event=self._on_event,
        )
        wire = self._wire = _Wire(session)
        self._session = session
        async with asyncio.timeout(CONNECT_S):
            tls = self._tls.context() if self._tls is not None else None
            await asyncio.get_running_loop().create_connection(lambda: wire, host, port, ssl=tls)
        async with asyncio.timeout(CONNECT_S):
            await wire.settled.wait()
        await self._serve(wire)

    async def _serve(self, wire: _Wire) -> None:
        """Ping Asterisk after each silence. The end of the connection is always an exception."""
        loop = asyncio.get_running_loop()
        asked_at = 0.0
        while True:
            last = max(wire.heard_at, asked_at)
            await asyncio.wait((wire.ended,), timeout=last + self.settings.ping_s - loop.time())
            if wire.ended.done():
                wire.ended.result()
            if wire.heard_at > last:
                continue
            if asked_at > wire.heard_at:
                wire.forget()
                raise PeerError("says nothing any more, not even to a ping")
            asked_at = loop.time()
            self.act("Ping", [])

    def _ready(self) -> None:
        assert self._wire is not None
        self._wire.settled.set()
        self.problem = None
        self.attempted.set()
        logger.info("connected to Asterisk at %s:%d", *self.settings.address)
        self._on_up()


def authority(settings: AsteriskSettings) -> WatchedAuthority | None:
    """The authority that has to have signed AMI's certificate; None without TLS. Raises `ConfigError`."""
    if not settings.tls:
        return None
    try:
        return WatchedAuthority(settings.ca_file)
    except OSError as error:
        raise config_error(
            "ca_file", f"cannot be used: {error_text(error)}", "Give a readable PEM file"
        ) from error


def _no_connection() -> UnavailableError:
    return UnavailableError("there is no connection to Asterisk just now", "try again in a moment")


def _words(error: Exception) -> str:
    return connect_error_text(error) if isinstance(error, OSError) else str(error)


def config_error(key: str, what: str, fix: str) -> ConfigError:
    """The error for a setting of `[switch.asterisk]` that Asterisk refuses."""
    return ConfigError("configuration", f"switch.asterisk.{key}", what, fix)
