"""`offhook terminal`."""

import json
import os
import sys
from argparse import ArgumentParser, Namespace

from offhook.call import Terminal
from offhook.cli.common import OK, add_json, complain, config_file, read_config
from offhook.cli.entries import EntryCommand
from offhook.cli.password import add_password, get_password
from offhook.cli.phoneblock import phone_block
from offhook.config import entries, load, user_file
from offhook.config.edit import read_text, save
from offhook.config.named import tables
from offhook.config.phones import added, made_password, place_of
from offhook.errors import CallError, OffhookError

SUMMARY = """Add, change, list, show and remove phones: the [[terminal]] entries of the configuration file.
Comments and order of the file are kept; it is written for its owner's eyes only. A running `offhook up` has
to be restarted."""

EXAMPLES = """\
  offhook terminal add 4000 --name Kim
  offhook terminal add 4001 --name "Lee Min-ho" --password-file /etc/offhook/4001.password
  offhook terminal add 5000 --name Choi --part busan
  offhook terminal change 4000 number=+4930900101
  offhook terminal list
  offhook terminal show 4000
  offhook terminal remove 4001"""


TERMINALS = EntryCommand(entries.TERMINALS)


class TerminalError(OffhookError):
    """A terminal that cannot be added as asked."""


def arguments(parser: ArgumentParser) -> None:
    """The command line."""
    made = TERMINALS.arguments(
        parser,
        "",
        "number=+4930900101",
        listed="list phones, and whether they are registered",
        shown="what to type into a phone, and whether it is registered",
    )
    made["add"].add_argument("--name", metavar="NAME", default="", help="whose it is")
    made["add"].add_argument(
        "--part", metavar="NAME", default="", help="the [[cluster.part]] that has it, where there are several"
    )
    add_password(made["add"])
    add_json(made["list"])
    made["show"].add_argument("--new-password", action="store_true", help="make a new password for it")


def run(options: Namespace) -> int:
    """Raises `TerminalError`, `EntryError`, `ConfigError`."""
    return TERMINALS.run(options, add=_add, list=_list, show=_show)


def _add(options: Namespace) -> None:
    file = config_file(options) or user_file()
    text = read_text(file)
    if place_of(text, file, options.id) is not None:
        raise TerminalError(f"{file} has a phone {options.id}; remove it first, or choose another id")
    made, password = False, ""
    if options.password_file is not None:
        secret = {"password_file": os.path.abspath(options.password_file)}
    else:
        password, made = get_password(options, f"phone {options.id}")
        secret = {"password": password}
    save(file, added(text, file, options.id, options.name, secret, part=options.part))
    print(
        f"phone {options.id} was added to {file}; (re)start `offhook up`, then register the phone with this:"
    )
    print("\n".join(phone_block(load(file), options.id)))
    print(f"password: {password}" if made else "password: the one that you gave")


def _show(options: Namespace) -> None:
    file, text, place = TERMINALS.find(options)
    entry = tables(text, file, "terminal")[place]
    if options.new_password:
        if "password_file" in entry:
            raise TerminalError(f"its password is in {entry['password_file']}; write a new one there")
        save(file, {f"terminal.{place}.password": made_password()})
    config = load(file, secrets=True)
    print("\n".join(phone_block(config, options.id)))
    print(f"password: {next(one.password for one in config.terminals if one.id == options.id)}")
    if options.new_password:
        print("The password is a new one: restart `offhook up`, and type it into the phone.")
    known = {options.id: str(entry.get("name", ""))}
    states: dict[str, Terminal] = {}
    problem = _ask_manager(options, known, states)
    print(
        f"state:    {_state(states.get(options.id))}"
        if problem is None
        else f"state:    not known: {problem}"
    )


def _list(options: Namespace) -> None:
    config = read_config(options)
    known = {entry.id: entry.name for entry in config.terminals}
    states: dict[str, Terminal] = {}
    problem = _ask_manager(options, known, states)
    if options.json:
        fields = [_fields(key, name, states.get(key)) for key, name in known.items()]
        print(json.dumps(fields, ensure_ascii=False, indent=2))
    else:
        _print_table(known, states)
    if problem is not None:
        complain(f"whether they are registered is not known: {problem}")


def _fields(key: str, name: str, found: Terminal | None) -> dict[str, object]:
    fields: dict[str, object] = {"id": key, "name": name, "in_service": found and found.in_service}
    if found is not None and found.problem:
        fields |= {"problem": found.problem, "problem_at": found.problem_at}
    return fields


def _ask_manager(options: Namespace, known: dict[str, str], states: dict[str, Terminal]) -> CallError | None:
    """Complete what is known by what the Call Manager says; or why it does not."""
    from offhook.cli.managersession import config_for_login, manager, run_session

    async def ask() -> int:
        async with manager(config_for_login(options)) as client:
            for terminal in await client.terminals():
                known.setdefault(terminal.id, terminal.name)
                states[terminal.id] = terminal
        return OK

    try:
        run_session(ask())
    except CallError as error:
        return error
    return None


def _print_table(known: dict[str, str], states: dict[str, Terminal]) -> None:
    from offhook.cli.colour import GREEN, YELLOW, paint
    from offhook.cli.show import safe, table

    rows = [("PHONE", "NAME", "STATE")]
    rows.extend((key, safe(name), _state(states.get(key))) for key, name in known.items())
    heading, *lines = table(rows)
    for key, line in zip(known, lines, strict=True):
        phone = states.get(key)
        heading += "\n" + paint(
            line, "" if phone is None else GREEN if phone.in_service else YELLOW, sys.stdout
        )
    print(heading if known else "no phones")


def _state(terminal: Terminal | None) -> str:
    from offhook.cli.show import registration

    return "unknown" if terminal is None else registration(terminal)
