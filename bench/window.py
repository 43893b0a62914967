"""The Smart Messenger's window: how soon the pop-up is there, what it costs at rest and under a flood."""

import json
import subprocess
import sys
from typing import Any

from bench.report import Aim, Table, percentile, spread

POPUP, PLAIN = "Action%Dial -> pop-up painted", "a plain window shown -> painted"
WARM_UP = 5
POPUP_MS = 100
CPU_PERCENT = 0.5
FRAME, SEARCH = "scrolled -> painted", "typed -> found and painted"
FRAME_MS = 1000 / 60
ABOVE = "typed in the line above -> found and painted"
SEARCH_MS = 20


def measure(quick: bool) -> Table:
    """Milliseconds from the dial on the TSP socket to the pop-up on the screen."""
    found = _run("popup", (10 if quick else 60) + WARM_UP)
    samples = {POPUP: found["popup"][WARM_UP:], PLAIN: found["plain"][WARM_UP:]}
    p95 = percentile(samples[POPUP], 95)
    aim = Aim(f"p95 under {POPUP_MS} ms ({p95:.1f})", p95 < POPUP_MS)
    return spread("Dial to pop-up", "ms", samples, PLAIN, aims=(aim,), notes=("drawn in memory",))


def measure_flood(quick: bool) -> Table:
    """How late the event loop is while 500 states a second are shown."""
    found = _run("flood", 2 if quick else 10)
    lags = found["lags"]
    row = (*(percentile(lags, percent) for percent in (50, 99)), max(lags))
    return Table(
        "500 state changes a second: lateness of the event loop",
        ("p50 ms", "p99 ms", "max ms"),
        (("window", row),),
        "window",
        aims=(Aim("the last state is shown", found["right"]),),
    )


def measure_rest(quick: bool) -> Table:
    """CPU (percent of a core) and largest memory with nothing to do, beside an empty window."""
    seconds = 3 if quick else 20
    found = {"window": _run("idle", seconds), "empty window": _run("empty", seconds)}
    rows = tuple((name, (one["cpu"], one["memory"])) for name, one in found.items())
    cpu = found["window"]["cpu"]
    return Table(
        "The window at rest",
        ("CPU %", "memory MiB"),
        rows,
        "empty window",
        aims=(Aim(f"under {CPU_PERCENT} % of a core", cpu < CPU_PERCENT),),
        notes=("with Call Manager and embedded switch in the same process, and nobody types",),
    )


def measure_contacts(quick: bool) -> Table:
    """Milliseconds of a frame while 100,000 contacts are scrolled through, and of a search with its frame."""
    found = _run("contacts", 60 if quick else 600)
    rows = tuple(
        (name, tuple(percentile(found[key], percent) * 1000 for percent in (50, 95, 99)))
        for name, key in ((FRAME, "painted"), (SEARCH, "searched"), (ABOVE, "found"))
    )
    frame, search, above = (row[1][1] for row in rows)
    return Table(
        "100,000 contacts",
        ("p50 ms", "p95 ms", "p99 ms"),
        rows,
        FRAME,
        aims=(
            Aim(f"a frame's p95 under {FRAME_MS:.1f} ms ({frame:.1f})", frame < FRAME_MS),
            Aim(f"a search's p95 under {SEARCH_MS} ms ({search:.1f})", search < SEARCH_MS),
            Aim(f"in the line above under {SEARCH_MS} ms ({above:.1f})", above < SEARCH_MS),
        ),
        notes=("drawn in memory",),
    )


def _run(mode: str, count: int) -> Any:
    command = [sys.executable, "-m", "bench.window_child", mode, str(count)]
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
