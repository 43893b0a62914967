"""The commands that add, change, list, show and remove tables of the configuration file that have a name:
`offhook trunk`, `group`, `incoming`, `terminal`. What is written is checked as a start would; comments and
order of the file are kept."""

from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from offhook.cli.common import OK, add_config, config_file, read_config
from offhook.cli.parsers import Parser
from offhook.config import user_file
from offhook.config.edit import Changes, edited, read_text, save
from offhook.config.entries import Entries, EntryError, NoSuchEntryError
from offhook.config.named import typed

RESTART = "(re)start `offhook up`"

ACTIONS = ("add", "change", "list", "show", "remove")


class EntryCommand:
    """The five of one kind. `after` is what else is to be done once the file is written."""

    def __init__(self, entries: Entries, *, after: str = "") -> None:
        self.entries, self._after = entries, after

    def arguments(
        self, parser: ArgumentParser, example: str, changed: str, *, listed: str = "", shown: str = ""
    ) -> Mapping[str, ArgumentParser]:
        """The parsers of the five, by name; with an `example` of a `KEY=VALUE` for each, "" where it takes
        none. `listed` and `shown` say what `list` and `show` show."""
        called, key = self.entries.called, self.entries.key
        actions = parser.add_subparsers(
            dest="action", required=True, parser_class=MixedParser, metavar="|".join(ACTIONS)
        )
        helps = {"list": listed or f"list {called}s", "show": shown or f"show a {called}"}
        made = {}
        for action in ACTIONS:
            made[action] = actions.add_parser(action, help=helps.get(action, f"{action} a {called}"))
            if action != "list":
                made[action].add_argument(key, metavar=key.upper())
            add_config(made[action])
        if example:
            add_settings(made["add"], example)
        add_settings(made["change"], changed, more="; KEY= takes it out")
        return made

    def run(self, options: Namespace, **own: Callable[[Namespace], None]) -> int:
        """Carry out the action: as `own` says, else as all do. Raises `EntryError`, `ConfigError`."""
        common = {"add": self.add, "change": self.change, "remove": self.remove}
        (common | own)[options.action](options)
        return OK

    def add(self, options: Namespace) -> None:
        """Add one."""
        given = self.given(options)
        file, text = self._read(options, make=True)
        self._save(file, text, self.entries.added(text, file, self.name(options), given))
        self._say(options, "added to", file)

    def change(self, options: Namespace) -> None:
        """Change the settings that are given."""
        given = self.given(options)
        if not given:
            raise EntryError("nothing is to be changed; give KEY=VALUE, or KEY= for what holds without it")
        file, text = self._read(options)
        self._save(file, text, self.entries.changed(text, file, self.name(options), given))
        self._say(options, "changed in", file)

    def remove(self, options: Namespace) -> None:
        """Remove one: also the last phone, without which nothing starts."""
        file, text = self._read(options)
        save(file, self.entries.removed(text, file, self.name(options)))
        print(f"{self.entries.called} {self.name(options)} was removed from {file}; {RESTART}")

    def find(self, options: Namespace) -> tuple[Path, str, int]:
        """The file, what it holds, and where in it the entry stands. Raises `EntryError`, `ConfigError`."""
        file, text = self._read(options)
        return file, text, self.entries.place(text, file, self.name(options))

    def name(self, options: Namespace) -> str:
        """The name that was typed."""
        return str(getattr(options, self.entries.key))

    def check_here(self, options: Namespace) -> None:
        """Those of a Call Manager elsewhere are in its own file. Raises `EntryError`."""
        url = read_config(options).sscp.url
        if url:
            what = self.entries.called
            raise EntryError(
                f"a {what} is in the configuration of the Call Manager, which is at {url}: do it there"
            )

    def given(self, options: Namespace) -> dict[str, object]:
        """`KEY=VALUE` as the file has it; `KEY=` takes the key out. Raises `EntryError`."""
        found: dict[str, object] = {}
        table = self.entries.table
        for one in options.settings:
            key, equals, value = one.partition("=")
            if not equals or not key:
                raise EntryError(f"{one!r} is not KEY=VALUE; see: offhook {table} --help")
            if key == "password":
                raise EntryError(
                    "a password is not written into a command, which others on this machine may see; see: "
                    f"offhook {table} --help"
                )
            found[key] = typed(f"{table}.0.{key}", value.strip()) if value.strip() else None
        return found

    def _read(self, options: Namespace, *, make: bool = False) -> tuple[Path, str]:
        file = config_file(options) or (user_file() if make else None)
        if file is None:
            name, table = self.name(options), self.entries.table
            raise NoSuchEntryError(f"there is no {self.entries.called} {name}; see: offhook {table} list")
        return file, read_text(file)

    def _save(self, file: Path, before: str, changes: Changes) -> None:
        from offhook.cli.candidate import check_change  # what a start needs is only needed to write

        check_change(before, edited(before, file, changes), file)
        save(file, changes)

    def _say(self, options: Namespace, done: str, file: Path) -> None:
        print(f"{self.entries.called} {self.name(options)} was {done} {file}; {RESTART}{self._after}")


class MixedParser(Parser):
    """One that takes options between `KEY=VALUE` and `KEY=VALUE` as well."""

    _mixing = False

    def parse_known_args(  # type: ignore[override]
        self, args: Sequence[str] | None = None, namespace: Namespace | None = None
    ) -> tuple[Namespace, list[str]]:
        """As argparse does, which by itself takes one run of them only."""
        if self._mixing:
            return super().parse_known_args(args, namespace)
        self._mixing = True
        try:
            return self.parse_known_intermixed_args(args, namespace)
        finally:
            self._mixing = False


def add_settings(parser: ArgumentParser, example: str, *, more: str = "") -> None:
    """`KEY=VALUE ...`."""
    parser.add_argument(
        "settings",
        metavar="KEY=VALUE",
        nargs="*",
        help=f"a setting and its value, like {example}; a list has commas{more}",
    )
