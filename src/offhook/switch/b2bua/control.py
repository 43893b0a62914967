"""What every call has, however it began: its values, its timers, two legs joined, one end."""

from __future__ import annotations

import logging
import time
from abc import ABC, abstractmethod
from dataclasses import replace
from typing import Protocol

from offhook.call import Call, CallState, Cause, Direction, Party, advance, live, new_call_id
from offhook.sip.body import SDP, is_sdp
from offhook.sip.endpoint import ClientTransaction, Flow, ServerTransaction
from offhook.sip.message import Request, Response
from offhook.sip.timers import Timer
from offhook.switch.b2bua import sdp
from offhook.switch.b2bua.leg import Core, Leg

logger = logging.getLogger(__name__)

PASSED_ON = frozenset({"UPDATE", "INFO", "MESSAGE"})
"""Requests inside of a call that the other phone is to answer. re-INVITEs are passed on too."""


class CallCore(Core, Protocol):
    """What calls need of the switch."""

    def publish(self, call: Call) -> None:
        """Tell of a call as it now is."""
        ...

    def adopt(self, call_id: str, control: Control) -> None:
        """A call by this id is cleared by `control`."""
        ...

    def release(self, call_id: str) -> None:
        """The call is over."""
        ...

    def may_call(self, terminal: str, number: str) -> bool:
        """May the phone of this terminal have the number called?"""
        ...


class Control(ABC):
    """A call between two phones: `near` makes it (the user's own phone), `far` is called.

    `called_terminal` is the terminal that the called phone belongs to, None when it is none of ours. Such a
    terminal has a call of its own from when it rings, `inbound`.
    """

    def __init__(self, core: CallCore, caller: Party, callee: Party, called_terminal: str | None) -> None:
        self.core = core
        self.call = Call(new_call_id(), caller.id, CallState.OFF_HOOK, caller, callee, time.time())
        self.inbound: Call | None = None
        self.near: Leg | None = None
        self.far: Leg | None = None
        self._called_terminal = called_terminal
        self._timer: Timer | None = None
        self._held_acks: dict[Leg, tuple[ClientTransaction, Response]] = {}
        core.adopt(self.call.id, self)

    # The call's values

    def go(self, state: CallState) -> None:
        """The call comes to this state; a repetition or a step back is nothing."""
        if not live(self.call) or self.call.state is state:
            return
        if state is CallState.PROCEED and self.call.state is not CallState.OFF_HOOK:
            return
        now = time.time()
        if state in (CallState.RING_BACK, CallState.CONNECTED):
            self._go_inbound(state, now)
        if state is CallState.RING_BACK and self.call.state is CallState.CONNECTED:
            return
        self.call = advance(self.call, state, now)
        self.core.publish(self.call)

    def finish(self, cause: Cause) -> None:
        """The call is over: say so at once, clear the phones behind it."""
        if not live(self.call):
            return
        if self._timer is not None:
            self._timer.cancel()
        self.call = self.over(self.call, cause)
        if self.inbound is not None:
            self.inbound = self.over(self.inbound, cause)
        for leg in (self.near, self.far):
            if leg is not None:
                leg.end()
        self.stop_ringing()
        # Legs and calls hold each other; let go, so that neither waits for the garbage collector.
        self.near = self.far = None
        self._held_acks.clear()

    def let_go(self, cause: Cause) -> None:
        """The switch stops, so the call is over for us. Who talks goes on: audio flows from phone to phone.

        A phone that hangs up later is told that there is no such call; the other one has to hang up by hand.
        What is no talk yet, or is just being changed, is cleared.
        """
        if self.call.state is CallState.CONNECTED and self.settled:
            self.near = self.far = None
        self.finish(cause)

    @property
    def settled(self) -> bool:
        """Are both phones up, and nothing under way at either?"""
        return all(leg is not None and not (leg.over or leg.busy) for leg in (self.near, self.far))

    def over(self, call: Call, cause: Cause) -> Call:
        """Say that one of the calls is over; what it is then."""
        if not live(call):
            return call
        self.core.release(call.id)
        over = advance(call, CallState.ON_HOOK, time.time(), cause)
        self.core.publish(over)
        return over

    def drop(self) -> None:
        """The user wants it over."""
        self.finish(Cause.DROPPED)

    def moved(self, flow: Flow) -> None:
        """The peer of this flow reaches us at its `local` now: re-INVITEs tell it (RFC 3261 §12.2.1.2).

        What the other phone said last is offered once more: it is the Contact that is new.
        """
        for leg, other in ((self.near, self.far), (self.far, self.near)):
            if leg is None or leg.over or leg.dialog is None or leg.dialog.flow.remote != flow.remote:
                continue
            leg.moved(flow)
            if other is not None and other.said and self.call.state is CallState.CONNECTED:
                leg.offer(other.said, lambda _response, _status: None)

    def _go_inbound(self, state: CallState, now: float) -> None:
        if self._called_terminal is None:
            return
        if self.inbound is None:
            self.inbound = replace(
                self.call,
                id=new_call_id(),
                terminal=self._called_terminal,
                state=CallState.RING_BACK,
                direction=Direction.INBOUND,
                started=now,
                revision=0,
            )
            self.core.adopt(self.inbound.id, self)
            self.core.publish(self.inbound)
        if state is CallState.CONNECTED and self.inbound.state is CallState.RING_BACK:
            self.inbound = advance(self.inbound, state, now)
            self.core.publish(self.inbound)

    def limit(self, seconds: float, cause: Cause, silent: Cause) -> None:
        """End the call unless it is connected or limited anew by then.

        With `cause`, or with `silent` when no phone that was called last has reacted at all: the limit may be
        shorter than the 32 s after which its INVITE fails by itself.
        """
        if self._timer is not None:
            self._timer.cancel()
        self._timer = self.core.endpoint.after(
            seconds, lambda _now: self.finish(cause if self.heard else silent)
        )

    def unlimited(self) -> None:
        """The call may last."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    # The phones that ring

    @property
    def terminals(self) -> set[str]:
        """Those that have a call here, or may have one any moment."""
        return {self.call.terminal, *([self._called_terminal] if self._called_terminal else [])}

    @property
    @abstractmethod
    def heard(self) -> bool:
        """Has any phone reacted at all, of those that were called last?"""

    @abstractmethod
    def stop_ringing(self) -> None:
        """Let no phone ring any more."""

    def other(self, leg: Leg) -> Leg | None:
        """The phone at the other end."""
        return self.far if leg is self.near else self.near

    # `LegOwner`

    @abstractmethod
    def on_progress(self, leg: Leg, response: Response) -> None:
        """A phone rings."""

    @abstractmethod
    def on_answer(self, leg: Leg, response: Response) -> None:
        """A phone was lifted; the others of its terminal have been told."""

    @abstractmethod
    def on_refused(self, leg: Leg, status: int) -> None:
        """No phone of the leg's terminal takes the call."""

    def on_request(self, leg: Leg, transaction: ServerTransaction, request: Request) -> None:
        """BYE ends the call; what concerns the other phone goes there; the rest is answered here."""
        other = self.other(leg)
        if request.method == "BYE":
            leg.answer(transaction, 200)
            leg.hung_up()
            self.gone(leg, Cause.NORMAL)
        elif request.method == "INVITE":
            self._pass_reinvite(leg, other, transaction, request)
        elif request.method in PASSED_ON and (request.body or request.method != "UPDATE"):
            self._pass_request(leg, other, transaction, request)
        elif request.method in ("UPDATE", "OPTIONS"):
            # An UPDATE without a description only refreshes the session timer (RFC 4028 §7.4).
            leg.answer(transaction, 200)
        else:
            leg.answer(transaction, 405)

    def on_ack(self, leg: Leg, request: Request) -> None:
        """The answer to an offer that came in the 2xx travels in the ACK: pass it on (RFC 3261 §13.2.1)."""
        held = self._held_acks.pop(leg, None)
        other = self.other(leg)
        if held is not None and other is not None and not other.over:
            client, response = held
            other.ack(client, response, request.body)

    def on_cancel(self, leg: Leg) -> None:
        """A phone takes back its re-INVITE: so do we at the other one."""
        other = self.other(leg)
        if other is not None and other.inviting is not None:
            other.inviting.cancel(self.core.endpoint.now)

    def on_lost(self, leg: Leg) -> None:
        """A phone is gone without a word."""
        logger.info("call %s: terminal %s does not answer any more", self.call.id, leg.terminal)
        leg.end()
        self.gone(leg, Cause.FAILURE)

    def gone(self, leg: Leg, cause: Cause) -> None:
        """A phone is out of the call: that is its end."""
        self.finish(cause)

    def _ready(self, other: Leg | None) -> bool:
        return other is not None and not other.over and other.dialog is not None and not other.busy

    def _pass_reinvite(
        self, leg: Leg, other: Leg | None, transaction: ServerTransaction, request: Request
    ) -> None:
        if other is None or leg.busy or not self._ready(other) or self.call.state is not CallState.CONNECTED:
            leg.answer(transaction, 491)
            return
        leg.invited = transaction
        if request.body:
            leg.said = request.body

        def final(response: Response | None, status: int) -> None:
            if response is None or status >= 300:
                leg.answer(transaction, status)
                return
            other.said = response.body or other.said
            if request.body or transaction.final:
                # Where the re-INVITE was taken back meanwhile, no ACK will come: what stands is the answer.
                other.ack(other.client, response, b"" if request.body else leg.said)
            else:
                self._held_acks[leg] = (other.client, response)
            leg.answer(transaction, 200, response.body)

        other.reinvite(request.body, final)

    def _pass_request(
        self, leg: Leg, other: Leg | None, transaction: ServerTransaction, request: Request
    ) -> None:
        if other is None or not self._ready(other):
            leg.answer(transaction, 491)
            return
        content_type = request.headers.get("Content-Type") or SDP
        body, order = other.describe(request.body) if is_sdp(content_type) else (request.body, None)

        def final(response: Response | None, status: int) -> None:
            said = sdp.unfit(response.body, order) if response is not None else b""
            kind = (response.headers.get("Content-Type") if response is not None else None) or ""
            leg.answer(transaction, status, said, kind or SDP)

        extra = (("Info-Package", package),) if (package := request.headers.get("Info-Package")) else ()
        other.request(request.method, body, content_type, final, extra)
