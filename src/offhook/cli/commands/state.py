"""`offhook state`."""

from argparse import ArgumentParser, Namespace, RawDescriptionHelpFormatter

from offhook.cli.common import FAILED, OK, add_config, read_config
from offhook.common.statefolder import opened
from offhook.errors import UserError

SUMMARY = """Look after the state folder. `repair` saves what can be read of a damaged calls.sqlite,
users.sqlite, phones.sqlite or webhooks.sqlite into a fresh file, says how much that is, and keeps the damaged
one beside it.
Offhook must not run meanwhile."""

EXAMPLES = """\
  offhook state repair
  offhook state repair --config /etc/offhook/offhook.toml"""


def arguments(parser: ArgumentParser) -> None:
    """The command line."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    mend = actions.add_parser(
        "repair",
        help="save what can be read of damaged files",
        description=SUMMARY,
        epilog=f"examples:\n{EXAMPLES}",
        formatter_class=RawDescriptionHelpFormatter,
    )
    add_config(mend)


def run(options: Namespace) -> int:
    """Raises `ConfigError` while an Offhook runs with the folder."""
    from offhook.manager.stores.examine import FILES
    from offhook.manager.stores.repair import Repaired, repair  # loads what no other command needs

    folder = read_config(options).state.dir
    if not folder.is_dir():
        raise UserError(f"there is no state folder {folder}; nothing to repair")
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
