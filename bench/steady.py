"""Begins calls at a steady rate."""

import asyncio
from collections.abc import AsyncIterator
from time import perf_counter

BEHIND = 1.5
"""No more calls are begun after so many times the time that they should take: it cannot keep up."""

OTHERS_EVERY = 8
"""Whoever is behind lets everything else of the event loop run after so many calls."""


async def at_rate(rate: float, seconds: float) -> AsyncIterator[int]:
    """A number for each call that is to begin now: 0, 1, 2 ..., `rate` a second."""
    start = perf_counter()
    for number in range(int(rate * seconds)):
        if perf_counter() - start > BEHIND * seconds:
            return
        ahead = start + number / rate - perf_counter()
        if ahead > 0:
            await asyncio.sleep(ahead)
        elif number % OTHERS_EVERY == 0:
            await asyncio.sleep(0)
        yield number
