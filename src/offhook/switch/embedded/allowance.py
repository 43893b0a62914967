"""Rate limits of one registered phone, so that none keeps the others waiting. No I/O, no clock."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

RETRY_AFTER_S = 5
"""When a phone that was refused for this may ask again."""


@dataclass(frozen=True, slots=True)
class Rate:
    """So many a second in the long run, and `burst` at once."""

    a_second: float
    burst: float


RATES: Mapping[str, Rate] = {
    # Eight phones of a terminal that restart together, some times. Each change is told to everybody.
    "REGISTER": Rate(1.0, 60.0),
    # A PBX behind one account, 72,000 calls an hour. Each is a row in the call log.
    "INVITE": Rate(20.0, 200.0),
    # Eight phones of a terminal that restart together, each with fifty keys, and the challenge for each.
    "SUBSCRIBE": Rate(20.0, 900.0),
    # All calls of the terminal together: re-INVITE, INFO for a digit, UPDATE. The other phone gets them too.
    "in a call": Rate(50.0, 200.0),
    # A number of some hundred desks, all of them called at once.
    "INVITE by a trunk": Rate(20.0, 200.0),
    # All calls of all trunks at a provider: some hundreds at once, each with a re-INVITE now and then.
    "in a call by a trunk": Rate(200.0, 1000.0),
}

ALWAYS = frozenset({"ACK", "BYE", "CANCEL"})
"""These end or complete something, and are never refused."""


@dataclass(slots=True)
class _Bucket:
    left: float
    at: float


class Allowance:
    """What each terminal has left. Times are seconds of one clock."""

    def __init__(self) -> None:
        self._buckets: dict[tuple[str, str], _Bucket] = {}

    def take(self, terminal: str, kind: str, now: float) -> bool:
        """May it send one more request of this kind (of `RATES`)? Only for terminals that are configured."""
        rate = RATES[kind]
        bucket = self._buckets.setdefault((terminal, kind), _Bucket(rate.burst, now))
        bucket.left = min(rate.burst, bucket.left + (now - bucket.at) * rate.a_second)
        bucket.at = now
        if bucket.left < 1:
            return False
        bucket.left -= 1
        return True
