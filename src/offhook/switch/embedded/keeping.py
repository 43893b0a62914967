"""Keeps the registrations while the switch runs, for its next start."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence

from offhook.common.storewriter import StoreWriter
from offhook.common.throttle import Place
from offhook.errors import UnavailableError
from offhook.switch.embedded.ports import KeptBinding, RegistrationStore
from offhook.switch.embedded.registrar import Registrar
from offhook.switch.embedded.texts import TextRegistrations

KEEP_EVERY_S = 2.0
"""How often changed registrations are written: what a killed process may have forgotten."""

SOON_S = 0.1
"""The same where only terminals that have changed are written, for another Call Manager that may be needed
soon."""


class RegistrationKeeper:
    """`clock` is the endpoint's; a store that cannot be written is tried again, and logged once."""

    def __init__(self, store: RegistrationStore, registrar: Registrar, clock: Callable[[], float]) -> None:
        self._store, self._registrar, self._clock = store, registrar, clock
        self._each = store if isinstance(store, TextRegistrations) else None
        every_s = KEEP_EVERY_S if self._each is None else SOON_S
        self._writing = StoreWriter(
            *(self._write, every_s, store, "registrations", "phones have to register anew")
        )

    async def read(self) -> tuple[Sequence[KeptBinding], Sequence[Place]]:
        """What was kept: registrations, and hosts with the terminals that are known there."""
        return await asyncio.to_thread(self._store.read)

    def start(self) -> None:
        """Write changes from now on."""
        self._writing.start()

    async def stop(self) -> None:
        """Write what has changed since the last time."""
        await self._writing.stop()

    async def keep(self) -> None:
        """Write now what has changed."""
        await self._writing.write()

    async def leave(self) -> None:
        """The last word, as `CallKeeper.leave`."""
        await self._writing.leave()

    async def _write(self) -> None:
        if not self._registrar.changed:
            return
        registrar, now, epoch = self._registrar, self._clock(), time.time()
        terminals, registrar.changed_terminals = registrar.changed_terminals, set()
        try:
            if self._each is not None:
                some = {terminal: registrar.kept(now, epoch, (terminal,)) for terminal in terminals}
                await asyncio.to_thread(self._each.write_some, some)
            else:
                kept = registrar.kept(now, epoch)
                await asyncio.to_thread(self._store.write, kept, registrar.known)
        except (UnavailableError, asyncio.CancelledError):
            registrar.changed = True
            registrar.changed_terminals |= terminals
            raise
