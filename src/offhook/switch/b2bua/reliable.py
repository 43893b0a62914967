"""Reliable provisional responses (RFC 3262): those of ours are repeated until the other side has sent PRACK.

They are for who demands them, as gateways to the telephone network do. They end here, and do not pass from
one side of a call to the other.
"""

from __future__ import annotations

import random
from collections import deque
from collections.abc import Callable

from offhook.sip.endpoint import Endpoint, InviteServer, ServerTransaction
from offhook.sip.message import Request, Response
from offhook.sip.timers import Timer

OPTION = "100rel"

MAX_FIRST_RSEQ = 2**31 - 1
"""The first number is any below this (§3)."""

SAY_AGAIN_S = 150.0
"""How often it is said again, with a number of its own, that a phone rings (§3): proxies give up on what has
been silent for three minutes (RFC 3261 §16.8, timer C)."""

MAX_WAITING = 8
"""Provisional responses that wait for the PRACK of the one before: a phone rings, is forwarded, rings again.
What comes beyond that is left out."""


def demands(message: Request | Response) -> bool:
    """Does it require the extension? A response that does so wants a PRACK, and a 421 this option."""
    return any(option.lower() == OPTION for option in message.headers.all("Require"))


def rseq_of(response: Response) -> int:
    """The number of a reliable provisional response; 0 for one that is not."""
    text = (response.headers.get("RSeq") or "").strip()
    known = (
        response.status > 100 and demands(response) and text.isascii() and text.isdigit() and len(text) < 11
    )
    return int(text) if known else 0


class ReliableProgress:
    """Our provisional responses to one INVITE, one after the other: the next one when the last one's PRACK
    has come (§3). `on_lost` is called if none comes.

    They have no description: that is left to the final response, which then may go at any time (§5).
    """

    def __init__(self, endpoint: Endpoint, invite: ServerTransaction, on_lost: Callable[[], None]) -> None:
        self._endpoint, self._invite, self._on_lost = endpoint, invite, on_lost
        self._rseq = random.randrange(1, MAX_FIRST_RSEQ)
        self._waiting: deque[Response] = deque()
        self._sent: Response | None = None
        self._timer: Timer | None = None
        if isinstance(invite, InviteServer):
            invite.says_again = False

    def send(self, response: Response) -> None:
        """Send it when its turn comes."""
        if self._sent is None:
            self.stop()
            self._begin(response)
        elif len(self._waiting) < MAX_WAITING:
            self._waiting.append(response)

    def acknowledged(self, prack: Request) -> bool:
        """Is this the PRACK of what was sent last? Then the next one goes out."""
        words = (prack.headers.get("RAck") or "").split()
        if self._sent is None or words != [str(self._rseq), str(self._invite.request.cseq), "INVITE"]:
            return False
        sent = self._sent
        self.stop()
        self._rseq += 1
        if self._invite.final:
            return True
        if self._waiting:
            self._begin(self._waiting.popleft())
        else:
            self._timer = self._endpoint.after(SAY_AGAIN_S, lambda _now: self.send(sent))
        return True

    def stop(self) -> None:
        """Repeat it no more."""
        self._sent = None
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _begin(self, response: Response) -> None:
        response.headers.set("Require", OPTION)
        response.headers.set("RSeq", str(self._rseq))
        self._sent = response
        timing = self._endpoint.timing
        self._repeat(timing.t1, self._endpoint.now + timing.timeout)

    def _repeat(self, interval: float, end: float) -> None:
        """Send it, and again in this time; the pauses double (§3)."""
        sent = self._sent
        if sent is None or self._invite.final:
            self._sent = None
        elif self._endpoint.now >= end:
            self._sent = None
            self._on_lost()
        else:
            self._endpoint.respond(self._invite, sent, self._endpoint.now)
            self._timer = self._endpoint.after(interval, lambda _now: self._repeat(2 * interval, end))
