"""A command in a network namespace of its own."""

from __future__ import annotations

import subprocess
import sys
from functools import cache


@cache
def unshared() -> tuple[str, ...]:
    """What comes before the command. In a chroot there are no user namespaces, and only root needs none."""
    trial = ["unshare", "-n", sys.executable, "-c", ""]
    alone = subprocess.run(trial, check=False, capture_output=True).returncode == 0
    return ("unshare", "-n") if alone else ("unshare", "-rn")
