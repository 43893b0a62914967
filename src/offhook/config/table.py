"""One table of a TOML file, read key by key. What the values may be is said by `kinds`."""

from collections.abc import Mapping
from datetime import date, datetime, time
from pathlib import Path
from typing import Any, TypeVar

from offhook.common.finding import Finding, Level
from offhook.errors import ConfigError

T = TypeVar("T")

_TYPES: tuple[tuple[type | tuple[type, ...], str], ...] = (
    (bool, "true or false"),
    (str, "text"),
    (int, "a whole number"),
    (float, "a number"),
    (list, "a list"),
    (dict, "a table"),
    ((datetime, date, time), "a date or time"),
)


class Source:
    """Where values come from: the file, and the environment or command line for some keys.

    With `secrets` False the files that the settings name are left alone. `warnings`, `holds_secret` and
    `aliases` (sections that have another name in the file) are what was noticed while reading.
    """

    def __init__(
        self, file: str, base: Path, origins: Mapping[str, tuple[str, str]], *, secrets: bool = True
    ) -> None:
        self.file, self.base, self.origins, self.secrets = file, base, origins, secrets
        self.aliases: dict[str, str] = {}
        self.warnings: list[Finding] = []
        self.holds_secret = False

    def error(self, key: str, what: str, fix: str) -> ConfigError:
        """The error to raise for a key (dotted)."""
        key = written_key(key, self.aliases)
        file, key = self.origins.get(key, (self.file, key))
        return ConfigError(file, key, what, fix)

    def warn_exposed(self, path: Path, what: str) -> None:
        """Note that anybody on this machine can read the file, which they should not."""
        text = f"{path}: {what} and anybody on this machine can read it"
        self.warnings.append(Finding("secrets", text, "chmod 600 it", Level.WARN))


class Table:
    """Gives values by key. `finish` refuses the keys that nobody asked for."""

    def __init__(self, data: object, source: Source, path: str = "") -> None:
        self.source, self.path = source, path
        if not isinstance(data, dict):
            raise source.error(
                path, f"must be a table, this is {plain(data)}", f"write it as a section [{path}]"
            )
        self._data: dict[str, Any] = data
        self._asked: list[str] = []

    @property
    def data(self) -> Mapping[str, Any]:
        """All of it as TOML has it, whether it is asked for or not."""
        return self._data

    def key(self, name: str) -> str:
        """The dotted key, fit for one line whatever the file called it."""
        name = name if name.isprintable() else repr(name)
        return f"{self.path}.{name}" if self.path else name

    def error(self, name: str, what: str, fix: str) -> ConfigError:
        """The error to raise for a key of this table."""
        return self.source.error(self.key(name), what, fix)

    def has(self, name: str) -> bool:
        """Is the key there?"""
        return name in self._data

    def has_any(self, names: tuple[str, ...]) -> bool:
        """Is one of these keys there? Any of them may be."""
        self._asked += names
        return not self._data.keys().isdisjoint(names)

    def table(self, name: str, alias: str = "") -> "Table":
        """A table within, which may also be called `alias`; an empty one when the key is missing."""
        if alias and self.has(alias):
            self._asked.append(name)
            if self.has(name):
                what = f"is set as well as {self.key(name)}, which is another name for the same"
                raise self.error(alias, what, f"keep one of them, as [{self.key(name)}]")
            self.source.aliases[self.key(name)] = self.key(alias)
            name = alias
        return Table(self.take(name, {}), self.source, self.key(name))

    def tables(self, name: str) -> list["Table"]:
        """An array of tables, counted from 1 in errors."""
        value = self.take(name, [])
        if not isinstance(value, list):
            raise self.error(
                name,
                f"must be a list of tables, this is {plain(value)}",
                f"write each as [[{self.key(name)}]]",
            )
        return [Table(entry, self.source, f"{self.key(name)}[{n}]") for n, entry in enumerate(value, 1)]

    def take(self, name: str, default: object) -> Any:
        """The value as TOML has it."""
        self._asked.append(name)
        return self._data.get(name, default)

    def typed(self, name: str, default: T, kind: type[T], want: str) -> T:
        """The value, if it is of this type; `want` says what is wanted otherwise."""
        value = self.take(name, default)
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            raise self.wrong_type(name, want, value)
        return value

    def wrong_type(self, name: str, want: str, value: object) -> ConfigError:
        """The error to raise for a value of another type."""
        return self.error(name, f"must be {want}; this is {plain(value)}", "correct it")

    def finish(self) -> None:
        """Refuse what nobody asked for. Raises `ConfigError`, suggesting the nearest key."""
        for name in self._data:
            if name not in self._asked:
                raise self.error(name, "is not a setting", self._suggestion(name))

    def _suggestion(self, name: str) -> str:
        from difflib import get_close_matches  # only once something is wrong: start-up stays short

        near = get_close_matches(name.lower(), self._asked, 1)
        if near:
            return f"did you mean {near[0]!r}?"
        where = f"[{self.path}]" if self.path else "the file"
        return f"remove it; {where} takes {', '.join(sorted(set(self._asked)))}"


def written_key(key: str, aliases: Mapping[str, str]) -> str:
    """The dotted key as the file has it, where a section is called otherwise there."""
    for section, alias in aliases.items():
        if key.startswith(f"{section}."):
            return alias + key.removeprefix(section)
    return key


def plain(value: object) -> str:
    """What TOML calls a value like this."""
    return next((words for kind, words in _TYPES if isinstance(value, kind)), "something else")
