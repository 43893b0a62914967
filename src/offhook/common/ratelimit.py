"""Rate limits that delay instead of dropping (token buckets). No I/O, no clock."""

REST_S = 0.05
"""The shortest wait once the bucket is empty, so that users of one bucket proceed in batches."""


class RateLimit:
    """A token bucket: `burst` units at once, refilled with `rate` units a
    second. Times are in seconds of any clock."""

    __slots__ = ("_at", "_burst", "_rate", "_room")

    def __init__(self, rate: float, burst: float) -> None:
        self._rate, self._burst = rate, burst
        self._room, self._at = burst, 0.0

    def spend(self, units: float, now: float) -> None:
        """Take units; if there are too few, the debt lengthens the next `wait`."""
        self._refill(now)
        self._room -= units

    def wait(self, now: float) -> float:
        """Seconds until there are units again, for more than one user; 0 if there are now."""
        self._refill(now)
        if self._room > 0:
            return 0.0
        return (min(self._burst, max(1.0, REST_S * self._rate)) - self._room) / self._rate

    def full(self, now: float) -> bool:
        """Is the bucket full, like a new one?"""
        self._refill(now)
        return self._room >= self._burst

    def _refill(self, now: float) -> None:
        self._room = min(self._burst, self._room + max(0.0, now - self._at) * self._rate)
        self._at = max(self._at, now)


class RateLimits:
    """A `RateLimit` for each key, such as a user or a host. Full ones are removed."""

    def __init__(self, rate: float, burst: float) -> None:
        self._rate, self._burst = rate, burst
        self._limits: dict[str, RateLimit] = {}
        self._sweep_at = SWEEP

    def of(self, key: str, now: float) -> RateLimit:
        """The limit of this key."""
        limit = self._limits.get(key)
        if limit is None:
            if len(self._limits) >= self._sweep_at:
                self._limits = {one: limit for one, limit in self._limits.items() if not limit.full(now)}
                self._sweep_at = max(SWEEP, 2 * len(self._limits))
            limit = self._limits[key] = RateLimit(self._rate, self._burst)
            limit.full(now)
        return limit

    def __len__(self) -> int:
        return len(self._limits)


SWEEP = 1024
"""With more limits than this, full ones are removed: some 200 KiB."""
