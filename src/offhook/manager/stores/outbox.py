"""`Outbox` in tables."""

import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from offhook.manager.outbox import Letter
from offhook.manager.stores.sqlitetables import SqliteTables
from offhook.manager.stores.tables import Statements, Tables

SCHEMA = """
CREATE TABLE IF NOT EXISTS letters (
    number INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    hook TEXT NOT NULL,
    call TEXT NOT NULL,
    body BLOB NOT NULL,
    made REAL NOT NULL,
    next_at REAL NOT NULL,
    attempts INTEGER NOT NULL,
    problem TEXT NOT NULL,
    dead INTEGER NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS letters_due ON letters (hook, dead, next_at);
CREATE INDEX IF NOT EXISTS letters_of_call ON letters (hook, call, dead, number)
"""

VERSION = 1

MAX_WAITING = 10_000
"""Letters that wait for one webhook: three hours of a site with a thousand calls an hour, some 10 MiB."""

MAX_DEAD = 1000
"""Dead letters of one webhook that are kept to be looked at, the latest ones."""

FULL = "too many waited"

ALL = 2**63 - 1
"""A LIMIT that is none, in both databases."""

MEMBERS = "id, hook, call, body, made, next_at, attempts, problem, dead"


class StoredOutbox:
    """The letters in a database; every method may be called from any thread."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    def add(self, letters: Sequence[Letter]) -> int:
        """Keep these. Above the limit of a webhook its oldest become dead; how many that were."""
        rows = [
            (
                one.id,
                one.hook,
                one.call,
                one.body,
                one.made,
                one.next_at,
                one.attempts,
                one.problem,
                int(one.dead),
            )
            for one in letters
        ]
        with self._tables.transaction() as database:
            database.executemany(
                f"INSERT INTO letters ({MEMBERS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
                " ON CONFLICT (id) DO NOTHING",
                rows,
            )
            return sum(self._shorten(database, hook) for hook in {one.hook for one in letters})

    def due(self, hook: str, now: float, limit: int) -> list[Letter]:
        """Those to be tried now: of each call only the oldest, so that nothing overtakes."""
        return self._read(
            f"SELECT {MEMBERS} FROM letters AS one WHERE hook = ? AND dead = 0 AND next_at <= ?"
            " AND NOT EXISTS (SELECT 1 FROM letters AS other WHERE other.hook = one.hook"
            " AND other.call = one.call AND other.dead = 0 AND other.number < one.number)"
            " ORDER BY next_at LIMIT ?",
            (hook, now, limit),
        )

    def next_at(self, hook: str) -> float | None:
        """When the next one of the webhook is to be tried; None if nothing waits."""
        ((found,),) = self._tables.read(
            "SELECT min(next_at) FROM letters AS one WHERE hook = ? AND dead = 0 AND NOT EXISTS"
            " (SELECT 1 FROM letters AS other WHERE other.hook = one.hook AND other.call = one.call"
            " AND other.dead = 0 AND other.number < one.number)",
            hook,
        )
        return None if found is None else float(found)

    def done(self, letter_id: str) -> None:
        """It has arrived."""
        with self._tables.transaction() as database:
            database.execute("DELETE FROM letters WHERE id = ?", (letter_id,))

    def failed(self, letter: Letter) -> None:
        """Keep the letter as it now is: to be tried again, or dead."""
        with self._tables.transaction() as database:
            database.execute(
                "UPDATE letters SET next_at = ?, attempts = ?, problem = ?, dead = ? WHERE id = ?",
                (letter.next_at, letter.attempts, letter.problem, int(letter.dead), letter.id),
            )
            self._shorten(database, letter.hook)

    def letters(self, *, dead: bool | None = None, limit: int = 1000) -> list[Letter]:
        """Letters, latest first: those that wait, the dead ones, or all."""
        which = "" if dead is None else f" WHERE dead = {int(dead)}"
        return self._read(f"SELECT {MEMBERS} FROM letters{which} ORDER BY number DESC LIMIT ?", (limit,))

    def revive(self, letter_id: str = "") -> int:
        """Try a dead letter again, or all of them; how many there were."""
        return self._change(
            "UPDATE letters SET dead = 0, attempts = 0, next_at = ? WHERE dead = 1", letter_id, (time.time(),)
        )

    def drop(self, letter_id: str = "") -> int:
        """Forget a dead letter, or all of them; how many there were."""
        return self._change("DELETE FROM letters WHERE dead = 1", letter_id)

    def close(self) -> None:
        """Close the database, once whoever is using it is done."""
        self._tables.close()

    def _change(self, statement: str, letter_id: str, values: tuple[Any, ...] = ()) -> int:
        if letter_id:
            statement, values = f"{statement} AND id = ?", (*values, letter_id)
        with self._tables.transaction() as database:
            return database.execute(statement, values).rowcount

    def _shorten(self, database: Statements, hook: str) -> int:
        """Keep within the limits; how many letters died of it."""
        died = database.execute(
            "UPDATE letters SET dead = 1, problem = ? WHERE number IN (SELECT number FROM letters"
            f" WHERE hook = ? AND dead = 0 ORDER BY number DESC LIMIT {ALL} OFFSET ?)",
            (FULL, hook, MAX_WAITING),
        ).rowcount
        database.execute(
            "DELETE FROM letters WHERE number IN (SELECT number FROM letters WHERE hook = ? AND dead = 1"
            f" ORDER BY number DESC LIMIT {ALL} OFFSET ?)",
            (hook, MAX_DEAD),
        )
        return died

    def _read(self, question: str, values: tuple[Any, ...]) -> list[Letter]:
        return [letter_of(*row) for row in self._tables.read(question, *values)]


class SqliteOutbox(StoredOutbox):
    """The letters in one file. Raises `ConfigError`."""

    def __init__(self, path: Path) -> None:
        super().__init__(SqliteTables(path, SCHEMA, VERSION, "what waits for webhooks", fault_tolerant=True))


def letter_of(*row: Any) -> Letter:
    """The letter of a row's `MEMBERS`."""
    *members, dead = row
    return replace(Letter(*members), dead=bool(dead))
