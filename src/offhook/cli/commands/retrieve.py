"""`offhook retrieve`."""

from argparse import ArgumentParser, Namespace

from offhook.call import Retrieve
from offhook.cli.callcontrol import add_call, add_phone, perform

SUMMARY = "Take a call back from hold. A call that you have is put on hold first."

EXAMPLES = """\
  offhook retrieve
  offhook retrieve 4001"""


def arguments(parser: ArgumentParser) -> None:
    """The command line."""
    add_call(parser, "the newest on hold")
    add_phone(parser)


def run(options: Namespace) -> int:
    """Raises `CallError`."""
    return perform(options, lambda terminal: Retrieve(options.call, terminal))
