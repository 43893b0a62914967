"""The UDP sockets to media engines."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager

from offhook.config import Listen
from offhook.sip.endpoint import Endpoint
from offhook.switch.media.engine import Engine

logger = logging.getLogger(__name__)


class EngineSocket(asyncio.DatagramProtocol):
    """One engine with its socket, which is connected: nobody else's datagrams come in. `sending` is for work
    outside of the endpoint's callbacks."""

    def __init__(
        self, address: Listen, endpoint: Endpoint, sending: Callable[[], AbstractContextManager[None]]
    ) -> None:
        self.address, self._sending = address, sending
        self.engine = Engine(str(address), endpoint, self._send)
        self._transport: asyncio.DatagramTransport | None = None

    async def open(self) -> None:
        """Open it. An engine to which there is no way yet is one that does not answer."""
        try:
            self._transport, _ = await asyncio.get_running_loop().create_datagram_endpoint(
                lambda: self, remote_addr=self.address
            )
        except OSError as error:
            logger.warning("media engine %s cannot be reached: %s", self.address, error)

    def close(self) -> None:
        """Close it."""
        if self._transport is not None:
            self._transport.close()

    def datagram_received(self, data: bytes, _addr: object) -> None:
        with self._sending():
            self.engine.receive(data)

    def error_received(self, error: Exception) -> None:
        """Nobody listens there: that it does not answer is told of."""
        logger.debug("media engine %s: %s", self.address, error)

    def _send(self, data: bytes) -> None:
        if self._transport is not None and not self._transport.is_closing():
            self._transport.sendto(data)


async def open_all(sockets: Sequence[EngineSocket]) -> None:
    """Open all."""
    for one in sockets:
        await one.open()
