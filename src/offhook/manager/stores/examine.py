"""Whether a SQLite file of the Call Manager can be read, for `offhook check`. Changes nothing."""

import sqlite3
from contextlib import closing
from pathlib import Path

from offhook.manager.stores.database import MAX_CHECKED

FILES = ("calls.sqlite", "users.sqlite", "phones.sqlite", "webhooks.sqlite")
"""What is examined of a state folder, and can be repaired."""


def problem_of(path: Path) -> str:
    """What is wrong with the file; "" if nothing is found, or there is no file."""
    try:
        size = path.stat().st_size
        # No process has it open: then reading must not create -wal and -shm files beside it.
        alone = "" if path.with_name(f"{path.name}-wal").exists() else "&immutable=1"
        name = f"{path.absolute().as_uri()}?mode=ro{alone}"
        with closing(sqlite3.connect(name, uri=True, timeout=1)) as database:
            question = "PRAGMA quick_check(1)" if size <= MAX_CHECKED else "SELECT 'ok' FROM sqlite_master"
            ((said,), *_) = database.execute(question).fetchall() or [("ok",)]
    except sqlite3.OperationalError:
        return ""  # in use, or not readable by this account
    except sqlite3.DatabaseError as error:
        return str(error)
    except OSError:
        return ""
    return "" if said == "ok" else str(said).partition("\n")[2] or str(said)
