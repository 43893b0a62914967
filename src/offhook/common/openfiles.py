"""Open files: how many connections the system lets us have, and what happens when there are no more.

Every connection is an open file. Each server asks here for its share, so that the connections of one never
use up what the others need; and has its loop log once a minute, not for every connection that waits.
"""

import asyncio
import logging
import sys
from typing import Any, Final
from weakref import WeakSet

from offhook.errors import ConfigError

logger = logging.getLogger(__name__)

DOORS: Final = 3
"""What listens in one process, at most: SIP, SSCP, TSP sessions. Each has the same share."""

WANTED: Final = 65_536
"""Three doors of 20,000 connections each, and room for the rest of the process."""

RESERVED: Final = 128
"""Left to the rest of the process: databases, directory, logs, connections of our own. It is some 30."""

FEW: Final = 500
"""Connections at each door below which it is an error in the log: a small site's programs, twice."""

LEAST: Final = 16
"""Connections at each door below which nothing is started: a phone and a window are two already."""

REMIND_S: Final = 60.0
"""How often it is said that no connection can be accepted, for as long as that is so."""

FIX: Final = (
    "Allow 65536: LimitNOFILE=65536 in the systemd unit, ulimit -n 65536 in a shell, --ulimit nofile=65536 "
    "in a container"
)

_OUT_OF_FILES: Final = "socket.accept() out of system resource"
"""What asyncio says of it (BaseSelectorEventLoop._accept_connection), as often as its backlog is long."""


def raise_limit() -> int:
    """How many files we may have open, after asking for as many as are wanted."""
    if sys.platform == "win32":
        return WANTED  # handles there are counted otherwise, and by the million
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft == resource.RLIM_INFINITY or soft >= WANTED:
        return WANTED
    # macOS says that there is no hard limit, and refuses more than 10,240.
    for wanted in (WANTED, 10_240):
        asked = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        if asked <= soft:
            break
        try:
            resource.setrlimit(resource.RLIMIT_NOFILE, (asked, hard))
        except (OSError, ValueError):
            continue
        return asked
    return soft


def room_for(connections: int) -> int:
    """How many of these connections one door may have."""
    return max(1, min(connections, (raise_limit() - RESERVED) // DOORS))


def shortage() -> str | None:
    """What is wrong with how many open files the system allows; None for enough."""
    allowed = raise_limit()
    room = (allowed - RESERVED) // DOORS
    if room < LEAST:
        return f"the system allows {allowed} open files, which is too few"
    if room < FEW:
        return (
            f"the system allows {allowed} open files: at most {room} phones on TCP, {room} programs and "
            f"{room} windows at a time"
        )
    return None


def check_limit() -> None:
    """To be called once by each long-running program. Raises `ConfigError` when it cannot work so."""
    problem = shortage()
    if problem is None:
        return
    if (raise_limit() - RESERVED) // DOORS < LEAST:
        raise ConfigError("the system", "open files", problem, FIX)
    logger.error("%s. %s", problem, FIX)


class _Calm:
    """An exception handler of a loop that tells once of what asyncio tells a thousand times a second."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._before = loop.get_exception_handler()
        self._again_at = 0.0

    def __call__(self, loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        if context.get("message") == _OUT_OF_FILES:
            # asyncio itself stops listening for a second.
            if loop.time() >= self._again_at:
                self._again_at = loop.time() + REMIND_S
                logger.error(
                    "no connection can be accepted: %s; new ones wait. %s", context["exception"], FIX
                )
        elif "._start_serving(" in str(context.get("message")) and self._again_at:
            pass  # that second is over, and the door was closed meanwhile
        elif self._before is not None:
            self._before(loop, context)
        else:
            loop.default_exception_handler(context)


_calmed: WeakSet[asyncio.AbstractEventLoop] = WeakSet()


def calm_accepts(loop: asyncio.AbstractEventLoop) -> None:
    """Have the loop say once a minute that it cannot accept connections. To be called before listening."""
    if loop not in _calmed:
        _calmed.add(loop)
        loop.set_exception_handler(_Calm(loop))
