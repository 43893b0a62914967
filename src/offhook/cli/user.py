"""`offhook user`."""

import json
from argparse import ArgumentParser, Namespace
from contextlib import closing

from offhook.cli.common import OK, add_config, add_json, read_config
from offhook.cli.password import add_password, get_password
from offhook.cli.show import table
from offhook.errors import ConfigError
from offhook.manager.users import EVERY_TERMINAL, UserStore

SUMMARY = """Add, list and remove who may log in to the Call Manager, in its state folder. What is changed
holds from the next login on; sessions of a removed user are ended within seconds."""

EXAMPLES = """\
  offhook user add kim --terminal 4000
  offhook user add root --administrator --password-file root.password
  offhook user add desk --all-terminals --generate
  offhook user list
  offhook user remove kim"""


def arguments(parser: ArgumentParser) -> None:
    """The command line."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="add|list|remove")
    add = actions.add_parser("add", help="add a user")
    add.add_argument("name", metavar="NAME")
    add.add_argument(
        "--terminal", metavar="T", action="append", default=[], help="may use this phone; may be repeated"
    )
    add.add_argument("--all-terminals", action="store_true", help="may use every phone")
    add.add_argument("--administrator", action="store_true", help="may do everything")
    add_password(add)
    show = actions.add_parser("list", help="list users")
    add_json(show)
    remove = actions.add_parser("remove", help="remove a user")
    remove.add_argument("name", metavar="NAME")
    for action in (add, show, remove):
        add_config(action)


def run(options: Namespace) -> int:
    """Raises `UserError`, `ConfigError`."""
    folder = read_config(options).state.dir
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise ConfigError(
            str(folder), "state.dir", f"cannot be made ({error.strerror})", "name another"
        ) from None
    with closing(UserStore(folder / "users.sqlite")) as users:
        _ACTIONS[options.action](users, options)
    return OK


def _add(users: UserStore, options: Namespace) -> None:
    password, made = get_password(options, f"user {options.name}")
    terminals = [EVERY_TERMINAL] if options.all_terminals else options.terminal
    users.add(options.name, password, administrator=options.administrator, terminals=terminals)
    print(f"user {options.name} was added")
    if made:
        print(f"password: {password}")


def _list(users: UserStore, options: Namespace) -> None:
    known = users.list()
    if options.json:
        entries = [
            {"name": one.name, "administrator": one.administrator, "terminals": sorted(one.terminals)}
            for one in known
        ]
        print(json.dumps(entries, ensure_ascii=False, indent=2))
        return
    rows = [("USER", "ROLE", "PHONES")]
    for one in known:
        phones = (
            "all" if one.administrator or EVERY_TERMINAL in one.terminals else " ".join(sorted(one.terminals))
        )
        rows.append((one.name, "administrator" if one.administrator else "user", phones or "none"))
    print("\n".join(table(rows)) if known else "no users")


def _remove(users: UserStore, options: Namespace) -> None:
    users.remove(options.name)
    print(f"user {options.name} was removed")


_ACTIONS = {"add": _add, "list": _list, "remove": _remove}
