"""Opens the SQLite files of the Call Manager, and copes with a disk that is full or fails."""

import errno
import logging
import os
import re
import sqlite3
import stat
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from offhook.common.privatefile import private_folder
from offhook.common.processes import holder_of_file
from offhook.errors import ConfigError

logger = logging.getLogger(__name__)

BUSY_S = 5.0
"""How long a statement waits for another process that is writing (`offhook user add` ...)."""

MEND_S = 5.0
"""How often it is tried to reopen a file that could not be used, and checked whether it was deleted."""

MAX_CHECKED = 64 << 20
"""Up to this many bytes all pages are checked when the file is opened: a few tenths of a second."""

REPAIR = "save what can be read: offhook state repair"

NO_UPGRADES: Mapping[int, str] = {}

DISK_ERRORS = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO})
"""Errors of a disk that is full, read-only or failing. Other errors are a mistake of configuration."""

SQLITE_DISK_ERRORS = frozenset(
    {sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN}
)


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """All that is written within, or nothing of it. Raises `sqlite3.Error`."""
    try:
        connection.execute("BEGIN IMMEDIATE")
        yield
        connection.execute("COMMIT")
    finally:
        if connection.in_transaction:
            connection.execute("ROLLBACK")


class Database:
    """One file, in autocommit mode; created, readable by its owner only, if it is missing.

    WAL with synchronous=NORMAL: committed data survives the death of the process. A power cut may lose the
    last commits but cannot damage the file. Other processes may read it meanwhile. `upgrades` are the
    statements from each version to the next. Raises `ConfigError` with the file and what to do.

    With `fault_tolerant` it also opens on a disk that is full, read-only or failing: then it holds what can
    be read, possibly nothing, `problem` says why, and nothing is written until `mend` has reopened the file.
    Not to be used by two threads at once.
    """

    def __init__(
        self,
        path: Path,
        schema: str,
        version: int,
        *,
        upgrades: Mapping[int, str] = NO_UPGRADES,
        fault_tolerant: bool = False,
        busy_s: float = BUSY_S,
    ) -> None:
        self.path = path
        self._schema, self._version, self._upgrades, self._busy_s = schema, version, upgrades, busy_s
        self._wanted = set(re.findall(r"IF NOT EXISTS (\w+)", schema))
        self._tables = set(re.findall(r"TABLE IF NOT EXISTS (\w+)", schema))
        self.problem = ""
        self._next_look = time.monotonic() + MEND_S
        try:
            self.connection = self._open()
        except _DiskError as error:
            if not fault_tolerant:
                raise ConfigError(
                    str(path), "", f"cannot be used ({error})", "make room on the disk, and let it be written"
                ) from error
            self._open_what_can_be_read(str(error))
            logger.error("%s: nothing can be kept (%s) until the disk can be written again", path, error)
        self._file = _identity(path)

    def close(self) -> None:
        """Close the file."""
        self.connection.close()

    def check(self) -> None:
        """Check every page, unless there are too many. Raises `ConfigError` if one is damaged."""
        try:
            if self.path.exists() and self.path.stat().st_size > MAX_CHECKED:
                return
            ((said, *_), *_) = self.connection.execute("PRAGMA quick_check(1)").fetchall()
        except sqlite3.OperationalError:
            return  # an error of the disk, not of the file's content
        except sqlite3.DatabaseError as error:
            said = str(error)
        if said != "ok":
            raise damaged(self.path, said.partition("\n")[2] or said)

    def mend(self) -> bool:
        """Reopen a file that could not be used, or was deleted; True if `connection` is a new one.

        May be called before each use: it checks only every `MEND_S`.
        """
        if time.monotonic() < self._next_look:
            return False
        self._next_look = time.monotonic() + MEND_S
        if self.problem:
            return self._come_back()
        found = _identity(self.path)
        return found != self._file and self._replace(found)

    def _come_back(self) -> bool:
        self.connection.close()
        try:
            self.connection = self._open()
        except (_DiskError, ConfigError) as error:
            self._open_what_can_be_read(str(error))
            return True
        logger.info("%s is kept again", self.path)
        self.problem, self._file = "", _identity(self.path)
        return True

    def _replace(self, found: object) -> bool:
        """The file was deleted: write what is still open to a new one."""
        logger.error("%s was removed or replaced while it was in use", self.path)
        try:
            private_folder(self.path.parent)
            new = self._open()
            if found is None:
                self.connection.backup(new)
        except (OSError, sqlite3.Error, ConfigError) as error:
            logger.error("%s cannot be made anew: %s", self.path, error)
            return False
        self.connection.close()
        self.connection, self._file = new, _identity(self.path)
        logger.info("%s was written anew with what was in it", self.path)
        return True

    def _open(self, *, exclusive: bool = False) -> sqlite3.Connection:
        try:
            _make(self.path)
            connection = _connect(str(self.path), self._busy_s)
        except OSError as error:
            if error.errno in DISK_ERRORS:
                raise _DiskError(error.strerror or str(error)) from error
            what = error.strerror or str(error)
            raise ConfigError(
                str(self.path), "", f"cannot be opened ({what})", "check the state folder"
            ) from error
        try:
            if exclusive:
                connection.execute("PRAGMA locking_mode = EXCLUSIVE")
            self._prepare(connection)
        except sqlite3.OperationalError as error:
            connection.close()
            code = getattr(error, "sqlite_errorcode", 0) & 0xFF
            if code in SQLITE_DISK_ERRORS:
                raise _DiskError(str(error)) from error
            if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
                raise _in_use(self.path) from error
            raise ConfigError(
                str(self.path),
                "",
                f"cannot be used ({error})",
                "check that no other Offhook runs on this state folder and that the disk is writable",
            ) from error
        except sqlite3.DatabaseError as error:
            connection.close()
            raise damaged(self.path, error) from error
        except ConfigError:
            connection.close()
            raise
        return connection

    def _prepare(self, connection: sqlite3.Connection) -> None:
        """Create or upgrade the tables. Writes nothing if all is as it
        should be, so a full disk is no obstacle."""
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        (found,) = connection.execute("PRAGMA user_version").fetchone()
        if found > self._version:
            what = f"was written by a newer Offhook (version {found})"
            raise ConfigError(str(self.path), "", what, "upgrade this Offhook")
        if found == self._version and self._wanted <= _names(connection):
            return
        connection.executescript(self._upgrade(found))

    def _open_what_can_be_read(self, problem: str) -> None:
        """Open what can be read: the file without its -shm, else its state
        at the last checkpoint, else nothing."""
        self.problem = problem
        with suppress(_DiskError, ConfigError):
            self.connection = self._open(exclusive=True)
            return
        for name in (f"{self.path.absolute().as_uri()}?mode=ro&immutable=1", ":memory:"):
            connection = _connect(name, self._busy_s)
            try:
                connection = self._upgraded_in_memory(connection)
                whole = self._tables <= _names(connection)  # a missing index only costs time
            except sqlite3.Error:
                whole = False
            if not whole:
                connection.close()
                continue
            connection.execute("PRAGMA query_only = ON")
            self.connection = connection
            return

    def _upgraded_in_memory(self, connection: sqlite3.Connection) -> sqlite3.Connection:
        """The connection; where an older Offhook made its tables, an upgraded copy in memory."""
        (found,) = connection.execute("PRAGMA user_version").fetchone()
        if found >= self._version or _size(connection) > MAX_CHECKED:
            return connection
        copy = _connect(":memory:", self._busy_s)
        with closing(connection):
            connection.backup(copy)
        copy.executescript(self._upgrade(found))
        return copy

    def _upgrade(self, found: int) -> str:
        """The statements from this version of the file to ours."""
        steps = "; ".join(
            self._upgrades[step] for step in range(found, self._version) if found and step in self._upgrades
        )
        return f"BEGIN IMMEDIATE; {steps}; {self._schema}; PRAGMA user_version = {self._version}; COMMIT;"


class _DiskError(Exception):
    """The disk is full, read-only or failing."""


def damaged(path: Path, error: Exception | str) -> ConfigError:
    """The error for a damaged file, with what to do."""
    return ConfigError(str(path), "", f"is not a sound SQLite file ({error})", f"restore it, or {REPAIR}")


def _in_use(path: Path) -> ConfigError:
    """The error for a file that another process has locked."""
    holder = holder_of_file(path)
    who = f"is in use by {holder}" if holder is not None else "is in use by another program"
    return ConfigError(str(path), "", who, "Stop it: Offhook has to write the file")


def _connect(name: str, busy_s: float) -> sqlite3.Connection:
    return sqlite3.connect(
        name, timeout=busy_s, isolation_level=None, check_same_thread=False, uri=name.startswith("file:")
    )


def _make(path: Path) -> None:
    """Create the file if it is missing. Never follows a link, and opens nothing but a regular file."""
    flags = os.O_CREAT | os.O_RDWR | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    try:
        descriptor = os.open(path, flags, 0o600)
    except OSError as error:
        if error.errno in DISK_ERRORS and path.exists():
            return  # it may still be readable
        if error.errno == errno.ELOOP:
            raise OSError(error.errno, "it is a symbolic link; put the file itself there") from error
        raise
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise OSError(errno.EINVAL, "it is not a file; remove it")
    finally:
        os.close(descriptor)


def _size(connection: sqlite3.Connection) -> int:
    (pages,), (size,) = (
        connection.execute(f"PRAGMA {what}").fetchone() for what in ("page_count", "page_size")
    )
    return int(pages * size)


def _names(connection: sqlite3.Connection) -> set[str]:
    return {name for (name,) in connection.execute("SELECT name FROM sqlite_master")}


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino
