"""The embedded switch: a registrar and a back-to-back user agent on one SIP endpoint."""

from __future__ import annotations

import asyncio
import logging
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from offhook.call import Call, Cause
from offhook.common.listening import why_not
from offhook.common.network import same_host
from offhook.common.tally import Tally
from offhook.errors import CallError, ConfigError, Refusal
from offhook.sip.dialog import REFRESHING, Dialog, dialog_key
from offhook.sip.endpoint import Endpoint, Flow, ServerTransaction
from offhook.sip.message import Request, SipParseError, make_response
from offhook.sip.transport import ListenError, SipTransport
from offhook.sip.uas import refusal
from offhook.switch.b2bua.control import Control
from offhook.switch.b2bua.leg import ALLOW, METHODS, OUTSIDE, Leg, UnheardEnd
from offhook.switch.b2bua.number import MAX_NUMBER, callable_number
from offhook.switch.base import CallChanged, Listener, Switch, SwitchEvent, TerminalChanged
from offhook.switch.embedded.allowance import ALWAYS, RATES, RETRY_AFTER_S, Allowance
from offhook.switch.embedded.bindings import read_bindings, read_known, write_bindings
from offhook.switch.embedded.click import ClickToDial
from offhook.switch.embedded.direct import DirectCall
from offhook.switch.embedded.registrar import Registrar, reach_of
from offhook.switch.embedded.settings import EmbeddedSettings, SipTerminal
from offhook.switch.embedded.tls import shown_pair
from offhook.switch.embedded.unheard import Unheard, binding_of

logger = logging.getLogger(__name__)

STOP_S = 0.3
"""How long stopping stays for the phones' answers to BYE and CANCEL, if there were calls."""

KEEP_EVERY_S = 2.0
"""How often changed registrations are written: what a killed process may have forgotten."""

SUPPORTED = frozenset({"timer"})
"""Extensions that a phone may require of us."""


class EmbeddedSwitch(Switch):
    """Implements `offhook.switch.base.Switch` with SIP phones that register here."""

    def __init__(self, terminals: Sequence[SipTerminal], settings: EmbeddedSettings) -> None:
        """Raises `ConfigError` for a certificate that cannot be used."""
        self.settings = settings
        self.terminals = {terminal.id: _clean(terminal) for terminal in terminals}
        self.endpoint = Endpoint(settings.timing)
        self.endpoint.on_request = self._on_request
        self.endpoint.on_ack = self._on_ack
        self.endpoint.on_cancel = self._on_cancel
        self.endpoint.on_ack_timeout = self._on_ack_timeout
        self.endpoint.takes_ack = self._takes_ack
        self.registrar = Registrar(
            self.endpoint,
            self.terminals,
            settings,
            self._on_registered,
            self._on_known,
            self._on_refused,
        )
        self.legs: dict[tuple[str, str, str], Leg] = {}
        self._unheard = Unheard(self.endpoint, lambda terminal: self.registrar.bindings(terminal))
        self._controls: dict[str, Control] = {}
        self._makers: dict[str, str] = {}  # whose call it is, by its id
        self._calls_of: Counter[str] = Counter()
        self._allowance = Allowance()
        self._misused = Tally(logger.warning, lambda s, do: self.endpoint.after(s, lambda _now: do()))
        self._listeners: list[Listener] = []
        self._keeping: asyncio.Task[None] | None = None
        self._kept_problem = False
        self._pair = shown_pair(settings)
        self._following: asyncio.Task[None] | None = None
        self._transport = SipTransport(
            self.endpoint,
            *settings.listen,
            tls_listen=settings.tls_listen,
            tls_context=self._pair.context if self._pair is not None else None,
        )
        self._transport.on_closed = self.registrar.lost

    # The contract

    def subscribe(self, listener: Listener) -> None:
        self._listeners.append(listener)

    async def start(self) -> None:
        try:
            await self._transport.start()
        except ListenError as error:
            key = "switch.embedded.tls_listen" if error.protocol == "tls" else "switch.embedded.listen"
            raise ConfigError("configuration", key, *why_not(error, *error.address, key)) from error
        if self._pair is not None:
            self._following = asyncio.get_running_loop().create_task(self._pair.follow())
        if self.settings.registrations is not None:
            kept = await asyncio.to_thread(read_bindings, self.settings.registrations)
            self.endpoint.now = self._transport.now()
            self.registrar.restore(kept, self.endpoint.now, time.time())
            self.registrar.remember(await asyncio.to_thread(read_known, self.settings.registrations))
            self._transport.flush()
            self._keeping = asyncio.get_running_loop().create_task(self._keep_registrations())

    async def stop(self) -> None:
        if self._controls:
            self.endpoint.now = self._transport.now()
            for control in list(self._controls.values()):
                control.let_go(Cause.FAILURE)
            self._transport.flush()
            await asyncio.sleep(STOP_S)
        if self._following is not None:
            self._following.cancel()
        if self._keeping is not None:
            self._keeping.cancel()
            await asyncio.gather(self._keeping, return_exceptions=True)
            await self._write_registrations()
        await self._transport.stop()

    def dial(self, terminal: str, address: str) -> Call:
        caller = self.terminals.get(terminal)
        if caller is None:
            raise CallError(
                Refusal.NO_SUCH_TERMINAL, f"terminal {terminal} is not known; add it to the configuration"
            )
        if not callable_number(address) or address == terminal:
            raise CallError(
                Refusal.INVALID_ADDRESS,
                f"{address[:MAX_NUMBER]!a} cannot be called from {terminal}; give another number",
            )
        if len(self._controls) >= self.settings.max_calls:
            raise CallError(Refusal.OVERLOADED, "too many calls are live; try again in a moment")
        if self._calls_of[terminal] >= self.settings.max_dialled_of_one:
            raise CallError(
                Refusal.OVERLOADED, f"phone {terminal} has {self._calls_of[terminal]} calls; end some of them"
            )
        self.endpoint.now = self._transport.now()
        control = ClickToDial(self, caller, address)
        if not control.begin():
            raise CallError(
                Refusal.TERMINAL_UNAVAILABLE,
                f"phone {terminal} is not registered; check that it is on and has its password",
            )
        self._transport.flush()
        return control.call

    def drop(self, call_id: str) -> None:
        control = self._controls.get(call_id)
        if control is None:
            raise CallError(Refusal.NO_SUCH_CALL, f"call {call_id} is over or was never there")
        self.endpoint.now = self._transport.now()
        control.drop()
        self._transport.flush()

    def in_service(self, terminal: str) -> bool:
        return bool(self.registrar.bindings(terminal))

    def address(self, protocol: str = "udp") -> tuple[str, int]:
        """Where phones register: `protocol` is udp, tcp or tls."""
        if protocol == "tls":
            return self._transport.local("tls")
        return self._transport.local("tcp" if protocol == "tcp" else "udp")

    @property
    def idle(self) -> bool:
        """Is nothing left of any call?"""
        return not self._controls and not self.legs

    async def _keep_registrations(self) -> None:
        while True:
            await asyncio.sleep(KEEP_EVERY_S)
            await self._write_registrations()

    async def _write_registrations(self) -> None:
        path = self.settings.registrations
        if path is None or not self.registrar.changed:
            return
        kept = self.registrar.kept(self._transport.now(), time.time())
        try:
            await asyncio.to_thread(write_bindings, path, kept, known=self.registrar.known)
        except OSError as error:
            self.registrar.changed = True  # tried again, and told once
            if not self._kept_problem:
                logger.error(
                    "%s: registrations cannot be kept (%s); after a restart phones have to register anew."
                    " Check the disk", path, error.strerror or error,
                )  # fmt: skip
            self._kept_problem = True
        else:
            if self._kept_problem:
                logger.info("%s: registrations are kept again", path)
            self._kept_problem = False

    # What calls need (`CallCore`)

    def publish(self, call: Call) -> None:
        """Tell of a call as it now is."""
        self._tell(CallChanged(call))

    def adopt(self, call_id: str, control: Control) -> None:
        """A call by this id is cleared by `control`."""
        self._controls[call_id] = control
        if call_id == control.call.id and call_id not in self._makers:
            self._makers[call_id] = control.call.terminal
            self._calls_of[control.call.terminal] += 1

    def release(self, call_id: str) -> None:
        """The call is over."""
        self._controls.pop(call_id, None)
        maker = self._makers.pop(call_id, None)
        if maker is not None:
            self._calls_of[maker] -= 1

    def way(self, terminal: str, dialog: Dialog) -> Flow:
        """The dialog's flow; where that was a connection which is gone, the phone's new one."""
        if dialog.flow.id and not self._transport.is_open(dialog.flow):
            return binding_of(self.registrar.bindings(terminal), dialog) or dialog.flow
        return dialog.flow

    def unheard(self, bye: UnheardEnd) -> None:
        """The phone is away: it is said once it is heard of, or it would stay in the call."""
        self._unheard.add(bye)

    def flow_to(self, flow: Flow) -> Flow:
        """The flow with the address from which we reach its remote."""
        return self._transport.flow("udp", flow.remote) if flow.protocol == "udp" else flow

    def _tell(self, event: SwitchEvent) -> None:
        for listener in self._listeners:
            listener(event)

    def _on_registered(self, terminal: str, in_service: bool) -> None:
        self._tell(TerminalChanged(terminal, in_service))

    def _on_refused(self, terminal: str, why: str) -> None:
        self._tell(TerminalChanged(terminal, False, why))

    def _on_known(self, flow: Flow, terminal: str) -> None:
        self._transport.known(flow, terminal)

    # What phones send

    def _on_request(self, transaction: ServerTransaction, request: Request, flow: Flow, now: float) -> None:
        self._unheard.heard(flow)
        transaction.doubtful = True  # until it has shown a password, or belongs to a call
        refused = refusal(request, METHODS, SUPPORTED)
        if refused is not None:
            self.endpoint.respond(transaction, refused, now)
        elif request.to_tag:
            self._in_dialog(transaction, request)
        elif request.headers.get("Max-Forwards") == "0":
            self._respond(transaction, 483)
        elif request.method == "REGISTER":
            user = self.registrar.register(transaction, now, self._allowed)
            if user is not None:
                self._unheard.registered(user)
        elif request.method == "INVITE":
            self._invited(transaction, request, now)
        else:
            self._respond(transaction, OUTSIDE.get(request.method, 405))

    def _in_dialog(self, transaction: ServerTransaction, request: Request) -> None:
        leg = self.legs.get(dialog_key(request))
        if leg is None or leg.dialog is None:
            self._respond(transaction, 481)
        elif not self._admitted(leg, leg.dialog, transaction):
            pass
        elif status := leg.dialog.receive_request(request):
            self._respond(transaction, status)
        else:
            leg.owner.on_request(leg, transaction, request)

    def _admitted(self, leg: Leg, dialog: Dialog, transaction: ServerTransaction) -> bool:
        """Is it to be looked at? If not, it has been answered."""
        if not self._is_the_phone(leg, dialog, transaction):
            return False
        always = transaction.request.method in ALWAYS
        return always or self._allowed(leg.terminal, "in a call", transaction)

    def _is_the_phone(self, leg: Leg, dialog: Dialog, transaction: ServerTransaction) -> bool:
        """Does the request come from the leg's phone? If not, it has been answered.

        Who heard the call's ids can write it from anywhere. A phone may speak from a new address; it is
        known there once it has registered, or asked for the terminal's password.
        """
        flow, request = transaction.flow, transaction.request
        if not self._known_at(leg, dialog, flow):
            self.endpoint.strangers.note(
                f"{request.method} inside of a call of another address", flow.remote[0]
            )
            if self.settings.from_elsewhere == "refuse":
                self._respond(transaction, 403)
                return False
            user = self.registrar.authenticate(transaction, self.endpoint.now)
            if user is None:
                return False
            if user != leg.terminal:
                self._respond(transaction, 403)
                return False
        transaction.doubtful = False
        if request.method in REFRESHING and not _same_way(dialog.flow, flow):
            try:
                contact = request.contact
            except SipParseError:
                contact = None
            dialog.flow = self.flow_to(reach_of(contact.uri, flow) if contact is not None else flow)
        return True

    def _known_at(self, leg: Leg, dialog: Dialog, flow: Flow) -> bool:
        known = [dialog.flow, *(binding.flow for binding in self.registrar.bindings(leg.terminal))]
        return any(same_host(one.remote[0], flow.remote[0]) for one in known)

    def _takes_ack(self, invite: ServerTransaction, ack: Request, flow: Flow) -> bool:
        leg = self.legs.get(dialog_key(ack))
        if same_host(invite.flow.remote[0], flow.remote[0]):
            return True
        return leg is not None and leg.dialog is not None and self._known_at(leg, leg.dialog, flow)

    def _invited(self, transaction: ServerTransaction, request: Request, now: float) -> None:
        user = self.registrar.authenticate(transaction, now)
        if user is None or not self._allowed(user, "INVITE", transaction):
            return
        try:
            number, caller = request.target.user, request.from_.uri.user
        except SipParseError as error:
            self._respond(transaction, error.status)
            return
        called = self.terminals.get(number)
        if caller != user or number == user:
            self._respond(transaction, 403)
        elif called is None:
            self._respond(transaction, 484 if not number else 404)
        elif not self.may_call(user, number):
            self._respond(transaction, 403)
        elif len(self._controls) >= self.settings.max_calls:
            self._respond(transaction, 503)
        elif self._calls_of[user] >= self.settings.max_calls_of_one:
            self._too_much(transaction, user, f"{self._calls_of[user]} calls at a time")
        else:
            control = DirectCall(self, self.terminals[user], number)
            try:
                control.begin(transaction, called)
            except SipParseError as error:
                self.release(control.call.id)
                self._respond(transaction, error.status)

    def _allowed(self, terminal: str, kind: str, transaction: ServerTransaction) -> bool:
        """May the phone ask for this just now? If not, it has been told when it may."""
        if self._allowance.take(terminal, kind, self.endpoint.now):
            return True
        what = kind if kind == transaction.request.method else f"requests {kind}"
        self._too_much(transaction, terminal, f"{what}, more than {RATES[kind].a_second:g} a second")
        return False

    def _too_much(self, transaction: ServerTransaction, terminal: str, what: str) -> None:
        self._misused.note(f"refused: {what}", f"terminal {terminal} at {transaction.flow.remote[0]}")
        transaction.doubtful = (
            True  # it asks again where it has heard nothing, and takes up no room until then
        )
        response = make_response(transaction.request, 503)
        response.headers.set("Retry-After", str(RETRY_AFTER_S))
        self.endpoint.respond(transaction, response, self.endpoint.now)

    def _on_ack(self, request: Request, _flow: Flow, _now: float) -> None:
        leg = self.legs.get(dialog_key(request))
        if leg is not None:
            leg.acked(request)

    def _on_cancel(self, invite: ServerTransaction, _now: float) -> None:
        leg = self._leg_of(invite)
        if leg is not None and leg.invited is invite:
            leg.owner.on_cancel(leg)

    def _on_ack_timeout(self, invite: ServerTransaction, _now: float) -> None:
        leg = self._leg_of(invite)
        if leg is not None:
            leg.unacknowledged()

    def _leg_of(self, invite: ServerTransaction) -> Leg | None:
        request = invite.request
        return self.legs.get((request.call_id, invite.local_tag, request.from_tag))

    def _respond(self, transaction: ServerTransaction, status: int) -> None:
        response = make_response(transaction.request, status)
        if status in (200, 405):
            response.headers.set("Allow", ALLOW)
            response.headers.set("Supported", ", ".join(SUPPORTED))
        self.endpoint.respond(transaction, response, self.endpoint.now)


def _same_way(one: Flow, other: Flow) -> bool:
    return (one.protocol, one.id) == (other.protocol, other.id) and same_host(one.remote[0], other.remote[0])


def _clean(terminal: SipTerminal) -> SipTerminal:
    """A name goes into headers: no line break, nor anything else that does not print, may be in it."""
    return replace(terminal, name="".join(c if c.isprintable() else " " for c in terminal.name).strip())
