"""A page of the call log of a year, in SQLite and in PostgreSQL. The baseline asks the server for nothing."""

import random
import re
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from time import perf_counter
from typing import TypedDict

from psycopg import sql

from bench.report import Aim, Table, percentile
from offhook.manager.ports import CallLog
from offhook.manager.stores.calllog import SqliteCallLog
from offhook.manager.stores.postgresql.calllog import PostgresCallLog, asked
from offhook.manager.stores.postgresql.months import Month, month_of
from offhook.manager.stores.postgresql.schema import migrate
from offhook.manager.stores.postgresql.server import Connection, Server
from tests.long import times
from tests.manager.stores.postgres import Postgres

CALLS = times(1_000_000, 20_000_000)
TERMINALS = 2000
YEAR_S = 365 * 86_400.0
ROUNDS = 200
AIM_MS = 20.0

COLUMNS = (
    "id, terminal, direction, state, caller_name, caller, callee_name, callee, started, connected, ended,"
    " cause, missed"
)

FILLING = {
    "wal_level": "minimal",  # what is written into a table of the same transaction needs no WAL then
    "max_wal_senders": "0",
    "maintenance_work_mem": "256MB",
    "max_wal_size": "1GB",
}
"""What the server has besides, to be filled soon; nothing of it is used by who reads a page."""


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
    first = time.time() - YEAR_S
    pages = pages_of(first, calls)
    rows: list[tuple[str, tuple[float | None, ...]]] = []
    worst = 0.0
    with postgresql(calls, first) as (log, server):
        took = timed(lambda: nothing(server))
        rows.append(("PostgreSQL: SELECT 1", _percentiles(took)))
        for name, page in pages.items():
            took = timed_pages(log, page)
            worst = max(worst, percentile(took, 50) * 1000)
            rows.append((f"PostgreSQL: {name}", _percentiles(took)))
        read, months, indexed = tables_of_a_page(server, first)
    with _sqlite(calls, first) as file:
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


def pages_of(first: float, calls: int) -> Pages:
    def terminal() -> str:
        return str(4000 + random.randrange(TERMINALS))

    middle = first + YEAR_S / 2
    return {
        "latest of all": lambda: {},
        "half a year ago": lambda: {"before": middle + random.random()},
        "of a terminal": lambda: {"terminals": [terminal()]},
        "of ten terminals": lambda: {"terminals": [terminal() for _ in range(10)]},
        "missed of a terminal": lambda: {"terminals": [terminal()], "missed": True},
        "by its id": lambda: {"call_id": f"c{random.randrange(calls)}"},
    }


@contextmanager
def postgresql(
    calls: int, first: float, say: Callable[[str], None] = lambda _: None
) -> Iterator[tuple[PostgresCallLog, Server]]:
    """A server of its own with so many calls of the year from `first` on; `say` hears how far it is."""
    with (
        Postgres(settings=FILLING) as running,
        running.database() as address,
        closing(Server(address)) as server,
    ):
        migrate(server)
        with server.using(6 * 3600) as connection:
            connection.execute("SET statement_timeout = 0")
            month, step, done = month_of(first), YEAR_S / calls, 0
            while done < calls:
                end = min(calls, _begun_before(month.end, first, step))
                _fill(connection, month, first, step, done, end)
                say(f"{end:,} calls")
                month, done = month.following(), end
            connection.execute("RESET statement_timeout")
        with closing(PostgresCallLog(server, keep_days=None)) as log:
            yield log, server


def _begun_before(end: float, first: float, step: float) -> int:
    """So many calls begin before `end`, to the last bit as the server calculates it."""
    count = max(0, round((end - first) / step) - 1)
    while first + count * step < end:
        count += 1
    return count


def _fill(connection: Connection, month: Month, first: float, step: float, begin: int, end: int) -> None:
    """Make a month with the calls from `begin` to before `end`: as `months.make` of the product does, but it
    is full before its indexes are made."""
    table, bounds = sql.Identifier(month.table), (sql.Literal(month.first), sql.Literal(month.end))
    with connection.transaction():
        like = sql.SQL("CREATE TABLE {} (LIKE calls INCLUDING DEFAULTS INCLUDING CONSTRAINTS)")
        connection.execute(like.format(table))
        connection.execute(
            sql.SQL(
                f"INSERT INTO {{}} ({COLUMNS})"
                f" SELECT 'c' || n, (4000 + (n * 7919) %% {TERMINALS})::text,"
                " CASE WHEN n %% 2 = 0 THEN 'outbound' ELSE 'inbound' END, 'OnHookState', 'Kim', '4000',"
                " 'Lee', '4001', at, at + 5, at + 65, 'normal', CASE WHEN n %% 20 = 1 THEN 1 ELSE 0 END"
                " FROM (SELECT n, %s::float8 + n * %s::float8 AS at"
                " FROM generate_series(%s::bigint, %s::bigint) AS n) AS made"
            ).format(table),
            [first, step, begin, end - 1],
        )
        attach = sql.SQL("ALTER TABLE calls ATTACH PARTITION {} FOR VALUES FROM ({}) TO ({})")
        connection.execute(attach.format(table, *bounds))
    connection.execute(sql.SQL("VACUUM (FREEZE, ANALYZE) {}").format(table))


@contextmanager
def _sqlite(calls: int, first: float) -> Iterator[SqliteCallLog]:
    with tempfile.TemporaryDirectory(prefix="offhook-bench-") as folder:
        file = Path(folder) / "calls.sqlite"
        SqliteCallLog(file, keep_days=None).close()
        step = YEAR_S / calls
        with closing(sqlite3.connect(file)) as database, database:
            database.executemany(
                f"INSERT INTO calls ({COLUMNS}) VALUES ({', '.join('?' * 13)})",
                (
                    (
                        *(f"c{n}", str(4000 + (n * 7919) % TERMINALS), "inbound" if n % 2 else "outbound"),
                        *("OnHookState", "Kim", "4000", "Lee", "4001"),
                        *(
                            first + n * step,
                            first + n * step + 5,
                            first + n * step + 65,
                            "normal",
                            int(n % 20 == 1),
                        ),
                    )
                    for n in range(calls)
                ),
            )
        with closing(SqliteCallLog(file, keep_days=None)) as log:
            yield log


def nothing(server: Server) -> None:
    with server.using() as connection:
        connection.execute("SELECT 1").fetchone()


def tables_of_a_page(server: Server, first: float) -> tuple[int, int, bool]:
    """For how many months a page of two terminals is planned, of how many; are all read by an index?"""
    before = first + YEAR_S / 2
    question, values = asked(["4000", "4001"], None, before, 50, missed=False)
    with server.using() as connection:
        plan = "\n".join(
            row[0] for row in connection.execute(f"EXPLAIN {question}".encode(), values, prepare=False)
        )
        months = connection.execute(
            "SELECT count(*) FROM pg_inherits WHERE inhparent = 'calls'::regclass"
        ).fetchone()
    read = len(set(re.findall(r" on (calls_\d{4}_\d\d) ", plan)))
    return read, months[0] if months else 0, "Seq Scan" not in plan


def timed_pages(log: CallLog, page: Callable[[], Asked]) -> list[float]:
    """Seconds of each."""
    return timed(lambda: log.query(**page()))


def blocks_of_a_page(server: Server, page: Callable[[], Asked]) -> int:
    """How many blocks of 8 KiB of tables and indexes PostgreSQL looks at for one, planning left out."""
    by = page()
    question, values = asked(
        by.get("terminals"), by.get("call_id"), by.get("before"), 50, missed=by.get("missed", False)
    )
    explain = f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {question}"
    with server.using() as connection:
        row = connection.execute(explain.encode(), values, prepare=False).fetchone()
    plan = row[0][0]["Plan"] if row else {}
    return int(plan["Shared Hit Blocks"] + plan["Shared Read Blocks"])


def timed(ask: Callable[[], object]) -> list[float]:
    took = []
    for _ in range(ROUNDS):
        begun = perf_counter()
        ask()
        took.append(perf_counter() - begun)
    return took


def _percentiles(took: list[float]) -> tuple[float, ...]:
    return tuple(percentile(took, one) * 1000 for one in (10, 50, 99))
