"""`offhook redirect`."""

from argparse import ArgumentParser, Namespace

from offhook.call import Redirect
from offhook.cli.callcontrol import add_call, add_phone, perform

SUMMARY = "Send a call that rings at your phone to another number."

EXAMPLES = """\
  offhook redirect 4002
  offhook redirect "+82 (2) 568-3848" --call 0301234"""


def arguments(parser: ArgumentParser) -> None:
    """The command line."""
    parser.add_argument("address", metavar="NUMBER", help="where it is to ring instead, written in any way")
    add_call(parser, "the newest that rings", option=True)
    add_phone(parser)


def run(options: Namespace) -> int:
    """Raises `CallError`."""
    return perform(options, lambda terminal: Redirect(options.call, terminal, options.address))
