"""`offhook config`: where the configuration is, and changing it."""

from argparse import ArgumentParser, Namespace
from collections.abc import Mapping
from pathlib import Path

from offhook.cli.common import OK, add_config, config_file
from offhook.config import server_url, user_file
from offhook.errors import ConfigError

SUMMARY = """Show where the configuration is, or change settings in it. What is written is checked first;
comments and order are kept, and what the file was stays beside it as .bak."""

EXAMPLES = """\
  offhook config path
  offhook config set --server pbx.example.org tsp.terminal=4000
  offhook config set address.country=KR address.outside_prefix=9
  offhook config take company.toml"""


def arguments(parser: ArgumentParser) -> None:
    """The command line."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="path|set|take")
    path = actions.add_parser("path", help="print the name of the file that is used")
    change = actions.add_parser("set", help="change settings")
    change.add_argument("changes", metavar="KEY=VALUE", nargs="*", help="a setting and its new value")
    change.add_argument("--server", metavar="HOST", default="", help="the Call Manager: sets sscp.url")
    take = actions.add_parser("take", help="have this file in place of the one that is used")
    take.add_argument("source", metavar="SOURCE", type=Path, help="it is copied")
    for action in (change, take):
        action.add_argument("--dry-run", action="store_true", help="only check; nothing is written")
    for action in (path, change, take):
        add_config(action)


def run(options: Namespace) -> int:
    """Raises `ConfigError`, which names the setting."""
    file = config_file(options) or user_file()
    if options.action == "path":
        print(file)
        return OK
    if options.action == "take":
        from offhook.config.edit import take

        take(options.source, file, only_check=options.dry_run)
        return OK
    changes: dict[str, str] = {}
    if options.server:
        changes["sscp.url"] = server_url(options.server)
    for change in options.changes:
        key, equals, value = change.partition("=")
        if not equals or not key:
            raise ConfigError("", "", f"{change!r} is not KEY=VALUE", "write for instance tsp.terminal=4000")
        changes[key] = value
    if not changes:
        raise ConfigError("", "", "nothing is to be changed", "give KEY=VALUE, or --server HOST")
    _save(file, changes, only_check=options.dry_run)
    return OK


def _save(file: Path, changes: Mapping[str, str], *, only_check: bool) -> None:
    """Each value as text, or as TOML reads it, whichever its setting takes."""
    from offhook.config.edit import save
    from offhook.config.tomltext import value

    try:
        save(file, changes, only_check=only_check)
    except ConfigError as as_text:
        try:
            read = {key: value(text) for key, text in changes.items()}
        except ValueError:
            raise as_text from None
        try:
            save(file, read, only_check=only_check)
        except ConfigError:
            raise as_text from None
