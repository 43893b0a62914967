"""What `offhook check` finds that needs no running system."""

from dataclasses import replace

from offhook.cli.findings import look_around, look_at_config
from offhook.config import Config, DialRuleConfig, SscpConfig, SwitchConfig, TerminalConfig


def dial_findings(config: Config) -> list[str]:
    return [finding.level.value for finding in look_at_config(config) if finding.what == "dial rules"]


def test_a_switch_that_reaches_the_world_wants_dial_rules() -> None:
    outside = replace(Config(), switch=SwitchConfig(driver="pbx"))
    assert dial_findings(outside) == ["WARN"]
    assert dial_findings(replace(outside, dial=(DialRuleConfig(deny=("900",)),))) == []
    assert dial_findings(Config()) == []


def test_phones_whose_passwords_are_soon_guessed_are_named() -> None:
    phones = tuple(TerminalConfig(f"400{n}", "", "4711") for n in range(5))
    texts = [one.text for one in look_at_config(Config(terminals=phones)) if one.what == "passwords"]
    assert texts == ["those of the phones 4000, 4001, 4002 and 2 more have less than 8 characters"]
    sound = Config(terminals=(TerminalConfig("4000", "", "long-enough"),))
    assert [one for one in look_at_config(sound) if one.what == "passwords"] == []


def test_a_window_that_asks_for_the_login_is_no_failure() -> None:
    """`offhook messenger` starts with `sscp.url` alone; so `check` may not refuse it."""
    config = Config(sscp=SscpConfig(url="wss://manager.example:7701"))
    found = [one for one in look_around(config) if one.what == "Call Manager"]
    assert [one.level.value for one in found] == ["WARN"]
    assert "sscp.user" in found[0].fix
