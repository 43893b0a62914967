"""Adding, changing and removing the tables of the configuration file that have a name: [[trunk]], [[group]],
[[terminal]]. What is written is checked as a start would; comments and order of the file are kept."""

from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from offhook.cli.common import config_file, read_config
from offhook.config import user_file
from offhook.config.edit import Changes, edited, read_text, save
from offhook.config.named import place_of, tables, typed
from offhook.errors import OffhookError

RESTART = "(re)start `offhook up`"


class EntryError(OffhookError):
    """An entry that cannot be added, changed or removed as asked."""


@dataclass(frozen=True, slots=True)
class Entries:
    """Those of one kind: their table in the file, and the key of their name."""

    table: str
    key: str = "name"
    what: str = ""
    """What a person calls one; the table's name unless told."""

    @property
    def called(self) -> str:
        """What a person calls one."""
        return self.what or self.table

    def check_here(self, options: Namespace) -> None:
        """Those of a Call Manager elsewhere are in its own file. Raises `EntryError`."""
        url = read_config(options).sscp.url
        if url:
            raise EntryError(
                f"a {self.called} is in the configuration of the Call Manager, which is at {url}: do it there"
            )

    def add(self, options: Namespace, name: str, given: Changes) -> Path:
        """Add one with what is given for its settings; the file. Raises `EntryError`, `ConfigError`."""
        file = config_file(options) or user_file()
        text = read_text(file)
        if place_of(text, file, self.table, name, key=self.key) is not None:
            raise EntryError(f"{file} has a {self.called} {name}; change it, or choose another name")
        entry = f"{self.table}.{len(tables(text, file, self.table))}"
        own = {f"{entry}.{self.key}": name}
        return self._save(file, text, own | {f"{entry}.{key}": value for key, value in given.items()})

    def change(self, options: Namespace, name: str, given: Changes) -> Path:
        """Change these settings of one. Raises `EntryError`, `ConfigError`."""
        if not given:
            raise EntryError("nothing is to be changed; give KEY=VALUE, or KEY= for what holds without it")
        file, text, place = self.find(options, name)
        return self._save(file, text, {f"{self.table}.{place}.{key}": value for key, value in given.items()})

    def remove(self, options: Namespace, name: str) -> Path:
        """Remove one. Raises `EntryError`, `ConfigError`."""
        file, text, place = self.find(options, name)
        return self._save(file, text, {f"{self.table}.{place}": None})

    def find(self, options: Namespace, name: str) -> tuple[Path, str, int]:
        """The file, what it holds, and where in it the entry stands. Raises `EntryError`, `ConfigError`."""
        file = config_file(options)
        text = "" if file is None else read_text(file)
        place = None if file is None else place_of(text, file, self.table, name, key=self.key)
        if file is None or place is None:
            raise EntryError(f"there is no {self.called} {name}; see: offhook {self.table} list")
        return file, text, place

    def given(self, settings: list[str]) -> dict[str, object]:
        """`KEY=VALUE` as the file has it; `KEY=` takes the key out. Raises `EntryError`."""
        found: dict[str, object] = {}
        for one in settings:
            key, equals, value = one.partition("=")
            if not equals or not key:
                raise EntryError(f"{one!r} is not KEY=VALUE; see: offhook {self.table} --help")
            if key == "password":
                raise EntryError(
                    "a password is not written into a command, which others on this machine may see; see: "
                    f"offhook {self.table} --help"
                )
            found[key] = typed(f"{self.table}.0.{key}", value.strip()) if value.strip() else None
        return found

    def _save(self, file: Path, before: str, changes: Changes) -> Path:
        from offhook.cli.candidate import check_change  # what a start needs is only needed to write

        check_change(before, edited(before, file, changes), file)
        save(file, changes)
        return file


class MixedParser(ArgumentParser):
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
