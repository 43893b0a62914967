"""Moments in which the event loop has nothing to do, for threads with work that can wait for one.

A thread takes the interpreter's lock from the loop again and again, and the processor's caches: what is done
for a call meanwhile takes half as long again.
"""

from contextlib import suppress
from threading import Event

QUIET_S = 0.005
"""So long nothing has come, and nothing is due. What is still to come of a call comes sooner than that, or
when somebody has thought."""

waiting: list[Event] = []
"""Set by the event loop (`garbage`) in such a moment."""


def wait(most_s: float) -> None:
    """For threads: return when the event loop has had nothing to do for a moment, or after `most_s`.

    One that sleeps all the time is not woken to tell: then it is after `most_s`.
    """
    moment = Event()
    waiting.append(moment)
    moment.wait(most_s)
    with suppress(ValueError):  # it has been told
        waiting.remove(moment)


def tell() -> None:
    """This is such a moment."""
    while waiting:
        waiting.pop().set()
