"""How the Call Manager opens its SQLite files."""

import os
import sqlite3
from collections.abc import Mapping
from pathlib import Path

from offhook.errors import ConfigError
from offhook.processes import holder_of_file

BUSY_S = 5.0
"""How long a statement waits for another process that is writing (`offhook user add` ...)."""


NO_UPGRADES: Mapping[int, str] = {}


def open_database(
    path: Path,
    schema: str,
    version: int,
    *,
    exclusive: bool = False,
    upgrades: Mapping[int, str] = NO_UPGRADES,
) -> sqlite3.Connection:
    """A connection in autocommit mode; the file is made, readable by its owner only, when there is none.

    WAL with synchronous=NORMAL: what is committed survives the death of the process in any way; a power cut
    may take back the last commits, never harm the file. `exclusive` keeps every other process out until the
    connection is closed or the process dies. `upgrades` are the statements that lead from a version to the
    next. Raises `ConfigError` naming the file and what to do.
    """
    try:
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
        connection = sqlite3.connect(
            path, timeout=0.2 if exclusive else BUSY_S, isolation_level=None, check_same_thread=False
        )
    except (OSError, sqlite3.Error) as error:
        raise ConfigError(str(path), "", f"cannot be opened ({error})", "check the state folder") from error
    try:
        _prepare(connection, path, schema, version, exclusive, upgrades)
    except sqlite3.OperationalError as error:
        connection.close()
        if exclusive and error.sqlite_errorcode & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            raise _in_use(path) from error
        raise ConfigError(
            str(path),
            "",
            f"cannot be used ({error})",
            "check that no other Offhook runs on this state folder and that the disk is writable",
        ) from error
    except sqlite3.DatabaseError as error:
        connection.close()
        raise ConfigError(
            str(path),
            "",
            f"is not a sound SQLite file ({error})",
            "restore it, or move it away to start anew",
        ) from error
    except ConfigError:
        connection.close()
        raise
    return connection


def _in_use(path: Path) -> ConfigError:
    """Another process keeps everybody out, which an Offhook does for as long as it runs."""
    holder = holder_of_file(path)
    if holder is not None and not holder.own:
        what = f"is in use by {holder}"
        return ConfigError(str(path), "", what, "Stop it: Offhook needs the file for itself")
    told = str(holder or "Offhook").replace("Offhook", "Offhook runs already", 1)
    what = f"{told} with the state folder {path.parent}"
    return ConfigError("", "", what, "Stop it, or use --config for another")


def _prepare(
    connection: sqlite3.Connection,
    path: Path,
    schema: str,
    version: int,
    exclusive: bool,
    upgrades: Mapping[int, str],
) -> None:
    if exclusive:
        connection.execute("PRAGMA locking_mode = EXCLUSIVE")
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")
    (found,) = connection.execute("PRAGMA user_version").fetchone()
    if found > version:
        raise ConfigError(
            str(path), "", f"was written by a newer Offhook (version {found})", "upgrade this Offhook"
        )
    steps = "; ".join(upgrades[step] for step in range(found, version) if found and step in upgrades)
    connection.executescript(f"BEGIN IMMEDIATE; {steps}; {schema}; PRAGMA user_version = {version}; COMMIT;")
