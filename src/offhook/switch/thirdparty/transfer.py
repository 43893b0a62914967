"""A phone hands its call to somebody else: the blind transfer by hand (RFC 3515, RFC 5589 §6).

That somebody is called for it, without an offer, so that his answer is a whole one: the phone that stays may
be on hold. It is then given that answer, and the phone that asked is told how it goes and hung up in the end.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from offhook.call import Cause
from offhook.sip.endpoint import ServerTransaction
from offhook.sip.message import REASONS, Request, Response
from offhook.sip.timers import Timer
from offhook.switch.thirdparty import sdp
from offhook.switch.thirdparty.causes import callee_cause
from offhook.switch.thirdparty.leg import Leg

if TYPE_CHECKING:
    from offhook.switch.thirdparty.handover import Handover

FRAGMENT = "message/sipfrag;version=2.0"


class Ringing(Protocol):
    """Phones that are being called."""

    def end(self) -> None:
        """Let them ring no more."""
        ...


class Transfer:
    """One that is under way. `by` asks for it, `stays` is the phone at the other end of its call."""

    def __init__(self, control: Handover, by: Leg, stays: Leg, number: str) -> None:
        self.by, self._control, self._stays, self._number = by, control, stays, number
        self._party, self._terminal = control.who(number)
        self._rang = self._offered = False
        self._answered: tuple[Leg, Response] | None = None
        self._ringing: Ringing | None = None
        self._limit: Timer | None = None

    def begin(self) -> bool:
        """Call whom it is for; False when he cannot be called."""
        control = self._control
        self._ringing = control.reach(self._number, self.by, control.party_of(self._stays), self)
        if self._ringing is None:
            return False
        self._limit = control.core.endpoint.after(control.no_answer_s, self._too_long)
        return True

    def tell(self, status: int) -> None:
        """How it goes, for the phone that asked."""
        if self.by.over:
            return
        state = "active;expires=60" if status < 200 else "terminated;reason=noresource"
        body = f"SIP/2.0 {status} {REASONS.get(status, 'Unknown')}\r\n".encode()
        extra = (("Event", "refer"), ("Subscription-State", state))
        self.by.request("NOTIFY", body, FRAGMENT, lambda _response, _status: None, extra)

    def end(self) -> None:
        """The call is over, or the transfer: whoever was called is let go."""
        self._unlimited()
        ringing, self._ringing = self._ringing, None
        if ringing is not None:
            ringing.end()
        answered, self._answered = self._answered, None
        if answered is not None:
            leg, response = answered
            leg.ack(leg.client, response, sdp.black_hole(response.body) if response.body else b"")
            leg.end()

    # `LegOwner` of the phones that are called

    def on_progress(self, leg: Leg, response: Response) -> None:
        if response.status in (180, 183):
            self._rings()

    def on_answer(self, leg: Leg, response: Response) -> None:
        self._unlimited()
        self._ringing, self._answered = None, (leg, response)
        self._rings()
        if not response.body:
            self._failed(488, Cause.FAILURE)
            return
        self._control.answered()
        self._offered = True
        self._stays.offer(response.body, self._joined)

    def on_refused(self, leg: Leg, status: int) -> None:
        self._ringing = None
        self._failed(status, callee_cause(status))

    def on_request(self, leg: Leg, transaction: ServerTransaction, request: Request) -> None:
        """It hangs up before the other one has its answer."""
        if request.method != "BYE":
            leg.answer(transaction, 491)
            return
        leg.answer(transaction, 200)
        leg.hung_up()
        self._failed(480, Cause.NORMAL)

    def on_ack(self, leg: Leg, request: Request) -> None:
        pass

    def on_cancel(self, leg: Leg) -> None:
        pass

    def on_lost(self, leg: Leg) -> None:
        self._failed(408, Cause.FAILURE)

    def _rings(self) -> None:
        if self._rang:
            return
        self._rang = True
        self.tell(180)
        if self._terminal is not None:
            self._control.arrive(self._terminal, self._control.party_of(self._stays), self._party)
        if self.by.over:
            self._control.leave(self.by)

    def _joined(self, response: Response | None, status: int) -> None:
        if self._answered is None:
            return
        if response is None or status >= 300:
            self._failed(status, Cause.FAILURE)
            return
        leg, answer = self._answered
        self._answered = None
        leg.ack(leg.client, answer, self._stays.said)
        leg.owner = self._control
        self.tell(200)
        self._control.joined(self.by, leg, self._party)
        self.by.end()

    def _unlimited(self) -> None:
        if self._limit is not None:
            self._limit.cancel()

    def _too_long(self, _now: float) -> None:
        self._failed(480, Cause.NO_ANSWER if self._rang else Cause.UNREACHABLE)

    def _failed(self, status: int, cause: Cause) -> None:
        """Nobody takes it: the two go on as before, if both are there still."""
        self.end()
        self.tell(status)
        self._control.stay(cause)
        if self.by.over:
            self._control.finish(cause)
        elif self._offered:
            self._stays.offer(self.by.said, lambda _response, _status: None)
