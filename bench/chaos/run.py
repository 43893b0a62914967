"""One round after the other: something goes wrong, is mended, and what was promised is looked at."""

from __future__ import annotations

import asyncio
import json
import random
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bench.chaos import faults
from bench.chaos.bed import Bed, Size, bed
from bench.chaos.faults import Fault
from bench.chaos.judge import RULES, UNCONTROLLED, UNENDED

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


class Run:
    """Rounds on one bed. Each is a line of the `log`, with all that a result needs."""

    def __init__(self, bed: Bed, seed: int, names: list[str], log: Path | None, say: Callable[[str], None]):
        self._bed, self._seed, self._log, self._say = bed, seed, log, say
        self._possible = faults.possible(bed, names)
        self._told = 0

    async def round(self, number: int) -> dict[str, Any]:
        """The nth; what it was is decided by the seed alone."""
        bed, dice = self._bed, random.Random(f"{self._seed}-{number}")
        weights = [faults.WEIGHTS[one] for one in self._possible]
        kind = dice.choices(self._possible, weights)[0]
        hold = dice.uniform(*HOLD_S)
        before = self._counted()
        witness = bed.users.borrow()
        began = time.monotonic()
        fault = await faults.begin(kind, bed, dice)
        dropping = None
        if witness is not None:
            dropping = asyncio.create_task(bed.users.drop(witness, fault.apart[0] if fault.apart else ""))
        await asyncio.sleep(hold)
        await asyncio.to_thread(fault.mend)
        mended = time.monotonic()
        gap = None
        if dropping is not None:
            ended = await dropping
            gap = (ended or time.monotonic()) - began
            assert witness is not None
            witness.borrowed = False
        await bed.until(lambda: bed.well, f"all nodes after {fault.name}")
        await self._controlled()
        controlled = time.monotonic() - mended
        await asyncio.sleep(SETTLE_S)
        names = [node.part.name for node in bed.nodes]
        first = bed.judge.look(time.monotonic(), names)
        await asyncio.sleep(AGAIN_S)
        for key, what in bed.judge.look(time.monotonic(), names).items():
            if key in first:
                bed.judge.breaks(time.monotonic(), key[0], what)
        return self._note(number, fault, began, mended, gap, before, controlled)

    async def _controlled(self) -> None:
        """Wait until a call can be dropped: NATS may elect anew for a while when a server comes back."""
        end = time.monotonic() + CONTROLLED_S
        while time.monotonic() < end:
            if (pair := self._bed.users.borrow()) is None:
                await asyncio.sleep(0.1)
                continue
            try:
                if await self._bed.users.drop(pair) is not None:
                    return
            finally:
                pair.borrowed = False
        self._bed.judge.breaks(time.monotonic(), UNCONTROLLED, f"for {CONTROLLED_S:g} s")

    async def end(self) -> dict[str, Any]:
        """No more calls: nothing may be left of any."""
        bed, before, began = self._bed, self._counted(), time.monotonic()
        bed.users.rest()
        end = began + EMPTY_S
        while not bed.users.resting and time.monotonic() < end:  # noqa: ASYNC110
            await asyncio.sleep(0.1)
        await asyncio.sleep(SETTLE_S)
        names = [node.part.name for node in bed.nodes]
        bed.judge.all_over(time.monotonic(), names)
        bed.order(do="channels")
        if left := await bed.channels.get():
            bed.judge.breaks(time.monotonic(), UNENDED, f"Asterisk still has {', '.join(left)}")
        if bed.database is not None:
            for call, node in await asyncio.to_thread(bed.database.calls):
                bed.judge.breaks(time.monotonic(), UNENDED, f"the call log of {node} has no end of {call}")
        return self._note(-1, Fault("no more calls", "", (), lambda: None), began, began, None, before)

    def _counted(self) -> dict[str, int]:
        return {**self._bed.users.count, **self._bed.judge.count}

    def _note(
        self, number: int, fault: Fault, began: float, mended: float, gap: float | None,
        before: dict[str, int], well: float | None = None,
    ) -> dict[str, Any]:  # fmt: skip
        judge, users = self._bed.judge, self._bed.users
        now = self._counted()
        count = {name: now[name] - before.get(name, 0) for name in now if now[name] != before.get(name, 0)}
        new, self._told = judge.broken[self._told :], len(judge.broken)
        row = {
            "round": number,
            "fault": fault.name,
            "what": fault.what,
            "began": began,
            "held_s": mended - began,
            "took_s": time.monotonic() - began,
            "gap_s": gap,
            "well_s": well,
            "count": count,
            "broken": [[one.at - began, one.rule, one.what] for one in new],
            "odd": [[at - began, what] for at, what in users.odd],
            "waits": [round(wait, 3) for begun, wait in users.waits if begun >= began],
            "refused": dict(users.refused),
        }
        users.refused.clear()
        users.odd.clear()
        if self._log is not None:
            with self._log.open("a") as file:
                file.write(json.dumps(row) + "\n")
        shown = "" if gap is None else f", control of a call after {gap:.2f} s"
        self._say(f"{number:4} {fault.name} ({fault.what}){shown}; {_words(count)}")
        for one in new:
            self._say(f"       BROKEN: {one.rule}: {one.what} ({one.at - began:+.1f} s)")
        return row


def _words(count: dict[str, int]) -> str:
    return ", ".join(f"{number} {name}" for name, number in count.items() if name not in RULES)


async def rounds(
    size: Size, seed: int, seconds: float, *, first: int = 0, names: list[str], log: Path | None,
    folder: Path | None, say: Callable[[str], None], count: int | None = None,
) -> list[dict[str, Any]]:  # fmt: skip
    """As many as go into so many seconds, or `count`, and the end."""
    async with bed(size, seed, folder) as made:
        run, found, number = Run(made, seed, names, log, say), list[dict[str, Any]](), first
        await asyncio.sleep(SETTLE_S)
        begun = time.monotonic()
        while time.monotonic() < begun + seconds and (count is None or number < first + count):
            found.append(await run.round(number))
            number += 1
        found.append(await run.end())
        return found
