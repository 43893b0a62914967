"""How much one phone may ask for."""

import pytest

from offhook.switch.embedded.allowance import RATES, Allowance


def taken(allowance: Allowance, kind: str, times: int, now: float, terminal: str = "4000") -> int:
    return sum(allowance.take(terminal, kind, now) for _ in range(times))


@pytest.mark.parametrize("kind", RATES)
def test_a_burst_is_allowed_and_then_so_many_a_second(kind: str) -> None:
    allowance, rate = Allowance(), RATES[kind]
    assert taken(allowance, kind, 10_000, 0.0) == rate.burst
    assert taken(allowance, kind, 10_000, 3.0) == 3 * rate.a_second
    assert taken(allowance, kind, 10_000, 1e6) == rate.burst


def test_each_terminal_and_each_kind_counts_by_itself() -> None:
    allowance = Allowance()
    taken(allowance, "INVITE", 10_000, 0.0)
    assert allowance.take("4001", "INVITE", 0.0)
    assert allowance.take("4000", "REGISTER", 0.0)
