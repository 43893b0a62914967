"""What is worth telling of strangers who ask for a phone's files, and how often: one who asks for those of
every phone is some letters, and so are many of them."""

from collections.abc import Callable

from offhook.call.provisioned import PhoneState
from offhook.common.clock import Clock
from offhook.common.throttle import Buckets

STRANGER = "phone.stranger"

OF_ONE, OF_ALL = 5.0, 20.0
"""Letters about one host at once, and about all of them: whoever reads them has understood by then."""

EVERY_S = 300.0
"""How soon there is one more."""

MAX_HOSTS = 1024
"""Hosts whose letters are counted, the latest ones."""

ALL = ""


class PhoneNews:
    """Calls `tell` with the type of a letter and the phone, as often as is of use."""

    def __init__(self, tell: Callable[[str, PhoneState], None], clock: Clock) -> None:
        self._tell, self._clock = tell, clock
        self._of_one = Buckets(free=OF_ONE, every_s=EVERY_S, keys=MAX_HOSTS)
        self._of_all = Buckets(free=OF_ALL, every_s=EVERY_S, keys=1)

    def on_stranger(self, phone: PhoneState) -> None:
        """Someone other than the phone has asked for its files."""
        now = self._clock()
        if self._of_one.wait(phone.stranger, now) or self._of_all.wait(ALL, now):
            return
        self._of_one.failed(phone.stranger, now)
        self._of_all.failed(ALL, now)
        self._tell(STRANGER, phone)
