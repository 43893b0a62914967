"""`offhook user`."""

import json
from argparse import ArgumentParser, BooleanOptionalAction, Namespace
from contextlib import closing

from offhook.assembly.access import open_users
from offhook.cli.common import OK, add_config, add_json, read_stored
from offhook.cli.password import add_password, get_password
from offhook.cli.show import table
from offhook.common.statefolder import make_folder
from offhook.errors import UnavailableError, UserError
from offhook.manager.ports import UserAdministration
from offhook.manager.principal import EVERY_TERMINAL, LOCAL_SOURCE

SUMMARY = """Add, list, change, log out and remove who may log in to the Call Manager, in its state folder.
What is changed holds from the next login on; sessions with the old rights are ended within seconds."""

EXAMPLES = """\
  offhook user add kim --terminal 4000
  offhook user add root --administrator --password-file root.password
  offhook user add desk --all-terminals --generate
  offhook user add lee --directory corp --terminal 4001
  offhook user change kim --password-file kim.password --no-administrator
  offhook user change kim --terminal 4000 --terminal 4002
  offhook user change kim --watch 4001 --watch 4003
  offhook user logout kim
  offhook user list
  offhook user remove kim"""


def arguments(parser: ArgumentParser) -> None:
    """The command line."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="add|change|logout|list|remove")
    add = actions.add_parser("add", help="add a user")
    add.add_argument("name", metavar="NAME")
    _add_terminals(add)
    add.add_argument("--administrator", action="store_true", help="may do everything")
    add.add_argument(
        "--directory",
        metavar="SOURCE",
        default="",
        help="the password is this directory's, see [auth]; NAME is the login name there",
    )
    add_password(add)
    change = actions.add_parser("change", help="change password, role or phones")
    change.add_argument("name", metavar="NAME")
    _add_terminals(change)
    change.add_argument("--no-terminals", action="store_true", help="may use no phone")
    change.add_argument("--no-watch", action="store_true", help="may watch no other phone")
    change.add_argument("--administrator", action=BooleanOptionalAction, help="may (not) do everything")
    change.add_argument("--password", action="store_true", help="ask for a new password")
    add_password(change)
    logout = actions.add_parser("logout", help="end all sessions and tokens of a user")
    logout.add_argument("name", metavar="NAME")
    show = actions.add_parser("list", help="list users")
    add_json(show)
    remove = actions.add_parser("remove", help="remove a user")
    remove.add_argument("name", metavar="NAME")
    for action in (add, change, logout, show, remove):
        add_config(action)


def _add_terminals(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--terminal", metavar="T", action="append", default=[], help="may use this phone; may be repeated"
    )
    parser.add_argument("--all-terminals", action="store_true", help="may use every phone")
    parser.add_argument(
        "--watch",
        metavar="T",
        action="append",
        default=[],
        help="may see this colleague's phone and pick up calls that ring there; may be repeated, and see"
        " [[group]] of the configuration",
    )
    parser.add_argument("--watch-all", action="store_true", help="may so watch every phone")


def run(options: Namespace) -> int:
    """Raises `UserError`, `ConfigError`."""
    config = read_stored(options)
    folder = config.state.dir
    make_folder(folder, serving=False)
    source = getattr(options, "directory", "")
    known = [one.name for one in config.directory.sources if one.type == "ldap"]
    if source and source not in known:
        raise UserError(
            f"{source!r} is not an LDAP [[directory.source]]; take one of: {', '.join(known) or 'none yet'}"
        )
    with closing(open_users(config, folder)) as users:
        try:
            _ACTIONS[options.action](users, options)
        except UnavailableError as error:
            raise UserError(f"nothing was changed: {error}") from error
    return OK


def _add(users: UserAdministration, options: Namespace) -> None:
    password, made = ("", False) if options.directory else get_password(options, f"user {options.name}")
    users.add(
        options.name,
        password,
        administrator=options.administrator,
        terminals=_terminals(options),
        source=options.directory or LOCAL_SOURCE,
        watches=_watches(options),
    )
    print(f"user {options.name} was added")
    if made:
        print(f"password: {password}")


def _terminals(options: Namespace) -> list[str]:
    terminals: list[str] = options.terminal
    return [EVERY_TERMINAL] if options.all_terminals else terminals


def _watches(options: Namespace) -> list[str]:
    watches: list[str] = options.watch
    return [EVERY_TERMINAL] if options.watch_all else watches


def _change(users: UserAdministration, options: Namespace) -> None:
    terminals, watches = _terminals(options), _watches(options)
    rights = terminals or options.no_terminals or watches or options.no_watch
    new_password = options.password or options.generate or options.password_file is not None
    if not (rights or options.administrator is not None or new_password):
        raise UserError("nothing was asked to be changed; see: offhook user change --help")
    password, made = get_password(options, f"user {options.name}") if new_password else ("", False)
    if password:
        users.set_password(options.name, password)
    if terminals or options.no_terminals:
        users.set_terminals(options.name, terminals)
    if watches or options.no_watch:
        users.set_watches(options.name, watches)
    if options.administrator is not None:
        users.set_administrator(options.name, options.administrator)
    print(f"user {options.name} was changed")
    if made:
        print(f"password: {password}")


def _logout(users: UserAdministration, options: Namespace) -> None:
    tokens = users.log_out(options.name)
    print(f"user {options.name} was logged out; {tokens} tokens were ended")


def _list(users: UserAdministration, options: Namespace) -> None:
    known = users.list()
    if options.json:
        entries = [
            {
                "name": one.name,
                "administrator": one.administrator,
                "terminals": sorted(one.terminals),
                "watches": sorted(one.watches),
                "source": one.source,
            }
            for one in known
        ]
        print(json.dumps(entries, ensure_ascii=False, indent=2))
        return
    rows = [("USER", "ROLE", "PASSWORD", "PHONES", "WATCHES")]
    for one in known:
        role = "administrator" if one.administrator else "user"
        phones = "all" if one.administrator else _shown(one.terminals)
        rows.append((one.name, role, one.source, phones, "all" if one.administrator else _shown(one.watches)))
    print("\n".join(table(rows)) if known else "no users; see: offhook user add --help")


def _shown(terminals: frozenset[str]) -> str:
    return "all" if EVERY_TERMINAL in terminals else " ".join(sorted(terminals)) or "none"


def _remove(users: UserAdministration, options: Namespace) -> None:
    users.remove(options.name)
    print(f"user {options.name} was removed")


_ACTIONS = {"add": _add, "change": _change, "logout": _logout, "list": _list, "remove": _remove}
