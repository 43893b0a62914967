"""Slows down those who guess phones' passwords. No I/O, no clock.

Failures are counted by host, all names together, and by terminal, all hosts together: one is for who tries
much from one place, the other for who has many places. A phone that has registered from a host is known
there, and is counted by itself: neither guesses at its own address nor at its own password keep it out.
"""

from __future__ import annotations

import sys
from collections import OrderedDict
from collections.abc import Container, Iterable
from dataclasses import dataclass

from offhook.common.network import Places

FREE = 10.0
"""Failures at once at a host: a rack of phones that were given a wrong password."""

EVERY_S = 10.0
"""After them one failure is forgiven in so many seconds: 8,640 guesses a day."""

FREE_AT_TERMINAL = 20.0
"""Failures at once at a terminal, from wherever it is not known: some phones with its old password."""

AT_TERMINAL_EVERY_S = 60.0
"""After them one in so many seconds: 1,440 guesses a day, from however many hosts; all numbers of four digits
take a week. Slower would keep out a phone at a new place for longer, for as long as somebody guesses."""

MAX_PLACES = 8192
"""Hosts, and phones at hosts, whose failures are remembered, the latest ones."""

MAX_PLACES_OF_ONE = 16
"""Hosts where one terminal is known, the latest ones: a phone that moves about."""

NAMES = 4096
"""Names that are no terminal share so many counts, so that they are answered like one."""

Place = tuple[str, str]


@dataclass(slots=True)
class _Level:
    failures: float
    at: float


class _Leaking:
    """Failures by key, leaking away."""

    def __init__(self, free: float, every_s: float, limit: int) -> None:
        self._free, self._every_s, self._limit = free, every_s, limit
        self._levels: OrderedDict[object, _Level] = OrderedDict()

    def wait(self, key: object, now: float) -> int:
        level = self._levels.get(key)
        if level is None:
            return 0
        over = self._left(level, now) + 1 - self._free
        return 0 if over <= 0 else int(over * self._every_s) + 1

    def failed(self, key: object, now: float) -> None:
        level = self._levels.pop(key, None) or _Level(0.0, now)
        self._levels[key] = _Level(self._left(level, now) + 1, now)
        if len(self._levels) > self._limit:
            self._levels.popitem(last=False)

    def forget(self, key: object) -> None:
        self._levels.pop(key, None)

    def _left(self, level: _Level, now: float) -> float:
        return max(0.0, level.failures - (now - level.at) / self._every_s)


class Guesses:
    """Who has to wait, at these terminals. Times are seconds of one clock."""

    def __init__(self, terminals: Container[str] = (), places: Places | None = None) -> None:
        self._terminals, self._places = terminals, places or Places()
        self._hosts = _Leaking(FREE, EVERY_S, MAX_PLACES)
        self._known = _Leaking(FREE, EVERY_S, MAX_PLACES)
        # As many keys as there are terminals, and `NAMES`: what is guessed at must not be forgotten.
        self._names = _Leaking(FREE_AT_TERMINAL, AT_TERMINAL_EVERY_S, sys.maxsize)
        self._good: dict[str, OrderedDict[str, None]] = {}

    def wait(self, host: str, user: str, now: float) -> int:
        """Seconds until credentials from there are looked at again; 0: they are now."""
        place = self._places.of(host)
        if place in self._good.get(user, ()):
            return self._known.wait((place, user), now)
        return max(self._hosts.wait(place, now), self._names.wait(self._name(user), now))

    def failed(self, host: str, user: str, now: float) -> None:
        """Wrong credentials from there."""
        place = self._places.of(host)
        if place in self._good.get(user, ()):
            self._known.failed((place, user), now)
        else:
            self._hosts.failed(place, now)
            self._names.failed(self._name(user), now)

    def succeeded(self, host: str, user: str) -> None:
        """That phone is there, and has the right password."""
        place = self._places.of(host)
        self._known.forget((place, user))
        good = self._good.setdefault(user, OrderedDict())
        good[place] = None
        good.move_to_end(place)
        if len(good) > MAX_PLACES_OF_ONE:
            good.popitem(last=False)

    @property
    def known(self) -> list[Place]:
        """Hosts and the terminals that are known there."""
        return [(place, user) for user, places in self._good.items() for place in places]

    def remember(self, known: Iterable[Place]) -> None:
        """What was known before a restart."""
        for place, user in known:
            if user in self._terminals:
                self.succeeded(place, user)

    def _name(self, user: str) -> object:
        return user if user in self._terminals else hash(user) % NAMES
