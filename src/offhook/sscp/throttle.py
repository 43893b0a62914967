"""Slows down those who try passwords: per source address, without sockets or a clock of its own."""

from collections import OrderedDict
from dataclasses import dataclass

from offhook.hosts import network

FREE_FAILURES = 3
"""A person mistypes; from the next failure on it takes time."""

FIRST_DELAY_S = 1.0
MAX_DELAY_S = 30.0
MAX_WAIT_S = 8.0
"""The longest that a login waits; one that had to wait longer is refused at once, and takes no place."""

FORGET_S = 600.0
MAX_SOURCES = 4096
"""Sources that are remembered, the latest ones: some 1 MiB."""


@dataclass
class _Source:
    failures: int
    last: float
    free_at: float = 0.0


class LoginThrottle:
    """Counts failed logins by source and says how long the next one has to wait. Times are any seconds.

    An IPv6 source is its /64. A user who has logged in from a source before is counted apart from it:
    others who guess there, be it at the same address behind a router, do not keep that user out.
    """

    def __init__(self) -> None:
        self._sources: OrderedDict[tuple[str, str], _Source] = OrderedDict()
        self._known: OrderedDict[tuple[str, str], None] = OrderedDict()

    def known(self, source: str, user: str) -> bool:
        """Has this user logged in from there?"""
        return (network(source), user) in self._known

    def wait(self, source: str, user: str, now: float) -> float:
        """Seconds before this login may be tried; more than `MAX_WAIT_S`: it is to be refused.

        Each other answer reserves its place, so that many connections at once are no faster than one.
        """
        known = self._sources.get(self._key(source, user))
        if known is None or now - known.last > FORGET_S or known.failures < FREE_FAILURES:
            return 0.0
        delay = min(FIRST_DELAY_S * 2 ** (known.failures - FREE_FAILURES), MAX_DELAY_S)
        # The first after a pause longer than its delay has paid for it already.
        waiting = known.free_at > now
        free_at: float = known.free_at + delay if waiting else max(known.last + delay, now)
        if free_at - now <= MAX_WAIT_S:
            known.free_at = free_at
        return free_at - now

    def failed(self, source: str, user: str, now: float) -> None:
        """A login from there was refused."""
        key = self._key(source, user)
        known = self._sources.pop(key, None)
        if known is None or now - known.last > FORGET_S:
            known = _Source(0, now)
        known.failures = min(known.failures + 1, 64)
        known.last = now
        self._sources[key] = known
        if len(self._sources) > MAX_SOURCES:
            self._sources.popitem(last=False)

    def succeeded(self, source: str, user: str) -> None:
        """A login from there was good: this user is known there from now on."""
        key = (network(source), user)
        self._sources.pop(key, None)
        self._known[key] = None
        self._known.move_to_end(key)
        if len(self._known) > MAX_SOURCES:
            self._known.popitem(last=False)

    def _key(self, source: str, user: str) -> tuple[str, str]:
        return (network(source), user if self.known(source, user) else "")
