"""A call between two phones, as a back-to-back user agent (RFC 7092) has it: two legs, joined here.

How phones are reached is for the driver to say, which passes in a `Dialer`. How a call begins is in the
classes derived from `B2buaCall`; once it is up all calls are alike.
"""

from __future__ import annotations

import asyncio
import logging
import time
from dataclasses import replace
from typing import Protocol

from offhook.call import Call, CallState, Cause, Feature, Features, Party, advance, live
from offhook.sip.endpoint import ServerTransaction
from offhook.sip.message import Request, Response
from offhook.switch.b2bua import sdp
from offhook.switch.b2bua.dialer import Dialer
from offhook.switch.b2bua.direction import directed, direction_of
from offhook.switch.b2bua.holdkey import holds_by_offer
from offhook.switch.b2bua.leg import Leg
from offhook.switch.b2bua.line import Line
from offhook.switch.b2bua.music import Music
from offhook.switch.b2bua.relay import RELAYED, Relay
from offhook.switch.b2bua.renewedcall import SILENCE, RenewedCall
from offhook.switch.b2bua.ringback import RingBack
from offhook.switch.b2bua.ringing import RingingHost

logger = logging.getLogger(__name__)

_PROCEED, _RING_BACK, _CONNECTED = CallState.PROCEED, CallState.RING_BACK, CallState.CONNECTED
"""As names of the module: up to Python 3.11 a member of an enumeration takes six times as long."""

WHILE_IT_RINGS: Features = frozenset({Feature.DROP, Feature.ANSWER, Feature.REJECT, Feature.REDIRECT})
"""What the callee can do with a call that rings."""


class CallHost(RingingHost, Protocol):
    """What calls need of the switch."""

    repeats_answers: bool
    music_on_hold: str
    recall_s: float

    def own_silence(self, leg: Leg) -> bytes:
        """What the phone of who holds is offered (`SipSwitch.own_silence`)."""
        ...

    def send_now(self) -> None:
        """Send what phones wait for, before anybody is told of it."""
        ...

    def control_features(self, call: B2buaCall, value: Call) -> Features:
        """What can be done with two legs, once they are up."""
        ...

    def phone_free(self, line: Line, related: str, *, taken_back: bool) -> None:
        """A call that had the line's phone is over: another one gets it, first the one that was related.

        `taken_back`: at once, otherwise it stays on hold.
        """
        ...

    def recall(self, call: B2buaCall, transferor: Leg, transferee: Leg, target: Party, cause: Cause) -> bool:
        """The target has not come: ring the transferor again, who had left the call. False where that is not
        done; else the call ends with this cause if the transferor does not come either."""
        ...

    def hang_up(self, leg: Leg, line: Line | None) -> None:
        """A phone has left its call: it is hung up, or goes to another call that it has."""
        ...

    def phone_gone(self, line: Line, cause: Cause) -> None:
        """The line's phone has hung up (NORMAL), or does not answer any more (FAILURE)."""
        ...

    def refer(self, call: B2buaCall, leg: Leg, transaction: ServerTransaction) -> None:
        """A phone asks for a transfer of its call."""
        ...


class B2buaCall(RenewedCall):
    """A call between the phones at `caller_leg` and `callee_leg`."""

    def __init__(self, host: CallHost, dialer: Dialer, caller: Party, number: str) -> None:
        self.host = host
        self.relay = Relay()
        self._dropped = ""
        self.music: Music | None = None
        self.ring_back: RingBack | None = None
        super().__init__(host, dialer, caller, number)

    # What the switch asks

    def features_of(self, call: Call) -> Features:
        """What can be done now with this call of a terminal, one of those that are published here."""
        if self.side_of(call.id) is None:
            return self.host.control_features(self, call)
        # It cannot be sent on where it is all that is left of the call.
        return WHILE_IT_RINGS - {Feature.REDIRECT} if call.id == self.call.id else WHILE_IT_RINGS

    def drop(self, call_id: str) -> None:
        """End the call for the user of the terminal whose call this is."""
        self._dropped = call_id
        if self.picking is not None and self.picking.call.id == call_id:
            self.end_pick_up(Cause.DROPPED)
        elif self.side_of(call_id) is not None:
            self.reject(call_id, Cause.DROPPED)
        else:
            self.end(Cause.DROPPED)

    def abandon(self, cause: Cause) -> None:
        """The switch stops, so the call is over for us. People talk on: audio flows from phone to phone.

        A phone that hangs up later is told that there is no such call; the other one has to hang up by hand.
        A call that is not up, or is just being changed, is cleared.
        """
        for call_id, line in list(self.lines.items()):
            line.remove(call_id)
        if self.call.state is CallState.CONNECTED and self.settled:
            self.caller_leg = self.callee_leg = None
        self.end(cause)

    def own_silence(self, leg: Leg) -> bytes:
        return self.host.own_silence(leg)

    def play_music(self, call_id: str) -> None:
        """The terminal whose call this is has put it on hold: the other party hears music."""
        far = self.far_leg_of(call_id)
        if far is not None:
            self._play(far, (self.value(call_id) or self.call).terminal, self.own_party(call_id))

    def entertain(self, leg: Leg, terminal: str) -> None:
        """Somebody waits at this phone until another one is answered; the terminal has begun it, and pays."""
        self._play(leg, terminal, self.party_at(leg))

    def _play(self, listener: Leg, terminal: str, shown: Party) -> None:
        number = self.host.music_on_hold
        if number and self.music is None and not listener.ended:
            self.music = Music(listener)
            self.music.begin(self.dialer, number, terminal, shown)

    def stop_music(self) -> None:
        """Nobody holds the call any more, or it is over."""
        music, self.music = self.music, None
        if music is not None:
            music.stop()

    def may_be_silent(self, leg: Leg) -> bool:
        """May its people talk on while this phone does not answer us? No change of the call waits for it."""
        up = self.call.state is CallState.CONNECTED and self.transfer is None
        return up and self.other_leg(leg) is not None

    # Its states

    def advance_to(self, state: CallState) -> None:
        """The call comes to this state; a repetition or a step back is ignored."""
        if not live(self.call) or self.call.state is _CONNECTED:
            return
        if state is _PROCEED and self.call.state is not CallState.OFF_HOOK:
            return
        now = time.time()
        if state is _RING_BACK or state is _CONNECTED:
            self._advance_inbound(state, now)  # it may ring elsewhere meanwhile, and be RING_BACK already
        if self.call.state is state:
            return
        self.call = advance(self.call, state, now)
        if state is _CONNECTED and self.called.party != self.called.dialled:
            self.call = replace(self.call, connected_party=self.called.party)
        self.host.publish(self.call)

    def end(self, cause: Cause) -> None:
        """End the call: publish its end at once, and clear its phones without waiting for them."""
        transfer, self.transfer = self.transfer, None
        related = {one.id: one.related for one in self.values}
        # Both calls of a line may be this one: who is transferred to the own terminal may answer there by the
        # phone that is up.
        shared = {
            call_id: line
            for call_id, line in self.lines.items()
            if any(call is not self for call in line.calls.values())
        }
        if live(self.call):
            self.cancel_ring_timeout()
            if self.target_call is not None:
                self._publish_end(self.target_call, cause)
            self.call = self._publish_end(self.call, cause)
            if self.inbound is not None:
                self._publish_end(self.inbound, cause)
            self.target_call = self.inbound = None
            kept = {line.leg for line in shared.values()}
            for leg in (self.caller_leg, self.callee_leg):
                if leg is not None and leg not in kept:
                    leg.end()
            self.cancel_ringing()
            self._let_go_of_legs()
        if transfer is not None:
            transfer.call_ended(self)
        for call_id, line in shared.items():
            if line.leg.ended:
                self.host.phone_gone(line, cause)
            elif line.leg.owner is self and line.calls:
                partner = related.get(call_id, "")
                taken_back = cause is Cause.DROPPED and call_id == self._dropped and bool(partner)
                self.host.phone_free(line, partner, taken_back=taken_back)

    def _let_go_of_legs(self) -> None:
        # Legs and calls refer to each other; let go, so that neither waits for the garbage collector.
        self.caller_leg = self.callee_leg = None
        self._renewed_later.clear()
        self.relay.close()
        self.stop_music()
        ring_back, self.ring_back = self.ring_back, None
        if ring_back is not None:
            ring_back.cancel()

    # Its called side (`CallingSide`)

    def take_callee(self, leg: Leg) -> None:
        leg.owner, self.callee_leg = self, leg

    def answer_on(self, line: Line, done: asyncio.Future[bool]) -> None:
        """Let the callee answer with a phone that is up already, and has only calls on hold.

        `done` is told whether that has been done; else the call rings on. Done already, it is too late.
        """
        leg, ringing, offer = line.leg, self.inbound, self.called.offer

        def final(response: Response | None, status: int) -> None:
            if response is None or status >= 300:
                _tell(done, fine=False)
            elif done.done() or ringing is None or not self.rings_at(ringing.id) or leg.ended:
                # It was too late: the phone has what it is not to hear, and goes back to silence.
                leg.ack(leg.last_invite, response, b"" if offer else sdp.black_hole(response.body))
                if isinstance(leg.owner, B2buaCall):
                    leg.owner.renew(leg)
                _tell(done, fine=False)
            else:
                leg.remote_sdp = response.body
                line.take(self, ringing.id)
                self.called.answered_on(leg, response)
                _tell(done, fine=True)

        if ringing is None or leg.busy or leg.ended:
            _tell(done, fine=False)
        else:
            leg.reinvite(offer, final)

    # Its legs (`LegOwner`)

    def on_progress(self, leg: Leg, response: Response) -> None:
        """The caller's own phone rings, where it is called first."""

    def on_answer(self, leg: Leg, response: Response) -> None:
        """The caller's own phone has answered, where it is called first."""

    def on_refused(self, leg: Leg, status: int) -> None:
        """The caller's own phone does not take the call, where it is called first."""

    def on_request(self, leg: Leg, transaction: ServerTransaction, request: Request) -> None:
        """BYE ends the call, what concerns the other phone is relayed, and the rest is answered here."""
        method = request.method
        if method == "BYE":
            leg.answer(transaction, 200)
            leg.bye_received()
            self._leg_ended(leg, Cause.NORMAL)
        elif method == "INVITE":
            if self.changing and leg.awaits_theirs and direction_of(request.body) == "sendrecv":
                # Answered, it is out of the way of ours, which changes all of it at once.
                leg.remote_sdp = request.body
                leg.answer(transaction, 200, sdp.black_hole(request.body))
            elif self.changing or self.call.state is not CallState.CONNECTED:
                leg.answer(transaction, 491)
            elif self.through:
                self.relay.reinvite(leg, self.other_leg(leg), transaction, self.update_hold)
            else:
                self._offered_on_hold(leg, transaction, request)
        elif method == "REFER":
            self.host.refer(self, leg, transaction)
        elif method == "UPDATE" and request.body and (self.changing or leg.busy):
            leg.answer(
                transaction, 491
            )  # an offer of ours, or another one of its own, is open (RFC 3311 §5.2)
        elif method == "UPDATE" and request.body and self._is_on_hold:
            self._offered_on_hold(leg, transaction, request)
        elif method in RELAYED and (request.body or method != "UPDATE"):
            self.relay.request(leg, self.other_leg(leg), transaction, self.update_hold)
        elif method in ("UPDATE", "OPTIONS"):
            # An UPDATE without a description only refreshes the session timer (RFC 4028 §7.4).
            leg.answer(transaction, 200)
        else:
            leg.answer(transaction, 405)

    def on_ack(self, leg: Leg, request: Request) -> None:
        """Relay the ACK: it has the answer if our 2xx had an offer, and the other phone waits for it."""
        self.relay.ack(leg, self.other_leg(leg), request)
        if request.body:
            self.update_hold()

    @property
    def _is_on_hold(self) -> bool:
        return self.call.state is CallState.CONNECTED and not self.through

    def _offered_on_hold(self, leg: Leg, transaction: ServerTransaction, request: Request) -> None:
        """A phone offers while nobody is at the other end: it gets silence for an answer."""
        if request.body:
            if leg.busy:
                leg.answer(transaction, 491)
                return
            if not sdp.divide(request.body)[1]:  # there is no stream that could be answered
                leg.answer(transaction, 488)
                return
            leg.holds = holds_by_offer(leg, request.body)
            leg.remote_sdp = request.body
            leg.answer(transaction, 200, sdp.black_hole(request.body))
            self.update_hold()
        elif leg.busy:
            leg.answer(transaction, 491)
        else:
            leg.answer(transaction, 200, directed(leg.origin.described, SILENCE))

    def on_cancel(self, leg: Leg) -> None:
        """A phone cancels its re-INVITE: cancel ours at the other phone."""
        self.relay.cancel(leg, self.other_leg(leg), self.host.endpoint.now)

    def on_lost(self, leg: Leg) -> None:
        """A phone does not answer any more."""
        logger.info("call %s: terminal %s does not answer any more", self.call.id, leg.terminal)
        leg.end()
        self._leg_ended(leg, Cause.FAILURE)

    def _leg_ended(self, leg: Leg, cause: Cause) -> None:
        held = next((one for one in self.held_for if self.leg_of(one) is leg), "")
        if self.transfer is not None and self.transfer.may_leave(leg):
            line = self.line_of(leg)
            self.end_call_of(leg, self.transfer.leaving)
            self.transfer.phone_left()
            if line is not None and line.calls:  # others are on hold there
                self.host.phone_gone(line, cause)
        elif held and cause is Cause.NORMAL and len(self.held_for) == 1:
            line = self.lines.get(held) or Line(leg, self, held)
            self.put_leg(held, None)
            self.host.phone_gone(line, cause)
        else:
            self.end(cause)

    def hand_far_side(self, call_id: str, cause: Cause, gone_to: Party) -> Call:
        """`give_far_side`, and nothing is left of this call."""
        far = self.give_far_side(call_id, cause, gone_to)
        self.cancel_ring_timeout()
        self.cancel_ringing()
        self._let_go_of_legs()
        return far

    def update_hold(self) -> None:
        super().update_hold()
        if self.through:
            self.stop_music()

    def give_away(
        self, consultation_leg: Leg, target_leg: Leg, cause: Cause, gone_to: Party | None = None
    ) -> Call | None:
        """End this consultation: its target goes to another call. Returns the target's own call, if any."""
        self.transfer = None
        self.end_call_of(consultation_leg, cause, gone_to)
        call = self.call if target_leg is self.caller_leg else self.inbound
        if call is not None and call.terminal != target_leg.terminal:
            call = None
        if call is not None:
            self._publisher.release(call.id)
        self.caller_leg = self.callee_leg = None
        if call is not self.call:
            self._publish_end(self.call, cause, gone_to)
        self.call = replace(self.call, state=CallState.ON_HOOK)
        self.cancel_ringing()
        self.stop_music()
        return call


def _tell(done: asyncio.Future[bool], *, fine: bool) -> None:
    if not done.done():
        done.set_result(fine)
