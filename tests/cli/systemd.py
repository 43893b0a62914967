"""systemd's own tool, which judges units."""

import os
import shutil
import subprocess
from pathlib import Path

MOST_EXPOSED = 2.0
"""Of 10, as systemd-analyze counts: OK, and most of what is left is that it uses the network."""


def analyze(folder: Path, *arguments: str) -> str:
    program = shutil.which("systemd-analyze")
    assert program is not None, "systemd-analyze is missing; run tools/install-peers"
    done = subprocess.run(
        [program, *arguments],
        env={**os.environ, "XDG_RUNTIME_DIR": str(folder), "SYSTEMD_COLORS": "0"},
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout
