"""Tells systemd how the service is, where it has been started by systemd. Source: sd_notify(3)."""

import asyncio
import os
import socket
from contextlib import suppress

VARIABLE = "NOTIFY_SOCKET"

WATCHDOG = "WATCHDOG_USEC"
"""After so many microseconds without a sign of life it is killed and started anew."""


def notify(state: str) -> None:
    """Send lines like READY=1. Nothing happens without systemd, and no failure is worth an error."""
    where = os.environ.get(VARIABLE, "")
    if not where.startswith(("/", "@")) or not hasattr(socket, "AF_UNIX"):
        return
    # "@" stands for the zero byte with which an abstract address begins (unix(7)).
    address = "\0" + where[1:] if where.startswith("@") else where
    with suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sending:
        sending.setblocking(False)
        sending.sendto(state.encode(), address)


async def live() -> None:
    """Give signs of life from the event loop, where systemd waits for them, until cancelled."""
    every = os.environ.get(WATCHDOG, "")
    if not every.isdecimal() or not int(every):
        return
    while True:
        notify("WATCHDOG=1")
        await asyncio.sleep(int(every) / 1_000_000 / 3)
