"""`offhook pickup`."""

from argparse import ArgumentParser, Namespace

from offhook.call import Pickup
from offhook.cli.callcontrol import add_phone, begin_call
from offhook.cli.common import add_json

SUMMARY = """Take a call with your phone that rings at another one. It needs the right to watch that phone:
an administrator gives it by offhook user change --watch, or by a [[group]]."""

EXAMPLES = """\
  offhook pickup
  offhook pickup 4001"""


def arguments(parser: ArgumentParser) -> None:
    """The command line."""
    parser.add_argument(
        "target",
        metavar="PHONE|CALLID",
        nargs="?",
        default="",
        help="where it rings; without it one that rings in your group",
    )
    add_phone(parser)
    add_json(parser, "print the call")


def run(options: Namespace) -> int:
    """Raises `CallError`."""
    return begin_call(options, lambda terminal: Pickup(terminal, options.target))
