"""`offhook complete`."""

from argparse import ArgumentParser, Namespace

from offhook.call import Complete
from offhook.cli.callcontrol import add_call, add_other, add_phone, perform

SUMMARY = """Connect the two whom you talk with, after offhook transfer --consult, and leave."""

EXAMPLES = """\
  offhook complete
  offhook complete 8f31c2 --with 77d0aa"""


def arguments(parser: ArgumentParser) -> None:
    """The command line."""
    add_call(parser, "the newest consultation")
    add_other(parser)
    add_phone(parser)


def run(options: Namespace) -> int:
    """Raises `CallError`."""
    return perform(options, lambda terminal: Complete(options.call, terminal, options.other))
