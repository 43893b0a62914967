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


class Timer:
    """A timer that runs. `when` is its time."""

    __slots__ = ("_fire", "when")

    def __init__(self, when: float, fire: Fire) -> None:
        self.when = when
        self._fire: Fire | None = fire

    def cancel(self) -> None:
        """Never fire; lets go of the callback at once. No error when it has fired."""
        self._fire = None


class Timers:
    """All timers of a node. Times are seconds of one clock that does not go back.

    `soonest` is never later than the next timer (infinite for none): a cancelled timer may make it too early.
    """

    __slots__ = ("_queues", "soonest")

    def __init__(self) -> None:
        self.soonest = inf
        self._queues: dict[float, deque[Timer]] = {}

    def start(self, delay: float, now: float, fire: Fire) -> Timer:
        """Call `fire(now)` when `delay` has passed."""
        when = now + delay
        timer = Timer(when, fire)
        queue = self._queues.get(delay)
        if queue is None:
            queue = self._queues[delay] = deque()
        queue.append(timer)
        if when < self.soonest:
            self.soonest = when
        return timer

    def run(self, now: float) -> None:
        """Fire all that are due."""
        for queue in list(self._queues.values()):
            while queue and (queue[0]._fire is None or queue[0].when <= now):
                fire = queue.popleft()._fire
                if fire is not None:
                    fire(now)
        self._look()

    def _look(self) -> None:
        self.soonest = inf
        for delay, queue in list(self._queues.items()):
            while queue and queue[0]._fire is None:
                queue.popleft()
            if not queue:
                del self._queues[delay]
            elif queue[0].when < self.soonest:
                self.soonest = queue[0].when

    def __len__(self) -> int:
        """How many are kept; cancelled ones go when their queue comes to them."""
        return sum(map(len, self._queues.values()))
