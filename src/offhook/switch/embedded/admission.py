"""Which requests of phones are served: those that really come from the phone, and not too many of them."""

from __future__ import annotations

import logging
from collections.abc import Callable

from offhook.common.network import same_host
from offhook.common.tally import Tally
from offhook.config.sections.embedded import FromElsewhere
from offhook.sip.dialog import REFRESHING, Dialog
from offhook.sip.endpoint import Endpoint, Flow, ServerTransaction
from offhook.sip.message import SipParseError, make_response
from offhook.switch.b2bua.leg import Leg
from offhook.switch.embedded.allowance import ALWAYS, RATES, RETRY_AFTER_S, Allowance
from offhook.switch.embedded.registrar import Registrar

logger = logging.getLogger(__name__)

PROVIDER = "(provider {})"
"""The name under which the rates of a provider's requests are counted; no terminal has such a one."""


class Admission:
    """`flow_to` gives a flow the address of ours from which its remote is reached."""

    def __init__(
        self,
        endpoint: Endpoint,
        registrar: Registrar,
        from_elsewhere: FromElsewhere,
        flow_to: Callable[[Flow], Flow],
    ) -> None:
        self._endpoint, self._registrar = endpoint, registrar
        self._from_elsewhere, self._flow_to = from_elsewhere, flow_to
        self._allowance = Allowance()
        self._misused = Tally(logger.warning, lambda s, do: endpoint.after(s, lambda _now: do()))

    def admits(self, leg: Leg, dialog: Dialog, transaction: ServerTransaction) -> bool:
        """Is a request inside of a call to be served? If not, it has been answered."""
        if not self._is_the_phone(leg, dialog, transaction):
            return False
        always = transaction.request.method in ALWAYS
        return always or self.allows(leg.terminal, "in a call", transaction)

    def admits_provider(self, transaction: ServerTransaction, *, expected: bool) -> bool:
        """Is a request inside of a call by a trunk to be served? If not, it has been answered. `expected`:
        does it come from there?"""
        host, method = transaction.flow.remote[0], transaction.request.method
        if not expected:
            self._endpoint.strangers.note(f"{method} inside of a call by a trunk, of another address", host)
            self._forbid(transaction)
            return False
        transaction.doubtful = False
        return method in ALWAYS or self.allows(PROVIDER.format(host), "in a call by a trunk", transaction)

    def allows(self, terminal: str, kind: str, transaction: ServerTransaction) -> bool:
        """May the phone ask for this just now? If not, it has been told when it may."""
        if self._allowance.take(terminal, kind, self._endpoint.now):
            return True
        what = kind if kind == transaction.request.method else f"requests {kind}"
        self.refuse(transaction, terminal, f"{what}, more than {RATES[kind].a_second:g} a second")
        return False

    def refuse(self, transaction: ServerTransaction, terminal: str, what: str) -> None:
        """The terminal asks for too much of something: 503, to be tried again later."""
        self._misused.note(f"refused: {what}", f"terminal {terminal} at {transaction.flow.remote[0]}")
        # A phone that has not heard the 503 asks again; until then the transaction need not be kept.
        transaction.doubtful = True
        response = make_response(transaction.request, 503)
        response.headers.set("Retry-After", str(RETRY_AFTER_S))
        self._endpoint.respond(transaction, response, self._endpoint.now)

    def known_at(self, leg: Leg, dialog: Dialog, flow: Flow) -> bool:
        """Is the leg's phone known to be at the other end of the flow?"""
        known = [dialog.flow, *(binding.flow for binding in self._registrar.bindings(leg.terminal))]
        return any(same_host(one.remote[0], flow.remote[0]) for one in known)

    def _is_the_phone(self, leg: Leg, dialog: Dialog, transaction: ServerTransaction) -> bool:
        """Does the request come from the leg's phone? If not, it has been answered.

        Who heard the call's ids can write it from anywhere. A phone may speak from a new address; it is
        known there once it has registered, or asked for the terminal's password.
        """
        flow, request = transaction.flow, transaction.request
        if not self.known_at(leg, dialog, flow):
            self._endpoint.strangers.note(
                f"{request.method} inside of a call of another address", flow.remote[0]
            )
            if self._from_elsewhere == "refuse":
                self._forbid(transaction)
                return False
            user = self._registrar.authenticate(transaction, self._endpoint.now)
            if user is None:
                return False
            if user != leg.terminal:
                self._forbid(transaction)
                return False
        transaction.doubtful = False
        if request.method in REFRESHING and not _same_way(dialog.flow, flow):
            try:
                contact = request.contact
            except SipParseError:
                contact = None
            dialog.flow = self._flow_to(
                self._registrar.reach(contact.uri, flow) if contact is not None else flow
            )
        return True

    def _forbid(self, transaction: ServerTransaction) -> None:
        self._endpoint.respond(transaction, make_response(transaction.request, 403), self._endpoint.now)


def _same_way(one: Flow, other: Flow) -> bool:
    return (one.protocol, one.id) == (other.protocol, other.id) and same_host(one.remote[0], other.remote[0])
