"""Three Call Managers on a bad day, in small: one round of the bed, see `bench.chaos`."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.long import LONG

pytestmark = [
    pytest.mark.peer,
    pytest.mark.skipif(not LONG, reason="three of all in namespaces: a minute of both cores, and root"),
]


@pytest.mark.timeout(300)
@pytest.mark.parametrize("bed", ["asterisk", "embedded", "kamailio"])
@pytest.mark.parametrize("fault", ["kill_owner", "cut_owner_from_nats"])
def test_a_bad_day_breaks_no_promise(bed: str, fault: str, tmp_path: Path) -> None:
    arguments = ("--bed", bed, "--rounds", "1", "--rate", "1", "--seed", "1", "--faults", fault)
    done = subprocess.run(
        [sys.executable, "-m", "bench.chaos", *arguments, "--keep", str(tmp_path / "logs")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "NOT reached" not in done.stdout
    assert "VERDICT: all promises were kept" in done.stdout
