"""Calls that an owner began and could not keep are handed to the next owner, once both hear each other.

An owner that is cut off from NATS, or was frozen, has calls of which the next one can know nothing: their
people talk, and nobody could end them but by hand. Who had them lives, and does nothing to them any more; it
tells the next owner all that it would have kept.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import Mapping, Sequence

from offhook.cluster.bus import Bus
from offhook.cluster.messages import Left, decode, encode, subject
from offhook.cluster.node import Node
from offhook.cluster.part import ASK_S, Part
from offhook.cluster.tasks import Tasks
from offhook.errors import UnavailableError

logger = logging.getLogger(__name__)

LEFT_S = 60.0
"""So long an owner may have been away: whoever talks for longer has hung up by hand."""

AGAIN_S = 0.5

TAKEN = b"taken"
"""The answer of an owner that goes on with them."""

MAX_TEXTS = 50
MAX_BYTES = 400_000
"""In a message, which is at most twice as long, as texts stand in a text; and NATS takes 1 MB. A call has
some 4 KB, and 500 KB where phones describe themselves in messages as long as they may be."""


class LeftBehind:
    """See above. `parts` are those of this node, by their units."""

    def __init__(self, node: Node, site: str, tasks: Tasks, parts: Mapping[str, Part]) -> None:
        self._node, self._site, self._tasks, self._parts = node, site, tasks, parts

    async def listen(self, bus: Bus) -> None:
        """Take what others hand over, on a new connection. Raises `UnavailableError`."""
        await bus.listen(
            subject(self._site, "left", self._node.name),
            lambda _on, data, to: self._tasks.run(self._take(bus, decode(Left, data), to)),
        )

    async def hand_over(self, part: Part, epoch: int, without_s: float, left: Mapping[str, bytes]) -> None:
        """Hand it to whoever owns the part by now, or soon will. For `without_s` nobody here has acted."""
        names, end = list(left), time.monotonic() + LEFT_S - without_s
        while names and time.monotonic() < end:
            some = _first(names, left)
            if await self._handed(part, Left(part.unit, epoch, some)):
                del names[: len(some)]
            else:
                await asyncio.sleep(AGAIN_S)
        if names:
            logger.warning("%d calls are left that began while nothing could be kept", len(names))

    async def _handed(self, part: Part, left: Left) -> bool:
        owner, bus = part.owner, self._node.bus
        if owner is None or owner.node == self._node.name:
            return part.take_up(left)
        if bus is None:
            return False
        try:
            answer = await bus.request(subject(self._site, "left", owner.node), encode(left), ASK_S)
        except (UnavailableError, TimeoutError):
            return False
        return answer == TAKEN

    async def _take(self, bus: Bus, left: Left, to: str) -> None:
        part = self._parts.get(left.unit)
        taken = part is not None and part.take_up(left)
        with contextlib.suppress(UnavailableError):  # it is told again, and is known here then
            await bus.send(to, TAKEN if taken else b"")


def _first(names: Sequence[str], left: Mapping[str, bytes]) -> dict[str, str]:
    """As many as go into a message, at least one."""
    found: dict[str, str] = {}
    room = MAX_BYTES
    for name in names[:MAX_TEXTS]:
        room -= len(left[name])
        if found and room < 0:
            break
        found[name] = left[name].decode()
    return found
