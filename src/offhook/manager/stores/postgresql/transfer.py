"""`StateStore` in PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import psycopg

from offhook.errors import UnavailableError
from offhook.manager.stores.postgresql.months import make, month_of
from offhook.manager.stores.postgresql.server import Connection, Server, shut
from offhook.manager.stores.postgresql.tables import sent, translated
from offhook.manager.stores.transfer import AT_ONCE, TABLES, Row

HOURS_S = 6 * 3600.0
"""How long reading all of it may take: a hundred million calls."""

STARTED = [name for name, _ in TABLES["calls"]].index("started")


class PostgresState:
    """A database with our tables, read as it is at one moment."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._reading: Connection | None = None

    def rows(self, table: str) -> Iterator[Row]:
        """The rows of a table, as they come."""
        columns = ", ".join(name for name, _ in TABLES[table])
        order = {"letters": " ORDER BY number", "audit": " ORDER BY line"}.get(table, "")
        try:
            if self._reading is None:
                self._reading = self._server.connect()
                self._reading.execute(
                    "SET statement_timeout = 0; SET idle_in_transaction_session_timeout = 0"
                )
                self._reading.execute("BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            with self._reading.cursor(name=table) as cursor:
                cursor.itersize = AT_ONCE
                yield from cursor.execute(translated(f"SELECT {columns} FROM {table}{order}").encode())
        except psycopg.Error as error:
            raise self._server.unavailable(error) from error

    def add(self, table: str, rows: Sequence[Row]) -> int:
        """Add those that are not there yet."""
        names = [name for name, _ in TABLES[table]]
        statement = translated(
            f"INSERT INTO {table} ({', '.join(names)}) VALUES ({', '.join('?' * len(names))})"
            " ON CONFLICT DO NOTHING"
        )
        with self._server.using(HOURS_S) as connection:
            if table == "calls":
                for month in {month_of(row[STARTED]) for row in rows}:
                    make(connection, month)
            try:
                with connection.transaction(), connection.cursor() as cursor:
                    cursor.executemany(statement.encode(), [[sent(one) for one in row] for row in rows])
                    return int(cursor.rowcount)
            except psycopg.IntegrityError as error:
                raise UnavailableError(f"{table} cannot be written ({error})", "make a new export") from error

    def holds_audit(self) -> bool:
        """Is there an entry in the audit log?"""
        with self._server.using() as connection:
            return connection.execute("SELECT 1 FROM audit LIMIT 1").fetchone() is not None

    def close(self) -> None:
        """Close the server."""
        if self._reading is not None:
            shut(self._reading)
        self._server.close()
