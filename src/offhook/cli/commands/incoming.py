"""`offhook incoming`."""

import json
from argparse import ArgumentParser, Namespace
from typing import Any

from offhook.cli.common import add_json, read_config
from offhook.cli.entries import EntryCommand
from offhook.config import entries
from offhook.config.named import tables

SUMMARY = """Add, change, list, show and remove what rings for numbers outside: the [[incoming]] entries of
the configuration file. A phone's own number rings it without any. What is written is checked first; comments
and order of the file are kept, and what it was stays beside it as .bak. An entry without a name is called by
one of its numbers as it stands there, or by its place in the list."""

EXAMPLES = """\
  offhook incoming add office numbers=+4930900100 ring=sales,4000 hours='mon-fri 09:00-17:30'
  offhook incoming add others ring=4000 otherwise=busy
  offhook incoming change office order=longest_idle ring_s=15 otherwise=+491701234567
  offhook incoming change office closed=12-25/12-26,01-01,2026-04-03
  offhook incoming change office hours=
  offhook incoming list
  offhook incoming show office
  offhook incoming remove others"""

RULES = EntryCommand(entries.INCOMING)


def arguments(parser: ArgumentParser) -> None:
    """The command line."""
    made = RULES.arguments(
        parser,
        "ring=sales,4000",
        "hours='mon-fri 09:00-17:30'",
        listed="list what rings for which number, in the order in which it is looked",
        shown="show the settings of a rule",
    )
    for action in ("list", "show"):
        add_json(made[action])


def run(options: Namespace) -> int:
    """Raises `EntryError`, `ConfigError`."""
    RULES.check_here(options)
    return RULES.run(options, list=_list, show=_show)


def _list(options: Namespace) -> None:
    from offhook.cli.common import config_file
    from offhook.cli.show import safe, table
    from offhook.config.edit import read_text

    read_config(options)  # what cannot be read is told by its key
    file = config_file(options)
    found = [] if file is None else tables(read_text(file), file, "incoming")
    if options.json:
        print(json.dumps(found, ensure_ascii=False, indent=2))
        return
    rows = [("RULE", "NUMBERS", "RINGS", "WHEN", "ELSE")]
    rows += [
        (
            safe(str(one.get("name", at))),
            _numbers(one),
            safe(", ".join(one["ring"])),
            ", ".join(one.get("hours", ())) or "always",
            safe(str(one.get("otherwise", "unavailable"))),
        )
        for at, one in enumerate(found, 1)
    ]
    print("\n".join(table(rows)) if found else "no rules; see: offhook incoming add --help, docs/trunks.md")


def _show(options: Namespace) -> None:
    from offhook.cli.show import safe

    read_config(options)
    file, text, place = RULES.find(options)
    one = tables(text, file, "incoming")[place]
    if options.json:
        print(json.dumps(one, ensure_ascii=False, indent=2))
        return
    shown = {"numbers": "all other numbers"} | one
    for key, value in shown.items():
        print(f"{key}: {safe(', '.join(map(str, value)) if isinstance(value, list) else str(value))}")


def _numbers(one: dict[str, Any]) -> str:
    numbers = [str(number) for number in one.get("numbers", ())]
    more = f" and {len(numbers) - 2} more" if len(numbers) > 3 else ""
    return ", ".join(numbers[: 2 if more else 3]) + more or "all other numbers"
