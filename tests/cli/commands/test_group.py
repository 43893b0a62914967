"""`offhook group`: the [[group]] entries of the configuration file."""

import json
from pathlib import Path

import pytest

from offhook.cli.main import main
from offhook.config import GroupSettings, load
from tests.cli.helpers import CONFIG, write_config

RINGING = """
[[group]]
name = "sales"       # on the second floor
terminals = ["4000"]
number = "+4930900100"
[[trunk]]
name = "provider"
server = "127.0.0.1:5070"
register = false
[[incoming]]
numbers = ["+4930900100"]
ring = ["sales"]
"""


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The configuration in the folder in which the command is typed."""
    monkeypatch.delenv("OFFHOOK_CONFIG", raising=False)
    monkeypatch.chdir(tmp_path)
    return write_config(tmp_path)


def groups(file: Path) -> tuple[GroupSettings, ...]:
    return load(file, environ={}).groups


def test_a_group_is_added_changed_and_removed_and_the_file_is_as_it_was(file: Path) -> None:
    assert main(["group", "add", "sales", "terminals=4000,4001"]) == 0
    assert groups(file) == (GroupSettings("sales", ("4000", "4001")),)
    assert main(["group", "change", "sales", "terminals=4000", "users=kim", "watch=*"]) == 0
    assert groups(file) == (GroupSettings("sales", ("4000",), ("kim",), ("*",)),)
    assert main(["group", "change", "sales", "users="]) == 0
    assert groups(file) == (GroupSettings("sales", ("4000",), watch=("*",)),)
    assert main(["group", "remove", "sales"]) == 0
    assert file.read_text() == CONFIG


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["add", "sales", "terminals=4009"], "group[1].terminals: '4009' is not a [[terminal]]"),
        (["add", "sales"], "group[1].terminals: is missing, and so is users"),
        (["add", "sales", "phones=4000"], "group[1].phones: is not a setting"),
        (["add", "sales", "4000"], "'4000' is not KEY=VALUE"),
        (["change", "sales", "terminals=4000"], "there is no group sales; see: offhook group list"),
        (["remove", "sales"], "there is no group sales"),
    ],
)
def test_what_a_start_would_refuse_is_not_written(
    file: Path, arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["group", *arguments]) != 0
    assert said in capsys.readouterr().err
    assert file.read_text() == CONFIG


def test_a_group_that_rings_for_a_number_is_not_removed(
    file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file.write_text(CONFIG + RINGING)
    assert main(["group", "remove", "sales"]) == 2
    assert "incoming[1].ring: 'sales' is no [[terminal]] and no [[group]]" in capsys.readouterr().err
    assert file.read_text() == CONFIG + RINGING


def test_it_shows_who_belongs_to_a_group_and_for_which_numbers_it_rings(
    file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file.write_text(CONFIG + RINGING)
    assert main(["group", "show", "sales"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "group sales",
        "phone:   4000 Kim",
        "shows:   +4930900100",
        "rings:   for +4930900100",
    ]
    assert main(["group", "list", "--json"]) == 0
    (found,) = json.loads(capsys.readouterr().out)
    assert (found["name"], found["terminals"]) == ("sales", ["4000"])


def test_the_groups_of_a_call_manager_elsewhere_are_changed_there(
    file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file.write_text('[sscp]\nurl = "wss://phones.example:7701"\n')
    assert main(["group", "add", "sales", "terminals=4000"]) == 1
    assert "which is at wss://phones.example:7701: do it there" in capsys.readouterr().err
