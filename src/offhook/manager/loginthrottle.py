"""Slows down password guessing. No sockets; the clock is passed in.

Failures are counted in three ways, because each alone can be evaded or turned against other users:

- by address and user name: guessing at one account from one place;
- by address: trying one password at many accounts;
- by user name: guessing at one account from many places.

A user who has logged in from an address before is known there: then only failures of this very pair count.
Whatever others do, at the same address (behind one router or proxy) or elsewhere, cannot lock that user out.
"""

from collections.abc import Hashable, Iterable

from offhook.common.network import RateLimitKeys
from offhook.common.throttle import Delays, KnownPlaces

FREE_FAILURES = 3
"""Failures without a delay: people mistype."""

FREE_FAILURES_HERE = 30
"""The same for one address with all its names: an office behind one router or proxy mistypes more often."""

FREE_FAILURES_AT_USER = 30
"""The same for one name at all addresses where it is not known."""

FIRST_DELAY_S = 1.0
MAX_DELAY_S = 30.0
MAX_DELAY_AT_USER_S = 4.0
"""Shorter, as all failures may be somebody else's: it allows 21,600
guesses a day and lets the user log in."""

MAX_WAIT_S = 8.0
"""The longest delay of a login. One that would have to wait longer is
refused at once and holds no resources."""

FORGET_S = 600.0
MAX_SOURCES = 4096
"""The latest keys that each count remembers: some 1 MiB."""

MAX_KNOWN = 20_000
"""The latest known pairs of place and user, as many as are stored: some 4 MiB."""


class LoginThrottle:
    """Counts failed logins and says how long the next one has to wait. Times are any seconds.

    An IPv6 source is its /64. `known` are pairs of a place and a user that logged in before.
    """

    def __init__(self, known: Iterable[tuple[str, str]] = (), places: RateLimitKeys | None = None) -> None:
        self._at = _delays(FREE_FAILURES, MAX_DELAY_S)
        self._here = _delays(FREE_FAILURES_HERE, MAX_DELAY_S)
        self._user = _delays(FREE_FAILURES_AT_USER, MAX_DELAY_AT_USER_S)
        self._known = KnownPlaces(places, most=MAX_KNOWN)
        self._known.add_all(known)

    def place(self, source: str) -> str:
        """The key by which the source is counted."""
        return self._known.of(source)

    def known(self, source: str, user: str) -> bool:
        """Has this user logged in from this address before?"""
        return self._known.knows(source, user)

    def wait(self, source: str, user: str, now: float) -> float:
        """Seconds that this login has to wait; above `MAX_WAIT_S` it has to be refused.

        A wait that is not refused is reserved, so that many connections at once are no faster than one.
        """
        turns = [(counter, key, counter.turn(key, now)) for counter, key in self._counts(source, user)]
        latest = max(turn for _, _, turn in turns)
        if latest - now <= MAX_WAIT_S:
            for counter, key, turn in turns:
                if turn > now:
                    counter.reserve(key, latest, now)
        return latest - now

    def failed(self, source: str, user: str, now: float) -> None:
        """Count a failed login."""
        for counter, key in self._counts(source, user):
            counter.failed(key, now)

    def succeeded(self, source: str, user: str) -> bool:
        """Count a successful login: the user is now known at this address. True if it was not before."""
        self._at.forget((self._known.of(source), user))
        return self._known.add(source, user)

    def held_up(self, now: float) -> int:
        """How many places, names, and names at a place, have to wait now."""
        return sum(counter.held_up(now) for counter in (self._at, self._here, self._user))

    def _counts(self, source: str, user: str) -> list[tuple[Delays, Hashable]]:
        here = self._known.of(source)
        if self._known.knows(source, user):
            return [(self._at, (here, user))]
        return [(self._at, (here, user)), (self._here, here), (self._user, user)]


def _delays(free: int, most_s: float) -> Delays:
    return Delays(free=free, first_s=FIRST_DELAY_S, most_s=most_s, keys=MAX_SOURCES, forget_s=FORGET_S)
