"""Slows down those who try passwords, without sockets or a clock of its own.

Failures are counted three times, since each count alone can be got round or turned against somebody else:

- by address and user name: who guesses at one account from one place;
- by address, all names together: who tries one password at many accounts;
- by user name, all addresses together: who guesses at one account from many places.

A user who has logged in from an address before is known there, and waits for failures of that very pair
alone: whatever others do, at the same address (behind one router or proxy) or elsewhere, does not keep that
user out.
"""

from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass

from offhook.common.network import Places

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


@dataclass
class _Failures:
    count: int
    last: float
    free_at: float = 0.0


class _Counter:
    """Failures by some key, and the waits that follow from them."""

    def __init__(self, free: int, max_delay_s: float) -> None:
        self._free, self._max_delay_s = free, max_delay_s
        self._failures: OrderedDict[tuple[str, ...], _Failures] = OrderedDict()

    def turn(self, key: tuple[str, ...], now: float) -> float:
        """When the next login may be tried."""
        found = self._failures.get(key)
        if found is None or now - found.last > FORGET_S or found.count < self._free:
            return now
        delay = min(FIRST_DELAY_S * 2 ** min(found.count - self._free, 16), self._max_delay_s)
        # The first after a pause longer than its delay has paid for it already.
        waiting = found.free_at > now
        turn: float = found.free_at + delay if waiting else max(found.last + delay, now)
        return turn

    def reserve(self, key: tuple[str, ...], turn: float, now: float) -> None:
        """One will be tried then."""
        if turn > now:
            self._failures[key].free_at = turn

    def failed(self, key: tuple[str, ...], now: float) -> None:
        found = self._failures.pop(key, None)
        if found is None or now - found.last > FORGET_S:
            found = _Failures(0, now)
        found.count += 1
        found.last = now
        self._failures[key] = found
        if len(self._failures) > MAX_SOURCES:
            self._failures.popitem(last=False)

    def forget(self, key: tuple[str, ...]) -> None:
        self._failures.pop(key, None)


class LoginThrottle:
    """Counts failed logins and says how long the next one has to wait. Times are any seconds.

    An IPv6 source is its /64. `known` are pairs of a place and a user that logged in before.
    """

    def __init__(self, known: Iterable[tuple[str, str]] = (), places: Places | None = None) -> None:
        self._places = places or Places()
        self._at = _Counter(FREE_FAILURES, MAX_DELAY_S)
        self._here = _Counter(FREE_FAILURES_HERE, MAX_DELAY_S)
        self._user = _Counter(FREE_FAILURES_AT_USER, MAX_DELAY_AT_USER_S)
        self._known: OrderedDict[tuple[str, str], None] = OrderedDict.fromkeys(known)

    def place(self, source: str) -> str:
        """By what the source is counted."""
        return self._places.of(source)

    def known(self, source: str, user: str) -> bool:
        """Has this user logged in from there?"""
        return (self._places.of(source), user) in self._known

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
        place = (self._places.of(source), user)
        new = place not in self._known
        self._at.forget(place)
        self._known[place] = None
        self._known.move_to_end(place)
        if len(self._known) > MAX_KNOWN:
            self._known.popitem(last=False)
        return new

    def _counts(self, source: str, user: str) -> list[tuple[_Counter, tuple[str, ...]]]:
        here = self._places.of(source)
        if (here, user) in self._known:
            return [(self._at, (here, user))]
        return [(self._at, (here, user)), (self._here, (here,)), (self._user, (user,))]
