"""The HTTP server: listens, and joins connections, application and endpoints."""

import asyncio
import logging
import ssl
from collections.abc import Callable, Sequence

from offhook.address import AddressRules
from offhook.call.teams import IncomingState
from offhook.common.arrivals import MAX_SILENT, MAX_SILENT_HERE, Arrivals
from offhook.common.forwarded import TrustedProxies, networks
from offhook.common.network import RateLimitKeys
from offhook.common.openfiles import Interface, calm_accepts, room_for
from offhook.common.tally import Tally
from offhook.config import HttpSettings
from offhook.directory import Directory, SourceState
from offhook.errors import CallError, ConfigError
from offhook.http.app import COOKIE, SECURE_COOKIE, Api
from offhook.http.endpoints import Endpoint
from offhook.http.events import EventHub
from offhook.http.guard import Guard
from offhook.http.listener import Listener
from offhook.http.outlook import outlook_endpoints
from offhook.http.pages import page_endpoints
from offhook.http.resources.admin import AdminResource
from offhook.http.resources.calls import CallResource
from offhook.http.resources.directory import DirectoryResource
from offhook.http.resources.docs import DocsResource
from offhook.http.resources.groups import GroupResource
from offhook.http.resources.history import HistoryResource
from offhook.http.resources.login import LoginResource
from offhook.http.resources.office import OfficeResource
from offhook.http.resources.phones import PhoneResource
from offhook.http.resources.settings import SettingsResource
from offhook.http.resources.streams import EventResource
from offhook.http.resources.terminals import TerminalResource
from offhook.http.services import Services, reader
from offhook.http.sessions import HttpSessions
from offhook.http.settings import OwnSettings
from offhook.http.values import CallValues
from offhook.manager.administration import Administration
from offhook.manager.login import Logins
from offhook.manager.office import Office
from offhook.manager.service import CallManager
from offhook.manager.turns import Turns

logger = logging.getLogger(__name__)

MAX_CONNECTIONS = 12_000
"""A stream for each of 10,000 users, and what they ask besides."""

MAX_STREAMS = 10_000
"""In all; the same part of the connections where the system allows fewer of those."""

RECHECK_S = 5.0
"""How soon a user's changed rights end what was opened with the old ones."""


class HttpServer:
    """Serves a `CallManager` to browsers and programs.

    `tls` is required unless it listens on loopback (`ConfigError`). `start` raises `OSError` when the port is
    taken.
    """

    def __init__(
        self,
        manager: CallManager,
        logins: Logins,
        settings: HttpSettings,
        tls: ssl.SSLContext | None = None,
        *,
        rules: AddressRules | None = None,
        directory: Directory | None = None,
        sources: Callable[[], Sequence[SourceState]] = lambda: (),
        incoming: Callable[[], Sequence[IncomingState]] = lambda: (),
        administration: Administration | None = None,
        office: Office | None = None,
        places: RateLimitKeys | None = None,
    ) -> None:
        assert settings.listen is not None
        if tls is None and not settings.listen.loopback:
            raise ConfigError(
                "configuration",
                "http.listen",
                f"{settings.listen.host or 'every address'} is not loopback, and there is no TLS certificate",
                "set http.tls_certificate and http.tls_key, or listen on 127.0.0.1",
            )
        self._manager, self._logins, self._settings, self._tls = manager, logins, settings, tls
        self._host, self._port = settings.listen
        self._rules = rules or AddressRules()
        self._directory, self._sources, self._administration = directory, sources, administration
        self._incoming, self._office = incoming, office
        self._places = places or RateLimitKeys()
        self._proxies = TrustedProxies(networks(settings.trusted_proxies), settings.proxy_header)
        self._listener: Listener | None = None
        self._rechecking: asyncio.Task[None] | None = None

    @property
    def port(self) -> int:
        """The port it listens on, once started."""
        assert self._listener is not None
        return self._listener.port

    @property
    def connections(self) -> int:
        """How many are open."""
        return 0 if self._listener is None else self._listener.connections

    @property
    def endpoints(self) -> Sequence[Endpoint]:
        """Everything that can be asked for, once started."""
        return self._endpoints

    async def start(self) -> None:
        """Listen."""
        loop = asyncio.get_running_loop()
        calm_accepts(loop)
        note = Tally(logger.warning, loop.call_later).note
        most = room_for(Interface.HTTP, MAX_CONNECTIONS)
        arrivals = Arrivals(
            tls=self._tls is not None,
            most=min(MAX_SILENT, most),
            most_open=most,
            most_here=min(MAX_SILENT_HERE, most),
            place=self._places.of,
            trusted=self._proxies.trusts,
            note=note,
        )
        turns = Turns()
        values = CallValues(self._directory.name_of if self._directory is not None else None)
        self.hub = EventHub(self._manager, values, turns, max(1, most * MAX_STREAMS // MAX_CONNECTIONS))
        self._sessions = HttpSessions(self._logins)
        services = Services(
            self._manager,
            self._logins,
            self._sessions,
            self.hub,
            turns,
            values,
            OwnSettings(self._logins),
            self._rules,
            reader(self._rules),
            self._directory,
            self._sources,
            self._incoming,
        )
        secure = self._tls is not None
        self._endpoints = [
            *LoginResource(services, SECURE_COOKIE if secure else COOKIE, secure=secure).endpoints(),
            *TerminalResource(services).endpoints(),
            *CallResource(services).endpoints(),
            *EventResource(services).endpoints(),
            *HistoryResource(services).endpoints(),
            *DirectoryResource(services).endpoints(),
            *SettingsResource(services).endpoints(),
            *GroupResource(services).endpoints(),
            *PhoneResource(services).endpoints(),
        ]
        if self._administration is not None:
            self._endpoints += AdminResource(services, self._administration).endpoints()
        if self._office is not None:
            self._endpoints += OfficeResource(self._office).endpoints()
        self._endpoints += DocsResource(self._endpoints).endpoints()
        api = self._api = Api(
            [
                *self._endpoints,
                *page_endpoints(),
                *outlook_endpoints(self._rules.country or "", tls=secure),
            ],
            self._sessions,
            Guard(self._settings.hosts, self._settings.origins, tls=secure),
            proxies=self._proxies,
            places=self._places,
            heard=arrivals.heard,
            note=note,
            tls=secure,
        )
        listener = Listener(api, self._tls)
        try:
            await listener.start(self._host, self._port, arrivals)
        except BaseException:
            self.hub.stop()
            raise
        self._listener = listener
        self._rechecking = loop.create_task(self._recheck())

    async def send_away(self, at_once: asyncio.Event) -> None:
        """Have all clients go to another server, which stands in: event streams end, one after the other or
        at once when that is set, and each answer closes its connection. What is asked is still answered."""
        self._api.goes = True
        await self.hub.send_away(at_once)

    async def stop(self) -> None:
        """Stop listening, end the streams, and close the connections, in `CLOSE_LIMIT_S` or a little more."""
        if self._listener is None:
            return
        if self._rechecking is not None:
            self._rechecking.cancel()
            await asyncio.gather(self._rechecking, return_exceptions=True)
        self._listener.close()
        self.hub.stop()
        await self._listener.stop()

    async def _recheck(self) -> None:
        while True:
            await asyncio.sleep(RECHECK_S)
            try:
                await self._sessions.recheck()
            except CallError as error:
                logger.error("the rights of those who are logged in cannot be checked: %s", error)
