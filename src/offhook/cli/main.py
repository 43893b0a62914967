"""`offhook`: finds the command and runs it. Imports nothing that the command does not need.

A command is a module of `offhook.cli.commands` with `SUMMARY`, `EXAMPLES`, `arguments(parser)` and
`run(options)`, which returns the exit code.
"""

import sys
from argparse import ArgumentParser, HelpFormatter
from collections.abc import Sequence
from importlib import import_module

from offhook import __version__
from offhook.call.refusals import TOLD
from offhook.cli import colour, output
from offhook.cli.common import FAILED, INTERRUPTED, OK, UNREACHABLE, USAGE
from offhook.errors import CallError, ConfigError, OffhookError, UnavailableError

COMMANDS = {
    "init": "set Offhook up: phones, numbers, and the first call",
    "up": "run Smart Messenger and Call Manager until stopped",
    "messenger": "the Smart Messenger with its window",
    "open": "have the window call a tel: link",
    "demo": "make a call from end to end on this machine, with two phones of its own",
    "dial": "call a number from your phone",
    "drop": "end a call",
    "answer": "answer a call that rings at your phone",
    "reject": "refuse a call that rings at your phone",
    "redirect": "send a call that rings at your phone to another number",
    "hold": "put a call on hold",
    "retrieve": "take a call back from hold",
    "swap": "change between two calls",
    "transfer": "hand a call over to another number, at once or after talking to them",
    "complete": "connect your two calls with each other, and leave",
    "conference": "join your two calls, so that all talk",
    "dtmf": "send tones in a call",
    "park": "park a call where any phone may take it",
    "unpark": "take a parked call",
    "pickup": "take a call that rings at a colleague's phone",
    "forward": "show or set where calls to your phone are sent",
    "dnd": "do not disturb: on, off, or what holds",
    "missed": "the calls that you have missed, and that you have seen them",
    "calls": "list the calls that are up, or the call log",
    "search": "find people of the directory by name or number",
    "number": "show how a text is read as a number, and what would be dialled",
    "watch": "show phones and calls as they change",
    "user": "add, list, change, log out and remove who may log in to the Call Manager",
    "terminal": "add, list, show and remove phones",
    "cert": "make, show and renew the Call Manager's certificate, or trust one",
    "token": "show or renew the token of the Smart Messenger's telephone lines",
    "audit": "who logged in, dialled and dropped, from where, and what came of it",
    "webhook": "what waits to be told to programs elsewhere, and what could not be delivered",
    "state": "save what can be read of damaged files in the state folder",
    "tsp": "install the TAPI service provider on this Windows, and set up its lines",
    "find": "look for Call Managers on the local network",
    "config": "show where the configuration is, or change settings in it",
    "update": "look for a newer version, and install it if you say so",
    "doctor": "look for what keeps this computer from dialling, and mend it",
    "check": "check configuration and reachability, and say what to do",
}

EXIT_CODES = """\
exit codes:
  0    done
  1    the call or the command failed; the reason is on standard error
  2    wrong usage or configuration
  3    Smart Messenger or Call Manager cannot be reached
  130  interrupted"""


PLACE = (
    "The configuration is --config FILE, $OFFHOOK_CONFIG, ./offhook.toml or offhook.toml in the user's own "
    "configuration folder, whichever comes first."
)

MARGIN = 2
"""Columns that argparse leaves free at the right, too."""


class Help(HelpFormatter):
    """Help whose description is wrapped to the terminal; examples and exit codes stay as they are written."""

    def _fill_text(self, text: str, width: int, indent: str) -> str:
        if not text.startswith("examples:"):
            return super()._fill_text(text, width, indent)
        return "\n".join(indent + line for line in text.splitlines())


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
        print(f"offhook: {error}", file=sys.stderr)
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


def parser_of(name: str) -> ArgumentParser:
    """The command's arguments, with its help."""
    command = import_module(f"offhook.cli.commands.{name}")
    parser = ArgumentParser(
        prog=f"offhook {name}",
        description=command.SUMMARY,
        epilog=f"examples:\n{command.EXAMPLES}\n\n{EXIT_CODES}",
        formatter_class=Help,
    )
    command.arguments(parser)
    return parser


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
        "Open click-to-dial: from any TAPI application to the desk phone.\n\n"
        f"commands:\n{commands}\n\n"
        "  offhook COMMAND --help tells more; --version prints the version\n"
        "  --color auto|always|never, with any command; NO_COLOR is heeded\n\n"
        "examples:\n  offhook demo\n  offhook dial 4001 --wait\n\n"
        f"{place}\n\n{EXIT_CODES}"
    )


def _no_such(name: str) -> str:
    from difflib import get_close_matches  # only for a mistyped command

    near = get_close_matches(name, COMMANDS, 1)
    meant = f"did you mean {near[0]!r}?" if near else f"take one of: {', '.join(COMMANDS)}"
    return f"{name!r} is not a command; {meant}"


def _code_of(error: OffhookError) -> int:
    if isinstance(error, ConfigError):
        return USAGE
    if isinstance(error, UnavailableError):
        return UNREACHABLE
    return TOLD[error.refusal].exit_code if isinstance(error, CallError) else FAILED


if __name__ == "__main__":
    sys.exit(main())
