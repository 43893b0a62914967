"""The file of `offhook state export`: all that is stored, as one JSON object a line, for any database.

    {"offhook": "state", "version": 1, "made": 1764547200.0}
    {"users": ["kim", "$argon2id$...", 0, "[\"4000\"]", 7, "local", 0, "[]"]}
    {"calls": ["c1", "4000", ...]}
    {"end": {"users": 1, "calls": 1}, "sha256": "..."}

A line has the name of a table and the values of a row in the order of `TABLES`, bytes in hexadecimal digits.
Tables come in the order of `TABLES`. The last line counts the rows of each, and has the SHA-256 of all bytes
before it. Of secrets it has what is stored: hashes of passwords and tokens; phones' own only if it is asked.
"""

import hashlib
import json
import os
import time
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import suppress
from itertools import groupby
from pathlib import Path
from typing import Any, Protocol

import msgspec

from offhook.errors import ConfigError
from offhook.manager.audit import Entry
from offhook.manager.stores import callrows, phones

VERSION = 2
"""Since 2 an entry of the audit log has its node."""

MAX_LINE = 4 << 20
"""Bytes of a line: the largest, a user's settings, have some ten thousand."""

YEAR_10000 = 253_402_300_800.0

AT_ONCE = 2000
"""Rows that are written in one transaction."""

Row = Sequence[Any]

TEXT, WHOLE, NUMBER, BYTES = (str,), (int,), (int, float), (bytes,)
_NONE = type(None)
_CALL: dict[str, tuple[type, ...]] = {
    "started": NUMBER,
    **dict.fromkeys(("connected", "ended"), (int, float, _NONE)),
    **dict.fromkeys(("cause", "connected_party", "redirecting", "redirected_to"), (str, _NONE)),
    "external": (int, _NONE),
    **dict.fromkeys(("by_hand", "missed"), WHOLE),
}
"""The columns of a call that are no text."""

TABLES: dict[str, tuple[tuple[str, tuple[type, ...]], ...]] = {
    "users": (
        ("name", TEXT), ("password", TEXT), ("administrator", WHOLE), ("terminals", TEXT),
        ("revision", WHOLE), ("source", TEXT), ("automatic", WHOLE), ("watches", TEXT),
    ),
    "places": (("user", TEXT), ("network", TEXT), ("seen", NUMBER)),
    "tokens": (("hash", BYTES), ("user", TEXT), ("issued", NUMBER), ("expires", NUMBER)),
    "token_names": (("hash", BYTES), ("name", TEXT)),
    "settings": (("user", TEXT), ("value", TEXT)),
    "phones": (("mac", TEXT), ("value", TEXT)),
    "forwardings": (("terminal", TEXT), ("value", TEXT)),
    "letters": (
        ("id", TEXT), ("hook", TEXT), ("call", TEXT), ("body", BYTES), ("made", NUMBER), ("next_at", NUMBER),
        ("attempts", WHOLE), ("problem", TEXT), ("dead", WHOLE),
    ),
    "missed": (("terminal", TEXT), ("count", WHOLE), ("changed", NUMBER)),
    "calls": tuple((name, _CALL.get(name, TEXT)) for name in callrows.NAMES),
    "audit": (
        ("time", NUMBER), ("event", TEXT), ("door", TEXT), ("user", TEXT), ("source", TEXT), ("result", TEXT),
        ("terminal", TEXT), ("number", TEXT), ("call", TEXT), ("repeated", WHOLE), ("node", TEXT),
    ),
}  # fmt: skip
"""The tables with their columns, those that others refer to first."""

ADDED: dict[str, Row] = {"audit": ("",)}
"""What the last columns of a table are in exports that were made before there were these columns."""

SECRET = frozenset({"phones"})
"""Tables whose rows hold a secret itself: left out unless they are asked for."""


class StateStore(Protocol):
    """All that is stored, table by table. Raises `UnavailableError`."""

    def rows(self, table: str) -> Iterator[Row]:
        """The rows of a table of `TABLES`, as they were when this was called for the first time."""
        ...

    def add(self, table: str, rows: Sequence[Row]) -> int:
        """Add those that are not there yet, all or none; how many that were."""
        ...


def _rows(store: StateStore, secrets: bool) -> Iterator[tuple[str, Row]]:
    for table in TABLES:
        if secrets or table not in SECRET:
            for row in store.rows(table):
                yield table, row


def write(store: StateStore, path: Path, *, secrets: bool = False) -> dict[str, int]:
    """Write everything to a new file, for its owner only; the rows of each table.

    Raises `FileExistsError` and other `OSError`s, and `UnavailableError`; then there is no file.
    """
    digest, counts = hashlib.sha256(), Counter[str]()
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:

            def put(line: dict[str, Any]) -> None:
                data = _line(line)
                digest.update(data)
                file.write(data)

            put({"offhook": "state", "version": VERSION, "made": round(time.time(), 3)})
            for table, row in _rows(store, secrets):
                put({table: [one.hex() if isinstance(one, bytes) else one for one in row]})
                counts[table] += 1
            file.write(_line({"end": counts, "sha256": digest.hexdigest()}))
            file.flush()
            os.fsync(file.fileno())
    except BaseException:
        with suppress(OSError):
            path.unlink()
        raise
    return dict(counts)


def check(path: Path) -> dict[str, int]:
    """Look at every line, and change nothing; the rows of each table.

    Raises `ConfigError` with the line and what is wrong, and `OSError`.
    """
    counts: Counter[str] = Counter()
    for table, _ in read(path):
        counts[table] += 1
    return dict(counts)


def read(path: Path) -> Iterator[tuple[str, Row]]:
    """Each row with its table; the end of a file that is not whole raises `ConfigError`."""
    digest, counts, order, number = hashlib.sha256(), Counter[str](), list(TABLES), 0
    reached = 0
    with path.open("rb") as file:
        while data := file.readline(MAX_LINE):
            number += 1
            line = _object(path, number, data)
            if number == 1:
                _check_head(path, line)
            elif "end" in line:
                if line != {"end": dict(counts), "sha256": digest.hexdigest()} or file.read(1):
                    raise _wrong(path, number, "the file was changed, or put together of several")
                return
            else:
                ((table, values),) = line.items() if len(line) == 1 else (("", None),)
                if table not in TABLES or order.index(table) < reached:
                    raise _wrong(path, number, f"{table or 'this'} is not expected here")
                reached = order.index(table)
                row = _row(table, values)
                if row is None:
                    raise _wrong(path, number, f"this is no row of {table}")
                counts[table] += 1
                yield table, row
            digest.update(data)
    raise _wrong(path, number, "the file ends here, and is not whole")


def load(
    store: StateStore,
    path: Path,
    *,
    without: Collection[str] = (),
    told: Callable[[str, int], None] = lambda *_: None,
) -> dict[str, tuple[int, int]]:
    """Add what is not there yet of a file that was checked; for each table how many were added, of how many.

    If it is cut off it can be done again. `told` hears how many of a table are done. Raises as `check`, and
    `UnavailableError`.
    """
    done: dict[str, tuple[int, int]] = {}
    for table, rows in groupby(read(path), key=lambda one: one[0]):
        if table in without:
            for _ in rows:
                pass
            continue
        added = seen = 0
        for some in _batches((row for _, row in rows), AT_ONCE):
            added += store.add(table, some)
            seen += len(some)
            told(table, seen)
        done[table] = (added, seen)
    return done


def _batches(rows: Iterable[Row], size: int) -> Iterator[list[Row]]:
    some: list[Row] = []
    for row in rows:
        some.append(row)
        if len(some) == size:
            yield some
            some = []
    if some:
        yield some


def _line(value: dict[str, Any]) -> bytes:
    return json.dumps(value, ensure_ascii=True, separators=(",", ":")).encode() + b"\n"


def _object(path: Path, number: int, data: bytes) -> dict[str, Any]:
    try:
        found = msgspec.json.decode(data, type=dict[str, Any])
    except (msgspec.DecodeError, RecursionError):
        found = None
    if found is None or not data.endswith(b"\n"):
        raise _wrong(path, number, "this is no line of an export, or only a part of one")
    return found


def _check_head(path: Path, line: dict[str, Any]) -> None:
    if line.get("offhook") != "state":
        raise ConfigError(str(path), "", "is no export of an Offhook", "make one: offhook state export FILE")
    version = line.get("version")
    if not isinstance(version, int) or version > VERSION:
        raise ConfigError(
            str(path), "", f"was written by a newer Offhook (version {version})", "upgrade this Offhook"
        )


def _row(table: str, values: object) -> Row | None:
    """The row with its bytes, if it is one of the table that can be read."""
    columns = TABLES[table]
    if not isinstance(values, list):
        return None
    missing, added = len(columns) - len(values), ADDED.get(table, ())
    if not 0 <= missing <= len(added):
        return None
    values = [*values, *added[len(added) - missing :]]
    row: list[Any] = []
    value: Any
    for value, (_, kinds) in zip(values, columns, strict=True):
        if kinds == BYTES:
            try:
                row.append(bytes.fromhex(value))
            except (ValueError, TypeError):
                return None
        elif isinstance(value, bool) or not isinstance(value, kinds):
            return None
        else:
            row.append(float(value) if kinds == NUMBER and isinstance(value, int) else value)
    try:
        if (look := _MEANT.get(table)) is not None:
            look(row)
    except (ValueError, TypeError, KeyError, OverflowError, OSError):
        return None
    return row


def _call(row: Row) -> None:
    if not 0 <= callrows.call_of(tuple(row)).started < YEAR_10000:
        raise ValueError("no month")


def _user(row: Row) -> None:
    for packed in (row[3], row[7]):
        msgspec.json.decode(packed, type=list[str])


_MEANT: dict[str, Callable[[Row], object]] = {
    "calls": _call,
    "users": _user,
    "phones": lambda row: phones.read(row[1]),
    "forwardings": lambda row: msgspec.json.decode(row[1], type=dict[str, Any]),
    "audit": lambda row: Entry(*row),
}
"""What cannot be read as what it is would be refused, or worse, wherever it is used."""


def _wrong(path: Path, number: int, what: str) -> ConfigError:
    return ConfigError(f"{path}, line {number}", "", what, "Nothing was changed by it; make a new export")
