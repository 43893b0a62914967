"""`offhook`: finds the command and runs it. Imports nothing that the command does not need."""

import sys
from collections.abc import Sequence
from importlib import import_module

from offhook import __version__
from offhook.call.refusals import PRESENTATIONS, with_step
from offhook.cli import colour, output
from offhook.cli.common import FAILED, INTERRUPTED, OK, UNREACHABLE, USAGE
from offhook.cli.parsers import COMMANDS, EXIT_CODES, PLACE, PURPOSE, parser_of
from offhook.errors import CallError, ConfigError, OffhookError, Refusal, UnavailableError

MARGIN = 2
"""Columns that argparse leaves free at the right, too."""


class UsageError(OffhookError):
    """Something that no command takes."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line; returns the exit code."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    output.prepare(json="--json" in arguments)
    try:
        code = _run(_without_colour(arguments))
    except UsageError as error:
        print(f"offhook: {error}", file=sys.stderr)
        return USAGE
    except BrokenPipeError:
        # Who reads our output is gone, as in `offhook calls | head`.
        output.give_up()
        return OK
    except KeyboardInterrupt:
        return INTERRUPTED
    except OffhookError as error:
        print(f"offhook: {_with_step(error)}", file=sys.stderr)
        code = _code_of(error)
    except UnicodeEncodeError:
        if all(map(_is_utf8, arguments)):
            raise
        print("offhook: an argument is not UTF-8 text; write it anew", file=sys.stderr)
        code = USAGE
    try:
        output.flush()
    except BrokenPipeError:
        output.give_up()
        return OK
    except OSError as error:
        output.give_up()
        print(f"offhook: the output cannot be written ({error.strerror})", file=sys.stderr)
        return FAILED
    return code


def _is_utf8(argument: str) -> bool:
    """Python hands over bytes that are no text as lone surrogates (PEP 383)."""
    return not any("\ud800" <= sign <= "\udfff" for sign in argument)


def _without_colour(arguments: list[str]) -> list[str]:
    """The arguments without `--color WHEN`, which may stand anywhere and is done here for all commands.

    Raises `UsageError`.
    """
    left, when = list[str](), "auto"
    rest = iter(arguments)
    for one in rest:
        if one == "--":
            left += [one, *rest]
        elif one == "--color" or one.startswith("--color="):
            when = one.removeprefix("--color=") if "=" in one else next(rest, "")
            if when not in colour.WHEN:
                raise UsageError(f"--color is one of: {', '.join(colour.WHEN)}")
        else:
            left.append(one)
    colour.choose(when)
    return left


def _run(arguments: list[str]) -> int:
    if not arguments or arguments[0] in ("-h", "--help", "help"):
        print(_overview())
        return OK if arguments else USAGE
    if arguments[0] in ("-V", "--version"):
        print(f"offhook {__version__}")
        return OK
    name, *rest = arguments
    if name not in COMMANDS:
        print(f"offhook: {_no_such(name)}", file=sys.stderr)
        return USAGE
    try:
        options = parser_of(name).parse_args(rest)
    except SystemExit as end:
        return OK if not end.code else USAGE
    code: int = import_module(f"offhook.cli.commands.{name}").run(options)
    return code


def _overview() -> str:
    from shutil import get_terminal_size  # only for the help
    from textwrap import fill

    width = get_terminal_size().columns - MARGIN
    commands = "\n".join(
        fill(summary, width, initial_indent=f"  {name:<10} ", subsequent_indent=" " * 13)
        for name, summary in COMMANDS.items()
    )
    place = fill(PLACE, width)
    return (
        "usage: offhook COMMAND ...\n\n"
        f"{PURPOSE}\n\n"
        f"commands:\n{commands}\n\n"
        "  offhook COMMAND --help tells more; --version prints the version\n"
        "  --color auto|always|never, with any command; NO_COLOR is heeded\n\n"
        "examples:\n  offhook demo\n  offhook dial 4001 --wait\n\n"
        f"{place}\n\n{EXIT_CODES}"
    )


def _no_such(name: str) -> str:
    from difflib import get_close_matches  # only for a mistyped command

    if name.startswith("-"):
        return f"{name} stands before the command; an option follows it: offhook COMMAND {name} ..."
    near = get_close_matches(name, COMMANDS, 1)
    meant = f"did you mean {near[0]!r}?" if near else "see: offhook --help"
    return f"{name!r} is not a command; {meant}"


def _with_step(error: OffhookError) -> str:
    """What to do next, where a session of the Call Manager has refused a phone and says no more."""
    if isinstance(error, CallError) and error.refusal is Refusal.NO_SUCH_TERMINAL:
        return with_step(error)
    return str(error)


def _code_of(error: OffhookError) -> int:
    if isinstance(error, ConfigError):
        return USAGE
    if isinstance(error, UnavailableError):
        return UNREACHABLE
    return PRESENTATIONS[error.refusal].exit_code if isinstance(error, CallError) else FAILED


if __name__ == "__main__":
    sys.exit(main())
