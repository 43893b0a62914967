"""The process itself."""

import sys

import pytest

from offhook.metrics import process
from offhook.metrics.families import text


@pytest.mark.skipif(sys.platform != "linux", reason="there is no /proc")
def test_it_has_the_metrics_that_prometheus_clients_have() -> None:
    told = dict(line.split(" ") for line in text(process.families()).splitlines() if not line.startswith("#"))
    assert told.keys() == {
        "process_cpu_seconds_total",
        "process_start_time_seconds",
        "process_resident_memory_bytes",
        "process_virtual_memory_bytes",
        "process_open_fds",
        "process_max_fds",
    }
    assert all(float(value) > 0 for value in told.values())
    assert float(told["process_resident_memory_bytes"]) <= float(told["process_virtual_memory_bytes"])
