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

from abc import abstractmethod
from collections.abc import Mapping

from offhook.call import CallState, Cause
from offhook.sip.message import Response
from offhook.switch.b2bua import sdp
from offhook.switch.b2bua.causes import callee_cause, own_cause
from offhook.switch.b2bua.handover import Handover
from offhook.switch.b2bua.leg import Leg

AUTO_ANSWER: Mapping[str, str] = {
    "Call-Info": "<sip:offhook.invalid>;answer-after=0",
    "Alert-Info": "<http://offhook.invalid>;info=alert-autoanswer;delay=0",
}
"""By which phones know that they are to answer by themselves; each make reads another one."""


class ClickToDial(Handover):
    """A call that a program asked for."""

    _offered = b""  # the own phone's first description: what the called phone was offered
    _joined = b""  # the called phone's description that the own phone was given

    @abstractmethod
    def ring_target(self, offer: bytes) -> bool:
        """Call the address with the own phone's description; False when it cannot be called at all."""

    def on_progress(self, leg: Leg, response: Response) -> None:
        """The called phone rings, perhaps with early media."""
        if self._is_own(leg) or response.status == 100:
            return
        if response.status in (180, 183):
            self.go(CallState.RING_BACK)
        if response.body:
            self._join(response.body)

    def on_answer(self, leg: Leg, response: Response) -> None:
        """A phone was lifted."""
        if self._is_own(leg):
            self.near = leg
            self._own_phone_up(leg, response)
            return
        self.far = leg
        leg.ack(leg.client, response)
        self.unlimited()
        self.go(CallState.CONNECTED)
        self._join(response.body)
        self._tell_where_the_own_phone_is()

    def on_refused(self, leg: Leg, status: int) -> None:
        """No phone of a terminal takes the call."""
        self.finish(own_cause(status) if self._is_own(leg) else callee_cause(status))

    def _is_own(self, leg: Leg) -> bool:
        return leg.terminal == self.call.terminal

    def _own_phone_up(self, leg: Leg, response: Response) -> None:
        leg.ack(leg.client, response, sdp.black_hole(response.body) if response.body else b"")
        if not response.body:
            self.finish(Cause.FAILURE)
            return
        self._offered = response.body
        self.go(CallState.PROCEED)
        if self.ring_target(self._offered):
            self.limit(self.no_answer_s, Cause.NO_ANSWER, Cause.UNREACHABLE)
        else:
            self.finish(Cause.UNREACHABLE)

    def _join(self, description: bytes) -> None:
        """Give the called phone's description to the own phone, unless it has it."""
        description = sdp.as_answer(description, self._offered)
        if not description or self.near is None or sdp.same(description, self._joined):
            return
        self._joined = description
        self.near.offer(description, self._own_phone_joined)

    def _own_phone_joined(self, response: Response | None, status: int) -> None:
        if response is None or status >= 300:
            self.finish(Cause.FAILURE)
        else:
            self._tell_where_the_own_phone_is()

    def _tell_where_the_own_phone_is(self) -> None:
        """Its media may be elsewhere than it first said: then the called phone has to know."""
        if self.near is None or self.far is None or sdp.same_media(self.near.said, self._offered):
            return
        self._offered = self.near.said
        self.far.offer(self._offered, lambda _response, _status: None)
