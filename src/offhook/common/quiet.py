"""Moments in which the event loop has nothing to do, for threads with work that can wait for one.

A thread takes the interpreter's lock from the loop again and again, and the processor's caches, and where
there are few processors one of them: what is done for a call meanwhile takes twice as long. So it works a
little at a time: who begins a call in such a moment waits for one piece at most.
"""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from itertools import islice
from math import inf
from threading import Event
from time import monotonic
from typing import TypeVar

T = TypeVar("T")

QUIET_S = 0.001
"""So long nothing has come, and nothing is due. What is still to come of a call comes sooner than that, or
when a phone or somebody has thought."""

waiting: list[Event] = []
"""Threads that wait for such a moment. One is woken in each (`tell`): two would be in the loop's way."""

resting_since = inf
"""Set by the event loop (`garbage`): when it went to sleep, with nothing due for `QUIET_S`; infinite while it
does something."""


def tell() -> None:
    """For the event loop: this is such a moment."""
    with suppress(IndexError):  # it has just gone on by itself
        waiting.pop(0).set()


class Pace:
    """For one job of a thread, which waits for `most_s` in all."""

    def __init__(self, most_s: float) -> None:
        self._left = most_s

    def moment(self) -> bool:
        """To be called before each small piece of the job: waits until the event loop rests. False: the time
        is over, so the rest is done as it goes fastest."""
        while self._left > 0:
            begun = monotonic()
            told = Event()
            waiting.append(told)  # before it looks: the loop looks here once it has begun to rest
            rested = begun - resting_since
            if rested < QUIET_S:
                told.wait(min(self._left, QUIET_S - rested if rested >= 0 else self._left))
                self._left -= monotonic() - begun
            with suppress(ValueError):  # it has been told
                waiting.remove(told)
            if monotonic() - resting_since >= QUIET_S:
                return True
        return False

    def pieces(self, items: Iterable[T], small: int, large: int) -> Iterator[list[T]]:
        """The items, `small` at a time, each when the event loop rests; `large` once the time is over."""
        left = iter(items)
        while some := list(islice(left, small)):
            if not self.moment():
                some += islice(left, large - small)
            yield some


AT_ONCE = Pace(0.0)
"""For a job that somebody waits for."""
