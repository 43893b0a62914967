"""`python -m bench [--quick] [--json FILE] [MEASURE ...]`: measures on this machine, beside baselines.

`python -m bench sessions_load --help` has options of its own, as all in `COMMANDS`. They take minutes, and
are only taken by name.
"""

import argparse
import json
import os
import platform
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from time import perf_counter

from bench import (
    asterisk_dial,
    asterisk_rate,
    browser_page,
    call_cpu,
    call_log,
    call_log_size,
    calls_per_second,
    cluster,
    codec,
    dial_to_invite,
    directory,
    fairness,
    http_dial,
    http_streams,
    incoming,
    lease_simulation,
    morning,
    notify,
    offering,
    page,
    provider,
    session_memory,
    sizing,
    start,
    trunk,
    watch_site,
    window,
)
from bench.load import command as sessions_load
from bench.load import nodes as cluster_load
from bench.report import Table, TooSmallError

MEASURES: dict[str, Callable[[bool], Table]] = {
    "dial_to_invite": dial_to_invite.measure,
    "notify": notify.measure,
    "offering": offering.measure,
    "incoming": incoming.measure,
    "morning": morning.measure,
    "provider": provider.measure,
    "http_dial": http_dial.measure,
    "call_cpu": call_cpu.measure,
    "calls_per_second": calls_per_second.measure,
    "cluster": cluster.measure,
    "trunk": trunk.measure,
    "asterisk_dial": asterisk_dial.measure,
    "asterisk_rate": asterisk_rate.measure,
    "call_log": call_log.measure,
    "directory": directory.measure,
    "codec": codec.measure,
    "page": page.measure,
    "start": start.measure,
    "session_memory": session_memory.measure,
    "http_streams": http_streams.measure,
    "watch_site": watch_site.measure,
    "fairness": fairness.measure,
    "browser_page": browser_page.measure,
    "window_popup": window.measure,
    "window_flood": window.measure_flood,
    "window_rest": window.measure_rest,
    "window_contacts": window.measure_contacts,
}

COMMANDS: dict[str, Callable[[Sequence[str]], int]] = {
    "sessions_load": sessions_load.main,
    "cluster_load": cluster_load.main,
    "lease_simulation": lease_simulation.main,
    "call_log_size": call_log_size.main,
    "sizing": sizing.main,
}
"""What has options of its own, and takes minutes."""


def main() -> int:
    """Run the measures that are named, all by default; 0 when all of them could be taken."""
    if sys.argv[1:2] and sys.argv[1] in COMMANDS:
        return COMMANDS[sys.argv[1]](sys.argv[2:])
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument(
        "measures",
        nargs="*",
        metavar="MEASURE",
        help=f"{', '.join(MEASURES)}; by itself, with --help: {', '.join(COMMANDS)}",
    )
    parser.add_argument("--quick", action="store_true", help="fewer samples: to see that it runs")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the results there as well")
    given = parser.parse_args()
    unknown = sorted(set(given.measures) - set(MEASURES))
    if unknown:
        parser.error(f"no such measure: {', '.join(unknown)}; there are {', '.join(MEASURES)}")
    machine = f"Python {platform.python_version()}, {os.cpu_count()} cores, {platform.system()}"
    print(f"{machine}{'; quick: few samples' if given.quick else ''}\n")
    results, missing = {}, 0
    for name in given.measures or MEASURES:
        begun = perf_counter()
        try:
            table = MEASURES[name](given.quick)
        except TooSmallError as error:
            print(f"{name}: cannot be measured on this machine: {error}\n", file=sys.stderr, flush=True)
            missing = 1
            continue
        results[name] = table.as_json()
        took = f"taken in {perf_counter() - begun:.0f} s"
        print(f"{table.as_text()}\n  ({took}; {_load()})\n", flush=True)
    if given.json:
        given.json.write_text(json.dumps({"machine": machine, "measures": results}, indent=2) + "\n")
    return missing


def _load() -> str:
    """How busy the machine was, the measure included: it says how far the figures can be trusted."""
    if not hasattr(os, "getloadavg"):
        return "the machine's load is not known"
    return f"load of the machine in the last minute: {os.getloadavg()[0]:.1f}"


if __name__ == "__main__":
    sys.exit(main())
