"""`offhook incoming`: the [[incoming]] entries of the configuration file."""

import json
from pathlib import Path

import pytest

from offhook.cli.main import main
from offhook.config import IncomingSettings, load
from offhook.config.sections.incoming import days_off, hours
from tests.cli.helpers import CONFIG, write_config

TRUNK = """
[[trunk]]
name = "provider"
server = "127.0.0.1:5070"
register = false
"""
UNNAMED = (
    CONFIG
    + TRUNK
    + """
[[incoming]]             # in the hall
numbers = ["+4930900100", "+4930900110-+4930900119"]
ring = ["4000"]
[[incoming]]             # all others
ring = ["4001"]
otherwise = "busy"
"""
)


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The configuration in the folder in which the command is typed; it has a provider."""
    monkeypatch.delenv("OFFHOOK_CONFIG", raising=False)
    monkeypatch.chdir(tmp_path)
    return write_config(tmp_path, CONFIG + TRUNK)


def rules(file: Path) -> tuple[IncomingSettings, ...]:
    return load(file, environ={}).incoming


def test_a_rule_is_added_changed_and_removed_and_the_file_is_as_it_was(file: Path) -> None:
    add = ["numbers=+4930900100", "ring=4000,4001", "hours=mon-fri 09:00-17:30", "closed=2026-12-25"]
    assert main(["incoming", "add", "office", *add]) == 0
    (one,) = rules(file)
    assert (one.name, one.numbers, one.ring) == ("office", (("+4930900100",) * 2,), ("4000", "4001"))
    assert (one.hours, one.closed) == (
        (hours("mon-fri 09:00-17:30"),),
        (days_off("2026-12-25"),),
    )
    change = ["order=longest_idle", "ring_s=15", "otherwise=+491701234567", "otherwise_by=4001", "hours="]
    assert main(["incoming", "change", "office", *change]) == 0
    (one,) = rules(file)
    assert (one.order, one.ring_s, one.otherwise, one.hours) == ("longest_idle", 15, "+491701234567", ())
    assert main(["incoming", "remove", "office"]) == 0
    assert file.read_text() == CONFIG + TRUNK


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["add", "office", "ring=4009"], "incoming[1].ring: '4009' is no [[terminal]] and no [[group]]"),
        (["add", "office"], "incoming[1].ring: is missing: nothing would ring"),
        (["add", "office", "ring=4000", "hours=always"], "incoming[1].hours: must be a list of days and"),
        (["add", "office", "ring=4000", "phones=4000"], "incoming[1].phones: is not a setting"),
        (["change", "office", "ring=4000"], "there is no rule office; see: offhook incoming list"),
        (["change", "1", "ring=4000"], "there is no rule 1"),
        (["remove", "+4930900100"], "there is no rule +4930900100"),
    ],
)
def test_what_a_start_would_refuse_is_not_written(
    file: Path, arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["incoming", *arguments]) != 0
    assert said in capsys.readouterr().err
    assert file.read_text() == CONFIG + TRUNK


def test_two_of_one_name_are_refused(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["incoming", "add", "office", "ring=4000"]) == 0
    assert main(["incoming", "add", "office", "ring=4001"]) == 1
    assert "has a rule office; change it, or choose another name" in capsys.readouterr().err
    file.write_text(file.read_text() + '[[incoming]]\nname = "office"\nring = ["4001"]\n')
    assert main(["incoming", "list"]) == 2
    assert "incoming[2].name: 'office' is already used above" in capsys.readouterr().err


def test_one_without_a_name_is_called_by_a_number_or_its_place(file: Path) -> None:
    file.write_text(UNNAMED)
    assert main(["incoming", "change", "+4930900100", "ring=4000,4001"]) == 0
    assert main(["incoming", "change", "2", "name=others", "otherwise="]) == 0
    first, second = rules(file)
    assert (first.ring, second.name, second.otherwise) == (("4000", "4001"), "others", "unavailable")
    assert main(["incoming", "remove", "1"]) == 0
    assert [one.name for one in rules(file)] == ["others"]
    assert main(["incoming", "remove", "1"]) == 1  # it has a name now


def test_it_shows_what_rings_for_which_number(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file.write_text(UNNAMED)
    assert main(["incoming", "list"]) == 0
    assert [" ".join(line.split()) for line in capsys.readouterr().out.splitlines()] == [
        "RULE NUMBERS RINGS WHEN ELSE",
        "1 +4930900100, +4930900110-+4930900119 4000 always unavailable",
        "2 all other numbers 4001 always busy",
    ]
    assert main(["incoming", "show", "2"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "numbers: all other numbers",
        "ring: 4001",
        "otherwise: busy",
    ]
    assert main(["incoming", "list", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)[1] == {"ring": ["4001"], "otherwise": "busy"}


def test_the_rules_of_a_call_manager_elsewhere_are_changed_there(
    file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file.write_text('[sscp]\nurl = "wss://phones.example:7701"\n')
    assert main(["incoming", "add", "office", "ring=4000"]) == 1
    assert "which is at wss://phones.example:7701: do it there" in capsys.readouterr().err
