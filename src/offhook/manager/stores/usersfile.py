"""The file of users: its tables, and how the threads of the Call Manager read and write it."""

import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from offhook.errors import ConfigError, UnavailableError
from offhook.manager.stores.database import Database, transaction

SCHEMA = """
CREATE TABLE IF NOT EXISTS users (
    name TEXT PRIMARY KEY,
    password TEXT NOT NULL,
    administrator INTEGER NOT NULL,
    terminals TEXT NOT NULL,
    revision INTEGER NOT NULL,
    source TEXT NOT NULL DEFAULT 'local',
    automatic INTEGER NOT NULL DEFAULT 0,
    watches TEXT NOT NULL DEFAULT '[]'
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS places (
    user TEXT NOT NULL REFERENCES users (name) ON DELETE CASCADE,
    network TEXT NOT NULL,
    seen REAL NOT NULL,
    PRIMARY KEY (user, network)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS tokens (
    hash BLOB PRIMARY KEY,
    user TEXT NOT NULL REFERENCES users (name) ON DELETE CASCADE,
    issued REAL NOT NULL,
    expires REAL NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS token_names (
    hash BLOB PRIMARY KEY REFERENCES tokens (hash) ON DELETE CASCADE,
    name TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS settings (
    user TEXT PRIMARY KEY REFERENCES users (name) ON DELETE CASCADE,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS tokens_by_user ON tokens (user, issued);
CREATE INDEX IF NOT EXISTS tokens_by_expiry ON tokens (expires);
CREATE INDEX IF NOT EXISTS places_by_age ON places (seen)
"""

VERSION = 3
UPGRADES = {
    1: "ALTER TABLE users ADD COLUMN source TEXT NOT NULL DEFAULT 'local';"
    " ALTER TABLE users ADD COLUMN automatic INTEGER NOT NULL DEFAULT 0",
    2: "ALTER TABLE users ADD COLUMN watches TEXT NOT NULL DEFAULT '[]'",
}


class UsersFile:
    """One file with a connection for reading and one for writing; every method may be called from any thread.

    `fault_tolerant`: it can be read even if the disk is full or fails. Raises `ConfigError` if it cannot be
    used.
    """

    def __init__(self, path: Path, *, fault_tolerant: bool = False) -> None:
        self._database = Database(path, SCHEMA, VERSION, upgrades=UPGRADES, fault_tolerant=fault_tolerant)
        self._lock = threading.Lock()
        self._reader_lock = threading.Lock()
        self._reader = self._opened()
        try:
            self._database.check()
        except ConfigError:
            self.close()
            raise

    @property
    def connection(self) -> sqlite3.Connection:
        """The connection for writing."""
        return self._database.connection

    def read(self, question: str, *values: object) -> Sequence[Any]:
        """The rows that answer an SQL question. Raises `UnavailableError`."""
        self._mend()
        try:
            with self._reader_lock:
                return self._reader.execute(question, values).fetchall()
        except sqlite3.Error as error:
            raise _unavailable(error) from error

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """Write in one transaction. Raises `UnavailableError`."""
        self._mend()
        with self._lock:
            if self._database.problem:
                raise _unavailable(self._database.problem)
            try:
                with transaction(self.connection):
                    yield self.connection
            except sqlite3.Error as error:
                raise _unavailable(error) from error

    def close(self) -> None:
        """Close the file."""
        if self._reader is not self.connection:
            self._reader.close()
        self._database.close()

    def _opened(self) -> sqlite3.Connection:
        """The connection for reading. With WAL, reading never waits for a
        writer, here or in another process."""
        self.connection.execute("PRAGMA foreign_keys = ON")
        if self._database.problem:
            return self.connection
        reader = sqlite3.connect(self._database.path, isolation_level=None, check_same_thread=False)
        reader.execute("PRAGMA query_only = ON")
        return reader

    def _mend(self) -> None:
        """Reopen a file that could not be used. Readers do not wait for it."""
        if not self._lock.acquire(blocking=False):
            return
        try:
            with self._reader_lock:
                before = self.connection
                if self._database.mend():
                    if self._reader is not before:
                        self._reader.close()
                    self._reader = self._opened()
        finally:
            self._lock.release()


def _unavailable(problem: Exception | str) -> UnavailableError:
    return UnavailableError(
        f"the users cannot be read or written ({problem})",
        "make room on the disk, or wait for whoever writes to them",
    )
