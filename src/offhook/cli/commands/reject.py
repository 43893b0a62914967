"""`offhook reject`."""

from argparse import ArgumentParser, Namespace

from offhook.call import Reject
from offhook.cli.callcontrol import add_call, add_phone, perform

SUMMARY = "Refuse a call that rings at your phone; the caller is told so."

EXAMPLES = """\
  offhook reject
  offhook reject 0301234"""


def arguments(parser: ArgumentParser) -> None:
    """The command line."""
    add_call(parser, "the newest that rings")
    add_phone(parser)


def run(options: Namespace) -> int:
    """Raises `CallError`."""
    return perform(options, lambda terminal: Reject(options.call, terminal))
