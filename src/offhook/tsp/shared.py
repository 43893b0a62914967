"""What the sessions of a server share: its settings, limits and callbacks."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final, Protocol

from offhook.common.network import rate_limit_key
from offhook.common.ratelimit import RateLimit, RateLimits
from offhook.tsp.auditrecord import AuditRecord
from offhook.tsp.backend import Backend
from offhook.tsp.loginthrottle import LoginThrottle
from offhook.tsp.readers import Reader, Readers
from offhook.tsp.token import Token

STRANGER_RATE: Final = 100.0
STRANGER_BURST: Final = 1000.0
"""Messages (and KiB) a second before the Login, where one is needed. What is above it waits."""

HOST_RATE: Final = 1000.0
HOST_BURST: Final = 10_000.0
"""The same of all that have not logged in at one address: a hundredth of a core."""


class Guest(Reader, Protocol):
    """A session, as its server sees it."""

    @property
    def peer(self) -> str:
        """The address of the peer."""
        ...

    def finish(self) -> None:
        """Accept no more, and close when what is in progress has its answer."""
        ...

    def close(self) -> None:
        """End when everything is sent, or after a while."""
        ...


@dataclass(slots=True)
class Shared:
    """One for all sessions of a server."""

    backend: Backend
    token: Token
    require_token: bool
    throttle: LoginThrottle
    admit: Callable[[Guest], bool]
    heard: Callable[[Guest], None]
    known: Callable[[Guest], None]
    gone: Callable[[Guest], None]
    loop: asyncio.AbstractEventLoop = field(default_factory=asyncio.get_running_loop)
    tasks: set[asyncio.Task[None]] = field(default_factory=set)
    on_audit: Callable[[AuditRecord], None] = lambda _: None
    note: Callable[[str, str], None] = lambda _what, _peer: None
    readers: Readers = field(init=False)
    hosts: RateLimits = field(default_factory=lambda: RateLimits(HOST_RATE, HOST_BURST))

    def __post_init__(self) -> None:
        self.readers = Readers(self.loop)

    def limits(self, peer: str) -> tuple[RateLimit, ...]:
        """What a session from there has to keep to before its Login."""
        host = self.hosts.of(rate_limit_key(peer), self.loop.time())
        return RateLimit(STRANGER_RATE, STRANGER_BURST), host
