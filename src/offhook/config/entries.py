"""Adds, changes and removes named tables of the configuration file: [[trunk]], [[group]], [[incoming]] and
[[terminal]]. Nothing here writes a file: the result is a set of changes for `edit.save`."""

from dataclasses import dataclass
from pathlib import Path

from offhook.config.edit import Changes
from offhook.config.named import place_of, tables
from offhook.errors import OffhookError


class EntryError(OffhookError):
    """An entry that cannot be added, changed or removed as asked."""


class NoSuchEntryError(EntryError):
    """There is no entry of this name."""


@dataclass(frozen=True, slots=True)
class Entries:
    """The entries of one kind: the name of their tables in the file, and the key that has an entry's name."""

    table: str
    key: str = "name"
    what: str = ""
    """What a person calls one; the table's name unless told."""
    listed: str = ""
    """The key of a list that names an entry without a name: one of its values is enough, or its place."""

    @property
    def called(self) -> str:
        """What a person calls one."""
        return self.what or self.table

    def added(self, text: str, file: Path, name: str, given: Changes) -> Changes:
        """The changes that add an entry with these settings. `text` is the text of the file.

        Raises `EntryError`, `ConfigError`, as the others do.
        """
        if place_of(text, file, self.table, name, key=self.key) is not None:
            raise EntryError(f"{file} has a {self.called} {name}; change it, or choose another name")
        entry = f"{self.table}.{len(tables(text, file, self.table))}"
        own = {f"{entry}.{self.key}": name}
        return own | {f"{entry}.{key}": value for key, value in given.items()}

    def changed(self, text: str, file: Path, name: str, given: Changes) -> Changes:
        """The changes that set these settings of an entry; None removes a setting."""
        place = self.place(text, file, name)
        return {f"{self.table}.{place}.{key}": value for key, value in given.items()}

    def removed(self, text: str, file: Path, name: str) -> Changes:
        """The changes that remove an entry."""
        return {f"{self.table}.{self.place(text, file, name)}": None}

    def place(self, text: str, file: Path, name: str) -> int:
        """Where in the file the entry stands. Raises `NoSuchEntryError`, `ConfigError`."""
        place = place_of(text, file, self.table, name, key=self.key)
        if place is None and self.listed:
            place = self._unnamed(text, file, name)
        if place is None:
            raise NoSuchEntryError(f"there is no {self.called} {name}; see: offhook {self.table} list")
        return place

    def _unnamed(self, text: str, file: Path, name: str) -> int | None:
        found = tables(text, file, self.table)
        for at, one in enumerate(found):
            values = one.get(self.listed)
            if self.key not in one and isinstance(values, list) and name in values:
                return at
        at = int(name) - 1 if name.isascii() and name.isdecimal() and len(name) < 5 else -1
        return at if 0 <= at < len(found) and self.key not in found[at] else None


TRUNKS = Entries("trunk")
GROUPS = Entries("group")
INCOMING = Entries("incoming", what="rule", listed="numbers")
TERMINALS = Entries("terminal", key="id", what="phone")
