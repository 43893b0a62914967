"""Tells systemd how the service is, where it has been started by systemd. Source: sd_notify(3)."""

import os
import socket
from contextlib import suppress

VARIABLE = "NOTIFY_SOCKET"


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
