"""Offhook as it was some time ago: its sources, from git, beside the ones that are tested."""

from __future__ import annotations

import io
import os
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

BACK = 100
"""So many commits ago."""


def earlier(folder: Path, commit: str = "") -> dict[str, str]:
    """Unpacks it; the environment in which `python -m offhook` is that one. It is `commit`, else
    what OFFHOOK_EARLIER names, else that of `BACK`.

    Skips the test, with the reason, where there is no history: in an archive of the sources, a shallow clone.
    """
    wanted = commit or os.environ.get("OFFHOOK_EARLIER", f"HEAD~{BACK}")
    git = shutil.which("git")
    if git is None:
        pytest.skip("NOT TRIED: an upgrade from an earlier Offhook, which git has: install git")
    packed = subprocess.run(
        [git, "-C", str(ROOT), "archive", "--format=tar", wanted, "src"], capture_output=True, check=False
    )
    if packed.returncode:
        said = packed.stderr.decode(errors="replace").strip()
        pytest.skip(f"NOT TRIED: an upgrade from the Offhook of {wanted}, which is not here: {said}")
    with tarfile.open(fileobj=io.BytesIO(packed.stdout)) as tar:
        # Python 3.11.4 has filters. What is unpacked is our own.
        tar.extraction_filter = getattr(tarfile, "data_filter", lambda member, _into: member)
        tar.extractall(folder)
    environment = os.environ | {"PYTHONPATH": str(folder / "src")}
    found = subprocess.run(
        [sys.executable, "-c", "import offhook; print(offhook.__file__)"],
        *(), env=environment, capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    assert Path(found.strip()).is_relative_to(folder), f"{wanted} is not what would run, but {found}"
    return environment
