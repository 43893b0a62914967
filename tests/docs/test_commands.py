"""Every command in the documentation is one, with options that it has."""

import re
from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from pathlib import Path

import pytest

from offhook.cli.parsers import COMMANDS, parser_of
from offhook.config import check_text
from offhook.errors import ConfigError
from tests.docs.pages import PAGES, Command, blocks, commands, lines


class _Wrong(Exception):
    pass


@cache
def parser(name: str) -> ArgumentParser:
    """The command's own, that raises what it would print."""
    made = parser_of(name)

    def wrong(message: str) -> None:
        raise _Wrong(message)

    for one in _all(made):
        one.error = wrong  # type: ignore[method-assign,assignment]
    return made


def _all(made: ArgumentParser) -> Iterator[ArgumentParser]:
    yield made
    for action in made._actions:
        if isinstance(action.choices, dict):
            for one in action.choices.values():
                yield from _all(one)


def wrong_with(words: list[str], whole: bool) -> str:
    """What the command line would say of it; "" if it would do it.

    A mention in a sentence may leave out what the command wants, and have FILE or N for a value.
    """
    name, *rest = words or [""]
    if name not in COMMANDS:
        return f"{name!r} is not a command"
    if "--help" in rest or "..." in rest:
        return ""
    try:
        parser(name).parse_args(rest)
    except _Wrong as error:
        lacks = ("required", "expected one argument", "invalid int", "invalid float", "is not a number")
        return "" if not whole and any(one in str(error) for one in lacks) else str(error)
    except ArgumentTypeError as error:
        return str(error)
    return ""


@pytest.mark.parametrize("page", PAGES)
def test_every_command_of_the_page_can_be_typed(page: str) -> None:
    found: list[Command] = list(commands(page))
    wrong = {one.text: told for one in found if (told := wrong_with(one.words, one.whole))}
    assert wrong == {}


def test_a_command_and_an_option_that_there_are_not_are_found() -> None:
    assert wrong_with(["dail", "4001"], True) == "'dail' is not a command"
    assert "unrecognized arguments: --loud" in wrong_with(["dial", "4001", "--loud"], False)
    assert "required" in wrong_with(["dial"], True)
    assert wrong_with(["dial"], False) == ""


def test_there_are_commands_in_the_pages() -> None:
    assert len([one for page in PAGES for one in commands(page)]) > 150


@pytest.mark.parametrize("name", COMMANDS)
def test_every_example_of_the_help_can_be_typed(name: str) -> None:
    examples = import_module(f"offhook.cli.commands.{name}").EXAMPLES
    found = list(lines(name, examples))
    assert found
    assert {one.text: told for one in found if (told := wrong_with(one.words, True))} == {}


def test_every_option_in_the_table_of_commands_is_one() -> None:
    page = (Path(__file__).parents[2] / "docs" / "command-line.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (`(\w+)[^|]*(?:\\\|[^|]*)*)\|", page, re.MULTILINE)
    assert {name for _, name in rows} >= set(COMMANDS)
    for cell, name in rows:
        if name in COMMANDS:
            known = {
                option
                for one in _all(parser_of(name))
                for action in one._actions
                for option in action.option_strings
            }
            assert set(re.findall(r"--[a-z][a-z-]*", cell)) - known == set(), cell


PHONES = """
[[terminal]]
id = "4000"
password = "first-password"
[[terminal]]
id = "4001"
password = "other-password"
"""


@pytest.mark.parametrize("page", [page for page in PAGES if blocks(page, "toml")])
def test_every_setting_in_a_sample_is_one(page: str, tmp_path: Path) -> None:
    for sample in blocks(page, "toml"):
        text = sample if "[[terminal]]" in sample else sample + PHONES
        try:
            check_text(text, tmp_path / "offhook.toml")
        except ConfigError as error:
            # A sample may leave out what stands elsewhere, and what a reader has to fill in.
            assert "is not a setting" not in str(error)
