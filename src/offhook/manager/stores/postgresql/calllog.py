"""`CallLog` in PostgreSQL, written by a background thread: calls wait in memory while the server is away."""

import logging
import threading
import time
from collections.abc import Callable, Collection
from contextlib import suppress

import psycopg

from offhook.call import Call, CallState, Cause
from offhook.common.clock import Clock, SettledClock
from offhook.common.quiet import Pace
from offhook.errors import UnavailableError
from offhook.manager.stores.callrows import COLUMNS, NAMES, UNANSWERED, UPDATED, call_of, row_of
from offhook.manager.stores.pendingcalls import Batch, RecordsLater, with_waiting
from offhook.manager.stores.postgresql.callpages import Wanted, read
from offhook.manager.stores.postgresql.months import drop_empty, make, month_of, months_ahead
from offhook.manager.stores.postgresql.server import Connection, Server
from offhook.manager.stores.postgresql.tables import sent, translated
from offhook.manager.stores.writer import LogWriter

logger = logging.getLogger(__name__)

DAY_S = 86_400.0

TEND_EVERY_S = 3600.0
"""How often old calls are removed, each time at most the oldest day of them, and months are made ahead: so a
clock that is wrong for a day cannot cost the whole log."""

LATEST_S = 0.1
"""So long what is new waits at most: where one Call Manager takes over from another, calls have gone on, and
little is to be missing of what the first has seen."""

AHEAD = 2
"""Months that are made before they begin: a server that takes no new table for some weeks costs no call."""

TEND_S = 600.0
"""How long removing a day of calls may take: a quarter of a million take some seconds."""

WRITE = (
    f"INSERT INTO calls ({COLUMNS}, node) VALUES ({', '.join('?' * (len(NAMES) + 1))})"
    " ON CONFLICT (id, started) DO UPDATE SET"
    f" {', '.join(f'{name} = excluded.{name}' for name in (*UPDATED, 'node'))}"
    f" WHERE calls.ended IS NULL OR calls.cause = '{Cause.FAILURE.value}' OR excluded.ended IS NOT NULL"
)
"""Of several nodes that tell of a call one may be late, and its value older than what is there. A call
that a node has closed as failed goes on, if another one has it still."""

REPEATED = (
    b"DELETE FROM calls WHERE (id, started) IN (SELECT id, started FROM calls WHERE ended IS NULL"
    b" AND id = ANY(%s) AND (id, started) NOT IN (SELECT * FROM unnest(%s::text[], %s::float8[]))"
    b" ORDER BY id, started FOR UPDATE)"
)
"""Of calls that have ended: what a node wrote that saw them begin at another time, as it was cut off from the
others. They find such a call only when they take over, and about when it began."""

WRITE_MISSED = (
    "INSERT INTO missed VALUES (?, ?, ?)"
    " ON CONFLICT (terminal) DO UPDATE SET count = excluded.count, changed = excluded.changed"
)

SIGN = "greatest(started, coalesce(connected, 0), coalesce(ended, 0))"
LATEST = "SELECT started FROM calls WHERE started <= ? ORDER BY started DESC LIMIT 1"
LAST_SIGN_OF_LIFE = (
    f"SELECT greatest((SELECT max({SIGN}) FROM calls WHERE ended IS NULL AND node = ? AND {SIGN} <= ?),"
    f" (SELECT max({SIGN}) FROM calls WHERE started > ? AND started <= ? AND {SIGN} <= ?))"
)
"""Of the last day that has calls, which is asked for before: a time that the planner does not know would have
it read the whole log. Times in the future were written under a wrong clock: they are ignored."""


class PostgresCallLog(RecordsLater):
    """The call log in a database that has our tables. `node` is this Call Manager among those that share it.

    `acts` tells whether this Call Manager acts for a terminal now, of several that see all its calls and
    share the log. That one writes each change, so that a live call is of its node; the others write that a
    call has ended, in case that its node has died before it did.

    No second one of this name may use it: see `offhook.manager.stores.postgresql.node`. `keep_days` is how
    long ended calls are kept, None for ever. `orphans` is how many calls of this node were live when its
    previous process died; they are closed with the cause `failure` at that process's last sign of life.
    Raises `UnavailableError`.
    """

    def __init__(
        self,
        server: Server,
        *,
        node: str = "",
        acts: Callable[[str], bool] = lambda _terminal: True,
        keep_days: float | None = 400,
        clock: Clock = time.time,
        steady: Clock = time.monotonic,
    ) -> None:
        super().__init__()
        self._server, self._node, self._keep_days = server, node, keep_days
        self._acts = acts
        self._clock, self._steady = clock, steady
        self._settled = SettledClock(clock, steady)
        self._writing = threading.Lock()
        self._made: set[str] = set()
        self._next_tending = steady() + TEND_EVERY_S
        with server.using() as connection:
            self._make_months_ahead(connection)
            self.orphans = self._close_orphans(connection)
        self._writer = LogWriter(
            "call log", self._write_and_prune, UnavailableError, every_s=TEND_EVERY_S, latest_s=LATEST_S
        )

    def record(self, call: Call) -> None:
        """Write the call's value soon. Never blocks on the server, never raises."""
        if call.ended is not None or self._acts(call.terminal):
            super().record(call)

    def missed(self) -> dict[str, int]:
        """How many missed calls of each terminal nobody has looked at yet, as of the last run; blocks."""
        try:
            with self._server.using() as connection:
                rows = connection.execute("SELECT terminal, count FROM missed WHERE count > 0").fetchall()
        except UnavailableError as error:
            logger.error("the missed calls of the last run cannot be counted: %s", error)
            return {}
        return {terminal: count for terminal, count in rows}

    def flush(self) -> None:
        """Write what is pending; blocks. Raises `UnavailableError`."""
        with self._writing:
            batch = self._pending.take()
            try:
                if batch:
                    self._write(batch)
            except BaseException:
                self._pending.put_back()
                raise
            self._pending.done()

    def query(
        self,
        *,
        terminals: Collection[str] | None = None,
        call_id: str | None = None,
        before: float | None = None,
        limit: int = 50,
        missed: bool = False,
    ) -> list[Call]:
        """Calls newest first, including everything recorded so far; blocks, so call it from a thread.

        Filters: these terminals (None: all), this id, begun before this time (seconds since the epoch), those
        that were missed. Raises `UnavailableError`.
        """
        # Before it is read what is written: a call that is written meanwhile is found at least once.
        waiting = self._pending.waiting(terminals, call_id, before, missed=missed)
        wanted = Wanted(terminals, call_id, before, missed)
        with self._server.using() as connection:
            rows = read(connection, wanted, self._clock(), limit)
        return with_waiting([call_of(row) for row in rows], waiting, limit)

    def _write(self, batch: Batch) -> None:
        with self._server.using(insist=True) as connection:
            self._write_by(connection, batch)

    def _write_by(self, connection: Connection, batch: Batch) -> None:
        for month in {month_of(call.started) for call in batch.calls.values()}:
            if month.table not in self._made:
                make(connection, month)
                self._made.add(month.table)
        now = self._clock()
        # All nodes write the same calls, each in an order of its own. Of two that lock the same rows in
        # different orders PostgreSQL ends one, so here it is always the same order.
        calls = sorted(batch.calls.values(), key=lambda call: (call.id, call.started))
        rows = [[sent(one) for one in (*row_of(call), self._node)] for call in calls]
        ended = [call for call in calls if call.ended is not None]
        counts = [(sent(terminal), count, now) for terminal, count in sorted(batch.missed.items())]
        try:
            with connection.transaction(), connection.cursor() as cursor:
                if rows:
                    cursor.executemany(translated(WRITE), rows)
                if counts:
                    cursor.executemany(translated(WRITE_MISSED), counts)
            if ended:  # by itself, so that it waits for nobody who waits for the rows above
                ids, began = [one.id for one in ended], [one.started for one in ended]
                connection.execute(REPEATED, (ids, ids, began))
        except psycopg.IntegrityError:
            self._made.clear()  # somebody has dropped a month that we had made
            raise

    def _close_orphans(self, connection: Connection) -> int:
        live = b"SELECT 1 FROM calls WHERE ended IS NULL AND node = %s LIMIT 1"
        if connection.execute(live, (self._node,)).fetchone() is None:
            return 0
        now = self._clock()
        latest = connection.execute(translated(LATEST).encode(), (now,)).fetchone()
        question, values = sign_of_life(self._node, now, latest[0] if latest else now)
        row = connection.execute(question.encode(), values, prepare=False).fetchone()
        done = connection.execute(
            f"UPDATE calls SET state = %s, cause = %s, ended = greatest(%s, started),"
            f" missed = ({UNANSWERED})::integer WHERE (id, started) IN (SELECT id, started FROM calls"
            " WHERE ended IS NULL AND node = %s ORDER BY id, started FOR UPDATE)".encode(),
            (CallState.ON_HOOK.value, Cause.FAILURE.value, (row and row[0]) or 0.0, self._node),
        ).rowcount
        if done:
            logger.warning("%d calls were live when the Call Manager died; closed them as failed", done)
        return int(done)

    def _write_and_prune(self, pace: Pace) -> None:
        pace.moment()
        self.flush()
        if self._steady() < self._next_tending:
            return
        self._next_tending = self._steady() + TEND_EVERY_S
        with self._server.using(TEND_S) as connection:
            self._make_months_ahead(connection)
            if self._keep_days is not None and self._settled.settled:
                with suppress(psycopg.errors.LockNotAvailable):  # in an hour, then
                    self._prune(connection, self._settled.now() - self._keep_days * DAY_S)

    def _make_months_ahead(self, connection: Connection) -> None:
        for month in months_ahead(self._clock(), AHEAD):
            make(connection, month)

    def _prune(self, connection: Connection, before: float) -> None:
        oldest = connection.execute(
            "SELECT started FROM calls WHERE ended IS NOT NULL ORDER BY started LIMIT 1"
        ).fetchone()
        if oldest is not None:
            with connection.transaction():
                connection.execute("SET LOCAL statement_timeout = 0")
                connection.execute(
                    "DELETE FROM calls WHERE ended < %s AND started <= %s", (before, oldest[0] + DAY_S)
                )
        for table in drop_empty(connection, before):
            self._made.discard(table)


def sign_of_life(node: str, now: float, latest: float) -> tuple[str, list[object]]:
    """The question for a node's last sign of life where the last call of all began at `latest`."""
    return translated(LAST_SIGN_OF_LIFE), [node, now, latest - DAY_S, now, now]
