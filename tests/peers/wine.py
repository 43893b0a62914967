"""A Windows under Wine, with the Windows Python of tools/install-wine in it."""

import fcntl
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from subprocess import DEVNULL, PIPE, STDOUT

ROOT = Path(__file__).parents[2]
HOME = ROOT / "build" / "wine"
PYTHON = HOME / "python" / "python.exe"

STOP_S = 10.0


def environment(**more: str) -> dict[str, str]:
    """What a program needs to run in it, and to import pytest and the tests. There is no screen."""
    own = {name: value for name, value in os.environ.items() if name not in ("DISPLAY", "PYTHONHOME")}
    return {
        **own,
        "WINEPREFIX": str(HOME / "prefix"),
        "WINEDEBUG": "-all",
        "PYTHONPATH": f"{windows_path(HOME / 'site')};{windows_path(ROOT)}",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONUTF8": "1",
        **more,
    }


def windows_path(path: Path) -> str:
    """A file of ours as programs in it know it."""
    return "Z:" + str(path).replace("/", "\\")


@contextmanager
def windows() -> Iterator[None]:
    """It runs, for nobody else at the same time: there is one registry. Missing Wine is a failure."""
    assert PYTHON.is_file(), f"{PYTHON} is missing; run: tools/install-wine"
    with (HOME / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        server = subprocess.Popen(
            ["wineserver", "-f", "-p"], env=environment(), stdin=DEVNULL, stdout=DEVNULL, stderr=DEVNULL
        )
        try:
            # The services inherit what they are started with, and keep it open.
            subprocess.run(
                ["wineboot"], env=environment(), stdin=DEVNULL, stdout=DEVNULL, stderr=DEVNULL, check=True
            )
            yield
        finally:
            server.terminate()
            server.wait(STOP_S)


def run(*arguments: str, limit: float, **more: str) -> tuple[int, str]:
    """Run the Windows Python, with `more` in its environment: its exit status and output.

    Standard output is a pipe: Windows programs under Wine cannot write into a plain file that they inherit.
    """
    process = subprocess.Popen(
        ["wine", str(PYTHON), *arguments],
        env=environment(**more),
        cwd=ROOT,
        stdin=DEVNULL,
        stdout=PIPE,
        stderr=STDOUT,
    )
    with process:
        try:
            output, _ = process.communicate(timeout=limit)
        except subprocess.TimeoutExpired:
            process.kill()
            output, _ = process.communicate()
            output += f"\nended after {limit:g} s\n".encode()
        return process.returncode, output.decode(errors="replace").replace("\r\n", "\n")
