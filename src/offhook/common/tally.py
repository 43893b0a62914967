"""Limits log lines that strangers can cause: first lines, then a summary each minute. No I/O, no clock."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

EVERY_S: Final = 60.0
"""How often the counts are logged."""

SHOWN: Final = 5
"""Sources of one kind that are logged at once in that time: enough to find a phone that is set up wrong."""

MAX_SOURCES: Final = 100
"""Sources of one kind that are counted separately; above it the summary says "100 or more"."""

MAX_KINDS: Final = 32
"""Kinds that are counted separately; all others are one kind, because a stranger's text may be part of it."""

OTHER: Final = "other"


@dataclass(slots=True)
class _Count:
    times: int = 0
    told: int = 0
    sources: set[str] = field(default_factory=set)


class Tally:
    """Counts events by kind and source. `tell` writes a line; `later(seconds, do)` is a timer.

    The first sources of a kind are logged at once. Further events are counted, and logged in one line when
    the minute is over. So a quiet site sees each event, and a flood is one line.
    """

    def __init__(
        self, tell: Callable[[str], None], later: Callable[[float, Callable[[], None]], object]
    ) -> None:
        self._tell, self._later = tell, later
        self._counts: dict[str, _Count] = {}

    def note(self, kind: str, source: str) -> None:
        """Count an event of this kind, caused by this source."""
        if not self._counts:
            self._later(EVERY_S, self._sum_up)
        if kind not in self._counts and len(self._counts) >= MAX_KINDS:
            kind = OTHER
        count = self._counts.setdefault(kind, _Count())
        count.times += 1
        if source in count.sources or len(count.sources) >= MAX_SOURCES:
            return
        count.sources.add(source)
        if len(count.sources) <= SHOWN:
            count.told += 1
            self._tell(f"from {source}: {kind}")

    def _sum_up(self) -> None:
        counts, self._counts = self._counts, {}
        more = [
            f"{kind}: {count.times} times from {_sources(len(count.sources))}"
            for kind, count in counts.items()
            if count.times > count.told
        ]
        if more:
            self._tell(f"in the last {EVERY_S:.0f} s: {'; '.join(more)}")


def _sources(number: int) -> str:
    if number >= MAX_SOURCES:
        return f"{MAX_SOURCES} sources or more"
    return "1 source" if number == 1 else f"{number} sources"
