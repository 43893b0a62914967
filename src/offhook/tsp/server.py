"""The TSP session's server: listens, admits a limited number of sessions, and stops in a limited time."""

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Callable
from typing import Final

from offhook.common.listening import bind_problem
from offhook.common.network import rate_limit_key
from offhook.common.openfiles import Interface, calm_accepts, room_for
from offhook.common.tally import Tally
from offhook.config import TspSettings
from offhook.errors import ConfigError
from offhook.tsp.auditrecord import AuditRecord
from offhook.tsp.backend import Backend
from offhook.tsp.loginthrottle import LoginThrottle
from offhook.tsp.session import Session
from offhook.tsp.shared import Guest, Shared
from offhook.tsp.token import Token

__all__ = ["Backend", "TspServer"]

logger = logging.getLogger(__name__)

BACKLOG: Final = 100
"""Connections accepted in one turn of the loop, which is how long others wait in a flood of them."""

LOGIN_DELAY_S: Final = 1.0
"""How far apart Logins are looked at that come from where there were too many bad ones."""

DRAIN_S: Final = 2.0
"""How long `stop` waits for Actions under way, and then again for what is unsent."""

_CONFIGURATION: Final = "the configuration"


class TspServer:
    """Serves TSP sessions on one address.

    `token` is what a Login has to bring, None for any. Dial and Drop need a good Login first unless the
    settings' `require_token` is false, which is for loopback alone. Raises `ConfigError` otherwise.
    `on_audit` hears of every Login, Dial and Drop that was answered; it must not block or raise.
    """

    def __init__(
        self,
        backend: Backend,
        settings: TspSettings,
        *,
        token: str | None,
        login_delay_s: float = LOGIN_DELAY_S,
        on_audit: Callable[[AuditRecord], None] = lambda _: None,
    ) -> None:
        _check(settings, token)
        self._backend = backend
        self._host, self._port = settings.listen
        self._token, self._require_token = Token(token), settings.require_token
        self._max_sessions = settings.max_sessions
        self._login_delay_s = login_delay_s
        self._on_audit = on_audit
        self._sessions: dict[Guest, None] = {}
        self._silent: OrderedDict[Guest, None] = OrderedDict()
        self._strangers: dict[str, OrderedDict[Guest, None]] = {}
        self._full = False
        self._stopping = False
        self._empty = asyncio.Event()
        self._server: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def port(self) -> int:
        """The port that is listened on, chosen by the system when 0 was asked for."""
        if self._server is None or not self._server.sockets:
            return self._port
        port: int = self._server.sockets[0].getsockname()[1]
        return port

    @property
    def sessions(self) -> int:
        """The number of open connections."""
        return len(self._sessions)

    async def start(self) -> None:
        """Listen. Raises `ConfigError` when the address is in use or not ours."""
        loop = asyncio.get_running_loop()
        self._stopping = False
        calm_accepts(loop)
        self._limit_to_files()
        shared = Shared(
            self._backend,
            self._token,
            self._require_token,
            LoginThrottle(self._login_delay_s),
            self._admit,
            self._heard,
            self._known,
            self._gone,
            tasks=self._tasks,
            on_audit=self._on_audit,
            note=Tally(logger.warning, loop.call_later).note,
        )
        try:
            self._server = await loop.create_server(
                lambda: Session(shared), self._host, self._port, backlog=BACKLOG
            )
        except (OSError, OverflowError) as error:
            key = "tsp.listen"
            raise ConfigError(
                _CONFIGURATION, key, *bind_problem(error, self._host, self._port, key)
            ) from error
        logger.info("TSP sessions on %s:%d", self._host, self.port)

    async def stop(self) -> None:
        """Accept no more Actions, let those in progress get their Response, close. Takes a bounded time."""
        if self._server is None:
            return
        self._stopping = True
        self._server.close()
        for session in list(self._sessions):
            session.finish()
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=DRAIN_S)
        abandoned = list(self._tasks)
        for task in abandoned:
            task.cancel()
        await asyncio.gather(*abandoned, return_exceptions=True)
        for session in list(self._sessions):
            session.close()
        await self._wait_until_empty(DRAIN_S)
        for session in list(self._sessions):
            session.abort()
        await self._wait_until_empty(DRAIN_S)
        await self._server.wait_closed()
        self._server = None

    def set_token(self, token: str) -> None:
        """Require this token from now on, and end the sessions that logged in with the old one."""
        if token == self._token.value:
            return
        self._token.value = token
        logger.warning("there is a new token; ending %d TSP sessions", len(self._sessions))
        for session in list(self._sessions):
            session.close()

    def _limit_to_files(self) -> None:
        """Limit the sessions to the open files, so that it is up to us which connection is closed."""
        allowed = room_for(Interface.TSP, self._max_sessions)
        if allowed < self._max_sessions:
            self._max_sessions = allowed
            logger.info("at most %d TSP sessions: the system allows no more open files", allowed)

    async def _wait_until_empty(self, limit_s: float) -> None:
        if self._sessions:
            self._empty.clear()
            try:
                await asyncio.wait_for(self._empty.wait(), limit_s)
            except TimeoutError:
                logger.warning("%d TSP sessions do not end; aborting them", len(self._sessions))

    def _admit(self, session: Guest) -> bool:
        """Is there room? If not, the oldest connection that never sent anything is closed to make it.

        If there is none, the oldest that has not logged in, from the address with the most of these.
        """
        if self._stopping:
            return False
        if len(self._sessions) >= self._max_sessions:
            if not self._full:
                logger.warning("%d TSP connections; shedding silent ones", len(self._sessions))
                self._full = True
            shed = self._to_shed()
            if shed is None:
                return False
            self._silent.pop(shed, None)
            self._known(shed)
            self._sessions.pop(shed)
            shed.abort()
        self._sessions[session] = None
        self._silent[session] = None
        if self._require_token:
            self._strangers.setdefault(rate_limit_key(session.peer), OrderedDict())[session] = None
        return True

    def _to_shed(self) -> Guest | None:
        if self._silent:
            return next(iter(self._silent))
        if self._strangers:
            most = max(self._strangers, key=lambda host: len(self._strangers[host]))
            return next(iter(self._strangers[most]))
        return None

    def _heard(self, session: Guest) -> None:
        self._silent.pop(session, None)

    def _known(self, session: Guest) -> None:
        """The session has logged in, or has ended."""
        host = rate_limit_key(session.peer)
        of_host = self._strangers.get(host)
        if of_host is not None:
            of_host.pop(session, None)
            if not of_host:
                del self._strangers[host]

    def _gone(self, session: Guest) -> None:
        self._silent.pop(session, None)
        self._known(session)
        self._sessions.pop(session, None)
        self._full = self._full and len(self._sessions) > self._max_sessions * 9 // 10
        if not self._sessions:
            self._empty.set()


def _check(settings: TspSettings, token: str | None) -> None:
    if not settings.require_token and not settings.listen.loopback:
        raise ConfigError(
            _CONFIGURATION,
            "tsp.require_token",
            f"false, while {settings.listen.host or 'every address'} can be reached from other machines",
            "Set it to true and give a token, or listen on 127.0.0.1",
        )
    if settings.require_token and not token:
        raise ConfigError(
            _CONFIGURATION,
            "tsp.require_token",
            "true, but there is no token",
            "Give a token, or listen on 127.0.0.1 and set it to false",
        )
