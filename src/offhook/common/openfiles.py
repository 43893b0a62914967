"""Open files: how many connections the system lets us have, and what happens when there are no more.

Every connection is an open file. Each server asks here for its share, so that the connections of one never
use up what the others need; and has its loop log once a minute, not for every connection that waits.
"""

import asyncio
import logging
import sys
from collections.abc import Mapping, Sequence
from enum import Enum
from types import MappingProxyType
from typing import Any, Final
from weakref import WeakSet

from offhook.errors import ConfigError

logger = logging.getLogger(__name__)


class Door(Enum):
    """What listens in one process, by who comes there."""

    SIP = "phones on TCP"
    SSCP = "programs"
    TSP = "windows"


_needs = dict.fromkeys(Door, 20_000)
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


def share_among(needs: Mapping[Door, int]) -> None:
    """Say what listens in this process, and how many connections each may need at most.

    What is not named has no share. Where nothing is said, everything listens, and each needs as many.
    """
    _needs.clear()
    _needs.update(needs)


def room_for(door: Door, connections: int) -> int:
    """How many of these connections this door may have."""
    rooms, spare = _rooms(_needs)
    return max(1, min(connections, rooms.get(door, 0) + spare))


def shortage(needs: Mapping[Door, int], site: Mapping[Door, int] = MappingProxyType({})) -> str | None:
    """What is wrong with how many open files the system allows; None for enough.

    `needs` as for `share_among`; `site`: how many there are of those who may come.
    """
    allowed, (rooms, spare) = raise_limit(), _rooms(needs)
    if _too_few(needs):
        return f"the system allows {allowed} open files, which is too few"
    short = [door for door in needs if rooms[door] + spare < min(site.get(door, 0), needs[door])]
    few = [door for door in needs if rooms[door] < min(FEW, needs[door])]
    if not short and not few:
        return None
    said = [f"{rooms[door] + spare} {door.value}" for door in needs]
    at_most = f"the system allows {allowed} open files: at most {_listed(said)} at a time"
    lacking = [f"{site[door]} {door.value}" for door in short]
    return f"{at_most}, and this site may need {_listed(lacking)}" if lacking else at_most


def check_limit(needs: Mapping[Door, int]) -> None:
    """To be called once by each long-running program. Raises `ConfigError` when it cannot work so."""
    problem = shortage(needs)
    if problem is None:
        return
    if _too_few(needs):
        raise ConfigError("the system", "open files", problem, FIX)
    logger.error("%s. %s", problem, FIX)


def check_site(site: Mapping[Door, int]) -> None:
    """Say in the log when those who may come are more than can come at once."""
    if shortage(_needs) is None and (problem := shortage(_needs, site)) is not None:
        logger.warning("%s. %s", problem, FIX)


def _rooms(needs: Mapping[Door, int]) -> tuple[dict[Door, int], int]:
    """Each door's share, and how much more each may have: the same for all, but none more than it needs."""
    left, rooms = max(0, raise_limit() - RESERVED), dict[Door, int]()
    for done, (door, need) in enumerate(sorted(needs.items(), key=lambda one: one[1])):
        rooms[door] = min(need, left // (len(needs) - done))
        left -= rooms[door]
    return rooms, left // max(1, len(needs))


def _too_few(needs: Mapping[Door, int]) -> bool:
    rooms, _ = _rooms(needs)
    return any(rooms[door] < min(LEAST, need) for door, need in needs.items())


def _listed(words: Sequence[str]) -> str:
    return " and ".join(filter(None, (", ".join(words[:-1]), *words[-1:])))


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
