"""Which requests go by TCP though their peer is reached by UDP: those that are too large for one datagram.

RFC 3261 §18.1.1: a datagram that is larger than what the path takes is cut into pieces, of which some routers
and address translations lose all but the first. A peer without TCP gets it by UDP all the same.
"""

from __future__ import annotations

from collections.abc import Callable

from offhook.sip.transaction import Flow

MAX_DATAGRAM = 1300
"""Bytes of a request that go by UDP where nothing is known of the path (§18.1.1)."""

SILENT_S = 2.0
"""A peer that says nothing to a request by TCP for so long gets it by UDP: a firewall that drops all of TCP,
or a door that is open with nobody behind. It is half of what a provider may take before the next is tried."""

NOT_AGAIN_S = 600.0
"""So long after that, or after a connection was refused, nothing is tried by TCP there."""


class LargeRequests:
    """`by_tcp` gives the flow by TCP to the same peer, `forget` drops what still waits for its connection.

    `wants`: is this peer, by UDP, one whose large requests go by TCP? By default nobody is.
    """

    def __init__(self, by_tcp: Callable[[Flow], Flow], forget: Callable[[Flow], None]) -> None:
        self._by_tcp, self._forget = by_tcp, forget
        self.wants: Callable[[tuple[str, int]], bool] = lambda _remote: False
        self._datagrams: dict[Flow, Flow] = {}  # by flow by TCP; as many as there are such peers
        self._refused: dict[Flow, float] = {}

    def stream(self, flow: Flow, now: float) -> Flow | None:
        """The flow by TCP instead of this one by UDP; None: it stays with UDP."""
        if flow.protocol != "udp" or not self.wants(flow.remote):
            return None
        try:
            found = self._by_tcp(flow)
        except (OSError, KeyError):
            return None
        if now < self._refused.get(found, now):
            return None
        self._datagrams[found] = flow
        return found

    def datagram(self, stream: Flow) -> Flow | None:
        """The flow by UDP for which this one was taken; None for any other flow."""
        return self._datagrams.get(stream)

    def failed(self, stream: Flow, now: float) -> None:
        """The peer does not take it by TCP."""
        self._refused[stream] = now + NOT_AGAIN_S
        self._forget(stream)
