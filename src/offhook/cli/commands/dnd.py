"""`offhook dnd`."""

import json
from argparse import ArgumentParser, Namespace

from offhook.call import DoNotDisturb
from offhook.cli.callcontrol import Phone, add_phone, on_phone
from offhook.cli.common import OK, add_json

SUMMARY = "Do not disturb: your phone does not ring. Without on or off it says what holds now."

EXAMPLES = """\
  offhook dnd on
  offhook dnd off
  offhook dnd --json"""


def arguments(parser: ArgumentParser) -> None:
    """The command line."""
    parser.add_argument("turn", choices=("on", "off"), nargs="?", help="what is to hold")
    add_phone(parser)
    add_json(parser)


def run(options: Namespace) -> int:
    """Raises `CallError`."""
    return on_phone(options, lambda phone: _turn(options, phone))


async def _turn(options: Namespace, phone: Phone) -> int:
    if options.turn is not None:
        await phone.perform(DoNotDisturb(phone.terminal, options.turn == "on"))
    state = await phone.state()
    if options.json:
        print(json.dumps({"terminal": state.id, "do_not_disturb": state.do_not_disturb}))
    else:
        print(f"{state.id}: do not disturb is {'on' if state.do_not_disturb else 'off'}")
    return OK
