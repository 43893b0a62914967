"""What `offhook doctor` finds, for the diagnosis in the window."""

import asyncio
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QCoreApplication

LIMIT_S = 120
"""It asks servers that may be silent, and each of them has its own limit."""


async def found_faults(command: Sequence[str], options: Sequence[str]) -> str:
    """The report of `offhook doctor`, or why there is none.

    It runs as a process of its own: what it asks may take its time, and the window goes on meanwhile. The
    report is read from a file, since a program for Windows without a console may have no standard output.
    """
    return await asyncio.to_thread(_run, [*command, "doctor", *options])


def _run(command: list[str]) -> str:
    quiet = subprocess.DEVNULL
    with tempfile.TemporaryDirectory(prefix="offhook-") as folder:
        file = Path(folder, "report.txt")
        try:
            subprocess.run(
                [*command, "--report", str(file)],
                stdin=quiet,
                stdout=quiet,
                stderr=quiet,
                timeout=LIMIT_S,
                check=False,
            )
            return file.read_text(encoding="utf-8").strip()
        except (OSError, subprocess.TimeoutExpired):
            words = QCoreApplication.translate(
                "About", "It could not be done. Run “{command}” in a command window."
            )
            return words.format(command="offhook doctor")
