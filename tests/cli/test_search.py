"""`offhook search`, and what `offhook check` finds of the directory."""

import json
from pathlib import Path

import pytest

from offhook.cli.main import main
from tests.cli.helpers import CONFIG, Command, write_config

PEOPLE = """\
Name,Phone,Mobile,Company,Mail
김철수,+82-2-568-3848,010-9876-5432,한솔,kim@hansol.example
Lee Min-ho,4001,,Hansol,
"""

SOURCE = """
[[directory.source]]
type = "csv"
file = "people.csv"
"""

AWAY = """
[[directory.source]]
name = "headquarters"
type = "ldap"
url = "ldap://127.0.0.1:1"
base = "dc=example"
"""


@pytest.fixture
def config(tmp_path: Path) -> str:
    (tmp_path / "people.csv").write_text(PEOPLE, encoding="utf-8")
    return str(write_config(tmp_path, CONFIG + SOURCE))


def test_people_as_a_table(config: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["search", "--config", config, "철수"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "NAME    NUMBERS                        COMPANY  MAIL",
        "김철수  +82-2-568-3848, 010-9876-5432  한솔     kim@hansol.example",
    ]


def test_people_as_json(config: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["search", "--config", config, "--json", "min", "lee"]) == 0
    assert json.loads(capsys.readouterr().out) == [
        {
            "name": "Lee Min-ho",
            "aliases": [],
            "numbers": [{"kind": "work", "number": "4001"}],
            "company": "Hansol",
            "mail": "",
        }
    ]


def test_nobody_is_exit_code_1(config: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["search", "--config", config, "nobody"]) == 1
    assert capsys.readouterr().err == (
        "offhook: nobody was found; type less of the name, or a part of the number\n"
    )


def test_what_is_kept_is_searched_while_the_source_is_away(
    config: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["search", "--config", config, "kim"]) == 0
    (tmp_path / "people.csv").unlink()
    assert main(["search", "--config", config, "3848"]) == 0
    assert capsys.readouterr().err == ""
    assert main(["search", "--config", config, "--fresh", "3848"]) == 0
    assert "people.csv cannot be read" in (text := capsys.readouterr().err)
    assert "; shown is what it told 20" in text


def test_without_anything_kept_and_the_server_away_it_is_exit_code_3(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = str(write_config(tmp_path, CONFIG + AWAY))
    assert main(["search", "--config", config, "kim"]) == 3
    assert "directory headquarters: the LDAP server ldap://127.0.0.1:1 cannot be reached" in (
        capsys.readouterr().err
    )


def test_without_a_directory_it_says_how_to_add_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["search", "--config", str(write_config(tmp_path)), "kim"]) == 2
    assert "directory.source: there is no directory. add a [[directory.source]]" in capsys.readouterr().err


def test_a_filter_that_is_none_names_its_place(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    config = str(write_config(tmp_path, CONFIG + AWAY + 'filter = "(uid=x"\n'))
    assert main(["search", "--config", config, "kim"]) == 2
    assert "directory.source[1].filter: is no LDAP filter" in capsys.readouterr().err


async def test_check_reads_every_source(tmp_path: Path) -> None:
    (tmp_path / "people.csv").write_text(PEOPLE, encoding="utf-8")
    write_config(tmp_path, CONFIG + SOURCE + AWAY + "start_tls = false\n")
    result = await Command(tmp_path).run("check", "--json")
    found = {one["what"]: one for one in json.loads(result.out)}
    assert found["directory csv-1"]["level"] == "OK"
    assert found["directory csv-1"]["finding"] == "2 people with a number"
    away = found["directory headquarters"]
    assert (away["level"], away["fix"]) == ("FAIL", "check that it runs, and url")
    assert result.code == 1
