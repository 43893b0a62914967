"""Which of several Call Managers a client tries next, and when. No I/O: the clock and chance are handed in.

managers = Managers(Backoff())
managers.begin(urls, now)          all that there are, best first
url, at = managers.next()          None when each has been tried: begin again
managers.failed(now, retry_s)      it could not be reached, or refused us
managers.up(spread_s)              logged in
managers.lost(now)                 and lost

The next one is tried at once. After a session that was lost the first attempt waits for a moment of chance
within the time that the server had told: the clients of a machine that has died do not all come to the next
one in the same second.
"""

import random
from collections.abc import Callable, Sequence

from offhook.common.backoff import REFUSED_S, Backoff

MAX_RETRY_S = 600.0
"""The longest that a server may have us wait before the next attempt."""

LEAST_TOLD_S = 1.0
"""A server that has us wait for less is not taken at its word: we wait as long as without it, if that is
longer."""

MAX_SPREAD_S = 10.0
"""The longest that a server may have us spread over: more would be an outage of its own."""

GOES_S = 10.0
"""A server that has sent us away is left alone for so long, while there are others."""


class Managers:
    """See above. With one Call Manager alone each attempt waits as `backoff` says."""

    def __init__(self, backoff: Backoff, chance: Callable[[], float] = random.random) -> None:
        self._backoff, self._chance = backoff, chance
        self._urls: list[str] = []
        self._left: list[str] = []
        self._told: dict[str, tuple[float, float]] = {}
        """When each has last had us wait, and for how long."""
        self._url = ""
        self._at = self._spread_s = 0.0
        self._pause: float | None = 0.0
        """So long is waited before the next round; None for as long as `backoff` says."""

    def begin(self, urls: Sequence[str], now: float) -> None:
        """Begin a round: with these, best first. Those that have had us wait are left out while there are
        others."""
        lost = self._url if self._pause is not None else ""  # tried last, where there are others
        self._urls = [*(one for one in urls if one != lost), *(one for one in urls if one == lost)]
        self._told = {one: told for one, told in self._told.items() if one in urls}
        pause = self._backoff.next() if self._pause is None else self._pause
        self._pause = None
        ready = {one: self._ready(one, now, now + pause) for one in urls}
        self._at = min(ready.values(), default=now + pause)
        self._left = [one for one in self._urls if ready[one] <= self._at]

    def next(self) -> tuple[str, float] | None:
        """Which one to try now, and not before when; None at the end of the round."""
        if not self._left:
            return None
        self._url = self._left.pop(0)
        return self._url, self._at

    @property
    def at(self) -> float:
        """When the round begins."""
        return self._at

    @property
    def url(self) -> str:
        """The one that is being tried, or used; before the first attempt none."""
        return self._url

    def failed(self, now: float, retry_s: float | None = None, *, refused: bool = False) -> None:
        """It could not be reached, or has no room; it may have said for how long. `refused`: it has refused
        the login, as the others would."""
        self._told.pop(self._url, None)
        if retry_s is not None:
            self._told[self._url] = (now, min(retry_s, MAX_RETRY_S))
        if refused:
            self._left.clear()
            self._pause = REFUSED_S

    def up(self, spread_s: float = 0.0) -> None:
        """Logged in; a loss is to be spread over so long."""
        self._spread_s = min(max(spread_s, 0.0), MAX_SPREAD_S)
        self._told.pop(self._url, None)
        self._backoff.reset()

    def lost(self, now: float, *, sent_away: bool = False) -> None:
        """The session is over: by itself, or because the server has `sent_away` us, one after the other."""
        alone = len(self._urls) < 2
        pause = 0.0 if sent_away else self._chance() * self._spread_s
        self._left.clear()
        self._pause = max(pause, self._backoff.next()) if alone else pause
        if sent_away and not alone:
            self._told[self._url] = (now, GOES_S)

    def _ready(self, url: str, now: float, usual: float) -> float:
        """When this one may be tried."""
        told = self._told.get(url)
        if told is None:
            return usual
        at, wait_s = told
        # The server knows when: who comes later than it said leaves a free place unused.
        return max(now, at + wait_s) if wait_s >= LEAST_TOLD_S else max(usual, at + wait_s)
