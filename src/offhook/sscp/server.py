"""The server of SSCP sessions, over WebSocket: how programs reach the Call Manager."""

import asyncio
import logging
import math
import ssl
from collections import Counter
from http import HTTPStatus
from typing import Any

from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.exceptions import ConnectionClosed
from websockets.frames import CloseCode
from websockets.http11 import Request, Response
from websockets.protocol import State
from websockets.typing import Subprotocol

from offhook.common.aborting import abort
from offhook.common.arrivals import MAX_SILENT, MAX_SILENT_HERE, Arrivals, Listening
from offhook.common.forwarded import TrustedProxies, networks
from offhook.common.network import RateLimitKeys
from offhook.common.openfiles import Interface, calm_accepts, room_for
from offhook.common.ratelimit import RateLimit, RateLimits
from offhook.common.tally import Tally
from offhook.config import SscpSettings
from offhook.errors import CallError, ConfigError, Refusal, UnavailableError
from offhook.manager.login import Logins
from offhook.manager.principal import Principal
from offhook.manager.service import CallManager
from offhook.manager.turns import Turns
from offhook.sscp.farewell import LOGINS_A_SECOND, RETRY_AFTER, send_away
from offhook.sscp.framelog import frame_logger
from offhook.sscp.listing import Listing
from offhook.sscp.messages import MAX_MESSAGE, SUBPROTOCOL
from offhook.sscp.messages import Request as Command
from offhook.sscp.outgoing import Outgoing
from offhook.sscp.session import Session, is_at_phone, is_listing, is_slow
from offhook.sscp.sessions import Sessions
from offhook.sscp.wire import Wire

logger = logging.getLogger(__name__)

HANDSHAKE_LIMIT_S = 10.0
LOGIN_LIMIT_S = 20.0
"""From the open connection to the good login; a throttled one waits inside it."""

CLOSE_LIMIT_S = 2.0
COMMAND_LIMIT_S = CLOSE_LIMIT_S + 0.5
"""How long stopping waits for commands in progress: a switch or a disk may not answer at all."""

END_LIMIT_S = 0.05
"""How long one that is ended for what it does may take to agree to that; it holds a place as long."""

PING_EVERY_S = 20.0
PONG_LIMIT_S = 20.0

MAX_SESSIONS = 20_000
"""Twice what one Call Manager is meant for."""

MAX_STRANGERS = 1000
"""Sessions that have not logged in yet; more are refused, so that they cannot use up what users need."""

MAX_STRANGERS_HERE = 250
"""The same from one address: whoever says nothing there leaves room for those elsewhere."""

STRANGER_SHARE = 4
"""Sessions that have not logged in are at most one in so many of all that there may be."""

HOST_SHARE = 2
"""One host's are at most one in so many of those."""

MAX_ORIGIN = 100
"""Characters of a web page's address that go into the log."""

STRANGER_RATE, STRANGER_BURST = 100.0, 1000.0
"""Frames (and KiB) a second before the login. A login is one or two; the largest message is 64 KiB."""

HOST_RATE, HOST_BURST = 1000.0, 10_000.0
"""The same of all that have not logged in at one host: behind it there may be a whole site. Looking at so
many costs a hundredth of a core, and refusing so many logins a tenth."""

MAX_UNDER_WAY = 1000
"""Commands of one user that wait for phones: as many as a client asks at once. Each ends within seconds."""

USER_RATE, USER_BURST = 2000.0, 5000.0
"""The same of all sessions of one user: twice what a Smart Messenger of 10,000 phones needs at 400 calls a
second, and a tenth of what keeps one core busy."""

RECHECK_S = 5.0
"""How soon a user's changed rights end the sessions that were opened with the old ones."""


class SscpServer:
    """Serves a `CallManager` to clients.

    `tls` is required unless it listens on loopback (`ConfigError`). Browsers, which say whose page they act
    for, are refused unless that `Origin` is among the settings' `origins`. `start` raises `OSError`
    when the port is taken.
    """

    def __init__(
        self,
        manager: CallManager,
        logins: Logins,
        settings: SscpSettings,
        tls: ssl.SSLContext | None = None,
        *,
        places: RateLimitKeys | None = None,
    ) -> None:
        if tls is None and not settings.listen.loopback:
            raise ConfigError(
                "configuration",
                "sscp.listen",
                f"{settings.listen.host or 'every address'} is not loopback, and there is no TLS certificate",
                "set sscp.tls_certificate and sscp.tls_key, or listen on 127.0.0.1",
            )
        self._manager = manager
        self._host, self._port = settings.listen
        self._tls = tls
        self._places = places or RateLimitKeys()
        self._origins = frozenset(settings.origins)
        self._proxies = TrustedProxies(networks(settings.trusted_proxies), settings.proxy_header)
        self._logins = logins
        self._open: set[Wire] = set()
        self._connections: dict[Session, Wire] = {}
        self._serving: set[asyncio.Task[Any]] = set()
        self._under_way: Counter[str] = Counter()
        self._limits: dict[Session, asyncio.Timeout] = {}
        self._listing = Listing(manager)
        self._outgoing = Outgoing(self._connections, self._listing, lambda what, who: self._note(what, who))
        self._strangers: Counter[str] = Counter()
        self._host_limits = RateLimits(HOST_RATE, HOST_BURST)
        self._user_limits = RateLimits(USER_RATE, USER_BURST)
        self._servers: list[Server] = []
        self._rechecking: asyncio.Task[None] | None = None
        self._leaving = False
        self._unsubscribe = manager.subscribe(self._outgoing.on_event)
        self._unsubscribe_trunks = manager.trunks.subscribe(self._outgoing.on_trunk)
        self._unwatch_phones = manager.phones.watch(self._outgoing.on_phones)

    @property
    def port(self) -> int:
        """The port it listens on, once started."""
        return int(next(iter(self._servers[0].sockets)).getsockname()[1])

    @property
    def sessions(self) -> int:
        """How many sessions are open, logged in or not."""
        return len(self._connections)

    async def start(self) -> None:
        """Listen."""
        opened, on_opened = self._open, self._opened

        class Known(Wire):
            """Known from the start, so that a connection that never sends anything does not delay `stop`."""

            def connection_made(self, transport: asyncio.BaseTransport) -> None:
                super().connection_made(transport)
                on_opened(self)
                opened.add(self)

            def connection_lost(self, exc: Exception | None) -> None:
                super().connection_lost(exc)
                opened.discard(self)

        loop = asyncio.get_running_loop()
        calm_accepts(loop)
        most = room_for(Interface.SSCP, MAX_SESSIONS)
        self._max_strangers = max(1, min(MAX_STRANGERS, most // STRANGER_SHARE))
        self._max_strangers_here = max(1, most // STRANGER_SHARE // HOST_SHARE)
        self._sessions = Sessions[Session](max(1, most - 2 * self._max_strangers), self._make_room)
        self._turns = Turns()
        self._note = Tally(logger.warning, loop.call_later).note
        self._arrivals = Arrivals(
            tls=self._tls is not None,
            most=min(MAX_SILENT, self._max_strangers),
            most_open=most,
            most_here=MAX_SILENT_HERE,
            place=self._places.of,
            trusted=self._proxies.trusts,
            note=self._note,
        )
        for listening in await Listening.everywhere(self._host, self._port, self._arrivals):
            self._servers.append(await self._listen(listening, Known))
        self._rechecking = loop.create_task(self._recheck())

    async def _listen(self, listening: Listening, connection: type[Wire]) -> Server:
        return await serve(
            self._serve,
            sock=listening,
            ssl=self._tls,
            ssl_handshake_timeout=None if self._tls is None else HANDSHAKE_LIMIT_S,
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
            create_connection=connection,
        )

    async def send_away(self, at_once: asyncio.Event) -> None:
        """Have all clients go to another server, which stands in: those that are here one after the other, or
        at once when that is set; whoever comes is told so."""
        self._leaving = True
        await send_away(self._connections, at_once)

    async def stop(self) -> None:
        """Stop listening, close the sessions (1001, going away), in `CLOSE_LIMIT_S` or a little more."""
        self._unsubscribe()
        self._unsubscribe_trunks()
        self._unwatch_phones()
        if self._rechecking is not None:
            self._rechecking.cancel()
            await asyncio.gather(self._rechecking, return_exceptions=True)
        for server in self._servers:
            for connection in [one for one in self._open if one.state is State.CONNECTING]:
                abort(connection.transport)
            server.close()
        closing = [asyncio.ensure_future(server.wait_closed()) for server in self._servers]
        if closing:
            await asyncio.wait(closing, timeout=COMMAND_LIMIT_S)
        for serving in self._serving:
            serving.cancel()
        await asyncio.gather(*closing)
        self._logins.close()

    def _opened(self, connection: Wire) -> None:
        """Accepted, with TLS after the handshake. Until the login it has the rate limit of strangers."""
        own = RateLimit(STRANGER_RATE, STRANGER_BURST)
        host = self._host_limits.of(self._places.of(self._source(connection)), connection.loop.time())
        connection.limits = [own, host]

    def _admit(self, connection: ServerConnection, request: Request) -> Response | None:
        """Before the WebSocket opens: refuse foreign web pages, and connections above the limits."""
        assert isinstance(connection, Wire)
        self._opened(connection)  # now the proxy has said whom it speaks for
        source = self._source(connection)
        origins = request.headers.get_all("Origin")
        if any(origin not in self._origins for origin in origins):
            self._note(f"refused a session for the web page {origins[0][:MAX_ORIGIN]!r}", source)
            return connection.respond(
                HTTPStatus.FORBIDDEN, "This web page may not talk to the Call Manager; see sscp.origins.\n"
            )
        if self._leaving:
            response = connection.respond(HTTPStatus.SERVICE_UNAVAILABLE, "Take another Call Manager.\n")
            response.headers["Retry-After"] = RETRY_AFTER
            return response
        strangers = self._strangers
        if strangers.total() >= min(MAX_STRANGERS, self._max_strangers) or strangers[
            self._places.of(source)
        ] >= min(MAX_STRANGERS_HERE, self._max_strangers_here):
            self._note("refused a session, for too many have not logged in", source)
            response = connection.respond(
                HTTPStatus.SERVICE_UNAVAILABLE, "Too many sessions; try again later.\n"
            )
            response.headers["Retry-After"] = str(math.ceil(self._logins.retry_after_s()))
            return response
        # Those that are turned away go on counting as silent: not all of them leave by themselves.
        self._arrivals.heard(connection.transport.get_extra_info("socket").fileno())
        return None

    async def _serve(self, connection: ServerConnection) -> None:
        assert isinstance(connection, Wire)
        session = Session(
            self._manager,
            self._logins,
            self._outgoing.watchers,
            self._source(connection),
            write=self._tell_place,
            listing=self._listing,
            admit=self._admit_user,
        )
        self._connections[session] = connection
        serving = asyncio.current_task()
        assert serving is not None
        self._serving.add(serving)
        try:
            if await self._log_in(connection, session):
                while await self._exchange(connection, session):
                    pass
            if session.protocol.broken is not None:
                self._note(f"ended a session: {session.protocol.broken}", session.source)
                await _end(connection, session.protocol.broken)
        except ConnectionClosed as closed:
            logger.debug("session with %s ended: %s", session.source, closed)
        finally:
            self._serving.discard(serving)
            session.end()
            del self._connections[session]
            self._outgoing.read(session)
            if session.principal is not None:
                self._sessions.discard(session.principal.name, session)

    def _admit_user(self, session: Session, principal: Principal) -> float:
        """Add a session whose login succeeded, and say over how many seconds clients are to spread that have
        lost this server. Raises `CallError` OVERLOADED if there is no room."""
        self._sessions.add(principal.name, session)
        now = asyncio.get_running_loop().time()
        self._connections[session].limits = [self._user_limits.of(principal.name, now)]
        # The last that logs in and the first are told about the same where each phone has a client.
        return max(len(self._connections), self._manager.size) / LOGINS_A_SECOND

    def _make_room(self, session: Session) -> None:
        self._note("ended a session, for there is no room for more", session.source)
        abort(self._connections[session].transport)

    async def _log_in(self, connection: Wire, session: Session) -> bool:
        """Serve until the login succeeds. False if it took too long or the session is to be ended."""
        here = self._places.of(session.source)
        self._strangers[here] += 1
        try:
            async with asyncio.timeout(LOGIN_LIMIT_S) as self._limits[session]:
                while session.principal is None:
                    if not await self._exchange(connection, session):
                        return False
        except TimeoutError:
            await _end(connection, "no login in time")
            return False
        finally:
            del self._limits[session]
            self._strangers[here] -= 1
            self._strangers += Counter()  # without those that have none left
        return True

    def _tell_place(self, session: Session, message: bytes) -> None:
        """Tell the client its place in the queue. The time limit starts anew, here and at the client."""
        self._outgoing.write([session], message)
        if (limit := self._limits.get(session)) is not None:
            limit.reschedule(asyncio.get_running_loop().time() + LOGIN_LIMIT_S)

    async def _exchange(self, connection: Wire, session: Session) -> bool:
        """Read one message and answer it. False if the session is to be ended."""
        await connection.drain()  # who does not read the last answer gets no more of them
        self._outgoing.read(session)
        command = session.protocol.receive(await connection.recv(decode=False))
        if command is not None and session.principal is None:
            await session.perform(command)
        elif command is not None and session.principal is not None and is_slow(command):
            async with self._turns.alone(session.principal.name):
                await session.perform(command)
        elif command is not None and session.principal is not None and is_at_phone(command):
            self._begin(session, command, session.principal.name)
            await asyncio.sleep(0)  # it is begun before what was asked after it
        elif command is not None and session.principal is not None:
            async with self._turns.turn(session.principal.name, listing=is_listing(command)):
                await session.perform(command)
                self._outgoing.answer(session)
        self._outgoing.answer(session)
        return session.protocol.broken is None

    def _begin(self, session: Session, command: Command, user: str) -> None:
        """Begin a command that waits for a phone; the session goes on meanwhile."""
        if self._under_way[user] >= MAX_UNDER_WAY:
            error = CallError(Refusal.OVERLOADED, "too many commands wait for phones; try again in a moment")
            session.protocol.refuse(command, error)
            return

        async def work() -> None:
            async with self._turns.turn(user):
                await session.perform(command)
            self._outgoing.answer(session)

        def done(task: asyncio.Task[None]) -> None:
            self._serving.discard(task)
            self._under_way -= Counter((user,))

        self._under_way[user] += 1
        task = asyncio.get_running_loop().create_task(work())
        self._serving.add(task)
        task.add_done_callback(done)

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
            if not principals:
                continue
            try:
                stale = await self._logins.stale(principals)
            except (CallError, UnavailableError) as error:
                logger.error("the rights of open sessions cannot be checked: %s", error)
                continue
            ending = [
                connection.close(CloseCode.POLICY_VIOLATION, "the user's rights changed; log in again")
                for session, connection in self._connections.items()
                if session.principal in stale
            ]
            await asyncio.gather(*ending)


async def _end(connection: Wire, reason: str) -> None:
    """Close the connection, even if the client does not answer."""
    try:
        async with asyncio.timeout(END_LIMIT_S):
            await connection.close(CloseCode.POLICY_VIOLATION, reason)
    except TimeoutError:
        connection.transport.close()
        connection.loop.call_later(CLOSE_LIMIT_S, connection.transport.abort)
