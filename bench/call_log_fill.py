"""Fills a call log in PostgreSQL with the calls of a site, as fast as the server takes them.

The tables are the product's own, a month each. Calls are spread evenly over the time; a few terminals have
most of them, as switchboards and hotlines do: of T terminals the busiest has one call in the square root of
T. Ids are as random as the product's, so that the index of them is as large, and as scattered.
"""

import hashlib
import random
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from psycopg import sql

from offhook.manager.stores.postgresql.months import Month, month_of
from offhook.manager.stores.postgresql.schema import migrate
from offhook.manager.stores.postgresql.server import Connection, Server

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

DAY_S = 86_400.0
FIRST_TERMINAL = 10_000
HOURS_S = 6 * 3600

AT_ONCE = 2
"""Months that are filled at once: the indexes are made of one at a time, and another is written meanwhile."""


@dataclass(frozen=True, slots=True)
class Site:
    """So many calls of so many terminals, in the days until now."""

    calls: int
    terminals: int
    days: float
    now: float

    @property
    def first(self) -> float:
        """When the first call began, in seconds since the epoch."""
        return self.now - self.days * DAY_S

    @property
    def step(self) -> float:
        """Seconds from one call to the next."""
        return self.days * DAY_S / self.calls

    def terminal(self) -> str:
        """One of all, each as likely."""
        return str(FIRST_TERMINAL + random.randrange(self.terminals))

    @property
    def busiest(self) -> str:
        """The terminal with the most calls."""
        return str(FIRST_TERMINAL)

    def call_id(self) -> str:
        """The id of one of the calls."""
        return _id(random.randrange(self.calls))

    def row(self, number: int) -> tuple[str | float | None, ...]:
        """A call, as `fill` makes it in the server."""
        own = str(FIRST_TERMINAL + int(self.terminals * random.random() ** 2))
        other, at = f"+4930{1_000_000 + number % 8_999_993}", self.first + number * self.step
        inbound, missed = number % 2 == 1, number % 20 == 1
        parties = ("Park", other, "Kim", own) if inbound else ("Kim", own, "Park", other)
        return (
            *(_id(number), own, "inbound" if inbound else "outbound", "OnHookState", *parties, at),
            *(None if missed else at + 5, at + 65, "no-answer" if missed else "normal", int(missed)),
        )


def _id(number: int) -> str:
    return hashlib.md5(str(number).encode(), usedforsecurity=False).hexdigest()[:24]


def site(calls: int, terminals: int, days: float) -> Site:
    """The site until now."""
    return Site(calls, terminals, days, time.time())


def fill(server: Server, of: Site, say: Callable[[str], None] = lambda _: None) -> None:
    """Make the tables in an empty database, and all calls; `say` hears how far it is."""
    migrate(server)
    months, month, done = list[tuple[Month, int, int]](), month_of(of.first), 0
    while done < of.calls:
        end = min(of.calls, _begun_before(month.end, of))
        months.append((month, done, end))
        month, done = month.following(), end

    def one(planned: tuple[Month, int, int]) -> None:
        with server.using(HOURS_S) as connection:
            connection.execute("SET statement_timeout = 0; SET lock_timeout = 0")
            _fill(connection, *planned, of)
            connection.execute("RESET statement_timeout; RESET lock_timeout")

    with ThreadPoolExecutor(AT_ONCE) as threads:
        for planned, _ in zip(months, threads.map(one, months), strict=True):
            say(f"{planned[2]:,} calls")


def _begun_before(end: float, of: Site) -> int:
    """So many calls begin before `end`, to the last bit as the server calculates it."""
    count = max(0, round((end - of.first) / of.step) - 1)
    while of.first + count * of.step < end:
        count += 1
    return count


def _fill(connection: Connection, month: Month, begin: int, end: int, of: Site) -> None:
    """Make a month with the calls from `begin` to before `end`: as `months.make` of the product does, but it
    is full before its indexes are made."""
    table, bounds = sql.Identifier(month.table), (sql.Literal(month.first), sql.Literal(month.end))
    with connection.transaction():
        like = sql.SQL("CREATE TABLE {} (LIKE calls INCLUDING DEFAULTS INCLUDING CONSTRAINTS)")
        connection.execute(like.format(table))
        connection.execute(
            sql.SQL(
                f"INSERT INTO {{}} ({COLUMNS})"
                " SELECT left(md5(n::text), 24), own, CASE WHEN inbound THEN 'inbound' ELSE 'outbound' END,"
                " 'OnHookState', CASE WHEN inbound THEN 'Park' ELSE 'Kim' END,"
                " CASE WHEN inbound THEN other ELSE own END,"
                " CASE WHEN inbound THEN 'Kim' ELSE 'Park' END,"
                " CASE WHEN inbound THEN own ELSE other END, at,"
                " CASE WHEN missed = 0 THEN at + 5 END, at + 65,"
                " CASE WHEN missed = 0 THEN 'normal' ELSE 'no-answer' END, missed"
                " FROM (SELECT n, %s::float8 + n * %s::float8 AS at, n %% 2 = 1 AS inbound,"
                " (n %% 20 = 1)::integer AS missed, '+4930' || (1000000 + n %% 8999993) AS other,"
                " (%s + floor(%s * power(random(), 2)))::bigint::text AS own"
                " FROM generate_series(%s::bigint, %s::bigint) AS n OFFSET 0) AS made"
            ).format(table),
            [of.first, of.step, FIRST_TERMINAL, of.terminals, begin, end - 1],
        )
        attach = sql.SQL("ALTER TABLE calls ATTACH PARTITION {} FOR VALUES FROM ({}) TO ({})")
        connection.execute(attach.format(table, *bounds))
    connection.execute(sql.SQL("VACUUM (FREEZE, ANALYZE) {}").format(table))
