"""The called side of a call until somebody answers: whose phones ring, and where the call goes instead.

A call that is sent on, by a forwarding or by `Redirect`, is called anew from here with the caller's first
offer; the caller notices nothing but that it rings longer.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from offhook.call import Call, Cause, Forwarding, ForwardWhen, Party, Reason
from offhook.sip.message import Response
from offhook.sip.timers import Timer
from offhook.switch.b2bua.dialer import DialAttempt, Dialer, EarlyLegOwner
from offhook.switch.b2bua.diversion import MAX_DIVERSIONS, REASONS, Diversion
from offhook.switch.b2bua.leg import Leg, LegHost
from offhook.switch.b2bua.outcome import Outcome
from offhook.switch.b2bua.pickup import PickUp
from offhook.switch.b2bua.reason import ELSEWHERE
from offhook.switch.b2bua.routing import Routing

FORWARD_AFTER_S = 20.0
"""How long a phone rings before its calls are forwarded, if the forwarding does not say: some five times."""

AT_MOST = 0.9
"""Of the time that a phone may ring: a forwarding comes before the call ends unanswered."""

TALK_S = 1.5
"""A phone that has been told to answer, and has agreed, does so within this; else it is called anew."""

AGAIN_S = 1.0
"""When a forwarding looks again, where a program was just answering the call."""

BUSY = frozenset({486, 600})
AWAY = frozenset({408, 480, 503, 504})
"""Statuses after which a forwarding for "no answer" holds: nobody takes the call, or no phone is there."""


class CalledHost(LegHost, Protocol):
    """What the called side needs of the switch."""

    routing: Routing

    def may_call(self, terminal: str, number: str) -> bool:
        """May the terminal's calls be sent on to this number?"""
        ...


class CallingSide(Protocol):
    """The call, as far as its called side has to know it."""

    inbound: Call | None

    @property
    def dialer(self) -> Dialer:
        """How phones are reached."""
        ...

    @property
    def shown(self) -> Party:
        """The caller as the called phone shows it."""
        ...

    @property
    def caller_id(self) -> str:
        """The caller's number."""
        ...

    @property
    def called_host(self) -> CalledHost:
        """The switch."""
        ...

    @property
    def referred_by(self) -> Party | None:
        """Who has transferred the caller to who is called; None: nobody."""
        ...

    def callee_progress(self, leg: Leg, response: Response) -> None:
        """A called phone rings, perhaps with early media."""
        ...

    def callee_answered(self, leg: Leg, response: Response) -> None:
        """A called phone has answered; its leg is the call's from now on."""
        ...

    def callee_refused(self, status: int, refusal: Response | None) -> None:
        """Nobody takes the call."""
        ...

    def wait_for_answer(self) -> None:
        """Another phone rings: it may ring as long as the first."""
        ...

    def end_inbound(self, cause: Cause, redirected_to: Party | None = None) -> None:
        """It does not ring any more at the terminal where it rang."""
        ...


class CalledSide(EarlyLegOwner):
    """Owns the legs of the phones that ring.

    `party` and `terminal` are who is being called now (`terminal` None: nobody of ours), `dialled` who was
    called first. `reason` and `diversions` are how the call came from there to here. `phone_rang`: had the
    phone that refused responded before? `follows`: do the forwardings hold of who is called, and what is set
    there for not being disturbed?
    """

    follows = True

    __deletable__ = ("_call",)  # told to the compiler (mypyc); without it this says nothing

    def __init__(self, call: CallingSide, number: str) -> None:
        self._call = call
        self.dialled, self.terminal = call.dialer.lookup(number)
        self.party = self.dialled
        self.reason = Reason.DIRECT
        self.diversions: list[Diversion] = []
        self._transferred_by: Party | None = None
        self.closed = self.phone_rang = False
        self._behalf = ""
        self._offer = b""
        self._may: dict[tuple[str, str], bool] = {}
        self._attempt: DialAttempt | None = None
        self._forward_timer: Timer | None = None
        self._talking: Timer | None = None
        self._answers: list[Outcome] = []  # programs that wait for the phone to answer
        self._redirect: Outcome | None = None
        self._withdrawing = self._asked_to_answer = False

    @property
    def phone_responded(self) -> bool:
        """Has any of the phones that ring now responded at all?"""
        return self._attempt is not None and self._attempt.phone_responded

    @property
    def rings(self) -> bool:
        """Is somebody being called?"""
        return self._attempt is not None

    @property
    def redirecting(self) -> Party | None:
        """Who has sent the call here last."""
        return self.diversions[-1].party if self.diversions else self._transferred_by

    @property
    def shown(self) -> Party:
        """The caller as called phones show it."""
        return self._call.shown

    @property
    def offer(self) -> bytes:
        """The description that called phones are offered."""
        return self._offer

    def comes(self, diversions: Sequence[Diversion], referred_by: Party | None) -> None:
        """How the call has come to who is called first, from another switch."""
        self.diversions.extend(diversions)
        self._transferred_by = referred_by
        if diversions:
            self.reason = diversions[-1].reason
        elif referred_by is not None:
            self.reason = Reason.TRANSFERRED

    def begin(self, offer: bytes, behalf: str) -> int:
        """Ring, with the caller's offer, on behalf of a terminal. 0, or the status that says why nobody
        rings."""
        self._offer = offer
        return self._go(self.dialled.id, behalf, self._ring_first)

    def begin_elsewhere(self, offer: bytes, number: str) -> int:
        """Ring this number instead, as if the terminal that is called had forwarded its calls there."""
        self._offer = offer
        terminal = self.terminal
        if terminal is None or not self.may_be_sent_to(number) or not self._may_call(terminal, number):
            return 480
        self._note_diversion(Reason.FORWARDED_NO_ANSWER)
        return self._go(number, terminal, self._ring_first)

    def prospect(self, behalf: str) -> int:
        """What `begin` would return now, without anybody being called."""
        status = self._go(self.dialled.id, behalf, lambda: self._call.dialer.reaches(self.party.id))
        self.party, self.terminal = self._call.dialer.lookup(self.dialled.id)
        self.reason = Reason.DIRECT
        self.diversions.clear()
        return status

    def close(self, reason: str = "") -> None:
        """The call is over, or answered: nobody rings any more."""
        if self.closed:
            return
        self.closed = True
        self._stop_timers()
        attempt, self._attempt = self._attempt, None
        if attempt is not None:
            attempt.cancel(reason)
        for outcome in (*self._answers, *([self._redirect] if self._redirect else [])):
            outcome.too_late("the call does not ring any more")
        self._answers.clear()
        self._redirect = None
        del self._call  # both refer to each other, and neither is to wait for the garbage collector

    # What a program asks

    def answer(self, outcome: Outcome) -> None:
        """Have a phone of the terminal that rings answer."""
        if self._redirect is not None:
            outcome.too_late("the call is just being redirected")
            return
        under_way = [one for one in self._answers if not one.over]
        self._answers = [*under_way, outcome]
        if under_way or self._attempt is None:
            return
        if not self._attempt.talk(self._told_to_answer):
            self._call_anew()

    def redirect(self, number: str, outcome: Outcome) -> None:
        """Send the call on to another number."""
        if self._redirect is not None or self._answers or self._attempt is None or self._withdrawing:
            outcome.too_late("the call is just being answered or redirected")
        elif not self.may_be_sent_to(number):
            outcome.too_late(f"the call has been at {number} already, or has been sent on too often")
        elif not self._call.dialer.reaches(number):
            outcome.fail(f"{number} cannot be reached")
        else:
            self._redirect = outcome
            self._withdraw(lambda: self._send_on(number, Reason.REDIRECTED))

    def may_be_sent_to(self, number: str) -> bool:
        """False where that would be a loop, or once too often."""
        been = {self._call.caller_id, self.party.id, *(one.party.id for one in self.diversions)}
        return len(self.diversions) < MAX_DIVERSIONS and number not in been

    def taken_by(self, taker: PickUp, leg: Leg, response: Response) -> None:
        """Somebody has picked the call up: the phones that ring here stop."""
        self._call.end_inbound(Cause.ELSEWHERE, taker.party)
        self._call.inbound = taker.call if taker.call.terminal else None
        self.diversions.append(Diversion(self.party, Reason.PICKED_UP))
        self.party, self.terminal, self.reason = taker.party, taker.call.terminal or None, Reason.PICKED_UP
        if self._attempt is not None:
            self._attempt.cancel(ELSEWHERE)
        self.on_answer(leg, response)

    def answered_on(self, leg: Leg, response: Response) -> None:
        """The callee has answered with a phone that did not ring, but was up: those that ring stop."""
        if self._attempt is not None:
            self._attempt.cancel(ELSEWHERE)
        self.on_answer(leg, response)

    # `LegOwner` of the phones that ring

    def on_progress(self, leg: Leg, response: Response) -> None:
        if response.status >= 180:
            self._asked_to_answer = False  # it may be refused by hand from now on
        self._call.callee_progress(leg, response)

    def on_answer(self, leg: Leg, response: Response) -> None:
        self._attempt = None
        self._stop_timers()
        answers, self._answers = self._answers, []
        redirect, self._redirect = self._redirect, None
        self._call.callee_answered(leg, response)
        for outcome in answers:
            outcome.succeed()
        if redirect is not None:
            redirect.too_late("it has been answered at this very moment")

    def on_refused(self, leg: Leg, status: int) -> None:
        attempt, self._attempt = self._attempt, None
        self.phone_rang = attempt is not None and attempt.phone_responded
        if self._asked_to_answer and self._ring_again():
            return
        self._stop_timers()
        when = ForwardWhen.BUSY if status in BUSY else ForwardWhen.NO_ANSWER if status in AWAY else None
        forwarding = self._forwarding(when) if when is not None else None
        if when is not None and forwarding is not None:
            self._send_on(forwarding.address, REASONS[when])
        else:
            self._call.callee_refused(status, leg.refusal)

    # Who rings

    def _go(self, number: str, behalf: str, ring: Callable[[], bool]) -> int:
        while True:
            self._behalf = behalf
            self.party, self.terminal = self._call.dialer.lookup(number)
            when, status = ForwardWhen.ALWAYS, 0
            forwarding = self._forwarding(when)
            if forwarding is None and self._does_not_want():
                when, status = ForwardWhen.BUSY, 486
                forwarding = self._forwarding(when)
            if forwarding is None and not status:
                if ring():
                    return 0
                when, status = ForwardWhen.NO_ANSWER, 480
                forwarding = self._forwarding(when)
            if forwarding is None or self.terminal is None:
                return status
            self._note_diversion(REASONS[when])
            number, behalf = forwarding.address, self.terminal

    def _ring_first(self) -> bool:
        if self._ring():
            self._forward_later()
            return True
        return False

    def _ring(self, *, auto_answer: bool = False) -> bool:
        self._attempt = self._call.dialer.call(
            self.party.id,
            self._behalf,
            self._call.shown,
            self,
            self._offer,
            diversions=self.diversions,
            auto_answer=auto_answer,
            referred_by=self._call.referred_by,
        )
        return self._attempt is not None

    def _does_not_want(self) -> bool:
        routing = self._call.called_host.routing
        return self.follows and self.terminal is not None and routing.do_not_disturb(self.terminal)

    def _forwarding(self, when: ForwardWhen) -> Forwarding | None:
        """The forwarding to follow: one that leads back, or where its terminal may not call, is none."""
        if self.terminal is None or not self.follows:
            return None
        found = self._call.called_host.routing.forwarding(self.terminal, when)
        if found is None or not self.may_be_sent_to(found.address):
            return None
        return found if self._may_call(self.terminal, found.address) else None

    def _may_call(self, terminal: str, number: str) -> bool:
        """The answer holds for this call: each question is a line in the audit log."""
        if (terminal, number) not in self._may:
            self._may[terminal, number] = self._call.called_host.may_call(terminal, number)
        return self._may[terminal, number]

    def _forward_later(self) -> None:
        if self.terminal is None or not self.follows:
            return
        found = self._call.called_host.routing.forwarding(self.terminal, ForwardWhen.NO_ANSWER)
        if found is not None:
            seconds = min(found.after_s or FORWARD_AFTER_S, AT_MOST * self._call.dialer.no_answer_s)
            self._forward_timer = self._call.called_host.endpoint.after(seconds, self._not_answered)

    def _not_answered(self, _now: float) -> None:
        if self._attempt is None or self._withdrawing or any(not one.over for one in self._answers):
            self._forward_timer = self._call.called_host.endpoint.after(AGAIN_S, self._not_answered)
            return  # somebody is just about to take it
        forwarding = self._forwarding(ForwardWhen.NO_ANSWER)
        if forwarding is not None:
            address = forwarding.address
            self._withdraw(lambda: self._send_on(address, Reason.FORWARDED_NO_ANSWER), "")

    def _send_on(self, number: str, reason: Reason) -> None:
        behalf = self.terminal or self._behalf
        self._stop_timers()
        self._note_diversion(reason)
        self._call.end_inbound(Cause.FORWARDED, self._call.dialer.lookup(number)[0])
        status = self._go(number, behalf, self._ring_first)
        redirect, self._redirect = self._redirect, None
        if redirect is not None:
            redirect.succeed()
        if status:
            self._call.callee_refused(status, None)
        else:
            self._call.wait_for_answer()

    def _note_diversion(self, reason: Reason) -> None:
        self.diversions.append(Diversion(self.party, reason))
        self.reason = reason

    def _withdraw(self, then: Callable[[], None], reason: str = ELSEWHERE) -> None:
        """Let the phones ring no more, and go on unless one has been answered at this very moment."""
        self._withdrawing = True

        def silent() -> None:
            self._withdrawing = False
            self._attempt = None
            then()

        assert self._attempt is not None
        self._attempt.withdraw(reason, silent)

    # A phone that answers for a program

    def _told_to_answer(self, accepted: bool) -> None:
        if self._attempt is None or not self._answers or self._withdrawing:
            return
        if not accepted:
            self._call_anew()
        elif self._talking is None:
            self._talking = self._call.called_host.endpoint.after(TALK_S, lambda _now: self._call_anew())

    def _call_anew(self) -> None:
        """The phone is not known to answer when it is told: it gets an INVITE that asks it to, instead."""
        if self._attempt is not None and self._answers and not (self._withdrawing or self._asked_to_answer):
            self._withdraw(self._ask_to_answer)

    def _ask_to_answer(self) -> None:
        self._asked_to_answer = True
        if not self._ring(auto_answer=True) and not self._ring_again():
            self._call.callee_refused(480, None)

    def _ring_again(self) -> bool:
        """The phone did not take the INVITE that asked it to answer: it rings as before."""
        self._asked_to_answer = False
        answers, self._answers = self._answers, []
        for outcome in answers:
            outcome.fail("the phone does not answer by itself")
        return self._ring()

    def _stop_timers(self) -> None:
        for timer in (self._forward_timer, self._talking):
            if timer is not None:
                timer.cancel()
        self._forward_timer = self._talking = None
        self._withdrawing = self._asked_to_answer = False
