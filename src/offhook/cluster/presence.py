"""Tells the other nodes how this one is, every second, and hears of them."""

import asyncio
import contextlib
import time
from collections.abc import Callable

from offhook.call import NodeState
from offhook.cluster.bus import Bus
from offhook.cluster.messages import NodeTold, decode, encode, subject
from offhook.cluster.node import Node
from offhook.cluster.roster import Roster
from offhook.cluster.tasks import Tasks
from offhook.errors import UnavailableError

TELL_S = 1.0


class Presence:
    """`own` says how this node is."""

    def __init__(self, node: Node, site: str, tasks: Tasks) -> None:
        self._node, self._tasks = node, tasks
        self._subject = subject(site, "node")
        self._roster = Roster(node.name)
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

    async def go(self) -> None:
        """Tell that this node goes in order."""
        self._goes = True
        await self._tell()

    def _on_told(self, data: bytes) -> None:
        told = decode(NodeTold, data)
        self._roster.on_told(told, time.monotonic())
        self._node.hear_reach(told.state.name, told.reaches, told.misses)

    async def _tell_always(self) -> None:
        while True:
            await self._tell()
            await asyncio.sleep(TELL_S)

    async def _tell(self) -> None:
        if (bus := self._node.bus) is not None:
            with contextlib.suppress(UnavailableError):
                await bus.send(self._subject, encode(NodeTold(self.own(), self._goes, *self._node.reaches())))
