"""What the driver for any SIP PBX is told: the PBX, the users' accounts there, how to behave."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from offhook.sip.endpoint import Timing
from offhook.sip.transaction import Transport
from offhook.switch.b2bua.autoanswer import AUTO_ANSWER

Mode = Literal["calls", "refer"]
FromElsewhere = Literal["refuse", "accept"]


@dataclass(frozen=True, slots=True)
class PbxAccount:
    """A user's account at the PBX. `id` is the terminal, `extension` what is dialled to ring its phone.

    `user` is the SIP user that calls are made as, `auth_user` the name that goes with the password; an empty
    user is the id, an empty auth_user the user.
    """

    id: str
    name: str = ""
    password: str = field(default="", repr=False)
    user: str = ""
    auth_user: str = ""
    extension: str = ""


@dataclass(frozen=True, slots=True)
class PbxSettings:
    """`servers` are hosts, with a port or without, best first; without a port DNS SRV is asked (RFC 3263).

    Requests go to `outbound_proxy` instead, where there is one. `domain` stands in addresses, if empty the
    first of the servers. `listen` is (host, port) for what the PBX sends us. Times are seconds.

    `mode`: "calls" stays in the signalling from the first ring to the end; "refer" hands the phone over.
    `from_elsewhere`: what becomes of a request inside of a call that the PBX does not send, see `origin.py`.
    `register`: register at the PBX besides the phone, for `register_s`. `watch_s`: how often the PBX is asked
    which phones are registered, 0: never, and phones count as registered. `ping_s`: how often it is checked
    that a call is still there, `probe_s`: that the servers are. What is silent for `silent_s` is down.
    """

    servers: tuple[str, ...] = ()
    transport: Transport = "udp"
    domain: str = ""
    outbound_proxy: str = ""
    listen: tuple[str, int] = ("0.0.0.0", 0)
    tls_ca_file: Path | None = None
    mode: Mode = "calls"
    from_elsewhere: FromElsewhere = "refuse"
    register: bool = False
    register_s: float = 300.0
    watch_s: float = 10.0
    dialog_events: bool = True
    auto_answer: tuple[tuple[str, str], ...] = tuple(AUTO_ANSWER.items())
    no_answer_s: float = 60.0
    terminal_answer_s: float = 30.0
    ping_s: float = 20.0
    probe_s: float = 10.0
    silent_s: float = 4.0
    max_calls: int = 10_000
    timing: Timing = field(default_factory=Timing)
