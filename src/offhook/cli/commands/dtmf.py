"""`offhook dtmf`."""

import sys
from argparse import ArgumentParser, Namespace

from offhook.call import Dtmf
from offhook.cli.callcontrol import add_call, add_phone, perform

SUMMARY = """Send tones in a call, as the keypad does: 0-9, A-D, *, # and a comma for a pause. What others
must not read, like a PIN, comes from standard input: everybody on the machine can see a command line."""

EXAMPLES = """\
  offhook dtmf 12#
  offhook dtmf - < pin.txt
  offhook dtmf 1,2,3 --call 4001"""

LONGEST = 1024
"""Characters that are read of standard input: more than may be sent, so that too many are refused."""


def arguments(parser: ArgumentParser) -> None:
    """The command line."""
    parser.add_argument("digits", metavar="DIGITS", help="the tones; - reads them from standard input")
    parser.add_argument(
        "--duration-ms",
        metavar="MS",
        type=int,
        default=0,
        help="how long each lasts; 0 is as usual",
    )
    add_call(parser, "the one you are connected with", option=True)
    add_phone(parser)


def run(options: Namespace) -> int:
    """Raises `CallError`."""
    digits = sys.stdin.read(LONGEST).strip() if options.digits == "-" else options.digits
    return perform(options, lambda terminal: Dtmf(options.call, terminal, digits, options.duration_ms))
