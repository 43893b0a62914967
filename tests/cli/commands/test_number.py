"""`offhook number`: how a text is read."""

import json
from pathlib import Path

import pytest

from offhook.cli.main import main

SITE = """\
[address]
country = "KR"
area = "2"
outside_prefix = "9"
extension_lengths = [4]
[dial]
deny = ["900"]
[[dial.rule]]
users = ["kim"]
allow = ["900"]
[[dial.rule]]
terminals = ["4099"]
deny = [""]
allow = ["4"]
"""


@pytest.fixture
def file(tmp_path: Path) -> str:
    file = tmp_path / "offhook.toml"
    file.write_text(SITE)
    file.chmod(0o600)
    return str(file)


def test_each_step_is_shown_and_what_would_be_dialled(file: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["number", "--config", file, "02-568-3848 (Axel)"]) == 0
    assert capsys.readouterr().out == (
        "02-568-3848 (Axel)\n"
        "  025683848: the number\n"
        "  (Axel): a note; left out\n"
        "  025683848: a number of the own country, as it is dialled there\n"
        "  9025683848: with the prefix for an outside line\n"
        "  dialled: 9025683848  (02-568-3848)\n"
        "  dial rules: allowed\n"
    )


def test_a_refusal_names_the_part_and_exits_with_1(file: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["number", "--config", file, "4001", "40a1"]) == 1
    assert "  refused: '40a1' is not a number" in capsys.readouterr().out


def test_what_the_dial_rules_deny_is_said_and_for_whom(file: str, capsys: pytest.CaptureFixture[str]) -> None:
    abroad = ["--config", file, "+1 650 253 0000"]
    assert main(["number", *abroad]) == 1
    assert capsys.readouterr().out.endswith("  dial rules: not allowed\n")
    assert main(["number", *abroad, "--user", "kim"]) == 0
    assert main(["number", *abroad, "--terminal", "4099"]) == 1
    assert main(["number", "--config", file, "4001", "--terminal", "4099"]) == 0


def test_a_file_has_a_text_a_line(file: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    texts = tmp_path / "numbers.txt"
    texts.write_bytes("\ufeff4001\r\n\r\n02-568-3848\r\nLee\r\n".encode() + b"\xff4002\n+1 650 253 0000")
    assert main(["number", "--config", file, "--file", str(texts)]) == 1
    shown = capsys.readouterr()
    lines = shown.out.splitlines()
    assert lines[:2] == ["4001\t4001", "02-568-3848\t9025683848"]
    assert lines[2].startswith("Lee\trefused: 'Lee' is not a number")
    assert lines[4] == "+1 650 253 0000\t900116502530000  (not allowed by the dial rules)"
    assert shown.err == "offhook: 3 of 5 would not be dialled\n"


def test_json_has_an_object_a_line(file: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["number", "--config", file, "--json", "x4001", "Lee"]) == 1
    first, second = map(json.loads, capsys.readouterr().out.splitlines())
    assert (first["dialled"], first["allowed"], first["refusal"]) == ("4001", True, None)
    assert first["steps"][0] == {"kind": "inside", "part": "x"}
    assert (second["dialled"], second["allowed"]) == (None, False)


def test_rules_can_be_tried_without_a_file_of_them(file: str, capsys: pytest.CaptureFixture[str]) -> None:
    tried = ["--set", "address.country=DE", "--set", 'address.outside_prefix="0"']
    assert main(["number", "--config", file, *tried, "030 1234567"]) == 0
    assert "  dialled: 00301234567  (030 1234567)\n" in capsys.readouterr().out


def test_no_text_is_wrong_usage(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["number"]) == 2
    assert "--file FILE" in capsys.readouterr().err


def test_a_file_that_cannot_be_read_is_named(file: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["number", "--config", file, "--file", "/nowhere/numbers.txt"]) == 1
    assert "/nowhere/numbers.txt cannot be read" in capsys.readouterr().err


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp949"])
def test_a_file_may_be_in_what_windows_writes(
    encoding: str, file: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    numbers = tmp_path / "numbers.txt"
    numbers.write_bytes("02-568-3848 김철수\r\n4001\r\n".encode(encoding))
    assert main(["number", "--config", file, "--file", str(numbers)]) == 0
    assert capsys.readouterr().out.splitlines() == ["02-568-3848 김철수\t9025683848", "4001\t4001"]
