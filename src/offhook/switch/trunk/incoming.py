"""Which phones ring for a call that comes in, in which order, and what the caller gets if nobody takes it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from offhook.config import IncomingSettings, TerminalSettings
from offhook.config.sections.incoming import REFUSALS

NO_SUCH_NUMBER = 404


@dataclass(frozen=True, slots=True)
class Plan:
    """The phones that ring, step by step: those of one step at once, each for `ring_s` seconds (0: as long as
    any call). Then the caller is sent `onward`: by this terminal, to this number outside. `refusal` is the
    status after that."""

    steps: tuple[tuple[str, ...], ...] = ()
    refusal: int = NO_SUCH_NUMBER
    ring_s: float = 0.0
    onward: tuple[str, str] | None = None


NOBODY = Plan()


class IncomingRules:
    """`idle_since` tells when a terminal had its last call; None while it has one."""

    def __init__(
        self,
        entries: Sequence[IncomingSettings],
        terminals: Mapping[str, TerminalSettings],
        idle_since: Callable[[str], float | None],
        now: Callable[[], datetime] = datetime.now,
    ) -> None:
        self._entries, self._idle_since, self._now = entries, idle_since, now
        self._ids = terminals
        self._terminals = {one.number: one.id for one in terminals.values() if one.number}

    def plan(self, number: str) -> Plan:
        """What becomes of a call to this number of the site, which is written with `+` and its country.

        An entry that names the number comes before the terminal whose number it is, and that before an entry
        for all numbers.
        """
        named = [one for one in self._entries if one.has(number)]
        if not named and number in self._terminals:
            return Plan(((self._terminals[number],),), REFUSALS["unavailable"])
        entries = named or [one for one in self._entries if not one.numbers]
        if not entries:
            return NOBODY
        now = self._now()
        entry = next((one for one in entries if one.is_open(now)), None)
        steps = () if entry is None else self._steps(entry)
        last = entries[0] if entry is None else entry
        if last.otherwise in REFUSALS:
            return Plan(steps, REFUSALS[last.otherwise], last.ring_s)
        if last.otherwise not in self._ids:
            by = last.otherwise_by
            return Plan(steps, REFUSALS["unavailable"], last.ring_s, (by, last.otherwise) if by else None)
        return Plan((*steps, (last.otherwise,)), REFUSALS["unavailable"], last.ring_s)

    def _steps(self, entry: IncomingSettings) -> tuple[tuple[str, ...], ...]:
        if entry.order == "all":
            return (entry.ring,)
        ring = list(entry.ring)
        if entry.order == "longest_idle":
            since = {one: self._idle_since(one) for one in ring}
            ring.sort(key=lambda one: (since[one] is None, since[one] or 0.0))
        return tuple((one,) for one in ring)
