"""The servers of a PBX or provider and which of them answer (RFC 3263 §4.3): found by name, probed."""

from __future__ import annotations

import asyncio
import logging
import math
import ssl
from collections.abc import Callable, Sequence
from functools import partial
from typing import Protocol

from offhook.common.dnssrv import AskSrv
from offhook.common.network import bracketed, host_port, same_host
from offhook.sip.endpoint import Endpoint, Failure, Flow
from offhook.sip.message import Request, Response
from offhook.sip.transaction import Transport
from offhook.sip.transport import SipTransport
from offhook.switch.b2bua.useragent import options
from offhook.switch.upstream.locate import Address, is_named, locate, split_host
from offhook.switch.upstream.problems import connection_problem, no_address, no_answer

logger = logging.getLogger(__name__)

LOST_S = 0.5
"""How soon after a connection was lost its server is asked again."""

SET_ASIDE_S = 30.0
"""A server that is never asked whether it is there is used again so long after it has failed: the next call
that it does not answer waits for `silent_s` only."""

LOCATE_S = 300.0
"""How often names are resolved anew."""


class ServerSettings(Protocol):
    """Which servers there are: the settings of a PBX, or of a trunk."""

    @property
    def servers(self) -> tuple[str, ...]:
        """Hosts, with or without port, best first."""
        ...

    @property
    def domain(self) -> str:
        """What stands behind the @; "": the first server."""
        ...

    @property
    def outbound_proxy(self) -> str:
        """Where all requests go, when it is not the server; "" for none."""
        ...

    @property
    def transport(self) -> Transport:
        """What SIP goes over."""
        ...

    @property
    def probe_s(self) -> float:
        """How often the servers are asked whether they are there; 0: never."""
        ...

    @property
    def silent_s(self) -> float:
        """What is silent for so long is down."""
        ...


class Server:
    """One address. `up` is None until it has been tried. `key` names its settings in messages."""

    def __init__(self, address: Address, way: Flow, transport: SipTransport, key: str) -> None:
        self.address, self._way, self._transport = address, way, transport
        self.up: bool | None = None
        self.knows_options = self.answers = False
        """Has it ever answered an OPTIONS, and any other request?"""
        self.heard_at = -math.inf
        """When it last answered one, by the endpoint's clock."""
        self.problem = no_answer(key)
        """What is wrong with one that is not up, and what to do about it."""

    @property
    def flow(self) -> Flow:
        """How it is reached now, and by which address of ours it reaches us."""
        return self._transport.reach(self._way)

    async def connect(self, limit_s: float) -> None:
        """Open a connection if the transport has any: only then is our own address for it known."""
        await self._transport.connect(self._way, limit_s)

    def __str__(self) -> str:
        return f"{self.address.ip}:{self.address.port}"


class Servers:
    """Keeps their list and state; `on_change` is called when another server is to be used, or none is up."""

    def __init__(
        self,
        endpoint: Endpoint,
        transport: SipTransport,
        settings: ServerSettings,
        on_change: Callable[[], None],
        ask_srv: AskSrv | None = None,
        *,
        key: str = "switch.pbx",
        what: str = "PBX",
        tls_context: Callable[[], ssl.SSLContext] | None = None,
        on_found: Callable[[], None] = lambda: None,
    ) -> None:
        """`key` and `what` name its settings and itself in messages. `tls_context`: that of its own
        connections, where they do not have the transport's. `on_found` is called when
        others have been found."""
        self._endpoint, self._transport, self._settings = endpoint, transport, settings
        self._on_change, self._on_found, self._ask_srv = on_change, on_found, ask_srv
        self.key, self._what, self._tls_context = key, what, tls_context
        self._servers: list[Server] = []
        self._task: asyncio.Task[None] | None = None
        self._told: Server | None = None
        self.domain = settings.domain or settings.servers[0]

    @property
    def current(self) -> Server | None:
        """The server to use: the best that answers, or has not been tried."""
        return next((server for server in self._servers if server.up is not False), None)

    @property
    def all(self) -> Sequence[Server]:
        """All of them, best first."""
        return self._servers

    def after(self, tried: list[Server], *, also_down: bool = False) -> Server | None:
        """The best server that has not been tried; `also_down`: in the end those that do not answer, too."""
        left = [one for one in self._servers if one not in tried]
        return next((one for one in left if one.up is not False), left[0] if left and also_down else None)

    @property
    def hosts(self) -> list[str]:
        """The addresses of all."""
        return [server.address.ip for server in self._servers]

    def has(self, host: str, port: int) -> bool:
        """Is this one of them, as it was found or as it is configured?"""
        if any(port == one.address.port and same_host(host, one.address.ip) for one in self._servers):
            return True
        named = (*self._settings.servers, *self._names)
        return any(is_named(one, self._settings.transport, host, port) for one in named)

    @property
    def names(self) -> str:
        """What was configured, for people."""
        return ", ".join(self._names)

    @property
    def _names(self) -> tuple[str, ...]:
        proxy = self._settings.outbound_proxy
        return (proxy,) if proxy else self._settings.servers

    async def start(self) -> None:
        """Find the servers, connect where that is needed, and begin to probe them."""
        await self._locate()
        await asyncio.gather(*(server.connect(self._settings.silent_s) for server in self._servers))
        self._endpoint.now = self._transport.now()  # finding them may have taken seconds
        self.probe(self._endpoint.now)
        self._task = asyncio.get_running_loop().create_task(self._keep_locating())

    async def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    def failed(self, server: Server) -> None:
        """It did not answer a request, or could not be reached."""
        self._set(server, False)

    def silent(self, server: Server, since: float) -> None:
        """It has not answered a request that was sent then. What it has answered since counts more: it was
        away for a moment."""
        if server.heard_at < since:
            self.failed(server)

    def answered(self, server: Server) -> None:
        """It did."""
        server.answers, server.heard_at = True, self._endpoint.now
        self._set(server, True)

    def lost(self, remote: tuple[str, int]) -> None:
        """The connection to this address was lost: ask whether the server is still there."""
        for server in self._at(remote) if self._settings.probe_s else ():
            self._endpoint.after(LOST_S, partial(self._ask, server))

    def unreachable(self, remote: tuple[str, int], error: Exception) -> None:
        """No connection to this address could be made."""
        for server in self._at(remote):
            server.problem = connection_problem(error, self.key)

    def _at(self, remote: tuple[str, int]) -> list[Server]:
        return [server for server in self._servers if server.flow.remote == remote]

    @property
    def problem(self) -> tuple[str, str]:
        """What is wrong with the best server, and what to do about it."""
        return self._servers[0].problem if self._servers else no_address(self.key)

    def probe(self, now: float) -> None:
        """Ask every server, and again in `probe_s`."""
        if not self._settings.probe_s:
            return
        for server in self._servers:
            self._ask(server, now)
        self._endpoint.after(self._settings.probe_s, self.probe)

    def _ask(self, server: Server, now: float) -> None:
        request = options_for(self.domain, server.flow)
        silence = self._endpoint.after(self._settings.silent_s, lambda _now: self._unheard(server, now))

        def on_response(response: Response) -> None:
            silence.cancel()
            server.knows_options, server.heard_at = True, self._endpoint.now
            self._set(server, response.status != 503)

        def on_failure(failure: Failure) -> None:
            silence.cancel()
            if failure is Failure.TRANSPORT:
                self.failed(server)
            else:
                self._unheard(server, now)

        self._endpoint.request(request, server.flow, now, on_response, on_failure)

    def _unheard(self, server: Server, since: float) -> None:
        """It has not answered an OPTIONS sent then. Some never do, and answer all else: of them it says
        nothing, and one that was down is tried again."""
        if server.knows_options or not server.answers:
            self.silent(server, since)
        elif server.up is False:
            self._try_again(server)

    def _try_again(self, server: Server, _now: float = 0.0) -> None:
        if server.up is False:
            server.up = None
            self._on_change()

    def _set(self, server: Server, up: bool) -> None:
        if server.up is up:
            return
        server.up = up
        if up:
            server.problem = no_answer(self.key)
            logger.info("%s %s answers", self._what, server)
        else:
            logger.warning("%s %s %s; %s", self._what, server, *server.problem)
            if not self._settings.probe_s:
                self._endpoint.after(SET_ASIDE_S, partial(self._try_again, server))
        if self.current is not self._told or not up:
            self._told = self.current
            self._on_change()

    async def _keep_locating(self) -> None:
        while True:
            await asyncio.sleep(LOCATE_S if self._servers else self._settings.probe_s or SET_ASIDE_S)
            await self._locate()
            self._transport.flush()

    async def _locate(self) -> None:
        found: list[Address] = []
        for name in self._names:
            found += await locate(name, self._settings.transport, self._ask_srv)
        known = {server.address: server for server in self._servers}
        servers = [known.get(address) or self._server(address) for address in dict.fromkeys(found)]
        if any(servers):
            # Name servers fail, too: what was found before is kept until something else is.
            before, self._servers = self._servers, [server for server in servers if server is not None]
            if self._servers != before:
                self._on_found()

    def _server(self, address: Address) -> Server | None:
        try:
            flow = self._transport.flow(self._settings.transport, (address.ip, address.port))
        except OSError as error:
            logger.warning("no way to %s: %s; see where the switch listens", address.ip, error)
            return None
        if self._settings.transport == "tls":
            self._transport.tls_names[address.ip, address.port] = address.name
            if self._tls_context is not None:
                self._transport.tls_contexts[address.ip, address.port] = self._tls_context
        return Server(address, flow, self._transport, self.key)


def options_for(domain: str, flow: Flow) -> Request:
    """What asks a server whether it is there."""
    return options(f"sip:{domain}", f"sip:offhook@{host_port(*flow.local)}", f"sip:{domain}", flow)


def route_of(settings: ServerSettings) -> str | None:
    """The Route value that leads through the outbound proxy (RFC 3261 §8.1.2)."""
    if not settings.outbound_proxy:
        return None
    host, port = split_host(settings.outbound_proxy)
    transport = "" if settings.transport == "udp" else f";transport={settings.transport}"
    return f"<sip:{bracketed(host)}{f':{port}' if port else ''}{transport};lr>"
