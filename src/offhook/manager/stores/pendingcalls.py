"""Values of calls that wait to be written: only the latest of each, and not without an end."""

import logging
import threading
from collections.abc import Collection
from dataclasses import dataclass

from offhook.call import Call
from offhook.manager.stores.writer import WrittenLater

logger = logging.getLogger(__name__)

MAX_PENDING = 20_000
"""Calls that wait to be written: minutes of a busy site while its disk hangs. Further ones are not recorded,
with a warning in the log: a gap in the call log is better than phones that do not work."""


@dataclass(frozen=True, slots=True)
class Batch:
    """What is written at once: calls by their id, and counts of missed calls by terminal."""

    calls: dict[str, Call]
    missed: dict[str, int]

    def __bool__(self) -> bool:
        return bool(self.calls or self.missed)


NOTHING = Batch({}, {})


class PendingCalls:
    """May be used from any thread, and never blocks for long."""

    def __init__(self) -> None:
        self._calls: dict[str, Call] = {}
        self._missed: dict[str, int] = {}
        self._written = NOTHING
        self._lost = 0
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._calls) + len(self._written.calls)

    def __bool__(self) -> bool:
        return bool(self._calls or self._missed)

    def put(self, call: Call) -> bool:
        """False if there is no room."""
        with self._lock:
            if len(self._calls) >= MAX_PENDING and call.id not in self._calls:
                self._lost += 1
                return False
            self._calls[call.id] = call
        return True

    def put_missed(self, terminal: str, count: int) -> None:
        """How many missed calls of the terminal nobody has looked at."""
        with self._lock:
            self._missed[terminal] = count

    def ids(self) -> set[str]:
        """The calls that wait."""
        with self._lock:
            return set(self._calls)

    def take(self) -> Batch:
        """All that waits, to be written now; until `done` it still counts as waiting."""
        with self._lock:
            self._written = batch = Batch(self._calls, self._missed)
            self._calls, self._missed = {}, {}
            lost, self._lost = self._lost, 0
        if lost:
            logger.warning("%d changes of calls could not be logged; the disk is too slow", lost)
        return batch

    def done(self) -> None:
        """What was taken last is written."""
        with self._lock:
            self._written = NOTHING

    def put_back(self) -> None:
        """It could not be written: what is newer meanwhile stays."""
        with self._lock:
            self._calls = self._written.calls | self._calls
            self._missed = self._written.missed | self._missed
            self._written = NOTHING

    def waiting(
        self, terminals: Collection[str] | None, call_id: str | None, before: float | None, *, missed: bool
    ) -> dict[str, Call]:
        """Those of the calls that are asked for, the newest first."""
        with self._lock:
            pending = list((self._written.calls | self._calls).values())
        return {
            call.id: call
            for call in reversed(pending)
            if (terminals is None or call.terminal in terminals)
            and (call_id is None or call.id == call_id)
            and (before is None or call.started < before)
            and (not missed or call.missed)
        }


class RecordsLater(WrittenLater):
    """What every call log does alike: calls wait in memory for the thread that writes them.

    The log sets `_writer` once it can be written.
    """

    _pending: PendingCalls

    def __init__(self) -> None:
        self._pending = PendingCalls()

    def record(self, call: Call) -> None:
        """Write the call's value soon. Never blocks on the disk or a server, never raises."""
        if self._pending.put(call):
            self._writer.wake()

    def keep_missed(self, terminal: str, count: int) -> None:
        """Write this count of missed calls soon. Never blocks on the disk or a server, never raises."""
        self._pending.put_missed(terminal, count)
        self._writer.wake()

    def close(self) -> None:
        """Write what is pending."""
        self._writer.close()
        if len(self._pending):
            logger.error("the last changes of %d calls could not be written and are lost", len(self._pending))


def with_waiting(found: list[Call], waiting: dict[str, Call], limit: int) -> list[Call]:
    """What was found in the database, and what waits of the same, newest first."""
    if not waiting:
        return found
    found = [call for call in found if call.id not in waiting]
    return sorted([*waiting.values(), *found], key=lambda call: call.started, reverse=True)[:limit]
