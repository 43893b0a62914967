"""A test that waits in vain says what for."""

import pytest
from hypothesis import HealthCheck, settings

from tests import waiting
from tests.waiting import until


async def test_what_has_come_is_waited_for_no_longer() -> None:
    values = iter([0, 0, 1])
    await until(lambda: next(values))


async def test_who_waits_in_vain_is_told_for_what_and_what_there_was(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(waiting, "limit_s", 0.01)
    heard: list[str] = []
    with pytest.raises(AssertionError, match=r"await until\(lambda: heard\).*test_waiting.py:\d+\): \[\]"):
        await until(lambda: heard)
    with pytest.raises(AssertionError, match="the phone's answer: False"):
        await until(lambda: len(heard) > 1, "the phone's answer")


def test_an_example_of_a_property_may_take_as_long_as_a_busy_machine_needs() -> None:
    assert settings.default is not None
    assert settings.default.deadline is None
    assert HealthCheck.too_slow in settings.default.suppress_health_check
