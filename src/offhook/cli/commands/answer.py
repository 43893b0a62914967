"""`offhook answer`."""

from argparse import ArgumentParser, Namespace

from offhook.call import Answer
from offhook.cli.callcontrol import add_call, add_phone, perform

SUMMARY = "Answer a call that rings at your phone. A call that you have is put on hold first."

EXAMPLES = """\
  offhook answer
  offhook answer 0301234"""


def arguments(parser: ArgumentParser) -> None:
    """The command line."""
    add_call(parser, "the newest that rings")
    add_phone(parser)


def run(options: Namespace) -> int:
    """Raises `CallError`."""
    return perform(options, lambda terminal: Answer(options.call, terminal))
