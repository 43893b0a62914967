"""Where the phones are: the registrar (RFC 3261 §10.3), in memory."""

from __future__ import annotations

import ipaddress
import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from offhook.hosts import network
from offhook.sip.digest import DigestServer, Outcome
from offhook.sip.endpoint import Endpoint, Flow, ServerTransaction
from offhook.sip.message import NameAddr, Request, Response, SipParseError, make_response
from offhook.switch.embedded.bindings import KeptBinding
from offhook.switch.embedded.guesses import Guesses
from offhook.switch.embedded.settings import EmbeddedSettings, SipTerminal

logger = logging.getLogger(__name__)

MAX_BINDINGS = 8
"""Phones registered at once for one terminal: a desk phone, softphones, and old ones not yet expired."""


@dataclass(frozen=True, slots=True)
class Binding:
    """A registered phone: the URI to call, how to reach it, until when (the endpoint's clock)."""

    uri: str
    flow: Flow
    expires_at: float
    call_id: str
    cseq: int


class Registrar:
    """Takes REGISTERs of the configured terminals; tells who came into service and who went.

    An unknown user is answered exactly like a wrong password.
    """

    def __init__(
        self,
        endpoint: Endpoint,
        terminals: Mapping[str, SipTerminal],
        settings: EmbeddedSettings,
        on_change: Callable[[str, bool], None],
    ) -> None:
        self._endpoint, self._terminals, self._settings = endpoint, terminals, settings
        self._on_change = on_change
        self._digest = DigestServer(settings.realm, settings.digest_algorithms)
        self._guesses = Guesses()
        self._bindings: dict[str, list[Binding]] = {}
        self.changed = False

    def bindings(self, terminal: str) -> Sequence[Binding]:
        """The registrations of a terminal, as many phones as it has."""
        return self._bindings.get(terminal, ())

    def kept(self, now: float, epoch: float) -> list[KeptBinding]:
        """What is worth keeping over a restart; `now` and `epoch` are the same moment on both clocks."""
        self.changed = False
        return [
            KeptBinding(
                terminal,
                binding.uri,
                *binding.flow.remote,
                epoch + binding.expires_at - now,
                binding.call_id,
                binding.cseq,
            )
            for terminal, bindings in self._bindings.items()
            for binding in bindings
            if binding.flow.protocol == "udp"
        ]

    def restore(self, kept: Iterable[KeptBinding], now: float, epoch: float) -> None:
        """Take over what was kept, as far as its terminal is still known and its time not over."""
        for old in kept:
            left = min(old.expires - epoch, self._settings.max_expires)
            if left > 0 and old.terminal in self._terminals:
                self._guesses.succeeded(old.host, old.terminal)
                flow = Flow("udp", self._settings.listen, (old.host, old.port))
                binding = Binding(old.uri, flow, now + left, old.call_id, old.cseq)
                self._keep(old.terminal, [*self._bindings.get(old.terminal, ()), binding][-MAX_BINDINGS:])
                self._expire_later(old.terminal, left)

    def authenticate(self, transaction: ServerTransaction, now: float) -> str | None:
        """Who sends a request; None after it has been challenged or refused."""
        request, host = transaction.request, transaction.flow.remote[0]
        claimed = self._digest.claimed(request)
        if claimed is not None and (wait := self._guesses.wait(host, claimed, now)):
            response = make_response(request, 503)
            response.headers.set("Retry-After", str(wait))
            self._endpoint.respond(transaction, response, now)
            return None
        source = network(host)
        verdict = self._digest.authenticate(request, self._password, now, source=source)
        if verdict.accepted:
            self._guesses.succeeded(host, verdict.user)
            return verdict.user
        if verdict.outcome is Outcome.REFUSED:
            self._guesses.failed(host, verdict.user, now)
            logger.warning(
                "%s from %s:%d as %r: wrong user or password",
                request.method, *transaction.flow.remote, verdict.user[:64],
            )  # fmt: skip
            response = make_response(request, 403)
        else:
            stale = verdict.outcome is Outcome.STALE
            response = self._digest.challenge(request, now, stale=stale, source=source)
        self._endpoint.respond(transaction, response, now)
        return None

    def register(self, transaction: ServerTransaction, now: float) -> None:
        """Answer a REGISTER."""
        request = transaction.request
        user = self.authenticate(transaction, now)
        if user is None:
            return
        try:
            response = self._registered(request, user, transaction.flow, now)
        except SipParseError as error:
            response = make_response(request, error.status, error.reason)
        self._endpoint.respond(transaction, response, now)

    def _password(self, user: str) -> str | None:
        terminal = self._terminals.get(user)
        return terminal.password or None if terminal is not None else None

    def _registered(self, request: Request, user: str, flow: Flow, now: float) -> Response:
        if request.to.uri.user != user:
            return make_response(request, 403)
        contacts = request.headers.all("Contact")
        default = _seconds(request.headers.get("Expires"), self._settings.max_expires)
        if contacts == ["*"]:
            if default != 0:
                return make_response(request, 400, "Contact * goes with Expires 0")
            self._keep(user, [])
        else:
            wanted = [NameAddr.parse(contact) for contact in contacts]
            times = [_seconds(contact.params.get("expires"), default) for contact in wanted]
            if any(0 < seconds < self._settings.min_expires for seconds in times):
                brief = make_response(request, 423)
                brief.headers.set("Min-Expires", str(self._settings.min_expires))
                return brief
            if not self._bind(request, user, list(zip(wanted, times, strict=True)), flow, now):
                return make_response(request, 500, "CSeq out of order")
        return self._listing(request, user, now)

    def _bind(
        self, request: Request, user: str, wanted: list[tuple[NameAddr, int]], flow: Flow, now: float
    ) -> bool:
        bindings = list(self._bindings.get(user, ()))
        for contact, seconds in wanted:
            uri = str(contact.uri)
            old = next((binding for binding in bindings if binding.uri == uri), None)
            if old is not None and old.call_id == request.call_id and request.cseq <= old.cseq:
                return False
            bindings = [binding for binding in bindings if binding is not old]
            if seconds:
                seconds = min(seconds, self._settings.max_expires)
                reach = reach_of(contact, flow)
                bindings.append(Binding(uri, reach, now + seconds, request.call_id, request.cseq))
                self._expire_later(user, seconds)
        self._keep(user, bindings[-MAX_BINDINGS:])
        return True

    def _expire_later(self, user: str, seconds: float) -> None:
        self._endpoint.after(seconds, lambda later: self._expire(user, later))

    def _expire(self, user: str, now: float) -> None:
        # A refreshed binding is a new value with a later end: only what is really over goes.
        bindings = self._bindings.get(user)
        if bindings:
            self._keep(user, [binding for binding in bindings if binding.expires_at > now])

    def _keep(self, user: str, bindings: list[Binding]) -> None:
        self.changed = True
        before = user in self._bindings
        if bindings:
            self._bindings[user] = bindings
        else:
            self._bindings.pop(user, None)
        if before != bool(bindings):
            logger.info("terminal %s is %s", user, "in service" if bindings else "out of service")
            self._on_change(user, bool(bindings))

    def _listing(self, request: Request, user: str, now: float) -> Response:
        response = make_response(request, 200)
        for binding in self._bindings.get(user, ()):
            response.headers.add(
                "Contact", f"<{binding.uri}>;expires={max(int(binding.expires_at - now), 1)}"
            )
        return response


def reach_of(contact: NameAddr, flow: Flow) -> Flow:
    """How a phone is reached: over its connection, at its Contact, or (behind NAT) where it spoke from.

    A Contact that is not the address that the phone spoke from is of another network, or a name: the source
    is what works (RFC 3581, RFC 5626 for connections).
    """
    if flow.protocol != "udp":
        return flow
    host = contact.uri.host.strip("[]")
    try:
        same = ipaddress.ip_address(host) == ipaddress.ip_address(flow.remote[0])
    except ValueError:
        same = False
    return flow._replace(remote=(flow.remote[0], contact.uri.port or 5060)) if same else flow


def _seconds(text: str | None, default: int) -> int:
    return int(text) if text is not None and text.isascii() and text.isdigit() and len(text) < 10 else default
