"""Which part of the bed takes how much of the processors: what has to become cheaper before there can be more
calls a second."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bench.chaos.bed import Bed

TICKS = os.sysconf("SC_CLK_TCK")

USER, SYSTEM = 11, 12
"""Of the fields of /proc/PID/stat, those behind the program's name (proc(5))."""


class Spent:
    """Processor time of each kind of part, with its children, since the last time that it was asked for. What
    a process has taken that ended meanwhile is not known."""

    def __init__(self, bed: Bed) -> None:
        self._bed = bed
        self._last: dict[int, float] = {}

    def since(self) -> dict[str, float]:
        """Seconds, by the parts' names."""
        found: dict[str, float] = {}
        now: dict[int, float] = {}
        for name, first in self._parts():
            for pid in _with_children(first):
                now[pid] = seconds = _seconds(pid)
                found[name] = found.get(name, 0.0) + seconds - self._last.get(pid, 0.0)
        self._last |= now  # a node that was not up meanwhile goes on from there
        return found

    def _parts(self) -> list[tuple[str, int]]:
        bed = self._bed
        found = [("people and judge", os.getpid()), *(("NATS", one.pid) for one in bed.nats if one.up)]
        if bed.database is not None:
            found.append(("PostgreSQL", bed.database.pid))
        for site in bed.sites:
            owner = site.judge.owner
            found += [
                ("owners" if node.part.name == owner else "other nodes", node.pid)
                for node in site.nodes
                if node.up
            ]
            found += zip(("telephone systems and phones", "readers"), site.programs, strict=True)
        return found


def _with_children(pid: int) -> list[int]:
    """Those of this program alone have their own names."""
    if pid == os.getpid():
        return [pid]
    found = [pid]
    for one in found:
        try:
            found += [int(child) for child in Path(f"/proc/{one}/task/{one}/children").read_text().split()]
        except OSError:
            continue
    return found


def _seconds(pid: int) -> float:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[USER]) + int(fields[SYSTEM])) / TICKS
