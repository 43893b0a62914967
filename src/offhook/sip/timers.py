"""Timers without a clock: one queue for each duration, so that starting and ending one costs no search.

SIP's timers are few durations (T1 times powers of two, T4, 64*T1) and very many at once: tens of thousands
at a few hundred calls a second, nearly all of them cancelled. In the queue of one duration they expire in
the order in which they were started; a heap would sort again what is in order.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from math import inf

Fire = Callable[[float], None]

MIN_DEAD = 64
"""Cancelled timers that a queue keeps in any case: below it, clearing up costs more than it frees."""


class _Queue:
    """The timers of one duration. `dead` of them were cancelled.

    They go when they are more than half: one that is cancelled and started anew for hours (a registration
    that is renewed long before its end) would else be kept for all that time.
    """

    __slots__ = ("dead", "timers")

    def __init__(self) -> None:
        self.timers: deque[Timer] = deque()
        self.dead = 0

    def died(self) -> None:
        """One of these was cancelled."""
        self.dead += 1
        if self.dead > MIN_DEAD and 2 * self.dead > len(self.timers):
            self.timers = deque(timer for timer in self.timers if timer._fire is not None)
            self.dead = 0

    def due(self, now: float) -> bool:
        """Is there anything to be taken out?"""
        return bool(self.timers) and (self.timers[0]._fire is None or self.timers[0].when <= now)

    def shift(self) -> Fire | None:
        """Take out the first; what it is to do, None for one that was cancelled."""
        timer = self.timers.popleft()
        fire, timer._fire, timer._queue = timer._fire, None, None
        if fire is None:
            self.dead -= 1
        return fire


class Timer:
    """A timer that runs. `when` is its time."""

    __slots__ = ("_fire", "_queue", "when")

    def __init__(self, when: float, fire: Fire, queue: _Queue) -> None:
        self.when = when
        self._fire: Fire | None = fire
        self._queue: _Queue | None = queue

    def cancel(self) -> None:
        """Never fire; lets go of the callback at once. No error when it has fired."""
        queue, self._fire, self._queue = self._queue, None, None
        if queue is not None:
            queue.died()


class Timers:
    """All timers of a node. Times are seconds of one clock that does not go back.

    `soonest` is never later than the next timer (infinite for none): a cancelled timer may make it too early.
    """

    __slots__ = ("_queues", "soonest")

    def __init__(self) -> None:
        self.soonest = inf
        self._queues: dict[float, _Queue] = {}

    def start(self, delay: float, now: float, fire: Fire) -> Timer:
        """Call `fire(now)` when `delay` has passed."""
        when = now + delay
        queue = self._queues.get(delay)
        if queue is None:
            queue = self._queues[delay] = _Queue()
        timer = Timer(when, fire, queue)
        queue.timers.append(timer)
        if when < self.soonest:
            self.soonest = when
        return timer

    def run(self, now: float) -> None:
        """Fire all that are due."""
        for queue in list(self._queues.values()):
            while queue.due(now):
                fire = queue.shift()
                if fire is not None:
                    fire(now)
        self._look()

    def _look(self) -> None:
        self.soonest = inf
        for delay, queue in list(self._queues.items()):
            while queue.timers and queue.timers[0]._fire is None:
                queue.shift()
            if not queue.timers:
                del self._queues[delay]
            elif queue.timers[0].when < self.soonest:
                self.soonest = queue.timers[0].when

    def __len__(self) -> int:
        """How many are kept; cancelled ones go when they are many, or their queue comes to them."""
        return sum(len(queue.timers) for queue in self._queues.values())
