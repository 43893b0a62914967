"""Somebody takes a call that rings at a colleague's phone.

It rings on there until the phone of the one who takes it has answered: whoever is the first has the call.
"""

from __future__ import annotations

import time
from abc import abstractmethod
from typing import Protocol

from offhook.call import Call, CallState, Cause, Direction, Party, Reason, new_call
from offhook.sip.endpoint import ServerTransaction
from offhook.sip.message import Request, Response
from offhook.switch.b2bua import sdp
from offhook.switch.b2bua.causes import own_cause
from offhook.switch.b2bua.dialer import Dialer, EarlyLegOwner, LaterLegOwner, OnePhoneRinging
from offhook.switch.b2bua.leg import Leg, LegHost
from offhook.switch.b2bua.useragent import contact_of

AGAIN_S = 0.5
MAX_TRIES = 8
"""How long after an offer that has met one of the phone's it is made again (RFC 3261 §14.1); how often."""


class PickedUp(Protocol):
    """The call that rings, as far as who takes it has to know it."""

    call: Call
    dialer: Dialer

    def picked_up(self, leg: Leg, response: Response) -> None:
        """The phone has answered; the response has its description."""
        ...

    def end_pick_up(self, cause: Cause, redirected_to: Party | None = None) -> None:
        """It comes to nothing, and the call rings on."""
        ...


class RingingSide(Protocol):
    """Who is called, and what is offered there: a `CalledSide`."""

    party: Party
    dialled: Party

    @property
    def shown(self) -> Party:
        """The caller as called phones show it."""
        ...

    @property
    def offer(self) -> bytes:
        """What called phones are offered; empty where they are asked for their offer."""
        ...

    def taken_by(self, taker: PickUp, leg: Leg, response: Response) -> None:
        """The phone has answered that takes the call: those that ring here stop."""
        ...


class PickUp(EarlyLegOwner):
    """`party` takes a call that rings on this side; `call` is the value of its own call until it has it. Of a
    phone at another switch (`terminal` "") that one tells."""

    def __init__(
        self, rings: PickedUp, side: RingingSide, party: Party, terminal: str, *, by_hand: bool
    ) -> None:
        self._rings, self.side, self.party = rings, side, party
        self.call = new_call(
            *(terminal, CallState.RING_BACK, side.shown, side.dialled, time.time()),
            direction=Direction.INBOUND,
            reason=Reason.PICKED_UP,
            redirecting=side.party if terminal else None,
            external=rings.call.external,
            by_hand=by_hand,
        )

    @abstractmethod
    def cancel(self) -> None:
        """The call is over, or somebody else has it."""


class PickUpByProgram(OnePhoneRinging, PickUp):
    """The taker's phone is called, with the caller's offer, and asked to answer by itself."""

    def __init__(self, rings: PickedUp, side: RingingSide, party: Party, terminal: str) -> None:
        OnePhoneRinging.__init__(self)
        PickUp.__init__(self, rings, side, party, terminal, by_hand=False)

    def begin(self, host: LegHost) -> bool:
        """Ring the phone. False if it cannot be rung."""
        dialer, side = self._rings.dialer, self.side
        attempt = dialer.call(
            self.party.id, self.call.terminal, side.shown, self, side.offer, auto_answer=True
        )
        return self._ring(host, attempt, dialer.terminal_answer_s)

    def on_answer(self, leg: Leg, response: Response) -> None:
        self._rings_no_more()
        self._rings.picked_up(leg, response)

    def on_refused(self, leg: Leg, status: int) -> None:
        self._rings_no_more()
        self._rings.end_pick_up(own_cause(status))

    def _not_answered(self, now: float) -> None:
        self._rings.end_pick_up(Cause.TERMINAL_REJECTED)


class PickUpByHand(LaterLegOwner, PickUp):
    """The taker has dialled for it: the phone is up already, and is offered what the caller's has offered.

    Both phones have made an offer, so the taker's is answered first, with nothing flowing.
    """

    def __init__(self, rings: PickedUp, side: RingingSide, party: Party, terminal: str) -> None:
        super().__init__(rings, side, party, terminal, by_hand=True)
        self._offer = side.offer
        self._leg: Leg | None = None
        self._host: LegHost | None = None
        self._tries = 0

    def begin(self, host: LegHost, invite: ServerTransaction) -> Leg:
        """Answer the phone's INVITE. Raises `SipParseError` when it has no usable Contact."""
        self._host = host
        self._leg = leg = Leg(host, self, self.call.terminal, invite.flow.local[0])
        leg.accept_invite(invite, contact_of(invite.flow, self.side.dialled.id))
        leg.answer(invite, 200, sdp.black_hole(invite.request.body))
        return leg

    def cancel(self) -> None:
        leg, self._leg = self._leg, None
        if leg is not None:
            leg.end()

    # `LegOwner`

    def on_ack(self, leg: Leg, request: Request) -> None:
        """The phone is up: now it is offered the call."""
        self._offer_it(leg)

    def _offer_it(self, leg: Leg) -> None:
        self._tries += 1
        leg.reinvite(self._offer, lambda response, status: self._offered(leg, response, status))

    def on_request(self, leg: Leg, transaction: ServerTransaction, request: Request) -> None:
        """Until it has the call it can only hang up."""
        if request.method != "BYE":
            leg.answer(transaction, 491)
            return
        leg.answer(transaction, 200)
        leg.bye_received()
        self._rings.end_pick_up(Cause.NORMAL)

    def on_lost(self, leg: Leg) -> None:
        self._rings.end_pick_up(Cause.FAILURE)

    def _offered(self, leg: Leg, response: Response | None, status: int) -> None:
        if response is not None and status < 300 and self._leg is None:
            # Somebody else was faster: it is hung up already, and still gets the answer to its offer.
            leg.ack(leg.last_invite, response, b"" if self._offer else sdp.black_hole(response.body))
        elif response is not None and status < 300:
            self._leg = None
            leg.remote_sdp = response.body
            self._rings.picked_up(leg, response)
        elif self._leg is None:
            return  # it has been given up
        elif status == 491 and self._host is not None and self._tries < MAX_TRIES:
            self._host.endpoint.after(AGAIN_S, lambda _now: self._again(leg))
        else:
            self._rings.end_pick_up(Cause.FAILURE)

    def _again(self, leg: Leg) -> None:
        if self._leg is leg and not leg.ended:
            self._offer_it(leg)
