"""The forwardings of the terminals, and which of them are not to be disturbed: what is in force, and kept."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Collection, Mapping
from typing import NamedTuple, Protocol

from offhook.call import Forwarding, ForwardWhen
from offhook.errors import UnavailableError

logger = logging.getLogger(__name__)

READ_S = 1.0
"""So long a start waits for them: calls that are to be gone on with do not wait for a database."""

AGAIN_S = 1.0
"""What cannot be read is read again after this."""


class KeptForwarding(NamedTuple):
    """What is in force for one terminal."""

    forwardings: tuple[Forwarding, ...] = ()
    do_not_disturb: bool = False


NOTHING_KEPT = KeptForwarding()
"""The calls of a terminal just ring there."""


class ForwardingStore(Protocol):
    """Keeps forwardings over a restart. Both methods block: they are called from a thread."""

    def read(self) -> Mapping[str, KeptForwarding]:
        """What was kept, by terminal. Raises `UnavailableError`: it can be read later."""
        ...

    def write(self, kept: Mapping[str, KeptForwarding]) -> None:
        """Keep this instead of what was kept. Raises `UnavailableError`."""
        ...


class Forwardings:
    """Implements `Routing`. `store` keeps them over a restart; None: nothing does.

    A change is in force once it has been kept, and `on_change` is told of it then.
    """

    def __init__(
        self,
        terminals: Collection[str],
        store: ForwardingStore | None,
        on_change: Callable[[str, KeptForwarding], None],
    ) -> None:
        self._terminals, self._store, self._on_change = terminals, store, on_change
        self._kept: Mapping[str, KeptForwarding] = {}
        self._turn = asyncio.Lock()
        self._reading: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Take over what was kept, of terminals that are still configured: in a second, or as soon as it can
        be read. Phones ring until then."""
        if self._store is None:
            return
        self._reading = asyncio.create_task(self._read(self._store))
        await asyncio.wait([self._reading], timeout=READ_S)
        if self._reading.done():
            self._reading.result()
        else:
            logger.warning("forwardings are not in force yet: they cannot be read so far")

    def stop(self) -> None:
        """Read no more."""
        if self._reading is not None:
            self._reading.cancel()

    async def _read(self, store: ForwardingStore) -> None:
        told = False
        while True:
            try:
                kept = await asyncio.to_thread(store.read)
                break
            except UnavailableError as error:
                if not told:
                    logger.error("forwardings are not in force until they can be read: %s", error)
                told = True
                await asyncio.sleep(AGAIN_S)
        self._kept = {terminal: one for terminal, one in kept.items() if terminal in self._terminals}
        for terminal, one in self._kept.items():
            self._on_change(terminal, one)

    def check(self) -> None:
        """Raises `UnavailableError` while they are not read: what is in force is not known, nor changed."""
        if self._reading is not None and not self._reading.done():
            raise UnavailableError("the forwardings cannot be read just now", "try again in a moment")

    def of(self, terminal: str) -> KeptForwarding:
        """What is in force for the terminal."""
        return self._kept.get(terminal, NOTHING_KEPT)

    async def forward(self, terminal: str, forwardings: tuple[Forwarding, ...]) -> None:
        """From now on these are in force, instead of those before. Raises `UnavailableError`."""
        async with self._turn:
            await self._set(terminal, self.of(terminal)._replace(forwardings=forwardings))

    async def disturb(self, terminal: str, *, not_any_more: bool) -> None:
        """The terminal rings no more, or again. Raises `UnavailableError`."""
        async with self._turn:
            await self._set(terminal, self.of(terminal)._replace(do_not_disturb=not_any_more))

    def leads_back(self, terminal: str, address: str) -> bool:
        """Would calls of the terminal that always go to this address come back to it?"""
        been = {terminal}
        while address not in been:
            been.add(address)
            onward = self.forwarding(address, ForwardWhen.ALWAYS)
            if onward is None:
                return False
            address = onward.address
        return address == terminal

    # `Routing`

    def forwarding(self, terminal: str, when: ForwardWhen) -> Forwarding | None:
        return next((one for one in self.of(terminal).forwardings if one.when is when), None)

    def do_not_disturb(self, terminal: str) -> bool:
        return self.of(terminal).do_not_disturb

    async def _set(self, terminal: str, new: KeptForwarding) -> None:
        self.check()
        if new == self.of(terminal):
            return
        kept = {**self._kept, terminal: new}
        if new == NOTHING_KEPT:
            del kept[terminal]
        if self._store is not None:
            await asyncio.to_thread(self._store.write, kept)
        self._kept = kept
        self._on_change(terminal, new)
