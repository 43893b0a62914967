"""The Call Manager's door: SSCP sessions over WebSocket."""

import asyncio
import logging
import math
import ssl
from collections import Counter
from collections.abc import Collection
from http import HTTPStatus

from websockets.asyncio.server import Server, ServerConnection, broadcast, serve
from websockets.exceptions import ConnectionClosed
from websockets.frames import CloseCode
from websockets.http11 import Request, Response
from websockets.protocol import State
from websockets.typing import Subprotocol

from offhook.call import Terminal
from offhook.errors import CallError, ConfigError, UnavailableError
from offhook.hosts import Places
from offhook.manager.authentication import Authenticator
from offhook.manager.service import CallManager, ManagerEvent
from offhook.openfiles import calm_accepts, room_for
from offhook.sscp.connection import call_event, terminal_event
from offhook.sscp.forwarded import TrustedProxies
from offhook.sscp.framelog import frame_logger
from offhook.sscp.login import Logins
from offhook.sscp.loopback import is_loopback
from offhook.sscp.messages import MAX_MESSAGE, SUBPROTOCOL
from offhook.sscp.session import Session
from offhook.sscp.watchers import Watchers

logger = logging.getLogger(__name__)

HANDSHAKE_LIMIT_S = 10.0
LOGIN_LIMIT_S = 20.0
"""From the open connection to the good login; a throttled one waits inside it."""

CLOSE_LIMIT_S = 2.0
PING_EVERY_S = 20.0
PONG_LIMIT_S = 20.0

MAX_SESSIONS = 20_000
"""Twice what one Call Manager is meant for."""

MAX_STRANGERS = 1000
"""Sessions that have not logged in yet; more are refused, so that they cannot use up what users need."""

MAX_STRANGERS_HERE = 250
"""The same from one address: whoever says nothing there leaves room for those elsewhere."""

MAX_UNSENT = 256 * 1024
"""Bytes that wait for one client: a thousand events. A client that far behind is cut off; it comes back and
takes a snapshot. At most one message is written beyond it."""

RECHECK_S = 5.0
"""How soon a user's changed rights end the sessions that were opened with the old ones."""


class SscpServer:
    """Serves a `CallManager` to clients.

    `tls` is required unless `host` is loopback (`ConfigError`). Browsers, which say whose page they act for,
    are refused unless that `Origin` is among `origins`. `start` raises `OSError` when the port is taken.
    """

    def __init__(
        self,
        manager: CallManager,
        host: str,
        port: int,
        tls: ssl.SSLContext | None = None,
        *,
        origins: Collection[str] = (),
        authenticator: Authenticator | None = None,
        proxies: TrustedProxies | None = None,
        places: Places | None = None,
    ) -> None:
        if tls is None and not is_loopback(host):
            raise ConfigError(
                "configuration",
                "sscp.listen",
                f"{host or 'every address'} is not loopback, and there is no TLS certificate",
                "set sscp.tls_certificate and sscp.tls_key, or listen on 127.0.0.1",
            )
        self._manager = manager
        self._host, self._port, self._tls = host, port, tls
        self._places = places or Places()
        self._origins = frozenset(origins)
        self._proxies = proxies or TrustedProxies()
        self._authenticator = authenticator or Authenticator(manager.users)
        self._logins = Logins(self._authenticator, manager.audit, places)
        self._open: set[ServerConnection] = set()
        self._connections: dict[Session, ServerConnection] = {}
        self._watchers: Watchers[Session] = Watchers()
        self._strangers: Counter[str] = Counter()
        self._server: Server | None = None
        self._max_sessions = MAX_SESSIONS
        self._rechecking: asyncio.Task[None] | None = None
        self._unsubscribe = manager.subscribe(self._on_event)

    @property
    def port(self) -> int:
        """The port it listens on, once started."""
        assert self._server is not None
        return int(next(iter(self._server.sockets)).getsockname()[1])

    async def start(self) -> None:
        """Listen."""
        opened = self._open

        class Known(ServerConnection):
            """Known from the first moment, so that one that never says a word does not hold up `stop`."""

            def connection_made(self, transport: asyncio.BaseTransport) -> None:
                super().connection_made(transport)
                opened.add(self)

            def connection_lost(self, exc: Exception | None) -> None:
                super().connection_lost(exc)
                opened.discard(self)

        calm_accepts(asyncio.get_running_loop())
        self._max_sessions = room_for(MAX_SESSIONS)
        self._server = await serve(
            self._serve,
            self._host,
            self._port,
            ssl=self._tls,
            subprotocols=[Subprotocol(SUBPROTOCOL)],
            process_request=self._admit,
            compression=None,
            logger=frame_logger,
            server_header=None,
            open_timeout=HANDSHAKE_LIMIT_S,
            close_timeout=CLOSE_LIMIT_S,
            ping_interval=PING_EVERY_S,
            ping_timeout=PONG_LIMIT_S,
            max_size=MAX_MESSAGE,
            create_connection=Known,
        )
        self._rechecking = asyncio.get_running_loop().create_task(self._recheck())

    async def stop(self) -> None:
        """Stop listening, close the sessions (1001, going away), in `CLOSE_LIMIT_S` or a little more."""
        self._unsubscribe()
        if self._rechecking is not None:
            self._rechecking.cancel()
            await asyncio.gather(self._rechecking, return_exceptions=True)
        if self._server is not None:
            for connection in [one for one in self._open if one.state is State.CONNECTING]:
                connection.transport.abort()
            self._server.close()
            await self._server.wait_closed()
        self._authenticator.close()

    def _admit(self, connection: ServerConnection, request: Request) -> Response | None:
        """Before the WebSocket opens: who asks from a web page, or is one too many, is turned away."""
        origins = request.headers.get_all("Origin")
        if any(origin not in self._origins for origin in origins):
            logger.warning("refused a session from %s for the web page %r", self._source(connection), origins)
            return connection.respond(
                HTTPStatus.FORBIDDEN, "This web page may not talk to the Call Manager; see sscp.origins.\n"
            )
        strangers = self._strangers
        if (
            len(self._connections) >= self._max_sessions
            or strangers.total() >= MAX_STRANGERS
            or strangers[self._places.of(self._source(connection))] >= MAX_STRANGERS_HERE
        ):
            response = connection.respond(
                HTTPStatus.SERVICE_UNAVAILABLE, "Too many sessions; try again later.\n"
            )
            response.headers["Retry-After"] = str(math.ceil(self._authenticator.come_back_s()))
            return response
        return None

    async def _serve(self, connection: ServerConnection) -> None:
        session = Session(
            self._manager,
            self._logins,
            self._watchers,
            self._source(connection),
            write=lambda message: self._write([session], message),
        )
        self._connections[session] = connection
        try:
            if await self._log_in(connection, session):
                while await self._exchange(connection, session):
                    pass
        except ConnectionClosed as closed:
            logger.debug("session with %s ended: %s", session.source, closed)
        finally:
            session.end()
            del self._connections[session]

    async def _log_in(self, connection: ServerConnection, session: Session) -> bool:
        """Serve until the login is good; False when it took too long or the session is to be over."""
        here = self._places.of(session.source)
        self._strangers[here] += 1
        try:
            async with asyncio.timeout(LOGIN_LIMIT_S):
                while session.principal is None:
                    if not await self._exchange(connection, session):
                        return False
        except TimeoutError:
            await connection.close(CloseCode.POLICY_VIOLATION, "no login in time")
            return False
        finally:
            self._strangers[here] -= 1
            self._strangers += Counter()  # without those that have none left
        return True

    async def _exchange(self, connection: ServerConnection, session: Session) -> bool:
        """One message in, its answer out; False once the session is to be over."""
        await session.handle(await connection.recv(decode=False))
        outbox, session.half.outbox = session.half.outbox, []
        for message in outbox:
            self._write([session], message)
        if session.half.broken is None:
            return True
        logger.warning("ending the session with %s: %s", session.source, session.half.broken)
        await connection.close(CloseCode.POLICY_VIOLATION, session.half.broken)
        return False

    def _on_event(self, event: ManagerEvent) -> None:
        terminal = event.id if isinstance(event, Terminal) else event.call.terminal
        watchers = self._watchers.of(terminal)
        if not watchers:
            return
        message = terminal_event(event) if isinstance(event, Terminal) else call_event(event.seq, event.call)
        self._write([session for session in watchers if not session.holds(message)], message)

    def _write(self, sessions: list[Session], message: bytes) -> None:
        """Write without waiting; whoever has not read `MAX_UNSENT` bytes by now is cut off instead."""
        ready = []
        for session in sessions:
            connection = self._connections[session]
            if connection.transport.is_closing():
                continue
            if connection.transport.get_write_buffer_size() > MAX_UNSENT:
                logger.warning("cutting off %s: it does not read what it asked for", session.source)
                connection.transport.abort()
                continue
            ready.append(connection)
        broadcast(ready, message.decode())

    def _source(self, connection: ServerConnection) -> str:
        """The client's host, by which its failed logins are counted; behind a trusted proxy as that says."""
        peer = connection.remote_address
        if not peer:
            return "an unknown peer"
        request = connection.request
        values = request.headers.get_all(self._proxies.header) if request is not None else []
        return self._proxies.source(str(peer[0]), values)

    async def _recheck(self) -> None:
        """End the sessions of users that were removed or whose rights changed; they may log in anew."""
        while True:
            await asyncio.sleep(RECHECK_S)
            principals = {session.principal for session in self._connections if session.principal}
            try:
                stale = await self._authenticator.read(self._manager.users.stale, principals)
            except (CallError, UnavailableError) as error:
                logger.error("the rights of open sessions cannot be checked: %s", error)
                continue
            ending = [
                connection.close(CloseCode.POLICY_VIOLATION, "the user's rights changed; log in again")
                for session, connection in self._connections.items()
                if session.principal in stale
            ]
            await asyncio.gather(*ending)
