"""What phones and providers send to the embedded switch: who may, and which part of it has it.

The parts are built by `switch.py`, which has the contract towards the Call Manager.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection

from offhook.call import Party
from offhook.common.network import same_host
from offhook.config import EmbeddedSettings, TerminalSettings
from offhook.sip.dialog import Dialog, dialog_key
from offhook.sip.endpoint import Flow, ServerTransaction
from offhook.sip.message import Request, SipParseError, make_response
from offhook.sip.uas import refusal
from offhook.switch.b2bua.leg import Leg
from offhook.switch.b2bua.privacy import WITHHELD, is_anonymous, wants_privacy
from offhook.switch.b2bua.reliable import OPTION, demands
from offhook.switch.b2bua.switch import SUPPORTED, SipSwitch
from offhook.switch.b2bua.useragent import METHODS, OUTSIDE
from offhook.switch.embedded.admission import PROVIDER, Admission
from offhook.switch.embedded.allowance import RETRY_AFTER_S
from offhook.switch.embedded.arrivals import Arrivals
from offhook.switch.embedded.dialer import EmbeddedDialer
from offhook.switch.embedded.handdialled import HandDialledCall
from offhook.switch.embedded.othersystems import OtherCalls
from offhook.switch.embedded.pickedbyhand import NO_OFFER, PicksByHand
from offhook.switch.embedded.reachability import Reachability
from offhook.switch.embedded.registrar import Registrar
from offhook.switch.embedded.unheard import Unheard
from offhook.switch.embedded.watchers import Watchers
from offhook.switch.trunk.trunk import Trunk
from offhook.switch.trunk.trunks import Trunks

RELIABLY = SUPPORTED | {OPTION}
OF_PHONES = (*METHODS, "SUBSCRIBE")
WITH_PRACK = (*OF_PHONES, "PRACK")
"""What phones may ask for, and what providers may besides."""


class PhoneRequests(SipSwitch):
    """The side of the embedded switch that phones and providers see."""

    settings: EmbeddedSettings
    terminals: dict[str, TerminalSettings]
    registrar: Registrar
    reachability: Reachability
    trunks: Trunks
    other_systems: OtherCalls
    _admission: Admission
    _arrivals: Arrivals
    _by_hand: PicksByHand
    _calls_of: Counter[str]
    _dialer: EmbeddedDialer
    _unheard: Unheard
    _watchers: Watchers

    def _on_request(self, transaction: ServerTransaction, request: Request, flow: Flow, now: float) -> None:
        self._unheard.heard(flow)
        self.reachability.heard(flow)
        transaction.doubtful = True  # until it has shown a password, or belongs to a call
        refused = refusal(request, *self._serves(request, flow))
        if refused is not None:
            self.endpoint.respond(transaction, refused, now)
        elif request.method == "SUBSCRIBE":
            self._watchers.subscribe(transaction, now)
        elif request.to_tag:
            self._in_dialog(transaction, request)
        elif request.headers.get("Max-Forwards") == "0":
            self._respond(transaction, 483)
        elif request.method == "REGISTER":
            user = self.registrar.register(transaction, now, self._admission.allows)
            if user is not None:
                self._unheard.registered(user)
                self.reachability.registered(user)
                self.phone_is_back(user)
        elif request.method == "INVITE":
            if self.other_systems.knocks(request):
                self._knocked(transaction)
                return
            trunk = self.trunks.sender(request, flow, self.registrar.is_at)
            if trunk is None:
                self._invited(transaction, request, now)
            else:
                self._arrived(transaction, trunk)
        else:
            self._respond(transaction, OUTSIDE.get(request.method, 405))

    def _serves(self, request: Request, flow: Flow) -> tuple[Collection[str], Collection[str]]:
        """The methods and extensions that may be asked for: reliable provisional responses by providers only,
        who have their reasons; phones get on without."""
        if request.to_tag:
            return WITH_PRACK, RELIABLY
        asks = request.method == "INVITE" and demands(request)
        if asks and self.trunks.sender(request, flow, self.registrar.is_at) is not None:
            return METHODS, RELIABLY
        return OF_PHONES, SUPPORTED

    def _admits(self, leg: Leg, dialog: Dialog, transaction: ServerTransaction) -> bool:
        if leg.terminal:
            return self._admission.admits(leg, dialog, transaction)
        flow = transaction.flow
        if not self._admission.admits_provider(transaction, expected=self._expects(leg, dialog, flow)):
            return False
        self.other_systems.follow(leg, transaction.request.method, flow)
        return True

    def _expects(self, leg: Leg, dialog: Dialog, flow: Flow) -> bool:
        """Does a request in a leg that has no phone of ours come from where it may?"""
        if self.other_systems.expects(leg, flow):
            return True
        return not self.other_systems.secures(leg) and self.trunks.expects(dialog, flow)

    def _admitted_in(self, leg: Leg, dialog: Dialog, transaction: ServerTransaction) -> None:
        if not leg.terminal and not leg.ended:
            self.other_systems.heard(leg, transaction.request)
        super()._admitted_in(leg, dialog, transaction)

    def _takes_ack(self, invite: ServerTransaction, ack: Request, flow: Flow) -> bool:
        if same_host(invite.flow.remote[0], flow.remote[0]):
            return True
        leg = self.legs.get(dialog_key(ack))
        if leg is not None and leg.dialog is not None and not leg.terminal:
            return self._expects(leg, leg.dialog, flow)
        return leg is not None and leg.dialog is not None and self._admission.known_at(leg, leg.dialog, flow)

    def _knocked(self, transaction: ServerTransaction) -> None:
        """Another telephone system of the cluster has a call for a terminal of ours, or somebody says so."""
        if not self.other_systems.opens(transaction.request):
            what = "INVITE that is not really of another telephone system of the cluster"
            self.endpoint.strangers.note(what, transaction.flow.remote[0])
            self._respond(transaction, 403)
            return
        transaction.doubtful = False
        self.other_systems.opened(transaction.flow)
        self._with_media(transaction, lambda: self._take_knocked(transaction), phone=False)

    def _take_knocked(self, transaction: ServerTransaction) -> None:
        number = transaction.request.target.user
        if self._takes_no():
            self._refuse(transaction)
        elif number not in self.terminals:
            self._respond(transaction, 404)
        elif self.other_systems.takes(transaction.request):
            self._give(transaction, number)
        elif status := self.other_systems.take(transaction, self._dialer, number):
            self._respond(transaction, status)

    def _give(self, transaction: ServerTransaction, number: str) -> None:
        """Another telephone system takes the call that rings at a terminal of ours."""
        status = 480
        if not transaction.request.body:
            self._respond(transaction, NO_OFFER)
            return
        try:
            taker = self.other_systems.taker(transaction.request)
            leg = self._by_hand.give(taker, number, transaction, self._where_it_rings())
        except SipParseError as error:
            leg, status = None, error.status
        if leg is None:
            self._respond(transaction, status)
        else:
            self.other_systems.took(number, leg, self._dialer.lookup(number)[0])

    def _arrived(self, transaction: ServerTransaction, trunk: Trunk) -> None:
        """A provider has a call for us."""
        transaction.doubtful = False
        if not self._admission.allows(PROVIDER.format(trunk.name), "INVITE by a trunk", transaction):
            return
        self._with_media(transaction, lambda: self._take_arrived(transaction, trunk), phone=False)

    def _take_arrived(self, transaction: ServerTransaction, trunk: Trunk) -> None:
        if self._takes_no():
            self._refuse(transaction)
        elif status := self._arrivals.take(transaction, trunk):
            self._respond(transaction, status)

    def _takes_no(self, number: str = "") -> bool:
        """Can there be no new call, to this number? While this is drained there still are those for help."""
        if self._draining and not self.trunks.is_emergency(number):
            return True
        return self._stopping or len(self._calls) >= self.settings.max_calls

    def _refuse(self, transaction: ServerTransaction) -> None:
        """There are too many calls, or this is soon stopped: the call may be made again a little later."""
        response = make_response(transaction.request, 503)
        response.headers.set("Retry-After", str(RETRY_AFTER_S))
        self.endpoint.respond(transaction, response, self.endpoint.now)

    def _invited(self, transaction: ServerTransaction, request: Request, now: float) -> None:
        user = self.registrar.authenticate(transaction, now)
        if user is not None and self._admission.allows(user, "INVITE", transaction):
            self._with_media(transaction, lambda: self._admitted(user, transaction, request), phone=True)

    def _with_media(self, transaction: ServerTransaction, then: Callable[[], None], *, phone: bool) -> None:
        """Go on once a media engine has had the offer, where one has to."""
        if self.media is None:
            then()
            return
        media = self.media.called(transaction, phone=phone)

        def offered() -> None:
            if media.failed:
                self._respond(transaction, 503)
            elif not transaction.final:  # it has not been cancelled meanwhile
                then()
            if media.leg is None:
                media.close()

        media.receive(transaction.request, offered)

    def _admitted(self, user: str, transaction: ServerTransaction, request: Request) -> None:
        try:
            number, shown = request.target.user, request.from_.uri
        except SipParseError as error:
            self._respond(transaction, error.status)
            return
        hidden = wants_privacy(request, shown)
        if number == user or not (shown.user == user or (hidden and is_anonymous(shown))):
            self._respond(transaction, 403)
        elif self._by_hand.is_meant(number, request):
            self._take(user, number, transaction)
        elif not self._can_be_called(number):
            self._respond(transaction, 484 if not number else 404)
        elif not self.may_call(user, number):
            self._respond(transaction, 403)
        elif self._takes_no(number):
            self._refuse(transaction)
        elif self._calls_of[user] >= self.settings.max_calls_of_one and not self.trunks.is_emergency(number):
            self._admission.refuse(transaction, user, f"{self._calls_of[user]} calls at a time")
        else:
            party = party_of(self.terminals[user])
            call = HandDialledCall(self, self._dialer, party, number, transaction)
            if hidden:
                call.shown = WITHHELD
            try:
                call.begin()
            except SipParseError as error:
                self.release(call.call.id)
                self._respond(transaction, error.status)

    def _can_be_called(self, number: str) -> bool:
        """Is it a terminal, or a number that goes out?"""
        known = number in self.terminals or self.other_systems.has(number)
        return known or self.trunks.number(number) is not None

    def _take(self, user: str, number: str, transaction: ServerTransaction) -> None:
        """A phone takes a call that rings at another one."""
        if self._draining or self._stopping:
            self._refuse(transaction)
            return
        try:
            status = self._by_hand.take(
                *(user, party_of(self.terminals[user]), number, transaction),
                self._where_it_rings(),
                self.legs,
            )
        except SipParseError as error:
            status = error.status
        if status:
            self._respond(transaction, status)


def party_of(terminal: TerminalSettings) -> Party:
    """How a terminal is shown to who has a call with it."""
    return Party(terminal.name, terminal.id)
