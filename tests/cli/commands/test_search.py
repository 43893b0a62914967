"""`offhook search`, and what `offhook check` finds of the directory."""

import json
import re
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
    assert main(["search", "--config", config, "park"]) == 3
    assert "directory headquarters: the LDAP server ldap://127.0.0.1:1 cannot be reached" in (
        capsys.readouterr().err
    )


@pytest.mark.parametrize("text", ["kim", "400"])
def test_the_sites_own_phones_are_found_without_a_directory(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str
) -> None:
    config = str(write_config(tmp_path))
    assert main(["search", "--config", config, text]) == 0
    assert re.search("^Kim +4000$", capsys.readouterr().out, re.MULTILINE)
    assert main(["search", "--config", config, "park"]) == 1


def test_a_phone_that_the_directory_knows_is_told_once(
    config: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["search", "--config", config, "min"]) == 0
    assert capsys.readouterr().out.count("4001") == 1


def test_without_a_directory_and_phones_it_says_how_to_add_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = str(write_config(tmp_path, "[tsp]\n"))
    assert main(["search", "--config", config, "kim"]) == 2
    assert (
        "directory.source: there is neither a directory nor a phone. add a [[directory.source]]"
        in capsys.readouterr().err
    )


def test_a_filter_that_is_none_names_its_place(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    config = str(write_config(tmp_path, CONFIG + AWAY + 'filter = "(uid=x"\n'))
    assert main(["search", "--config", config, "kim"]) == 2
    assert "directory.source[1].filter: is not a valid LDAP filter" in capsys.readouterr().err


async def test_check_reads_every_source(tmp_path: Path) -> None:
    (tmp_path / "people.csv").write_text(PEOPLE, encoding="utf-8")
    write_config(tmp_path, CONFIG + SOURCE + AWAY + "start_tls = false\n")
    result = await Command(tmp_path).run("check", "--json")
    found = {one["what"]: one for one in json.loads(result.out)}
    assert found["directory csv-1"]["level"] == "OK"
    assert found["directory csv-1"]["finding"] == "2 people with a number"
    assert (found["reading csv-1"]["level"], found["reading csv-1"]["finding"]) == ("OK", "read as UTF-8")
    away = found["directory headquarters"]
    assert (away["level"], away["fix"]) == ("FAIL", "check that it runs, and url")
    assert result.code == 1


async def check(folder: Path, config: str) -> list[tuple[str, str, str, str]]:
    """What `offhook check` says of the directory."""
    write_config(folder, CONFIG + config)
    result = await Command(folder).run("check", "--json")
    found = [tuple(one.values()) for one in json.loads(result.out)]
    return [one for one in found if one[1].startswith(("directory ", "reading "))]


async def test_check_says_what_encoding_a_file_was_taken_to_be_in(tmp_path: Path) -> None:
    (tmp_path / "people.csv").write_bytes("Name,Phone\nJörg Müller,4001\n".encode("cp1252"))
    assert await check(tmp_path, SOURCE) == [
        ("OK", "directory csv-1", "1 person with a number", ""),
        ("OK", "reading csv-1", "read as windows-1252", ""),
    ]


async def test_check_says_that_an_encoding_cannot_be_told(tmp_path: Path) -> None:
    (tmp_path / "people.csv").write_bytes(b"Name,Phone\n\xa1\xa2\x81\x8d\x9d,4001\n")
    ((level, _, text, fix),) = await check(tmp_path, SOURCE)
    assert level == "FAIL"
    assert "it cannot be told in what encoding names are" in text
    assert 'set encoding of this source, like encoding = "windows-1252"' in fix


async def test_check_shows_the_headings_of_a_file_that_gives_nobody(tmp_path: Path) -> None:
    (tmp_path / "people.csv").write_text("Wer,Wohin\nKim,4001\n")
    ((level, _, text, fix),) = await check(tmp_path, SOURCE)
    assert level == "FAIL"
    assert text.endswith("no column has names (headings seen: Wer, Wohin)")
    assert "Phone 1 - Value" in fix
    (tmp_path / "people.csv").write_text("Name,Phone\nKim,see above\n")
    ((level, _, text, fix), _) = await check(tmp_path, SOURCE)
    assert (level, text) == ("WARN", "has nobody with a name and a number (headings seen: Name, Phone)")


async def test_check_counts_the_cards_that_are_passed_over(tmp_path: Path) -> None:
    good = "BEGIN:VCARD\nFN:Kim\nTEL:4001\nEND:VCARD\n"
    (tmp_path / "people.vcf").write_text(f"{good}BEGIN:VCARD\nFN:Lee\n{good}")
    found = await check(tmp_path, SOURCE.replace("csv", "vcard").replace("people.vcard", "people.vcf"))
    assert ("OK", "directory vcard-1", "2 people with a number", "") in found
    text = "1 of 3 cards cannot be read and are passed over (line 5)"
    assert ("WARN", "reading vcard-1", text, "export them anew, or mend those lines") in found


async def test_an_encoding_that_nobody_knows_names_its_place(tmp_path: Path) -> None:
    (tmp_path / "people.csv").write_text(PEOPLE, encoding="utf-8")
    write_config(tmp_path, CONFIG + SOURCE + 'encoding = "klingon"\n')
    result = await Command(tmp_path).run("search", "kim")
    assert result.code == 2
    assert "directory.source[1].encoding: 'klingon' is not a known encoding" in result.err
