"""The manual page offhook(1), in the macros of man(7), from the commands' own help."""

import re
from argparse import SUPPRESS, Action, ArgumentParser
from collections.abc import Iterator

from offhook import __version__
from offhook.cli.parsers import COMMANDS, EXIT_CODES, PLACE, PURPOSE, parser_of


def manual_page() -> str:
    """All of it."""
    return "\n".join(_page()) + "\n"


def _page() -> Iterator[str]:
    yield f'.TH OFFHOOK 1 "" "Offhook {__version__}" "User Commands"'
    yield ".nh\n.ad l"  # names of options are not hyphenated, and lines not stretched
    yield ".SH NAME"
    yield "offhook \\- open click-to-dial"
    yield ".SH SYNOPSIS"
    yield ".B offhook\n[\\-\\-color WHEN] COMMAND ..."
    yield ".SH DESCRIPTION"
    yield _text(PURPOSE)
    yield ".PP"
    yield _text(PLACE)
    yield ".SH COMMANDS"
    for name in COMMANDS:
        yield from _command(parser_of(name), name)
    yield ".SH EXIT STATUS"
    for line in EXIT_CODES.splitlines()[1:]:
        code, meaning = line.split(maxsplit=1)
        yield f".TP\n.B {code}\n{_text(meaning)}"
    yield ".SH ENVIRONMENT"
    yield ".TP\n.B OFFHOOK_CONFIG\nThe configuration file."
    yield ".TP\n.B NO_COLOR\nIf it is set to anything, no colours are printed."


def _command(parser: ArgumentParser, name: str) -> Iterator[str]:
    yield f".SS offhook {name}"
    yield f"{_text(_usage(parser))}\n.PP"
    yield _text(" ".join((parser.description or "").split()))
    yield from _arguments(parser)
    for action in parser._actions:
        if isinstance(action.choices, dict):
            for sub in action.choices.values():
                yield f".PP\n.B {_text(_usage(sub))}"
                yield from _arguments(sub)
    examples = (parser.epilog or "").removeprefix("examples:\n").partition("\n\n")[0]
    yield ".PP\nExamples:\n.PP\n.nf\n.RS"
    yield from (_text(line.strip()) for line in examples.splitlines())
    yield ".RE\n.fi"


def _usage(parser: ArgumentParser) -> str:
    formatter = parser._get_formatter()
    formatter._width = 10_000  # one line, which the manual's reader wraps
    formatter.add_usage(parser.usage, parser._actions, parser._mutually_exclusive_groups, prefix="")
    return formatter.format_help().strip()


def _arguments(parser: ArgumentParser) -> Iterator[str]:
    for action in parser._actions:
        if action.help in (None, SUPPRESS) or "--help" in action.option_strings:
            continue
        yield f".TP\n.B {_text(_names(action))}"
        yield _text(" ".join((action.help or "").split()))


def _names(action: Action) -> str:
    metavar = action.metavar if isinstance(action.metavar, str) else action.dest
    if action.choices is not None and action.metavar is None:
        metavar = "|".join(map(str, action.choices))
    if not action.option_strings:
        return metavar
    value = "" if action.nargs == 0 else f" {metavar}"
    return ", ".join(action.option_strings) + value


def _text(text: str) -> str:
    """Text that roff takes as it is (groff_char(7)); a long list without spaces may be broken within."""
    text = text.replace("\\", "\\e").replace("-", "\\-").replace("'", "\\(aq").replace('"', "\\(dq")
    text = re.sub(r"([,|])(?=\w)", r"\1\\:", text)
    return f"\\&{text}" if text.startswith(".") else text
