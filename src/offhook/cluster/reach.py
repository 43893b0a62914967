"""Which nodes reach a telephone system: one that has lost it gives it up, if another live node reaches it.

Whether NATS sees a node says nothing of the network between that node and its PBX. So each node tells the
others of which telephone systems it knows that it reaches them, or that it does not; of those that it cannot
try (the embedded switch is its own) it says nothing. What is made of it here is only *who should have* a
telephone system: that never two have it is the affair of `lease.py` and `ownership.py`, whatever is said
here.

A telephone system does not go back and forth:

- The owner gives it up only when it has been lost for `LOST_S`, for `TRIED_S` if it answers at least to who
  only knocks, and only to a node that says itself that it reaches it.
- Who has given it up does not say for `BARRED_S` that it reaches it, however well it does, and each time for
  twice as long.

No I/O. `now` is a steady clock's.
"""

from collections.abc import Collection
from dataclasses import dataclass

from offhook.cluster.roster import MAX_NODES

LOST_S = 5.0
"""A PBX that restarts, or a connection that breaks, is often back sooner, and the others would not reach it
either."""

TRIED_S = 20.0
"""An owner whose PBX answers to who knocks is about to log in again. If it has not by then, it will not."""

BEGIN_S = 20.0
"""So long a new owner may take to connect and to find the calls."""

KNOCKS = 2
"""So often in a row it has to answer, or not to answer, before that is told."""

FRESH_S = 4.0
"""What another node has told counts for so long; it is told every second."""

BARRED_S, MAX_BARRED_S = 60.0, 600.0

FREE_S = 3.0
"""Who has been waiting so long for somebody else to take what is free takes it: what nodes have heard of each
other may be different for a moment."""


@dataclass(slots=True)
class _Unit:
    told: bool | None = None
    """What is told of it; None: nothing yet."""
    row: int = 0
    """So often in a row the same was seen: it is reached, or if negative it is not."""
    owns: bool = False
    begins_until: float = 0.0
    """A new owner is not judged before."""
    lost_since: float | None = None
    knocks: bool = False
    barred_until: float = 0.0
    bar_s: float = BARRED_S
    free_since: float | None = None


class Reach:
    """What this node, `name`, knows of it."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._units: dict[str, _Unit] = {}
        self._told: dict[str, tuple[frozenset[str], frozenset[str], float]] = {}

    def on_seen(
        self, unit: str, now: float, *, owns: bool, works: bool, knocks: bool | None, row: int = KNOCKS
    ) -> None:
        """How it is here, to be told every second or two: does this node own it; does its driver work, if it
        owns it; does it answer to who only knocks (None: nobody has knocked)? It is told when it was so
        `row` times."""
        own = self._units.setdefault(unit, _Unit())
        seen = works if owns else knocks
        if seen is None:
            own.told, own.row = None, 0
        else:
            own.row = max(1, own.row + 1) if seen else min(-1, own.row - 1)
            own.told = seen if abs(own.row) >= row else own.told
        if owns and not own.owns:
            own.begins_until, own.row = now + BEGIN_S, 0
        elif own.owns and not owns and own.lost_since is not None:
            self._bar(own, now)
        own.owns, own.knocks = owns, bool(knocks)
        if owns and works:
            own.begins_until = now  # it has begun
        if not owns or works:
            own.lost_since = None
        elif own.lost_since is None and now >= own.begins_until:
            own.lost_since = now

    @staticmethod
    def _bar(own: _Unit, now: float) -> None:
        again = now < own.barred_until + MAX_BARRED_S and own.barred_until > 0
        own.bar_s = min(2 * own.bar_s, MAX_BARRED_S) if again else BARRED_S
        own.barred_until = now + own.bar_s

    def says(self, now: float) -> tuple[list[str], list[str]]:
        """What is told to the others: what this node reaches, and what it does not."""
        missed = [unit for unit in self._units if self._misses(unit, now)]
        known = [unit for unit, own in self._units.items() if own.told is not None or unit in missed]
        return [unit for unit in known if unit not in missed], missed

    def on_told(self, node: str, reaches: Collection[str], misses: Collection[str], now: float) -> None:
        """Another node has told how it is there."""
        if node != self._name:
            self._told[node] = (frozenset(reaches), frozenset(misses), now)
            while len(self._told) > MAX_NODES:
                del self._told[next(iter(self._told))]

    def lost(self, unit: str, now: float) -> bool:
        """Does this node own it, and would give it up to who reaches it?"""
        own = self._units.get(unit)
        if own is None or not own.owns or own.lost_since is None:
            return False
        return now >= own.lost_since + (TRIED_S if own.knocks else LOST_S)

    def able(self, unit: str, live: list[str], owner: str, now: float) -> list[str]:
        """The nodes of these that may have it, `owner` being who has it now; "": nobody. What is free goes to
        any of them if nobody is known to reach it, or if who should have it leaves it."""
        own = self._units.get(unit)
        if owner in live:
            if own is not None:
                own.free_since = None
            if owner != self._name:
                return live
            if self.lost(unit, now) and (others := [one for one in live if self._reaches(one, unit, now)]):
                return others
            return [one for one in live if one == owner or not self._is_missed_at(one, unit, now)]
        if own is None:
            return live
        if own.free_since is None:
            own.free_since = now
        able = [one for one in live if not self._is_missed_at(one, unit, now)]
        return able if able and now < own.free_since + FREE_S else live

    def is_missed_at(self, node: str, unit: str, now: float) -> bool:
        """Does another node say that it does not reach it?"""
        return node != self._name and self._is_missed_at(node, unit, now)

    def _misses(self, unit: str, now: float) -> bool:
        own = self._units.get(unit)
        return own is not None and (own.told is False or now < own.barred_until)

    def _reaches(self, node: str, unit: str, now: float) -> bool:
        reaches, _, at = self._told.get(node, _NOTHING)
        return unit in reaches and now < at + FRESH_S

    def _is_missed_at(self, node: str, unit: str, now: float) -> bool:
        if node == self._name:
            return self._misses(unit, now)
        _, misses, at = self._told.get(node, _NOTHING)
        return unit in misses and now < at + FRESH_S


_NOTHING: tuple[frozenset[str], frozenset[str], float] = (frozenset(), frozenset(), 0.0)
