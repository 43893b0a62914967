"""The base of the drivers that speak SIP: an endpoint, the calls and their legs."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Collection

from offhook.call import CAN_DIAL, NOTHING, Call, Feature, Features
from offhook.sip.dialog import Dialog, dialog_key
from offhook.sip.endpoint import Flow, ServerTransaction
from offhook.sip.message import Request, make_response
from offhook.sip.transport import SipTransport
from offhook.switch.b2bua.call import B2buaCall
from offhook.switch.b2bua.incoming import INCOMING, IncomingCalls
from offhook.switch.b2bua.leg import Leg
from offhook.switch.b2bua.number import callable_number
from offhook.switch.b2bua.refer import on_refer
from offhook.switch.b2bua.routing import NO_ROUTING, Routing
from offhook.switch.b2bua.unheard import UnheardEnd
from offhook.switch.b2bua.useragent import ALLOW
from offhook.switch.base import (
    CallChanged,
    invalid_address,
    no_such_call,
    stopping,
    too_many_calls,
)

SUPPORTED = frozenset({"timer"})
"""Extensions that a peer may require of us."""

STOP_S = 0.3
"""How long stopping waits for the answers to its last requests (BYE, CANCEL ...)."""


class Sending:
    """At the end of a `with` it sends what is in the outbox. (A generator would take three times as long.)"""

    __slots__ = ("_transport",)

    def __init__(self, transport: SipTransport) -> None:
        self._transport = transport

    def __enter__(self) -> None:
        pass

    def __exit__(self, *_: object) -> None:
        self._transport.flush()


class SipSwitch(IncomingCalls):
    """Base of the SIP drivers. It implements what calls need of a switch (`CallHost`)."""

    def __init__(self, transport: SipTransport, max_calls: int) -> None:
        super().__init__()
        self._transport, self._max_calls = transport, max_calls
        self._sends = Sending(transport)
        self.endpoint = endpoint = transport.endpoint
        endpoint.on_request = self._on_request
        endpoint.on_ack = self._on_ack
        endpoint.on_cancel = self._on_cancel
        endpoint.on_ack_timeout = self._on_ack_timeout
        endpoint.takes_ack = self._takes_ack
        self.routing: Routing = NO_ROUTING
        self.legs: dict[tuple[str, str, str], Leg] = {}
        self._calls: dict[str, B2buaCall] = {}
        self._stopping = False
        """No new calls: nobody would clear them, and phones would ring on."""

    # The contract

    def drop(self, call_id: str) -> None:
        call = self._calls.get(call_id)
        if call is None:
            raise no_such_call(call_id)
        with self._sending():
            call.drop(call_id)

    def features(self, terminal: str, call: Call | None = None) -> Features:
        if call is None:
            return CAN_DIAL if self.in_service(terminal) else NOTHING
        ours = self._calls.get(call.id)
        allowed = NOTHING if ours is None else ours.features_of(call)
        if Feature.ANSWER in allowed:  # it rings
            allowed -= INCOMING - self._incoming
            if not self._can_answer(terminal):
                allowed -= {Feature.ANSWER}
        return allowed

    @property
    def idle(self) -> bool:
        """Is nothing left of any call?"""
        return not self._calls and not self.legs

    def _check_dial(self, terminal: str, address: str, own_numbers: Collection[str]) -> None:
        """Raises `CallError` when the terminal cannot dial this, or when there are too many calls."""
        if not callable_number(address) or address in own_numbers:
            raise invalid_address(terminal, address)
        if len(self._calls) >= self._max_calls:
            raise too_many_calls()
        if self._stopping:
            raise stopping()

    def _sending(self) -> Sending:
        """For work outside of the endpoint's callbacks: sets its clock before, sends its outbox after."""
        self._update_clock()
        return self._sends

    def _update_clock(self) -> None:
        self.endpoint.now = self._transport.now()

    # What calls need (`CallHost`)

    @abstractmethod
    def flow_for(self, terminal: str, dialog: Dialog) -> Flow:
        """The flow by which a phone of the terminal is reached in a dialog now."""

    @abstractmethod
    def retry_end(self, end: UnheardEnd) -> None:
        """Nobody answered a BYE or CANCEL: it may be sent again."""

    def publish(self, call: Call) -> None:
        """Tell of a call as it now is."""
        self._tell(CallChanged(call))

    def adopt(self, call_id: str, call: B2buaCall) -> None:
        """A call by this id is dropped through `call`."""
        self._calls[call_id] = call

    def release(self, call_id: str) -> None:
        """The call by this id is over."""
        self._calls.pop(call_id, None)

    def refer(self, call: B2buaCall, leg: Leg, transaction: ServerTransaction) -> None:
        """A phone asks for a transfer of its call."""
        on_refer(call, leg, transaction, self.legs, self.may_call)

    # What phones send

    @abstractmethod
    def _on_request(self, transaction: ServerTransaction, request: Request, flow: Flow, now: float) -> None:
        """A request came in."""

    @abstractmethod
    def _admits(self, leg: Leg, dialog: Dialog, transaction: ServerTransaction) -> bool:
        """May a request inside of the leg's dialog be looked at? If not, it has been answered."""

    @abstractmethod
    def _takes_ack(self, invite: ServerTransaction, ack: Request, flow: Flow) -> bool:
        """May the ACK of our 2xx come by this flow?"""

    def _in_dialog(self, transaction: ServerTransaction, request: Request) -> None:
        key = dialog_key(request)
        leg = self.legs.get(key)
        dialog = None if leg is None else leg.dialog_with(key)
        if leg is None or dialog is None:
            self._respond(transaction, 481)
        elif not self._admits(leg, dialog, transaction):
            pass
        elif status := dialog.receive_request(request):
            self._respond(transaction, status)
        elif leg.dialog is None:
            leg.answer_early(transaction, dialog)
        elif leg.ended:
            # It waits for the phone's ACK before its BYE may go out, and has no say in the call any more:
            # after a transfer that is the call of others.
            self._respond(transaction, 200 if request.method == "BYE" else 481)
            if request.method == "BYE":
                leg.bye_received()
        else:
            leg.owner.on_request(leg, transaction, request)

    def _on_ack(self, request: Request, _flow: Flow, _now: float) -> None:
        leg = self.legs.get(dialog_key(request))
        if leg is not None:
            leg.ack_received(request)

    def _on_cancel(self, invite: ServerTransaction, _now: float) -> None:
        leg = self._leg_of(invite)
        if leg is not None and leg.incoming_invite is invite:
            leg.owner.on_cancel(leg)

    def _on_ack_timeout(self, invite: ServerTransaction, _now: float) -> None:
        leg = self._leg_of(invite)
        if leg is not None:
            leg.ack_missing()

    def _leg_of(self, invite: ServerTransaction) -> Leg | None:
        request = invite.request
        return self.legs.get((request.call_id, invite.local_tag, request.from_tag))

    def _respond(self, transaction: ServerTransaction, status: int, reason: str = "") -> None:
        response = make_response(transaction.request, status, reason)
        if status in (200, 405):
            response.headers.set("Allow", ALLOW)
            response.headers.set("Supported", ", ".join(SUPPORTED))
        self.endpoint.respond(transaction, response, self.endpoint.now)
