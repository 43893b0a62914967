"""`offhook trunk`."""

import json
import sys
from argparse import ArgumentParser, Namespace
from dataclasses import asdict

from offhook.call import TrunkState
from offhook.cli.common import OK, add_config, add_json
from offhook.cli.managersession import config_for_login, manager, run_session

SUMMARY = """Show the trunks: whether calls can go out by them, what their providers say, and how much has
gone out, against the limits. For administrators; on the Call Manager's own machine for the account that runs
it."""

EXAMPLES = """\
  offhook trunk list
  offhook trunk list --json | jq '.[] | select(.usable | not) | .problem'"""

LIMITS = {
    "max_calls": "as many calls as it may have are up",
    "max_calls_an_hour": "as many calls as may go out in an hour have",
    "max_minutes_a_day": "the minutes of today are used up, until midnight",
}
"""What people read of a limit that is reached."""


def arguments(parser: ArgumentParser) -> None:
    """The command line."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="list")
    show = actions.add_parser("list", help="list the trunks, as they are now")
    add_json(show)
    add_config(show)


def run(options: Namespace) -> int:
    """Raises `ConfigError`, `CallError`."""
    found: list[TrunkState] = []

    async def ask() -> int:
        async with manager(config_for_login(options)) as client:
            found.extend(await client.trunks())
        return OK

    code = run_session(ask())
    if options.json:
        print(json.dumps([asdict(one) for one in found], ensure_ascii=False, indent=2))
    elif found:
        print("\n".join(_table(found)))
    else:
        print("no trunks; calls outside need one, see docs/trunks.md")
    return code


def _table(trunks: list[TrunkState]) -> list[str]:
    from offhook.cli.colour import GREEN, RED, YELLOW, paint
    from offhook.cli.show import safe, table

    rows = [("TRUNK", "STATE", "SERVERS", "CALLS", "LAST HOUR", "MINUTES TODAY")]
    rows += [
        (
            one.name,
            _state(one),
            _servers(one),
            f"{one.calls} of {one.max_calls}",
            f"{one.calls_an_hour} of {one.max_calls_an_hour}",
            f"{one.minutes_today:.0f} of {one.max_minutes_a_day}",
        )
        for one in trunks
    ]
    heading, *lines = table(rows)
    shown = [heading]
    for one, line in zip(trunks, lines, strict=True):
        colour = RED if not one.usable else YELLOW if one.limit else GREEN
        shown.append(paint(line, colour, sys.stdout))
        shown += [f"  {safe(why)}" for why in _why(one)]
    return shown


def _state(trunk: TrunkState) -> str:
    from offhook.cli.show import moment

    since = "" if trunk.since is None else f" since {moment(trunk.since)}"
    if not trunk.usable:
        return f"no way out{since}"
    return f"{'registered' if trunk.registers else 'by address'}{since}"


def _servers(trunk: TrunkState) -> str:
    if not trunk.servers:
        return "none found"
    if all(one.up is None for one in trunk.servers):
        return "not asked yet" if trunk.asked else "never asked"
    up = sum(one.up is True for one in trunk.servers)
    return f"{up} of {len(trunk.servers)} answer"


def _why(trunk: TrunkState) -> list[str]:
    """What is wrong with it."""
    found = [trunk.problem] if trunk.problem else []
    if trunk.limit:
        found.append(f"calls are refused: {LIMITS.get(trunk.limit, trunk.limit)} ({trunk.limit})")
    if trunk.usable:
        found += [f"{one.address} {one.problem}" for one in trunk.servers if one.problem]
    return found
