"""The registrar (RFC 3261 §10.3): which phones are registered for each terminal, and where."""

from __future__ import annotations

import ipaddress
import logging
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from math import ceil

from offhook.common.network import RateLimitKeys
from offhook.common.tally import Tally
from offhook.config import PHONE_MARK, EmbeddedSettings, TerminalSettings
from offhook.sip.digest import DigestServer, Outcome
from offhook.sip.endpoint import Endpoint, Flow, ServerTransaction
from offhook.sip.message import Request, Response, SipParseError, Uri, make_response
from offhook.switch.b2bua.earlydialogs import knows_talk
from offhook.switch.embedded.contact import Binding, Contact, read_contacts, seconds
from offhook.switch.embedded.gateways import Gateways, NoGateways, leads_to
from offhook.switch.embedded.ports import KeptBinding, PhoneLogins
from offhook.switch.embedded.registerthrottle import RegisterThrottle

logger = logging.getLogger(__name__)

MAX_BINDINGS = 8
"""Registrations of one terminal at once: a desk phone, softphones, and old ones that have not expired yet."""


REFUSED_EVERY_S = 30.0
"""How often wrong passwords at a terminal are published: strangers can cause them, and all watchers hear."""

MAX_CONTACTS = MAX_BINDINGS
"""Contacts of one REGISTER; one with more than a terminal may have does not come from a phone, and is refused
unread."""


class Registrar:
    """Answers REGISTERs of the configured terminals; tells which came into service and which went out of it.

    An unknown user is answered exactly like a wrong password.
    """

    def __init__(
        self,
        endpoint: Endpoint,
        terminals: Mapping[str, TerminalSettings],
        settings: EmbeddedSettings,
        on_change: Callable[[str, bool], None],
        on_known: Callable[[Flow, str], None] = lambda _flow, _terminal: None,
        on_refused: Callable[[str, str], None] = lambda _terminal, _why: None,
        gateways: Gateways | None = None,
    ) -> None:
        """No phone is reached at one of the `gateways`."""
        self._endpoint, self._terminals, self._settings = endpoint, terminals, settings
        self._on_change, self._on_known, self._on_refused = on_change, on_known, on_refused
        self._gateways = gateways or NoGateways()
        self._refusals: dict[str, float] = {}  # when the last one was told, by terminal
        self._digest = DigestServer(settings.realm, settings.digest_algorithms)
        self._places = RateLimitKeys(settings.local_networks)
        self._throttle = RegisterThrottle(terminals, self._places)
        self._failures = Tally(logger.warning, lambda s, do: endpoint.after(s, lambda _now: do()))
        self.is_elsewhere: Callable[[str], bool] = lambda _user: False
        """Is it a terminal of another telephone system of the cluster? That is for the log alone."""
        self.phones: PhoneLogins | None = None
        self._bindings: dict[str, list[Binding]] = {}
        self._connected: dict[int, set[str]] = {}  # who is reached by a connection, by its id
        self.changed = False
        self.changed_terminals: set[str] = set()
        """Those that have other registrations since this was last emptied."""

    def bindings(self, terminal: str) -> Sequence[Binding]:
        """The registrations of a terminal, as many phones as it has."""
        return self._bindings.get(terminal, ())

    def all(self) -> Iterator[tuple[str, Binding]]:
        """Every registration, with its terminal."""
        return ((terminal, one) for terminal, bindings in self._bindings.items() for one in bindings)

    def is_at(self, host: str) -> bool:
        """Is any phone registered from this host?"""
        return any(one.flow.remote[0] == host for bindings in self._bindings.values() for one in bindings)

    def kept(self, now: float, epoch: float, terminals: Collection[str] | None = None) -> list[KeptBinding]:
        """The registrations to keep over a restart, of these terminals or of all; `now` and `epoch` are the
        same moment on both clocks."""
        self.changed = False
        return [
            KeptBinding(
                terminal,
                binding.uri,
                *binding.flow.remote,
                epoch + binding.expires_at - now,
                binding.call_id,
                binding.cseq,
                binding.instance,
                binding.reg_id,
                binding.phone,
            )
            for terminal in (self._bindings if terminals is None else terminals)
            for binding in self._bindings.get(terminal, ())
            if binding.flow.protocol == "udp"
        ]

    def restore(self, kept: Iterable[KeptBinding], now: float, epoch: float) -> None:
        """Take over what was kept, unless it has expired or its terminal is not configured any more."""
        for old in kept:
            left = min(old.expires - epoch, self._settings.max_expires)
            if left > 0 and old.terminal in self._terminals:
                self._throttle.succeeded(old.host, old.terminal)
                flow = Flow("udp", self._settings.listen, (old.host, old.port))
                # Whole seconds, because there is a queue of timers for each duration.
                binding = self._expiring(
                    old.terminal,
                    Binding(
                        *(old.uri, flow, now + ceil(left), old.call_id, old.cseq),
                        *(old.instance, old.reg_id, False, old.phone),
                    ),
                    ceil(left),
                )
                self._set_bindings(old.terminal, [*self._bindings.get(old.terminal, ()), binding])

    @property
    def known(self) -> list[tuple[str, str]]:
        """Hosts, each with a terminal whose phone has logged in from there: they are kept as well."""
        return self._throttle.known

    def held_up(self, now: float) -> int:
        """How many hosts and terminals have to wait because of wrong passwords."""
        return self._throttle.held_up(now)

    def remember(self, known: Iterable[tuple[str, str]]) -> None:
        """Take over the known hosts that were kept."""
        self._throttle.remember(known)

    def authenticate(self, transaction: ServerTransaction, now: float) -> str | None:
        """The terminal that sends a request; None after it has been challenged or refused."""
        login = self._login(transaction, now)
        return None if login is None else login.partition(PHONE_MARK)[0]

    def _login(self, transaction: ServerTransaction, now: float) -> str | None:
        """What it has logged in as: the terminal, or one of its phones.

        Failures are counted by the terminal: who guesses has no more attempts where it has many phones."""
        request, host = transaction.request, transaction.flow.remote[0]
        credentials = self._digest.credentials(request)
        claimed = "" if credentials is None else credentials.get("username", "").partition(PHONE_MARK)[0]
        if credentials is not None and (wait := self._throttle.wait(host, claimed, now)):
            response = make_response(request, 503)
            response.headers.set("Retry-After", str(wait))
            self._endpoint.respond(transaction, response, now)
            return None
        source = self._places.of(host)
        verdict = self._digest.authenticate(
            request, self._password, now, source=source, credentials=credentials
        )
        # Its nonce was made for this source, which therefore has got an answer of ours: it is not forged.
        transaction.doubtful = verdict.outcome in (Outcome.MISSING, Outcome.STALE)
        if verdict.accepted:
            self._throttle.succeeded(host, claimed)
            self._on_known(transaction.flow, claimed)
            return verdict.user
        if verdict.outcome is Outcome.REFUSED:
            self._throttle.failed(host, claimed, now)
            self._refused(claimed, host, now)
            response = make_response(request, 403)
        else:
            stale = verdict.outcome is Outcome.STALE
            response = self._digest.challenge(request, now, stale=stale, source=source)
        self._endpoint.respond(transaction, response, now)
        return None

    def _refused(self, user: str, host: str, now: float) -> None:
        """Publish a wrong password where people look for it: at a phone that is not in service."""
        if user not in self._terminals:
            what = "no such phone"
            if self.is_elsewhere(user):
                what = "that phone is another telephone system's of the cluster, where it has to register"
            self._failures.note(what, f"{host} as {user[:64]!r}")
            return
        self._failures.note("wrong password", f"{host} as {user!r}")
        if user not in self._bindings and now - self._refusals.get(user, -REFUSED_EVERY_S) >= REFUSED_EVERY_S:
            self._refusals[user] = now
            self._on_refused(user, f"wrong password, from {host}")

    def register(
        self,
        transaction: ServerTransaction,
        now: float,
        allowed: Callable[[str, str, ServerTransaction], bool] = lambda _user, _kind, _transaction: True,
    ) -> str | None:
        """Answer a REGISTER. Returns its user, None if it was refused; `allowed`: may the user do it now?"""
        request = transaction.request
        if request.headers.count("Contact") > MAX_CONTACTS:
            response = make_response(request, 400, f"More than {MAX_CONTACTS} Contacts")
            self._endpoint.respond(transaction, response, now)
            return None
        login = self._login(transaction, now)
        if login is None:
            return None
        user, _, phone = login.partition(PHONE_MARK)
        if not allowed(user, "REGISTER", transaction):
            return None
        try:
            response = self._registered(request, user, phone, transaction.flow, now)
        except SipParseError as error:
            response = make_response(request, error.status, error.reason)
        self._endpoint.respond(transaction, response, now)
        if response.status != 200:
            return None
        if phone and self.phones is not None:
            self.phones.registered(login)
        return user

    def reach(self, contact: Uri, flow: Flow) -> Flow:
        """How a phone is reached: as `reach_of` says, but on a provider's host only where it spoke from. Any
        other port there may be another one's."""
        reach = reach_of(contact, flow)
        return flow if reach != flow and self._gateways.are_from(reach.remote[0]) else reach

    def gateways_found(self) -> None:
        """Servers of providers have been found: a phone that is registered there is forgotten."""
        for user, bindings in list(self._bindings.items()):
            left = [one for one in bindings if not leads_to(self._gateways, Uri.parse(one.uri), one.flow)]
            if len(left) < len(bindings):
                self._failures.note("phone at the address of a provider", f"terminal {user}")
                self._set_bindings(user, left)

    def dismiss(self, user: str, phone: str) -> None:
        """A phone may log in no more: what it has registered is forgotten."""
        bindings = self._bindings.get(user, ())
        if any(one.phone == phone for one in bindings):
            self._set_bindings(user, [one for one in bindings if one.phone != phone])

    def _password(self, login: str) -> str | None:
        user, mark, _ = login.partition(PHONE_MARK)
        terminal = self._terminals.get(user)
        if terminal is None:
            return None
        if mark:
            return None if self.phones is None else self.phones.password(login)
        return terminal.password or None

    def _registered(self, request: Request, user: str, phone: str, flow: Flow, now: float) -> Response:
        if request.to.uri.user != user:
            return make_response(request, 403)
        default = seconds(request.headers.get("Expires"), self._settings.max_expires)
        if request.headers.all("Contact") == ["*"]:
            if default != 0:
                return make_response(request, 400, "Contact * goes with Expires 0")
            self._set_bindings(user, [])
        else:
            wanted = read_contacts(request, default)
            if any(0 < contact.seconds < self._settings.min_expires for contact in wanted):
                brief = make_response(request, 423)
                brief.headers.set("Min-Expires", str(self._settings.min_expires))
                return brief
            if any(
                contact.seconds and leads_to(self._gateways, contact.uri, self.reach(contact.uri, flow))
                for contact in wanted
            ):
                self._failures.note("Contact at the address of a provider", f"{flow.remote[0]} as {user!r}")
                return make_response(request, 403, "Contact is a provider's")
            if not self._bind(request, user, phone, wanted, flow, now):
                return make_response(request, 500, "CSeq out of order")
        return self._listing(request, user, now)

    def connection_lost(self, flow: Flow) -> None:
        """A connection is over, and the registrations over it: their phones come back by a new one."""
        for user in list(self._connected.get(flow.id, ())):
            self._set_bindings(user, [one for one in self._bindings.get(user, ()) if one.flow.id != flow.id])

    def _bind(
        self, request: Request, user: str, phone: str, wanted: Sequence[Contact], flow: Flow, now: float
    ) -> bool:
        before, new = list(self._bindings.get(user, ())), dict[str, tuple[Binding, int]]()
        for contact in wanted:
            reach, uri = self.reach(contact.uri, flow), str(contact.uri)
            known = [old for old in before if contact.replaces(old, request, reach)]
            if any(old.call_id == request.call_id and request.cseq <= old.cseq for old in known):
                return False
            before = [old for old in before if old not in known]
            new.pop(uri, None)
            if contact.seconds:
                lasts = min(contact.seconds, self._settings.max_expires)
                made = Binding(
                    *(uri, reach, now + lasts, request.call_id, request.cseq),
                    *(contact.instance, contact.reg_id, knows_talk(request), phone),
                )
                new[uri] = (made, lasts)
        self._set_bindings(
            user, [*before, *(self._expiring(user, made, lasts) for made, lasts in new.values())]
        )
        return True

    def _expiring(self, user: str, binding: Binding, lasts: int) -> Binding:
        return replace(binding, expiry=self._endpoint.after(lasts, lambda later: self._expire(user, later)))

    def _expire(self, user: str, now: float) -> None:
        bindings = self._bindings.get(user)
        if bindings:
            self._set_bindings(user, [binding for binding in bindings if binding.expires_at > now])

    def _set_bindings(self, user: str, bindings: list[Binding]) -> None:
        """Set the bindings of a user; the newest ones, where there are too many."""
        self.changed = True
        self.changed_terminals.add(user)
        before = user in self._bindings
        bindings = bindings[-MAX_BINDINGS:]
        for old in self._bindings.get(user, ()):
            self._disconnect(old.flow.id, user)
            if old.expiry is not None and not any(old is binding for binding in bindings):
                old.expiry.cancel()
        for binding in bindings:
            if binding.flow.id:
                self._connected.setdefault(binding.flow.id, set()).add(user)
        if bindings:
            self._bindings[user] = bindings
        else:
            self._bindings.pop(user, None)
        if before != bool(bindings):
            logger.info("terminal %s is %s", user, "in service" if bindings else "out of service")
            self._on_change(user, bool(bindings))

    def _disconnect(self, connection: int, user: str) -> None:
        users = self._connected.get(connection, set())
        users.discard(user)
        if not users:
            self._connected.pop(connection, None)

    def _listing(self, request: Request, user: str, now: float) -> Response:
        response = make_response(request, 200)
        for binding in self._bindings.get(user, ()):
            response.headers.add("Contact", binding.contact(now))
        return response


def reach_of(contact: Uri, flow: Flow) -> Flow:
    """How a phone is reached: over its connection, at its Contact, or (behind NAT) where it spoke from.

    A Contact that is not the address that the phone spoke from is of another network, or a name: the source
    is what works (RFC 3581, RFC 5626 for connections).
    """
    if flow.protocol != "udp":
        return flow
    host = contact.host.strip("[]")
    try:
        same = ipaddress.ip_address(host) == ipaddress.ip_address(flow.remote[0])
    except ValueError:
        same = False
    return flow._replace(remote=(flow.remote[0], contact.port or 5060)) if same else flow
