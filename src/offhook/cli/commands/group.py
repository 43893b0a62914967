"""`offhook group`."""

import json
from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from dataclasses import asdict

from offhook.cli.common import OK, add_config, add_json, read_config
from offhook.cli.entries import RESTART, Entries, EntryError, MixedParser, add_settings
from offhook.config.named import tables
from offhook.config.sections.group import EVERY

SUMMARY = """Add, change, list, show and remove groups of phones: the [[group]] entries of the configuration
file. Who belongs to one may watch its phones and pick up calls there, and a number outside may ring all of
it. What is written is checked first; comments and order of the file are kept, and what it was stays beside
it as .bak."""

EXAMPLES = """\
  offhook group add sales terminals=4000,4001
  offhook group change sales terminals=4000,4001,4002 users=kim
  offhook group change sales users=
  offhook group list
  offhook group show sales
  offhook group remove sales"""

GROUPS = Entries("group")


def arguments(parser: ArgumentParser) -> None:
    """The command line."""
    actions = parser.add_subparsers(
        dest="action", required=True, parser_class=MixedParser, metavar="add|change|list|show|remove"
    )
    add = actions.add_parser("add", help="add a group")
    change = actions.add_parser("change", help="change settings of a group")
    show = actions.add_parser("list", help="list groups")
    one = actions.add_parser("show", help="show who belongs to a group, and for which numbers it rings")
    remove = actions.add_parser("remove", help="remove a group")
    for action in (add, change, one, remove):
        action.add_argument("name", metavar="NAME")
    add_settings(add, "terminals=4000,4001")
    add_settings(change, "terminals=4000,4001", more="; KEY= takes it out")
    for action in (show, one):
        add_json(action)
    for action in (add, change, show, one, remove):
        add_config(action)


def run(options: Namespace) -> int:
    """Raises `EntryError`, `ConfigError`."""
    GROUPS.check_here(options)
    _ACTIONS[options.action](options)
    return OK


def _add(options: Namespace) -> None:
    file = GROUPS.add(options, options.name, GROUPS.given(options.settings))
    print(f"group {options.name} was added to {file}; {RESTART}")


def _change(options: Namespace) -> None:
    file = GROUPS.change(options, options.name, GROUPS.given(options.settings))
    print(f"group {options.name} was changed in {file}; {RESTART}")


def _remove(options: Namespace) -> None:
    file = GROUPS.remove(options, options.name)
    print(f"group {options.name} was removed from {file}; {RESTART}")


def _list(options: Namespace) -> None:
    from offhook.cli.show import safe, table

    groups = read_config(options).groups
    if options.json:
        print(json.dumps([asdict(one) for one in groups], ensure_ascii=False, indent=2))
        return
    rows = [("GROUP", "PHONES", "USERS", "WATCHES")]
    rows += [
        (safe(one.name), _phones(one.terminals), ", ".join(map(safe, one.users)) or "-", _phones(one.watch))
        for one in groups
    ]
    print("\n".join(table(rows)) if groups else "no groups; see: offhook group add --help")


def _show(options: Namespace) -> None:
    from offhook.cli.show import safe

    config = read_config(options)
    group = next((one for one in config.groups if one.name == options.name), None)
    if group is None:
        raise EntryError(f"there is no group {options.name}; see: offhook group list")
    rings = _rings(options, group.name)
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
    for number in rings:
        print(f"rings:   for {number}")


def _rings(options: Namespace, name: str) -> list[str]:
    """The numbers outside that ring the group, as the [[incoming]] that name it have them."""
    file, text, _ = GROUPS.find(options, name)
    return [
        str(number)
        for one in tables(text, file, "incoming")
        if name in one.get("ring", [])
        for number in one.get("numbers") or ["all other numbers"]
    ]


def _phones(phones: Sequence[str]) -> str:
    return "all" if EVERY in phones else ", ".join(phones) or "-"


_ACTIONS = {"add": _add, "change": _change, "list": _list, "show": _show, "remove": _remove}
