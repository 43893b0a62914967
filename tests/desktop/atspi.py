"""What a screen reader is told of a program: its tree on a real accessibility bus (AT-SPI)."""

import asyncio
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from dbus_fast import BusType, Message, MessageType
from dbus_fast.aio import MessageBus

REGISTRY = "org.a11y.atspi.Registry"
ROOT = "/org/a11y/atspi/accessible/root"
ACCESSIBLE = "org.a11y.atspi.Accessible"
SHOWING = 25
FOCUSABLE = 11
"""Numbers of states, see AtspiStateType in atspi-constants.h."""


@dataclass
class Node:
    """A control as it is told. What is in one that is hidden is not asked for."""

    role: str
    name: str
    states: int
    children: list["Node"] = field(default_factory=list)

    def has(self, state: int) -> bool:
        return bool(self.states >> state & 1)

    def shown(self) -> list["Node"]:
        """The node and all below it, without what is hidden and all that is in it."""
        if not self.has(SHOWING):
            return []
        return [self, *(one for child in self.children for one in child.shown())]


class Reader:
    """Reads the programs that are on the bus."""

    def __init__(self, bus: MessageBus) -> None:
        self._bus = bus

    async def programs(self) -> list[Node]:
        return [await self._node(*one) for one in await self._children(REGISTRY, ROOT)]

    async def _node(self, owner: str, path: str) -> Node:
        properties = "org.freedesktop.DBus.Properties"
        (states,), (role,), (name,) = await asyncio.gather(
            self._ask(owner, path, ACCESSIBLE, "GetState"),
            self._ask(owner, path, ACCESSIBLE, "GetRoleName"),
            self._ask(owner, path, properties, "Get", "ss", [ACCESSIBLE, "Name"]),
        )
        node = Node(role, name.value, states[0] | states[1] << 32)
        if node.has(SHOWING):
            below = [self._node(*one) for one in await self._children(owner, path)]
            node.children = await asyncio.gather(*below)
        return node

    async def _children(self, owner: str, path: str) -> list[tuple[str, str]]:
        return [(one[0], one[1]) for one in (await self._ask(owner, path, ACCESSIBLE, "GetChildren"))[0]]

    async def _ask(
        self,
        owner: str,
        path: str,
        interface: str,
        member: str,
        signature: str = "",
        body: list[Any] | None = None,
    ) -> list[Any]:
        message = Message(owner, path, interface, member, signature=signature, body=body or [])
        answer = await self._bus.call(message)
        assert answer is not None
        if answer.message_type is MessageType.ERROR:
            raise LookupError(f"{member} of {path}: {answer.error_name} {answer.body}")
        return answer.body


@asynccontextmanager
async def a_session() -> AsyncIterator[tuple[str, Reader]]:
    """An accessibility bus, on a session bus of its own: its address, and who reads it."""
    with tempfile.TemporaryDirectory() as folder:
        address = f"unix:path={Path(folder) / 'bus'}"
        daemon = await asyncio.create_subprocess_exec(
            *("dbus-daemon", "--session", "--nofork", "--print-address", f"--address={address}"),
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
        )
        assert daemon.stdout is not None
        address = (await daemon.stdout.readline()).decode().strip()
        session = await MessageBus(bus_address=address, bus_type=BusType.SESSION).connect()
        reader = None
        try:
            answer = await session.call(
                Message("org.a11y.Bus", "/org/a11y/bus", "org.a11y.Bus", "GetAddress")
            )
            assert answer is not None and answer.message_type is MessageType.METHOD_RETURN, answer
            reader = await MessageBus(bus_address=answer.body[0], bus_type=BusType.SESSION).connect()
            made = Reader(reader)
            await made.programs()  # the registry is there before any program looks for it
            yield answer.body[0], made
        finally:
            for bus in (reader, session):
                if bus is not None:
                    bus.disconnect()
            daemon.terminate()
            await daemon.wait()
