"""`offhook trunk`."""

import json
import os
import sys
from argparse import ArgumentParser, Namespace
from dataclasses import asdict
from pathlib import Path

from offhook.call import TrunkState
from offhook.cli.common import OK, add_json
from offhook.cli.entries import RESTART, EntryCommand
from offhook.cli.managersession import config_for_login, manager, run_session
from offhook.config import entries
from offhook.config.entries import EntryError
from offhook.errors import CallError

SUMMARY = """Add, change and remove trunks, the accounts of SIP providers: the [[trunk]] entries of the
configuration file. What is written is checked first; comments and order of the file are kept, and what it
was stays beside it as .bak. `list` and `show` ask the Call Manager whether calls can go out by them, what
their providers say, and how much has gone out, against the limits: for administrators, and on the Call
Manager's own machine for the account that runs it."""

EXAMPLES = """\
  offhook trunk add provider server=sip.provider.example transport=tls user=4930900 --ask-password
  offhook trunk add second server=192.0.2.1 register=false numbers=+4930900100-+4930900199
  offhook trunk change provider max_calls=20 prefixes=+49,+43
  offhook trunk change provider --password-file /etc/offhook/provider.password
  offhook trunk list
  offhook trunk list --json | jq '.[] | select(.usable | not) | .problem'
  offhook trunk show provider
  offhook trunk remove second"""

LIMITS = {
    "max_calls": "as many calls as it may have are up",
    "max_calls_an_hour": "as many calls as may go out in an hour have",
    "max_minutes_a_day": "the minutes of today are used up, until midnight",
}
"""What people read of a limit that is reached."""


def arguments(parser: ArgumentParser) -> None:
    """The command line."""
    made = TRUNKS.arguments(
        parser,
        "server=sip.provider.example",
        "max_calls=20",
        listed="list the trunks, as they are now",
        shown="show the settings of a trunk, and how it is now",
    )
    add_json(made["list"])
    for action in ("add", "change"):
        password = made[action].add_mutually_exclusive_group()
        password.add_argument(
            "--password-file", metavar="FILE", type=Path, help="the account's password is in this file"
        )
        password.add_argument(
            "--ask-password",
            action="store_true",
            help="ask for it, or read it from standard input where that is no terminal",
        )


def run(options: Namespace) -> int:
    """Raises `EntryError`, `ConfigError`, `CallError`."""
    if options.action != "list":
        TRUNKS.check_here(options)
    return TRUNKS.run(options, list=_list, show=_show)


def _password(options: Namespace) -> dict[str, object]:
    """What the password becomes in the file; one of its two keys takes the place of the other."""
    if options.password_file is not None:
        return {"password": None, "password_file": os.path.abspath(options.password_file)}
    if not options.ask_password:
        return {}
    from offhook.cli.password import ask_for

    return {"password_file": None, "password": ask_for(f"the account at {options.name}")}


class Trunks(EntryCommand):
    """The five, with the account's password as it is told by options of its own."""

    def given(self, options: Namespace) -> dict[str, object]:
        """As the file has it. Raises `EntryError`, `PasswordError`."""
        found = super().given(options) | _password(options)
        registers = options.action == "add" and found.get("register", True) is True
        if registers and not found.keys() & {"password", "password_file"}:
            raise EntryError(
                f"{options.name} registers by a password: give --password-file FILE, or --ask-password; or "
                "register=false where the provider knows this site by its address"
            )
        return found


TRUNKS = Trunks(entries.TRUNKS, after=", then: offhook check")


def _show(options: Namespace) -> None:
    file, text, place = TRUNKS.find(options)
    print("\n".join(shown(text, file, place)))
    try:
        state = next((one for one in _states(options) if one.name == options.name), None)
    except CallError as error:
        print(f"state: not known: {error}")
        return
    print("\n".join(_table([state])) if state is not None else f"state: not known yet: {RESTART}")


def shown(text: str, file: Path, place: int) -> list[str]:
    """The settings of a trunk as the file has them, but for the password."""
    import tomlkit

    from offhook.cli.show import safe
    from offhook.config.named import tables

    settings = tables(text, file, entries.TRUNKS.table)[place]
    secret = "" if settings.pop("password", None) is None else "password = (is in the file)"
    return [*map(safe, tomlkit.dumps(settings).splitlines()), *filter(None, [secret])]


def _states(options: Namespace) -> list[TrunkState]:
    """How they are, as the Call Manager says. Raises `ConfigError`, `CallError`."""
    found: list[TrunkState] = []

    async def ask() -> int:
        async with manager(config_for_login(options)) as client:
            found.extend(await client.trunks())
        return OK

    run_session(ask())
    return found


def _list(options: Namespace) -> None:
    found = _states(options)
    if options.json:
        print(json.dumps([asdict(one) for one in found], ensure_ascii=False, indent=2))
    elif found:
        print("\n".join(_table(found)))
    else:
        print("no trunks; calls outside need one, see: offhook trunk add --help, docs/trunks.md")


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
