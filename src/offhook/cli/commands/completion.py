"""`offhook completion`."""

from argparse import Action, ArgumentParser, Namespace
from collections.abc import Iterator
from pathlib import Path

from offhook.cli.common import OK
from offhook.cli.parsers import whole_parser

SUMMARY = """Print what has a shell complete commands, options and files by the Tab key. Nothing of Offhook
runs while somebody types."""

EXAMPLES = """\
  offhook completion bash > ~/.local/share/bash-completion/completions/offhook
  offhook completion zsh > ~/.zfunc/_offhook
  offhook completion fish > ~/.config/fish/completions/offhook.fish
  offhook completion powershell >> $PROFILE"""

SHELLS = ("bash", "zsh", "fish", "powershell")


def arguments(parser: ArgumentParser) -> None:
    """The command line."""
    parser.add_argument("shell", choices=SHELLS, metavar="SHELL", help=f"one of {', '.join(SHELLS)}")


def run(options: Namespace) -> int:
    """Always 0."""
    import shtab

    whole = whole_parser()
    for action in _actions(whole):
        if action.type is Path:
            action.complete = shtab.FILE  # type: ignore[attr-defined]
    print(shtab.complete(whole, options.shell))
    return OK


def _actions(parser: ArgumentParser) -> Iterator[Action]:
    """Its options, and those of its commands."""
    for action in parser._actions:
        yield action
        if isinstance(action.choices, dict):
            for command in action.choices.values():
                yield from _actions(command)
