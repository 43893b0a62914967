"""Pages of the call log in PostgreSQL, such that one costs as much in a log of years as in a new one.

A page is looked for in the latest months first, then in some older ones, at last in all that are older: of
each month the server reads several indexes. Where it has to be told the way anyway, it plans only once: for
all months that takes longer than reading a page.
"""

from collections.abc import Callable, Collection, Iterator
from math import inf
from operator import itemgetter
from typing import Any, NamedTuple

import psycopg

from offhook.manager.stores.callrows import COLUMNS, NAMES
from offhook.manager.stores.postgresql.months import month_of
from offhook.manager.stores.postgresql.server import Connection
from offhook.manager.stores.postgresql.tables import sent

STARTED = NAMES.index("started")

MONTHS = (2, 6)
"""So many are asked for at a time, then all that are older. Of the first two at least one is whole."""

MISSED = {False: "", True: " AND missed = 1"}
"""The condition for a page of missed calls, or of all."""

AT_ONCE = 64
"""Blocks that the server wants of its disk at a time: each call of a terminal is in a block of its own."""

PLANNED_ONCE = "SET LOCAL plan_cache_mode = force_generic_plan; SET LOCAL enable_seqscan = off; "
"""Has the server plan a prepared question once, for any values."""

IN_ORDER = f"{PLANNED_ONCE}SET LOCAL enable_bitmapscan = off; "
"""Has it take the latest from the index, which has them in order, and not all that a terminal has."""

TOGETHER = (
    f"{PLANNED_ONCE}SET LOCAL enable_indexscan = off;"
    f" SELECT set_config('effective_io_concurrency', '{AT_ONCE}', true)"
    " WHERE current_setting('effective_io_concurrency') <> '0'; "
)
"""Has it look up in the index where all of them are, and read them together then, not one after the other. 0
stands where its system reads nothing ahead."""


class Wanted(NamedTuple):
    """What a page is of: see `CallLog.query`."""

    terminals: Collection[str] | None = None
    call_id: str | None = None
    before: float | None = None
    missed: bool = False


class Span(NamedTuple):
    """Calls that began at `since` or later and before `until`, in seconds since the epoch."""

    since: float
    until: float


class Prepared(NamedTuple):
    """A question that a connection keeps, the types of its values, and how the server is told the way."""

    name: str
    types: str
    text: str
    way: str


class Question(NamedTuple):
    """A question, or one that is prepared, and its values."""

    text: str | Prepared
    values: list[object]


def spans(before: float | None, now: float) -> Iterator[Span]:
    """Where a page is looked for, the latest first: together all calls that began before `before`."""
    until = inf if before is None else before
    month = month_of(max(0.0, min(now, until)))
    for count in MONTHS:
        for _ in range(count - 1):
            month = month.preceding()
        yield Span(month.first, until)
        until = min(until, month.first)
        month = month.preceding()
    yield Span(-inf, until)


def asked(wanted: Wanted, span: Span, limit: int) -> Question:
    """The question for what a span has of a page: the rows, or of terminals which ones they are."""
    names = None if wanted.terminals is None else sorted({sent(one) for one in wanted.terminals})
    if wanted.call_id is not None:
        return Question(BY_ID[wanted.missed], [sent(wanted.call_id), names, *span, limit])
    if names is not None:
        return Question(NEWEST[wanted.missed], [names, *span, limit])
    # Not prepared: the server has to know for which months it plans, and how few it shows.
    return Question(
        f"SELECT {COLUMNS} FROM calls WHERE started >= %s AND started < %s{MISSED[wanted.missed]}"
        " ORDER BY started DESC LIMIT %s",
        [*span, limit],
    )


def whole(wanted: Wanted, newest: list[tuple[Any, ...]]) -> Question:
    """The question for the rows of what `NEWEST` has found; more, where some began at once."""
    began = [started for _, started in newest]
    return Question(WHOLE[wanted.missed], [sorted({one for one, _ in newest}), min(began), max(began)])


def answer(connection: Connection, question: Question, explain: str = "") -> list[tuple[Any, ...]]:
    """The rows that answer it; with `explain`, "EXPLAIN ", how they are found. Raises `psycopg.Error`."""
    text, values = question
    if isinstance(text, str):
        return connection.execute(f"{explain}{text}".encode(), values, prepare=False).fetchall()
    places = ", ".join(["%s"] * len(values))
    steps = f"{text.way}{explain}EXECUTE {text.name}({places})".encode()
    with psycopg.ClientCursor(connection) as cursor:  # it alone takes several statements, as a transaction
        try:
            cursor.execute(steps, values)
        except psycopg.errors.InvalidSqlStatementName:
            connection.execute(f"PREPARE {text.name}({text.types}) AS {text.text}".encode())
            cursor.execute(steps, values)
        while cursor.nextset():
            pass
        return cursor.fetchall()


def read(
    connection: Connection,
    wanted: Wanted,
    now: float,
    limit: int,
    answered: Callable[[Connection, Question], list[tuple[Any, ...]]] = answer,
) -> list[tuple[Any, ...]]:
    """The rows of a page, newest first. Raises `psycopg.Error`."""
    rows = list[tuple[Any, ...]]()
    if wanted.terminals is not None and not wanted.terminals:
        return rows
    for span in spans(wanted.before, now):
        question = asked(wanted, span, limit - len(rows))
        found = answered(connection, question)
        if found and question.text is NEWEST[wanted.missed]:
            found = answered(connection, whole(wanted, found))
            found.sort(key=itemgetter(STARTED), reverse=True)
        rows += found[: limit - len(rows)]
        if len(rows) >= limit or (rows and wanted.call_id is not None):
            break
    return rows


BY_ID = {
    missed: Prepared(
        f"call_by_id_{int(missed)}",
        "text, text[], float8, float8, bigint",
        f"SELECT {COLUMNS} FROM calls WHERE id = $1 AND ($2 IS NULL OR terminal = ANY($2))"
        f" AND started >= $3 AND started < $4{condition} ORDER BY started DESC LIMIT $5",
        PLANNED_ONCE,
    )
    for missed, condition in MISSED.items()
}

NEWEST = {
    missed: Prepared(
        f"newest_calls_{int(missed)}",
        "text[], float8, float8, bigint",
        "SELECT latest.terminal, latest.started FROM unnest($1) AS wanted (wanted) CROSS JOIN LATERAL"
        " (SELECT terminal, started FROM calls WHERE terminal = wanted AND started >= $2 AND started < $3"
        f"{condition} ORDER BY started DESC LIMIT $4) AS latest ORDER BY started DESC LIMIT $4",
        IN_ORDER,
    )
    for missed, condition in MISSED.items()
}
"""Each terminal has its own latest calls looked up: read by time, the calls of all others would have to be
passed over. The index alone tells when they began, so of the table itself no more is read than is shown."""

WHOLE = {
    missed: Prepared(
        f"whole_calls_{int(missed)}",
        "text[], float8, float8",
        f"SELECT {COLUMNS} FROM calls WHERE terminal = ANY($1) AND started BETWEEN $2 AND $3{condition}",
        TOGETHER,
    )
    for missed, condition in MISSED.items()
}
