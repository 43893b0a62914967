"""Call transfer (RFC 5589): one party of a call, the transferor, puts another one, the target, in its place.

The party at the other end is the transferee. Who asked for the transfer is told of its progress by a
`TransferObserver`; in the end the transferor is hung up.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable
from typing import Protocol

from offhook.call import Call, Cause, Party, Reason
from offhook.sip.endpoint import ServerTransaction
from offhook.sip.message import Request, Response
from offhook.sip.timers import Timer
from offhook.switch.b2bua import sdp
from offhook.switch.b2bua.call import B2buaCall
from offhook.switch.b2bua.called import CalledHost, CalledSide
from offhook.switch.b2bua.causes import callee_cause
from offhook.switch.b2bua.dialer import Dialer, LaterLegOwner
from offhook.switch.b2bua.leg import Leg
from offhook.switch.b2bua.published import PublishedCall
from offhook.switch.b2bua.reason import ELSEWHERE


class TransferObserver(Protocol):
    """Who asked for a transfer."""

    def progress(self, status: int) -> None:
        """The SIP status of the call to the target: 180 when it rings, in the end a final one."""
        ...


class Transfer:
    """A transfer in progress of `call`, which has both legs. `target` is shown to the transferee."""

    leaving = Cause.NORMAL
    reason = Reason.TRANSFERRED

    def __init__(
        self, call: B2buaCall, transferor: Leg, transferee: Leg, target: Party, observer: TransferObserver
    ) -> None:
        self.transferor, self.transferee = transferor, transferee
        self._call, self.target, self.observer = call, target, observer
        self._line = call.line_of(transferor)
        self._left = False
        self._target_answer: tuple[Leg, Response] | None = None  # a 2xx with an offer, not acknowledged yet
        self._take_back: Callable[[], bool] | None = None  # what is offered to the transferee
        self._transferee_offered = False

    @property
    def gone_to(self) -> Party | None:
        """Who the transferor's call has gone to, where that is told."""
        return self.target if self.leaving is Cause.TRANSFERRED else None

    @property
    def joining(self) -> bool:
        """Is the target's offer open, so that no other may be made?"""
        return self._target_answer is not None

    def begin(self) -> bool:
        """Begin; False when it is not possible just now. The call must have no other transfer in progress."""
        if not self._begin():
            return False
        self._call.transfer = self
        self._call.tell_all_again()
        return True

    @property
    def left(self) -> bool:
        """Is the transferor not in the call any more?"""
        return self._left or self.transferor.ended

    def leave(self) -> None:
        """The transferor's call ends, and the phone is hung up, unless it has other calls."""
        self._left = True
        self._call.end_call_of(self.transferor, self.leaving, self.gone_to)
        self._call.take_out(self.transferor)
        self._call.host.hang_up(self.transferor, self._line)

    @property
    def called(self) -> CalledSide | None:
        """The target's phones, while they ring."""
        return None

    def reject(self, cause: Cause) -> None:
        """The target does not want the call that rings."""
        self.fail(603, cause)

    @abstractmethod
    def _begin(self) -> bool:
        """Reach the target; False when that is not possible."""

    @abstractmethod
    def release_target(self, leg: Leg) -> None:
        """The target's phone has its answer, and is not wanted any more."""

    def may_leave(self, leg: Leg) -> bool:
        """May the phone hang up, and the call goes on? The transferor may (RFC 5589 §6)."""
        return leg is self.transferor

    def phone_left(self) -> None:
        """The transferor has hung up the phone, and the transferee waits."""
        return

    def call_ended(self, _call: PublishedCall) -> None:
        """A call that takes part is over: who has asked for the transfer need not wait any more."""
        self.abort()
        self.observer.progress(480)

    def abort(self) -> None:
        """The transfer comes to nothing: a target that waits for an answer to its offer gets one, and the
        transferee is not offered what still waits for its turn."""
        take_back, self._take_back = self._take_back, None
        self._transferee_offered = take_back is not None and not take_back()
        answer, self._target_answer = self._target_answer, None
        if answer is not None:
            leg, response = answer
            leg.ack(leg.last_invite, response, sdp.black_hole(response.body) if response.body else b"")
            self.release_target(leg)

    def join(self, leg: Leg, response: Response) -> None:
        """Give the offer in the target's 2xx to the transferee."""
        self._target_answer = (leg, response)
        if not response.body:
            self.fail(488, Cause.FAILURE)
            return
        self._take_back = self.transferee.change(lambda: response.body, self._joined)

    def _joined(self, response: Response | None, status: int) -> None:
        if self._target_answer is None or self.transferee.ended:
            return  # with a phone that has ended the call ends, and the transfer with it
        if response is None or status >= 300:
            self.fail(status, Cause.FAILURE)
            return
        leg, answer = self._target_answer
        self._target_answer = self._take_back = None
        leg.ack(leg.last_invite, answer, self.transferee.remote_sdp)
        if self._call.host.repeats_answers:
            leg.offer(self.transferee.remote_sdp, lambda _response, _status: None)
        self.observer.progress(200)
        self.take_target(leg)
        self.leave()
        self._call.replace_leg(self.transferee, leg, self.target)
        self._call.note_payer(self._call.dialer.lookup(self.transferor.terminal)[0], self.target, self.reason)
        self._call.update_hold()
        self._call.tell_all_again()
        self._call.change_over()

    def take_target(self, leg: Leg) -> None:
        """The target's phone belongs to the call from now on."""
        leg.owner = self._call

    def nobody_left(self, cause: Cause) -> None:
        """The target does not come, and the transferor has left: nobody is there for the transferee."""
        self._call.end(cause)

    def fail(self, status: int, cause: Cause) -> None:
        """The target does not come: the two go on as before, if both are there still."""
        self.abort()
        self.observer.progress(status)
        if not self._call.values:
            return  # the call is over, and nobody is left to be rung again
        self._call.transfer_failed(cause)
        if self.left:
            self.nobody_left(cause)
        elif self._transferee_offered:
            # The transferee may have taken the target's offer already: it is given back the transferor's.
            self._call.renew(self.transferee)
        self._call.change_over()


class BlindTransfer(LaterLegOwner, Transfer):
    """Blind transfer (RFC 5589 §6): INVITE the target without an offer, then re-INVITE the transferee with
    the offer in its 200.

    The target is asked for an offer because the transferor's last description may be on hold. Whose phones
    ring, and where the call goes instead, is the called side's: this is its `CallingSide`.

    Once the transferor has left, a target that does not come is no end: the transferor is rung again, if the
    switch is to do so (`Recall`).
    """

    def __init__(
        self, call: B2buaCall, transferor: Leg, transferee: Leg, number: str, observer: TransferObserver
    ) -> None:
        self._call = call
        self._shown, self._by = call.party_at(transferee), call.party_at(transferor)
        self._side = CalledSide(self, number)
        super().__init__(call, transferor, transferee, self._side.dialled, observer)
        self._rang = False
        self._told = ""  # the terminal where it rings
        self._ring_timeout: Timer | None = None

    @property
    def called(self) -> CalledSide | None:
        return None if self._side.closed else self._side

    def _begin(self) -> bool:
        if self._side.begin(b"", self.transferor.terminal):
            self._side.close()
            return False
        self.wait_for_answer()
        return True

    def abort(self) -> None:
        if self._ring_timeout is not None:
            self._ring_timeout.cancel()
        self._call.end_pick_up(Cause.CANCELLED)
        self._side.close()
        super().abort()

    def reject(self, cause: Cause) -> None:
        self._call.end_target(cause)
        self._side.close(ELSEWHERE)
        self.fail(603, Cause.REJECTED)

    def leave(self) -> None:
        super().leave()
        self.phone_left()

    def phone_left(self) -> None:
        if self.called is not None:
            self._call.entertain(self.transferee, self.transferor.terminal)

    def nobody_left(self, cause: Cause) -> None:
        host = self._call.host
        if not host.recall(self._call, self.transferor, self.transferee, self.target, cause):
            self._call.end(cause)

    def release_target(self, leg: Leg) -> None:
        leg.end()

    def take_target(self, leg: Leg) -> None:
        super().take_target(leg)
        self._side.close()

    # `CallingSide`

    @property
    def dialer(self) -> Dialer:
        """How phones are reached."""
        return self._call.dialer

    @property
    def called_host(self) -> CalledHost:
        """The switch."""
        return self._call.host

    @property
    def shown(self) -> Party:
        """The transferee, as the target's phone shows it."""
        return self._shown

    @property
    def referred_by(self) -> Party | None:
        """The transferor, as the target's terminal is told."""
        return self._by if self.reason is Reason.TRANSFERRED else None

    @property
    def caller_id(self) -> str:
        """The transferee's number."""
        return self._shown.id

    @property
    def inbound(self) -> Call | None:
        """The target's call."""
        return self._call.target_call

    @inbound.setter
    def inbound(self, value: Call | None) -> None:
        self._call.target_call = value
        if value is not None:  # that of who has picked it up, which is told of already
            self._told = value.terminal

    def callee_progress(self, leg: Leg, response: Response) -> None:
        """The target rings."""
        if response.status in (180, 183):
            self._target_rings()

    def callee_answered(self, leg: Leg, response: Response) -> None:
        """The target has answered, with an offer."""
        leg.owner = self
        if self._ring_timeout is not None:
            self._ring_timeout.cancel()
        self.target = self._side.party
        self._call.end_pick_up(Cause.ELSEWHERE, self.target)
        self._target_rings()
        self._call.target_answered()
        self._call.stop_music()
        self.join(leg, response)

    def callee_refused(self, status: int, refusal: Response | None) -> None:
        """The target does not take the call."""
        self.fail(status, callee_cause(status))

    def wait_for_answer(self) -> None:
        """The target's phone may ring for so long."""
        if self._ring_timeout is not None:
            self._ring_timeout.cancel()
        host = self._call.host
        self._ring_timeout = host.endpoint.after(self._rings_for_s, self._not_answered)

    @property
    def _rings_for_s(self) -> float:
        most, recall_s = self._call.dialer.no_answer_s, self._call.host.recall_s
        return min(most, recall_s) if recall_s else most

    def end_inbound(self, cause: Cause, redirected_to: Party | None = None) -> None:
        """The target's phone rings no more, and another one will."""
        self._call.end_target(cause, redirected_to)

    # `LegOwner` of the target's phone, from its answer on

    def on_request(self, leg: Leg, transaction: ServerTransaction, request: Request) -> None:
        """The target's phone waits for the answer to its offer; all that it can do is to hang up."""
        if request.method != "BYE":
            leg.answer(transaction, 491)
            return
        leg.answer(transaction, 200)
        leg.bye_received()
        self.fail(480, Cause.NORMAL)

    def on_ack(self, leg: Leg, request: Request) -> None:
        pass

    def on_cancel(self, leg: Leg) -> None:
        pass

    def on_lost(self, leg: Leg) -> None:
        self.fail(408, Cause.FAILURE)

    def _target_rings(self) -> None:
        side = self._side
        if side.terminal is not None and self._told != side.terminal:
            self._told = side.terminal
            reason = self.reason if side.reason is Reason.DIRECT else side.reason
            by = side.redirecting or self._by
            self._call.target_rings(side.terminal, self._shown, side.dialled, reason, by)
        if self._rang:
            return
        self._rang = True
        self.observer.progress(180)
        if self.transferor.ended:
            self.leave()

    def _not_answered(self, _now: float) -> None:
        self.fail(480, Cause.NO_ANSWER if self._rang else Cause.UNREACHABLE)
