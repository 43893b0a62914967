"""Throttles failed authentication: of passwords, tokens, and the credentials of phones.

Failures are counted by a key: a host, a name, or both. There are two ways to delay the next attempt:

- `Delays`: after some failures each attempt is delayed, the longer the more there were; for people and
programs, whose connection can be kept waiting. - `Buckets`: failures leak away at a steady rate; when the
bucket is full the attempt is refused with a time to retry; for phones.

Who has logged in from a place before is known there (`KnownPlaces`) and should be counted separately: then
neither strangers at the same place nor guesses from elsewhere can lock anybody out. No I/O and no clock:
times are in seconds of any clock.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass

from offhook.common.network import RateLimitKeys

Place = tuple[str, str]
"""The rate-limit key of a host (`RateLimitKeys.of`), and a name that has logged in from there."""


@dataclass(slots=True)
class _Failures:
    count: int
    last: float
    free_at: float = 0.0
    """The latest time that has been reserved."""


class Delays:
    """After `free` failures of a key, each attempt with it is delayed.

    The delay begins with `first_s` and doubles with each failure up to `most_s`. A key without a failure for
    `forget_s` starts afresh. The latest `keys` keys are remembered.
    """

    def __init__(
        self, *, free: int, first_s: float, most_s: float, keys: int, forget_s: float = 600.0
    ) -> None:
        self._free, self._first_s, self._most_s = free, first_s, most_s
        self._keys, self._forget_s = keys, forget_s
        self._failures: OrderedDict[Hashable, _Failures] = OrderedDict()

    def turn(self, key: Hashable, now: float) -> float:
        """The time of the next possible attempt: `now` or later."""
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
        # The first attempt after a pause longer than the delay has waited already.
        return max(found.last + delay, now)

    def reserve(self, key: Hashable, turn: float, now: float) -> None:
        """Reserve the time of an attempt, so that parallel attempts get later ones."""
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

    def held_up(self, now: float) -> int:
        """How many keys have to wait now."""
        return sum(self.turn(key, now) > now for key in list(self._failures))

    def __len__(self) -> int:
        return len(self._failures)


@dataclass(slots=True)
class _Level:
    failures: float
    at: float


class Buckets:
    """A bucket for each key, filled by failures: `free` fit in, one leaks away every `every_s`.

    The latest `keys` keys are remembered.
    """

    def __init__(self, *, free: float, every_s: float, keys: int) -> None:
        self._free, self._every_s, self._keys = free, every_s, keys
        self._levels: OrderedDict[Hashable, _Level] = OrderedDict()

    def wait(self, key: Hashable, now: float) -> int:
        """Whole seconds until there is room for another failure; 0 if there is now."""
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

    def held_up(self, now: float) -> int:
        """How many keys have to wait now."""
        return sum(self.wait(key, now) > 0 for key in self._levels)

    def _left(self, level: _Level, now: float) -> float:
        return max(0.0, level.failures - (now - level.at) / self._every_s)


class KnownPlaces:
    """Who has logged in from where: the latest `most` pairs, and of each name the latest `most_of_one`."""

    def __init__(
        self, places: RateLimitKeys | None = None, *, most: int, most_of_one: int | None = None
    ) -> None:
        self._places = places or RateLimitKeys()
        self._most, self._most_of_one = most, most_of_one or most
        self._known: OrderedDict[Place, None] = OrderedDict()
        self._of_one: dict[str, OrderedDict[str, None]] = {}

    def of(self, host: str) -> str:
        """The rate-limit key of the host."""
        return self._places.of(host)

    def knows(self, host: str, name: str) -> bool:
        """Has this name logged in from this host?"""
        return (self._places.of(host), name) in self._known

    def add(self, host: str, name: str) -> bool:
        """Remember that this name has logged in from this host. True if that is new."""
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
        """Add pairs stored before a restart, latest last."""
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
