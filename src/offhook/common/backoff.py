"""How long a client waits between its attempts to connect. No I/O."""

import random
from collections.abc import Callable

FIRST_S = 0.2
MAX_S = 20.0
FACTOR = 2.0

REFUSED_S = 30.0
"""After a refused login: a password does not become right by trying, and each attempt costs the server."""


class Backoff:
    """Exponential, with jitter over the upper half, so that clients do not come back in step."""

    def __init__(self, chance: Callable[[], float] = random.random) -> None:
        self._chance = chance
        self._limit = FIRST_S

    def next(self) -> float:
        """Seconds to wait before the next attempt: between a half and the whole of the present limit."""
        wait = self._limit * (0.5 + 0.5 * self._chance())
        self._limit = min(self._limit * FACTOR, MAX_S)
        return wait

    def reset(self) -> None:
        """A session came up: the next break is a new one."""
        self._limit = FIRST_S
