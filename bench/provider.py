"""From lineMakeCall to `Action%Dial` on the socket, and from a Notify on it to the LINEEVENT, in the DLL;
and for calls that come in, from the Notify to OFFERING, with LINE_NEWCALL between, and from lineAnswer to the
request.

Under Wine, in one Windows program that is both the telephony service and the Smart Messenger; the baselines
are bare sockets of the same program in the same run. What Wine costs is in all of them.
"""

import asyncio
import tempfile
from collections import defaultdict
from pathlib import Path

from bench.report import Aim, Table, percentile, spread
from tests.native.dll import path_of
from tests.native.wine import program, warm_up, windows_path

ROWS = {
    "dial": "lineMakeCall to Action%Dial",
    "notify": "Notify to LINEEVENT",
    "offer": "Notify of a call to OFFERING",
    "answer": "lineAnswer to Request",
    "one-way": "bare socket, one way",
    "round-trip": "bare socket, there and back",
}
"""What the program calls a sample, and its row."""

LIMIT_S = 120.0


def measure(quick: bool) -> Table:
    """Milliseconds, one call at a time; each rings and is dropped, or comes in and is answered."""
    samples = asyncio.run(_run("x64", 100 if quick else 1000))
    measured = [ROWS[name] for name in ("dial", "notify", "offer", "answer")]
    aims = tuple(
        Aim(f"{name}: p50 within 1 ms of the bare socket's", percentile(samples[name], 50) - floor < 1)
        for floor in [percentile(samples[ROWS["one-way"]], 50)]
        for name in measured
    )
    title = "TAPI service provider, x64, under Wine: call in -> socket, socket -> event out"
    return spread(title, "ms", samples, ROWS["one-way"], aims=aims)


async def _run(architecture: str, count: int) -> dict[str, list[float]]:
    await warm_up()
    with tempfile.TemporaryDirectory(prefix="offhook-bench-") as folder:
        dll = windows_path(path_of(architecture))
        async with program(Path(folder), architecture, "speed", dll, str(count)) as speed:
            await speed.ended(LIMIT_S)
            await speed.until(lambda: speed.over, "to close its output")
            return _samples(speed.output)


def _samples(output: str) -> dict[str, list[float]]:
    """Milliseconds by row, from the program's ticks."""
    lines = [line.split() for line in output.splitlines()]
    if not lines or lines[0][0] != "frequency" or lines[-1] != ["end"]:
        raise RuntimeError(f"the provider's benchmark did not run to its end: {output[-500:]}")
    frequency = int(lines[0][1])
    samples: dict[str, list[float]] = defaultdict(list)
    for name, ticks in lines[1:-1]:
        samples[ROWS[name]].append(int(ticks) * 1000 / frequency)
    return {row: samples[row] for row in ROWS.values()}
