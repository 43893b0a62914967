"""Tells the other nodes how this one is, every second, and hears of them."""

import asyncio
import contextlib
import logging
import time
from collections.abc import Callable, Mapping

from offhook.call import NodeState
from offhook.cluster.bus import Bus
from offhook.cluster.layout import Layouts
from offhook.cluster.messages import NodeTold, decode, encode, subject
from offhook.cluster.node import Node
from offhook.cluster.part import unit_of
from offhook.cluster.roster import Roster
from offhook.cluster.tasks import Tasks
from offhook.errors import UnavailableError

logger = logging.getLogger(__name__)

TELL_S = 1.0


class Presence:
    """`own` says how this node is. `parts` are the digests of its telephone systems, by their names."""

    def __init__(self, node: Node, site: str, tasks: Tasks, parts: Mapping[str, str]) -> None:
        self._node, self._tasks = node, tasks
        self._subject = subject(site, "node")
        self._roster, self._layouts = Roster(node.name), Layouts(parts)
        self._goes = False
        self.own: Callable[[], NodeState] = lambda: NodeState(node.name)

    def start(self) -> None:
        """Begin to tell."""
        self._tasks.run(self._tell_always())

    async def listen(self, bus: Bus) -> None:
        """Hear what comes over a new connection. Raises `UnavailableError`."""
        await bus.listen(self._subject, lambda _on, data, _to: self._on_told(data))

    def others(self) -> list[NodeState]:
        """The other nodes. Who is cut off from NATS hears nothing of any, and counts on none."""
        return self._roster.others(self._node.live if self._node.bus is not None else (), time.monotonic())

    def differences(self) -> dict[str, str]:
        """What other nodes have configured otherwise, by their names."""
        others = [one for one in self._node.live if one != self._node.name]
        return self._layouts.differences(others)

    async def go(self) -> None:
        """Tell that this node goes in order."""
        self._goes = True
        await self.tell()

    def _on_told(self, data: bytes) -> None:
        told = decode(NodeTold, data)
        self._roster.on_told(told, time.monotonic())
        self._node.hear_reach(told.state.name, told.reaches, told.misses)
        known = None if told.parts is None else list(map(unit_of, told.parts))
        self._node.hear_refused(told.state.name, told.refuses, known)
        if told.state.name != self._node.name:
            what = self._layouts.on_told(told.state.name, told.parts)
            if what:
                logger.warning("node %s is configured otherwise than this one: %s", told.state.name, what)

    async def _tell_always(self) -> None:
        while True:
            await self.tell()
            await asyncio.sleep(TELL_S)

    async def tell(self) -> None:
        """Tell now."""
        if (bus := self._node.bus) is not None:
            with contextlib.suppress(UnavailableError):
                parts, refused = dict(self._layouts.own), list(self._node.contradicted)
                told = NodeTold(self.own(), self._goes, *self._node.reaches(), parts, refused)
                await bus.send(self._subject, encode(told))
