"""`offhook terminal`."""

import json
import os
import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from offhook.call import Terminal
from offhook.cli.common import OK, add_config, add_json, complain, config_file, read_config
from offhook.cli.password import add_password, get_password
from offhook.cli.phoneblock import phone_block
from offhook.common.privatefile import write_private
from offhook.config import check_text, load, user_file
from offhook.config.phones import made_password
from offhook.errors import CallError, ConfigError, OffhookError

if TYPE_CHECKING:
    import tomlkit

SUMMARY = """Add, list, show and remove phones: the [[terminal]] entries of the configuration file. Comments
and order of the file are kept; it is written for its owner's eyes only. A running `offhook up` has to be
restarted."""

EXAMPLES = """\
  offhook terminal add 4000 --name Kim
  offhook terminal add 4001 --name "Lee Min-ho" --password-file /etc/offhook/4001.password
  offhook terminal list
  offhook terminal show 4000
  offhook terminal remove 4001"""


class TerminalError(OffhookError):
    """A terminal that cannot be added or removed as asked."""


def arguments(parser: ArgumentParser) -> None:
    """The command line."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="add|list|show|remove")
    add = actions.add_parser("add", help="add a phone")
    add.add_argument("id", metavar="ID", help="its extension, which is its SIP user as well")
    add.add_argument("--name", metavar="NAME", default="", help="whose it is")
    add_password(add)
    show = actions.add_parser("list", help="list phones, and whether they are registered")
    add_json(show)
    block = actions.add_parser("show", help="what to type into a phone, and whether it is registered")
    block.add_argument("id", metavar="ID")
    block.add_argument("--new-password", action="store_true", help="make a new password for it")
    remove = actions.add_parser("remove", help="remove a phone")
    remove.add_argument("id", metavar="ID")
    for action in (add, show, block, remove):
        add_config(action)


def run(options: Namespace) -> int:
    """Raises `TerminalError`, `ConfigError`."""
    return {"add": _add, "list": _list, "show": _show, "remove": _remove}[options.action](options)


def _add(options: Namespace) -> int:
    import tomlkit

    file = config_file(options) or user_file()
    document = _document(file)
    entries = _entries(document, file)
    if any(entry.get("id") == options.id for entry in entries):
        raise TerminalError(f"{file} has a phone {options.id}; remove it first, or choose another id")
    inline = "terminal" in document and not isinstance(entries, tomlkit.items.AoT)
    entry: Any = tomlkit.inline_table() if inline else tomlkit.table()
    entry["id"] = options.id
    if options.name:
        entry["name"] = options.name
    made, password = False, ""
    if options.password_file is not None:
        entry["password_file"] = os.path.abspath(options.password_file)
    else:
        password, made = get_password(options, f"phone {options.id}")
        entry["password"] = password
    if "terminal" not in document:
        document["terminal"] = tomlkit.aot()
    document["terminal"].append(entry)
    _write(file, document)
    print(
        f"phone {options.id} was added to {file}; (re)start `offhook up`, then register the phone with this:"
    )
    print("\n".join(phone_block(load(file), options.id)))
    print(f"password: {password}" if made else "password: the one that you gave")
    return OK


def _show(options: Namespace) -> int:
    file = config_file(options)
    document = _document(file) if file is not None else None
    entries = _entries(document, file) if document is not None and file is not None else []
    entry = next((one for one in entries if one.get("id") == options.id), None)
    if document is None or file is None or entry is None:
        raise TerminalError(f"there is no phone {options.id}; see: offhook terminal list")
    if options.new_password:
        if "password_file" in entry:
            raise TerminalError(f"its password is in {entry['password_file']}; write a new one there")
        entry["password"] = made_password()
        _write(file, document)
    config = load(file, secrets=True)
    print("\n".join(phone_block(config, options.id)))
    print(f"password: {next(one.password for one in config.terminals if one.id == options.id)}")
    if options.new_password:
        print("The password is a new one: restart `offhook up`, and type it into the phone.")
    known = {entry["id"]: entry.get("name", "")}
    states: dict[str, Terminal] = {}
    problem = _ask_manager(options, known, states)
    print(
        f"state:    {_state(states.get(options.id))}"
        if problem is None
        else f"state:    not known: {problem}"
    )
    return OK


def _remove(options: Namespace) -> int:
    file = config_file(options)
    document = _document(file) if file is not None else None
    entries = _entries(document, file) if document is not None and file is not None else []
    position = next((n for n, entry in enumerate(entries) if entry.get("id") == options.id), None)
    if document is None or file is None or position is None:
        raise TerminalError(f"there is no phone {options.id}; see: offhook terminal list")
    del entries[position]
    if not entries:
        del document["terminal"]
    _write(file, document)
    print(f"phone {options.id} was removed from {file}; restart `offhook up`")
    return OK


def _list(options: Namespace) -> int:
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
    return OK


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


def _document(file: Path) -> "tomlkit.TOMLDocument":
    """The file as it is written, or an empty one when it is not there yet."""
    import tomlkit
    from tomlkit.exceptions import TOMLKitError

    try:
        text = file.read_bytes().decode()
        return tomlkit.parse(text)
    except FileNotFoundError:
        return tomlkit.document()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(str(file), "", f"cannot be read ({error})", "correct that first") from None
    except TOMLKitError as error:
        raise ConfigError(str(file), "", f"is not TOML: {error}", "correct that place") from None


def _entries(document: "tomlkit.TOMLDocument", file: Path) -> Any:
    entries = document.get("terminal", [])
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise ConfigError(str(file), "terminal", "is not a list of tables", "write each as [[terminal]]")
    return entries


def _write(file: Path, document: "tomlkit.TOMLDocument") -> None:
    """Only a good configuration is written. Raises `ConfigError`."""
    import tomlkit

    text = tomlkit.dumps(document)
    check_text(text, file)
    try:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_private(file, text)
    except OSError as error:
        raise ConfigError(
            str(file), "", f"cannot be written ({error.strerror})", "let this user write it, or name another"
        ) from None
