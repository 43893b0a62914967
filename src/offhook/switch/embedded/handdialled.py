"""Calls that people dial on their phones: an ordinary INVITE to the switch, as a back-to-back user agent."""

from __future__ import annotations

import time

from offhook.call import CallState, Cause, Party, advance, live, with_members
from offhook.sip.endpoint import InviteServer, ServerTransaction
from offhook.sip.message import Response
from offhook.switch.b2bua.call import B2buaCall, CallHost
from offhook.switch.b2bua.dialer import Dialer
from offhook.switch.b2bua.leg import Leg
from offhook.switch.b2bua.reason import ELSEWHERE, says_elsewhere
from offhook.switch.b2bua.useragent import contact_of
from offhook.switch.embedded.clicked import refusal_cause


class HandDialledCall(B2buaCall):
    """A call that the caller dialled on the phone by this INVITE; descriptions pass from phone to phone."""

    def __init__(
        self, host: CallHost, dialer: Dialer, caller: Party, number: str, invite: ServerTransaction
    ) -> None:
        super().__init__(host, dialer, caller, number)
        self.call = with_members(self.call, by_hand=True)
        self._invite = invite
        self._told = False

    def begin(self) -> None:
        """Call the other phone. Raises `SipParseError` when the caller's INVITE has no usable Contact."""
        call, invite = self.call, self._invite
        self.caller_leg = leg = Leg(self.host, self, call.terminal, invite.flow.local[0])
        leg.accept_invite(invite, contact_of(invite.flow, call.callee.id))
        status = self.called.begin(invite.request.body, call.terminal)
        self.host.send_now()  # if that fails, the call is over at once: it has been told of then
        self._tell_of_it()
        if not live(self.call):
            return
        if status:
            self._refuse(status, Cause.BUSY if status == 486 else Cause.UNREACHABLE)
        else:
            self.wait_for_answer()

    def _tell_of_it(self) -> None:
        """The beginning of a call is its first event. Who is called does not wait for those who are told."""
        if self._told:
            return
        self._told = True
        self.host.publish_later(self.call)
        if self.call.state is CallState.OFF_HOOK:
            self.call = advance(self.call, CallState.PROCEED, time.time())
            self.host.publish_later(self.call)

    def callee_progress(self, leg: Leg, response: Response) -> None:
        """Pass 18x on, with its early media."""
        if response.status == 100 or self.caller_leg is None:
            return
        if response.status in (180, 183):
            self.advance_to(CallState.RING_BACK)
        self.caller_leg.answer(self._invite, response.status, response.body)

    def connect(self, leg: Leg, response: Response) -> None:
        if self.caller_leg is None:
            return
        # The caller waits to hear that somebody is there; the phone that has answered waits for nothing.
        self.caller_leg.answer(self._invite, 200, response.body)
        if self._invite.request.body:
            leg.ack(leg.last_invite, response)
        else:
            # The caller had no offer, so the 2xx has one: its answer comes with the caller's ACK.
            self.relay.hold_ack(self.caller_leg, leg, response)
        self.host.send_now()
        self.advance_to(CallState.CONNECTED)

    def callee_refused(self, status: int, refusal: Response | None) -> None:
        """The called phone does not take the call: the caller hears why."""
        # A challenge or a redirection of the called phone is nothing that the caller's could follow.
        shown = 403 if status in (401, 407) else 480 if 300 <= status < 400 else status
        self._refuse(shown, refusal_cause(self, status, refusal))

    def on_cancel(self, leg: Leg) -> None:
        """The caller gives up, or cancels a re-INVITE."""
        if leg.incoming_invite is self._invite:
            if isinstance(self._invite, InviteServer) and says_elsewhere(self._invite.cancel_reason):
                # A PBX behind the caller's account has rung others as well, and one of them has answered.
                self.end_inbound(Cause.ELSEWHERE)
                self.cancel_ringing(ELSEWHERE)
            self._refuse(487, Cause.NORMAL)
        else:
            super().on_cancel(leg)

    def _refuse(self, status: int, cause: Cause) -> None:
        self._tell_of_it()
        if self.caller_leg is not None:
            self.caller_leg.end(status)
        self.end(cause)
