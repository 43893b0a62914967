"""Where there are colours."""

from io import StringIO

import pytest

from offhook.cli import colour
from offhook.cli.colour import coloured
from offhook.cli.main import main


class Terminal(StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture(autouse=True)
def usual_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")


def test_a_terminal_has_colours() -> None:
    assert coloured(Terminal())


def test_a_file_has_none() -> None:
    assert not coloured(StringIO())


def test_no_stream_at_all_has_none() -> None:
    assert not coloured(None)


def test_no_color_turns_them_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    assert not coloured(Terminal())


def test_an_empty_no_color_says_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "")
    assert coloured(Terminal())


@pytest.fixture
def as_before(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(colour, "_chosen", "auto")


@pytest.mark.usefixtures("as_before")
@pytest.mark.parametrize(
    "arguments",
    [["--color", "always", "number", "4001"], ["number", "4001", "--color=always"]],
    ids=["in front of the command", "behind it"],
)
def test_color_always_overrules_that_it_is_a_file(arguments: list[str]) -> None:
    assert main(arguments) == 0
    assert coloured(StringIO())


@pytest.mark.usefixtures("as_before")
def test_color_never_overrules_that_it_is_a_terminal() -> None:
    assert main(["number", "4001", "--color", "never"]) == 0
    assert not coloured(Terminal())


@pytest.mark.usefixtures("as_before")
def test_what_color_can_be_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--color", "purple", "calls"]) == 2
    assert capsys.readouterr().err == "offhook: --color is one of: auto, always, never\n"
