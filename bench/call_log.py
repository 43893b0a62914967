"""A page of the call log of a year, in SQLite and in PostgreSQL. The baseline asks the server for nothing."""

import random
import re
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from time import perf_counter
from typing import Any, TypedDict

from bench.call_log_fill import COLUMNS, DAY_S, FILLING, Site, fill, site
from bench.report import Aim, Table, percentile
from offhook.manager.ports import CallLog
from offhook.manager.stores.calllog import SqliteCallLog
from offhook.manager.stores.postgresql.calllog import PostgresCallLog
from offhook.manager.stores.postgresql.callpages import Question, Wanted, answer, asked, read, spans
from offhook.manager.stores.postgresql.server import Connection, Server
from tests.long import times
from tests.manager.stores.postgres import Postgres

CALLS = times(1_000_000, 20_000_000)
TERMINALS = 2000
DAYS = 365.0
ROUNDS = 200
PAGE = 50
AIM_MS = 20.0


class Asked(TypedDict, total=False):
    """What a page is asked for by, as `CallLog.query` takes it."""

    terminals: list[str]
    call_id: str
    before: float
    missed: bool


Pages = dict[str, Callable[[], Asked]]
"""By name; each time another one of its kind."""


def measure(quick: bool) -> Table:
    """Milliseconds a page, of the whole site, of one terminal, of ten, and so on."""
    calls = 20_000 if quick else CALLS
    of = site(calls, TERMINALS, DAYS)
    pages = pages_of(of)
    rows: list[tuple[str, tuple[float | None, ...]]] = []
    worst = 0.0
    with postgresql(of) as (log, server):
        took = timed(lambda: nothing(server))
        rows.append(("PostgreSQL: SELECT 1", _percentiles(took)))
        for name, page in pages.items():
            took = timed_pages(log, page)
            worst = max(worst, percentile(took, 50) * 1000)
            rows.append((f"PostgreSQL: {name}", _percentiles(took)))
        read, months, indexed = tables_of_a_page(server, of.now - DAYS / 2 * DAY_S)
    with _sqlite(of) as file:
        for name, page in pages.items():
            rows.append((f"SQLite: {name}", _percentiles(timed_pages(file, page))))
    return Table(
        f"A page of 50 of {calls:,} calls in a year, {TERMINALS} terminals (ms)",
        ("p10", "p50", "p99"),
        tuple(rows),
        "PostgreSQL: SELECT 1",
        (
            Aim(f"PostgreSQL's slowest page at p50 within {AIM_MS:.0f} ms", worst <= AIM_MS),
            Aim(f"a page of half a year ago is planned for {read} of {months} months, by indexes", indexed),
        ),
        (f"every page of {ROUNDS} is of another terminal or time",),
    )


def pages_of(of: Site) -> Pages:
    """What is asked for."""
    middle = of.now - of.days / 2 * DAY_S
    return {
        "latest of all": lambda: {},
        "half a year ago": lambda: {"before": middle + random.random()},
        "of a terminal": lambda: {"terminals": [of.terminal()]},
        "of ten terminals": lambda: {"terminals": [of.terminal() for _ in range(10)]},
        "missed of a terminal": lambda: {"terminals": [of.terminal()], "missed": True},
        "by its id": lambda: {"call_id": of.call_id()},
    }


@contextmanager
def postgresql(of: Site) -> Iterator[tuple[PostgresCallLog, Server]]:
    """A server of its own with the calls of a site."""
    with (
        Postgres(settings=FILLING) as running,
        running.database() as address,
        closing(Server(address)) as server,
    ):
        fill(server, of)
        with closing(PostgresCallLog(server, keep_days=None)) as log:
            yield log, server


@contextmanager
def _sqlite(of: Site) -> Iterator[SqliteCallLog]:
    with tempfile.TemporaryDirectory(prefix="offhook-bench-") as folder:
        file = Path(folder) / "calls.sqlite"
        SqliteCallLog(file, keep_days=None).close()
        with closing(sqlite3.connect(file)) as database, database:
            database.executemany(
                f"INSERT INTO calls ({COLUMNS}) VALUES ({', '.join('?' * 13)})", map(of.row, range(of.calls))
            )
        with closing(SqliteCallLog(file, keep_days=None)) as log:
            yield log


def nothing(server: Server) -> None:
    with server.using() as connection:
        connection.execute("SELECT 1").fetchone()


def tables_of_a_page(server: Server, before: float) -> tuple[int, int, bool]:
    """For how many months a full page of two terminals is planned, of how many; are all read by an index?"""
    wanted = Wanted(["4000", "4001"], before=before)
    question = asked(wanted, next(spans(before, before)), PAGE)
    with server.using() as connection:
        plan = "\n".join(row[0] for row in answer(connection, question, "EXPLAIN "))
        months = connection.execute(
            "SELECT count(*) FROM pg_inherits WHERE inhparent = 'calls'::regclass"
        ).fetchone()
    planned = len(set(re.findall(r" on (calls_\d{4}_\d\d) ", plan)))
    return planned, months[0] if months else 0, "Seq Scan" not in plan


def timed_pages(log: CallLog, page: Callable[[], Asked]) -> list[float]:
    """Seconds of each."""
    return timed(lambda: log.query(**page()))


def blocks_of_a_page(server: Server, page: Asked, now: float) -> int:
    """How many blocks of 8 KiB of tables and indexes PostgreSQL looks at for one, planning left out."""
    blocks = 0

    def counted(connection: Connection, question: Question) -> list[tuple[Any, ...]]:
        nonlocal blocks
        ((said,),) = answer(connection, question, "EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) ")
        blocks += int(said[0]["Plan"]["Shared Hit Blocks"] + said[0]["Plan"]["Shared Read Blocks"])
        return answer(connection, question)

    with server.using() as connection:
        read(connection, Wanted(**page), now, PAGE, counted)
    return blocks


def timed(ask: Callable[[], object]) -> list[float]:
    took = []
    for _ in range(ROUNDS):
        begun = perf_counter()
        ask()
        took.append(perf_counter() - begun)
    return took


def _percentiles(took: list[float]) -> tuple[float, ...]:
    return tuple(percentile(took, one) * 1000 for one in (10, 50, 99))
