"""The sockets of TSP sessions: small messages without delay, and little memory each."""

import asyncio
import socket
from contextlib import suppress
from typing import Final

READ_AT_ONCE: Final = 16 * 1024
"""Bytes that are taken from the system in one go, and may wait here to be looked at."""

SEND_BUFFER: Final = 64 * 1024
"""Bytes that wait for a client in the operating system's part of the queue, which else grows to megabytes."""


def set_up(transport: asyncio.Transport) -> None:
    """Send small messages without delay, notice a peer that has vanished, and buffer little."""
    if hasattr(transport, "max_size"):  # of asyncio's selector loop: 256 KiB, for each of 12,000 sessions
        transport.max_size = READ_AT_ONCE
    sock: socket.socket = transport.get_extra_info("socket")
    with suppress(OSError):  # some systems refuse when the peer has left already; reading will tell
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER)
