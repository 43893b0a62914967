"""Click-to-dial: third-party call control (RFC 3725).

The flow is RFC 3725's flow III with one change. As there, the user's own phone is called without an offer,
and its answer is acknowledged at once with an inactive description: a person's phone may ring for a minute,
and flow I leaves the own phone's 200 unacknowledged for all that time, which makes it repeat the 200 and
give up after 32 s. The change: the called phone gets the own phone's offer, where flow III asks it for one.
So its 200 is the answer already and is acknowledged without waiting for anybody, its early media can be
joined while it rings, and the streams of both sides match by themselves. One re-INVITE to the own phone with
that answer then joins the two; media flow between the phones.
"""

from __future__ import annotations

import time

from offhook.call import Call, CallState, Cause, Party, Reason, live
from offhook.sip.endpoint import ServerTransaction
from offhook.sip.message import Request, Response
from offhook.switch.b2bua import sdp
from offhook.switch.b2bua.call import B2buaCall
from offhook.switch.b2bua.causes import callee_cause, own_cause
from offhook.switch.b2bua.direction import directed, direction_of
from offhook.switch.b2bua.leg import Leg
from offhook.switch.b2bua.line import Line
from offhook.switch.b2bua.published import with_other_party


class ClickToDialCall(B2buaCall):
    """A call that a program asked for. The caller's leg is the phone of the user who clicked."""

    _caller_offer = b""  # the own phone's description that the called phone was offered
    _callee_answer = b""  # the called phone's description that the own phone was given

    _handed_over = False
    """The caller has given the place to somebody who is on hold, while the called phone rings."""

    _leaver: Leg | None = None
    """The phone of who has done that."""

    def begin(self) -> bool:
        """Ring the user's own phone. False if it cannot be rung; then there is no call."""
        self._attempt = self.dialer.ring_own_phone(self.call.terminal, self.call.callee, self)
        if self._attempt is None:
            self.host.release(self.call.id)
            return False
        self.start_ring_timeout(
            self.dialer.terminal_answer_s, Cause.TERMINAL_REJECTED, Cause.TERMINAL_UNAVAILABLE
        )
        return True

    def comes_to_nothing(self) -> bool:
        """Would nobody be called? Then the call is just about to end, and the own phone is not touched."""
        status = self.called.prospect(self.call.terminal)
        if status:
            # Who has asked for it gets the call first, and then its end.
            self.host.endpoint.after(0.0, lambda _now: self.end(_cause(status)))
        return bool(status)

    def begin_with(self, line: Line) -> None:
        """Begin with the user's phone in the dialog that it has, and shares with calls on hold."""
        line.take(self, self.call.id)
        self.begin_on(line.leg)

    def begin_on(self, leg: Leg) -> None:
        """Begin with a phone that has been given to this call: it is asked for its offer."""

        def offered(response: Response | None, status: int) -> None:
            if response is None or status >= 300:
                self.end(own_cause(status))
            elif live(self.call):
                self._own_phone_answered(leg, response)
            else:
                leg.ack(leg.last_invite, response, sdp.black_hole(response.body))

        leg.change(bytes, offered)

    def call_callee(self, offer: bytes) -> bool:
        """Call the address with the own phone's description. False if that has ended the call."""
        self._attempt = None
        status = self.called.begin(offer, self.call.terminal)
        if status:
            self.end(_cause(status))
        return not status

    def callee_progress(self, leg: Leg, response: Response) -> None:
        """The called phone rings, perhaps with early media."""
        if response.status == 100:
            return
        if response.status in (180, 183):
            if self._handed_over:
                self._advance_inbound(CallState.RING_BACK, time.time())
            self.advance_to(CallState.RING_BACK)
        if response.body and not self._handed_over:
            self._join(response.body)

    def on_answer(self, leg: Leg, response: Response) -> None:
        """The own phone has answered."""
        self.caller_leg = leg
        self._own_phone_answered(leg, response)

    def on_request(self, leg: Leg, transaction: ServerTransaction, request: Request) -> None:
        """As ever; and the own phone may move its audio while the other one rings: it gets silence as before.

        A PBX that lets its phones send their audio directly does so as soon as the own phone has answered; an
        Asterisk offers to receive only, and refused, it would try again seconds later.
        """
        rings = self.call.state in (CallState.PROCEED, CallState.RING_BACK) and not self._callee_answer
        offers = request.method == "INVITE" and direction_of(request.body) in ("sendrecv", "recvonly")
        if (
            rings
            and offers
            and leg is self.caller_leg
            and not (leg.busy or self.changing or self._handed_over)
        ):
            leg.remote_sdp = directed(request.body, "sendrecv")  # what it says once there is somebody
            leg.answer(transaction, 200, sdp.black_hole(request.body))
        else:
            super().on_request(leg, transaction, request)

    def connect(self, leg: Leg, response: Response) -> None:
        leg.ack(leg.last_invite, response)
        if self._handed_over:
            self.target_answered()
            self.tell_soon()  # who waits for it has been connected all the time
            if self._leaver is not None:
                payer, _ = self.dialer.lookup(self._leaver.terminal)
                self.note_payer(payer, self.called.party, Reason.TRANSFERRED)
            self._join_new_caller(leg)
            return
        self.advance_to(CallState.CONNECTED)
        self._join(response.body)
        if self.caller_leg is not None and not self.caller_leg.busy:  # else its answer says where they are
            self.follow_own_phone()

    def on_refused(self, leg: Leg, status: int) -> None:
        """The own phone does not take the call."""
        self.end(own_cause(status))

    def callee_refused(self, status: int, refusal: Response | None) -> None:
        self.unanswered(callee_cause(status))

    def unanswered(self, cause: Cause) -> None:
        """Who has handed the place over while the called phone rang is rung again, and has the transferee
        back."""
        leg, leaver = self.caller_leg, self._leaver
        if leg is None or leaver is None or not self._handed_over:
            self.end(cause)
            return
        self._handed_over = False
        self.cancel_ring_timeout()
        self.end_inbound(cause)
        self.cancel_ringing()
        if not self.host.recall(self, leaver, leg, self.called.party, cause):
            self.end(cause)

    def give_place(self, cause: Cause, gone_to: Party) -> None:
        """The caller leaves while the called phone rings; somebody else takes the place at once."""
        self._publish_end(self.call, cause, gone_to)
        self.caller_leg = None

    def take_caller(self, value: Call, leg: Leg, transferor: Party, its_leg: Leg) -> None:
        """The transferee takes the caller's place while the called phone rings: it is on hold until then.

        The caller's call is over, and `value` is the transferee's. `its_leg` is the phone of who leaves.
        """
        self._handed_over, self._leaver = True, its_leg
        if self.host.recall_s:
            seconds = min(self.host.recall_s, self.dialer.no_answer_s)
            self.start_ring_timeout(seconds, Cause.NO_ANSWER, Cause.UNREACHABLE)
        self.call = with_other_party(value, self.called.party)
        leg.owner, self.caller_leg = self, leg
        self.shown = self.party_at(leg)
        self.host.adopt(self.call.id, self)
        self.host.publish(self.call)
        if self.inbound is not None:
            self.change(self.inbound.id, caller=self.shown, reason=Reason.TRANSFERRED, redirecting=transferor)

    def _join_new_caller(self, callee_leg: Leg) -> None:
        """The called phone has an answer to the offer of who has left: it is asked for one of its own."""

        def offered(response: Response | None, status: int) -> None:
            caller_leg = self.caller_leg
            if response is None or status >= 300:
                self.end(Cause.FAILURE)
            elif caller_leg is None:
                callee_leg.ack(callee_leg.last_invite, response, sdp.black_hole(response.body))
            else:
                caller_leg.change(lambda: response.body, lambda answer, code: joined(response, answer, code))

        def joined(offer: Response, answer: Response | None, status: int) -> None:
            self.stop_music()
            fine = answer is not None and status < 300
            body = answer.body if answer is not None and fine else sdp.black_hole(offer.body)
            callee_leg.ack(callee_leg.last_invite, offer, body)
            if not fine:
                self.end(Cause.FAILURE)
            elif self.host.repeats_answers:
                callee_leg.offer(body, lambda _response, _status: None)

        callee_leg.change(bytes, offered)

    def _own_phone_answered(self, leg: Leg, response: Response) -> None:
        offer = response.body
        leg.ack(leg.last_invite, response, sdp.black_hole(offer) if offer else b"")
        if not offer:
            self.end(Cause.FAILURE)
            return
        self._caller_offer = offer
        self.advance_to(CallState.PROCEED)
        if self.call_callee(offer):
            self.wait_for_answer()

    def _join(self, callee_sdp: bytes) -> None:
        """Give the called phone's description to the own phone, unless it has it already."""
        answer = sdp.as_answer(callee_sdp, self._caller_offer)
        if not answer or self.caller_leg is None or sdp.same(answer, self._callee_answer):
            return
        self._callee_answer = answer
        self.caller_leg.offer(answer, self._own_phone_joined)

    def _own_phone_joined(self, response: Response | None, status: int) -> None:
        if response is None and self.call.state is CallState.CONNECTED:
            return  # the phone is cut off from us, and is asked again (`StillThere`)
        if response is None or status >= 300:
            self.end(Cause.FAILURE)
        else:
            self.follow_own_phone()

    def follow_own_phone(self) -> None:
        """Tell the called phone where the own phone's media are, which may not be where it first offered."""
        caller_leg, callee_leg = self.caller_leg, self.callee_leg
        if caller_leg is None or callee_leg is None:
            return
        if sdp.same_media(caller_leg.remote_sdp, self._caller_offer):
            return
        self._caller_offer = caller_leg.remote_sdp
        callee_leg.offer(self._caller_offer, lambda _response, _status: None)


def _cause(status: int) -> Cause:
    """Why nobody is called: they do not want to be disturbed, or there is no phone."""
    return Cause.BUSY if status == 486 else Cause.UNREACHABLE
