"""`offhook transfer`."""

from argparse import ArgumentParser, Namespace

from offhook.call import Consult, Transfer
from offhook.cli.callcontrol import add_call, add_phone, begin_call, perform
from offhook.cli.common import add_json

SUMMARY = """Hand a call over to another number. Without --consult that number is connected at once (blind).
With it your phone calls the number first, while the other party waits: `offhook complete` then connects the
two, `offhook conference` joins all three, and `offhook drop` goes back."""

EXAMPLES = """\
  offhook transfer 4002
  offhook transfer "+82 (2) 568-3848" --call 4001
  offhook transfer 4002 --consult && offhook complete"""


def arguments(parser: ArgumentParser) -> None:
    """The command line."""
    parser.add_argument("address", metavar="NUMBER", help="who is to have the call, written in any way")
    parser.add_argument("--consult", action="store_true", help="talk to them first")
    add_call(parser, "the one you are connected with", option=True)
    add_phone(parser)
    add_json(parser, "with --consult: print the call to them")


def run(options: Namespace) -> int:
    """Raises `CallError`."""
    if options.consult:
        return begin_call(options, lambda terminal: Consult(options.call, terminal, options.address))
    return perform(options, lambda terminal: Transfer(options.call, terminal, options.address))
