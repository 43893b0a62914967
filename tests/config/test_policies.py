"""Group policy beats everything else; a value that cannot be used is told, and changes nothing."""

from pathlib import Path

import pytest

from offhook.common.finding import Level
from offhook.config import Config, Policies, load
from offhook.config.policies import POLICIES, Values

KEY = "A" * 43 + "="
UPDATES = {"UpdateUrl": "https://updates.example/list", "UpdateKey": KEY}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    file = tmp_path / "offhook.toml"
    file.write_text('[sscp]\nurl = "wss://file.example:7701"\nuser = "kim"\n[tsp]\nterminal = "4000"\n')
    return file


def read(file: Path, policies: Values, **environ: str) -> Config:
    return load(file, environ=environ, policies=policies)


def told(config: Config) -> list[str]:
    return [str(one) for one in config.warnings if one.level is Level.FAIL]


def test_a_policy_beats_file_environment_and_command_line(file: Path) -> None:
    config = load(
        file,
        {"tsp.terminal": "4002"},
        environ={"OFFHOOK_TSP_TERMINAL": "4001"},
        policies={"Terminal": "4003"},
    )
    assert config.tsp.terminal == "4003"
    assert config.policies == Policies({"tsp.terminal": "Terminal"})
    assert config.sscp.user == "kim"


@pytest.mark.parametrize(
    ("server", "url"),
    [
        ("pbx.example", "wss://pbx.example:7701"),
        ("pbx.example:7800", "wss://pbx.example:7800"),
        ("wss://pbx.example:1/sscp", "wss://pbx.example:1/sscp"),
        ("a.example,b.example:7800", "wss://a.example:7701, wss://b.example:7800"),
        ("wss+srv://site.example", "wss+srv://site.example"),
    ],
)
def test_the_server_is_a_host_or_a_whole_address(file: Path, server: str, url: str) -> None:
    assert read(file, {"Server": server}).sscp.url == url


def test_variables_of_the_person_stand_in_texts(file: Path) -> None:
    found: Values = {"User": "%USERNAME%@corp", "Terminal": "4%extension%"}
    config = read(file, found, UserName="lee", EXTENSION="007")
    assert (config.sscp.user, config.tsp.terminal) == ("lee@corp", "4007")


def test_a_number_in_a_text_stays_a_text(file: Path) -> None:
    assert read(file, {"Terminal": "0042"}).tsp.terminal == "0042"


def test_switches_are_on_off_or_left_to_the_person(file: Path) -> None:
    policies = read(file, {"LinksDial": 1, "Autostart": 0}).policies
    assert (policies.links_dial, policies.autostart) == (True, False)
    policies = read(file, {"Terminal": "4003"}).policies
    assert (policies.links_dial, policies.autostart) == (None, None)


def test_an_empty_text_sets_nothing(file: Path) -> None:
    config = read(file, {"Server": " "})
    assert (config.sscp.url, config.policies) == ("wss://file.example:7701", Policies())


@pytest.mark.parametrize(
    ("policies", "said"),
    [
        ({"Server": "no host"}, "Server is not used: 'wss://no host:7701' is not a WebSocket"),
        ({"Server": 5}, "Server is not used: it is 5. make it a REG_SZ"),
        ({"Terminal": b"\0"}, "Terminal is not used: it is b'\\x00'"),
        ({"Terminal": "4 000"}, "Terminal is not used: must be the id of a terminal, not '4 000'"),
        ({"Terminal": "x" * 3000}, "at most 2000 printable characters"),
        ({"User": "%NOBODY%"}, "User is not used: there is no variable %NOBODY%"),
        ({"LinksDial": "yes"}, "LinksDial is not used: it is 'yes'. make it a REG_DWORD, 1 or 0"),
        ({"LinksDial": 2}, "LinksDial is not used: it is 2"),
        ({"Sever": "pbx"}, "Sever is not used: is not a policy of this version"),
        ({"UpdateUrl": UPDATES["UpdateUrl"]}, "UpdateUrl is not used: update.public_key is missing"),
        ({"UpdateUrl": "http://plain", "UpdateKey": KEY}, "UpdateUrl is not used"),
    ],
)
def test_a_value_that_cannot_be_used_is_told_and_the_others_hold(
    file: Path, policies: dict[str, object], said: str
) -> None:
    config = read(file, {**policies, "Autostart": 1})
    assert any(said in line for line in told(config)), told(config)
    assert config.sscp.url == "wss://file.example:7701"
    assert config.tsp.terminal == "4000"
    assert config.policies.autostart is True


def test_what_is_wrong_in_the_file_is_no_policys_fault(file: Path) -> None:
    file.write_text("[tsp]\nlisten = 1\n")
    with pytest.raises(Exception, match=r"tsp\.listen"):
        read(file, {"Server": "pbx.example"})


def test_a_policy_mends_what_is_wrong_in_the_file(file: Path) -> None:
    file.write_text('[sscp]\nurl = "nowhere"\n')
    assert read(file, {"Server": "pbx.example"}).sscp.url == "wss://pbx.example:7701"


def test_a_policy_names_where_updates_are(file: Path) -> None:
    config = read(file, UPDATES)
    assert (config.update.url, config.update.public_key) == (UPDATES["UpdateUrl"], KEY)


def test_a_policy_names_several_keys(file: Path) -> None:
    other = "B" + KEY[1:]
    config = read(file, {**UPDATES, "UpdateKey": f"{KEY} {other}"})
    assert config.update.public_keys == (KEY, other)


def test_a_policy_has_nobody_look_for_updates(file: Path) -> None:
    text = f'[update]\nurl = "{UPDATES["UpdateUrl"]}"\npublic_key = "{KEY}"\n'
    file.write_text(file.read_text() + text)
    assert load(file).update.wanted
    config = read(file, {"Updates": 0, **UPDATES})
    assert not config.update.wanted
    assert told(config) == []
    assert read(file, {"Updates": 1}).update.wanted


def test_every_policy_is_read(file: Path) -> None:
    """As many as there are change something, each by itself."""
    values: dict[str, object] = {
        "Server": "a",
        "User": "b",
        "Terminal": "4005",
        "LinksDial": 1,
        "Autostart": 1,
    }
    values |= {"Updates": 0, **UPDATES}
    assert values.keys() == {one.name for one in POLICIES}
    for name in ("Server", "User", "Terminal", "LinksDial", "Autostart", "Updates"):
        assert read(file, {name: values[name]}).policies != Policies(), name
