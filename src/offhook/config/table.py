"""One table of a TOML file, read key by key, with every complaint in plain words."""

import re
import socket
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, time
from pathlib import Path
from typing import Any, TypeVar

from offhook.common.privatefile import NO_FILE, keeps_waiting
from offhook.config.model import Listen
from offhook.errors import ConfigError

MAX_PORT = 65535

T = TypeVar("T")
N = TypeVar("N", int, float)
W = TypeVar("W", bound=str)

_HOST = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?")
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
    """Where values come from: the file, and the environment or command line for some keys."""

    def __init__(self, file: str, base: Path, origins: Mapping[str, tuple[str, str]]) -> None:
        self.file, self.base, self.origins = file, base, origins

    def error(self, key: str, what: str, fix: str) -> ConfigError:
        """A complaint about a key (dotted)."""
        file, key = self.origins.get(key, (self.file, key))
        return ConfigError(file, key, what, fix)


class Table:
    """Takes values by key, each checked. `finish` refuses the keys that nobody asked for."""

    def __init__(self, data: object, source: Source, path: str = "") -> None:
        self.source, self.path = source, path
        if not isinstance(data, dict):
            raise source.error(
                path, f"must be a table, this is {_plain(data)}", f"write it as a section [{path}]"
            )
        self._data: dict[str, Any] = data
        self._asked: list[str] = []

    def key(self, name: str) -> str:
        """The dotted key, fit for one line whatever the file called it."""
        name = name if name.isprintable() else repr(name)
        return f"{self.path}.{name}" if self.path else name

    def error(self, name: str, what: str, fix: str) -> ConfigError:
        """A complaint about a key of this table."""
        return self.source.error(self.key(name), what, fix)

    def has(self, name: str) -> bool:
        """Is the key there?"""
        return name in self._data

    def table(self, name: str) -> "Table":
        """A table within; an empty one when the key is missing."""
        return Table(self._take(name, {}), self.source, self.key(name))

    def tables(self, name: str) -> list["Table"]:
        """An array of tables, counted from 1 in complaints."""
        value = self._take(name, [])
        if not isinstance(value, list):
            raise self.error(
                name,
                f"must be a list of tables, this is {_plain(value)}",
                f"write each as [[{self.key(name)}]]",
            )
        return [Table(entry, self.source, f"{self.key(name)}[{n}]") for n, entry in enumerate(value, 1)]

    def text(self, name: str, default: str = "", pattern: str = "", want: str = "text") -> str:
        """Text without control characters that matches `pattern` when it is there; `want` says how."""
        value = self._typed(name, default, str, want)
        if not value.isprintable():
            raise self.error(name, "has control characters in it", "remove them")
        if name in self._data and pattern and not re.fullmatch(pattern, value):
            raise self.error(name, f"must be {want}, not {value!r}", "correct it")
        return value

    def secret(self, name: str) -> str:
        """Text that no complaint repeats."""
        value = self._typed(name, "", str, "text in quotes")
        if name in self._data and (not value or not value.isprintable()):
            raise self.error(name, "must be text without control characters, and not empty", "correct it")
        return value

    def flag(self, name: str, default: bool) -> bool:
        """`true` or `false`."""
        return self._typed(name, default, bool, "true or false, without quotes")

    def whole(self, name: str, default: int, low: int, high: int) -> int:
        """A whole number from `low` to `high`."""
        value = self._typed(name, default, int, f"a whole number from {low} to {high}")
        return self._within(name, value, low, high)

    def seconds(self, name: str, default: float, low: float, high: float) -> float:
        """A number of seconds from `low` to `high`."""
        value = self._take(name, default)
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise self._wrong(name, f"a number of seconds from {low:g} to {high:g}, without quotes", value)
        return float(self._within(name, value, low, high))

    def listen(self, name: str, default: Listen) -> Listen:
        """An address and port to listen on."""
        return self.optional_listen(name) or default

    def optional_listen(self, name: str) -> Listen | None:
        """As `listen`, None when the key is missing."""
        want = 'an address and a port, like "127.0.0.1:7700" or "[::1]:7700"'
        if name not in self._data:
            self._asked.append(name)
            return None
        value = self._typed(name, "", str, want)
        host, colon, port = value.rpartition(":")
        bracketed = host.startswith("[") and host.endswith("]")
        host = host[1:-1] if bracketed else host
        if not colon or not host or bracketed != (":" in host):
            raise self.error(name, f"must be {want}, not {value!r}", "correct it")
        if not (port.isascii() and port.isdigit() and int(port[:6]) <= MAX_PORT):
            raise self.error(name, f"{port!r} is not a port", f"take one from 0 to {MAX_PORT}")
        if not _is_host(host):
            raise self.error(name, f"{host!r} is not an address of this machine", 'take one like "127.0.0.1"')
        return Listen(host, int(port))

    def file(self, name: str) -> Path | None:
        """A path; `~` is the user's home, a relative one is beside the configuration file."""
        if name not in self._data:
            self._asked.append(name)
            return None
        value = self._typed(name, "", str, "a path, as text in quotes")
        if not value or "\0" in value:
            raise self.error(name, "must be a path, not empty", "correct it or leave the key out")
        try:
            path = self.source.base / Path(value).expanduser()
        except RuntimeError:
            raise self.error(name, f"{value!r} names no home folder", "write the path in full") from None
        if keeps_waiting(path):
            raise self.error(name, f"{path} {NO_FILE}", "give a file; who opens this one may wait for ever")
        return path

    def one_of(self, name: str, default: W, words: tuple[W, ...]) -> W:
        """One of these words."""
        found = self.text(name, default, "|".join(words), f"one of: {', '.join(words)}")
        return words[words.index(found)]

    def texts(
        self, name: str, default: tuple[str, ...], accept: Callable[[str], bool], want: str
    ) -> tuple[str, ...]:
        """A list of texts, each accepted by `accept`."""
        entries = self._list(name, default, want)
        for entry in entries:
            if not isinstance(entry, str) or not accept(entry):
                raise self.error(name, f"must be {want}, not {entry!r}", "correct that entry")
        return tuple(entries)

    def names(self, name: str) -> tuple[str, ...] | None:
        """One text or a list of them; None when the key is missing."""
        want = "a name, or a list of names, in quotes"
        value = self._take(name, None)
        entries = [value] if isinstance(value, str) else value
        if entries is None:
            return None
        if not isinstance(entries, list):
            raise self._wrong(name, want, value)
        for entry in entries:
            if not isinstance(entry, str) or not entry or not entry.isprintable():
                raise self.error(name, f"must be {want}, not {entry!r}", "correct that entry")
        return tuple(entries)

    def wholes(self, name: str, low: int, high: int) -> tuple[int, ...]:
        """A list of whole numbers from `low` to `high`."""
        want = f"a list of whole numbers from {low} to {high}, like [4]"
        entries = self._list(name, (), want)
        for entry in entries:
            if isinstance(entry, bool) or not isinstance(entry, int) or not low <= entry <= high:
                raise self.error(name, f"must be {want}, not {entry!r}", "correct that entry")
        return tuple(entries)

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
        return f"remove it; {where} takes {', '.join(sorted(self._asked))}"

    def _take(self, name: str, default: object) -> Any:
        self._asked.append(name)
        return self._data.get(name, default)

    def _typed(self, name: str, default: T, kind: type[T], want: str) -> T:
        value = self._take(name, default)
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            raise self._wrong(name, want, value)
        return value

    def _wrong(self, name: str, want: str, value: object) -> ConfigError:
        return self.error(name, f"must be {want}; this is {_plain(value)}", "correct it")

    def _within(self, name: str, value: N, low: float, high: float) -> N:
        if not low <= value <= high:
            raise self.error(name, f"must be from {low:g} to {high:g}, not {value}", "correct it")
        return value

    def _list(self, name: str, default: Sequence[object], want: str) -> list[Any]:
        value = self._take(name, list(default))
        if not isinstance(value, list):
            raise self._wrong(name, want, value)
        return value


def _plain(value: object) -> str:
    return next((words for kind, words in _TYPES if isinstance(value, kind)), "something else")


def _is_host(host: str) -> bool:
    if ":" in host:
        return _parses(socket.AF_INET6, host.partition("%")[0])
    if re.fullmatch(r"[0-9.]+", host):
        return _parses(socket.AF_INET, host)
    return len(host) <= 253 and _HOST.fullmatch(host) is not None


def _parses(family: socket.AddressFamily, host: str) -> bool:
    try:
        socket.inet_pton(family, host)
    except OSError:
        return False
    return True
