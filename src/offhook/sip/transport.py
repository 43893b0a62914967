"""The asyncio transport around `Endpoint`: sockets, connections, the clock."""

from __future__ import annotations

import asyncio
import ipaddress
import logging
import socket
import ssl
from collections.abc import Callable
from functools import lru_cache
from itertools import count

from offhook.common.openfiles import Interface, calm_accepts, room_for
from offhook.common.tracebacks import forget_frames
from offhook.sip.connection import Connection, Guest
from offhook.sip.crowd import Crowd
from offhook.sip.datagrams import Datagrams, bound
from offhook.sip.endpoint import Endpoint, Flow
from offhook.sip.largerequests import LargeRequests
from offhook.sip.pump import Pump
from offhook.sip.tlsdoor import TlsDoor
from offhook.sip.transaction import Transport

logger = logging.getLogger(__name__)

MAX_CONNECTIONS = 20_000
"""TCP and TLS connections at a time: twice what a large site has with all phones on TCP."""

MAX_WAITING = 64
"""Messages kept while a connection is being opened: a large burst to one phone."""

CONNECT_S = 10.0
"""How long opening a connection may take, TLS handshake included."""

SWEEP_S = 1.0
"""How often the deadlines of connections are checked."""

BACKLOG = 1024
"""Connections that wait to be accepted, when all phones of a site come back at once."""

STOP_S = 1.0
"""How long `stop` waits for unsent data."""

CLOSING_TURNS = 5
"""Turns of the event loop that `stop` waits for closing connections."""

ACCEPTS_A_TURN = 100
"""Connections accepted in one turn of the loop at each address. More could use up all files: a refused
connection is closed only in the next turn."""

PORT_TRIES = 50
"""How many ports are tried to find one that is free for both UDP and TCP."""

PROBE_CACHE = 4096
"""Remote addresses for which the local address is cached."""


class ListenError(OSError):
    """Listening on `address` failed. `protocol` is tls, or tcp for the port that UDP and TCP share."""

    def __init__(self, protocol: Transport, address: tuple[str, int], cause: OSError) -> None:
        super().__init__(*cause.args)
        self.protocol, self.address = protocol, address


class SipTransport:
    """UDP and TCP on one port, and TLS on another if wanted. The clock is the event loop's `time()`.

    Call `flush` after using the endpoint outside its callbacks. `tls_names` has the names required in the
    certificates of peers, by address; any other certificate must contain the IP address. `tls_contexts` has
    what makes the context for some peers, by address; the others have that of all.
    """

    def __init__(
        self,
        endpoint: Endpoint,
        host: str = "127.0.0.1",
        port: int = 0,
        *,
        tls_listen: tuple[str, int] | None = None,
        tls_context: ssl.SSLContext | None = None,
        tls_client_context: ssl.SSLContext | Callable[[], ssl.SSLContext] | None = None,
    ) -> None:
        self.endpoint = endpoint
        self._host, self._port = host, port
        self._tls_listen, self._tls_context = tls_listen, tls_context
        self._tls_client_context = tls_client_context
        self.tls_names: dict[tuple[str, int], str] = {}
        self.tls_contexts: dict[tuple[str, int], Callable[[], ssl.SSLContext]] = {}
        self.on_connected: Callable[[Flow], None] = lambda _flow: None
        """Called with each connection that we have opened."""
        self.on_disconnected: Callable[[Flow], None] = lambda _flow: None
        """Called when such a connection is closed."""
        self.on_closed: Callable[[Flow], None] = lambda _flow: None
        """Called when any connection is closed, whoever opened it."""
        self.on_unreachable: Callable[[Flow, Exception], None] = lambda _flow, _error: None
        """Called when a connection could not be opened."""
        self.is_trusted: Callable[[str], bool] = lambda _host: False
        """Is a peer at this address trusted without authentication, like a configured PBX?"""
        self.pump = Pump(endpoint, self._send_by_connection, lambda host: self._local_for("udp", host))
        endpoint.large = self.large = LargeRequests(
            lambda flow: self.flow("tcp", flow.remote), lambda flow: self._waiting.get(flow, []).clear()
        )
        self._bound: dict[Transport, tuple[str, int]] = {}
        self._servers: list[asyncio.Server] = []
        self._connections: dict[int, Connection] = {}
        self._crowd: Crowd[Guest] = Crowd(MAX_CONNECTIONS)
        self._by_remote: dict[tuple[Transport, tuple[str, int]], Connection] = {}
        self._waiting: dict[Flow, list[bytes]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._ids = count(1)
        self._probed: dict[str, str] = {}
        self._sweep: asyncio.TimerHandle | None = None
        self._stopping = False

    async def start(self) -> None:
        """Bind. Raises `ListenError` if a port is taken. Port 0: one that is free for both UDP and TCP."""
        self._loop = asyncio.get_running_loop()
        self.pump.begin(self._loop)
        calm_accepts(self._loop)
        room = room_for(Interface.SIP, MAX_CONNECTIONS)
        self._accepts = max(1, min(ACCEPTS_A_TURN, room // 8))
        self._crowd.limit = max(1, room - 2 * self._accepts)
        try:
            for tries in range(PORT_TRIES):
                try:
                    await self._bind()
                    break
                except OSError as error:
                    await self._close_listeners()
                    if self._port or tries == PORT_TRIES - 1:
                        raise ListenError("tcp", (self._host, self._port), error) from error
            if self._tls_listen is not None:
                try:
                    server = await self._listen("tls", *self._tls_listen, self._tls_context)
                except OSError as error:
                    raise ListenError("tls", self._tls_listen, error) from error
                self._bound["tls"] = _address(server.sockets[0])
        except BaseException:
            await self._close_listeners()
            raise

    async def stop(self) -> None:
        """Send the outbox and close everything, in limited time."""
        self.flush()
        self._stopping = True
        self.pump.stop()
        if self._sweep is not None:
            self._sweep.cancel()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._close_listeners()

    def now(self) -> float:
        """The time to hand to the endpoint."""
        return self.pump.now()

    def local(self, protocol: Transport) -> tuple[str, int]:
        """The bound address. Raises `KeyError` if the protocol is not listened on."""
        return self._bound[protocol]

    def flow(self, protocol: Transport, remote: tuple[str, int]) -> Flow:
        """A flow to a new address; its `local` is right for Via and Contact.

        `remote` is an IP address and a port. Raises `ValueError` for a name, `OSError` if there is no route.
        """
        if protocol == "udp" and (known := self.pump.senders.get(remote)) is not None:
            return known
        _check_address(remote[0])
        return Flow(protocol, self._local_for(protocol, remote[0]), remote)

    async def connect(self, flow: Flow, limit_s: float) -> None:
        """Open the connection for a flow, if there is none.

        Does not raise if that fails. Waits at most `limit_s`; the connection may still be opened later.
        """
        key = (flow.protocol, flow.remote)
        if flow.protocol != "udp" and key not in self._by_remote and flow not in self._waiting:
            await asyncio.wait((self._begin_connecting(flow),), timeout=limit_s)

    def reach(self, flow: Flow) -> Flow:
        """The flow with our address as its peer sees it.

        For a connection that we opened this is its local end, not the address where we listen: given as
        Contact it makes the peer reuse the connection, through NAT and firewalls. Phones do the same; RFC
        3261 §18 has no better way, and RFC 5626 is rarely supported.
        """
        connection = self._by_remote.get((flow.protocol, flow.remote))
        return flow if connection is None else flow._replace(local=connection.peer_and_local()[1])

    def is_open(self, flow: Flow) -> bool:
        """Is the connection of the flow open?"""
        return flow.id in self._connections

    def forget(self, flow: Flow) -> None:
        """What is to be sent to the flow's peer next opens a new connection: nobody seems to be at the end of
        the one that there is. That stays until it is closed, for what still comes by it."""
        self._by_remote.pop((flow.protocol, flow.remote), None)

    def flush(self) -> None:
        """Send the outbox and set the timer."""
        self.pump.flush()

    # Listening

    async def _bind(self) -> None:
        server = await self._listen("tcp", self._host, self._port, None)
        self._bound["tcp"] = self._bound["udp"] = _address(server.sockets[0])
        sock = bound(self._bound["udp"])
        self.pump.datagrams = Datagrams(self.pump.datagram, self._udp_failed, sock, self._loop.time)
        await self.pump.datagrams.open()

    async def _listen(
        self, protocol: Transport, host: str, port: int, context: ssl.SSLContext | None
    ) -> asyncio.Server:
        def made() -> asyncio.Protocol:
            if context is None:
                return self._connection(protocol)
            return TlsDoor(context, CONNECT_S, self._entered, self._crowd.gone, self._tasks)

        server = await self._loop.create_server(made, host, port, backlog=self._accepts)
        self._servers.append(server)
        for listening in server.sockets:
            _let_wait(listening, BACKLOG)
        return server

    def _entered(self, door: TlsDoor, host: str) -> Connection | None:
        if self._stopping or not self._make_room(door, host, ours=False):
            return None
        connection = self._connection("tls")
        connection.below = door
        return connection

    async def _close_listeners(self) -> None:
        for server in self._servers:
            server.close()
        if self.pump.datagrams is not None:
            self.pump.datagrams.close()
        connections = list(self._connections.values())
        for connection in connections:
            connection.close()
        if connections:
            waits = [asyncio.ensure_future(connection.closed.wait()) for connection in connections]
            _, late = await asyncio.wait(waits, timeout=STOP_S)
            for connection in connections:
                connection.abort()
            for wait in late:
                await wait
        for server in self._servers:
            await server.wait_closed()
        self._servers.clear()
        self.pump.datagrams = None
        # Sockets are closed some turns of the loop later: a connection that was just accepted is first
        # handed to us (and refused), then closed. There is no event for that.
        for _ in range(CLOSING_TURNS):
            await asyncio.sleep(0)

    def _udp_failed(self, error: Exception) -> None:
        """For the current datagram, or for an earlier one (Windows)."""
        logger.debug("UDP: %s", error)

    # Out

    def _send_by_connection(self, flow: Flow, data: bytes) -> bool:
        if flow.id:
            connection = self._connections.get(flow.id)
            return connection is not None and connection.send(data)
        connection = self._by_remote.get((flow.protocol, flow.remote))
        if connection is not None:
            connection.aliases.add(flow)
            return connection.send(data)
        return self._connect_for(flow, data)

    def _connect_for(self, flow: Flow, data: bytes) -> bool:
        waiting = self._waiting.get(flow)
        if waiting is not None:
            if len(waiting) >= MAX_WAITING:
                return False
            waiting.append(data)
            return True
        if self._stopping or len(self._crowd) + len(self._waiting) >= self._crowd.limit:
            return False
        self._begin_connecting(flow, data)
        return True

    def _begin_connecting(self, flow: Flow, *waiting: bytes) -> asyncio.Task[None]:
        self._waiting[flow] = list(waiting)
        task = self._loop.create_task(self._connect(flow))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def _connect(self, flow: Flow) -> None:
        context, name = None, None
        if flow.protocol == "tls":
            own = self.tls_contexts.get(flow.remote)
            given = own or self._tls_client_context or ssl.create_default_context()
            context = given if isinstance(given, ssl.SSLContext) else given()
            name = self.tls_names.get(flow.remote)
        connection: Connection | None = None
        try:
            async with asyncio.timeout(CONNECT_S):
                _, connection = await self._loop.create_connection(
                    lambda: self._connection(flow.protocol, ours=True),
                    *flow.remote,
                    ssl=context,
                    server_hostname=name,
                )
        except (OSError, TimeoutError) as error:
            logger.info("no connection to %s:%d: %s", *flow.remote, error)
            self.on_unreachable(flow, error)
            forget_frames(error)
        waiting = self._waiting.pop(flow)
        sent = False
        if connection is not None:
            connection.established()
            connection.aliases.add(flow)
            self._by_remote[flow.protocol, flow.remote] = connection
            sent = all([connection.send(data) for data in waiting if self.pump.may()])
            self.on_connected(flow)
        if not sent:
            self.endpoint.flow_failed(flow, self._loop.time())
        self.flush()

    # Connections

    def known(self, flow: Flow, name: str) -> None:
        """The peer has authenticated as this name: it is no longer a stranger."""
        connection = self._connections.get(flow.id)
        if connection is not None:
            if not connection.known:
                connection.established()
            for guest in self._crowd.known(connection.guest, name):
                guest.abort()

    def _connection(self, protocol: Transport, *, ours: bool = False) -> Connection:
        return Connection(
            lambda connection: self._opened(protocol, connection, ours),
            lambda connection, data: self._framed(connection, data),
            self._no_sip,
            self._lost,
            self._loop.time,
        )

    def _opened(self, protocol: Transport, connection: Connection, ours: bool) -> Flow | None:
        remote, local = connection.peer_and_local()
        if self._stopping:
            return None
        if connection.guest is connection and not self._make_room(connection, remote[0], ours=ours):
            return None
        if self.is_trusted(remote[0]):
            connection.established()
        port = self._bound[protocol][1] if protocol in self._bound else local[1]
        flow = Flow(protocol, (local[0], port), remote, next(self._ids))
        self._connections[flow.id] = connection
        self._sweep_later()
        return flow

    def _make_room(self, guest: Guest, host: str, *, ours: bool) -> bool:
        """Is there room for one more, possibly after closing another?"""
        leaving = self._crowd.came(guest, host, self._loop.time(), trusted=ours or self.is_trusted(host))
        if leaving:
            self._note("more connections than there is room for; the oldest stranger's goes", host)
        for one in leaving:
            if one is not guest:
                one.abort()
        self._sweep_later()
        return guest not in leaving

    def _note(self, what: str, host: str) -> None:
        self.endpoint.now = self._loop.time()
        self.endpoint.strangers.note(what, host)
        self.flush()

    def _no_sip(self, connection: Connection, reason: str) -> None:
        if connection.flow is not None:
            self._note(f"{reason}, connection closed", connection.flow.remote[0])

    def _framed(self, connection: Connection, data: bytes) -> None:
        if connection.flow is not None:
            self.pump.receive(data, connection.flow)

    def _lost(self, connection: Connection) -> None:
        flow = connection.flow
        if flow is None:
            return
        self._connections.pop(flow.id, None)
        self._crowd.gone(connection.guest)
        if self._by_remote.get((flow.protocol, flow.remote)) is connection:
            del self._by_remote[flow.protocol, flow.remote]
            if not self._stopping:
                self.on_disconnected(flow)
        for failed in (flow, *connection.aliases):
            self.endpoint.flow_failed(failed, self._loop.time())
        if not self._stopping:
            self.on_closed(flow)
        self.flush()

    def _sweep_later(self) -> None:
        """Only while there are connections: at rest nothing happens."""
        if self._sweep is None and not self._stopping and (self._connections or len(self._crowd)):
            self._sweep = self._loop.call_later(SWEEP_S, self._sweep_connections)

    def _sweep_connections(self) -> None:
        self._sweep = None
        now = self._loop.time()
        for connection in list(self._connections.values()):
            if now >= connection.deadline:
                connection.abort()
        for guest in self._crowd.too_long(now):
            guest.abort()
        self._sweep_later()

    def _local_for(self, protocol: Transport, remote: str) -> tuple[str, int]:
        host, port = self._bound.get(protocol) or self._bound["tcp"]
        if host not in ("0.0.0.0", "::"):
            return host, port
        known = self._probed.get(remote)
        if known is None:
            known = _own_address(remote)
            if len(self._probed) >= PROBE_CACHE:
                self._probed.clear()
            self._probed[remote] = known
        return known, port


@lru_cache(maxsize=PROBE_CACHE)
def _check_address(host: str) -> None:
    """Raises `ValueError` for what is no IP address. Asked for each call, mostly of the same phones."""
    ipaddress.ip_address(host)


def _own_address(remote: str) -> str:
    """The local address for sending to this peer, from the routing table. No packet is sent."""
    family = socket.AF_INET6 if ":" in remote else socket.AF_INET
    with socket.socket(family, socket.SOCK_DGRAM) as probe:
        probe.connect((remote, 9))
        return str(probe.getsockname()[0])


def _let_wait(listening: socket.socket, count: int) -> None:
    """Set the backlog. asyncio would accept as many connections in one turn as its own backlog parameter."""
    with listening.dup() as same:
        same.listen(count)


def _address(sock: socket.socket) -> tuple[str, int]:
    name = sock.getsockname()
    return (str(name[0]), int(name[1]))
