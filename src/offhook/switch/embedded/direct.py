"""Calls that people dial on their phones: an ordinary INVITE to the switch, as a back-to-back user agent."""

from __future__ import annotations

from offhook.call import CallState, Cause
from offhook.sip.endpoint import ClientTransaction, ServerTransaction
from offhook.sip.message import Request, Response
from offhook.switch.b2bua.causes import callee_cause
from offhook.switch.b2bua.leg import Leg, contact_of
from offhook.switch.embedded.control import CallCore, Control
from offhook.switch.embedded.settings import SipTerminal


class DirectCall(Control):
    """A call that the caller dialled by hand; descriptions pass from phone to phone."""

    def __init__(self, core: CallCore, caller: SipTerminal, number: str) -> None:
        super().__init__(core, caller, number)
        self._invited: ServerTransaction | None = None

    def begin(self, transaction: ServerTransaction, called: SipTerminal) -> None:
        """Call the other phone. Raises `SipParseError` when the caller's INVITE has no usable Contact."""
        request = transaction.request
        self.near = near = Leg(self.core, self, self.call.terminal, transaction.flow.local[0])
        near.take(transaction, contact_of(transaction.flow, called.id))
        self._invited = transaction
        self.core.publish(self.call)
        self.go(CallState.PROCEED)
        if not self.ring(called, self.call.caller, request.body):
            self._refuse(480, Cause.UNREACHABLE)
            return
        self.limit(self.no_answer_s, Cause.NO_ANSWER, Cause.UNREACHABLE)

    def on_progress(self, leg: Leg, response: Response) -> None:
        """Pass 18x on, with its early media."""
        if response.status == 100 or self._invited is None or self.near is None:
            return
        if response.status in (180, 183):
            self.go(CallState.RING_BACK)
        self.near.answer(self._invited, response.status, response.body)

    def on_answer(self, leg: Leg, response: Response) -> None:
        """The other phone was lifted."""
        if self.near is None or self._invited is None:
            return
        self.far = leg
        self._acknowledge(leg, leg.client, response, self._invited.request)
        self.unlimited()
        self.near.answer(self._invited, 200, response.body)
        self.go(CallState.CONNECTED)

    def on_refused(self, leg: Leg, status: int) -> None:
        """The other phone does not take the call: the caller hears why."""
        shown = 403 if status in (401, 407) else 480 if 300 <= status < 400 else status
        self._refuse(shown, callee_cause(status))

    def on_cancel(self, leg: Leg) -> None:
        """The caller gives up, or takes back a re-INVITE."""
        if leg.invited is self._invited:
            self._refuse(487, Cause.NORMAL)
        else:
            super().on_cancel(leg)

    def _acknowledge(self, leg: Leg, client: ClientTransaction, response: Response, invite: Request) -> None:
        if invite.body or self.near is None:
            leg.ack(client, response)
        else:
            # The caller let the other side offer: its answer comes with its ACK.
            self._held_acks[self.near] = (client, response)

    def _refuse(self, status: int, cause: Cause) -> None:
        if self.near is not None:
            self.near.end(status)
        self.finish(cause)
