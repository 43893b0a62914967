"""A phone hands its call to somebody else, by its transfer key (RFC 3515, RFC 5589).

Blind (§6): that somebody is called for it, without an offer, so that what he sends is a whole one: the phone
that stays may be on hold. It is then given that offer. After a question (§7, `Replaces`) there is a call with
him already, and he is asked for a new offer. The phone that asks is told how it goes and hung up in the end.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Protocol

from offhook.call import Cause, Party
from offhook.sip.endpoint import ServerTransaction
from offhook.sip.message import REASONS, Request, Response
from offhook.sip.timers import Timer
from offhook.switch.b2bua import sdp
from offhook.switch.b2bua.causes import callee_cause
from offhook.switch.b2bua.leg import Leg

if TYPE_CHECKING:
    from offhook.switch.b2bua.handover import Handover

FRAGMENT = "message/sipfrag;version=2.0"


class Ringing(Protocol):
    """Phones that are being called."""

    def end(self) -> None:
        """Let them ring no more."""
        ...


class Transfer(ABC):
    """One that is under way. `by` asks for it, `stays` is the phone at the other end of its call."""

    def __init__(self, control: Handover, by: Leg, stays: Leg, party: Party) -> None:
        self.by, self.stays, self._control, self._party = by, stays, control, party
        self._answered: tuple[Leg, Response] | None = None
        self._offered = False

    @property
    def joining(self) -> bool:
        """Is one phone without an answer to its offer, so that no other may be made?"""
        return self._answered is not None

    @abstractmethod
    def begin(self) -> bool:
        """Go about it; False when it cannot be."""

    @abstractmethod
    def let_go(self, leg: Leg) -> None:
        """A phone that was to come, and has its answer now, is not wanted."""

    def leaves(self, leg: Leg) -> bool:
        """May the phone hang up, and the call goes on?"""
        return leg is self.by

    def ended(self, control: Handover) -> None:
        """A call that has to do with it is over."""
        self.end()

    def tell(self, status: int) -> None:
        """How it goes, for the phone that asked."""
        if self.by.over:
            return
        state = "active;expires=60" if status < 200 else "terminated;reason=noresource"
        body = f"SIP/2.0 {status} {REASONS.get(status, 'Unknown')}\r\n".encode()
        extra = (("Event", "refer"), ("Subscription-State", state))
        self.by.request("NOTIFY", body, FRAGMENT, lambda _response, _status: None, extra)

    def end(self) -> None:
        """It comes to nothing: the phone that was to come has its answer, if it waits for one."""
        answered, self._answered = self._answered, None
        if answered is not None:
            leg, response = answered
            leg.ack(leg.client, response, sdp.black_hole(response.body) if response.body else b"")
            self.let_go(leg)

    def join(self, leg: Leg, response: Response) -> None:
        """Give the offer of the phone that comes to the one that stays."""
        self._answered = (leg, response)
        if not response.body:
            self.fail(488, Cause.FAILURE)
            return
        self._offered = True
        self.stays.offer(response.body, self._joined)

    def _joined(self, response: Response | None, status: int) -> None:
        if self._answered is None:
            return
        if response is None or status >= 300:
            self.fail(status, Cause.FAILURE)
            return
        leg, answer = self._answered
        self._answered = None
        leg.ack(leg.client, answer, self.stays.said)
        self.tell(200)
        self.take(leg)
        self._control.joined(self.by, leg, self._party)
        self.by.end()

    def take(self, leg: Leg) -> None:
        """The phone is the call's now."""
        leg.owner = self._control

    def fail(self, status: int, cause: Cause) -> None:
        """Nobody comes: the two go on as before, if both are there still."""
        self.end()
        self.tell(status)
        self._control.stay(cause)
        if self.by.over:
            self._control.finish(cause)
        elif self._offered:
            self.stays.offer(self.by.said, lambda _response, _status: None)


class Blind(Transfer):
    """To somebody who has to be called, at this number."""

    def __init__(self, control: Handover, by: Leg, stays: Leg, number: str) -> None:
        party, self._terminal = control.who(number)
        super().__init__(control, by, stays, party)
        self._rang = False
        self._ringing: Ringing | None = None
        self._limit: Timer | None = None

    def begin(self) -> bool:
        control = self._control
        self._ringing = control.reach(self._party.id, self.by, control.party_of(self.stays), self)
        if self._ringing is None:
            return False
        self._limit = control.core.endpoint.after(control.no_answer_s, self._too_long)
        return True

    def end(self) -> None:
        if self._limit is not None:
            self._limit.cancel()
        ringing, self._ringing = self._ringing, None
        if ringing is not None:
            ringing.end()
        super().end()

    def let_go(self, leg: Leg) -> None:
        leg.end()

    # `LegOwner` of the phones that are called

    def on_progress(self, leg: Leg, response: Response) -> None:
        if response.status in (180, 183):
            self._rings()

    def on_answer(self, leg: Leg, response: Response) -> None:
        if self._limit is not None:
            self._limit.cancel()
        self._ringing = None
        self._rings()
        self._control.answered()
        self.join(leg, response)

    def on_refused(self, leg: Leg, status: int) -> None:
        self._ringing = None
        self.fail(status, callee_cause(status))

    def on_request(self, leg: Leg, transaction: ServerTransaction, request: Request) -> None:
        """It hangs up before the other one has its answer."""
        if request.method != "BYE":
            leg.answer(transaction, 491)
            return
        leg.answer(transaction, 200)
        leg.hung_up()
        self.fail(480, Cause.NORMAL)

    def on_ack(self, leg: Leg, request: Request) -> None:
        pass

    def on_cancel(self, leg: Leg) -> None:
        pass

    def on_lost(self, leg: Leg) -> None:
        self.fail(408, Cause.FAILURE)

    def _rings(self) -> None:
        if self._rang:
            return
        self._rang = True
        self.tell(180)
        if self._terminal is not None:
            self._control.arrive(self._terminal, self._control.party_of(self.stays), self._party)
        if self.by.over:
            self._control.leave(self.by)

    def _too_long(self, _now: float) -> None:
        self.fail(480, Cause.NO_ANSWER if self._rang else Cause.UNREACHABLE)


class Attended(Transfer):
    """To the person of whom the phone has asked something meanwhile, in its call `asked` of `other`."""

    def __init__(
        self, control: Handover, by: Leg, stays: Leg, other: Handover, asked: Leg, comes: Leg
    ) -> None:
        super().__init__(control, by, stays, other.party_of(comes))
        self._other, self._asked, self._comes = other, asked, comes
        self._over = False

    @property
    def joining(self) -> bool:
        return not self._over

    def begin(self) -> bool:
        if self.stays.busy or self._comes.busy:
            return False
        self._other.transfer = self
        self._comes.reinvite(b"", self._asked_for_an_offer)
        return True

    def leaves(self, leg: Leg) -> bool:
        return leg is self.by or leg is self._asked

    def ended(self, control: Handover) -> None:
        if control is self._other:
            self.fail(480, Cause.NORMAL)
        else:
            self.end()

    def end(self) -> None:
        if self._over:
            return
        self._over = True
        self._other.transfer = None
        super().end()
        if self._asked.over:
            self._other.finish(Cause.NORMAL)

    def let_go(self, leg: Leg) -> None:
        if not self._asked.over:
            leg.offer(self._asked.said, lambda _response, _status: None)

    def take(self, leg: Leg) -> None:
        self._over = True
        super().take(leg)
        call = self._other.give_away(self._asked, leg)
        if call is not None:
            self._control.welcome(call, self._control.party_of(self.stays))

    def _asked_for_an_offer(self, response: Response | None, status: int) -> None:
        if response is None or status >= 300:
            if not self._over:
                self.fail(status, Cause.FAILURE)
        elif self._over:
            self._comes.ack(self._comes.client, response, sdp.black_hole(response.body))
            self.let_go(self._comes)
        else:
            self._comes.said = response.body
            self.join(self._comes, response)
