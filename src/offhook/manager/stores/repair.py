"""Repairs a damaged call log, file of users, of phones, or of what waits for webhooks: saves what can be
read, and keeps the old file."""

import os
import shutil
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass, field
from itertools import chain, count
from pathlib import Path

import msgspec

from offhook.call import CallState, Cause, Direction
from offhook.manager.stores import callrows, outbox, phones, userrows
from offhook.manager.stores.database import Database
from offhook.manager.stores.examine import problem_of
from offhook.manager.stores.pages import INDEX_INNER, INDEX_LEAF, TABLE_LEAF, Pages, Row

KEYED = frozenset({INDEX_LEAF, INDEX_INNER})
"""Page types with the rows of an index, and of a table WITHOUT ROWID."""

BESIDE = ("-wal", "-shm", "-journal")


@dataclass(frozen=True, slots=True)
class Repaired:
    """The result. `lost` is the number of rows known to be missing; `aside` is the old file.

    `doubtful`: the first page was damaged, so rows that had been deleted may be back.
    """

    path: Path
    problem: str
    aside: Path
    saved: dict[str, int] = field(default_factory=dict)
    lost: int = 0
    doubtful: bool = False


def repair(path: Path) -> Repaired | None:
    """Write a new file of what can be read in this one; None if it is sound or missing.

    No other process may have it open. Raises `ConfigError` and `OSError`; then the old file is unchanged.
    """
    if not path.exists():
        return None
    problem = problem_of(path)
    if not problem:
        return None
    with tempfile.TemporaryDirectory(prefix=".repair-", dir=path.parent) as work:
        data = _whole(path, Path(work))
        pages, fresh = Pages(data), Path(work) / "fresh" / path.name
        fresh.parent.mkdir(mode=0o700)
        if path.name.startswith("calls"):
            saved, lost = _save_calls(pages, fresh)
        elif path.name.startswith("phones"):
            saved, lost = _save_phones(pages, fresh), 0
        elif path.name.startswith("webhooks"):
            saved, lost = _save_letters(pages, fresh)
        else:
            saved, lost = _save_users(pages, fresh), 0
        _as_owner(fresh, path)
        aside = _free(path.with_name(f"{path.name}.damaged-{time.strftime('%Y%m%dT%H%M%S')}"))
        for old, kept in zip(_files(path), _files(aside), strict=True):
            with suppress(FileNotFoundError):
                os.replace(old, kept)
        os.replace(fresh, path)
    return Repaired(path, problem, aside, saved, lost, not pages.sound_header)


def _free(path: Path) -> Path:
    """The path, with a number appended if it exists: a second repair within one second, or in the hour that
    is repeated when summer time ends, must keep what the first one put aside."""
    names = (path.with_name(f"{path.name}-{number}") for number in count(2))
    return next(one for one in chain([path], names) if not any(map(os.path.lexists, _files(one))))


def _files(path: Path) -> list[str]:
    return [f"{path}{ending}" for ending in ("", *BESIDE)]


def _whole(path: Path, work: Path) -> bytes:
    """The file including its write-ahead log, as far as SQLite can apply it."""
    copy = work / path.name
    for ending in ("", *BESIDE[:2]):
        with suppress(FileNotFoundError):
            shutil.copyfile(f"{path}{ending}", f"{copy}{ending}")
    with suppress(sqlite3.Error), closing(sqlite3.connect(copy)) as database:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return copy.read_bytes()


def _save_calls(pages: Pages, fresh: Path) -> tuple[dict[str, int], int]:
    file = Database(fresh, callrows.SCHEMA, callrows.VERSION, upgrades=callrows.UPGRADES)
    rows = (call for row in pages.rows(frozenset({TABLE_LEAF})) for call in _calls(row))
    saved = _insert(file, "calls", len(callrows.NAMES), rows)
    known = {row[0] for row in pages.rows(KEYED) if _is_id(row)}
    there = {identity for (identity,) in file.connection.execute("SELECT id FROM calls")}
    file.close()
    return {"calls": saved}, len(known - there)


def _save_users(pages: Pages, fresh: Path) -> dict[str, int]:
    file = Database(fresh, userrows.SCHEMA, userrows.VERSION, upgrades=userrows.UPGRADES)
    saved = {
        name: _insert(file, name, columns, rows)
        for name, columns, rows in (
            ("users", 8, (found for row in pages.rows(KEYED) for found in _users(row))),
            ("tokens", 4, (row for row in pages.rows(KEYED) if _fits(row, bytes, str, float, float))),
            ("token_names", 2, (row for row in pages.rows(KEYED) if _fits(row, bytes, str))),
            ("settings", 2, (row for row in pages.rows(KEYED) if _fits(row, str, str))),
            ("places", 3, (row for row in pages.rows(KEYED) if _fits(row, str, str, float))),
        )
    }
    file.close()
    return saved


def _save_phones(pages: Pages, fresh: Path) -> dict[str, int]:
    file = Database(fresh, phones.SCHEMA, phones.VERSION)
    saved = _insert(file, "phones", 2, (row for row in pages.rows(KEYED) if _is_phone(row)))
    file.close()
    return {"phones": saved}


def _is_phone(row: Row) -> bool:
    """A row that the Call Manager could not read would keep it from all the others."""
    if not _fits(row, str, str):
        return False
    try:
        return phones.read(str(row[1])).mac == row[0]
    except (msgspec.DecodeError, UnicodeError):
        return False


def _save_letters(pages: Pages, fresh: Path) -> tuple[dict[str, int], int]:
    """In the order in which they were written: letters about one call must not overtake each other."""
    file = Database(fresh, outbox.SCHEMA, outbox.VERSION)
    found = (row for row in pages.rows(frozenset({TABLE_LEAF})) if _is_letter(row))
    saved = _insert(file, "letters", 10, iter(sorted(found, key=_written_at)))
    known = {row[0] for row in pages.rows(KEYED) if _is_id(row)}
    there = {identity for (identity,) in file.connection.execute("SELECT id FROM letters")}
    file.close()
    return {"letters": saved}, len(known - there)


def _is_letter(row: Row) -> bool:
    """SQLite keeps a row's number beside it, and NULL in its place."""
    return row[:1] == (None,) and _fits(row[1:], str, str, str, bytes, float, float, int, str, int)


def _written_at(row: Row) -> float:
    made = row[5]
    assert isinstance(made, (int, float))
    return made


def _insert(file: Database, table: str, columns: int, rows: Iterator[Row]) -> int:
    """Insert the rows that the table accepts; their number."""
    database, saved = file.connection, 0
    database.execute("PRAGMA foreign_keys = ON")
    database.execute("BEGIN")
    for row in rows:
        with suppress(sqlite3.Error):
            marks = ", ".join("?" * columns)
            saved += database.execute(f"INSERT OR IGNORE INTO {table} VALUES ({marks})", row).rowcount
    database.execute("COMMIT")
    return saved


def _calls(row: Row) -> Iterator[Row]:
    """A call's row. Rows from before columns were added lack them; what is wrong in those is left out."""
    if not _is_call(row[:12]):
        return
    if len(row) in (12, len(callrows.NAMES)):
        added = row[12:] or callrows.ADDED_IN_2
        yield (*row[:12], *(added if _fits_added(added) else callrows.ADDED_IN_2))


def _fits_added(added: Row) -> bool:
    texts = all(isinstance(one, str) for one in added[:3])
    parties = all(one is None or isinstance(one, str) for one in added[3:6])
    return texts and parties and added[6] in (None, 0, 1) and all(one in (0, 1) for one in added[7:])


def _is_call(row: Row) -> bool:
    kinds = (str, str, str, str, str, str, str, str, float)
    if len(row) != 12 or not _fits(row[:9], *kinds):
        return False
    if not all(one is None or _fits((one,), float) for one in row[9:11]):
        return False
    return (
        _is_one_of(Direction, row[2])
        and _is_one_of(CallState, row[3])
        and (row[11] is None or _is_one_of(Cause, row[11]))
    )


def _is_one_of(kind: Callable[[object], object], value: object) -> bool:
    try:
        kind(value)
    except ValueError:
        return False
    return True


def _is_id(row: Row) -> bool:
    return _fits(row, str, int) and not isinstance(row[1], float)


def _users(row: Row) -> Iterator[Row]:
    """A user's row. Rows from before a column was added lack it."""
    if _fits(row[:5], str, str, int, str, int) and len(row) in range(5, 9):
        whole = (*row, *("local", 0, "[]")[len(row) - 5 :])
        if _fits(whole[5:], str, int, str):
            yield whole


def _fits(row: Row, *kinds: type) -> bool:
    """Do the values have these types? An int may stand for a float: SQLite stores 2.0 as 2."""
    return len(row) == len(kinds) and all(
        isinstance(value, (int, float) if kind is float else kind)
        for value, kind in zip(row, kinds, strict=True)
    )


def _as_owner(fresh: Path, old: Path) -> None:
    """Keep the old owner: an administrator may repair the file of a service."""
    if sys.platform != "win32":
        owner = old.stat()
        with suppress(PermissionError):
            os.chown(fresh, owner.st_uid, owner.st_gid)
