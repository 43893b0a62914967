"""What a store needs of a database, so that one set of statements does for SQLite and for PostgreSQL.

Statements are in the SQL that both have, with `?` for each value. What is a flag is an integer, 0 or 1.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from typing import Any, Protocol


class TakenError(Exception):
    """There is such a row already, or the row that it would belong to is missing. Nothing was written."""


class Answer(Protocol):
    """The rows that a statement gives, and how many it has changed."""

    @property
    def rowcount(self) -> int:
        """Rows that were changed."""
        ...

    def fetchone(self) -> Any:
        """The next row; None after the last."""
        ...

    def fetchall(self) -> list[Any]:
        """All that are left."""
        ...

    def __iter__(self) -> Iterator[Any]:
        """Row by row."""
        ...


class Statements(Protocol):
    """A transaction that is open."""

    def execute(self, statement: str, values: Sequence[Any] = (), /) -> Answer:
        """Raises `TakenError`; every other error ends the transaction as `UnavailableError`."""
        ...

    def executemany(self, statement: str, rows: Iterable[Sequence[Any]], /) -> None:
        """The statement for each row. Raises as `execute`."""
        ...


class Tables(Protocol):
    """Some tables of a database. Every method may be called from any thread, and may block."""

    def read(self, question: str, *values: object) -> Sequence[Any]:
        """The rows that answer a question. Raises `UnavailableError`."""
        ...

    def transaction(self, about: str = "") -> AbstractContextManager[Statements]:
        """All that is written within, or nothing of it. Raises `UnavailableError`.

        Nobody else, here or in another process, is in a transaction about the same meanwhile.
        """
        ...

    def changes(self) -> int:
        """A number that changes with every transaction of another process."""
        ...

    def close(self) -> None:
        """Close it, once whoever is using it is done."""
        ...
