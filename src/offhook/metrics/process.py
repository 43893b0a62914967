"""The process itself: the metrics that Prometheus' own client libraries have, by the same names.

Source: <https://prometheus.io/docs/instrumenting/writing_clientlibs/#process-metrics>, proc(5).
"""

import os
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path

from offhook.metrics.families import Family, Gauge, Labels

PROC = Path("/proc/self")

_STARTED = time.time()


def families() -> list[Family]:
    """What this system tells; without /proc that is the processor's time and the start."""
    found: list[Family] = [
        Gauge(
            "process_cpu_seconds_total",
            "Processor time of this process, in seconds.",
            lambda: {(): time.process_time()},
            kind="counter",
        ),
        Gauge(
            "process_start_time_seconds",
            "When this process was started, in seconds since the epoch.",
            lambda: {(): _STARTED},
        ),
    ]
    if PROC.is_dir():
        found += [
            Gauge(
                "process_resident_memory_bytes",
                "Memory of this process that is in RAM, in bytes.",
                _measured(lambda: _memory()[1]),
            ),
            Gauge(
                "process_virtual_memory_bytes",
                "Virtual memory of this process, in bytes.",
                _measured(lambda: _memory()[0]),
            ),
            Gauge(
                "process_open_fds",
                "Open files and connections of this process.",
                _measured(lambda: len(os.listdir(PROC / "fd"))),
            ),
            Gauge("process_max_fds", "How many it may have open.", _measured(_most_files)),
        ]
    return found


def _measured(read: Callable[[], float]) -> Callable[[], Mapping[Labels, float]]:
    """Nothing where the system does not tell: a hardened one may hide it."""

    def reading() -> Mapping[Labels, float]:
        with suppress(OSError, ValueError):
            return {(): read()}
        return {}

    return reading


def _memory() -> tuple[int, int]:
    if sys.platform == "win32":
        return 0, 0
    pages = (PROC / "statm").read_text(encoding="ascii").split()
    size = os.sysconf("SC_PAGE_SIZE")
    return int(pages[0]) * size, int(pages[1]) * size


def _most_files() -> float:
    if sys.platform == "win32":
        return 0
    import resource

    return resource.getrlimit(resource.RLIMIT_NOFILE)[0]
