"""The registry of drivers."""

from dataclasses import replace
from ipaddress import IPv6Network
from pathlib import Path

import pytest

from offhook import config
from offhook.assembly.switches import DRIVERS, examine, open_switch
from offhook.cluster.switch import ClusterSwitch
from offhook.config import (
    AsteriskSettings,
    AuthSettings,
    ClusterSettings,
    Config,
    PbxSettings,
    StateSettings,
    TerminalSettings,
)
from offhook.errors import ConfigError
from offhook.switch.embedded import EmbeddedSwitch

PHONES = (TerminalSettings("4000", "Kim", "secret-4000"),)
PBX = PbxSettings(servers=("127.0.0.1",), no_answer_s=20.0)
ASTERISK = AsteriskSettings("offhook", "s3cret", "internal")


def test_nothing_asks_whether_the_driver_is_a_certain_one() -> None:
    """A driver that is added would be forgotten there: its settings and its `Driver` tell."""
    sources = (Path(__file__).parents[2] / "src").rglob("*.py")
    assert [file.name for file in sources if ".driver ==" in file.read_text(encoding="utf-8")] == []


def test_every_driver_that_the_configuration_may_name_is_there() -> None:
    assert DRIVERS.keys() == config.DRIVERS.keys()


@pytest.mark.parametrize(("driver", "settings"), [("pbx", PBX), ("asterisk", ASTERISK)])
async def test_a_driver_takes_its_section_as_it_is(driver: str, settings: object) -> None:
    switch = replace(Config().switch, driver=driver, **{driver: settings})  # type: ignore[arg-type]
    opened, address = open_switch(Config(switch=switch, terminals=PHONES))
    assert opened.settings is settings  # type: ignore[attr-defined]
    assert address() is None


async def test_the_embedded_switch_is_told_what_stands_elsewhere(tmp_path: Path) -> None:
    networks = (IPv6Network("2001:db8::/64"),)
    auth, state = AuthSettings(local_networks=networks), StateSettings(tmp_path)
    switch, _ = open_switch(Config(auth=auth, state=state, terminals=PHONES))
    assert isinstance(switch, EmbeddedSwitch)
    assert switch.settings.local_networks == networks
    assert switch._keeper is not None
    assert str(switch._keeper._store) == str(tmp_path / "registrations.json")


async def test_there_is_nothing_to_examine_at_the_embedded_switch() -> None:
    assert await examine(Config()) == []


@pytest.mark.parametrize("driver", DRIVERS)
async def test_several_call_managers_share_a_switch_whose_calls_can_be_taken_over(driver: str) -> None:
    switch = replace(Config().switch, driver=driver, asterisk=ASTERISK, pbx=PBX)
    cluster = ClusterSettings(node="north")
    opened, address = open_switch(Config(switch=switch, terminals=PHONES, cluster=cluster))
    assert isinstance(opened, ClusterSwitch)
    assert address() is None


async def test_calls_that_phones_make_by_themselves_are_refused_for_several() -> None:
    switch = replace(Config().switch, driver="pbx", pbx=replace(PBX, mode="refer"))
    with pytest.raises(ConfigError, match=r"cluster\.node: cannot be set .* take it out"):
        open_switch(Config(switch=switch, terminals=PHONES, cluster=ClusterSettings(node="north")))
