"""`offhook calls`."""

import json
import time
from argparse import ArgumentParser, ArgumentTypeError, Namespace

from offhook.cli.calltable import calls_table
from offhook.cli.common import OK, add_config, add_json
from offhook.cli.managersession import config_for_login, manager, run_session
from offhook.cli.show import call_fields

SUMMARY = "List the calls that are up, or with --history those of the call log, newest first."

EXAMPLES = """\
  offhook calls
  offhook calls --history --terminal 4000 --limit 20
  offhook calls --history --missed
  offhook calls --history --json"""

MAX_LIMIT = 500
"""What the Call Manager gives at once."""


def arguments(parser: ArgumentParser) -> None:
    """The command line."""
    parser.add_argument("--history", action="store_true", help="from the call log")
    parser.add_argument("--missed", action="store_true", help="of the log, those that nobody answered")
    parser.add_argument("--terminal", metavar="T", help="of this phone only")
    parser.add_argument(
        "--limit", metavar="N", type=_limit, default=50, help="of the log, 1 to 500; 50 if not given"
    )
    add_config(parser)
    add_json(parser)


def run(options: Namespace) -> int:
    """Raises `CallError`."""
    return run_session(_list(options))


async def _list(options: Namespace) -> int:
    async with manager(config_for_login(options)) as client:
        if options.history or options.missed:
            calls = await client.history(options.terminal, limit=options.limit, missed=options.missed)
        else:
            calls = await client.calls(options.terminal)
    if options.json:
        print(json.dumps([call_fields(call) for call in calls], ensure_ascii=False, indent=2))
    elif calls:
        print("\n".join(calls_table(calls, time.time())))
    else:
        print("no calls")
    return OK


def _limit(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= MAX_LIMIT:
        raise ArgumentTypeError(f"{text!r} is not a number from 1 to {MAX_LIMIT}")
    return int(text)
