"""Which of the processes has all of a processor that it can use: what a rate that does not hold hangs on."""

from collections.abc import Mapping
from dataclasses import dataclass
from time import perf_counter

from bench.load import site

SATURATED = 0.9
"""An event loop bears no more that for so much of the time runs, or could run and has no processor."""


@dataclass(frozen=True)
class Share:
    """Of one process in a while: parts of a processor."""

    used: float
    """By all its threads."""
    loop: float
    """By the first, which is that of its event loop."""
    waited: float
    """How long that thread could have run, and had no processor."""

    @property
    def saturated(self) -> bool:
        """Can it do no more, as it is or on a machine as busy as this?"""
        return self.loop + self.waited >= SATURATED

    @property
    def text(self) -> str:
        waits = f", waits for one {100 * self.waited:.0f} %" if self.waited >= 0.005 else ""
        return f"{100 * self.used:.0f} %{waits}{', SATURATED' if self.saturated else ''}"


class Processors:
    """Counts from now on."""

    def __init__(self, processes: Mapping[str, int]) -> None:
        self._processes = processes
        self._begun, self._before = perf_counter(), self._now()

    def used_s(self) -> dict[str, float]:
        """Seconds of processor time of each."""
        return {name: used - self._before[name][0] for name, (used, _, _) in self._now().items()}

    def shares(self) -> dict[str, Share]:
        """What each took since then."""
        took = max(0.001, perf_counter() - self._begun)
        return {
            name: Share(*((now - then) / took for now, then in zip(values, self._before[name], strict=True)))
            for name, values in self._now().items()
        }

    def _now(self) -> dict[str, tuple[float, float, float]]:
        return {name: (site.used_s(pid), *site.loop_s(pid)) for name, pid in self._processes.items()}
