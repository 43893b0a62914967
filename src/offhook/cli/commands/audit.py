"""`offhook audit`."""

import json
import re
import time
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from collections import deque
from dataclasses import asdict

from offhook.assembly.database import audit_entries
from offhook.cli.common import OK, add_config, add_json, complain, read_stored
from offhook.cli.show import safe, table
from offhook.manager.audit import OK as GOOD
from offhook.manager.audit import Entry, Event

SUMMARY = """Who logged in, dialled and dropped, from where, and what came of it: the audit log in the state
folder, newest last. Passwords and tokens are never in it."""

EXAMPLES = """\
  offhook audit
  offhook audit --since 2h --failed
  offhook audit --node south --failed
  offhook audit --user kim --event dial --json"""

UNITS = {"m": 60, "h": 3600, "d": 86_400}
MOST = 1000


def arguments(parser: ArgumentParser) -> None:
    """The command line."""
    parser.add_argument("--since", metavar="AGE", type=_age, help="not older than this, like 30m, 2h or 7d")
    parser.add_argument("--user", metavar="NAME", help="of this user")
    parser.add_argument("--terminal", metavar="T", help="of this phone")
    parser.add_argument("--node", metavar="NAME", help="done at this Call Manager of several")
    parser.add_argument("--event", choices=[event.value for event in Event], help="only these")
    parser.add_argument("--failed", action="store_true", help="only what was refused")
    parser.add_argument("--limit", metavar="N", type=int, default=50, help=f"the last N (50), at most {MOST}")
    add_config(parser)
    add_json(parser, "print one JSON object a line")


def run(options: Namespace) -> int:
    """Prints what was asked for."""
    unreadable: list[None] = []
    read = audit_entries(read_stored(options), unreadable=unreadable)
    newest = deque(
        (entry for entry in read if _wanted(entry, options)), maxlen=max(1, min(options.limit, MOST))
    )
    if unreadable:
        complain(f"{len(unreadable)} lines of the audit log are invalid and left out")
    if options.json:
        for entry in newest:
            print(json.dumps(asdict(entry), ensure_ascii=False))
        return OK
    rows = [["WHEN", "WHAT", "RESULT", "USER", "FROM", "PHONE", "NUMBER", "DOOR"]]
    rows.extend(_row(entry) for entry in newest)
    if any(entry.node for entry in newest):
        rows = [
            [*row, node]
            for row, node in zip(rows, ["NODE", *(safe(one.node) or "-" for one in newest)], strict=True)
        ]
    print("\n".join(table(rows)) if newest else "nothing")
    return OK


def _wanted(entry: Entry, options: Namespace) -> bool:
    return (
        (options.since is None or entry.time >= time.time() - options.since)
        and (options.user is None or entry.user == options.user)
        and (options.terminal is None or entry.terminal == options.terminal)
        and (options.node is None or entry.node == options.node)
        and (options.event is None or entry.event == options.event)
        and not (options.failed and entry.result == GOOD)
    )


def _row(entry: Entry) -> list[str]:
    when = time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(entry.time))
    result = f"{entry.result} (and {entry.repeated} more)" if entry.repeated else entry.result
    texts = (entry.event, result, entry.user, entry.source, entry.terminal, entry.number, entry.door)
    return [when, *(safe(text) or "-" for text in texts)]


def _age(text: str) -> float:
    match = re.fullmatch(r"([0-9]{1,6})([mhd])", text)
    if match is None:
        raise ArgumentTypeError(f"{text!r} is not an age; write it like 30m, 2h or 7d")
    return float(match[1]) * UNITS[match[2]]
