"""`offhook park`."""

import json
from argparse import ArgumentParser, Namespace

from offhook.call import Park
from offhook.cli.callcontrol import Phone, add_call, add_phone, on_phone
from offhook.cli.common import OK, add_json

SUMMARY = "Park a call, so that any phone may take it with `offhook unpark`; prints the slot."

EXAMPLES = """\
  offhook park
  offhook park 4001 --slot 701"""


def arguments(parser: ArgumentParser) -> None:
    """The command line."""
    add_call(parser, "the one you are connected with")
    parser.add_argument("--slot", metavar="SLOT", default="", help="where; chosen for you if not given")
    add_phone(parser)
    add_json(parser)


def run(options: Namespace) -> int:
    """Raises `CallError`."""
    return on_phone(options, lambda phone: _park(options, phone))


async def _park(options: Namespace, phone: Phone) -> int:
    slot = await phone.perform(Park(options.call, phone.terminal, options.slot))
    print(json.dumps({"slot": slot}) if options.json else slot)
    return OK
