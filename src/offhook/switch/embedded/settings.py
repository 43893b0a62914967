"""What the embedded switch is told: its terminals, where to listen, how long phones may ring."""

from __future__ import annotations

from dataclasses import dataclass, field
from ipaddress import IPv6Network
from pathlib import Path
from typing import Literal

from offhook.sip.digest import ALGORITHMS
from offhook.sip.endpoint import Timing
from offhook.switch.embedded.allowance import MAX_CALLS_OF_ONE, MAX_DIALLED_OF_ONE

FromElsewhere = Literal["authenticate", "refuse"]


@dataclass(frozen=True, slots=True)
class SipTerminal:
    """A phone that may register: its extension (also its user name), the name to show, its password."""

    id: str
    name: str = ""
    password: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class EmbeddedSettings:
    """`listen` is (host, port) for UDP and TCP, `tls_listen` for TLS; times are seconds.

    `no_answer_s`: how long the called phone may ring; `terminal_answer_s`: the user's own phone.
    Registrations last as long as the phone asks for, within `min_expires` and `max_expires`; they are kept in
    the file `registrations`, if there is one, so that a restart does not lose them. `from_elsewhere`: what
    becomes of a request inside of a call that comes from where its phone is not known to be. In
    `local_networks` failures are counted by host (`hosts.Places`).
    """

    listen: tuple[str, int] = ("127.0.0.1", 5060)
    tls_listen: tuple[str, int] | None = None
    tls_certificate: Path | None = None
    tls_key: Path | None = None
    tls_client_ca: Path | None = None
    realm: str = "offhook"
    no_answer_s: float = 60.0
    terminal_answer_s: float = 30.0
    digest_algorithms: tuple[str, ...] = ALGORITHMS
    min_expires: int = 30
    max_expires: int = 3600
    max_calls: int = 10_000
    max_calls_of_one: int = MAX_CALLS_OF_ONE
    max_dialled_of_one: int = MAX_DIALLED_OF_ONE
    registrations: Path | None = None
    local_networks: tuple[IPv6Network, ...] = ()
    from_elsewhere: FromElsewhere = "authenticate"
    timing: Timing = field(default_factory=Timing)
