"""`offhook unpark`."""

from argparse import ArgumentParser, Namespace

from offhook.call import Unpark
from offhook.cli.callcontrol import add_phone, begin_call
from offhook.cli.common import add_json

SUMMARY = """Take a parked call with your phone."""

EXAMPLES = """\
  offhook unpark 701"""


def arguments(parser: ArgumentParser) -> None:
    """The command line."""
    parser.add_argument("slot", metavar="SLOT", help="where it was parked")
    add_phone(parser)
    add_json(parser, "print the call")


def run(options: Namespace) -> int:
    """Raises `CallError`."""
    return begin_call(options, lambda terminal: Unpark(terminal, options.slot))
