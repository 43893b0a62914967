"""Errors say what is wrong and what to do about it, in one line and apart."""

import ast
from pathlib import Path

import pytest

from offhook.errors import AddressError, ConfigError, OffhookError, UnavailableError

SOURCES = Path(__file__).parents[1] / "src"


def test_a_fix_stands_behind_what_is_wrong() -> None:
    error = UnavailableError("no server answers", "check the URL")
    assert (error.what, error.fix) == ("no server answers", "check the URL")
    assert str(error) == "no server answers; check the URL"


@pytest.mark.parametrize("kind", [OffhookError, AddressError, UnavailableError])
def test_an_error_may_have_no_fix(kind: type[OffhookError]) -> None:
    error = kind("the disk is full")
    assert (str(error), error.what, error.fix) == ("the disk is full", "the disk is full", "")


def test_an_error_of_the_configuration_names_the_place_first() -> None:
    error = ConfigError("offhook.toml", "tsp.listen", "is in use", "name another port")
    assert str(error) == "offhook.toml: tsp.listen: is in use. name another port"
    assert (error.key, error.what, error.fix) == ("tsp.listen", "is in use", "name another port")


def test_no_error_is_made_once_and_raised_again() -> None:
    """Each time it would gain a traceback, with all that the functions in it had: for as long as the program
    runs, whoever was refused, and whatever belongs to them."""
    found = [
        f"{file.relative_to(SOURCES)}:{node.lineno} {ast.unparse(node.exc)}"
        for file in SOURCES.rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Name) and node.exc.id.isupper()
    ]
    assert found == []
