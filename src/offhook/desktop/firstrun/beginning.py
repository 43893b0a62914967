"""What the first run needs of the program around it."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from enum import Enum

from offhook.call import Terminal
from offhook.desktop.trust import CertificateQuestion


class Outcome(Enum):
    """What was chosen in the wizard, and is done."""

    JOINED = "joined"
    MADE = "made"
    DEMO = "demo"


@dataclass(frozen=True, slots=True)
class Announced:
    """A Call Manager that announces itself on the network: an offer, which its certificate proves later."""

    name: str
    url: str


@dataclass(frozen=True, slots=True)
class Account:
    """A person at a Call Manager elsewhere."""

    url: str
    user: str
    password: str


@dataclass(frozen=True, slots=True)
class Site:
    """A telephone system of this computer's own, as it is typed; `host` is where phones reach it."""

    host: str
    port: int
    phones: str
    country: str = ""
    area: str = ""
    outside_prefix: str = ""


@dataclass(frozen=True, slots=True)
class PhoneSettings:
    """What is typed into a phone."""

    terminal: str
    name: str
    servers: Sequence[str]
    port: int
    password: str
    here_only: bool


@dataclass(frozen=True)
class Beginning:
    """`find` looks for Call Managers; `certificate` has what a person must confirm of one, None if nothing.

    `log_in` gives the phones that the account may use. `join` and `make` write the configuration. `example`
    is what would be dialled for a text. All raise `OffhookError`, with what is wrong and what to do.
    """

    find: Callable[[], Awaitable[Sequence[Announced]]]
    certificate: Callable[[str], Awaitable[CertificateQuestion | None]]
    log_in: Callable[[Account], Awaitable[Sequence[Terminal]]]
    join: Callable[[Account, str], None]
    addresses: Sequence[str]
    usual: Site
    example: Callable[[Site, str], str]
    make: Callable[[Site], None]
