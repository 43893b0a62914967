"""What came of a load, also of one that was not done to its end: the tables that are shown."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bench.load import site
from bench.load.crowd import KEPT_UP, StepError, kept
from bench.load.processors import Share
from bench.load.site import Running, Size
from bench.report import Aim, Table, percentile, spread

LATENESS = "the load's own lateness"
FIRST = "dial, to INVITE"


class Memory:
    """What the product's processes have in memory, by when."""

    def __init__(self, running: Running) -> None:
        self._processes = running.processes
        self.kib: defaultdict[str, list[float]] = defaultdict(list)

    def note(self, when: str) -> None:
        """Look now; of what is noted often the first, the last and the most are shown."""
        try:
            self.kib[when].append(sum(site.resident_kib(pid) for pid in self._processes.values()))
        except OSError as error:
            raise StepError(f"the product has ended ({', '.join(self._processes)})") from error


@dataclass(frozen=True)
class Calls:
    """What came of dials at one rate. `lasted` is for how long it was dialled."""

    rate: float
    lasted: float
    results: list[dict[str, Any]]
    shares: Mapping[str, Share]
    """Of the product's processes and the load's, while it was dialled."""
    used_s: Mapping[str, float]
    """Processor time of the product's processes, until the last call was over."""

    @property
    def faults(self) -> Counter[str]:
        """Of all sessions."""
        found: Counter[str] = Counter()
        for one in self.results:
            found.update(one["faults"])
        return found

    @property
    def samples(self) -> dict[str, list[float]]:
        """Milliseconds by what was measured."""
        found: defaultdict[str, list[float]] = defaultdict(list)
        for one in self.results:
            for name, values in one["samples"].items():
                found[name] += values
        return dict(found)

    @property
    def held(self) -> bool:
        """Was all dialled, and nothing lost?"""
        return not self.faults and kept(self.results, self.rate, self.lasted)

    def sum(self, name: str) -> int:
        """Of a number of all workers."""
        return sum(one[name] for one in self.results)

    @property
    def text(self) -> str:
        """In a line."""
        faults = [f"{count:,} times {name}" for name, count in self.faults.most_common(2)]
        late = "" if kept(self.results, self.rate, self.lasted) else "not all of them could be begun"
        outcome = "holds" if self.held else "; ".join([*([late] if late else []), *faults])
        times = self.samples.get(FIRST)
        took = (
            f"; {FIRST} {percentile(times, 50):.1f} ms (p50), {percentile(times, 99):.0f} (p99)"
            if times
            else ""
        )
        cores = ", ".join(f"{name} {share.text}" for name, share in self.shares.items())
        return f"{self.rate:g} dials a second for {self.lasted:.0f} s: {outcome}{took}; of a core: {cores}"


@dataclass
class Found:
    """Of the whole run, as far as it has come."""

    size: Size
    rate: float
    seconds: float
    processes: int = 1
    workers: int = 0
    memory: Memory | None = None
    logins: dict[str, list[float]] = field(default_factory=dict)
    took_s: dict[str, float] = field(default_factory=dict)
    """How long the logins took altogether, by their kind."""
    tried: list[Calls] = field(default_factory=list)
    """Rates that were tried for some seconds, from the lowest."""
    calls: Calls | None = None

    @property
    def highest(self) -> float:
        """The highest rate that held; 0: none did, or none was tried."""
        every = [*self.tried, *([self.calls] if self.calls is not None else [])]
        return max((one.rate for one in every if one.held), default=0.0)

    def tables(self) -> list[Table]:
        """What there is."""
        found = [self._latency()] if self.logins else []
        return [*found, self._resident()] if self.memory is not None and self.memory.kib else found

    def _latency(self) -> Table:
        size, calls = self.size, self.calls or (self.tried[-1] if self.tried else None)
        samples = dict(calls.samples) if calls is not None else {}
        samples |= {f"login, {kind.upper()}": values for kind, values in self.logins.items() if values}
        ordered = {name: samples[name] for name in sorted(samples, key=lambda name: (name != LATENESS, name))}
        where = (
            "one process"
            if self.processes == 1
            else "two processes: one may not open enough files, or --split"
        )
        logged_in = ", ".join(
            f"{len(values) / self.took_s[kind]:.0f} {kind.upper()}" for kind, values in self.logins.items()
        )
        return spread(
            f"{size.sessions:,} TSP and {size.sessions:,} SSCP sessions at {size.terminals:,} terminals,"
            f" {self.rate:g} dials a second for {self.seconds / 60:g} min",
            "ms",
            ordered,
            next(iter(ordered)),
            aims=self._aims(),
            notes=(
                f"the product runs in {where}; the phones and sessions in {self.workers} others, on the same"
                " machine",
                f"logins a second: {logged_in}",
                *([] if calls is None else self._notes(calls)),
            ),
        )

    def _aims(self) -> tuple[Aim, ...]:
        calls = self.calls
        if calls is None:
            return (Aim("all calls", False),)
        dials, ended, told = (calls.sum(name) for name in ("dials", "calls", "told"))
        asked = int(self.rate * self.seconds)
        return (
            Aim(
                "every call has one beginning and one end at every session that should see it"
                f" ({ended:,} calls of {dials:,} dials, {told:,} states told)",
                not calls.faults and ended == 2 * dials,
            ),
            Aim(f"{self.rate:g} dials a second ({dials:,} of {asked:,} begun)", dials >= KEPT_UP * asked),
        )

    def _notes(self, calls: Calls) -> list[str]:
        dials = max(1, calls.sum("dials"))
        found = [f"at most {calls.sum('up'):,} calls between two terminals were up at once"]
        found += [
            f"processor time of the {name}: {1000 * spent / dials:.2f} ms a call"
            for name, spent in calls.used_s.items()
        ]
        found += [f"tried, {one.text}" for one in self.tried]
        if calls is self.calls:
            found.append(calls.text)
            if calls.lasted != self.seconds:
                found.append(f"calls were cut short to {calls.lasted:.0f} s: --limit")
        if calls.rate != self.rate or not calls.held:
            found.append(f"the highest rate that held: {self.highest:g} a second")
        return found + [f"FAULT, {count:,} times: {name}" for name, count in calls.faults.most_common(20)]

    def _resident(self) -> Table:
        assert self.memory is not None
        kib, size = self.memory.kib, self.size
        calls = self.calls or (self.tried[-1] if self.tried else None)
        up = 2 * calls.sum("up") if calls is not None else None
        every = (
            ("started", "terminal", "started", None, "started"),
            ("phones registered", "phone", "phones registered", size.terminals, "started"),
            ("TSP sessions logged in", "session", "tsp sessions", size.sessions, "phones registered"),
            ("SSCP sessions logged in", "session", "sscp sessions", size.sessions, "tsp sessions"),
            ("calls, the most", "call of a terminal", "calls", up, "sscp sessions"),
            ("calls, the last", "call of a terminal", "calls", up, "sscp sessions"),
            ("calls over", "", "calls over", None, "sscp sessions"),
        )
        rows: list[tuple[str, tuple[float | None, ...]]] = []
        for name, of, when, count, before in every:
            if when in kib:
                now, then = (max if name.endswith("most") else _last)(kib[when]), kib[before][-1]
                a_piece = (now - then) / count if count else None
                label = f"{name}{f', each {of}' if count else ''}"
                rows.append((label, (now / 1024, (now - then) / 1024, a_piece)))
        return Table("Memory of the product", ("MiB", "more MiB", "KiB each"), tuple(rows), "started")


def _last(values: list[float]) -> float:
    return values[-1]
