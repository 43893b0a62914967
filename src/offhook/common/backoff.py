"""The delay of a client between its attempts to connect. No I/O."""

import random
from collections.abc import Callable

FIRST_S = 0.2
MAX_S = 20.0
FACTOR = 2.0

REFUSED_S = 30.0
"""The delay after a refused login: trying again does not help, and each attempt costs the server a hash."""


class Backoff:
    """Exponential backoff with jitter over the upper half, so that clients do not return all at once."""

    def __init__(self, chance: Callable[[], float] = random.random) -> None:
        self._chance = chance
        self._limit = FIRST_S

    def next(self) -> float:
        """Seconds before the next attempt: between half of the current limit and all of it."""
        wait = self._limit * (0.5 + 0.5 * self._chance())
        self._limit = min(self._limit * FACTOR, MAX_S)
        return wait

    def reset(self) -> None:
        """A session was established: begin with the shortest delay again."""
        self._limit = FIRST_S
