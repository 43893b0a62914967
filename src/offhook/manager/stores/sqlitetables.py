"""`Tables` in one SQLite file: how the threads of the Call Manager read and write it."""

import sqlite3
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from offhook.errors import ConfigError, UnavailableError
from offhook.manager.stores.database import NO_UPGRADES, REPAIR, Database, transaction
from offhook.manager.stores.tables import Statements, TakenError


class SqliteTables:
    """One file with a connection for reading and one for writing; every method may be called from any thread.

    `what` names its contents in errors. `fault_tolerant`: it can be read even if the disk is full or fails.
    Raises `ConfigError` if it cannot be used.
    """

    def __init__(
        self,
        path: Path,
        schema: str,
        version: int,
        what: str,
        *,
        upgrades: Mapping[int, str] = NO_UPGRADES,
        fault_tolerant: bool = False,
    ) -> None:
        self._what = what
        self._database = Database(path, schema, version, upgrades=upgrades, fault_tolerant=fault_tolerant)
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
            raise self._unavailable(error) from error

    @contextmanager
    def transaction(self, about: str = "") -> Iterator[Statements]:
        """Write in one transaction, the only one on the file. Raises `UnavailableError`."""
        self._mend()
        with self._lock:
            if self._database.problem:
                raise self._unavailable(self._database.problem)
            try:
                with transaction(self.connection):
                    yield _Statements(self.connection)
            except sqlite3.Error as error:
                raise self._unavailable(error) from error

    def changes(self) -> int:
        """A number that changes with every change of the file by another process."""
        self._mend()
        with self._lock:
            try:
                ((found,),) = self.connection.execute("PRAGMA data_version").fetchall()
            except sqlite3.Error as error:
                raise self._unavailable(error) from error
        return int(found)

    def close(self) -> None:
        """Close the file, once whoever is using it is done."""
        with self._lock, self._reader_lock:
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
                if not self._database.mend():
                    return
                if self._reader is not before:
                    self._reader.close()
                self._reader = self._opened()
        finally:
            self._lock.release()

    def _unavailable(self, problem: Exception | str) -> UnavailableError:
        # What is none of these is an error of the disk, or of another process that writes.
        damaged = type(problem) is sqlite3.DatabaseError
        return UnavailableError(
            f"{self._what} cannot be read or written ({problem})",
            f"stop Offhook and {REPAIR}"
            if damaged
            else "make room on the disk, or wait for whoever writes to them",
        )


class _Statements:
    """`Statements` of a connection."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def execute(self, statement: str, values: Sequence[Any] = (), /) -> sqlite3.Cursor:
        try:
            return self._connection.execute(statement, values)
        except sqlite3.IntegrityError as error:
            raise TakenError(str(error)) from error

    def executemany(self, statement: str, rows: Iterable[Sequence[Any]], /) -> None:
        try:
            self._connection.executemany(statement, rows)
        except sqlite3.IntegrityError as error:
            raise TakenError(str(error)) from error
