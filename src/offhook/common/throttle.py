"""Slows down who fails again and again to prove who they are: with passwords, tokens, phones' credentials.

Whatever is counted has a key: a host, a name, or both. Two ways to make the next attempt wait:

- `Delays`: after some failures each attempt waits, the longer the more there were; for people and programs,
  whose connection can be kept waiting.
- `Buckets`: failures leak away at a steady rate; with too many there is nothing but to come back later; for
  phones, which are told so at once.

Who has got in from a place before is known there (`KnownPlaces`), and is to be counted apart: then strangers
at the same place, or guesses from elsewhere, keep nobody out. No I/O, and no clock: times are seconds of one.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass

from offhook.common.network import Places

Place = tuple[str, str]
"""A rate-limit key of a host (`Places.of`) and a name that has got in from there."""


@dataclass(slots=True)
class _Failures:
    count: int
    last: float
    free_at: float = 0.0
    """The latest turn that was given away."""


class Delays:
    """After `free` failures with a key, each attempt with it has to wait.

    The wait begins with `first_s` and doubles with each failure up to `most_s`. A key without a failure for
    `forget_s` starts afresh. `keys` are remembered, the latest ones.
    """

    def __init__(
        self, *, free: int, first_s: float, most_s: float, keys: int, forget_s: float = 600.0
    ) -> None:
        self._free, self._first_s, self._most_s = free, first_s, most_s
        self._keys, self._forget_s = keys, forget_s
        self._failures: OrderedDict[Hashable, _Failures] = OrderedDict()

    def turn(self, key: Hashable, now: float) -> float:
        """When an attempt may be made: `now`, or later."""
        found = self._failures.get(key)
        if found is None:
            return now
        if now - max(found.last, found.free_at) > self._forget_s:
            del self._failures[key]
            return now
        if found.count < self._free:
            return now
        delay = min(self._first_s * 2.0 ** min(found.count - self._free, 16), self._most_s)
        if found.free_at > now:
            return found.free_at + delay
        # The first after a pause longer than its delay has paid for it already.
        return max(found.last + delay, now)

    def reserve(self, key: Hashable, turn: float, now: float) -> None:
        """That attempt will be made: the next one waits for its own turn after it, side by side or not."""
        if turn > now and key in self._failures:
            self._failures[key].free_at = turn

    def failed(self, key: Hashable, now: float) -> None:
        """An attempt was wrong."""
        found = self._failures.pop(key, None)
        if found is None or now - max(found.last, found.free_at) > self._forget_s:
            found = _Failures(0, now)
        found.count += 1
        found.last = now
        self._failures[key] = found
        if len(self._failures) > self._keys:
            self._failures.popitem(last=False)

    def forget(self, key: Hashable) -> None:
        """An attempt was right."""
        self._failures.pop(key, None)

    def __len__(self) -> int:
        return len(self._failures)


@dataclass(slots=True)
class _Level:
    failures: float
    at: float


class Buckets:
    """A bucket for each key, filled by failures: `free` fit in, one leaks away every `every_s`.

    `keys` are remembered, the latest ones.
    """

    def __init__(self, *, free: float, every_s: float, keys: int) -> None:
        self._free, self._every_s, self._keys = free, every_s, keys
        self._levels: OrderedDict[Hashable, _Level] = OrderedDict()

    def wait(self, key: Hashable, now: float) -> int:
        """Whole seconds until there is room for another failure; 0: there is."""
        level = self._levels.get(key)
        if level is None:
            return 0
        over = self._left(level, now) + 1 - self._free
        return 0 if over <= 0 else int(over * self._every_s) + 1

    def failed(self, key: Hashable, now: float) -> None:
        """An attempt was wrong."""
        level = self._levels.pop(key, None) or _Level(0.0, now)
        self._levels[key] = _Level(self._left(level, now) + 1, now)
        if len(self._levels) > self._keys:
            self._levels.popitem(last=False)

    def forget(self, key: Hashable) -> None:
        """An attempt was right."""
        self._levels.pop(key, None)

    def _left(self, level: _Level, now: float) -> float:
        return max(0.0, level.failures - (now - level.at) / self._every_s)


class KnownPlaces:
    """Who has got in from where, the latest `most` of them, and the latest `most_of_one` of each name."""

    def __init__(self, places: Places | None = None, *, most: int, most_of_one: int | None = None) -> None:
        self._places = places or Places()
        self._most, self._most_of_one = most, most_of_one or most
        self._known: OrderedDict[Place, None] = OrderedDict()
        self._of_one: dict[str, OrderedDict[str, None]] = {}

    def of(self, host: str) -> str:
        """By what the host is counted."""
        return self._places.of(host)

    def knows(self, host: str, name: str) -> bool:
        """Has this one got in from there?"""
        return (self._places.of(host), name) in self._known

    def add(self, host: str, name: str) -> bool:
        """This one has got in from there. Is that new?"""
        place = self._places.of(host)
        new = (place, name) not in self._known
        self._known[place, name] = None
        self._known.move_to_end((place, name))
        own = self._of_one.setdefault(name, OrderedDict())
        own[place] = None
        own.move_to_end(place)
        if len(own) > self._most_of_one:
            self._drop((next(iter(own)), name))
        if len(self._known) > self._most:
            self._drop(next(iter(self._known)))
        return new

    def add_all(self, known: Iterable[Place]) -> None:
        """Those of before a restart, the latest last."""
        for place, name in known:
            self.add(place, name)

    def __iter__(self) -> Iterator[Place]:
        return iter(self._known)

    def _drop(self, known: Place) -> None:
        place, name = known
        del self._known[known]
        own = self._of_one[name]
        del own[place]
        if not own:
            del self._of_one[name]
