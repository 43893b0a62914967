"""What every call of the switch has, however it began: its values, its timers, two legs joined, one end."""

from __future__ import annotations

import logging
import time
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import replace
from typing import Protocol

from offhook.call import Call, CallState, Cause, Direction, Party, advance, live, new_call_id
from offhook.sip.endpoint import ClientTransaction, Flow, ServerTransaction
from offhook.sip.message import NameAddr, Request, Response, Uri
from offhook.sip.timers import Timer
from offhook.switch.embedded.fork import Fork
from offhook.switch.embedded.leg import ALLOW, Core, Leg
from offhook.switch.embedded.registrar import Binding, Registrar
from offhook.switch.embedded.settings import EmbeddedSettings, SipTerminal

logger = logging.getLogger(__name__)

NO_HEADERS: Mapping[str, str] = {}

PASSED_ON = frozenset({"UPDATE", "INFO", "MESSAGE"})
"""Requests inside of a call that the other phone is to answer. re-INVITEs are passed on too."""


class CallCore(Core, Protocol):
    """What calls need of the switch."""

    registrar: Registrar
    settings: EmbeddedSettings

    @property
    def terminals(self) -> Mapping[str, SipTerminal]:
        """All phones that may register, by id."""
        ...

    def publish(self, call: Call) -> None:
        """Tell of a call as it now is."""
        ...

    def adopt(self, call_id: str, control: Control) -> None:
        """A call by this id is cleared by `control`."""
        ...

    def release(self, call_id: str) -> None:
        """The call is over."""
        ...

    def flow_to(self, flow: Flow) -> Flow:
        """The flow with the address from which we reach its remote."""
        ...


class Control(ABC):
    """A call between two terminals: `near` makes it (the user's own phone), `far` is called."""

    def __init__(self, core: CallCore, caller: SipTerminal, number: str) -> None:
        self.core = core
        called = core.terminals.get(number)
        self.call = Call(
            new_call_id(),
            caller.id,
            CallState.OFF_HOOK,
            Party(caller.name, caller.id),
            Party(called.name if called else "", number),
            time.time(),
        )
        self.inbound: Call | None = None
        self.near: Leg | None = None
        self.far: Leg | None = None
        self._forks: list[Fork] = []
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
        now = time.time()
        for call in (self.call, self.inbound):
            if call is not None and live(call):
                self.core.release(call.id)
                over = advance(call, CallState.ON_HOOK, now, cause)
                if call is self.call:
                    self.call = over
                else:
                    self.inbound = over
                self.core.publish(over)
        for leg in (self.near, self.far):
            if leg is not None:
                leg.end()
        for fork in self._forks:
            fork.end()
        # Legs and calls hold each other; let go, so that neither waits for the garbage collector.
        self.near = self.far = None
        self._forks.clear()
        self._held_acks.clear()

    def drop(self) -> None:
        """The user wants it over."""
        self.finish(Cause.DROPPED)

    def _go_inbound(self, state: CallState, now: float) -> None:
        if self.inbound is None:
            self.inbound = replace(
                self.call,
                id=new_call_id(),
                terminal=self.call.callee.id,
                state=CallState.RING_BACK,
                direction=Direction.INBOUND,
                started=now,
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
        fork = self._forks[-1]
        self._timer = self.core.endpoint.after(
            seconds, lambda _now: self.finish(cause if fork.heard else silent)
        )

    def unlimited(self) -> None:
        """The call may last."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    # Calling a phone

    def ring(
        self, to: SipTerminal, shown: Party, body: bytes = b"", headers: Mapping[str, str] = NO_HEADERS
    ) -> bool:
        """Call the terminal's phones, with `shown` as the caller; False when none is registered."""
        bindings = self.core.registrar.bindings(to.id)
        if not bindings:
            return False
        self._forks.append(fork := Fork(self.core, self, to.id))
        fork.call([self._invitation(binding, to, shown, body, headers) for binding in bindings])
        return True

    def _invitation(
        self, binding: Binding, to: SipTerminal, shown: Party, body: bytes, extra: Mapping[str, str]
    ) -> tuple[Request, Flow]:
        flow = self.core.flow_to(binding.flow)
        host = f"[{flow.local[0]}]" if ":" in flow.local[0] else flow.local[0]
        shown_uri = Uri("sip", shown.id, host)
        request = Request("INVITE", binding.uri)
        headers = request.headers
        headers.set("From", str(NameAddr(shown_uri, shown.name, {"tag": new_call_id()})))
        headers.set("To", str(NameAddr(Uri("sip", to.id, host))))
        headers.set("Call-ID", new_call_id())
        headers.set("CSeq", "1 INVITE")
        headers.set("Contact", contact_of(flow, to.id))
        headers.set("P-Asserted-Identity", str(NameAddr(shown_uri, shown.name)))
        headers.set("Allow", ALLOW)
        headers.set("User-Agent", "Offhook")
        for name, value in extra.items():
            headers.set(name, value)
        request.set_body(body)
        return request, flow

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
            self.finish(Cause.NORMAL)
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
        self.finish(Cause.FAILURE)

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

        other.reinvite(other.origin.stamp(request.body), final)

    def _pass_request(
        self, leg: Leg, other: Leg | None, transaction: ServerTransaction, request: Request
    ) -> None:
        if other is None or not self._ready(other):
            leg.answer(transaction, 491)
            return
        content_type = request.headers.get("Content-Type") or "application/sdp"
        body = other.origin.stamp(request.body) if content_type == "application/sdp" else request.body

        def final(response: Response | None, status: int) -> None:
            said = response.body if response is not None else b""
            kind = (response.headers.get("Content-Type") if response is not None else None) or ""
            leg.answer(transaction, status, said, kind or "application/sdp")

        extra = (("Info-Package", package),) if (package := request.headers.get("Info-Package")) else ()
        other.request(request.method, body, content_type, final, extra)


def contact_of(flow: Flow, user: str) -> str:
    """Our Contact towards a phone: where it reaches us on this flow."""
    host, port = flow.local
    host = f"[{host}]" if ":" in host else host
    transport = "" if flow.protocol == "udp" else f";transport={flow.protocol}"
    return f"<sip:{user}@{host}:{port}{transport}>"
