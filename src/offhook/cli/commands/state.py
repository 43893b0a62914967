"""`offhook state`."""

from argparse import ArgumentParser, Namespace, RawDescriptionHelpFormatter
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

from offhook.cli.common import FAILED, OK, add_config, complain, read_config, read_stored
from offhook.cli.show import counted
from offhook.common.statefolder import opened
from offhook.config import Config
from offhook.errors import UnavailableError, UserError

SUMMARY = """Look after what Offhook stores: users, tokens, call log, audit log, forwarding, what waits for
webhooks and phones, in the state folder or the database of [state]."""

EXAMPLES = """\
  offhook state backup /var/backups/offhook-monday.tar.gz
  offhook state export offhook.state
  offhook state import offhook.state
  offhook state repair --config /etc/offhook/offhook.toml"""

REPAIR = """Save what can be read of a damaged calls.sqlite, users.sqlite, phones.sqlite or webhooks.sqlite
into a fresh file, say how much that is, and keep the damaged one beside it. Offhook must not run."""

BACKUP = """Copy the state folder into a new .tar.gz, also while Offhook runs: each database as it is at one
moment. It is restored by unpacking it into an empty state folder. What is in PostgreSQL is copied by pg_dump,
or by `export`."""

EXPORT = """Write all that is stored into a new file that `import` reads, here or with another database, also
while Offhook runs. It holds passwords and tokens as hashes only. Phones log in with their secret itself,
so they are left out unless --phones is given."""

IMPORT = """Look whether a file of `export` is whole, then add what is not there yet; what is there stays as
it is. Done again it adds nothing twice. The audit log is added to an empty one only. Offhook must not
run with this state folder."""


def arguments(parser: ArgumentParser) -> None:
    """The command line."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    for name, brief, whole, examples in (
        ("backup", "copy the state folder while Offhook runs", BACKUP, ["backup offhook.tar.gz"]),
        (
            "export",
            "write all that is stored into a file",
            EXPORT,
            ["export a.state", "export a.state --phones"],
        ),
        ("import", "add what is in such a file", IMPORT, ["import a.state"]),
        ("repair", "save what can be read of damaged files", REPAIR, ["repair"]),
    ):
        one = actions.add_parser(
            name,
            help=brief,
            description=whole,
            epilog="examples:\n" + "\n".join(f"  offhook state {example}" for example in examples),
            formatter_class=RawDescriptionHelpFormatter,
        )
        if name != "repair":
            one.add_argument(
                "file", metavar="FILE", type=Path, help="a file" if name == "import" else "a new file"
            )
        if name == "export":
            one.add_argument("--phones", action="store_true", help="phones too, with what they log in with")
        add_config(one)


def run(options: Namespace) -> int:
    """Raises `ConfigError`, also while an Offhook runs that must not, and `UserError`."""
    return _ACTIONS[options.action](options)


def _backup(options: Namespace) -> int:
    from offhook.manager.stores.backup import back_up

    config = read_config(options)
    folder = _folder(config, "back up")
    try:
        names = back_up(folder, options.file)
    except OSError as error:
        raise _not_written(options.file, error) from error
    print(f"{options.file}: {counted(len(names), 'file')} of {folder}")
    print("it holds secrets: keep it where only administrators read it")
    if config.state.database:
        complain("what is in the database is not in it: copy that by pg_dump, or `offhook state export`")
    return OK


def _export(options: Namespace) -> int:
    from offhook.assembly.database import open_state
    from offhook.manager.stores.transfer import write

    config = read_stored(options)
    try:
        with closing(open_state(config, _folder(config, "export"))) as store:
            counts = write(store, options.file, secrets=options.phones)
    except OSError as error:
        raise _not_written(options.file, error) from error
    except UnavailableError as error:
        raise UserError(f"nothing was written: {error}") from error
    print(f"{options.file}: {_shown(counts)}")
    if not options.phones:
        print("phones are not in it: --phones adds them, with what they log in with")
    return OK


def _import(options: Namespace) -> int:
    from offhook.assembly.database import open_state
    from offhook.manager.stores.transfer import check, load

    config = read_stored(options)
    try:
        counts = check(options.file)
        with opened(config.state.dir, serving=False), closing(open_state(config, config.state.dir)) as store:
            left_out = ["audit"] if counts.get("audit") and store.holds_audit() else []
            done = load(store, options.file, without=left_out)
    except OSError as error:
        raise UserError(
            f"{options.file} cannot be read ({error.strerror or error})", "see its name and owner"
        ) from error
    except UnavailableError as error:
        complain(f"{error}; do it again, what was added stays")
        return FAILED
    print(f"added: {_shown({table: added for table, (added, _) in done.items() if added}) or 'nothing'}")
    there = {table: seen - added for table, (added, seen) in done.items() if seen > added}
    if there:
        print(f"there already, left as it is: {_shown(there)}")
    if left_out:
        print(f"left out: {counts['audit']} entries of the audit log, for there is one already")
    return OK


def _repair(options: Namespace) -> int:
    from offhook.manager.stores.examine import FILES
    from offhook.manager.stores.repair import Repaired, repair  # loads what no other command needs

    folder = _folder(read_config(options), "repair")
    doubtful = False
    with opened(folder, serving=False):
        for name in FILES:
            path = folder / name
            try:
                done: Repaired | None = repair(path)
            except OSError as error:
                print(f"{path}: cannot be repaired ({error.strerror or error}); nothing was changed")
                return FAILED
            if done is None:
                print(f"{path}: {'sound' if path.exists() else 'not there'}, left as it is")
                continue
            saved = ", ".join(f"{count} {what}" for what, count in done.saved.items())
            lost = f", {done.lost} lost" if done.lost else ""
            print(f"{path}: was damaged ({done.problem}); saved {saved}{lost}")
            print(f"  the damaged file is kept: {done.aside}")
            if name == "users.sqlite":
                print("  look whether all users are there, and none too many: offhook user list")
            if name == "phones.sqlite":
                print("  look whether all phones are there, and none too many: offhook phone list")
            doubtful |= done.doubtful
    if doubtful:
        print("the first page of a file was lost: what had been deleted before may be there again")
    return OK


def _folder(config: Config, what: str) -> Path:
    folder = config.state.dir
    if not folder.is_dir() and not (config.state.database and what == "export"):
        raise UserError(f"there is no state folder {folder}; nothing to {what}")
    return folder


def _not_written(file: Path, error: OSError) -> UserError:
    if isinstance(error, FileExistsError):
        return UserError(f"{file} is there already", "name a new file, or remove it")
    return UserError(f"{error.filename or file}: {error.strerror or error}", "nothing was written")


def _shown(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{count} {_WORDS.get(table, table)}" for table, count in counts.items())


_WORDS = {
    "places": "places of logins",
    "token_names": "names of tokens",
    "settings": "settings of users",
    "letters": "events for webhooks",
    "missed": "counts of missed calls",
    "audit": "entries of the audit log",
}

_ACTIONS = {"backup": _backup, "export": _export, "import": _import, "repair": _repair}
