"""What a former owner has sent may come at any later time: the next ones find what was kept, and nothing
else."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from contextlib import suppress
from typing import cast

from hypothesis import given, settings
from hypothesis import strategies as st

from offhook.cluster.entries import Answer, Conflict, Entry, Get, Put, Request, Unanswered, Written
from offhook.cluster.kept import KeptItems
from offhook.cluster.node import Node
from offhook.cluster.unwritten import Unwritten
from offhook.errors import UnavailableError

NAMES = "abcd"


class Bucket:
    """A bucket in memory. While `slow`, what is written is on its way, and comes with `arrive`."""

    def __init__(self) -> None:
        self.entries: dict[str, Entry] = {}
        self.revision = 0
        self.slow = False
        self.on_the_way: list[Put] = []

    async def ask_kept(self, request: Request) -> Answer:
        if isinstance(request, Get):
            return self.entries.get(request.key, Entry(request.key, b"", 0))
        if self.slow:
            self.on_the_way.append(request)
            return Unanswered()
        return self._put(request)

    def _put(self, request: Put) -> Answer:
        there = self.entries.get(request.key)
        if request.revision != (there.revision if there else 0):
            return Conflict()
        self.revision += 1
        self.entries[request.key] = Entry(request.key, request.value, self.revision)
        return Written(self.revision)

    async def kept(self, _keys: str) -> list[Entry]:
        return list(self.entries.values())

    def arrive(self) -> None:
        """All that was on its way comes now."""
        coming, self.on_the_way = self.on_the_way, []
        for request in coming:
            self._put(request)


class Owner:
    """A node as far as `KeptItems` needs one."""

    def __init__(self, bucket: Bucket, epoch: int) -> None:
        self.bus, self._epoch = bucket, epoch
        self.unwritten: defaultdict[tuple[str, str], Unwritten] = defaultdict(Unwritten)

    def epoch(self, _unit: str) -> int | None:
        return self._epoch


class Site:
    """One owner after the other; `there` is what has to be found."""

    def __init__(self) -> None:
        self.bucket, self.epoch = Bucket(), 0
        self.there: dict[str, str] = {}

    async def next_owner(self, *, early: bool) -> None:
        """It goes on with all that it finds, as a switch does; what is late arrives before or after that."""
        self.epoch += 1
        self.items = KeptItems(cast("Node", Owner(self.bucket, self.epoch)), "switch", "call")
        found = await self.items.read()
        assert found == self.there
        if early:
            self.bucket.arrive()
        self.there = {name: f"{text}, gone on" for name, text in found.items()}
        await self.items.write(self.there, ())
        self.bucket.arrive()

    async def keep(self, name: str) -> None:
        text = f"{name} in {self.epoch}"
        await self.items.write({name: text}, ())
        self.there[name] = text

    async def end(self, name: str) -> None:
        await self.items.write({}, [name])
        self.there.pop(name, None)

    async def dies_writing(self, name: str) -> None:
        """Its last write is on its way."""
        self.bucket.slow = True
        with suppress(UnavailableError):
            if name in self.there:
                await self.items.write({}, [name])
            else:
                await self.items.write({name: "late"}, ())
        self.bucket.slow = False


STEPS = st.one_of(
    st.tuples(st.just("keep"), st.sampled_from(NAMES)),
    st.tuples(st.just("end"), st.sampled_from(NAMES)),
    st.tuples(st.sampled_from(["dies, early", "dies, late"]), st.sampled_from(NAMES)),
)


@settings(max_examples=150, deadline=None)
@given(st.lists(STEPS, max_size=25))
def test_the_next_owner_finds_what_was_kept_whatever_of_a_former_one_comes_late(
    steps: list[tuple[str, str]],
) -> None:
    async def live() -> None:
        site = Site()
        await site.next_owner(early=False)
        for step, name in steps:
            if step == "keep":
                await site.keep(name)
            elif step == "end":
                await site.end(name)
            else:
                await site.dies_writing(name)
                await site.next_owner(early=step == "dies, early")
        await site.next_owner(early=False)

    asyncio.run(live())
