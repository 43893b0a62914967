"""What each message goes through between the endpoint and the sockets; and the endpoint's timer."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from math import inf
from typing import Final

from offhook.sip.datagrams import Datagrams, Remote
from offhook.sip.endpoint import Endpoint, Flow

logger = logging.getLogger(__name__)

IDLE_S: Final = 0.1
"""While nothing may be done, timers that are due are looked at again so often."""

FLOW_CACHE: Final = 4096
"""Senders of datagrams whose flow is kept, which is the same each time."""

KEEP_ALIVE: Final = 4
"""So many bytes are no message: blank lines, a zero byte."""


class Pump:
    """Takes messages from the sockets to the endpoint, and its outbox to the sockets.

    `by_connection` sends by TCP or TLS; false if that cannot be done. `local_for` has our address as a sender
    of datagrams at this host sees it.
    """

    def __init__(
        self,
        endpoint: Endpoint,
        by_connection: Callable[[Flow, bytes], bool],
        local_for: Callable[[str], tuple[str, int]],
    ) -> None:
        self.endpoint: Final = endpoint
        self._by_connection, self._local_for = by_connection, local_for
        self.datagrams: Datagrams | None = None
        """The UDP socket, while it is open."""
        self.senders: Final[dict[Remote, Flow]] = {}
        """The flows of those who have sent datagrams, by their addresses."""
        self.may_act: Callable[[], bool] | None = None
        """Is anything to be sent, or taken notice of? None: yes. What shares its calls with other processes
        may have been paused for so long that they are another one's when it wakes up."""
        self.hold: Callable[[Flow, bytes], bool] | None = None
        """Is this message of the outbox held back? Then it comes by `pass_on` later."""
        self.waits: Callable[[Flow, bytes], bool] | None = None
        """Does this message wait until something has been written? Then it comes by `pass_now` later."""
        self.receive: Callable[[bytes, Flow], None] = self._receive
        """Handles a message that has come by this flow."""
        self.send: Callable[[Flow, bytes], bool] = self._send
        """Sends a message; false if that cannot be done. Both may be replaced, by a network that fails."""
        self._loop: asyncio.AbstractEventLoop | None = None
        self._clock: Callable[[], float] = _now
        self._armed: asyncio.TimerHandle | None = None
        self._armed_at = inf
        self._stopped = False

    def begin(self, loop: asyncio.AbstractEventLoop) -> None:
        """Work in this loop from now on."""
        self._loop = loop
        self._clock = loop.time

    def now(self) -> float:
        """The time of its loop."""
        return self._clock()

    def stop(self) -> None:
        """Look at no timer any more."""
        self._stopped = True
        if self._armed is not None:
            self._armed.cancel()

    def may(self) -> bool:
        """Is anything to be sent, or taken notice of, now?"""
        return self.may_act is None or self.may_act()

    def datagram(self, data: bytes, remote: Remote) -> None:
        """Handle a datagram. Keep-alives are ignored."""
        if len(data) > KEEP_ALIVE:
            flow = self.senders.get(remote)
            self.receive(data, self._sender(remote) if flow is None else flow)

    def flush(self) -> None:
        """Send the outbox and set the timer."""
        outbox = self.endpoint.outbox
        while outbox:
            batch = outbox.copy()
            outbox.clear()
            for flow, data in batch:
                if self.hold is None or not self.hold(flow, data):
                    self.pass_on(flow, data)
        latest = self.endpoint.timers.latest
        if latest < self._armed_at and not self._stopped:
            if self._armed is not None:
                self._armed.cancel()
            self._arm(latest)

    def pass_on(self, flow: Flow, data: bytes) -> None:
        """Send a message, unless it has to wait."""
        if self.waits is None or not self.waits(flow, data):
            self.pass_now(flow, data)

    def pass_now(self, flow: Flow, data: bytes) -> None:
        """Send a message now."""
        if self.send(flow, data):
            return
        if flow.protocol == "udp":
            self.endpoint.not_sent(flow, data, self._clock())
        else:
            self.endpoint.flow_failed(flow, self._clock())

    def _send(self, flow: Flow, data: bytes) -> bool:
        if not self.may():
            return True
        if flow.protocol == "udp":
            return self.datagrams is not None and self.datagrams.send(data, flow.remote)
        return self._by_connection(flow, data)

    def _receive(self, data: bytes, flow: Flow) -> None:
        if not self.may():
            return
        try:
            self.endpoint.receive(data, flow, self._clock())
        except Exception:
            # A bug of ours: one message must not close the socket for all.
            logger.exception("a message from %s:%d could not be handled", *flow.remote)
        self.flush()

    def _sender(self, remote: Remote) -> Flow:
        if len(self.senders) >= FLOW_CACHE:
            self.senders.clear()
        flow = Flow("udp", self._local_for(remote[0]), (remote[0], remote[1]))
        self.senders[remote] = flow
        return flow

    def _arm(self, at: float) -> None:
        assert self._loop is not None
        self._armed_at = at
        self._armed = self._loop.call_at(at, self._tick)

    def _tick(self) -> None:
        self._armed, self._armed_at = None, inf
        if not self.may():
            self._arm(self._clock() + IDLE_S)
            return
        try:
            self.endpoint.tick(self._clock())
        except Exception:
            logger.exception("a timer could not be handled")
        self.flush()


def _now() -> float:
    return asyncio.get_running_loop().time()
