"""Timers without a clock: a queue for each duration, so that starting and cancelling need no search.

SIP timers have few durations (T1 times powers of two, T4, 64*T1) but are many: tens of thousands at a few
hundred calls a second, nearly all of them cancelled. Timers of one duration expire in the order in which they
were started, so a queue is enough; a heap would sort what is sorted.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from math import inf
from typing import Final

Fire = Callable[[float], None]

MIN_DEAD: Final = 64
"""With fewer cancelled timers a queue is not cleaned up: that would cost more than it frees."""

LATE_S: Final = 0.05
"""So much later a patient timer may fire, so that many fire together: to wake up for one takes longer than
what it does. Nobody waits for them: they end transactions that were answered, some five a call (RFC 3261 §17,
timers D and H to K; RFC 6026, timers L and M)."""


class _Queue:
    """The timers of one duration, which may fire `patience` later. `dead` of them are cancelled.

    These are removed when they are more than half. Otherwise timers of hours that are cancelled and restarted
    (registrations refreshed long before their end) would be kept for all that time.
    """

    __slots__ = ("dead", "patience", "timers")

    def __init__(self, patience: float) -> None:
        self.timers: deque[Timer] = deque()
        self.patience = patience
        self.dead = 0

    def died(self) -> None:
        """Count a cancelled timer."""
        self.dead += 1
        if self.dead > MIN_DEAD and 2 * self.dead > len(self.timers):
            self.timers = deque(timer for timer in self.timers if timer._fire is not None)
            self.dead = 0

    def due(self, now: float) -> bool:
        """Is the first timer due?"""
        return bool(self.timers) and (self.timers[0]._fire is None or self.timers[0].when <= now)

    def shift(self) -> Fire | None:
        """Remove the first timer; its callback, or None if it is cancelled."""
        timer = self.timers.popleft()
        fire, timer._fire, timer._queue = timer._fire, None, None
        if fire is None:
            self.dead -= 1
        return fire


class Timer:
    """A running timer. `when` is the time when it fires."""

    __slots__ = ("_fire", "_queue", "when")

    def __init__(self, when: float, fire: Fire, queue: _Queue) -> None:
        self.when = when
        self._fire: Fire | None = fire
        self._queue: _Queue | None = queue

    def cancel(self) -> None:
        """Cancel it, and release the callback. Does nothing if it has fired."""
        queue, self._fire, self._queue = self._queue, None, None
        if queue is not None:
            queue.died()


class Timers:
    """All timers of a node. Times are in seconds of one monotonic clock.

    `run` has to be called at `latest` (infinite for never): when the next timer is due, or `LATE_S` later for
    a patient one. One that was cancelled may make it too early.
    """

    __slots__ = ("_patient", "_prompt", "latest")

    def __init__(self) -> None:
        self.latest = inf
        self._prompt: dict[float, _Queue] = {}
        self._patient: dict[float, _Queue] = {}

    def start(self, delay: float, now: float, fire: Fire, *, patient: bool = False) -> Timer:
        """Call `fire(now)` when `delay` seconds have passed, or up to `LATE_S` later: if it is `patient`, as
        nobody waits for it."""
        when = now + delay
        queues = self._patient if patient else self._prompt
        queue = queues.get(delay)
        if queue is None:
            queue = queues[delay] = _Queue(LATE_S if patient else 0.0)
        timer = Timer(when, fire, queue)
        queue.timers.append(timer)
        self._expect(when, queue.patience)
        return timer

    def run(self, now: float) -> None:
        """Fire all timers that are due."""
        for queue in [*self._prompt.values(), *self._patient.values()]:
            while queue.due(now):
                fire = queue.shift()
                if fire is not None:
                    fire(now)
        self._look()

    def _expect(self, when: float, patience: float) -> None:
        self.latest = min(self.latest, when + patience)

    def _look(self) -> None:
        self.latest = inf
        for queues in (self._prompt, self._patient):
            self._look_at(queues)

    def _look_at(self, queues: dict[float, _Queue]) -> None:
        for delay, queue in list(queues.items()):
            while queue.timers and queue.timers[0]._fire is None:
                queue.shift()
            if not queue.timers:
                del queues[delay]
            else:
                self._expect(queue.timers[0].when, queue.patience)

    def __len__(self) -> int:
        """How many are kept, including cancelled ones that have not been removed yet."""
        return sum(len(queue.timers) for queue in [*self._prompt.values(), *self._patient.values()])
