"""What `offhook check` finds that needs no running system."""

from dataclasses import replace

from offhook.cli.findings import look_at_config
from offhook.config import Config, DialRuleConfig, SwitchConfig


def dial_findings(config: Config) -> list[str]:
    return [finding.level.value for finding in look_at_config(config) if finding.what == "dial rules"]


def test_a_switch_that_reaches_the_world_wants_dial_rules() -> None:
    outside = replace(Config(), switch=SwitchConfig(driver="pbx"))
    assert dial_findings(outside) == ["WARN"]
    assert dial_findings(replace(outside, dial=(DialRuleConfig(deny=("900",)),))) == []
    assert dial_findings(Config()) == []
