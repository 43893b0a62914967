"""`offhook demo`, as a person runs it."""

from __future__ import annotations

import subprocess
import sys


def test_the_demonstration_goes_through_every_state_and_exits_with_0() -> None:
    done = subprocess.run(
        [sys.executable, "-c", "import sys; from offhook.demo.run import main; sys.exit(main())"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    states = "OffHookState > ProceedState > RingBackState > ConnectedState > OnHookState"
    assert f"States: {states}" in done.stdout
    assert "Kim (4000) -> Lee Min-ho (4001)" in done.stdout
    assert "answer Lee Min-ho's call" in done.stdout
    assert "Joined: " in done.stdout
    assert "4000 is free again" in done.stdout
