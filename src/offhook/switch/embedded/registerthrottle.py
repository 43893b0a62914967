"""Slows down those who guess phones' passwords. No I/O, no clock.

Failures are counted by host, all names together, and by terminal, all hosts together: one is for who tries
much from one place, the other for who has many places. A phone that has registered from a host is known
there, and is counted by itself: neither guesses at its own address nor at its own password keep it out.
"""

from __future__ import annotations

import sys
from collections.abc import Container, Hashable, Iterable

from offhook.common.network import RateLimitKeys
from offhook.common.throttle import Buckets, KnownPlaces, Place

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


class RegisterThrottle:
    """Who has to wait, at these terminals. Times are seconds of one clock."""

    def __init__(self, terminals: Container[str] = (), places: RateLimitKeys | None = None) -> None:
        self._terminals = terminals
        self._hosts = Buckets(free=FREE, every_s=EVERY_S, keys=MAX_PLACES)
        self._at_home = Buckets(free=FREE, every_s=EVERY_S, keys=MAX_PLACES)
        # As many keys as there are terminals, and `NAMES`: what is guessed at must not be forgotten.
        self._names = Buckets(free=FREE_AT_TERMINAL, every_s=AT_TERMINAL_EVERY_S, keys=sys.maxsize)
        # Registered phones only are known, and each at a few hosts.
        self._known = KnownPlaces(places, most=sys.maxsize, most_of_one=MAX_PLACES_OF_ONE)

    def wait(self, host: str, user: str, now: float) -> int:
        """Seconds until credentials from there are looked at again; 0: they are now."""
        place = self._known.of(host)
        if self._known.knows(host, user):
            return self._at_home.wait((place, user), now)
        return max(self._hosts.wait(place, now), self._names.wait(self._name(user), now))

    def failed(self, host: str, user: str, now: float) -> None:
        """Wrong credentials from there."""
        place = self._known.of(host)
        if self._known.knows(host, user):
            self._at_home.failed((place, user), now)
        else:
            self._hosts.failed(place, now)
            self._names.failed(self._name(user), now)

    def succeeded(self, host: str, user: str) -> None:
        """That phone is there, and has the right password."""
        self._at_home.forget((self._known.of(host), user))
        self._known.add(host, user)

    def held_up(self, now: float) -> int:
        """How many hosts, terminals, and terminals at a host, have to wait now."""
        return sum(counter.held_up(now) for counter in (self._hosts, self._at_home, self._names))

    @property
    def known(self) -> list[Place]:
        """Hosts and the terminals that are known there."""
        return list(self._known)

    def remember(self, known: Iterable[Place]) -> None:
        """What was known before a restart."""
        self._known.add_all((place, user) for place, user in known if user in self._terminals)

    def _name(self, user: str) -> Hashable:
        return user if user in self._terminals else hash(user) % NAMES
