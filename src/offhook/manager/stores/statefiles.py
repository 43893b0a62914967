"""`StateStore` in a state folder."""

import json
import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, suppress
from dataclasses import astuple
from pathlib import Path

from offhook.common.privatefile import read_file, write_private
from offhook.errors import UnavailableError
from offhook.manager.audit import Entry
from offhook.manager.stores import callrows, outbox, phones, userrows
from offhook.manager.stores.audit import as_line, read_audit
from offhook.manager.stores.auditfiles import KEEP_DAYS, MAX_BYTES, AuditFiles, audit_files
from offhook.manager.stores.database import Database, transaction
from offhook.manager.stores.transfer import TABLES, Row

MAX_FORWARDINGS = 16 << 20
"""Bytes of the file: some 80,000 terminals."""

FORWARDINGS = "forwardings.json"
AUDIT = "audit"

_FILES = {
    "users.sqlite": (userrows.SCHEMA, userrows.VERSION, userrows.UPGRADES, ("users", "places", "tokens")),
    "phones.sqlite": (phones.SCHEMA, phones.VERSION, {}, ("phones",)),
    "webhooks.sqlite": (outbox.SCHEMA, outbox.VERSION, {}, ("letters",)),
    "calls.sqlite": (callrows.SCHEMA, callrows.VERSION, callrows.UPGRADES, ("calls", "missed")),
}
"""The files with what is in them."""

_OF = {table: name for name, (*_, tables) in _FILES.items() for table in tables} | {
    "token_names": "users.sqlite",
    "settings": "users.sqlite",
}


class StateFiles:
    """A folder that is this process's alone while rows are added."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._open: dict[str, Database] = {}

    def rows(self, table: str) -> Iterator[Row]:
        """The rows of a table; none where there is no file."""
        if table == AUDIT:
            yield from (astuple(entry) for entry in read_audit(self._folder))
        elif table == "forwardings":
            yield from ((terminal, json.dumps(one)) for terminal, one in self._forwardings().items())
        elif (self._folder / _OF[table]).exists():
            columns = ", ".join(name for name, _ in TABLES[table])
            order = " ORDER BY number" if table == "letters" else ""
            database = self._file(_OF[table]).connection
            try:
                if not database.in_transaction:
                    database.execute("BEGIN")  # from here on the file is read as it is now
                yield from database.execute(f"SELECT {columns} FROM {table}{order}")
            except sqlite3.Error as error:
                raise UnavailableError(f"{_OF[table]} cannot be read ({error})", "check the disk") from error

    def add(self, table: str, rows: Sequence[Row]) -> int:
        """Add those that are not there yet. What is in an audit log cannot be told: it is added to an empty
        one only."""
        try:
            if table == AUDIT:
                lines = [as_line(Entry(*row)) for row in rows]
                files = AuditFiles(
                    self._folder,
                    keep_days=KEEP_DAYS,
                    max_bytes=MAX_BYTES,
                    wall=time.time,
                    steady=time.monotonic,
                )
                return files.append(lines)
            if table == "forwardings":
                return self._add_forwardings(rows)
            database = self._file(_OF[table]).connection
            before = database.total_changes
            columns = [name for name, _ in TABLES[table]]
            with transaction(database):
                database.executemany(
                    f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))})"
                    " ON CONFLICT DO NOTHING",
                    rows,
                )
        except (sqlite3.Error, OSError) as error:
            raise UnavailableError(f"{table} cannot be written ({error})", "make room on the disk") from error
        return database.total_changes - before

    def holds_audit(self) -> bool:
        """Is there an entry in the audit log?"""
        return any(path.exists() and path.stat().st_size for path in audit_files(self._folder))

    def close(self) -> None:
        """Close the files."""
        with ExitStack() as stack:
            for one in self._open.values():
                stack.enter_context(closing(one))

    def _file(self, name: str) -> Database:
        if name not in self._open:
            schema, version, upgrades, _ = _FILES[name]
            made = Database(self._folder / name, schema, version, upgrades=upgrades)
            made.connection.execute("PRAGMA foreign_keys = ON")
            self._open[name] = made
        return self._open[name]

    def _forwardings(self) -> dict[str, object]:
        with suppress(FileNotFoundError):
            found = json.loads(read_file(self._folder / FORWARDINGS, MAX_FORWARDINGS))["terminals"]
            return dict(found)
        return {}

    def _add_forwardings(self, rows: Sequence[Row]) -> int:
        known = self._forwardings()
        new = {terminal: json.loads(value) for terminal, value in rows if terminal not in known}
        write_private(self._folder / FORWARDINGS, json.dumps({"terminals": known | new}))
        return len(new)
