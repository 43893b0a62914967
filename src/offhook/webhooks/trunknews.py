"""What is worth telling of trunks, and how often: a provider that comes and goes is one letter a minute."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from offhook.call import TrunkState

PAUSE_S = 60.0
"""Between two letters about one trunk; what has become of it meanwhile is told then."""

FIRST_S = 10.0
"""After the start nothing is told for so long: trunks have to find their providers, and register, first."""

AWAY, BACK, LIMIT = "trunk.away", "trunk.back", "trunk.limit"


@dataclass(slots=True)
class _LastTold:
    """What was told last of a trunk, and when something may be told again. Until then `waits`."""

    usable: bool
    limit: str
    again: float
    waits: bool = False


class TrunkNews:
    """Calls `tell` with the type of a letter and the trunk: no call can go out by it, calls can again, or a
    limit is reached, and calls are refused for it."""

    def __init__(self, tell: Callable[[str, TrunkState], None]) -> None:
        self._loop, self._tell = asyncio.get_running_loop(), tell
        self._begun = self._loop.time()
        self._told: dict[str, _LastTold] = {}
        self._now: dict[str, TrunkState] = {}
        self._timers: set[asyncio.TimerHandle] = set()

    def on_trunk(self, trunk: TrunkState) -> None:
        """The trunk has changed."""
        self._now[trunk.name] = trunk
        told = self._told.setdefault(trunk.name, _LastTold(True, "", self._begun + FIRST_S))
        if not told.waits:
            told.waits = True
            self._timers.add(self._loop.call_at(told.again, self._look, trunk.name))

    def stop(self) -> None:
        """Tell nothing any more."""
        for timer in self._timers:
            timer.cancel()

    def _look(self, name: str) -> None:
        now = self._loop.time()
        self._timers = {timer for timer in self._timers if timer.when() > now}
        trunk, told = self._now[name], self._told[name]
        told.waits = False
        before = told.usable, told.limit
        told.usable, told.limit = trunk.usable, trunk.limit
        found = []
        if trunk.usable is not before[0]:
            found.append(BACK if trunk.usable else AWAY)
        if trunk.limit and trunk.limit != before[1]:
            found.append(LIMIT)
        for kind in found:
            self._tell(kind, trunk)
        if found:
            told.again = now + PAUSE_S
