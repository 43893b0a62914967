"""How samples of what is compared are taken: in turn, and in blocks. What a call takes is measured both ways.

**In turn**: one sample of each row, again and again. What else the machine does falls on all alike. But
between two samples of one row all others have run: each finds the processor's caches filled by somebody else,
and its process asleep for longer. A single click on a machine that does other things as well is like that.

**In blocks**: `BLOCK` samples of one row, then as many of the next, and so on in rounds; the first `HEAD` of
each block are left out. Each row has the caches to itself: this is the work alone. What the machine does for
a second falls on one block; there are several of each, spread over the run.

The first costs half as much again as the second, or more, the bare relay's baseline included. So a row can
only be compared with the baseline of its own method, which is what the last columns do, and a ratio is
**reached only if it is reached by both methods**. Figures of different runs, or of a machine that is
differently busy, are not to be compared at all: measure both in one run.

This process collects no garbage while it takes samples, but once in each round: that stopped what it measures
for 25 ms, and the longer samples more often than the short ones of a baseline.
"""

import gc
import math
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager

from bench.report import Aim, Table, percentile, spread

IN_TURN, IN_BLOCKS = ", in turn", ", in blocks"
"""End the names of rows."""

BLOCK = 50
HEAD = 10
WARM_UP = 30

REST_S = 0.002
"""Between two samples: the measure is of an idle system."""

METHODS = (
    "in turn: one sample of each, again and again, so that caches are cold, as for a single click",
    f"in blocks: {BLOCK} samples of one, then of the next, so that they are warm: the work alone",
)

Way = Callable[[], Awaitable[Mapping[str, float]]]
"""Takes one sample: milliseconds, by the names of rows."""

Samples = dict[str, list[float]]

NONE_OF_THEIR_OWN: Mapping[str, str] = {}


async def sampled(ways: Sequence[Way], count: int) -> Samples:
    """`count` samples of each by either method, in rounds of `BLOCK` (or fewer, if `count` is less)."""
    samples: defaultdict[str, list[float]] = defaultdict(list)
    block = min(BLOCK, count)

    async def take(way: Way, method: str) -> None:
        for name, value in (await way()).items():
            samples[name + method].append(value)

    with no_garbage_collected():
        for way in ways:
            for _ in range(WARM_UP):
                await way()
        for _ in range(math.ceil(count / block)):
            for _ in range(block):
                for way in ways:
                    await take(way, IN_TURN)
            gc.collect()
            for way in ways:
                for _ in range(HEAD):
                    await way()
                for _ in range(block):
                    await take(way, IN_BLOCKS)
    return dict(sorted(samples.items(), key=lambda one: one[0].endswith(IN_BLOCKS)))


@contextmanager
def no_garbage_collected() -> Iterator[None]:
    """Within, this process collects garbage only when it is told to."""
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def compared(
    title: str,
    samples: Samples,
    baseline: str,
    ratios: Mapping[str, float],
    *,
    baselines: Mapping[str, str] = NONE_OF_THEIR_OWN,
    percents: Sequence[int] = (50,),
    aims: Sequence[Aim] = (),
    notes: Sequence[str] = (),
) -> Table:
    """The table of `sampled`. All by the names of rows without their method: `ratios`: so many times the
    baseline at most; `baselines`: those of rows that have one of their own."""

    def baseline_of(row: str) -> str:
        method = IN_TURN if row.endswith(IN_TURN) else IN_BLOCKS
        return baselines.get(row.removesuffix(method), baseline) + method

    judged = tuple(
        Aim(
            f"{name}: p{percent} at most {ratio:g} times the baseline's, in turn and in blocks",
            all(
                percentile(samples[name + method], percent)
                <= ratio * percentile(samples[baseline_of(name + method)], percent)
                for method in (IN_TURN, IN_BLOCKS)
            ),
        )
        for name, ratio in ratios.items()
        if name + IN_TURN in samples
        for percent in percents
    )
    return spread(
        title,
        "ms",
        samples,
        baseline + IN_BLOCKS,
        baseline_of=baseline_of,
        of=percents,
        aims=(*aims, *judged),
        notes=(*METHODS, *notes),
    )
