"""Phones that fetch their configuration from the Call Manager: what is kept of each."""

from dataclasses import dataclass, field

MAX_PHONES = 20_000
"""Phones of a site: two for each of its 10,000 users. All are kept in memory, some 20 MiB."""


SENT, DONE = "sent", "done"
"""Answers to an order: it is on its way, and the phone has taken it. Any other says why not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProvisionedPhone:
    """One phone. Times are seconds since the epoch, 0 for never."""

    mac: str
    """12 lower-case hexadecimal digits."""
    model: str
    terminal: str
    secret: str = field(repr=False)
    """Random. All that the phone is given is made of it: password, secret path, password of its web page."""
    generation: int = 1
    """Counts up when its password is made new."""
    renew: bool = False
    """Its password is made new when it next fetches its files: somebody else has asked for them."""
    window_until: float = 0
    """So long it is told its password by its MAC address alone, which an administrator has allowed."""
    path_only: bool = False
    """In its window it is told by its secret path, and not by its MAC address."""
    source: str = ""
    """From there it has fetched, and nobody else may; "" before."""
    fetched: float = 0
    user_agent: str = ""
    registered: float = 0
    """When it last logged in with a password that it has fetched."""
    stranger: str = ""
    """Who else has asked for its files, the latest one."""
    stranger_at: float = 0
    order: str = ""
    """What the Call Manager is to tell it now: "resync" or "reboot"."""
    answer: str = ""
    """What came of the last order; `SENT` while that is not known."""
