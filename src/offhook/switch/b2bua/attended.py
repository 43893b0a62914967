"""Attended transfer: the target has been asked before, in a call of its own."""

from __future__ import annotations

from offhook.call import Cause
from offhook.sip.message import Response
from offhook.switch.b2bua import sdp
from offhook.switch.b2bua.call import B2buaCall
from offhook.switch.b2bua.leg import Leg
from offhook.switch.b2bua.published import PublishedCall
from offhook.switch.b2bua.transfer import Transfer, TransferObserver


class AttendedTransfer(Transfer):
    """Attended transfer (RFC 5589 §7); the target is the other party of the transferor's consultation call.

    The target is re-INVITEd without an offer, then the transferee with the offer in its 200.
    """

    def __init__(
        self,
        call: B2buaCall,
        transferor: Leg,
        transferee: Leg,
        consultation: B2buaCall,
        consultation_leg: Leg,
        target_leg: Leg,
        observer: TransferObserver,
    ) -> None:
        super().__init__(call, transferor, transferee, consultation.party_at(target_leg), observer)
        self._consultation, self._target_leg = consultation, target_leg
        self._consultation_leg = consultation_leg
        self._its_line = consultation.line_of(consultation_leg)
        self._over = False

    @property
    def joining(self) -> bool:
        return not self._over

    def _begin(self) -> bool:
        self._consultation.transfer = self
        self._consultation.tell_soon()
        self._target_leg.change(bytes, self._target_offered)
        return True

    def may_leave(self, leg: Leg) -> bool:
        return leg is self.transferor or leg is self._consultation_leg

    def call_ended(self, call: PublishedCall) -> None:
        if call is self._consultation:
            self.fail(480, Cause.NORMAL)
        else:
            super().call_ended(call)

    def abort(self) -> None:
        if self._over:
            return
        self._over = True
        self._consultation.transfer = None
        self._consultation.tell_soon()
        super().abort()
        if self._consultation_leg.ended:
            self._consultation.end(Cause.NORMAL)
        else:
            self._consultation.change_over()

    def release_target(self, leg: Leg) -> None:
        """The target talks on with the transferor, if that one is still there."""
        if not self._consultation_leg.ended:
            self._consultation.renew(leg)

    def take_target(self, leg: Leg) -> None:
        self._over = True
        super().take_target(leg)
        transferee = self._call.party_at(self.transferee)
        gone_to = None if self.gone_to is None else transferee
        target_call = self._consultation.give_away(self._consultation_leg, leg, self.leaving, gone_to)
        self._consultation.change_over()
        if target_call is not None:
            self._call.take_over(target_call, transferee)
            line = self._consultation.lines.pop(target_call.id, None)
            if line is not None:
                line.add(self._call, target_call.id)
        if self._consultation_leg is not self.transferor:
            self._call.host.hang_up(self._consultation_leg, self._its_line)

    def _target_offered(self, response: Response | None, status: int) -> None:
        target_leg = self._target_leg
        if response is None or status >= 300:
            if not self._over:
                self.fail(status, Cause.FAILURE)
        elif self._over:
            target_leg.ack(target_leg.last_invite, response, sdp.black_hole(response.body))
            self.release_target(target_leg)
        else:
            target_leg.remote_sdp = response.body
            self.join(target_leg, response)
