"""Click-to-dial: third-party call control (RFC 3725).

The flow is RFC 3725's flow III with one change. As there, the user's own phone is called without an offer,
and its answer is acknowledged at once with an inactive description: a person's phone may ring for a minute,
and flow I leaves the own phone's 200 unacknowledged for all that time, which makes it repeat the 200 and
give up after 32 s. The change: the called phone gets the own phone's offer, where flow III asks it for one.
So its 200 is the answer already and is acknowledged without waiting for anybody, its early media can be
joined while it rings, and the streams of both sides match by themselves. One re-INVITE to the own phone with
that answer then joins the two; media flow between the phones.
"""

from __future__ import annotations

from offhook.call import CallState, Cause, Party
from offhook.sip.message import Response
from offhook.switch.embedded import sdp
from offhook.switch.embedded.causes import callee_cause, own_cause
from offhook.switch.embedded.control import CallCore, Control
from offhook.switch.embedded.leg import Leg
from offhook.switch.embedded.settings import SipTerminal


class ClickToDial(Control):
    """A call that a program asked for."""

    def __init__(self, core: CallCore, caller: SipTerminal, number: str) -> None:
        super().__init__(core, caller, number)
        self._caller = caller
        self._offered = b""  # the own phone's first description: what the called phone was offered
        self._joined = b""  # the called phone's description that the own phone was given

    def begin(self) -> bool:
        """Ring the user's own phone; False when it is not registered."""
        callee = self.call.callee
        made = self.invitation(self._caller, callee, b"")
        if made is None:
            self.core.release(self.call.id)
            return False
        request, flow = made
        host = request.to.uri.host
        request.headers.set("Call-Info", f"<sip:{host}>;answer-after=0")
        request.headers.set("Alert-Info", f"<http://{host}>;info=alert-autoanswer;delay=0")
        self.near = Leg(self.core, self, self._caller.id, flow.local[0])
        self.near.invite(request, flow)
        self.limit(self.core.settings.terminal_answer_s, Cause.TERMINAL_REJECTED)
        return True

    def on_progress(self, leg: Leg, response: Response) -> None:
        """The called phone rings, perhaps with early media."""
        if leg is not self.far or response.status == 100:
            return
        if response.status in (180, 183):
            self.go(CallState.RING_BACK)
        if response.body:
            self._join(response.body)

    def on_answer(self, leg: Leg, response: Response) -> None:
        """A phone was lifted."""
        if leg is self.near:
            self._own_phone_up(leg, response)
        else:
            leg.ack(leg.client, response)
            self.unlimited()
            self.go(CallState.CONNECTED)
            self._join(response.body)

    def on_refused(self, leg: Leg, status: int) -> None:
        """A phone does not take the call."""
        self.finish(own_cause(status) if leg is self.near else callee_cause(status))

    def _own_phone_up(self, leg: Leg, response: Response) -> None:
        leg.ack(leg.client, response, sdp.black_hole(response.body) if response.body else b"")
        if not response.body:
            self.finish(Cause.FAILURE)
            return
        self._offered = response.body
        self.go(CallState.PROCEED)
        called = self.core.terminals.get(self.call.callee.id)
        caller = Party(self._caller.name, self._caller.id)
        made = self.invitation(called, caller, self._offered) if called is not None else None
        if called is None or made is None:
            self.finish(Cause.UNREACHABLE)
            return
        request, flow = made
        self.far = Leg(self.core, self, called.id, flow.local[0])
        self.far.invite(request, flow)
        self.limit(self.core.settings.no_answer_s, Cause.NO_ANSWER)

    def _join(self, description: bytes) -> None:
        """Give the called phone's description to the own phone, unless it has it."""
        if not description or self.near is None or sdp.same(description, self._joined):
            return
        self._joined = description
        self.near.offer(description, self._own_phone_joined)

    def _own_phone_joined(self, response: Response | None, status: int) -> None:
        if response is None or status >= 300:
            self.finish(Cause.FAILURE)
            return
        moved = response.body and not sdp.same_media(response.body, self._offered)
        if moved and self.far is not None and self.far.dialog is not None:
            # Its media are elsewhere than it first said: the called phone has to know.
            self._offered = response.body
            self.far.offer(response.body, lambda _response, _status: None)
