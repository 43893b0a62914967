"""What has gone out by trunks, kept over a restart: who restarts it does not get another day's minutes."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping, Sequence
from typing import Protocol

from offhook.common.storewriter import StoreWriter
from offhook.errors import UnavailableError
from offhook.switch.trunk.limits import TrunkUsage
from offhook.switch.trunk.trunk import Trunk

KEEP_EVERY_S = 2.0
"""How often it is written where it has changed: what a killed process may have forgotten."""


class UsageStore(Protocol):
    """Keeps it over a restart. Both methods block: they are called from a thread."""

    def read(self) -> Mapping[str, TrunkUsage]:
        """What was kept, by the names of trunks. Never raises."""
        ...

    def write(self, usages: Mapping[str, TrunkUsage]) -> None:
        """Keep this instead of what was kept. Raises `UnavailableError`."""
        ...


class UsageKeeper:
    """Keeps what these trunks have used while the switch runs, for its next start."""

    def __init__(self, store: UsageStore, trunks: Sequence[Trunk]) -> None:
        self._store, self._trunks = store, trunks
        self._writing = StoreWriter(
            *(self._write, KEEP_EVERY_S, store, "what trunks have used", "the limits of trunks begin anew")
        )

    async def start(self) -> None:
        """Take over what was kept, and write what changes from now on."""
        kept = await asyncio.to_thread(self._store.read)
        for trunk in self._trunks:
            if (usage := kept.get(trunk.name)) is not None:
                trunk.limits.restore(usage, time.time())
        self._writing.start()

    async def stop(self) -> None:
        """Write what has changed since the last time."""
        await self._writing.stop()

    async def keep(self) -> None:
        """Write now what has changed."""
        await self._writing.write()

    async def leave(self) -> None:
        """Write no more: what was written is another process's."""
        await self._writing.cancel()

    async def _write(self) -> None:
        if not any(trunk.limits.changed for trunk in self._trunks):
            return
        now = time.time()
        usages = {trunk.name: trunk.limits.usage(now) for trunk in self._trunks}
        try:
            await asyncio.to_thread(self._store.write, usages)
        except UnavailableError:
            for trunk in self._trunks:
                trunk.limits.changed = True
            raise
