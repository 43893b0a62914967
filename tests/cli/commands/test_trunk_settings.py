"""`offhook trunk add`, `change`, `show` and `remove`: the [[trunk]] entries of the configuration file."""

import io
import stat
from pathlib import Path

import pytest

from offhook.cli.main import main
from offhook.config import TrunkSettings, load
from tests.cli.helpers import CONFIG, write_config

LISTENS = CONFIG.replace(
    '[switch.embedded]\nlisten = "127.0.0.1:0"', '[switch.embedded]\nlisten = "192.0.2.10:5060"'
)
ADD = ["trunk", "add", "provider", "server=sip.provider.example", "transport=tls", "user=4930900"]
SECRET = "hunter22"


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The configuration in the folder in which the command is typed; its phones reach the network."""
    monkeypatch.delenv("OFFHOOK_CONFIG", raising=False)
    monkeypatch.chdir(tmp_path)
    return write_config(tmp_path, LISTENS)


@pytest.fixture
def secret(file: Path) -> Path:
    """A file with the account's password."""
    made = file.with_name("provider.password")
    made.write_text(f"{SECRET}\n")
    made.chmod(0o600)
    return made


def trunk(file: Path) -> TrunkSettings:
    (found,) = load(file, environ={}).trunks
    return found


def test_a_trunk_is_added_changed_and_removed_and_the_file_is_as_it_was(file: Path, secret: Path) -> None:
    assert main([*ADD, "--password-file", secret.name, "numbers=+4930900100-+4930900199"]) == 0
    one = trunk(file)
    assert (one.servers, one.transport, one.password) == (("sip.provider.example",), "tls", SECRET)
    assert one.numbers == (("+4930900100", "+4930900199"),)
    assert main(["trunk", "change", "provider", "max_calls=20", "prefixes=+49,+43", "transport="]) == 0
    one = trunk(file)
    assert (one.max_calls, one.prefixes, one.transport) == (20, ("+49", "+43"), "udp")
    assert main(["trunk", "remove", "provider"]) == 0
    assert file.read_text() == LISTENS


def test_a_password_is_read_where_nobody_else_sees_it_and_shown_to_nobody(
    file: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{SECRET}\n"))
    assert main([*ADD, "--ask-password"]) == 0
    assert trunk(file).password == SECRET
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert main(["trunk", "show", "provider"]) == 0
    shown = capsys.readouterr().out
    assert 'server = "sip.provider.example"' in shown and SECRET not in shown
    assert "state: not known: no Call Manager runs" in shown


def test_a_password_of_a_file_takes_the_place_of_the_one_before(
    file: Path, secret: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("another1\n"))
    assert main([*ADD, "--ask-password"]) == 0
    assert main(["trunk", "change", "provider", "--password-file", str(secret)]) == 0
    assert trunk(file).password == SECRET
    assert "another1" not in file.read_text()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (ADD, "provider registers by a password: give --password-file FILE, or --ask-password"),
        ([*ADD, "password=hunter22"], "a password is not written into a command"),
        ([*ADD, "--password-file", "none"], "trunk[1].password_file: does not exist"),
        ([*ADD[:3], "server=a.example", "register=false", "max_calls=0"], "must be from 1 to 10000"),
        ([*ADD[:3], "register=false", "sever=a"], "trunk[1].sever: is not a setting"),
        (
            ["trunk", "change", "provider", "max_calls=1"],
            "there is no trunk provider; see: offhook trunk list",
        ),
        (["trunk", "remove", "provider"], "there is no trunk provider"),
    ],
)
def test_what_a_start_would_refuse_is_not_written(
    file: Path, arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) != 0
    assert said in capsys.readouterr().err
    assert file.read_text() == LISTENS
    assert sorted(one.name for one in file.parent.iterdir()) == [file.name]


def test_a_switch_that_the_provider_does_not_reach_is_told_before_anything_is_written(
    file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file.write_text(CONFIG)
    assert main([*ADD[:3], "server=sip.provider.example", "register=false"]) == 2
    assert "reaches nobody" in capsys.readouterr().err
    assert file.read_text() == CONFIG


def test_what_was_wrong_before_does_not_keep_a_trunk_from_being_added(file: Path) -> None:
    file.write_text('[switch.embedded]\nlisten = "192.0.2.10:5060"\n')
    assert main([*ADD[:3], "server=192.0.2.1", "register=false"]) == 0
    assert trunk(file).servers == ("192.0.2.1",)


def test_a_trunk_that_there_is_is_not_added_again(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    add = [*ADD[:3], "server=192.0.2.1", "register=false"]
    assert main(add) == 0
    assert main(add) == 1
    assert "has a trunk provider; change it, or choose another name" in capsys.readouterr().err
