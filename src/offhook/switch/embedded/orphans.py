"""Calls from one telephone system of the cluster to another that ring when the switch of one half dies.

The switch that comes next at that half knows nothing of them, or cannot reach who waits: it may have another
address, from which neither a CANCEL nor an answer is believed. So each half looks by itself whether the other
one's switch is still the same: its key is new with each, and the INVITE says whose it is of. Where another
one is at work, what rings there rings no more, and who waits there hears that nothing comes of it. Sans-IO.

    Offhook-Run: 9f86d081884c7d65
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from offhook.sip.endpoint import Endpoint

HEADER = "Offhook-Run"
"""In an INVITE it names the run of the switch that has sent it. It proves nothing: a wrong one leads to no
more than that the call is not looked after."""

LOOK_S = 1.0
"""How often it is looked while a call between telephone systems rings."""


def run_of(key: str) -> str:
    """What a switch with this key is called; nobody finds the key by it."""
    return hashlib.sha256(key.encode()).hexdigest()[:16]


@dataclass(slots=True)
class _Early:
    run: str
    rings: Callable[[], bool]
    end: Callable[[], None]
    system: str | None = None
    """Which telephone system that run has worked; None: it was not told of yet."""


class Orphans:
    """`keys` gives those of the other telephone systems now, by their names."""

    def __init__(self, endpoint: Endpoint, keys: Callable[[], Mapping[str, str]]) -> None:
        self._endpoint, self._keys = endpoint, keys
        self._early: list[_Early] = []

    def watch(self, run: str, rings: Callable[[], bool], end: Callable[[], None]) -> None:
        """A half of a call whose other half is at the switch of this run. `end` is called if another one
        comes in its place while it `rings`."""
        if not self._early:
            self._look_later()
        one = _Early(run, rings, end)
        self._find([one])
        self._early.append(one)

    def _look_later(self) -> None:
        self._endpoint.after(LOOK_S, lambda _now: self._look())

    def _look(self) -> None:
        early = self._early = [one for one in self._early if one.rings()]
        runs = self._find(early)
        for one in early:
            if one.system is not None and runs.get(one.system, one.run) != one.run:
                one.end()
        self._early = [one for one in self._early if one.rings()]
        if self._early:
            self._look_later()

    def _find(self, early: list[_Early]) -> dict[str, str]:
        runs = {name: run_of(key) for name, key in self._keys().items()}
        by_run = {run: name for name, run in runs.items()}
        for one in early:
            one.system = one.system or by_run.get(one.run)
        return runs
