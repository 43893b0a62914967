"""What `offhook check` finds that needs no running system."""

from dataclasses import replace

from offhook.call import Terminal, TrunkState
from offhook.cli.checks.site import _phones, _trunks, look_around, look_at_config
from offhook.cli.phoneblock import phone_block
from offhook.common.listening import own_addresses
from offhook.config import (
    ClusterSettings,
    Config,
    DialRuleSettings,
    EmbeddedSettings,
    Listen,
    PartSettings,
    SscpSettings,
    SwitchSettings,
    TerminalSettings,
)


def dial_findings(config: Config) -> list[str]:
    return [finding.level.value for finding in look_at_config(config) if finding.what == "dial rules"]


def test_a_switch_that_reaches_the_world_wants_dial_rules() -> None:
    outside = replace(Config(), switch=SwitchSettings(driver="pbx"))
    assert dial_findings(outside) == ["WARN"]
    assert dial_findings(replace(outside, dial=(DialRuleSettings(deny=("900",)),))) == []
    assert dial_findings(Config()) == []


def test_phones_whose_passwords_are_soon_guessed_are_named() -> None:
    phones = tuple(TerminalSettings(f"400{n}", "", "4711") for n in range(5))
    texts = [one.text for one in look_at_config(Config(terminals=phones)) if one.what == "passwords"]
    assert texts == ["those of the phones 4000, 4001, 4002 and 2 more have less than 8 characters"]
    sound = Config(terminals=(TerminalSettings("4000", "", "long-enough"),))
    assert [one for one in look_at_config(sound) if one.what == "passwords"] == []


def test_of_several_telephone_systems_one_without_an_address_cannot_be_called_by_the_others() -> None:
    def part(name: str, host: str, port: int) -> PartSettings:
        return PartSettings(name, switch=SwitchSettings(embedded=EmbeddedSettings(Listen(host, port))))

    parts = part("seoul", "192.0.2.1", 5060), part("busan", "0.0.0.0", 5062)
    phones = TerminalSettings("4000", part="seoul"), TerminalSettings("5000", part="busan")
    config = Config(cluster=ClusterSettings("north", parts=parts), terminals=phones)
    (found,) = [one for one in look_at_config(config) if one.what.startswith("phones")]
    assert (found.what, found.fix) == (
        "phones (busan)",
        "set cluster.part[2].switch.embedded.listen to this machine's address",
    )


def test_trunks_of_the_call_manager_that_runs_are_told_with_what_keeps_calls_in() -> None:
    found = list(
        _trunks(
            [
                TrunkState("well", usable=True, calls_an_hour=14),
                TrunkState("full", usable=True, limit="max_minutes_a_day", max_minutes_a_day=3000),
                TrunkState("away", problem="the provider refuses the account (403 Forbidden)"),
            ]
        )
    )
    assert [one.level.value for one in found] == ["OK", "WARN", "FAIL"]
    assert found[1].text == "are refused: max_minutes_a_day = 3000 is reached"
    assert found[2].text == "cannot go out: the provider refuses the account (403 Forbidden)"


def test_a_window_that_asks_for_the_login_is_no_failure() -> None:
    """`offhook messenger` starts with `sscp.url` alone; so `check` may not refuse it."""
    config = Config(sscp=SscpSettings(url="wss://manager.example:7701"))
    found = [one for one in look_around(config) if one.what == "Call Manager"]
    assert [one.level.value for one in found] == ["WARN"]
    assert "sscp.user" in found[0].fix


def register_at(config: Config) -> str:
    [finding] = _phones(config, [Terminal("4000", "Kim", in_service=False)])
    return finding.fix


def test_a_phone_that_is_not_registered_is_told_an_address_that_it_can_reach() -> None:
    phones = (TerminalSettings("4000", "Kim", "long-enough"),)

    def embedded(host: str) -> Config:
        switch = SwitchSettings(embedded=EmbeddedSettings(listen=Listen(host, 5060)))
        return Config(terminals=phones, switch=switch)

    assert register_at(embedded("127.0.0.1")).startswith("point it at 127.0.0.1, port 5060, user 4000, ")
    everywhere = register_at(embedded("0.0.0.0"))
    assert "0.0.0.0" not in everywhere and " or ".join(own_addresses()) in everywhere


def test_a_phone_of_a_cluster_registers_where_it_finds_the_node_that_acts() -> None:
    """This one listens for phones only while it is the one."""
    phones = (TerminalSettings("4000", "Kim", "long-enough"),)
    config = Config(terminals=phones, cluster=ClusterSettings(node="north"))
    assert register_at(config).startswith("point it at the address by which phones find the node that acts")
    switch = SwitchSettings(embedded=EmbeddedSettings(listen=Listen("0.0.0.0", 5060)))
    assert "while this node acts" in phone_block(replace(config, switch=switch), "4000")[0]


def test_a_node_that_listens_on_loopback_tells_that_no_other_machine_s_phone_reaches_it() -> None:
    switch = SwitchSettings(embedded=EmbeddedSettings(listen=Listen("127.0.0.1", 5060)))
    phones = (TerminalSettings("4000", "Kim", "long-enough"),)
    config = Config(terminals=phones, switch=switch, cluster=ClusterSettings(node="north"))
    server, *_ = phone_block(config, "4000")
    assert server.endswith("127.0.0.1 (phones on this machine only; see switch.embedded.listen)")


def test_a_phone_of_a_pbx_registers_there() -> None:
    phones = (TerminalSettings("4000", "Kim"),)
    assert register_at(Config(terminals=phones, switch=SwitchSettings(driver="pbx"))) == (
        "point it at the PBX, as 4000"
    )
