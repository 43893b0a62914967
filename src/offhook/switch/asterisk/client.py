"""The asyncio shell around an AMI session: connects, keeps it alive, connects again."""

from __future__ import annotations

import asyncio
import logging
import random
import ssl
from collections.abc import Callable

from offhook.errors import PeerError, UnavailableError
from offhook.switch.asterisk.ami import Message
from offhook.switch.asterisk.session import AmiSession, Answer, Fields, LoginRefused, Reply
from offhook.switch.asterisk.settings import AsteriskSettings, config_error

logger = logging.getLogger(__name__)

CONNECT_S = 5.0
"""How long connecting and the login may take."""

FIRST_WAIT_S, MAX_WAIT_S = 0.1, 5.0
"""Between attempts to connect: doubled each time, with jitter. A PBX that restarts is back within seconds."""

REFUSED_WAIT_S = 30.0
"""After a refused login: a secret does not become right by trying, and Asterisk logs each attempt."""

READ = 1 << 16


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
        self._tls = _tls(settings)
        self._session: AmiSession | None = None
        self._writer: asyncio.StreamWriter | None = None
        self._task: asyncio.Task[None] | None = None
        self._alive = asyncio.Event()
        self.problem: Exception | None = None
        """Why there is no connection; None before the first attempt has ended and while there is one."""
        self.attempted = asyncio.Event()
        """Set once the first attempt has ended, well or not."""

    @property
    def up(self) -> bool:
        """Is somebody logged in?"""
        return self._session is not None and self._session.ready

    def start(self) -> None:
        """Begin to connect."""
        self._task = asyncio.get_running_loop().create_task(self._keep())

    async def stop(self) -> None:
        """Send what waits, close."""
        if self._task is not None:
            self._flush()
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    def act(self, action: str, fields: Fields, answer: Answer = lambda _reply: None) -> None:
        """Send an action, at once: what follows a dial, like its log, need not be waited for.

        Raises `UnavailableError` without a connection.
        """
        if self._session is None or not self._session.ready:
            raise UnavailableError("there is no connection to Asterisk just now; try again in a moment")
        self._session.act(action, fields, answer)
        self._flush()

    async def ask(self, action: str, fields: Fields) -> Reply:
        """Send an action and wait for its reply. Raises `UnavailableError`."""
        done: asyncio.Future[Reply] = asyncio.get_running_loop().create_future()

        def answer(reply: Reply) -> None:
            if not done.done():
                done.set_result(reply)

        self.act(action, fields, answer)
        return await done

    def _flush(self) -> None:
        if self._session is not None and self._writer is not None and (data := self._session.take()):
            self._writer.write(data)

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
        if self._writer is not None:
            self._writer.close()
            self._writer = None
        if was_up:
            self._on_down()
        return was_up

    async def _connect(self) -> None:
        host, port = self.settings.address
        async with asyncio.timeout(CONNECT_S):
            reader, self._writer = await asyncio.open_connection(host, port, ssl=self._tls)
        session = self._session = AmiSession(
            self.settings.user,
            self.settings.secret,
            clear=self._tls is not None or host in ("localhost", "::1") or host.startswith("127."),
            on_ready=self._ready,
            on_event=self._on_event,
        )
        try:
            async with asyncio.timeout(CONNECT_S):
                while not session.ready:
                    await self._read(reader, session)
            await self._serve(reader, session)
        except asyncio.CancelledError:
            self._writer.close()
            raise

    async def _serve(self, reader: asyncio.StreamReader, session: AmiSession) -> None:
        asked = False
        while True:
            try:
                async with asyncio.timeout(self.settings.ping_s):
                    await self._read(reader, session)
                asked = False
            except TimeoutError:
                if asked:
                    raise PeerError("says nothing any more, not even to a ping") from None
                asked = True
                self.act("Ping", [])

    async def _read(self, reader: asyncio.StreamReader, session: AmiSession) -> None:
        data = await reader.read(READ)
        if not data:
            raise PeerError("has closed the connection")
        session.receive(data)
        self._flush()

    def _ready(self) -> None:
        self.problem = None
        self.attempted.set()
        logger.info("connected to Asterisk at %s:%d", *self.settings.address)
        self._on_up()


def _tls(settings: AsteriskSettings) -> ssl.SSLContext | None:
    if not settings.tls:
        return None
    try:
        return ssl.create_default_context(cafile=settings.ca_file)
    except (OSError, ssl.SSLError) as error:
        raise config_error("ca_file", f"cannot be used: {error}", "Give a readable PEM file") from error


def _words(error: Exception) -> str:
    if isinstance(error, TimeoutError):
        return "does not answer"
    return (error.strerror if isinstance(error, OSError) else None) or str(error)
