"""One round after the other: something goes wrong, is mended, and what was promised is looked at."""

from __future__ import annotations

import asyncio
import json
import os
import random
import time
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from bench.chaos import faults
from bench.chaos.bed import Bed, bed
from bench.chaos.faults import Fault, Scene
from bench.chaos.judge import RULES, UNCONTROLLED, UNENDED, Broken
from bench.chaos.kinds import Kind
from bench.chaos.site import Site, Size
from bench.chaos.spent import Spent

HOLD_S = (4.0, 8.0)
"""So long something stays wrong: longer than a lease."""

SETTLE_S = 8.0
"""So long after it is mended all has to be well."""

CONTROLLED_S = 40.0
"""So long after it is mended a call that is up can be dropped at the latest. NATS 2.9 takes four to ten
seconds for an election, and may need two."""

AGAIN_S = 1.5
"""What is not shown right is looked at a second time."""

EMPTY_S = 60.0
"""So long after the last call begins all phones may be busy."""

TELL_S = 10.0
"""So often a line says how it goes."""


class Run:
    """Rounds on one bed. Each is a line of the `log`, with all that a result needs."""

    def __init__(
        self,
        bed: Bed,
        seed: int,
        names: list[str],
        log: Path | None,
        say: Callable[[str], None],
        at_once: int = 1,
    ) -> None:
        self._bed, self._seed, self._log, self._say = bed, seed, log, say
        self._at_once = at_once
        self._possible = faults.possible(bed, names)
        self._told: Counter[str] = Counter()

    async def round(self, number: int) -> dict[str, Any]:
        """The nth; what it was is decided by the seed alone."""
        bed, dice = self._bed, random.Random(f"{self._seed}-{number}")
        hold = dice.uniform(*HOLD_S)
        site = dice.choice(bed.sites)
        users = site.users
        before = self._counted()
        witness = users.borrow()
        began = time.monotonic()
        for one in bed.sites:  # until it is known what: a death must not be judged before
            one.judge.something_goes_wrong(began, forgets=True)
        first = faults.turn(self._possible, self._seed, number)
        found = await faults.begin(first, self._possible, self._at_once, Scene(bed, site, dice))
        for one in bed.sites:
            one.judge.something_goes_wrong(began, forgets=any(fault.forgets for fault in found))
        apart = frozenset(name for one in found for name in one.apart)
        dropping = None
        if witness is not None:
            dropping = asyncio.create_task(users.drop(witness, apart))
        await asyncio.sleep(max([hold, *(fault.hold_s for fault in found)]))
        await faults.mend(found)
        mended = time.monotonic()
        gap = None
        if dropping is not None:
            ended = await dropping
            gap = (ended or time.monotonic()) - began
            assert witness is not None
            witness.borrowed = False
        name = " + ".join(sorted(one.name for one in found))
        for one in bed.sites:
            await bed.until(lambda one=one: one.well, f"all nodes of {one.kind.name} after {name}")
        await asyncio.gather(*(self._controlled(one) for one in bed.sites))
        controlled = time.monotonic() - mended
        await asyncio.sleep(SETTLE_S)
        looks = [one.judge.look(time.monotonic(), one.names) for one in bed.sites]
        await asyncio.sleep(AGAIN_S)
        for one, seen in zip(bed.sites, looks, strict=True):
            for key, what in one.judge.look(time.monotonic(), one.names).items():
                if key in seen:
                    one.judge.breaks(time.monotonic(), key[0], what)
        fault = Fault(name, "; ".join(one.what for one in found), (), lambda: None)
        return self._note(number, site, fault, began, mended, gap, before, controlled)

    async def _controlled(self, site: Site) -> None:
        """Wait until a call can be dropped: NATS may elect anew for a while when a server comes back."""
        end = time.monotonic() + CONTROLLED_S
        while time.monotonic() < end:
            if (pair := site.users.borrow()) is None:
                await asyncio.sleep(0.1)
                continue
            try:
                if await site.users.drop(pair) is not None:
                    return
            finally:
                pair.borrowed = False
        site.judge.breaks(time.monotonic(), UNCONTROLLED, f"for {CONTROLLED_S:g} s")

    async def end(self) -> dict[str, Any]:
        """No more calls: nothing may be left of any."""
        bed, before, began = self._bed, self._counted(), time.monotonic()
        for site in bed.sites:
            site.users.rest()
        end = began + EMPTY_S
        while not all(site.users.resting for site in bed.sites) and time.monotonic() < end:  # noqa: ASYNC110
            await asyncio.sleep(0.1)
        await asyncio.gather(*(site.users.clear() for site in bed.sites))
        await asyncio.sleep(SETTLE_S)
        for site in bed.sites:
            await self._nothing_left(site)
        fault = Fault("no more calls", "", (), lambda: None)
        return self._note(-1, bed.sites[0], fault, began, began, None, before)

    async def _nothing_left(self, site: Site) -> None:
        site.judge.all_over(time.monotonic(), site.names)
        site.order(do="channels")
        if left := await site.channels.get():
            site.judge.breaks(time.monotonic(), UNENDED, f"Asterisk still has {', '.join(left)}")
        if (database := self._bed.database) is not None:
            for call, node in await asyncio.to_thread(database.calls, site.database):
                what = f"the call log of {node} has no end of {call}"
                site.judge.breaks(time.monotonic(), UNENDED, what)

    async def tell(self) -> None:
        """How it goes, and what takes the processors, every ten seconds, for ever."""
        began, last = time.monotonic(), self._counted()
        spent = Spent(self._bed)
        spent.since()
        while True:
            await asyncio.sleep(TELL_S)
            now = self._counted()
            new = {name: now[name] - last[name] for name in ("begun", "talks")}
            broken = sum(now[rule] for rule in RULES)
            talking = sum(one.users.talking for one in self._bed.sites)
            self._say(
                f"     {time.monotonic() - began:5.0f} s: {new['begun'] / TELL_S:.1f} calls begun a second, "
                f"{talking} talk, {now['talks']} talks so far, {broken or 'no'} broken promises; "
                f"load {os.getloadavg()[0]:.1f}"
            )
            shares = sorted(spent.since().items(), key=lambda one: -one[1])
            self._say("             of one processor: " + ", ".join(
                f"{name} {seconds / TELL_S:.2f}" for name, seconds in shares
            ))  # fmt: skip
            last = now

    def _counted(self) -> Counter[str]:
        found: Counter[str] = Counter()
        for site in self._bed.sites:
            found.update(site.users.count)
            found.update(site.judge.count)
        return found

    def _new(self, site: Site) -> list[Broken]:
        name, broken = site.kind.name, site.judge.broken
        new, self._told[name] = broken[self._told[name] :], len(broken)
        return new

    def _note(
        self, number: int, site: Site, fault: Fault, began: float, mended: float, gap: float | None,
        before: Counter[str], well: float | None = None,
    ) -> dict[str, Any]:  # fmt: skip
        for one in self._bed.sites:
            one.check()
        now, users = self._counted(), [one.users for one in self._bed.sites]
        count = {name: now[name] - before[name] for name in now if now[name] != before[name]}
        new = [(one.kind.name, broken) for one in self._bed.sites for broken in self._new(one)]
        refused: Counter[str] = Counter()
        for people in users:
            refused.update(people.refused)
        row = {
            "round": number,
            "site": site.kind.name,
            "fault": fault.name,
            "what": fault.what,
            "began": began,
            "held_s": mended - began,
            "took_s": time.monotonic() - began,
            "load": os.getloadavg()[0],
            "gap_s": gap,
            "well_s": well,
            "count": count,
            "broken": [[one.at - began, one.rule, f"{kind}: {one.what}"] for kind, one in new],
            "odd": [[at - began, what] for one in users for at, what in one.odd],
            "waits": [round(wait, 3) for one in users for begun, wait in one.waits if begun >= began],
            "refused": dict(refused),
        }
        for people in users:
            people.refused.clear()
            people.odd.clear()
        if self._log is not None:
            with self._log.open("a") as file:
                file.write(json.dumps(row) + "\n")
        shown = "" if gap is None else f", control of a call after {gap:.2f} s"
        self._say(f"{number:4} {site.kind.name}: {fault.name} ({fault.what}){shown}; {_words(count)}")
        for kind, broken in new:
            self._say(f"       BROKEN: {kind}: {broken.rule}: {broken.what} ({broken.at - began:+.1f} s)")
        return row


def _words(count: dict[str, int]) -> str:
    return ", ".join(f"{number} {name}" for name, number in count.items() if name not in RULES)


async def rounds(
    kinds: Sequence[Kind], size: Size, seed: int, seconds: float, *, first: int = 0, names: list[str],
    log: Path | None, folder: Path | None, say: Callable[[str], None], found: list[dict[str, Any]],
    count: int | None = None, at_once: int = 1,
) -> None:  # fmt: skip
    """As many as go into so many seconds, or `count`, and the end; each is put into `found` at once."""
    async with bed(kinds, size, seed, folder) as made:
        run, number = Run(made, seed, names, log, say, at_once), first
        telling = asyncio.create_task(run.tell())
        await asyncio.sleep(SETTLE_S)
        begun = time.monotonic()
        while time.monotonic() < begun + seconds and (count is None or number < first + count):
            found.append(await run.round(number))
            number += 1
        telling.cancel()
        found.append(await run.end())
