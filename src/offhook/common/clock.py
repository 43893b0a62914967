"""Clocks for expiry and durations: a wall clock that is wrong for a while must not delete anything.

The wall clock has a date, but is set by people, by NTP and by empty batteries. The steady (monotonic) clock
never jumps, but has no date. Durations are measured by the steady clock, dates by the wall clock.
"""

import threading
import time
from collections import deque
from collections.abc import Callable

WINDOW_S = 3600.0
"""Something expires only if the wall clock has been past that time for this long. A clock that is wrong at
the start is usually corrected within minutes, by NTP or by a person."""

SAMPLE_S = 60.0
"""Samples within this time are merged, so that there are never many."""

Clock = Callable[[], float]


class SettledClock:
    """The earliest time that the samples of the last hour allow. Times are seconds since the epoch.

    A sample is how far the wall clock is ahead of the steady one. The smallest one within `WINDOW_S`, and the
    last one before, gives the time. May be used from any thread.
    """

    def __init__(self, wall: Clock = time.time, steady: Clock = time.monotonic) -> None:
        self._wall, self._steady = wall, steady
        self._leads: deque[tuple[float, float]] = deque()
        self._first = steady()
        self._lock = threading.Lock()
        self._look()

    def now(self) -> float:
        """The time for expiry: never later than the wall clock shows."""
        with self._lock:
            at = self._look()
            return at + min(lead for _, lead in self._leads)

    @property
    def settled(self) -> bool:
        """Has the clock been sampled for long enough to delete anything by it?"""
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
    """Measures how long something has lasted, since a date or since now.

    The date may come from another machine, and the wall clock may be set while it runs: so the wall clock is
    read only once, at the beginning, and a date in the future counts as now.
    """

    def __init__(
        self, since: float | None = None, *, wall: Clock = time.time, steady: Clock = time.monotonic
    ) -> None:
        self._steady = steady
        self._begun = steady() - (0.0 if since is None else max(0.0, wall() - since))

    def seconds(self) -> float:
        """The duration so far."""
        return self._steady() - self._begun
