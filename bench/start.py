"""How long a command takes from its start to its end, beside a Python that does nothing."""

import resource
import subprocess
import sys
from pathlib import Path
from time import perf_counter

from bench.report import Table, percentile, spread

COMMAND, BASELINE = "offhook dial --help", "python -c pass"


def measure(quick: bool) -> Table:
    """Milliseconds of whole processes, in turn; the first of each, which may have to compile, is left out."""
    commands = {
        COMMAND: [str(Path(sys.executable).with_name("offhook")), "dial", "--help"],
        BASELINE: [sys.executable, "-c", "pass"],
    }
    samples: dict[str, list[float]] = {name: [] for name in commands}
    cpu: dict[str, list[float]] = {name: [] for name in commands}
    for round_ in range(11 if quick else 41):
        for name, command in commands.items():
            took, used = _run(command)
            if round_:
                samples[name].append(took)
                cpu[name].append(used)
    used_here, used_there = (percentile(cpu[name], 50) for name in commands)
    return spread(
        "Start of a command",
        "ms",
        samples,
        BASELINE,
        notes=(f"of a processor, half of all: {used_here:.0f} ms, {used_there:.0f} ms",),
    )


def _run(command: list[str]) -> tuple[float, float]:
    before, begun = _cpu_s(), perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return 1000 * (perf_counter() - begun), 1000 * (_cpu_s() - before)


def _cpu_s() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
