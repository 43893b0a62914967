"""Kinds of settings: text, numbers, addresses, files ... Each knows how its value is read."""

import re
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Generic, TypeVar

from offhook.common.privatefile import NO_FILE, keeps_waiting, read_file
from offhook.config.listen import Listen
from offhook.config.secrets import exposed, read_secret
from offhook.config.setting import Kind
from offhook.config.table import Table

T = TypeVar("T")
N = TypeVar("N", int, float)
W = TypeVar("W", bound=str)

MAX_PORT = 65535

HOST_NAME = r"[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?"

_LISTEN_HOST = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?")


class Text(Kind[str]):
    """Text without control characters that matches `pattern` when it is there; `want` says how."""

    values = "text"

    def __init__(self, pattern: str = "", want: str = "text") -> None:
        self.pattern, self.want = pattern, want

    def read(self, table: Table, name: str, default: str) -> str:
        """Checked against the pattern."""
        value = table.typed(name, default, str, self.want)
        if not value.isprintable():
            raise table.error(name, "has control characters in it", "remove them")
        if self.pattern and table.has(name) and not re.fullmatch(self.pattern, value):
            raise table.error(name, f"must be {self.want}, not {value!r}", "correct it")
        return value


class OptionalText(Kind[str | None]):
    """The same; None when the key is missing."""

    values = "text"

    def __init__(self, pattern: str, want: str) -> None:
        self._text = Text(pattern, want)

    def read(self, table: Table, name: str, default: str | None) -> str | None:
        """None or text."""
        value = self._text.read(table, name, "")
        return value if table.has(name) else default


class Choice(Kind[W]):
    """One of some words."""

    def __init__(self, words: tuple[W, ...]) -> None:
        self.words = words
        self.values = ", ".join(f'`"{word}"`' for word in words)

    def read(self, table: Table, name: str, default: W) -> W:
        """One of them."""
        found = Text("|".join(map(re.escape, self.words)), f"one of: {', '.join(self.words)}").read(
            table, name, default
        )
        return self.words[self.words.index(found)]


class Flag(Kind[bool]):
    """`true` or `false`."""

    values = "`true`, `false`"

    def read(self, table: Table, name: str, default: bool) -> bool:
        """True or false."""
        return table.typed(name, default, bool, "true or false, without quotes")


class OptionalFlag(Kind[bool | None]):
    """The same; None when the key is missing."""

    values = Flag.values

    def read(self, table: Table, name: str, default: bool | None) -> bool | None:
        """None, true or false."""
        value = Flag().read(table, name, False)
        return value if table.has(name) else default


class Whole(Kind[int]):
    """A whole number from `low` to `high`."""

    def __init__(self, low: int, high: int) -> None:
        self.low, self.high = low, high
        self.values = f"{low} to {high}"

    def read(self, table: Table, name: str, default: int) -> int:
        """Within the limits."""
        want = f"a whole number from {self.low} to {self.high}"
        value = table.typed(name, default, int, want)
        return _within(table, name, value, self.low, self.high)


class Number(Kind[float]):
    """A number from `low` to `high` of some unit."""

    def __init__(self, low: float, high: float, unit: str = "seconds") -> None:
        self.low, self.high, self.unit = low, high, unit
        self.values = f"{low:.10g} to {high:.10g} {unit}"

    def read(self, table: Table, name: str, default: float) -> float:
        """Within the limits."""
        value = table.take(name, default)
        if isinstance(value, bool) or not isinstance(value, int | float):
            want = f"a number of {self.unit} from {self.low:g} to {self.high:g}, without quotes"
            raise table.wrong_type(name, want, value)
        return float(_within(table, name, value, self.low, self.high))


class OptionalAddress(Kind[Listen | None]):
    """An address and port to listen on; None when the key is missing."""

    values = "`host:port`"

    def read(self, table: Table, name: str, default: Listen | None) -> Listen | None:
        """Host and port."""
        want = 'an address and a port, like "127.0.0.1:7700" or "[::1]:7700"'
        value = table.typed(name, "", str, want)
        if not table.has(name):
            return default
        host, colon, port = value.rpartition(":")
        bracketed = host.startswith("[") and host.endswith("]")
        host = host[1:-1] if bracketed else host
        if not colon or not host or bracketed != (":" in host):
            raise table.error(name, f"must be {want}, not {value!r}", "correct it")
        if not (port.isascii() and port.isdigit() and int(port[:6]) <= MAX_PORT):
            raise table.error(name, f"{port!r} is not a port", f"take one from 0 to {MAX_PORT}")
        if not _is_host(host):
            raise table.error(
                name, f"{host!r} is not an address of this machine", 'take one like "127.0.0.1"'
            )
        return Listen(host, int(port))


class Address(Kind[Listen]):
    """An address and port to listen on."""

    values = OptionalAddress.values

    def read(self, table: Table, name: str, default: Listen) -> Listen:
        """Host and port."""
        return OptionalAddress().read(table, name, default) or default


class File(Kind[Path | None]):
    """A file that has to be readable; `~` is the user's home, a relative path is beside the configuration."""

    values = "path"

    def read(self, table: Table, name: str, default: Path | None) -> Path | None:
        """The path in full."""
        return path(table, name) or default

    def settle(self, table: Table, name: str, value: Path | None) -> Path | None:
        """Raises `ConfigError` when the file cannot be read."""
        if value is not None and table.source.secrets:
            try:
                read_file(value, 0)
            except OSError as error:
                what = f"{value} cannot be read ({error.strerror})"
                fix = "correct the path or let this user read it"
                raise table.error(name, what, fix) from None
        return value


class PrivateKey(File):
    """The same of a private key, which nobody else should be able to read."""

    def settle(self, table: Table, name: str, value: Path | None) -> Path | None:
        """Warns where others can."""
        super().settle(table, name, value)
        if value is not None and exposed(value):
            table.source.warn_exposed(value, "is a private key")
        return value


class LaterFile(File):
    """A file that may come later, like a server that is away; `offhook check` tells of it."""

    def settle(self, table: Table, name: str, value: Path | None) -> Path | None:
        """Not looked at."""
        return value


class Place(Kind[Path]):
    """A file or folder that Offhook makes."""

    values = "path"

    def read(self, table: Table, name: str, default: Path) -> Path:
        """The path in full."""
        return path(table, name) or default


class Secret(Kind[str]):
    """A password in a file, named by the key with `_file` behind it; with `inline` also by the key itself."""

    secret = True

    def __init__(self, *, inline: bool = False) -> None:
        self.inline = inline
        self.values = "path, or text" if inline else "path"

    def keys(self, name: str) -> tuple[str, ...]:
        """The key of the file first."""
        return (f"{name}_file", name) if self.inline else (f"{name}_file",)

    def given(self, table: Table, name: str) -> bool:
        """By either key?"""
        return any(table.has(key) for key in self.keys(name))

    def read(self, table: Table, name: str, default: str) -> str:
        """What the configuration itself says. No error repeats it."""
        file = path(table, f"{name}_file")
        if not self.inline:
            return default
        value = table.typed(name, default, str, "text in quotes")
        if table.has(name):
            table.source.holds_secret = True
            if not value or not value.isprintable():
                what = "must be text without control characters, and not empty"
                raise table.error(name, what, "correct it")
            if file is not None:
                raise table.error(f"{name}_file", f"is set as well as {name}", "keep one of them")
        return value

    def settle(self, table: Table, name: str, value: str) -> str:
        """Read from its file."""
        source, key = table.source, table.key(f"{name}_file")
        file = path(table, f"{name}_file")
        if file is None or not source.secrets:
            return value
        if exposed(file):
            source.warn_exposed(file, "is a password")
        return read_secret(file, source.origins.get(key, ("", key))[1])


class ListOf(Kind[tuple[T, ...]], Generic[T]):
    """A list of texts, each taken by `parse`, which raises `ValueError` for one that is wrong."""

    def __init__(self, parse: Callable[[str], T], want: str) -> None:
        self.parse, self.want = parse, want
        self.values = "list"

    def read(self, table: Table, name: str, default: tuple[T, ...]) -> tuple[T, ...]:
        """Each entry parsed."""
        entries = table.take(name, None)
        if not table.has(name):
            return default
        if not isinstance(entries, list):
            raise table.wrong_type(name, self.want, entries)
        found = []
        for entry in entries:
            try:
                if not isinstance(entry, str):
                    raise ValueError
                found.append(self.parse(entry))
            except ValueError:
                what = f"must be {self.want}, not {entry!r}"
                raise table.error(name, what, "correct that entry") from None
        return tuple(found)


class Names(Kind[tuple[str, ...]]):
    """One text or a list of them."""

    values = "text, list"

    def read(self, table: Table, name: str, default: tuple[str, ...]) -> tuple[str, ...]:
        """The default when the key is missing."""
        want = "a name, or a list of names, in quotes"
        value = table.take(name, None)
        if not table.has(name):
            return default
        entries = [value] if isinstance(value, str) else value
        if not isinstance(entries, list):
            raise table.wrong_type(name, want, value)
        for entry in entries:
            if not isinstance(entry, str) or not entry or not entry.isprintable():
                raise table.error(name, f"must be {want}, not {entry!r}", "correct that entry")
        return tuple(entries)


class Wholes(Kind[tuple[int, ...]]):
    """A list of whole numbers from `low` to `high`."""

    def __init__(self, low: int, high: int) -> None:
        self.low, self.high = low, high
        self.values = f"list of {low} to {high}"

    def read(self, table: Table, name: str, default: tuple[int, ...]) -> tuple[int, ...]:
        """Each within the limits."""
        want = f"a list of whole numbers from {self.low} to {self.high}, like [4]"
        entries = table.take(name, list(default))
        if not isinstance(entries, list):
            raise table.wrong_type(name, want, entries)
        for entry in entries:
            whole = isinstance(entry, int) and not isinstance(entry, bool)
            if not whole or not self.low <= entry <= self.high:
                raise table.error(name, f"must be {want}, not {entry!r}", "correct that entry")
        return tuple(entries)


def accepted(accept: Callable[[str], object]) -> Callable[[str], str]:
    """For `ListOf`: texts as they are, if they are accepted."""

    def parse(text: str) -> str:
        if not accept(text):
            raise ValueError
        return text

    return parse


def path(table: Table, name: str) -> Path | None:
    """A path; `~` is the user's home, a relative one is beside the configuration file."""
    value = table.typed(name, "", str, "a path, as text in quotes")
    if not table.has(name):
        return None
    if not value or "\0" in value:
        raise table.error(name, "must be a path, not empty", "correct it or leave the key out")
    try:
        whole = table.source.base / Path(value).expanduser()
    except RuntimeError:
        raise table.error(name, f"{value!r} names no home folder", "write the path in full") from None
    if keeps_waiting(whole):
        raise table.error(name, f"{whole} {NO_FILE}", "give a file; who opens this one may wait for ever")
    return whole


def check_pair(table: Table, certificate: str, key: str) -> None:
    """A key without a certificate is a mistake; a certificate's file may hold its key as well."""
    if table.has(key) and not table.has(certificate):
        raise table.error(certificate, f"is missing while {key} is set", "set both")


def _within(table: Table, name: str, value: N, low: float, high: float) -> N:
    if not low <= value <= high:
        raise table.error(name, f"must be from {low:g} to {high:g}, not {value}", "correct it")
    return value


def _is_host(host: str) -> bool:
    if ":" in host:
        return _parses(socket.AF_INET6, host.partition("%")[0])
    if re.fullmatch(r"[0-9.]+", host):
        return _parses(socket.AF_INET, host)
    return len(host) <= 253 and _LISTEN_HOST.fullmatch(host) is not None


def _parses(family: socket.AddressFamily, host: str) -> bool:
    try:
        socket.inet_pton(family, host)
    except OSError:
        return False
    return True
