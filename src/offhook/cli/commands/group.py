"""`offhook group`."""

import json
from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from dataclasses import asdict

from offhook.cli.common import add_json, read_config
from offhook.cli.entries import EntryCommand
from offhook.config import entries
from offhook.config.entries import NoSuchEntryError
from offhook.config.named import tables
from offhook.config.sections.group import EVERY

SUMMARY = """Add, change, list, show and remove groups of phones: the [[group]] entries of the configuration
file. Who belongs to one may watch its phones and pick up calls there, and a number outside may ring all of
it. What is written is checked first; comments and order of the file are kept, and what it was stays beside
it as .bak."""

EXAMPLES = """\
  offhook group add sales terminals=4000,4001
  offhook group change sales terminals=4000,4001,4002 users=kim number=+4930900100
  offhook group change sales users=
  offhook group list
  offhook group show sales
  offhook group remove sales"""

GROUPS = EntryCommand(entries.GROUPS)


def arguments(parser: ArgumentParser) -> None:
    """The command line."""
    made = GROUPS.arguments(
        parser,
        "terminals=4000,4001",
        "terminals=4000,4001",
        shown="show who belongs to a group, and for which numbers it rings",
    )
    for action in ("list", "show"):
        add_json(made[action])


def run(options: Namespace) -> int:
    """Raises `EntryError`, `ConfigError`."""
    GROUPS.check_here(options)
    return GROUPS.run(options, list=_list, show=_show)


def _list(options: Namespace) -> None:
    from offhook.cli.show import safe, table

    groups = read_config(options).groups
    if options.json:
        print(json.dumps([asdict(one) for one in groups], ensure_ascii=False, indent=2))
        return
    rows = [("GROUP", "PHONES", "USERS", "WATCHES", "SHOWS")]
    rows += [
        (
            *(safe(one.name), _phones(one.terminals), ", ".join(map(safe, one.users)) or "-"),
            *(_phones(one.watch), one.number or "-"),
        )
        for one in groups
    ]
    print("\n".join(table(rows)) if groups else "no groups; see: offhook group add --help")


def _show(options: Namespace) -> None:
    from offhook.cli.show import safe

    config = read_config(options)
    group = next((one for one in config.groups if one.name == options.name), None)
    if group is None:
        raise NoSuchEntryError(f"there is no group {options.name}; see: offhook group list")
    rings = _rings(options)
    if options.json:
        print(json.dumps(asdict(group) | {"rings_for": rings}, ensure_ascii=False, indent=2))
        return
    names = {one.id: one.name for one in config.terminals} | {EVERY: "all"}

    def named(phone: str) -> str:
        return safe(" ".join(filter(None, (phone.replace(EVERY, ""), names.get(phone, "")))))

    print(f"group {safe(group.name)}")
    for phone in group.terminals:
        print(f"phone:   {named(phone)}")
    for user in group.users:
        print(f"user:    {safe(user)}")
    for phone in group.watch:
        print(f"watches: {named(phone)}")
    if group.number:
        print(f"shows:   {group.number}")
    for number in rings:
        print(f"rings:   for {number}")


def _rings(options: Namespace) -> list[str]:
    """The numbers outside that ring the group, as the [[incoming]] that name it have them."""
    file, text, _ = GROUPS.find(options)
    return [
        str(number)
        for one in tables(text, file, "incoming")
        if options.name in one.get("ring", [])
        for number in one.get("numbers") or ["all other numbers"]
    ]


def _phones(phones: Sequence[str]) -> str:
    return "all" if EVERY in phones else ", ".join(phones) or "-"
