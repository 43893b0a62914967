"""What a run has shown, as one table."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from bench.chaos.faults import FREEZE, KILL, STOP, WITHOUT_NATS
from bench.chaos.judge import FORGOTTEN, MOVED, RULES
from bench.report import Aim, Table, percentile

CONTROL_S = 5.0
TAKES_OVER = (KILL, STOP, FREEZE, WITHOUT_NATS)
NO_FAULT = "all together"
SEVERAL, SEVERAL_MARK = "several things at once", " + "


def table(rows: Sequence[dict[str, Any]], title: str) -> Table:
    """A row for each kind of fault: how often, and how long nobody had control of a call."""
    kinds: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        if row["round"] >= 0:
            kinds[SEVERAL if SEVERAL_MARK in row["fault"] else row["fault"]].append(row)
    lines: list[tuple[str, tuple[float | None, ...]]] = []
    for name, found in sorted(kinds.items()):
        lines.append((name, _numbers(found)))
        sites = sorted({row.get("site", "") for row in found})
        if name == KILL and len(sites) > 1:
            each = {site: [one for one in found if one["site"] == site] for site in sites}
            lines += [(f"  at {site}", _numbers(one)) for site, one in each.items()]
    lines.append((NO_FAULT, _numbers(rows)))
    aims = _aims(rows)
    refused: dict[str, int] = defaultdict(int)
    for row in rows:
        for code, number in row["refused"].items():
            refused[code] += number
    most = sorted(refused.items(), key=lambda one: -one[1])[:6]
    waits = [wait for row in rows for wait in row["waits"]]
    notes = [
        "control: from the fault until a call that was up is cleared, at the phones, by Drop at another node",
        "again: from mending until a call that is up can be dropped, and the nodes let people in",
        "refused (each was tried again): " + (", ".join(f"{code} {n}" for code, n in most) or "nothing"),
    ]
    if forgotten := sum(row["count"].get(FORGOTTEN, 0) for row in rows):
        notes.append(f"{FORGOTTEN}: {forgotten} (not promised, see docs/cluster.md)")
    if moved := sum(row["count"].get(MOVED, 0) for row in rows):
        taken = sum(row["fault"] in TAKES_OVER for row in rows)
        notes.append(f"{MOVED}: {moved}; {taken} times the owner was killed, stopped, frozen or without NATS")
    if waits:
        spread = " / ".join(f"{percentile(waits, percent):.2f}" for percent in (50, 99, 100))
        notes.append(
            f"every Drop of the run, until it was carried out: p50 / p99 / max {spread} s, n={len(waits)}"
        )
    columns = ("n", "control p50 s", "p99 s", "max s", "again max s", "calls begun", "talks")
    return Table(title, columns, tuple(lines), NO_FAULT, tuple(aims), tuple(notes))


def verdict(rows: Sequence[dict[str, Any]]) -> list[str]:
    """The promises that were broken."""
    return [aim.text for aim in _aims(rows) if not aim.met]


def _aims(rows: Sequence[dict[str, Any]]) -> list[Aim]:
    broken = {rule: sum(row["count"].get(rule, 0) for row in rows) for rule in RULES}
    aims = [
        Aim(rule if not number else f"{rule} ({number} times it was)", not number)
        for rule, number in broken.items()
    ]
    gaps = [row["gap_s"] for row in rows if row["fault"] == KILL and row["gap_s"] is not None]
    if gaps:
        p99 = percentile(gaps, 99)
        text = f"without control after a kill: p99 under {CONTROL_S:g} s (here {p99:.2f} s, n={len(gaps)})"
        aims.append(Aim(text, p99 < CONTROL_S))
    return aims


def _numbers(rows: Sequence[dict[str, Any]]) -> tuple[float | None, ...]:
    gaps = [row["gap_s"] for row in rows if row["gap_s"] is not None]
    spread = [percentile(gaps, percent) for percent in (50, 99, 100)] if gaps else [None, None, None]
    well = [row["well_s"] for row in rows if row.get("well_s") is not None]
    counts = [float(sum(row["count"].get(name, 0) for row in rows)) for name in ("begun", "talks")]
    return (float(len(rows)), *spread, max(well, default=None), *counts)
