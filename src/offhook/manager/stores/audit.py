"""`AuditLog`, written by a background thread; in files, one JSON object a line."""

import json
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, fields
from operator import attrgetter
from pathlib import Path
from typing import get_type_hints

import msgspec

from offhook.common.clock import Clock
from offhook.common.network import rate_limit_key
from offhook.common.quiet import AT_ONCE, Pace
from offhook.manager.audit import OK, Entry, Event
from offhook.manager.stores.auditfiles import KEEP_DAYS, MAX_BYTES, AuditFiles, TornError, read_lines
from offhook.manager.stores.writer import LogWriter, WrittenLater

MAX_PENDING = 10_000
"""Entries that wait for the disk; further ones are only counted, and the number becomes an entry."""

PIECE = 10
"""Entries whose lines are made at a time, while the event loop rests: a tenth of a millisecond."""

MAX_TEXT = 128
"""Characters kept of a text that a stranger can choose, such as a user name."""

LATEST = 253_402_300_800.0
"""The year 10000, which `datetime` cannot show."""

MAX_ALIKE = 20
"""Failures of one kind from one place within `WINDOW_S`; further ones become one entry with their number."""

BURST = 200
"""Failed logins, from wherever, that are written one by one in a burst ..."""

A_SECOND = 1.0
"""... and how many a second after it. Above this, the failures of the last `WINDOW_S` become one entry: so
strangers can cause at most 12 MB a day."""

EVERYWHERE = "*"
"""The source of an entry that stands for many sources."""

_MEMBERS = tuple(member.name for member in fields(Entry))
_values = attrgetter(*_MEMBERS)
_EMPTY = {float: 0.0, int: 0, str: ""}
_Line = msgspec.defstruct(
    "_Line", [(name, kind, _EMPTY[kind]) for name, kind in get_type_hints(Entry).items()], omit_defaults=True
)
"""What a line tells of an entry: nothing that is empty."""

_as_json = json.JSONEncoder(ensure_ascii=False).encode

WINDOW_S = 10.0
MAX_PLACES = 1024
"""How many places have a count of their failures, the latest ones."""


@dataclass(slots=True)
class _Window:
    begun: float
    written: int = 0
    left_out: Entry | None = None
    repeated: int = 0


class QueuedAuditLog(WrittenLater):
    """Entries that wait to be written, and what is only counted of a flood of failures.

    `node` is the Call Manager whose they are. `write` writes entries at a pace and returns how many of them
    are written; the rest waits in memory, as all do after one of `errors`.
    """

    _pending: list[Entry]

    def __init__(
        self,
        write: Callable[[Sequence[Entry], Pace], int],
        errors: type[Exception],
        *,
        node: str = "",
        clock: Clock = time.time,
        steady: Clock = time.monotonic,
    ) -> None:
        self._write, self._node = write, node
        self._clock, self._steady = clock, steady
        self._pending = []
        self._lost = 0
        self._windows: OrderedDict[tuple[str, str, str], _Window] = OrderedDict()
        self._left, self._left_at = float(BURST), steady()
        self._flood: dict[tuple[str, str, str], int] = {}
        self._flood_begun = steady()
        self._pending_lock = threading.Lock()
        self._file_lock = threading.Lock()
        self._writer = LogWriter("audit log", self._write_and_count, errors, every_s=WINDOW_S)

    def record(
        self,
        event: Event,
        result: str,
        *,
        door: str,
        user: str = "",
        source: str = "",
        terminal: str = "",
        number: str = "",
        call: str = "",
    ) -> None:
        """Write an entry soon. Never blocks, never raises."""
        entry = Entry(
            round(self._clock(), 3),
            event.value,
            door,
            user[:MAX_TEXT],
            source,
            result,
            terminal[:MAX_TEXT],
            number[:MAX_TEXT],
            call[:MAX_TEXT],
            node=self._node,
        )
        with self._pending_lock:
            if result != OK and not self._let_through(entry):
                return
            self._put(entry)

    def flush(self) -> None:
        """Write what is pending; blocks. Raises one of the errors of `write`."""
        with self._file_lock:
            self._write_pending(AT_ONCE)

    def close(self) -> None:
        """Write what is pending and the counts, and stop the thread."""
        with self._pending_lock:
            for window in self._windows.values():
                self._tell_repeated(window)
            self._tell_flood()
        self._writer.close()

    def _put(self, entry: Entry) -> None:
        if len(self._pending) >= MAX_PENDING:
            self._lost += 1
            return
        self._pending.append(entry)
        self._writer.wake()

    def _let_through(self, entry: Entry) -> bool:
        """False if the entry is only counted: a flood of failures must not fill
        the disk or displace other entries."""
        now, key = self._steady(), (entry.event, rate_limit_key(entry.source), entry.result)
        window = self._windows.get(key)
        if window is None or now - window.begun > WINDOW_S:
            if window is not None:
                self._tell_repeated(window)
            self._windows[key] = window = _Window(now)
            self._windows.move_to_end(key)
            if len(self._windows) > MAX_PLACES:
                self._tell_repeated(self._windows.popitem(last=False)[1])
        if window.written < MAX_ALIKE:
            window.written += 1
            return self._within_all(entry, 1)
        window.left_out = entry
        window.repeated += 1
        return False

    def _within_all(self, entry: Entry, times: int) -> bool:
        """Is it within the limit for all strangers together? Otherwise it is only counted."""
        if entry.event != Event.LOGIN.value:
            return True
        now = self._steady()
        self._left = min(float(BURST), self._left + (now - self._left_at) * A_SECOND)
        self._left_at = now
        if self._left >= 1:
            self._left -= 1
            return True
        if not self._flood:
            self._flood_begun = now
        key = (entry.event, entry.door, entry.result)
        self._flood[key] = self._flood.get(key, 0) + times
        return False

    def _close_windows(self) -> None:
        now = self._steady()
        for key, window in list(self._windows.items()):
            if now - window.begun > WINDOW_S:
                self._tell_repeated(window)
                del self._windows[key]
        if now - self._flood_begun > WINDOW_S:
            self._tell_flood()

    def _tell_repeated(self, window: _Window) -> None:
        entry, times = window.left_out, window.repeated
        window.left_out, window.repeated = None, 0
        if entry is not None and self._within_all(entry, times):
            self._put(Entry(**asdict(entry) | {"repeated": times}))

    def _tell_flood(self) -> None:
        flood, self._flood = self._flood, {}
        now = round(self._clock(), 3)
        for (event, door, result), times in flood.items():
            self._put(
                Entry(now, event, door, source=EVERYWHERE, result=result, repeated=times, node=self._node)
            )

    def _write_and_count(self, pace: Pace) -> None:
        with self._pending_lock:
            self._close_windows()
        with self._file_lock:
            self._write_pending(pace)

    def _write_pending(self, pace: Pace) -> None:
        with self._pending_lock:
            batch, self._pending = self._pending, []
            lost, self._lost = self._lost, 0
        if lost:
            now = round(self._clock(), 3)
            batch.append(Entry(now, Event.LOST.value, result="disk too slow", repeated=lost, node=self._node))
        if not batch:
            return
        written = 0
        try:
            written = self._write(batch, pace)
        except TornError as error:
            written = error.whole
            raise
        finally:
            if written < len(batch):
                with self._pending_lock:
                    self._pending = (batch[written:] + self._pending)[:MAX_PENDING]


class FileAuditLog(QueuedAuditLog):
    """The audit log in one folder. Raises `ConfigError`.

    Files that ended `keep_days` ago are removed, and above `max_bytes` first what strangers have caused: see
    `offhook.manager.stores.auditfiles`. If the disk is full or fails, entries wait in memory.
    """

    def __init__(
        self,
        folder: Path,
        *,
        keep_days: float = KEEP_DAYS,
        max_bytes: int = MAX_BYTES,
        node: str = "",
        clock: Clock = time.time,
        steady: Clock = time.monotonic,
    ) -> None:
        self._files = AuditFiles(folder, keep_days=keep_days, max_bytes=max_bytes, wall=clock, steady=steady)
        self.path = self._files.path
        super().__init__(self._append, OSError, node=node, clock=clock, steady=steady)

    def _append(self, entries: Sequence[Entry], pace: Pace) -> int:
        lines = list[bytes]()
        for some in pace.pieces(entries, PIECE, MAX_PENDING):
            lines += map(as_line, some)
        return self._files.append(lines)


def read_audit(folder: Path, passed_over: Callable[[], None] = lambda: None) -> Iterator[Entry]:
    """Every entry of the log in this folder, oldest first. Invalid lines are skipped, and `passed_over` is
    called for each: torn ones, and those with missing fields or fields of another type."""
    decoder = msgspec.json.Decoder(Entry)
    for line in read_lines(folder):
        try:
            entry = decoder.decode(line)
        except (ValueError, RecursionError):  # msgspec's errors are ValueErrors
            entry = None
        if entry is not None and 0 <= entry.time < LATEST:
            yield entry
        elif not line.isspace():
            passed_over()


def as_line(entry: Entry) -> bytes:
    """The line of a file."""
    # While a thread does this the event loop cannot run: `asdict` and `json` take twenty times as long.
    try:
        return msgspec.json.format(msgspec.json.encode(_Line(*_values(entry))), indent=0) + b"\n"
    except UnicodeEncodeError:  # half characters
        members = {name: value for name, value in zip(_MEMBERS, _values(entry), strict=True) if value}
        return _as_json(members).encode(errors="replace") + b"\n"
