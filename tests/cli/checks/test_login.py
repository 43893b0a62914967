from dataclasses import replace
from pathlib import Path

import pytest

from offhook.cli.checks import login as loginfindings
from offhook.cli.checks.login import look_at_logins
from offhook.common.finding import Level
from offhook.config import AuthSettings, Config, StateSettings
from tests.manager.helpers import user_store


@pytest.fixture
def config(tmp_path: Path) -> Config:
    user_store(tmp_path).close()
    return Config(state=StateSettings(tmp_path))


def test_how_long_all_users_take_at_once_is_told(config: Config) -> None:
    (finding,) = look_at_logins(config)
    assert finding.level is Level.OK
    assert "3 users at once" in finding.text


def test_a_morning_that_takes_too_long_is_a_warning_with_the_setting(
    config: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loginfindings, "PATIENCE_S", 0.0)
    (finding,) = look_at_logins(config)
    assert finding.level is Level.WARN
    assert "auth.password_cost" in finding.fix


def test_a_site_without_users_of_its_own_has_nothing_to_measure(config: Config, tmp_path: Path) -> None:
    assert look_at_logins(replace(config, state=StateSettings(tmp_path / "elsewhere"))) == []


def test_the_cost_that_is_set_is_the_one_measured(config: Config, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loginfindings, "_one_password_s", {"high": 9.0, "low": 0.02}.__getitem__)
    (finding,) = look_at_logins(replace(config, auth=AuthSettings(password_cost="low")))
    assert "takes 20 ms" in finding.text
