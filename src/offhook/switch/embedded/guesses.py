"""Slows down those who guess phones' passwords, by where they come from. No I/O, no clock.

A phone that has registered from a host is counted apart from the host: another phone there with a wrong
password, or somebody who guesses there, does not keep it out.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass

from offhook.hosts import network

FREE = 10.0
"""Failures at once: a rack of phones that were given a wrong password."""

EVERY_S = 10.0
"""After them one failure is forgiven in so many seconds: 8,640 guesses a day."""

MAX_PLACES = 8192
"""Hosts, and phones at hosts, that are remembered, the latest ones."""

Place = tuple[str, str]


@dataclass(slots=True)
class _Level:
    failures: float
    at: float


class Guesses:
    """Failures by place, leaking away. Times are seconds of one clock."""

    def __init__(self) -> None:
        self._levels: OrderedDict[Place, _Level] = OrderedDict()
        self._good: OrderedDict[Place, None] = OrderedDict()

    def wait(self, host: str, user: str, now: float) -> int:
        """Seconds until credentials from there are looked at again; 0: they are now."""
        place = self._place(host, user)
        level = self._levels.get(place)
        if level is None:
            return 0
        over = self._failures(level, now) + 1 - FREE
        return 0 if over <= 0 else int(over * EVERY_S) + 1

    def failed(self, host: str, user: str, now: float) -> None:
        """Wrong credentials from there."""
        place = self._place(host, user)
        level = self._levels.pop(place, None) or _Level(0.0, now)
        self._levels[place] = _Level(self._failures(level, now) + 1, now)
        if len(self._levels) > MAX_PLACES:
            self._levels.popitem(last=False)

    def succeeded(self, host: str, user: str) -> None:
        """That phone is there, and has the right password."""
        place = (network(host), user)
        self._levels.pop(place, None)
        self._good[place] = None
        self._good.move_to_end(place)
        if len(self._good) > MAX_PLACES:
            self._good.popitem(last=False)

    @staticmethod
    def _failures(level: _Level, now: float) -> float:
        return max(0.0, level.failures - (now - level.at) / EVERY_S)

    def _place(self, host: str, user: str) -> Place:
        place = (network(host), user)
        return place if place in self._good else (place[0], "")
