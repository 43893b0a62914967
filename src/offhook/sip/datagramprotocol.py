"""The UDP socket of the SIP shell where the event loop does not say when it can be read (Windows)."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any


class DatagramProtocol(asyncio.DatagramProtocol):
    """What comes by a transport of the loop."""

    def __init__(
        self, on_datagram: Callable[[bytes, tuple[str, int]], None], on_error: Callable[[Exception], None]
    ) -> None:
        self._on_datagram, self._on_error = on_datagram, on_error

    def datagram_received(self, data: bytes, addr: tuple[str | Any, int]) -> None:
        self._on_datagram(data, addr)

    def error_received(self, exc: Exception) -> None:
        self._on_error(exc)
