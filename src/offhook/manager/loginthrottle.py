"""Slows down those who try passwords, without sockets or a clock of its own.

Failures are counted three times, since each count alone can be got round or turned against somebody else:

- by address and user name: who guesses at one account from one place;
- by address, all names together: who tries one password at many accounts;
- by user name, all addresses together: who guesses at one account from many places.

A user who has logged in from an address before is known there, and waits for failures of that very pair
alone: whatever others do, at the same address (behind one router or proxy) or elsewhere, does not keep that
user out.
"""

from collections.abc import Hashable, Iterable

from offhook.common.network import Places
from offhook.common.throttle import Delays, KnownPlaces

FREE_FAILURES = 3
"""A person mistypes; from the next failure on it takes time."""

FREE_FAILURES_HERE = 30
"""The same for all names at one address: an office behind one router or proxy mistypes more often."""

FREE_FAILURES_AT_USER = 30
"""The same for one name from all addresses where it is not known."""

FIRST_DELAY_S = 1.0
MAX_DELAY_S = 30.0
MAX_DELAY_AT_USER_S = 4.0
"""Less, as the failures may all be others': 21,600 guesses a day at most, and the user gets in elsewhere."""

MAX_WAIT_S = 8.0
"""The longest that a login waits; one that had to wait longer is refused at once, and takes no place."""

FORGET_S = 600.0
MAX_SOURCES = 4096
"""Keys that are remembered in each count, the latest ones: some 1 MiB."""

MAX_KNOWN = 20_000
"""Pairs of place and user that are known, the latest ones: as many as are kept in the file. Some 4 MiB."""


class LoginThrottle:
    """Counts failed logins and says how long the next one has to wait. Times are any seconds.

    An IPv6 source is its /64. `known` are pairs of a place and a user that logged in before.
    """

    def __init__(self, known: Iterable[tuple[str, str]] = (), places: Places | None = None) -> None:
        self._at = _delays(FREE_FAILURES, MAX_DELAY_S)
        self._here = _delays(FREE_FAILURES_HERE, MAX_DELAY_S)
        self._user = _delays(FREE_FAILURES_AT_USER, MAX_DELAY_AT_USER_S)
        self._known = KnownPlaces(places, most=MAX_KNOWN)
        self._known.add_all(known)

    def place(self, source: str) -> str:
        """By what the source is counted."""
        return self._known.of(source)

    def known(self, source: str, user: str) -> bool:
        """Has this user logged in from there?"""
        return self._known.knows(source, user)

    def wait(self, source: str, user: str, now: float) -> float:
        """Seconds before this login may be tried; more than `MAX_WAIT_S`: it is to be refused.

        Each other answer reserves its place, so that many connections at once are no faster than one.
        """
        turns = [(counter, key, counter.turn(key, now)) for counter, key in self._counts(source, user)]
        latest = max(turn for _, _, turn in turns)
        if latest - now <= MAX_WAIT_S:
            for counter, key, turn in turns:
                if turn > now:
                    counter.reserve(key, latest, now)
        return latest - now

    def failed(self, source: str, user: str, now: float) -> None:
        """A login from there was refused."""
        for counter, key in self._counts(source, user):
            counter.failed(key, now)

    def succeeded(self, source: str, user: str) -> bool:
        """A login from there was good: the user is known there from now on. Is that new?"""
        self._at.forget((self._known.of(source), user))
        return self._known.add(source, user)

    def _counts(self, source: str, user: str) -> list[tuple[Delays, Hashable]]:
        here = self._known.of(source)
        if self._known.knows(source, user):
            return [(self._at, (here, user))]
        return [(self._at, (here, user)), (self._here, here), (self._user, user)]


def _delays(free: int, most_s: float) -> Delays:
    return Delays(free=free, first_s=FIRST_DELAY_S, most_s=most_s, keys=MAX_SOURCES, forget_s=FORGET_S)
