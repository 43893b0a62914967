"""The command line as a whole."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from offhook import __version__
from offhook.cli import commands
from offhook.cli.main import main
from offhook.cli.parsers import COMMANDS
from tests.cli.helpers import Command


@pytest.mark.parametrize("argument", ["--version", "-V"])
def test_the_version(argument: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([argument]) == 0
    assert capsys.readouterr().out == f"offhook {__version__}\n"


def test_help_names_every_command_and_exit_code(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--help"]) == 0
    text = capsys.readouterr().out
    assert all(f"  {name} " in text for name in COMMANDS)
    assert "130  interrupted" in text


def test_every_file_of_commands_is_a_command_and_has_its_line_in_the_documentation() -> None:
    assert {file.stem for file in Path(commands.__file__).parent.glob("[a-z]*.py")} == COMMANDS.keys()
    page = (Path(__file__).parents[2] / "docs" / "command-line.md").read_text(encoding="utf-8")
    assert set(re.findall(r"^\| `(\w+)", page, re.MULTILINE)) >= COMMANDS.keys()


def test_without_a_command_it_shows_help_and_exits_with_2(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 2
    assert "commands:" in capsys.readouterr().out


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help_with_examples_and_exit_codes(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([name, "--help"]) == 0
    text = capsys.readouterr().out
    assert f"usage: offhook {name}" in text
    assert f"examples:\n  offhook {name}" in text
    assert "exit codes:" in text


@pytest.mark.parametrize("arguments", [["--help"], ["init", "--help"], ["dial", "--help"]])
def test_help_is_wrapped_to_the_terminal(
    arguments: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", "72")
    assert main(arguments) == 0
    text, _, _ = capsys.readouterr().out.partition("examples:")
    assert 60 < max(map(len, text.splitlines())) <= 72


def test_a_mistyped_command_is_told_its_likely_name(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["dail"]) == 2
    assert capsys.readouterr().err == "offhook: 'dail' is not a command; did you mean 'dial'?\n"


def test_who_mistypes_a_command_beyond_guessing_is_told_where_all_are(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["zzz"]) == 2
    assert capsys.readouterr().err == "offhook: 'zzz' is not a command; see: offhook --help\n"


def test_an_option_before_the_command_is_told_its_place(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--config", "offhook.toml", "up"]) == 2
    told = capsys.readouterr().err
    assert told == (
        "offhook: --config stands before the command; an option follows it: offhook COMMAND --config ...\n"
    )


@pytest.mark.parametrize("command", ["dial", "terminal show", "service"])
def test_wrong_usage_says_where_there_are_examples(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    name = command.split()[0]
    assert main([*command.split(), "--zzz"]) == 2
    assert capsys.readouterr().err.endswith(f"; with examples: offhook {name} --help\n")
    assert main([name, "--help"]) == 0
    assert "examples:" in capsys.readouterr().out


def test_wrong_usage_exits_with_2(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["dial"]) == 2
    assert "ADDRESS" in capsys.readouterr().err


@pytest.mark.parametrize("command", [["user", "remove"], ["terminal", "add"]])
def test_an_argument_that_is_no_text_is_one_line_and_exits_with_2(
    command: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "offhook.toml"
    file.write_text(f'[state]\ndir = "{tmp_path.as_posix()}/state"\n')
    assert main([*command, "a\udcff4001", "--config", str(file)]) == 2
    assert capsys.readouterr().err == "offhook: an argument is not UTF-8 text; write it anew\n"


async def test_a_wrong_configuration_is_one_line_and_exits_with_2(tmp_path: Path) -> None:
    (tmp_path / "offhook.toml").write_text('[tsp]\nlisen = "127.0.0.1:1"\n')
    for command in (["dial", "4001"], ["up"], ["calls"], ["terminal", "list"], ["user", "list"]):
        result = await Command(tmp_path).run(*command)
        assert (result.code, result.out) == (2, "")
        assert result.err == "offhook: offhook.toml: tsp.lisen: is not a setting. did you mean 'listen'?\n"


async def test_up_without_phones_says_how_to_add_one(tmp_path: Path) -> None:
    result = await Command(tmp_path).run("up")
    assert result.code == 2
    assert "there is no phone. add one: offhook terminal add 4000" in result.err
    assert result.err.endswith("set up all that is needed: offhook init\n")


async def test_up_refuses_a_country_that_does_not_exist(tmp_path: Path) -> None:
    result = await Command(tmp_path).run("up", "--set", "address.country=XX")
    assert result.code == 2
    assert result.err.startswith("offhook: command line: address.country: 'XX' is not a country.")


def test_dialling_imports_nothing_heavy() -> None:
    heavy = {
        "asyncio",
        "msgspec",
        "phonenumbers",
        "websockets",
        "argon2",
        "sqlite3",
        "ssl",
        "logging",
        "tomlkit",
        "offhook.call.commands",
        "offhook.tsp.messages3",
    }
    script = "import sys, offhook.cli.main, offhook.cli.commands.dial; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout
    assert not heavy & set(loaded.split())
