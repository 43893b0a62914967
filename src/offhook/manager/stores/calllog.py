"""`CallLog` in SQLite, written by a background thread.

`record` keeps a call's latest value as pending and returns at once. The thread waits until nothing new has
come for some hundredths of a second, half a second at most, commits everything pending in one transaction and
repeats, so that a busy system writes in batches, each of them a few calls at a time while the event loop
rests.

If the process is killed, what was recorded in the last half of a second is lost. Acceptable: waiting
would add the disk's latency to every dial, and an unrecorded call has ended with the process anyway.
"""

import logging
import sqlite3
import threading
import time
from collections.abc import Collection, Iterable
from contextlib import suppress
from pathlib import Path

from offhook.call import Call, CallState, Cause
from offhook.common.clock import Clock, SettledClock
from offhook.common.quiet import AT_ONCE, Pace
from offhook.errors import ConfigError, UnavailableError
from offhook.manager.stores.callrows import (
    COLUMNS,
    SCHEMA,
    UNANSWERED,
    UPGRADES,
    VERSION,
    WRITE,
    WRITE_PACKED,
    call_of,
    packed,
    row_of,
    storable,
)
from offhook.manager.stores.database import Database, damaged, transaction
from offhook.manager.stores.pendingcalls import RecordsLater, with_waiting
from offhook.manager.stores.writer import LogWriter

logger = logging.getLogger(__name__)

DAY_S = 86_400.0
BUSY_S = 0.2
"""How long a write waits for another process that has the file locked, before it is tried again later."""

PIECE = 8
"""Calls that are written at a time while the event loop rests: some 0.2 ms."""

IN_ONE_STEP = 256
"""So many are written in one step where it does not: to make their rows takes a millisecond."""

PRUNE_EVERY_S = 3600.0
"""How often old calls are removed, each time at most the oldest day of them: so a clock that is wrong for a
day cannot cost the whole log. After a long standstill it catches up 24 times as fast as it fell behind."""

SIGN = "max(started, coalesce(connected, 0), coalesce(ended, 0))"
LAST_SIGN_OF_LIFE = (
    f"SELECT max(sign) FROM (SELECT {SIGN} AS sign FROM calls WHERE ended IS NULL UNION ALL"
    f" SELECT {SIGN} FROM calls WHERE started <= :now AND started >"
    " (SELECT started FROM calls WHERE started <= :now ORDER BY started DESC LIMIT 1) - :day)"
    " WHERE sign <= :now"
)
"""Of the last day that has calls, not of years. Times in the future were written under a wrong clock, so they
are ignored."""

PRUNE = (
    "DELETE FROM calls WHERE ended < ? AND started <="
    " (SELECT started FROM calls WHERE ended IS NOT NULL ORDER BY started LIMIT 1) + ?"
)


class SqliteCallLog(RecordsLater):
    """The call log in one file. Raises `ConfigError` if the file cannot be used.

    Other processes may read it meanwhile, but no second Offhook may open it, because that closes the calls of
    the first: see `offhook.common.statefolder`. `keep_days` is how long ended calls are kept, None for ever.
    `orphans` is how many calls were live when the previous process died; they are closed with the cause
    `failure` at that process's last sign of life. If the disk is full or fails, calls wait in memory.
    """

    def __init__(
        self,
        path: Path,
        *,
        keep_days: float | None = 400,
        clock: Clock = time.time,
        steady: Clock = time.monotonic,
    ) -> None:
        super().__init__()
        self._file = Database(path, SCHEMA, VERSION, upgrades=UPGRADES, fault_tolerant=True, busy_s=BUSY_S)
        self._database_lock = threading.Lock()
        self._keep_days = keep_days
        self._clock = clock
        self._steady = steady
        self._settled = SettledClock(clock, steady)
        self._next_prune = steady() + PRUNE_EVERY_S
        self.orphans = 0
        self._orphans_due = True
        try:
            self._file.check()
            self._close_orphans()
        except ConfigError:
            self._file.close()
            raise
        except sqlite3.OperationalError as error:
            logger.error("%s: calls cut off at the end of the last run are not closed yet: %s", path, error)
        except sqlite3.DatabaseError as error:
            self._file.close()
            raise damaged(path, error) from error
        self._writer = LogWriter("call log", self._write_and_prune, sqlite3.Error)

    def missed(self) -> dict[str, int]:
        """How many missed calls of each terminal nobody has looked at yet, as of the last run; blocks."""
        with self._database_lock:
            try:
                return dict(self._database.execute("SELECT terminal, count FROM missed WHERE count > 0"))
            except sqlite3.Error as error:
                logger.error("the missed calls of the last run cannot be counted: %s", error)
                return {}

    def flush(self) -> None:
        """Write what is pending; blocks. Raises `sqlite3.Error` if it cannot be written."""
        with self._database_lock:
            self._write_pending(AT_ONCE)

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
        that were missed.
        Raises `UnavailableError`.
        """
        conditions, values = _conditions(terminals, call_id, before, missed=missed)
        where = f" WHERE {' AND '.join(conditions)}" if conditions else ""
        with self._database_lock:
            with suppress(sqlite3.Error):  # a full disk can still be read; the writer thread logs the error
                self._write_pending(AT_ONCE)
            try:
                rows = self._file.connection.execute(
                    f"SELECT {COLUMNS} FROM calls{where} ORDER BY started DESC, rowid DESC LIMIT ?",
                    (*values, limit),
                ).fetchall()
            except sqlite3.Error as error:
                raise UnavailableError(f"the call log cannot be read ({error})", "check the disk") from error
        found = [call_of(row) for row in rows]
        waiting = self._pending.waiting(terminals, call_id, before, missed=missed)
        return with_waiting(found, waiting, limit)

    def close(self) -> None:
        """Write what is pending and close the file."""
        super().close()
        with self._database_lock:
            self._file.close()

    @property
    def _database(self) -> sqlite3.Connection:
        return self._file.connection

    def _close_orphans(self) -> None:
        """Close the calls that the previous process left live, as soon as the file can be written."""
        if not self._orphans_due or self._file.problem:
            return
        own = self._pending.ids()
        left = self._database.execute("SELECT id FROM calls WHERE ended IS NULL").fetchall()
        orphans = [(identity,) for (identity,) in left if identity not in own]
        if orphans:
            times = {"now": self._clock(), "day": DAY_S}
            (last,) = self._database.execute(LAST_SIGN_OF_LIFE, times).fetchone()
            with transaction(self._database):
                self._database.executemany(
                    "UPDATE calls SET state = ?, cause = ?, ended = max(?, started),"
                    f" missed = ({UNANSWERED}) WHERE id = ?",
                    [(CallState.ON_HOOK.value, Cause.FAILURE.value, last or 0.0, *one) for one in orphans],
                )
            logger.warning(
                "%d calls were live when the Call Manager died; closed them as failed", len(orphans)
            )
        self.orphans, self._orphans_due = len(orphans), False

    def _write_and_prune(self, pace: Pace) -> None:
        with self._database_lock:
            self._write_pending(pace)
            self._prune()

    def _write_pending(self, pace: Pace) -> None:
        """Write in one transaction; if it fails, the values are pending again unless there are newer ones."""
        self._file.mend()
        if self._file.problem and self._pending:
            raise sqlite3.OperationalError(self._file.problem)
        self._close_orphans()
        batch = self._pending.take()
        if not batch:
            return
        try:
            with transaction(self._database):
                self._write_calls(batch.calls.values(), pace)
                now = self._clock()
                self._database.executemany(
                    "INSERT OR REPLACE INTO missed VALUES (?, ?, ?)",
                    [(storable(terminal), count, now) for terminal, count in batch.missed.items()],
                )
                pace.moment()  # for the end of the transaction: what has changed of the file is written then
        except BaseException:
            self._pending.put_back()
            raise
        self._pending.done()

    def _write_calls(self, calls: Iterable[Call], pace: Pace) -> None:
        for some in pace.pieces(calls, PIECE, IN_ONE_STEP):
            rows = list(map(row_of, some))
            together = packed(rows) if len(rows) > PIECE else None
            if together is not None:
                self._database.execute(WRITE_PACKED, (together,))
            else:
                self._database.executemany(WRITE, rows)

    def _prune(self) -> None:
        lived, now = self._steady(), self._settled.now()
        if self._keep_days is None or lived < self._next_prune or not self._settled.settled:
            return
        self._next_prune = lived + PRUNE_EVERY_S
        self._database.execute(PRUNE, (now - self._keep_days * DAY_S, DAY_S))


def _conditions(
    terminals: Collection[str] | None, call_id: str | None, before: float | None, *, missed: bool
) -> tuple[list[str], list[str | float]]:
    conditions: list[str] = []
    values: list[str | float] = []
    if terminals is not None:
        conditions.append(f"terminal IN ({', '.join('?' * len(terminals))})")
        values.extend(map(storable, terminals))
    if call_id is not None:
        conditions.append("id = ?")
        values.append(storable(call_id))
    if before is not None:
        conditions.append("started < ?")
        values.append(before)
    if missed:
        conditions.append("missed = 1")
    return conditions, values
