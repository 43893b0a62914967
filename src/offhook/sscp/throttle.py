"""Slows down those who try passwords: per source address, without sockets or a clock of its own."""

from collections import OrderedDict
from dataclasses import dataclass

FREE_FAILURES = 3
"""A person mistypes; from the next failure on it takes time."""

FIRST_DELAY_S = 1.0
MAX_DELAY_S = 30.0
FORGET_S = 600.0
MAX_SOURCES = 4096
"""Sources that are remembered, the latest ones: some 1 MiB."""


@dataclass
class _Source:
    failures: int
    last: float
    free_at: float = 0.0


class LoginThrottle:
    """Counts failed logins by source and says how long the next one has to wait. Times are any seconds."""

    def __init__(self) -> None:
        self._sources: OrderedDict[str, _Source] = OrderedDict()

    def wait(self, source: str, now: float) -> float:
        """Seconds before the source's login may be tried.

        Each answer reserves its place, so that many connections at once are no faster than one.
        """
        known = self._sources.get(source)
        if known is None or now - known.last > FORGET_S or known.failures < FREE_FAILURES:
            return 0.0
        delay = min(FIRST_DELAY_S * 2 ** (known.failures - FREE_FAILURES), MAX_DELAY_S)
        known.free_at = max(known.free_at, now) + delay
        return known.free_at - now

    def failed(self, source: str, now: float) -> None:
        """A login from there was refused."""
        known = self._sources.pop(source, None)
        if known is None or now - known.last > FORGET_S:
            known = _Source(0, now)
        known.failures = min(known.failures + 1, 64)
        known.last = now
        self._sources[source] = known
        if len(self._sources) > MAX_SOURCES:
            self._sources.popitem(last=False)

    def succeeded(self, source: str) -> None:
        """A login from there was good: whoever it is knows a password."""
        self._sources.pop(source, None)
