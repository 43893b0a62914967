"""A call while phones ring for it: its called side, and a colleague who picks it up."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import replace
from typing import Any, Protocol

from offhook.call import Cause, Party
from offhook.sip.message import Response
from offhook.sip.timers import Timer
from offhook.switch.b2bua.called import CalledHost, CalledSide
from offhook.switch.b2bua.dialer import DialAttempt, Dialer
from offhook.switch.b2bua.leg import Leg
from offhook.switch.b2bua.pickup import PickUp
from offhook.switch.b2bua.published import PublishedCall, Publisher
from offhook.switch.b2bua.reason import ELSEWHERE


class RingingHost(Publisher, CalledHost, Protocol):
    """What calls that ring need of the switch."""

    def answered(self, call: Any) -> None:
        """Somebody answers this call, a `B2buaCall`: it may have to be kept before anybody hears of it."""
        ...


class RingingCall(PublishedCall):
    """Implements `CallingSide` for its called side, and `PickedUp`."""

    def __init__(self, host: RingingHost, dialer: Dialer, caller: Party, number: str) -> None:
        self.dialer = dialer
        self._ringing_host = host
        self._attempt: DialAttempt | None = None
        self._ring_timeout: Timer | None = None
        self.picking: PickUp | None = None
        super().__init__(host, caller, CalledSide(self, number))

    @abstractmethod
    def end(self, cause: Cause) -> None:
        """End the call."""

    @property
    def is_ringing(self) -> bool:
        """Is somebody just being called?"""
        return self.called.rings

    def rings_at(self, call_id: str) -> bool:
        """Is this the call of the callee, and does it ring?"""
        return self.inbound is not None and self.inbound.id == call_id and self.inbound.rings_here

    def side_of(self, call_id: str) -> CalledSide | None:
        """The called side whose phones ring for this call: its own one, or that of a transfer's target."""
        if self.rings_at(call_id):
            return self.called
        value = self.value(call_id)
        rings = value is not None and value.rings_here and self.transfer is not None
        return self.transfer.called if rings and self.transfer is not None else None

    def terminal_of(self, call_id: str) -> str:
        """The terminal of the call by this id."""
        value = self.value(call_id)
        return "" if value is None else value.terminal

    def reject(self, call_id: str, cause: Cause = Cause.REJECTED) -> None:
        """The callee does not want the call that rings, and the caller hears so."""
        if not self.rings_at(call_id):
            if self.transfer is not None:
                self.transfer.reject(cause)
            return
        self.end_inbound(cause)
        self.cancel_ringing(ELSEWHERE)
        self.callee_refused(603, None)

    def start_ring_timeout(self, seconds: float, cause: Cause, cause_if_silent: Cause) -> None:
        """End the call after so long, unless it is connected or the timeout is started anew by then.

        `cause_if_silent`: none of the phones that were called last has responded. An INVITE fails by itself
        only after 32 s (RFC 3261 §17.1.1.2, timer B), and a phone may have to ring for less.
        """
        self.cancel_ring_timeout()
        self._ring_timeout = self._ringing_host.endpoint.after(
            seconds, lambda _now: self.unanswered(cause if self.phone_responded else cause_if_silent)
        )

    def unanswered(self, cause: Cause) -> None:
        """Nobody takes the call."""
        self.end(cause)

    def cancel_ring_timeout(self) -> None:
        """Stop the timeout: the call may last."""
        if self._ring_timeout is not None:
            self._ring_timeout.cancel()
            self._ring_timeout = None

    @property
    def phone_responded(self) -> bool:
        """Has any of the phones that were called last responded at all?"""
        return self.called.phone_responded or (self._attempt is not None and self._attempt.phone_responded)

    def cancel_ringing(self, reason: str = "") -> None:
        """Stop the phones that still ring, with this Reason (RFC 3326)."""
        attempt, self._attempt = self._attempt, None
        if attempt is not None:
            attempt.cancel()
        self.end_pick_up(Cause.CANCELLED)
        self.called.close(reason)

    # Its called side (`CallingSide`)

    @property
    def referred_by(self) -> Party | None:
        """Nobody has transferred the caller."""
        return None

    @property
    def caller_id(self) -> str:
        """The caller's number."""
        return self.call.caller.id

    @property
    def called_host(self) -> CalledHost:
        """The switch."""
        return self._ringing_host

    @abstractmethod
    def callee_progress(self, leg: Leg, response: Response) -> None:
        """A called phone rings, perhaps with early media."""

    def callee_answered(self, leg: Leg, response: Response) -> None:
        """A called phone has answered."""
        self.take_callee(leg)
        self.cancel_ring_timeout()
        self._ringing_host.answered(self)
        self.end_pick_up(Cause.ELSEWHERE, self.called.party)
        self.connect(leg, response)

    @abstractmethod
    def take_callee(self, leg: Leg) -> None:
        """This phone belongs to the call from now on, as the callee's."""

    @abstractmethod
    def connect(self, leg: Leg, response: Response) -> None:
        """Give the called phone's answer to the caller."""

    @abstractmethod
    def callee_refused(self, status: int, refusal: Response | None) -> None:
        """Nobody takes the call."""

    def wait_for_answer(self) -> None:
        """A called phone may ring for so long."""
        seconds = self.dialer.rings_s(self.called.party.id)
        if seconds is None:
            self.cancel_ring_timeout()
        else:
            self.start_ring_timeout(seconds, Cause.NO_ANSWER, Cause.UNREACHABLE)

    # A colleague who picks it up (`PickedUp`)

    def pick_up(self, pick_up: PickUp) -> None:
        """Somebody else is about to take the call."""
        self.picking = pick_up
        self._ringing_host.adopt(pick_up.call.id, self)

    def picked_up(self, leg: Leg, response: Response) -> None:
        """The phone of somebody else has answered."""
        picking, self.picking = self.picking, None
        if picking is None:
            leg.end()
            return
        picking.side.taken_by(picking, leg, response)
        if not picking.call.terminal:
            self._ringing_host.release(picking.call.id)

    def forget_pick_up(self) -> None:
        """It could not even begin; nobody has heard of it."""
        picking, self.picking = self.picking, None
        if picking is not None:
            self._ringing_host.release(picking.call.id)

    def end_pick_up(self, cause: Cause, redirected_to: Party | None = None) -> None:
        """It comes to nothing; the call rings on."""
        picking, self.picking = self.picking, None
        if picking is not None:
            picking.cancel()
            self._publish_end(replace(picking.call, redirected_to=redirected_to), cause, there=True)
