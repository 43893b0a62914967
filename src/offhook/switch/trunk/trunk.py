"""One trunk: the account of a provider with its servers, its registration and its limits."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import date
from ipaddress import ip_address

from offhook.address import AddressRules, Outside, canonical, outside
from offhook.call import TrunkServer, TrunkState, new_call_id
from offhook.common.dnssrv import AskSrv
from offhook.common.network import same_host
from offhook.common.tlspair import WatchedAuthority, error_text
from offhook.config import TrunkSettings
from offhook.errors import ConfigError
from offhook.sip.endpoint import Endpoint, Flow
from offhook.sip.message import NameAddr, Request, Uri
from offhook.sip.transport import SipTransport
from offhook.switch.b2bua.privacy import ANONYMOUS
from offhook.switch.trunk.account import TrunkAccount
from offhook.switch.trunk.limits import Limits
from offhook.switch.trunk.registration import Registration
from offhook.switch.upstream.servers import Server, Servers

_IDENTITIES = {"asserted": "P-Asserted-Identity", "preferred": "P-Preferred-Identity"}


LOOK_S = 10.0
"""How often it is looked whether a limit is not reached any more, which no message tells."""


class Trunk:
    """`on_change` is called with it when its `state` has changed, but for the counts of its calls."""

    def __init__(
        self,
        settings: TrunkSettings,
        rules: AddressRules,
        transport: SipTransport,
        endpoint: Endpoint,
        on_change: Callable[[Trunk], None] = lambda _trunk: None,
        ask_srv: AskSrv | None = None,
        today: Callable[[], date] = date.today,
        on_found: Callable[[], None] = lambda: None,
    ) -> None:
        """Raises `ConfigError` for an authority that cannot be used."""
        self.settings, self._rules, self._transport = settings, rules, transport
        self.name = settings.name
        self.account = TrunkAccount(settings)
        self.limits = Limits(settings, endpoint, today, self._look)
        authority = _authority(settings)
        self.servers = Servers(
            endpoint,
            transport,
            settings,
            self._servers_changed,
            ask_srv,
            key="[[trunk]]",
            what=f"trunk {settings.name}:",
            tls_context=None if authority is None else authority.context,
            on_found=on_found,
        )
        self._endpoint, self._on_change = endpoint, on_change
        self.registration = Registration(settings, self.account, endpoint, self.servers, self._look)
        self._since = time.time()
        self._told: tuple[object, ...] = ()

    async def start(self) -> None:
        """Find the servers and register; does not wait for the provider longer than for a connection."""
        await self.servers.start()
        if self.settings.register:
            self.registration.begin()
        self._look_again()

    async def stop(self) -> None:
        """Look for the servers no more."""
        await self.servers.stop()

    @property
    def usable(self) -> bool:
        """Can it be expected to take calls?"""
        up = self.servers.current is not None
        return up and (self.registration.registered or not self.settings.register)

    @property
    def problem(self) -> str:
        """Why it is not usable; "" if it is."""
        if self.usable:
            return ""
        if self.servers.current is None:
            return "{}; {}".format(*self.servers.problem)
        if self.registration.problem:
            return f"the provider refuses the account ({self.registration.problem})"
        return "is not registered yet"

    @property
    def state(self) -> TrunkState:
        """What administrators are told of it."""
        own, limits = self.settings, self.limits
        return TrunkState(
            self.name,
            self.usable,
            self.problem,
            self._since,
            own.register,
            self.registration.registered,
            tuple(
                TrunkServer(str(server), server.up, "; ".join(server.problem) if server.up is False else "")
                for server in self.servers.all
            ),
            limits.calls,
            own.max_calls,
            limits.calls_an_hour,
            own.max_calls_an_hour,
            limits.minutes,
            own.max_minutes_a_day,
            limits.reached,
            bool(own.probe_s),
        )

    # Out

    def suits(self, number: Outside) -> int | None:
        """How long its prefix for this number is, 0 for a trunk without; None: it is for other numbers."""
        if not self.settings.prefixes:
            return 0
        found = [len(one) for one in self.settings.prefixes if number.canonical.startswith(one)]
        return max(found, default=None)

    def next_server(self, tried: list[Server], number: Outside) -> Server | None:
        """The best server that has not been tried; for help also one that seems to be away."""
        return self.servers.after(tried, also_down=number.emergency)

    def written(self, number: Outside) -> str:
        """The number as the provider wants it; what has no country goes as it is keyed."""
        if number.emergency or not number.canonical or self.settings.number_format == "national":
            return number.keyed
        return number.canonical if self.settings.number_format == "e164" else number.canonical[1:]

    def invite(self, number: Outside, shown: str, flow: Flow, *, hidden: bool) -> Request:
        """An INVITE without an offer. `shown` is the caller's number, which `hidden` hides."""
        account, own = self.account, self.settings
        uri = account.uri(self.written(number))
        request = account.request("INVITE", uri, flow)
        known = outside(shown, self._rules) if shown else None
        user = account.user if known is None else self.written(known)
        headers = request.headers
        visible = account.uri(account.user if own.from_account else user)
        identity = ANONYMOUS if hidden else str(NameAddr(Uri.parse(visible)))
        headers.set("From", f"{identity};tag={new_call_id()}")
        headers.set("To", f"<{uri}>")
        name = _IDENTITIES.get(own.identity, "")
        if name:
            headers.set(name, f"<{account.uri(user)}>")
        if hidden:
            headers.set("Privacy", "id")
        return request

    # In

    def is_at(self, flow: Flow) -> bool:
        """Is exactly this the address of one of its servers, or our connection to it?"""
        return any(
            server.flow.remote == flow.remote and server.flow.protocol == flow.protocol
            for server in self.servers.all
        )

    def is_by_tcp_if_large(self, remote: tuple[str, int]) -> bool:
        """Is this a server of it by UDP, which gets by TCP what is too large for that?"""
        own = self.settings
        by_size = own.transport == "udp" and own.large_by_tcp
        return by_size and any(server.flow.remote == remote for server in self.servers.all)

    def is_from(self, host: str) -> bool:
        """Do its calls come from this host?"""
        if any(same_host(host, one) for one in self.servers.hosts):
            return True
        try:
            address = ip_address(host)
        except ValueError:
            return False
        plain = getattr(address, "ipv4_mapped", None) or address
        return any(plain in network for network in self.settings.addresses)

    def canonical(self, number: str) -> str:
        """A number as the provider writes it with `+` and its country; "" for what is none."""
        return canonical(number, self._rules, with_country=self.settings.number_format != "national")

    def unreachable(self, flow: Flow, error: Exception) -> None:
        """No connection to one of its servers could be made."""
        self.servers.unreachable(flow.remote, error)

    def _servers_changed(self) -> None:
        if self.settings.register:
            self.registration.renew()
        self._look()

    def _look(self) -> None:
        """Tell if something else is to be told than before."""
        servers = tuple((server, server.up, server.problem) for server in self.servers.all)
        now = (self.usable, self.problem, self.limits.reached, servers)
        if now != self._told:
            if now[0] is not (self._told[0] if self._told else None):
                self._since = time.time()
            self._told = now
            self._on_change(self)

    def _look_again(self, _now: float = 0.0) -> None:
        self._look()
        self._endpoint.after(LOOK_S, self._look_again)


def _authority(settings: TrunkSettings) -> WatchedAuthority | None:
    if settings.transport != "tls":
        return None
    try:
        return WatchedAuthority(settings.tls_ca_file)
    except OSError as error:
        raise ConfigError(
            "configuration",
            "trunk.tls_ca_file",
            f"of {settings.name} cannot be used: {error_text(error)}",
            "Give the PEM file of the authority that signed the provider's certificate",
        ) from error
