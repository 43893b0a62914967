"""`offhook hold`."""

from argparse import ArgumentParser, Namespace

from offhook.call import Hold
from offhook.cli.callcontrol import add_call, add_phone, perform

SUMMARY = "Put a call on hold: the other party waits, and your phone may do something else."

EXAMPLES = """\
  offhook hold
  offhook hold 4001"""


def arguments(parser: ArgumentParser) -> None:
    """The command line."""
    add_call(parser, "the one you are connected with")
    add_phone(parser)


def run(options: Namespace) -> int:
    """Raises `CallError`."""
    return perform(options, lambda terminal: Hold(options.call, terminal))
