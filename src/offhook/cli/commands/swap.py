"""`offhook swap`."""

from argparse import ArgumentParser, Namespace

from offhook.call import Swap
from offhook.cli.callcontrol import add_call, add_phone, perform

SUMMARY = "Take a call back from hold, and put the one that you have on hold."

EXAMPLES = """\
  offhook swap
  offhook swap 4001"""


def arguments(parser: ArgumentParser) -> None:
    """The command line."""
    add_call(parser, "the newest on hold")
    add_phone(parser)


def run(options: Namespace) -> int:
    """Raises `CallError`."""
    return perform(options, lambda terminal: Swap(options.call, terminal))
