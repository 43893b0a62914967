"""`offhook conference`."""

from argparse import ArgumentParser, Namespace

from offhook.call import Conference
from offhook.cli.callcontrol import add_call, add_phone, perform

SUMMARY = """Join your two calls, after offhook transfer --consult, so that all three talk."""

EXAMPLES = """\
  offhook conference"""


def arguments(parser: ArgumentParser) -> None:
    """The command line."""
    add_call(parser, "the newest consultation")
    parser.add_argument(
        "--with",
        dest="other",
        metavar="CALLID",
        default="",
        help="the second call, if not the related one",
    )
    add_phone(parser)


def run(options: Namespace) -> int:
    """Raises `CallError`."""
    return perform(options, lambda terminal: Conference(options.call, terminal, options.other))
