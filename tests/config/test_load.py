"""Where the configuration comes from and what it is without one."""

from pathlib import Path

import pytest

from offhook.config import Config, Listen, TerminalSettings, find, load
from offhook.errors import ConfigError

ISSUE = """\
[tsp]
listen = "127.0.0.1:7700"
require_token = false
[sscp]
listen = "127.0.0.1:7701"
[switch]
driver = "embedded"
no_answer_s = 60
[switch.embedded]
listen = "127.0.0.1:5060"      # UDP and TCP
[[terminal]]
id = "4000"
name = "Kim"
password = "secret"             # the phone's SIP password
[address]
country = "KR"
outside_prefix = "9"
extension_lengths = [4]
"""


def written(folder: Path, text: str, name: str = "offhook.toml") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    path.chmod(0o600)
    return path


def test_a_whole_file(tmp_path: Path) -> None:
    config = load(written(tmp_path, ISSUE), environ={})
    assert config.tsp.listen == Listen("127.0.0.1", 7700)
    assert not config.tsp.require_token
    assert config.sscp.listen == Listen("127.0.0.1", 7701)
    assert config.switch.driver == "embedded"
    assert config.switch.no_answer_s == 60.0
    assert config.switch.embedded.listen == Listen("127.0.0.1", 5060)
    assert config.terminals == (TerminalSettings("4000", "Kim", "secret"),)
    assert (config.address.country, config.address.outside_prefix) == ("KR", "9")
    assert config.address.extension_lengths == (4,)
    assert config.warnings == ()


def test_the_first_terminal_serves_sessions_that_name_none(tmp_path: Path) -> None:
    text = ISSUE + '[[terminal]]\nid = "4001"\npassword = "x"\n'
    assert load(written(tmp_path, text), environ={}).tsp.terminal == "4000"


def test_a_token_is_required_unless_the_file_says_otherwise(tmp_path: Path) -> None:
    assert load(written(tmp_path, ""), environ={}).tsp.require_token


def test_without_a_file_the_built_in_values_hold(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "none"))
    config = load(environ={})
    assert config.file == ""
    assert config.tsp == Config(tsp=config.tsp).tsp
    assert config.state.dir.is_absolute()


def test_a_relative_path_is_beside_the_file(tmp_path: Path) -> None:
    config = load(written(tmp_path, '[state]\ndir = "state"\n'), environ={})
    assert config.state.dir == tmp_path / "state"
    assert config.state.local_token == tmp_path / "state" / "local.token"
    assert config.tsp.token_file == tmp_path / "state" / "tsp.token"


def test_the_environment_overrules_the_file(tmp_path: Path) -> None:
    environ = {"OFFHOOK_TSP_LISTEN": "127.0.0.1:7800", "OFFHOOK_TSP_REQUIRE_TOKEN": "true"}
    config = load(written(tmp_path, ISSUE), environ=environ)
    assert config.tsp.listen.port == 7800
    assert config.tsp.require_token


def test_the_command_line_overrules_the_environment(tmp_path: Path) -> None:
    config = load(
        written(tmp_path, ISSUE),
        {"tsp.listen": "127.0.0.1:7900", "address.extension_lengths": "[3, 5]", "switch.no_answer_s": "20"},
        environ={"OFFHOOK_TSP_LISTEN": "127.0.0.1:7800"},
    )
    assert config.tsp.listen.port == 7900
    assert config.address.extension_lengths == (3, 5)
    assert config.switch.no_answer_s == 20.0


def test_a_wrong_value_of_the_environment_is_told_with_its_variable(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"^environment: OFFHOOK_TSP_LISTEN: 'x' is not a port"):
        load(written(tmp_path, ISSUE), environ={"OFFHOOK_TSP_LISTEN": "localhost:x"})


def test_an_error_found_later_names_the_place_that_set_the_value(tmp_path: Path) -> None:
    file = written(tmp_path, ISSUE)
    config = load(file, environ={"OFFHOOK_TSP_LISTEN": "127.0.0.1:7800"})
    assert (
        str(config.error("tsp.listen", "in use", "stop it"))
        == "environment: OFFHOOK_TSP_LISTEN: in use. stop it"
    )
    assert str(config.error("sscp.listen", "in use", "stop it")) == f"{file}: sscp.listen: in use. stop it"


def test_the_search_goes_from_the_given_file_to_the_users_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "work").mkdir()
    monkeypatch.chdir(tmp_path / "work")
    assert find(environ={}) is None
    (tmp_path / "offhook").mkdir()
    own = written(tmp_path / "offhook", "")
    assert find(environ={}) == own
    written(tmp_path / "work", "")
    assert find(environ={}) == Path("offhook.toml")
    assert find(environ={"OFFHOOK_CONFIG": "/etc/offhook.toml"}) == Path("/etc/offhook.toml")
    assert find(Path("given.toml"), {"OFFHOOK_CONFIG": "/etc/offhook.toml"}) == Path("given.toml")


def test_a_password_file_is_read(tmp_path: Path) -> None:
    written(tmp_path, "  hunter2\nand a comment\n", "4000.password")
    config = load(
        written(tmp_path, '[[terminal]]\nid = "4000"\npassword_file = "4000.password"\n'), environ={}
    )
    assert config.terminals[0].password == "hunter2"


def test_a_program_that_only_dials_leaves_password_files_alone(tmp_path: Path) -> None:
    file = written(tmp_path, '[[terminal]]\nid = "4000"\npassword_file = "not-there"\n')
    assert load(file, environ={}, secrets=False).terminals == (TerminalSettings("4000"),)


def test_passwords_are_never_shown(tmp_path: Path) -> None:
    config = load(written(tmp_path, ISSUE), environ={})
    assert "secret" not in repr(config)


def test_files_that_everybody_can_read_are_warned_of(tmp_path: Path) -> None:
    file = written(tmp_path, ISSUE)
    file.chmod(0o644)
    assert [str(warning) for warning in load(file, environ={}).warnings] == [
        f"{file}: holds passwords and anybody on this machine can read it. chmod 600 it"
    ]


def test_a_call_manager_elsewhere_needs_no_phones_passwords_here(tmp_path: Path) -> None:
    written(tmp_path, "token\n", "login")
    text = (
        '[sscp]\nurl = "wss://manager.example:7701"\nuser = "kim"\npassword_file = "login"\n'
        '[tsp]\nterminal = "4000"\n[[terminal]]\nid = "4001"\n'
    )
    config = load(written(tmp_path, text), environ={})
    assert (config.sscp.url, config.sscp.user, config.sscp.password) == (
        "wss://manager.example:7701",
        "kim",
        "token",
    )
    assert config.tsp.terminal == "4000"


def test_a_listen_address_knows_how_it_is_reached() -> None:
    assert str(Listen("::1", 7700)) == "[::1]:7700"
    assert Listen("127.0.0.9", 1).loopback and Listen("localhost", 1).loopback
    assert not Listen("192.0.2.1", 1).loopback and not Listen("0.0.0.0", 1).loopback
    assert Listen("0.0.0.0", 7700).here == Listen("127.0.0.1", 7700)
