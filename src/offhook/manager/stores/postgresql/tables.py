"""`Tables` in PostgreSQL."""

import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from enum import IntEnum
from functools import lru_cache
from typing import Any

import psycopg

from offhook.manager.stores.postgresql.server import Connection, Server
from offhook.manager.stores.tables import Statements, TakenError


class Area(IntEnum):
    """Tables that belong together: the first half of the advisory locks on them."""

    SCHEMA = 0x0FF0_0000
    CALLS = 0x0FF0_0001
    USERS = 0x0FF0_0002
    PHONES = 0x0FF0_0003
    OUTBOX = 0x0FF0_0004
    TERMINALS = 0x0FF0_0005
    AUDIT = 0x0FF0_0006


class PostgresTables:
    """The tables of an area. `counted`: whoever changes them counts that up, for `changes`. `own`: the server
    is closed with them."""

    def __init__(self, server: Server, area: Area, *, counted: bool = False, own: bool = False) -> None:
        self._server, self._area, self._counted, self._own = server, area, counted, own

    def read(self, question: str, *values: object) -> Sequence[Any]:
        """The rows that answer a question. Raises `UnavailableError`."""
        with self._server.using() as connection:
            return list(_Statements(connection, self._server).execute(question, values).fetchall())

    @contextmanager
    def transaction(self, about: str = "") -> Iterator[Statements]:
        """All that is written within, or nothing of it; alone with what it is about."""
        with self._server.using() as connection, connection.transaction():
            connection.execute("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", (self._area, sent(about)))
            yield _Statements(connection, self._server)
            if self._counted:
                connection.execute(
                    "INSERT INTO changes VALUES (%s, 1)"
                    " ON CONFLICT (area) DO UPDATE SET number = changes.number + 1",
                    (self._area,),
                )

    def changes(self) -> int:
        """A number that changes with every transaction, this process's own as well."""
        rows = self.read("SELECT number FROM changes WHERE area = ?", self._area)
        return int(rows[0][0]) if rows else 0

    def close(self) -> None:
        """Close the server, if that is its own."""
        if self._own:
            self._server.close()


class _Statements:
    def __init__(self, connection: Connection, server: Server) -> None:
        self._connection, self._server = connection, server

    def execute(self, statement: str, values: Sequence[Any] = (), /) -> psycopg.Cursor[tuple[Any, ...]]:
        try:
            return self._connection.execute(translated(statement), [sent(one) for one in values])
        except psycopg.IntegrityError as error:
            raise TakenError(str(error)) from error
        except psycopg.Error as error:
            raise self._server.unavailable(error) from error

    def executemany(self, statement: str, rows: Iterable[Sequence[Any]], /) -> None:
        try:
            with self._connection.cursor() as cursor:
                cursor.executemany(translated(statement), [[sent(one) for one in row] for row in rows])
        except psycopg.IntegrityError as error:
            raise TakenError(str(error)) from error
        except psycopg.Error as error:
            raise self._server.unavailable(error) from error


@lru_cache(maxsize=256)
def translated(statement: str) -> str:
    """A statement of the stores as PostgreSQL takes it. There `user` is a function, unless it is quoted."""
    ours = re.sub(r"CAST\((\w+) AS BLOB\)", r"convert_to(\1, 'UTF8')", statement.replace("?", "%s"))
    return re.sub(r"\buser\b", '"user"', ours)


def sent(value: Any) -> Any:
    """The value: a flag as the number that it is kept as, a text without what PostgreSQL takes none with, NUL
    and half characters."""
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, str):
        text = value if value.isascii() else value.encode(errors="replace").decode()
        return text.replace("\0", "\N{REPLACEMENT CHARACTER}")
    return value
