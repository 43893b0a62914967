"""A call whose phones are offered once more what they are to have: one that has another way to us by now, or
has left something unanswered, or whose media were lost.

While a command or a transfer changes the call nothing is: what the phone is to have next is not known before
that has come to its end.
"""

from __future__ import annotations

import asyncio
from abc import abstractmethod
from functools import partial

from offhook.call import CallState, Party
from offhook.sip.endpoint import Flow
from offhook.sip.message import Response
from offhook.switch.b2bua import sdp
from offhook.switch.b2bua.dialer import Dialer
from offhook.switch.b2bua.direction import Direction, directed, direction_of
from offhook.switch.b2bua.holdkey import holds_by_answer
from offhook.switch.b2bua.leg import Leg
from offhook.switch.b2bua.ringing import RingingCall, RingingHost

SILENCE: Direction = "sendonly"
"""What a party on hold is offered: it sends nothing; a phone or PBX that has music of its own plays it."""


class RenewedCall(RingingCall):
    """`turn`: commands that change the same call take turns."""

    def __init__(self, host: RingingHost, dialer: Dialer, caller: Party, number: str) -> None:
        self.turn = asyncio.Lock()
        self._renewed_later: list[Leg] = []
        super().__init__(host, dialer, caller, number)

    @abstractmethod
    def own_silence(self, leg: Leg) -> bytes:
        """What the phone of who holds is offered."""

    @property
    def changing(self) -> bool:
        """Are its phones just being brought into another state, so that no other offer may be made?"""
        return self.turn.locked() or (self.transfer is not None and self.transfer.joining)

    @property
    def settled(self) -> bool:
        """Are both phones connected, with no open INVITE and no transfer?"""
        legs = (self.caller_leg, self.callee_leg)
        return self.transfer is None and all(leg and not (leg.ended or leg.busy) for leg in legs)

    def other_leg(self, leg: Leg) -> Leg | None:
        """The phone at the other end."""
        return self.callee_leg if leg is self.caller_leg else self.caller_leg

    def flow_changed(self, flow: Flow) -> None:
        """The peer of this flow now reaches us at `flow.local`: tell it by re-INVITE (RFC 3261 §12.2.1.2).

        The re-INVITE offers again what the other phone offered last, or what puts the phone on hold. Only its
        Contact is new.
        """
        for leg in (self.caller_leg, self.callee_leg):
            if leg is None or leg.ended or leg.dialog is None or leg.dialog.flow.remote != flow.remote:
                continue
            leg.move_to(flow)
            if self.call.state is CallState.CONNECTED:
                self.renew(leg)

    def renew(self, leg: Leg) -> None:
        """Offer the phone once more what it is to have: the other phone's description, or silence.

        If the call is just being changed, once that is over.
        """
        if self.changing:
            self.renew_later(leg)
        elif self.due(leg):
            leg.offer_again(partial(_due, leg), partial(_answered_again, leg))

    def renew_later(self, leg: Leg) -> None:
        """The same, once the call is not changed any more."""
        if leg not in self._renewed_later:
            self._renewed_later.append(leg)

    def change_over(self) -> None:
        """A command or a transfer is over: what has waited for that is done."""
        if self.changing:
            return
        later, self._renewed_later = self._renewed_later, []
        for leg in later:
            if not leg.ended:
                renew(leg)

    def due(self, leg: Leg) -> bytes:
        """What the phone is to have now; b"" if that is not known."""
        other = self.other_leg(leg)
        if self.through:
            return _of_whom_it_hears(leg, other) if other is not None else b""
        if any(leg is self.leg_of(call_id) for call_id in self.held_for):
            return self.own_silence(leg)
        return directed(leg.origin.described, SILENCE)

    def agree_anew(self, leg: Leg) -> None:
        """The media of this phone have to go another way: both are offered again what they have.

        A call that is just being changed agrees on it by itself, or is looked at again later.
        """
        other = self.other_leg(leg)
        if self.call.state is not CallState.CONNECTED or self.changing or not self.settled:
            return
        if not self.through or other is None:
            leg.origin.change()
            self.renew(leg)
            return
        told = other.remote_sdp

        def agreed(response: Response | None, status: int) -> None:
            if response is None or status >= 300 or other.ended:
                return
            other.origin.change()
            other.offer(leg.remote_sdp, followed)

        def followed(response: Response | None, status: int) -> None:
            fine = response is not None and status < 300 and not leg.ended
            if fine and not sdp.same_media(other.remote_sdp, told):  # that phone's were lost, too
                leg.offer(other.remote_sdp, lambda _response, _status: None)

        leg.origin.change()
        leg.offer(told, agreed)


def renew(leg: Leg) -> None:
    """Offer the phone once more what it is to have in the call that it is in by now (`RenewedCall.renew`)."""
    if isinstance(leg.owner, RenewedCall):
        leg.owner.renew(leg)


def _of_whom_it_hears(leg: Leg, other: Leg) -> bytes:
    """The other phone's description. One that we have told to be silent has only said so in its answer:
    unless people have put the call on hold, it hears and speaks once it is told that it may."""
    silenced = direction_of(other.origin.described) in ("sendonly", "inactive")
    if silenced and not (leg.holds or other.holds):
        return directed(other.remote_sdp, "sendrecv")
    return other.remote_sdp


def _due(leg: Leg) -> bytes:
    """What the phone is to have now, in the call that it is in by now; b"": nothing, or not before that has
    been changed."""
    call = leg.owner
    if not isinstance(call, RenewedCall):
        return b""
    if call.changing:
        call.renew_later(leg)
        return b""
    return call.due(leg)


def _answered_again(leg: Leg, response: Response | None, status: int) -> None:
    """If the phone has moved its audio meanwhile, holds or talks by now, all others are told."""
    call = leg.owner
    if response is None or status >= 300 or leg.ended or not isinstance(call, RenewedCall):
        return
    leg.holds = holds_by_answer(leg, leg.origin.described, leg.remote_sdp)
    call.update_hold()
    other = call.other_leg(leg)
    if other is None or not call.through:
        return
    talks = direction_of(leg.remote_sdp) == "sendrecv" != direction_of(other.remote_sdp)
    if talks or not sdp.same_media(leg.remote_sdp, other.origin.described):
        other.offer_again(partial(_due, other))
