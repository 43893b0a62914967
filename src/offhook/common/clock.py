"""Time that does not jump: nothing is deleted or expires because the wall clock was wrong for a while.

The wall clock has a date, but is set by people, by NTP and by empty batteries. The steady (monotonic) clock
never jumps, but has no date. Durations are measured by the steady clock, dates by the wall clock.
"""

import threading
import time
from collections import deque
from collections.abc import Callable

WINDOW_S = 3600.0
"""How long the wall clock has to show a later time before anything expires by it. A clock that is wrong at
the start is usually set within minutes, by NTP or by a person."""

SAMPLE_S = 60.0
"""Looks within so long count as one: there are never many to remember."""

Clock = Callable[[], float]


class SettledClock:
    """The earliest time that the looks of the last hour allow. Times are seconds since the epoch.

    Each look tells how far the wall clock is ahead of the steady one; the smallest lead of those within
    `WINDOW_S`, and of the last look before them, counts. May be used from any thread.
    """

    def __init__(self, wall: Clock = time.time, steady: Clock = time.monotonic) -> None:
        self._wall, self._steady = wall, steady
        self._leads: deque[tuple[float, float]] = deque()
        self._first = steady()
        self._lock = threading.Lock()
        self._look()

    def now(self) -> float:
        """The time by which things may expire: at most what the wall clock shows."""
        with self._lock:
            at = self._look()
            return at + min(lead for _, lead in self._leads)

    @property
    def settled(self) -> bool:
        """Has the clock been watched for long enough to delete anything by it?"""
        return self._steady() - self._first >= WINDOW_S

    def _look(self) -> float:
        at = self._steady()
        lead = self._wall() - at
        leads = self._leads
        if leads and at - leads[-1][0] < SAMPLE_S:
            since, before = leads[-1]
            leads[-1] = (since, min(before, lead))
        else:
            leads.append((at, lead))
        while len(leads) > 2 and at - leads[1][0] >= WINDOW_S:
            leads.popleft()
        return at


class Stopwatch:
    """How long something has lasted: since the date at which it began, or since now.

    The date may be another machine's, and the clock may be set while it runs: only what the wall clock says
    at the beginning counts, and never as less than nothing.
    """

    def __init__(
        self, since: float | None = None, *, wall: Clock = time.time, steady: Clock = time.monotonic
    ) -> None:
        self._steady = steady
        self._begun = steady() - (0.0 if since is None else max(0.0, wall() - since))

    def seconds(self) -> float:
        """So far."""
        return self._steady() - self._begun
