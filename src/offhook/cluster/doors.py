"""Where the telephone systems of the cluster take calls of each other: told by the nodes that work them.

It goes by NATS alone, which only nodes can read, and is kept nowhere: the keys are new with each driver.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Collection, Mapping, Sequence

from offhook.call import Call
from offhook.cluster.bus import Bus
from offhook.cluster.messages import DoorOf, SecureDoorOf, decode, encode, subject
from offhook.cluster.messages import Doors as Told
from offhook.cluster.node import Node
from offhook.cluster.part import Part
from offhook.errors import UnavailableError
from offhook.switch.base import Door, OtherSystems, SecureDoor

TELL_S = 1.0
LOOK_S = 0.1
"""How often they are told, and how often it is looked whether there are others than before."""


class Doors:
    """Those of all parts, as this node knows them."""

    def __init__(self, node: Node, site: str, parts: Sequence[Part]) -> None:
        self._node, self._on, self._parts = node, subject(site, "doors"), parts
        self._part_of = {terminal: part for part in parts for terminal in part.terminals}
        self._told: dict[str, Mapping[str, Door]] = {}

    def others(self, part: Part) -> OtherSystems:
        """The other parts, for the driver of this one."""
        return _Others(self, part)

    def of(self, part: Part) -> Door | None:
        """How the part is reached now."""
        if part.epoch is not None:
            return None if part.ready is None else part.ready.door
        owner = part.owner
        return None if owner is None else self._told.get(owner.node, {}).get(part.name)

    def hosts(self) -> set[str]:
        """Where all parts are, or just were."""
        told = {door.host for doors in self._told.values() for door in doors.values()}
        return told | {door.host for door in self._here().values()}

    def keys(self, than: Part) -> dict[str, str]:
        """The keys of all other parts."""
        doors = {part.name: self.of(part) for part in self._parts if part is not than}
        return {name: door.key for name, door in doors.items() if door is not None}

    def secure(self) -> list[SecureDoor]:
        """Where parts are reached by TLS, as the nodes say that are there."""
        told = [doors for node, doors in self._told.items() if node in self._node.live]
        every = [door for doors in (*told, self._here()) for door in doors.values()]
        return [door.secure for door in every if door.secure is not None]

    def part_of(self, terminal: str) -> Part | None:
        """The part that has the terminal."""
        return self._part_of.get(terminal)

    def _here(self) -> dict[str, Door]:
        ready = [(part.name, part.ready) for part in self._parts]
        return {name: door for name, one in ready if one is not None and (door := one.door) is not None}

    async def tell_always(self) -> None:
        """Tell the other nodes those of this one."""
        loop, told, due = asyncio.get_running_loop(), dict[str, Door](), 0.0
        while True:
            here, bus = self._here(), self._node.bus
            # Who works none any more says so: what it told before would be believed at its next turn.
            if bus is not None and (here or told) and (here != told or loop.time() >= due):
                doors = {name: _told(door) for name, door in here.items()}
                with contextlib.suppress(UnavailableError):
                    await bus.send(self._on, encode(Told(self._node.name, doors)))
                told, due = here, loop.time() + TELL_S
            await asyncio.sleep(LOOK_S)

    async def listen(self, bus: Bus) -> None:
        """Hear those of others over a new connection. Raises `UnavailableError`."""
        await bus.listen(self._on, lambda _on, data, _to: self._hear(data))

    def _hear(self, data: bytes) -> None:
        told = decode(Told, data)
        if told.node != self._node.name:
            self._told[told.node] = {name: _heard(one) for name, one in told.doors.items()}


def _told(door: Door) -> DoorOf:
    secure = door.secure
    by_tls = None if secure is None else SecureDoorOf(secure.host, secure.port, secure.certificates)
    return DoorOf(door.host, door.port, door.key, by_tls)


def _heard(door: DoorOf) -> Door:
    secure = door.secure
    by_tls = None if secure is None else SecureDoor(secure.host, secure.port, secure.certificates)
    return Door(door.host, door.port, door.key, by_tls)


class _Others:
    """Implements `OtherSystems`."""

    def __init__(self, doors: Doors, part: Part) -> None:
        self._doors, self._part = doors, part

    def has(self, terminal: str) -> bool:
        there = self._doors.part_of(terminal)
        return there is not None and there is not self._part

    def name(self, terminal: str) -> str:
        there = self._doors.part_of(terminal)
        return "" if there is None else there.names.get(terminal, "")

    def door(self, terminal: str) -> Door | None:
        there = self._doors.part_of(terminal)
        return None if there is None or there is self._part else self._doors.of(there)

    def calls(self, terminal: str) -> Collection[Call]:
        there = self._doors.part_of(terminal)
        return () if there is None or there is self._part else there.calls(terminal)

    def hosts(self) -> Collection[str]:
        return self._doors.hosts()

    def keys(self) -> Mapping[str, str]:
        return self._doors.keys(self._part)

    def secure_doors(self) -> Collection[SecureDoor]:
        return self._doors.secure()
