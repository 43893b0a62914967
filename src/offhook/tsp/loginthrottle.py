"""Slows down guessing of tokens: an address from which too many bad Logins came waits its turn."""

from offhook.common.network import rate_limit_key
from offhook.common.throttle import Delays

MAX_BAD_LOGINS = 5
"""Bad Logins that end a connection, and from which on the address they came from is slowed down."""

MAX_ADDRESSES = 1024
"""Addresses remembered; the one that has been quiet for longest is forgotten first."""

FORGET_S = 600.0
"""An address without a bad Login for this long starts afresh."""

MAX_TURNS = 30
"""Logins of one address that may wait at a time; further ones are refused without a look at them."""


class LoginThrottle:
    """Bad Logins by address. Times are seconds of any monotonic clock."""

    def __init__(self, delay_s: float) -> None:
        self._delay_s = delay_s
        self._delays = Delays(
            free=MAX_BAD_LOGINS, first_s=delay_s, most_s=delay_s, keys=MAX_ADDRESSES, forget_s=FORGET_S
        )

    def wait(self, address: str, now: float) -> float | None:
        """How long a Login from there has to wait: 0 for none, None when too many wait already.

        Whoever asks takes a turn, so that Logins side by side are no faster than one after the other.
        """
        key = rate_limit_key(address)
        turn = self._delays.turn(key, now)
        if turn - now > MAX_TURNS * self._delay_s:
            return None
        self._delays.reserve(key, turn, now)
        return turn - now

    def bad_login(self, address: str, now: float) -> None:
        """A Login from there was bad."""
        self._delays.failed(rate_limit_key(address), now)

    def __len__(self) -> int:
        return len(self._delays)
