"""A phone that has left a request in its dialog unanswered: is it in its call still?

It may have been cut off from us while its people talk on. RFC 3261 §12.2.1.2 would have the dialog given up
with the request (a SHOULD); here it is asked again and again, until it answers or has been silent for
`GIVE_UP_S`.
"""

from __future__ import annotations

from collections.abc import Callable

from offhook.sip.endpoint import Endpoint
from offhook.sip.timers import Timer

GIVE_UP_S = 300.0
"""So long a phone may be silent. A network switch that is started anew is back in three minutes; a
phone that has lost its power would be shown in its call for ever."""

FIRST_PAUSE_S = 4.0
MAX_PAUSE_S = 60.0
"""The first and the longest pause between what is asked; each is twice as long as the last."""


class StillThere:
    """When one phone is asked next. `ask` sends it a request, which is answered or `unanswered` in its turn.

    `known`: has anything been heard of it in this run of the program? Else it is not asked a second time: who
    goes on with the calls of another run may be nobody whom this phone can reach.
    """

    def __init__(self, endpoint: Endpoint) -> None:
        self._endpoint = endpoint
        self.known = True
        self._silent_since: float | None = None
        self._pause = 0.0
        self._next: Timer | None = None
        self._ask: Callable[[], None] = _nothing

    def heard(self) -> None:
        """The phone has answered something, or asked."""
        self.known = True
        if self._silent_since is not None:
            self.stop()
            self._silent_since = None

    def unanswered(self, ask: Callable[[], None]) -> bool:
        """A request has had no answer: `ask` after a pause. False: it has been silent for too long."""
        now = self._endpoint.now
        if self._silent_since is None:
            self._silent_since, self._pause = now, FIRST_PAUSE_S
        if not self.known or now - self._silent_since >= GIVE_UP_S:
            return False
        if self._next is None:
            self._ask = ask
            self._next = self._endpoint.after(self._pause, self._due)
            self._pause = min(2 * self._pause, MAX_PAUSE_S)
        return True

    def is_back(self) -> None:
        """It has said something outside of its dialog, as a registration: it is asked now."""
        if self._next is not None:
            self._next.cancel()
            self._due(0.0)

    def stop(self) -> None:
        """Nothing is asked any more."""
        if self._next is not None:
            self._next.cancel()
        self._next, self._ask = None, _nothing

    def _due(self, _now: float) -> None:
        ask, self._next, self._ask = self._ask, None, _nothing
        ask()


def _nothing() -> None:
    """Nobody is asked."""
