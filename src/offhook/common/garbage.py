"""When the garbage collector looks for cycles: while nothing else is to be done, and a little at a time.

Python looks at all objects that are new since the last time as soon as there are so and so many, whatever
is under way then: an INVITE that comes in waits. Calls leave no cycles, so mostly nothing is found; but some
200 objects a call stay for the half minute of its transactions (RFC 6026, timer M), and are looked at.

How many are new Python does not tell: it subtracts those that are freed, also what is older. From that half
minute on they are as many as those that come.
"""

from __future__ import annotations

import asyncio
import gc
import selectors
import sys
from math import inf
from time import monotonic
from typing import TYPE_CHECKING, Any

from offhook.common import quiet

PIECE = 250
"""With so many new objects more than have gone they are looked at as soon as there is a moment for it. That
takes a tenth of a millisecond: what comes just then waits for so long."""

TURNS = 25
"""So are they after so many turns of the event loop, each of which leaves ten, however many have gone."""

QUIET_S = 0.001
"""Such a moment: so long nothing has come, and nothing is due. What is still to come of a call comes at once,
or when a phone has thought."""

ROUNDS, LONG_QUIET_S = 800, 1.0
"""After so many pieces all objects are looked at, when nothing has come for so long: it may take a tenth of a
second."""

ROUNDS_AT_MOST = 20_000
"""After so many it waits for a short moment only: what is kept in vain is bounded."""

AT_ONCE = 25_000
"""So many new objects are looked at without waiting; every other time those of before as well."""


def tune_gc() -> None:
    """For a process that stays. What there is now is never looked at again; to be called before it starts, so
    that nothing is looked at meanwhile, and when all is there.

    It needs the event loop of `common.eventloop`.
    """
    gc.freeze()
    gc.set_threshold(AT_ONCE, 0, ROUNDS_AT_MOST)


if TYPE_CHECKING:
    _Base = selectors.DefaultSelector
else:
    _Base = object


class _Collecting(_Base):
    """Collects garbage before the event loop sleeps for long; only after `tune_gc`.

    Before that it lets threads work that wait for such a moment (`quiet`).
    """

    turns = 0
    """Since it has collected."""

    def select(self, timeout: Any = None) -> Any:
        if timeout is not None and timeout <= quiet.QUIET_S:
            self.turns += 1
            return super().select(timeout)
        quiet.resting_since = monotonic()
        try:
            if quiet.waiting:
                return self._select_and_tell(timeout)
            return self._select_and_collect(timeout)
        finally:
            quiet.resting_since = inf

    def _select_and_tell(self, timeout: float | None) -> Any:
        if ready := super().select(quiet.QUIET_S):
            return ready
        quiet.tell()
        return super().select(None if timeout is None else timeout - quiet.QUIET_S)

    def _select_and_collect(self, timeout: float | None) -> Any:
        self.turns += 1
        new, _, rounds = gc.get_count()
        a_piece = new > PIECE or self.turns > TURNS
        if not (a_piece or rounds > ROUNDS) or gc.get_threshold()[0] != AT_ONCE:
            return super().select(timeout)
        at_once = a_piece or rounds > ROUNDS_AT_MOST
        quiet_s = QUIET_S if at_once else LONG_QUIET_S
        if (timeout is not None and timeout <= quiet_s) or not gc.isenabled():
            return super().select(timeout)
        ready = super().select(quiet_s)
        if not ready:
            self.turns = 0
            gc.collect(1 if at_once and rounds <= ROUNDS_AT_MOST else 2)
        return ready  # where there is nothing, the loop asks again


if sys.platform == "win32":

    class CollectingProactor(_Collecting, asyncio.IocpProactor):
        """What the event loop waits with on Windows."""

else:

    class CollectingSelector(_Collecting, selectors.DefaultSelector):
        """What the event loop waits with."""
