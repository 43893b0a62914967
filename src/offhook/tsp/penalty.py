"""Slows down guessing of tokens: who logged in badly too often waits his turn. No I/O, no clock."""

from collections import OrderedDict
from dataclasses import dataclass

from offhook.common.network import network

MAX_BAD_LOGINS = 5
"""Bad Logins that end a connection, and from which on the address they came from is slowed down."""

MAX_ADDRESSES = 1024
"""Addresses remembered; the one that has been quiet for longest is forgotten first."""

FORGET_S = 600.0
"""An address without a bad Login for this long starts afresh."""

MAX_TURNS = 30
"""Logins of one address that may wait at a time; further ones are refused without a look at them."""


@dataclass(slots=True)
class _Record:
    bad: int
    last: float
    free: float
    """When the next Login from there may be looked at."""


class Penalties:
    """Bad Logins by address, an IPv6 one by its /64. Times are seconds of any monotonic clock."""

    def __init__(self, delay_s: float) -> None:
        self._delay = delay_s
        self._records: OrderedDict[str, _Record] = OrderedDict()

    def wait(self, address: str, now: float) -> float | None:
        """How long a Login from there has to wait: 0 for none, None when too many wait already.

        Whoever asks takes a turn, so that Logins side by side are no faster than one after the other.
        """
        record = self._records.get(key := network(address))
        if record is None:
            return 0.0
        if now - max(record.last, record.free) > FORGET_S:
            del self._records[key]
            return 0.0
        if record.bad < MAX_BAD_LOGINS:
            return 0.0
        turn = max(now, record.free) + self._delay
        if turn - now > MAX_TURNS * self._delay:
            return None
        record.free = turn
        return turn - now

    def bad_login(self, address: str, now: float) -> None:
        """A Login from there was bad."""
        key = network(address)
        record = self._records.setdefault(key, _Record(0, now, now))
        record.bad += 1
        record.last = now
        self._records.move_to_end(key)
        while len(self._records) > MAX_ADDRESSES:
            self._records.popitem(last=False)

    def __len__(self) -> int:
        return len(self._records)
