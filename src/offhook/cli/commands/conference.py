"""`offhook conference`."""

from argparse import ArgumentParser, Namespace

from offhook.call import Conference
from offhook.cli.callcontrol import add_call, add_other, add_phone, perform

SUMMARY = """Join your two calls, after offhook transfer --consult, so that all three talk."""

EXAMPLES = """\
  offhook conference"""


def arguments(parser: ArgumentParser) -> None:
    """The command line."""
    add_call(parser, "the newest consultation")
    add_other(parser)
    add_phone(parser)


def run(options: Namespace) -> int:
    """Raises `CallError`."""
    return perform(options, lambda terminal: Conference(options.call, terminal, options.other))
