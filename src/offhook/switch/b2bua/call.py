"""A call between two phones, as a back-to-back user agent (RFC 7092) has it: two legs, joined here.

How phones are reached is for the driver to say, which passes in a `Dialer`. How a call begins is in the
classes derived from `B2buaCall`; once it is up all calls are alike.
"""

from __future__ import annotations

import logging
import time
from abc import ABC, abstractmethod
from dataclasses import replace
from typing import Protocol

from offhook.call import (
    CAN_DROP,
    Call,
    CallState,
    Cause,
    Direction,
    Features,
    Party,
    advance,
    changed,
    live,
    new_call_id,
)
from offhook.sip.endpoint import Flow, ServerTransaction
from offhook.sip.message import Request, Response
from offhook.sip.timers import Timer
from offhook.switch.b2bua.dialer import DialAttempt, Dialer
from offhook.switch.b2bua.leg import Leg, LegHost
from offhook.switch.b2bua.relay import RELAYED, Relay

logger = logging.getLogger(__name__)


class OngoingTransfer(Protocol):
    """The transfer that a call is part of, as far as the call has to know it."""

    @property
    def joining(self) -> bool:
        """Does an offer wait for its answer, so that no other offer may be made?"""
        ...

    def may_leave(self, leg: Leg) -> bool:
        """May the call go on if this phone hangs up?"""
        ...

    def call_ended(self, call: B2buaCall) -> None:
        """A call that takes part in the transfer is over."""
        ...


class CallHost(LegHost, Protocol):
    """What calls need of the switch."""

    def publish(self, call: Call) -> None:
        """Tell of a call as it now is."""
        ...

    def adopt(self, call_id: str, call: B2buaCall) -> None:
        """A call by this id is dropped through `call`."""
        ...

    def release(self, call_id: str) -> None:
        """The call by this id is over."""
        ...

    def refer(self, call: B2buaCall, leg: Leg, transaction: ServerTransaction) -> None:
        """A phone asks for a transfer of its call."""
        ...


class B2buaCall(ABC):
    """A call between the phones at `caller_leg` and `callee_leg`.

    `call` is published for the caller's terminal. If the callee is a terminal of ours, its own call is
    published from when it rings, `inbound`; so is that of the target of a transfer, `target_call`, until it
    takes the place of the transferor.
    """

    def __init__(self, host: CallHost, dialer: Dialer, caller: Party, number: str) -> None:
        self.host, self.dialer = host, dialer
        callee, self._callee_terminal = dialer.lookup(number)
        self.call = Call(new_call_id(), caller.id, CallState.OFF_HOOK, caller, callee, time.time())
        self.inbound: Call | None = None
        self.target_call: Call | None = None
        self.caller_leg: Leg | None = None
        self.callee_leg: Leg | None = None
        self.transfer: OngoingTransfer | None = None
        self.relay = Relay()
        self._attempt: DialAttempt | None = None
        self._ring_timeout: Timer | None = None
        host.adopt(self.call.id, self)

    # What the switch asks

    @property
    def terminals(self) -> set[str]:
        """The terminals that have a call here, or will have one when they ring."""
        found = {self.call.terminal}
        if self._callee_terminal:
            found.add(self._callee_terminal)
        if self.target_call is not None:
            found.add(self.target_call.terminal)
        return found

    @property
    def settled(self) -> bool:
        """Are both phones connected, with no open INVITE and no transfer?"""
        legs = (self.caller_leg, self.callee_leg)
        return self.transfer is None and all(leg and not (leg.ended or leg.busy) for leg in legs)

    @property
    def features(self) -> Features:
        """What can be done with its calls now."""
        return CAN_DROP

    def drop(self) -> None:
        """End the call for the user."""
        self.end(Cause.DROPPED)

    def abandon(self, cause: Cause) -> None:
        """The switch stops, so the call is over for us. People talk on: audio flows from phone to phone.

        A phone that hangs up later is told that there is no such call; the other one has to hang up by hand.
        A call that is not up, or is just being changed, is cleared.
        """
        if self.call.state is CallState.CONNECTED and self.settled:
            self.caller_leg = self.callee_leg = None
        self.end(cause)

    def flow_changed(self, flow: Flow) -> None:
        """The peer of this flow now reaches us at `flow.local`: tell it by re-INVITE (RFC 3261 §12.2.1.2).

        The re-INVITE offers again what the other phone offered last. Only its Contact is new.
        """
        for leg, other in ((self.caller_leg, self.callee_leg), (self.callee_leg, self.caller_leg)):
            if leg is None or leg.ended or leg.dialog is None or leg.dialog.flow.remote != flow.remote:
                continue
            leg.move_to(flow)
            if other is not None and other.remote_sdp and self.call.state is CallState.CONNECTED:
                leg.offer(other.remote_sdp, lambda _response, _status: None)

    # Its states

    def advance_to(self, state: CallState) -> None:
        """The call comes to this state; a repetition or a step back is ignored."""
        if not live(self.call) or self.call.state is state:
            return
        if state is CallState.PROCEED and self.call.state is not CallState.OFF_HOOK:
            return
        now = time.time()
        if state in (CallState.RING_BACK, CallState.CONNECTED):
            self._advance_inbound(state, now)
        if state is CallState.RING_BACK and self.call.state is CallState.CONNECTED:
            return
        self.call = advance(self.call, state, now)
        self.host.publish(self.call)

    def end(self, cause: Cause) -> None:
        """End the call: publish its end at once, and clear its phones without waiting for them."""
        transfer, self.transfer = self.transfer, None
        if live(self.call):
            self.cancel_ring_timeout()
            if self.target_call is not None:
                self._publish_end(self.target_call, cause)
            self.call = self._publish_end(self.call, cause)
            if self.inbound is not None:
                self._publish_end(self.inbound, cause)
            self.target_call = self.inbound = None
            for leg in (self.caller_leg, self.callee_leg):
                if leg is not None:
                    leg.end()
            self.cancel_ringing()
            self._let_go_of_legs()
        if transfer is not None:
            transfer.call_ended(self)

    def start_ring_timeout(self, seconds: float, cause: Cause, cause_if_silent: Cause) -> None:
        """End the call after so long, unless it is connected or the timeout is started anew by then.

        `cause_if_silent`: none of the phones that were called last has responded. An INVITE fails by itself
        only after 32 s (RFC 3261 §17.1.1.2, timer B), and a phone may have to ring for less.
        """
        self.cancel_ring_timeout()
        self._ring_timeout = self.host.endpoint.after(
            seconds, lambda _now: self.end(cause if self.phone_responded else cause_if_silent)
        )

    def cancel_ring_timeout(self) -> None:
        """Stop the timeout: the call may last."""
        if self._ring_timeout is not None:
            self._ring_timeout.cancel()
            self._ring_timeout = None

    @property
    def phone_responded(self) -> bool:
        """Has any of the phones that were called last responded at all?"""
        return self._attempt is not None and self._attempt.phone_responded

    def cancel_ringing(self) -> None:
        """Stop the phones that still ring."""
        attempt, self._attempt = self._attempt, None
        if attempt is not None:
            attempt.cancel()

    def _advance_inbound(self, state: CallState, now: float) -> None:
        if self._callee_terminal is None:
            return
        if self.inbound is None:
            self.inbound = replace(
                self.call,
                id=new_call_id(),
                terminal=self._callee_terminal,
                state=CallState.RING_BACK,
                direction=Direction.INBOUND,
                started=now,
                revision=0,
            )
            self.host.adopt(self.inbound.id, self)
            self.host.publish(self.inbound)
        if state is CallState.CONNECTED and self.inbound.state is CallState.RING_BACK:
            self.inbound = advance(self.inbound, state, now)
            self.host.publish(self.inbound)

    def _publish_end(self, call: Call, cause: Cause) -> Call:
        if not live(call):
            return call
        self.host.release(call.id)
        ended = advance(call, CallState.ON_HOOK, time.time(), cause)
        self.host.publish(ended)
        return ended

    def _let_go_of_legs(self) -> None:
        # Legs and calls refer to each other; let go, so that neither waits for the garbage collector.
        self.caller_leg = self.callee_leg = None
        self.relay.close()

    # Its legs (`LegOwner`)

    def other_leg(self, leg: Leg) -> Leg | None:
        """The phone at the other end."""
        return self.callee_leg if leg is self.caller_leg else self.caller_leg

    @abstractmethod
    def on_progress(self, leg: Leg, response: Response) -> None:
        """A phone rings."""

    @abstractmethod
    def on_answer(self, leg: Leg, response: Response) -> None:
        """A phone has answered; the others of its terminal ring no more."""

    @abstractmethod
    def on_refused(self, leg: Leg, status: int) -> None:
        """No phone of the leg's terminal takes the call."""

    def on_request(self, leg: Leg, transaction: ServerTransaction, request: Request) -> None:
        """BYE ends the call, what concerns the other phone is relayed, and the rest is answered here."""
        method = request.method
        if method == "BYE":
            leg.answer(transaction, 200)
            leg.bye_received()
            self._leg_ended(leg, Cause.NORMAL)
        elif method == "INVITE":
            joining = self.transfer is not None and self.transfer.joining
            if joining or self.call.state is not CallState.CONNECTED:
                leg.answer(transaction, 491)
            else:
                self.relay.reinvite(leg, self.other_leg(leg), transaction)
        elif method == "REFER":
            self.host.refer(self, leg, transaction)
        elif method in RELAYED and (request.body or method != "UPDATE"):
            self.relay.request(leg, self.other_leg(leg), transaction)
        elif method in ("UPDATE", "OPTIONS"):
            # An UPDATE without a description only refreshes the session timer (RFC 4028 §7.4).
            leg.answer(transaction, 200)
        else:
            leg.answer(transaction, 405)

    def on_ack(self, leg: Leg, request: Request) -> None:
        """Relay the ACK: it has the answer if our 2xx had an offer, and the other phone waits for it."""
        self.relay.ack(leg, self.other_leg(leg), request)

    def on_cancel(self, leg: Leg) -> None:
        """A phone cancels its re-INVITE: cancel ours at the other phone."""
        other = self.other_leg(leg)
        if other is not None and other.outgoing_invite is not None:
            other.outgoing_invite.cancel(self.host.endpoint.now)

    def on_lost(self, leg: Leg) -> None:
        """A phone does not answer any more."""
        logger.info("call %s: terminal %s does not answer any more", self.call.id, leg.terminal)
        leg.end()
        self._leg_ended(leg, Cause.FAILURE)

    def _leg_ended(self, leg: Leg, cause: Cause) -> None:
        if self.transfer is not None and self.transfer.may_leave(leg):
            self.end_call_of(leg)
        else:
            self.end(cause)

    # Its part in a transfer

    def party_at(self, leg: Leg | None) -> Party:
        """The party whose phone this leg is."""
        called_by_caller_leg = self.call.direction is Direction.OUTBOUND
        return self.call.caller if (leg is self.caller_leg) is called_by_caller_leg else self.call.callee

    def target_rings(self, terminal: str, transferee: Party, target: Party) -> None:
        """The transfer's target rings; it is one of our terminals."""
        self.target_call = Call(
            new_call_id(),
            terminal,
            CallState.RING_BACK,
            transferee,
            target,
            time.time(),
            Direction.INBOUND,
        )
        self.host.adopt(self.target_call.id, self)
        self.host.publish(self.target_call)

    def target_answered(self) -> None:
        """The transfer's target has answered."""
        if self.target_call is not None:
            self.target_call = advance(self.target_call, CallState.CONNECTED, time.time())
            self.host.publish(self.target_call)
        elif self.call.state is CallState.RING_BACK:
            # The caller has left already: the target's call is the only one that is left.
            self.call = advance(self.call, CallState.CONNECTED, time.time())
            self.host.publish(self.call)

    def end_call_of(self, transferor: Leg) -> None:
        """End the transferor's own call, if there is another call to go on with."""
        if transferor is self.callee_leg:
            if self.inbound is not None:
                self._publish_end(self.inbound, Cause.NORMAL)
                self.inbound = None
        elif self.call.terminal == transferor.terminal and (rest := self.inbound or self.target_call):
            self._publish_end(self.call, Cause.NORMAL)
            if rest is self.inbound:
                self.caller_leg, self.callee_leg = self.callee_leg, self.caller_leg
                self.inbound = None
            else:
                self.target_call = None
            self.call = rest

    def replace_leg(self, transferor: Leg, target_leg: Leg, target: Party) -> None:
        """Complete the transfer: put the target's phone in the transferor's place."""
        self.transfer = None
        self.end_call_of(transferor)
        if transferor is self.caller_leg:
            self.caller_leg = target_leg
            return
        self.callee_leg, self.inbound, self.target_call = target_leg, self.target_call, None
        self.call = _with_other_party(self.call, target)
        self.host.publish(self.call)

    def transfer_failed(self, cause: Cause) -> None:
        """The transfer has failed: everything is as before."""
        self.transfer = None
        if self.target_call is not None:
            self._publish_end(self.target_call, cause)
            self.target_call = None

    def take_over(self, call: Call, party: Party) -> None:
        """Take the target's call over from the consultation call. `party` is its new other party."""
        self.target_call = _with_other_party(call, party)
        self.host.adopt(call.id, self)
        self.host.publish(self.target_call)

    def give_away(self, consultation_leg: Leg, target_leg: Leg) -> Call | None:
        """End this consultation: its target goes to another call. Returns the target's own call, if any."""
        self.transfer = None
        self.end_call_of(consultation_leg)
        call = self.call if target_leg is self.caller_leg else self.inbound
        if call is not None and call.terminal != target_leg.terminal:
            call = None
        if call is not None:
            self.host.release(call.id)
        self.caller_leg = self.callee_leg = None
        if call is not self.call:
            self._publish_end(self.call, Cause.NORMAL)
        self.call = replace(self.call, state=CallState.ON_HOOK)
        self.cancel_ringing()
        consultation_leg.end()
        return call


def _with_other_party(call: Call, party: Party) -> Call:
    if call.direction is Direction.OUTBOUND:
        return changed(call, callee=party)
    return changed(call, caller=party)
