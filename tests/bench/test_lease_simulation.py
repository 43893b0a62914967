"""`python -m bench lease_simulation`: it counts what it did, and names the history that breaks a rule."""

import pytest

from bench.lease_simulation import main, simulate
from tests.cluster.world import World


@pytest.mark.parametrize("differ", [False, True])
def test_a_few_histories_change_owners_and_break_nothing(differ: bool) -> None:
    found = simulate(1, differ=differ)
    assert found.worlds == 1
    assert found.steps > 1600
    assert found.moves > 1


def test_a_broken_rule_is_said_with_the_seed_that_shows_it_again(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def never(self: World, limit_s: float) -> float:
        raise AssertionError("4000 has no owner")

    monkeypatch.setattr(World, "settle", never)
    assert main(["--steps", "1", "--seed", "7", "--nodes", "2"]) == 1
    said = capsys.readouterr().out
    assert "BROKEN" in said
    assert "--seed 7 --nodes 2" in said
