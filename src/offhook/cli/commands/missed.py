"""`offhook missed`."""

import json
import time
from argparse import ArgumentParser, Namespace

from offhook.call import ClearMissed
from offhook.cli.callcontrol import Phone, add_phone, on_phone
from offhook.cli.calltable import calls_table
from offhook.cli.common import OK, add_json
from offhook.cli.show import call_fields

SUMMARY = """The calls of your phone that nobody answered and that you have not looked at yet. They go on
counting as new, here and in the window, until you clear them; the call log keeps them all:
offhook calls --history --missed."""

EXAMPLES = """\
  offhook missed
  offhook missed clear
  offhook missed --json"""

MOST = 500
"""What the Call Manager gives at once."""


def arguments(parser: ArgumentParser) -> None:
    """The command line."""
    parser.add_argument("action", choices=("show", "clear"), nargs="?", default="show")
    add_phone(parser)
    add_json(parser)


def run(options: Namespace) -> int:
    """Raises `CallError`."""
    return on_phone(options, lambda phone: _missed(options, phone))


async def _missed(options: Namespace, phone: Phone) -> int:
    if options.action == "clear":
        await phone.perform(ClearMissed(phone.terminal))
        return OK
    count = (await phone.state()).missed
    calls = await phone.client.history(phone.terminal, limit=min(count, MOST), missed=True) if count else []
    if options.json:
        fields = {"missed": count, "calls": [call_fields(call) for call in calls]}
        print(json.dumps(fields, ensure_ascii=False, indent=2))
    elif count:
        print("\n".join([*calls_table(calls, time.time()), "", f"{count} missed; offhook missed clear"]))
    else:
        print("no missed calls")
    return OK
