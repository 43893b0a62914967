"""The PBX's own codes: what a user would dial at the phone to forward the calls, or to be left in peace.

The user's account dials the code, and the PBX takes the call: so it has done what the code says.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

from offhook.call import Feature, Features, Forwarding, ForwardWhen, Party
from offhook.sip.endpoint import ServerTransaction
from offhook.sip.message import Request, Response
from offhook.switch.b2bua.dialer import DialAttempt, Dialer, EarlyLegOwner
from offhook.switch.b2bua.leg import Leg, LegHost
from offhook.switch.b2bua.outcome import Outcome

HANG_UP_S = 2.0
"""So long the PBX may speak after it has taken a code; most hang up by themselves, and nobody listens."""

SILENT = (
    b"v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n"
    b"m=audio 9 RTP/AVP 0 8 101\r\na=rtpmap:0 PCMU/8000\r\na=rtpmap:8 PCMA/8000\r\n"
    b"a=rtpmap:101 telephone-event/8000\r\na=inactive\r\n"
)
"""What is offered with a code: common codecs, and no audio."""

_NUMBER = re.compile(r"[0-9A-Za-z+._-]{1,64}")
"""What may stand for {number}: nothing that could be another code."""

_FEATURES: Mapping[str, Feature] = {
    "forward-always": Feature.FORWARD,
    "forward-busy": Feature.FORWARD_BUSY,
    "forward-no-answer": Feature.FORWARD_NO_ANSWER,
    "do-not-disturb": Feature.DO_NOT_DISTURB,
    "pickup": Feature.PICKUP,
    "pickup-group": Feature.PICKUP_GROUP,
}

_PICKUPS = frozenset({Feature.PICKUP, Feature.PICKUP_GROUP})


class FeatureCodes:
    """What is dialled for what, of those that are configured."""

    def __init__(self, codes: Sequence[tuple[str, str]], *, picks_up: bool = True) -> None:
        """`picks_up`: can a call that is picked up be one of ours?"""
        self._codes = dict(codes)
        found = {feature for name, feature in _FEATURES.items() if name in self._codes}
        if Feature.PICKUP_GROUP in found:
            found.add(Feature.PICKUP)
        self.features: Features = frozenset(found if picks_up else found - _PICKUPS)
        """What can be done by a code."""

    def forward(self, one: Forwarding) -> str | None:
        """The code that puts a forwarding in force; None if there is none, or not for this number."""
        if not _NUMBER.fullmatch(one.address):
            return None
        code = self._codes.get(f"forward-{one.when.value}")
        seconds = str(max(1, round(one.after_s))) if one.after_s else "20"
        return None if code is None else code.replace("{number}", one.address).replace("{seconds}", seconds)

    def end_forward(self, when: ForwardWhen) -> str | None:
        """The code that ends it."""
        return self._codes.get(f"forward-{when.value}-off")

    def do_not_disturb(self, on: bool) -> str | None:
        """The code for it."""
        return self._codes.get("do-not-disturb" if on else "do-not-disturb-off")

    def pickup(self, number: str) -> str | None:
        """The code that takes the call which rings at a number, or with "" in the phone's group."""
        if not number:
            return self._codes.get("pickup-group")
        code = self._codes.get("pickup")
        fits = _NUMBER.fullmatch(number) is not None
        return code.replace("{number}", number) if code is not None and fits else None


class CodeCall(EarlyLegOwner):
    """A call to a code. `over` is told when nothing is left of it."""

    def __init__(self, host: LegHost, outcome: Outcome, over: Callable[[CodeCall], None]) -> None:
        self._host, self._outcome, self._over = host, outcome, over
        self._attempt: DialAttempt | None = None
        self._leg: Leg | None = None

    def begin(self, dialer: Dialer, code: str, terminal: str) -> None:
        """Dial it with the account of the terminal."""
        self._attempt = dialer.call(code, terminal, Party("", terminal), self, SILENT)
        if self._attempt is None:
            self._end("the PBX does not answer")

    def cancel(self) -> None:
        """Nobody waits for it any more."""
        self._end("it took too long")

    # `LegOwner`

    def on_progress(self, leg: Leg, response: Response) -> None:
        pass

    def on_answer(self, leg: Leg, response: Response) -> None:
        self._attempt, self._leg = None, leg
        leg.ack(leg.last_invite, response)
        self._outcome.succeed()
        self._host.endpoint.after(HANG_UP_S, lambda _now: self._end(""))

    def on_refused(self, leg: Leg, status: int) -> None:
        self._attempt = None
        self._end(f"the PBX does not take the code ({status})")

    def on_request(self, leg: Leg, transaction: ServerTransaction, request: Request) -> None:
        if request.method == "BYE":
            leg.answer(transaction, 200)
            leg.bye_received()
            self._end("")
        else:
            leg.answer(transaction, 200 if request.method in ("OPTIONS", "UPDATE") else 488)

    def on_lost(self, leg: Leg) -> None:
        self._end("")

    def _end(self, why: str) -> None:
        self._outcome.fail(why)
        attempt, self._attempt = self._attempt, None
        leg, self._leg = self._leg, None
        if attempt is not None:
            attempt.cancel()
        if leg is not None:
            leg.end()
        self._over(self)
