"""The limit of open files, shared among the servers of this process.

Every connection is an open file. Each server asks here for its share, so that the connections of one cannot
use up those of the others. When no file is left, the event loop logs that once a minute, not for every
connection.
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


class Interface(Enum):
    """The servers of a process, each with a name for its clients."""

    SIP = "phones on TCP"
    SSCP = "programs"
    HTTP = "browsers"
    TSP = "windows"
    PROVISIONING = "phones that fetch"
    METRICS = "monitors"


_needs = dict.fromkeys(Interface, 20_000)
WANTED: Final = 65_536
"""Three servers of 20,000 connections each, or the four with what each needs, and the rest of the process."""

RESERVED: Final = 128
"""Kept for the rest of the process: databases, directory, logs, outgoing connections. It uses some 30."""

FEW: Final = 500
"""With fewer connections for a server an error is logged: twice the programs of a small site."""

LEAST: Final = 16
"""With fewer connections for a server the start is refused: a phone and a window are two already."""

REMIND_S: Final = 60.0
"""How often it is logged that no connection can be accepted."""

FIX: Final = (
    "Allow 65536: LimitNOFILE=65536 in the systemd unit, ulimit -n 65536 in a shell, --ulimit nofile=65536 "
    "in a container"
)

_OUT_OF_FILES: Final = "socket.accept() out of system resource"
"""The message of asyncio (BaseSelectorEventLoop._accept_connection), which repeats for the whole backlog."""


def raise_limit() -> int:
    """Raise the limit of open files as far as possible; returns the limit."""
    if sys.platform == "win32":
        return WANTED  # Windows allows millions of handles
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft == resource.RLIM_INFINITY or soft >= WANTED:
        return WANTED
    # macOS reports no hard limit, but refuses more than 10,240.
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


def share_among(needs: Mapping[Interface, int]) -> None:
    """Set which servers run in this process, with the most connections that each may need.

    A server that is left out has no share. Before the first call all servers count, with equal needs.
    """
    _needs.clear()
    _needs.update(needs)


def room_for(interface: Interface, connections: int) -> int:
    """How many of these connections the server may have."""
    rooms, spare = _rooms(_needs)
    return max(1, min(connections, rooms.get(interface, 0) + spare))


def shortage(
    needs: Mapping[Interface, int], site: Mapping[Interface, int] = MappingProxyType({})
) -> str | None:
    """Why the system allows too few open files; None if it allows enough.

    `needs` as for `share_among`; `site`: how many clients of each server the site has.
    """
    allowed, (rooms, spare) = raise_limit(), _rooms(needs)
    if _too_few(needs):
        return f"the system allows {allowed} open files, which is too few"
    short = [one for one in needs if rooms[one] + spare < min(site.get(one, 0), needs[one])]
    few = [one for one in needs if rooms[one] < min(FEW, needs[one])]
    if not short and not few:
        return None
    said = [f"{rooms[one] + spare} {one.value}" for one in needs]
    at_most = f"the system allows {allowed} open files: at most {_listed(said)} at a time"
    lacking = [f"{site[one]} {one.value}" for one in short]
    return f"{at_most}, and this site may need {_listed(lacking)}" if lacking else at_most


def check_limit(needs: Mapping[Interface, int]) -> None:
    """To be called once by each long-running program. Raises
    `ConfigError` if it cannot run with the limit."""
    problem = shortage(needs)
    if problem is None:
        return
    if _too_few(needs):
        raise ConfigError("the system", "open files", problem, FIX)
    logger.error("%s. %s", problem, FIX)


def check_site(site: Mapping[Interface, int]) -> None:
    """Log a warning if not all clients of the site can be connected at once."""
    if shortage(_needs) is None and (problem := shortage(_needs, site)) is not None:
        logger.warning("%s. %s", problem, FIX)


def _rooms(needs: Mapping[Interface, int]) -> tuple[dict[Interface, int], int]:
    """The share of each server, equal but none above its need, and the rest that any of them may use."""
    left, rooms = max(0, raise_limit() - RESERVED), dict[Interface, int]()
    for done, (interface, need) in enumerate(sorted(needs.items(), key=lambda one: one[1])):
        rooms[interface] = min(need, left // (len(needs) - done))
        left -= rooms[interface]
    return rooms, left // max(1, len(needs))


def _too_few(needs: Mapping[Interface, int]) -> bool:
    rooms, _ = _rooms(needs)
    return any(rooms[interface] < min(LEAST, need) for interface, need in needs.items())


def _listed(words: Sequence[str]) -> str:
    return " and ".join(filter(None, (", ".join(words[:-1]), *words[-1:])))


class _LogsOnce:
    """An exception handler that logs once what asyncio reports a thousand times a second."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._before = loop.get_exception_handler()
        self._again_at = 0.0

    def __call__(self, loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        if context.get("message") == _OUT_OF_FILES:
            # asyncio itself pauses accepting for a second.
            if loop.time() >= self._again_at:
                self._again_at = loop.time() + REMIND_S
                logger.error(
                    "no connection can be accepted: %s; new ones wait. %s", context["exception"], FIX
                )
        elif "._start_serving(" in str(context.get("message")) and self._again_at:
            pass  # the server was closed within that second
        elif self._before is not None:
            self._before(loop, context)
        else:
            loop.default_exception_handler(context)


_calmed: WeakSet[asyncio.AbstractEventLoop] = WeakSet()


def calm_accepts(loop: asyncio.AbstractEventLoop) -> None:
    """Make the loop log only once a minute that it cannot accept
    connections. To be called before listening."""
    if loop not in _calmed:
        _calmed.add(loop)
        loop.set_exception_handler(_LogsOnce(loop))
