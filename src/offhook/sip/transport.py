"""The asyncio shell around `Endpoint`: sockets, connections, the clock."""

from __future__ import annotations

import ssl
from typing import Literal

from offhook.sip.endpoint import Endpoint, Flow


class SipTransport:
    """UDP and TCP on one port, and TLS on another if wanted. The clock is the event loop's `time()`."""

    def __init__(
        self,
        endpoint: Endpoint,
        host: str = "127.0.0.1",
        port: int = 0,
        *,
        tls_listen: tuple[str, int] | None = None,
        tls_context: ssl.SSLContext | None = None,
        tls_client_context: ssl.SSLContext | None = None,
    ) -> None:
        raise NotImplementedError

    async def start(self) -> None:
        """Bind. Raises `OSError` when the port is taken. Port 0: one free for both UDP and TCP."""
        raise NotImplementedError

    async def stop(self) -> None:
        """Send what is in the outbox, close everything. Bounded in time."""
        raise NotImplementedError

    def now(self) -> float:
        """The time to hand to the endpoint."""
        raise NotImplementedError

    def flush(self) -> None:
        """Send the outbox and set the timer; to be called after using the endpoint outside of its callbacks."""
        raise NotImplementedError

    def local(self, protocol: Literal["udp", "tcp", "tls"]) -> tuple[str, int]:
        """The bound address."""
        raise NotImplementedError

    def flow(self, protocol: Literal["udp", "tcp", "tls"], remote: tuple[str, int]) -> Flow:
        """A flow to an address that we were not contacted from; `local` is right for Via and Contact."""
        raise NotImplementedError
