"""What the owner keeps in a bucket for the next one, which goes on with it: calls, registrations.

    KIND.1, KIND.2 ...    Kept: one thing by its name, or nothing
    KIND.since            Kept: the epoch whose owner has gone on with all that there was

Names are many over the years, so keys are numbers that are used again. As with owners, each write names the
revision that it replaces: what a former owner sent, and what comes late, does not replace what is newer.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Collection, Coroutine, Iterable, Mapping
from contextlib import suppress
from typing import Any, TypeVar

import msgspec
from msgspec import Struct

from offhook.cluster.bus import Bus
from offhook.cluster.entries import UNREADABLE, Conflict, Entry, Get, Put, Written
from offhook.cluster.node import Node
from offhook.errors import UnavailableError

logger = logging.getLogger(__name__)

SINCE = "since"

AT_ONCE = 64
"""Writes that are not answered yet: as for terminals (`ownership.MAX_ASKED`)."""

TRIES = 3
"""A write that meets another one is tried again so often at once."""

AGAIN_S = 0.2
"""What cannot be read is read again after this."""

T = TypeVar("T")


class Kept(Struct, frozen=True):
    """What stands under a key. `epoch` is that of the owner who wrote it; no name: nothing."""

    epoch: int
    name: str = ""
    text: str = ""


_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(Kept)


class KeptItems:
    """Things of one kind. It is read once, by the owner of the unit, and written by it from then on.

    `lasting` things are good whoever wrote them. Others are the last owner's: what somebody has written who
    was the owner before is over.
    """

    def __init__(self, node: Node, unit: str, kind: str, *, lasting: bool = False) -> None:
        self._node, self._unit, self._kind, self._lasting = node, unit, kind, lasting
        self._unwritten = node.unwritten[unit, kind]
        self._epoch = 0
        self._revisions: dict[str, int] = {}
        self._keys: dict[str, str] = {}
        self._free: list[str] = []
        self._inherited: set[str] = set()
        self._since, self._last = 0, 0
        self._gate = asyncio.Semaphore(AT_ONCE)

    def __str__(self) -> str:
        return f"NATS ({self._kind})"

    async def read(self) -> dict[str, str]:
        """Everything. Waits until it can be read. Raises `UnavailableError` if this node is not the owner."""
        epoch = self._node.epoch(self._unit)
        if epoch is None:
            raise UnavailableError("this node does not own them")
        self._epoch = epoch
        while True:
            try:
                entries = await self._bus().kept(f"{self._kind}.*")
                break
            except UnavailableError as error:
                logger.debug("%s: %s", self, error)
                self._check()
                await asyncio.sleep(AGAIN_S)
        return await self._take(entries)

    async def peek(self) -> dict[str, str]:
        """Everything as it is now, for a node that does not own them. Raises `UnavailableError`."""
        entries = await self._bus().kept(f"{self._kind}.*")
        found = [(kept, entry.revision) for entry in entries if (kept := _read(entry.value)) is not None]
        found.sort(key=lambda one: (one[0].epoch, one[1]))
        return {kept.name: kept.text for kept, _ in found if kept.name not in ("", SINCE)}

    def blocking(self) -> KeptTexts:
        """The same for what runs in threads. To be called in the loop of its node."""
        return KeptTexts(self)

    async def _take(self, entries: list[Entry]) -> dict[str, str]:
        self._revisions = {entry.key: entry.revision for entry in entries}
        found = [(kept, entry.key) for entry in entries if (kept := _read(entry.value)) is not None]
        since = f"{self._kind}.{SINCE}"
        self._since = max((kept.epoch for kept, key in found if key == since), default=0)
        there: dict[str, Kept] = {}
        for kept, key in sorted(found, key=lambda one: (one[0].epoch, self._revisions[one[1]])):
            if key != since and kept.name and (self._lasting or kept.epoch >= self._since):
                there[kept.name], self._keys[kept.name] = kept, key
        numbers = (key.removeprefix(f"{self._kind}.") for key in self._revisions)
        self._last = max((int(number) for number in numbers if number.isdecimal()), default=0)
        used = {*self._keys.values(), since}
        self._free = [key for key in self._revisions if key not in used]
        self._inherited = set(there)
        left = self._unwritten
        left.keep_of(self._epoch)
        texts = {name: kept.text for name, kept in there.items() if name not in left.gone} | left.changed
        with suppress(UnavailableError):  # it is tried again with the next one
            await self.write({}, [name for name in left.gone if name in self._keys])
        return texts

    async def write(self, changed: Mapping[str, str], gone: Collection[str]) -> None:
        """Keep these, and then those no more: what is new may stand in the place of what is gone. Raises
        `UnavailableError`; then any of it may have been written."""
        write = self._unwritten.begin(self._epoch, [*changed, *gone])
        try:
            await self._write(changed, gone)
        except BaseException:
            self._unwritten.end(write, changed, gone, written=False)
            raise
        self._unwritten.end(write, changed, gone, written=True)

    async def _write(self, changed: Mapping[str, str], gone: Collection[str]) -> None:
        self._check()
        await self._put_all(
            (self._key(name), Kept(self._epoch, name, text)) for name, text in changed.items()
        )
        await self._put_all((self._keys[name], Kept(self._epoch)) for name in gone if name in self._keys)
        for name in gone:
            if (key := self._keys.pop(name, None)) is not None:
                self._free.append(key)
        self._inherited -= {*changed, *gone}
        await self._go_on()

    async def _go_on(self) -> None:
        """Once nothing is left as the owner before wrote it, whatever else it wrote is over."""
        if not self._lasting and not self._inherited and self._since < self._epoch:
            await self._put(f"{self._kind}.{SINCE}", Kept(self._epoch, SINCE))
            self._since = self._epoch

    async def _put_all(self, kept: Iterable[tuple[str, Kept]]) -> None:
        puts = [self._put(key, one) for key, one in kept]
        problems = [one for one in await asyncio.gather(*puts, return_exceptions=True) if one is not None]
        if problems:
            raise problems[0]

    def _key(self, name: str) -> str:
        key = self._keys.get(name)
        if key is None:
            if self._free:
                key = self._free.pop()
            else:
                self._last += 1
                key = f"{self._kind}.{self._last}"
            self._keys[name] = key
        return key

    async def _put(self, key: str, kept: Kept) -> None:
        async with self._gate:
            for _ in range(TRIES):
                self._check()
                answer = await self._bus().ask_kept(
                    Put(key, _encoder.encode(kept), self._revisions.get(key, 0))
                )
                if isinstance(answer, Written):
                    self._revisions[key] = answer.revision
                    return
                if not isinstance(answer, Conflict):
                    break
                there = await self._bus().ask_kept(Get(key))
                if not isinstance(there, Entry):
                    break
                known = _read(there.value)
                if known is not None and known.epoch > self._epoch:
                    raise UnavailableError("they are another node's")
                self._revisions[key] = there.revision
        raise UnavailableError("NATS does not answer")

    def _bus(self) -> Bus:
        bus = self._node.bus
        if bus is None:
            raise UnavailableError("NATS is away")
        return bus

    def _check(self) -> None:
        if self._node.epoch(self._unit) != self._epoch:
            raise UnavailableError("they are another node's")


class KeptTexts:
    """`KeptItems` for what runs in threads: both methods block (`KeptItems.blocking`)."""

    def __init__(self, items: KeptItems) -> None:
        self._items, self._loop = items, asyncio.get_running_loop()

    def __str__(self) -> str:
        return str(self._items)

    def read(self) -> Mapping[str, str]:
        """All. Raises `UnavailableError`."""
        return self._do(self._items.read)

    def write(self, changed: Mapping[str, str], removed: Collection[str]) -> None:
        """Keep these, and those no more. Raises `UnavailableError`."""
        self._do(lambda: self._items.write(changed, removed))

    def _do(self, work: Callable[[], Coroutine[Any, Any, T]]) -> T:
        return asyncio.run_coroutine_threadsafe(work(), self._loop).result()


def _read(value: bytes) -> Kept | None:
    try:
        return _decoder.decode(value)
    except UNREADABLE:
        return None
