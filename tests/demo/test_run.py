"""`offhook demo`, as a person runs it."""

from __future__ import annotations

import subprocess
import sys

STATES = "OffHookState > ProceedState > RingBackState > ConnectedState > OnHookState"


def demo(*options: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "offhook", "demo", *options], capture_output=True, text=True, check=False
    )


def test_the_demonstration_goes_through_every_state_and_exits_with_0() -> None:
    done = demo()
    assert (done.returncode, done.stderr) == (0, "")
    assert f"States: {STATES}" in done.stdout
    assert "Kim (4000) -> Lee Min-ho (4001)" in done.stdout
    assert "answer Lee Min-ho's call" in done.stdout
    assert "Joined: " in done.stdout
    assert "4000 is free again" in done.stdout


def test_with_a_trunk_a_call_goes_outside_and_one_comes_in() -> None:
    done = demo("--trunk")
    assert (done.returncode, done.stderr) == (0, "")
    assert f"States: {STATES}" in done.stdout
    assert "Eva's phone showed +493023125000." in done.stdout
    assert "ConnectedState  inbound   from +498999998001" in done.stdout
    assert "Everything works" in done.stdout
