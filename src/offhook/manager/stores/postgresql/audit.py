"""`AuditLog` in PostgreSQL."""

import logging
import time
from collections.abc import Iterator, Sequence
from dataclasses import astuple, fields

from offhook.common.clock import Clock, SettledClock
from offhook.common.quiet import Pace
from offhook.errors import UnavailableError
from offhook.manager.audit import OK, Entry
from offhook.manager.stores.audit import QueuedAuditLog
from offhook.manager.stores.auditfiles import DAY_S, KEEP_DAYS, MAX_BYTES
from offhook.manager.stores.postgresql.server import Server
from offhook.manager.stores.postgresql.tables import sent, translated

logger = logging.getLogger(__name__)

NAMES = ", ".join(one.name for one in fields(Entry))
WRITE = translated(f"INSERT INTO audit ({NAMES}) VALUES ({', '.join('?' * len(fields(Entry)))})")

ENTRY = 200
"""Bytes of an entry with its part of the indexes, about: what `max_bytes` is counted in."""

PRUNE_EVERY_S = 3600.0

AT_ONCE = 50_000
"""Entries removed at once: some tenths of a second."""

PAGE = 1000
"""Entries that are read at once."""


class PostgresAuditLog(QueuedAuditLog):
    """The audit log in a database that has our tables. `own`: the server is closed with it.

    Entries of `keep_days` ago are removed, the oldest first and not by a clock that is wrong for an hour;
    above `max_bytes` first what strangers have caused.
    """

    def __init__(
        self,
        server: Server,
        *,
        keep_days: float = KEEP_DAYS,
        max_bytes: int = MAX_BYTES,
        node: str = "",
        clock: Clock = time.time,
        steady: Clock = time.monotonic,
        own: bool = False,
    ) -> None:
        self._server, self._own = server, own
        self._keep_days, self._most = keep_days, max_bytes // ENTRY
        self._settled = SettledClock(clock, steady)
        self._next_prune = steady() + PRUNE_EVERY_S
        super().__init__(self._insert, UnavailableError, node=node, clock=clock, steady=steady)

    def close(self) -> None:
        """Write what is pending."""
        super().close()
        if self._own:
            self._server.close()

    def _insert(self, entries: Sequence[Entry], pace: Pace) -> int:
        pace.moment()
        rows = [[sent(value) for value in astuple(one)] for one in entries]
        with (
            self._server.using(insist=True) as connection,
            connection.transaction(),
            connection.cursor() as cursor,
        ):
            cursor.executemany(WRITE, rows)
        if self._steady() >= self._next_prune:
            self._next_prune = self._steady() + PRUNE_EVERY_S
            self._prune()
        return len(entries)

    def _prune(self) -> None:
        try:
            if self._settled.settled:
                self._remove("time < %s", self._settled.now() - self._keep_days * DAY_S, AT_ONCE)
            with self._server.using() as connection:
                row = connection.execute("SELECT count(*) FROM audit").fetchone()
            over = (row[0] if row else 0) - self._most
            if over > 0:
                over -= self._remove("result <> %s", OK, over)
            if over > 0:
                logger.error(
                    "the audit log is larger than auth.audit_mb allows; its oldest entries are removed"
                )
                self._remove("line > %s", 0, over)
        except UnavailableError as error:
            logger.warning("old entries of the audit log are not removed yet: %s", error)

    def _remove(self, condition: str, value: object, count: int) -> int:
        """Remove the oldest so many of which the condition holds; how many they were."""
        statement = (
            "DELETE FROM audit WHERE line IN"
            f" (SELECT line FROM audit WHERE {condition} ORDER BY line LIMIT %s)"
        )
        with self._server.using() as connection:
            return int(connection.execute(statement.encode(), (value, min(count, AT_ONCE))).rowcount)


def read_audit(server: Server) -> Iterator[Entry]:
    """Every entry, oldest first, page by page: those that are written meanwhile as well. Raises
    `UnavailableError`."""
    last, question = 0, translated(f"SELECT line, {NAMES} FROM audit WHERE line > ? ORDER BY line LIMIT ?")
    while True:
        with server.using() as connection:
            rows = connection.execute(question.encode(), (last, PAGE)).fetchall()
        for line, *values in rows:
            last = line
            yield Entry(*values)
        if len(rows) < PAGE:
            return
