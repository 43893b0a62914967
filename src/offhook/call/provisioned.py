"""Phones that fetch their configuration, as an administrator sees them and gives orders about them."""

from dataclasses import dataclass, field
from enum import Enum


class PhoneAction(Enum):
    """What an administrator does about such a phone."""

    ADD = "add"
    OPEN = "open"
    """Let it in: who first asks for its files by its MAC address is told its password."""
    SHOW = "show"
    """Let it in by its secret address alone, and tell that."""
    CLOSE = "close"
    REBOOT = "reboot"
    RESYNC = "resync"
    """Have it fetch its files without starting anew, if it can."""
    REMOVE = "remove"


@dataclass(frozen=True, slots=True)
class PhoneOrder:
    """`mac` as people write it. `model` and `terminal` are for a phone that is added.

    `seconds`: for how long it is let in; 0 is not at all for one that is added, else the usual time.
    """

    action: PhoneAction
    mac: str
    model: str = ""
    terminal: str = ""
    seconds: int = 0


@dataclass(frozen=True, slots=True)
class PhoneState:
    """One phone. Times are seconds since the epoch, None for never; `mac` has 12 lower-case digits.

    It is let in until `open_until`, with `path_only` by its secret address alone. It has `fetched` its files
    last then, `source` is from where, and `registered` when it last logged in with the password in them. A
    `stranger` has asked for its files as well, at `stranger_at`; while `password_waits` it has not fetched
    the new one that it gets for that.
    """

    mac: str
    model: str
    terminal: str
    open_until: float | None = None
    path_only: bool = False
    fetched: float | None = None
    source: str = ""
    user_agent: str = ""
    registered: float | None = None
    stranger: str = ""
    stranger_at: float | None = None
    password_waits: bool = False


@dataclass(frozen=True, slots=True)
class PhoneList:
    """Phones by MAC address, and the MAC addresses of those that cannot be read: to be removed, and added
    anew. `watched`: who asked is told when anything of it changes."""

    phones: tuple[PhoneState, ...] = ()
    unreadable: tuple[str, ...] = ()
    watched: bool = False


@dataclass(frozen=True, slots=True)
class PhoneVendor:
    """A vendor, and the models that there are templates for."""

    vendor: str
    models: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PhoneDone:
    """The phone after an order. `address` is its secret one, where that was asked for."""

    phone: PhoneState
    address: str = field(default="", repr=False)
