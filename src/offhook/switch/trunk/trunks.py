"""All trunks of a switch: by which one a number goes out, and which one a call comes from."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date

from offhook.address import AddressRules, Outside, outside
from offhook.call import Party, Privacy, TrunkState
from offhook.common.dnssrv import AskSrv
from offhook.config import GroupSettings, TerminalSettings, TrunkSettings
from offhook.errors import CallError, Refusal
from offhook.sip.dialog import Dialog
from offhook.sip.endpoint import Flow
from offhook.sip.message import Request
from offhook.sip.transport import SipTransport
from offhook.switch.b2bua.leg import Leg, LegHost, LegOwner
from offhook.switch.b2bua.reliable import OPTION, demands
from offhook.switch.trunk.shown import ShownNumbers
from offhook.switch.trunk.trunk import Trunk
from offhook.switch.trunk.usage import UsageKeeper, UsageStore
from offhook.switch.upstream.failover import FailoverInvite
from offhook.switch.upstream.identity import number_in
from offhook.switch.upstream.origin import is_expected
from offhook.switch.upstream.servers import Server

logger = logging.getLogger(__name__)

FAILS_OVER = frozenset({401, 402, 403, 407, 408, 421, 430, 500, 501, 502, 503, 504, 513, 580})
"""Statuses after which the next server or trunk is tried, if nothing has rung: they tell of the account, the
provider or the way, and another provider may do what this one does not. A wrong number stays wrong (404,
484), and who is busy is busy everywhere."""

WAYS = 8
"""Servers that one call is tried at: by then half a minute may have passed in silence."""


class Trunks:
    """`host` has the calls. Numbers are read by the site's dialling rules."""

    def __init__(
        self,
        host: LegHost,
        transport: SipTransport,
        settings: Sequence[TrunkSettings],
        terminals: Mapping[str, TerminalSettings],
        rules: AddressRules,
        ask_srv: AskSrv | None = None,
        groups: Sequence[GroupSettings] = (),
        today: Callable[[], date] = date.today,
        on_change: Callable[[TrunkState], None] = lambda _state: None,
        usage: UsageStore | None = None,
        on_found: Callable[[], None] = lambda: None,
    ) -> None:
        """`groups` have the numbers of phones that have none of their own.

        `on_change` gets each new value of a trunk; `on_found` is called when other servers were found;
        `usage` keeps what has gone out over a restart, None: nothing does. Raises `ConfigError`."""
        self._host, self._transport, self._terminals, self._rules = host, transport, terminals, rules
        self.all = [
            Trunk(
                *(one, rules, transport, transport.endpoint, lambda trunk: on_change(trunk.state)),
                *(ask_srv, today, on_found),
            )
            for one in settings
        ]
        self._shown = ShownNumbers(terminals, groups)
        self._starting: list[asyncio.Task[None]] = []
        self._keeper = None if usage is None or not self.all else UsageKeeper(usage, self.all)
        if self.all:
            transport.is_trusted = self.are_from
            transport.on_connected = self._connected
            transport.on_disconnected = self._disconnected
            transport.on_unreachable = self._unreachable
            transport.large.wants = self._by_tcp_if_large

    async def start(self) -> None:
        """Begin to find the providers and to register. Nothing waits for one that is away."""
        if self._keeper is not None:
            self._transport.endpoint.now = self._transport.now()
            await self._keeper.start()
        for trunk in self.all:
            self._starting.append(asyncio.get_running_loop().create_task(self._start(trunk)))

    async def _start(self, trunk: Trunk) -> None:
        await trunk.start()
        self._transport.flush()

    def leave(self) -> None:
        """Take the registrations back."""
        for trunk in self.all:
            trunk.registration.stop()

    async def stop(self) -> None:
        """Look for the providers no more."""
        if self._keeper is not None:
            await self._keeper.stop()
        await self._end()

    async def _end(self) -> None:
        for task in self._starting:
            task.cancel()
        await asyncio.gather(*self._starting, *(trunk.stop() for trunk in self.all), return_exceptions=True)

    async def keep(self) -> None:
        """Write now what they have used."""
        if self._keeper is not None:
            await self._keeper.keep()

    async def abandon(self) -> None:
        """Do nothing more, and write nothing: they are another process's."""
        if self._keeper is not None:
            await self._keeper.leave()
        await self._end()

    # Out

    def number(self, number: str) -> Outside | None:
        """The number, if it is one that goes out."""
        return outside(number, self._rules) if self.all else None

    def is_emergency(self, number: str) -> bool:
        """Is it one that always goes out?"""
        found = self.number(number)
        return found is not None and found.emergency

    def check(self, number: str) -> None:
        """Raises `CallError` if the number is one that goes out, and no trunk can take it now."""
        found = self.number(number)
        if found is None or found.emergency:
            return
        trunks = self._for(found)
        if not trunks:
            raise CallError(Refusal.INVALID_ADDRESS, f"no [[trunk]] is for {number}: see their prefixes")
        problems = [(trunk, trunk.problem) for trunk in trunks]
        well = [trunk for trunk, problem in problems if not problem]
        if not well:
            told = "; ".join(f"trunk {trunk.name} {problem}" for trunk, problem in problems)
            raise CallError(Refusal.UNAVAILABLE, f"there is no way out: {told}; see offhook check")
        refusals = [trunk.limits.refusal() for trunk in well]
        if all(refusals):
            raise CallError(Refusal.OVERLOADED, f"{refusals[0]}; ask the administrator")

    def reaches(self, number: str) -> bool:
        """Can this number be called now, as far as it is known here?"""
        found = self.number(number)
        return found is not None and bool(self._usable(found))

    def call(
        self, number: str, terminal: str, caller: Party, owner: LegOwner, offer: bytes
    ) -> FailoverInvite | None:
        """Call the number on behalf of a terminal; None if it does not go out, or nobody of ours asks for it.

        A call that came in by a trunk has no terminal until it is forwarded: it never goes out by itself.
        """
        found, behalf = self.number(number), self._terminals.get(terminal)
        if found is None or behalf is None:
            return None
        ways = self._ways(found, behalf, caller, offer)
        attempt = FailoverInvite(self._host, owner, "", lambda: next(ways, None))
        return attempt if attempt.begin() else None

    def _ways(
        self, number: Outside, behalf: TerminalSettings, caller: Party, offer: bytes
    ) -> Iterator[TrunkWay]:
        tries = 0
        hidden = behalf.hide_number or caller.privacy is not Privacy.NONE
        for trunk in self._usable(number):
            tried: list[Server] = []
            shown = self._shown.of(behalf.id, trunk.settings)
            while tries < WAYS and (server := trunk.next_server(tried, number)) is not None:
                tried.append(server)
                tries += 1
                way = TrunkWay(trunk, server, number, shown, offer, hidden=hidden)
                yield way
                if way.wants_another:
                    yield TrunkWay(trunk, server, number, shown, offer, hidden=hidden)

    def _usable(self, number: Outside) -> list[Trunk]:
        """The trunks by which it may go out now, the best first."""
        trunks = self._for(number)
        if number.emergency:
            # By whatever there is: one that seems to be away is better than none.
            return sorted(trunks, key=lambda trunk: not trunk.usable)
        return [trunk for trunk in trunks if trunk.usable and not trunk.limits.refusal()]

    def _for(self, number: Outside) -> list[Trunk]:
        if number.emergency:
            return list(self.all)
        suited = [(trunk, trunk.suits(number)) for trunk in self.all]
        found = [(trunk, length) for trunk, length in suited if length is not None]
        return [trunk for trunk, _ in sorted(found, key=lambda one: -one[1])]

    def owns(self, number: str) -> bool:
        """Is this number, `+` and country first, one of an account's?"""
        return any(trunk.settings.has(number) for trunk in self.all)

    # Where providers are

    def are_at(self, host: str, port: int) -> bool:
        """Is this address, or name and port, a server of one of the trunks?"""
        return any(trunk.servers.has(host, port) for trunk in self.all)

    def are_from(self, host: str) -> bool:
        """Do calls of one of the trunks come from this host?"""
        return any(trunk.is_from(host) for trunk in self.all)

    # What comes from providers

    def sender(self, request: Request, flow: Flow, is_phone: Callable[[str], bool]) -> Trunk | None:
        """The trunk that sends this INVITE; None if it does not come from a provider.

        `is_phone`: is a phone of ours known to be at this host? Then only the provider's very address counts,
        or our connection to it.
        """
        host = flow.remote[0]
        found = [trunk for trunk in self.all if trunk.is_at(flow)]
        if not found:
            found = [trunk for trunk in self.all if trunk.is_from(host)]
            if not found or is_phone(host):
                return None
        # Of several accounts at one provider the one that was called.
        user = number_in(request.target)
        for trunk in found:
            if user == trunk.account.user or trunk.settings.has(trunk.canonical(user)):
                return trunk
        return found[0]

    def expects(self, dialog: Dialog, flow: Flow) -> bool:
        """Does a request inside of a call by a trunk come from that trunk?"""
        return is_expected(flow, (), dialog) or any(
            trunk.is_from(dialog.flow.remote[0]) and trunk.is_from(flow.remote[0]) for trunk in self.all
        )

    def is_peer(self, asked: Flow, came: Flow) -> bool:
        """May an answer come from there? A provider of several addresses may answer from another one."""
        return asked.protocol == came.protocol == "udp" and any(
            trunk.is_from(asked.remote[0]) and trunk.is_from(came.remote[0]) for trunk in self.all
        )

    def flow_for(self, dialog: Dialog) -> Flow:
        """How the provider is reached in a dialog whose connection is gone: by a new one."""
        for trunk in self.all:
            server = trunk.servers.current
            if server is not None and trunk.is_from(dialog.flow.remote[0]):
                return server.flow
        return dialog.flow

    def _connected(self, flow: Flow) -> None:
        """The provider reaches us by the connection that is open now: tell it of this one."""
        self._transport.endpoint.now = self._transport.now()
        self._each(flow, lambda trunk: trunk.registration.renew() if trunk.settings.register else None)

    def _disconnected(self, flow: Flow) -> None:
        self._each(flow, lambda trunk: trunk.servers.lost(flow.remote))

    def _unreachable(self, flow: Flow, error: Exception) -> None:
        self._each(flow, lambda trunk: trunk.unreachable(flow, error))

    def _each(self, flow: Flow, do: Callable[[Trunk], None]) -> None:
        for trunk in self.all:
            # A trunk over UDP has connections for single large requests only, which say nothing of it.
            if trunk.settings.transport == flow.protocol and trunk.is_from(flow.remote[0]):
                do(trunk)

    def _by_tcp_if_large(self, remote: tuple[str, int]) -> bool:
        """Does a trunk over UDP, whose large requests may go by TCP, have a server at this address?"""
        return any(trunk.is_by_tcp_if_large(remote) for trunk in self.all)


class TrunkWay:
    """Implements `Way`: one server of a trunk."""

    def __init__(
        self, trunk: Trunk, server: Server, number: Outside, shown: str, offer: bytes, *, hidden: bool
    ) -> None:
        self.credentials = trunk.account
        self._trunk, self._server, self._number = trunk, server, number
        self._shown, self._offer, self._hidden = shown, offer, hidden
        self.flow, self.silent_s = server.flow, trunk.settings.silent_s
        self._leg: Leg | None = None

    def begin(self, leg: Leg) -> Request:
        self._leg = leg
        self._trunk.limits.begins(leg)
        request = self._trunk.invite(self._number, self._shown, self.flow, hidden=self._hidden)
        if self._offer:
            request.set_body(self._offer)
            if self._trunk.account.reliably:
                request.headers.set("Supported", OPTION)
        return request

    @property
    def wants_another(self) -> bool:
        """Has the provider refused the INVITE because it wants reliable provisional responses? Then it gets
        them from now on. Not without an offer: theirs would have to be answered in the PRACK."""
        refusal = None if self._leg is None else self._leg.refusal
        account = self._trunk.account
        if refusal is None or refusal.status != 421 or account.reliably or not self._offer:
            return False
        account.reliably = demands(refusal)
        return account.reliably

    def silent(self) -> None:
        self._trunk.servers.failed(self._server)

    def fails(self, status: int, *, responded: bool) -> bool:
        if status == 503 or (status == 504 and not responded):
            self._trunk.servers.failed(self._server)
        return status in FAILS_OVER
