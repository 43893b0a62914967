"""The call log's partitions, one for each month (UTC): an old month goes without a trace, and a page is read
from the months that it is of."""

from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from psycopg import sql

from offhook.manager.stores.postgresql.server import Connection
from offhook.manager.stores.postgresql.tables import Area

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Month(NamedTuple):
    """The table, its first second since the epoch, and the first one after it."""

    table: str
    first: float
    end: float

    def following(self) -> "Month":
        """The next one."""
        return month_of(self.end)

    def preceding(self) -> "Month":
        """The one before."""
        return month_of(self.first - 1)


def month_of(seconds: float) -> Month:
    """The month of this time."""
    when = EPOCH + timedelta(seconds=seconds)  # Windows asks its clock for no time before it
    return _month(when.year, when.month)


def months_ahead(now: float, count: int) -> list[Month]:
    """This month and so many more."""
    found = [month_of(now)]
    while len(found) <= count:
        found.append(found[-1].following())
    return found


def make(connection: Connection, month: Month) -> None:
    """Make the table if it is missing. Neither who reads nor who writes has to wait for it."""
    with connection.transaction():
        connection.execute("SELECT pg_advisory_xact_lock(%s, 1)", (Area.SCHEMA,))
        if connection.execute("SELECT to_regclass(%s)", (month.table,)).fetchone() != (None,):
            return
        table = sql.Identifier(month.table)
        connection.execute(
            sql.SQL("CREATE TABLE {} (LIKE calls INCLUDING DEFAULTS INCLUDING CONSTRAINTS)").format(table)
        )
        connection.execute(
            sql.SQL("ALTER TABLE calls ATTACH PARTITION {} FOR VALUES FROM ({}) TO ({})").format(
                table, sql.Literal(month.first), sql.Literal(month.end)
            )
        )


def drop_empty(connection: Connection, before: float) -> list[str]:
    """Drop the months that are over before this time and hold no call any more; their tables."""
    tables = connection.execute(
        "SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = 'calls'::regclass ORDER BY 1"
    ).fetchall()
    dropped = []
    for (name,) in tables:
        table = sql.Identifier(name)
        empty = sql.SQL("SELECT NOT EXISTS (SELECT FROM {})").format(table)
        if _of(name).end > before or connection.execute(empty).fetchone() != (True,):
            continue
        with connection.transaction():
            connection.execute("LOCK TABLE calls IN ACCESS EXCLUSIVE MODE")  # for some milliseconds
            if connection.execute(empty).fetchone() == (True,):
                connection.execute(sql.SQL("DROP TABLE {}").format(table))
                dropped.append(name)
    return dropped


def _of(table: str) -> Month:
    _, year, month = table.split("_")
    return _month(int(year), int(month))


def _month(year: int, month: int) -> Month:
    first = datetime(year, month, 1, tzinfo=UTC)
    end = datetime(year + month // 12, month % 12 + 1, 1, tzinfo=UTC)
    return Month(f"calls_{year:04}_{month:02}", first.timestamp(), end.timestamp())
