"""The audit log: who did what from where, and what came of it; one JSON object a line, no secrets.

Written beside the event loop by a thread. `record` never blocks and never raises.
"""

import json
import logging
import os
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass
from enum import Enum
from pathlib import Path

from offhook.errors import ConfigError
from offhook.manager.writer import LogWriter

logger = logging.getLogger(__name__)

FILE_NAME = "audit.jsonl"

MAX_FILE = 10 * 1024 * 1024
"""Bytes of the newest file, some 50,000 entries; then it is put aside and a new one is begun."""

MAX_PENDING = 10_000
"""Entries that wait for the disk; more are counted, and their number is an entry."""

MAX_TEXT = 128
"""Characters of a text that a stranger chose."""

MAX_ALIKE = 20
"""Failures of one kind from one place within `WINDOW_S`; more are counted, and their number is an entry."""

WINDOW_S = 10.0
MAX_PLACES = 1024
"""Places whose failures are counted, the latest ones."""

DAY_S = 86_400.0
KEEP_DAYS = 400.0
OK = "ok"


class Event(Enum):
    """What was done."""

    LOGIN = "login"
    LOGOUT = "logout"
    DIAL = "dial"
    DROP = "drop"
    LOST = "entries-lost"


@dataclass(frozen=True, slots=True)
class Entry:
    """What was done, and its result: "ok" or why not. `repeated` stands for so many more like this one.

    `time` is seconds since the epoch, `source` the peer's host ("" for this process itself).
    """

    time: float
    event: str
    door: str = ""
    user: str = ""
    source: str = ""
    result: str = ""
    terminal: str = ""
    number: str = ""
    call: str = ""
    repeated: int = 0


@dataclass(slots=True)
class _Window:
    begun: float
    written: int = 0
    left_out: Entry | None = None
    repeated: int = 0


class AuditLog:
    """The log in one folder. `keep_days`: files that ended earlier are removed. Raises `ConfigError`."""

    def __init__(
        self, folder: Path, *, keep_days: float = KEEP_DAYS, clock: Callable[[], float] = time.time
    ) -> None:
        self.path = folder / FILE_NAME
        self._keep_days, self._clock = keep_days, clock
        self._pending: list[Entry] = []
        self._lost = 0
        self._windows: OrderedDict[tuple[str, str, str], _Window] = OrderedDict()
        self._pending_lock = threading.Lock()
        self._file_lock = threading.Lock()
        try:
            os.close(_open(self.path))
        except OSError as error:
            raise ConfigError(
                str(self.path), "", f"cannot be written ({error.strerror})", "check the state folder"
            ) from error
        self._writer = LogWriter("audit log", self._write_and_count, OSError, every_s=WINDOW_S)

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
        """Have this written soon."""
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
        )
        with self._pending_lock:
            if result != OK and not self._let_through(entry):
                return
            self._put(entry)

    def flush(self) -> None:
        """Write what is pending; blocks. Raises `OSError`."""
        with self._file_lock:
            self._write_pending()

    def close(self) -> None:
        """Write what is pending and what was counted, and end."""
        with self._pending_lock:
            for window in self._windows.values():
                self._tell_repeated(window)
        self._writer.close()

    def _put(self, entry: Entry) -> None:
        if len(self._pending) >= MAX_PENDING:
            self._lost += 1
            return
        self._pending.append(entry)
        self._writer.wake()

    def _let_through(self, entry: Entry) -> bool:
        """A flood of failures is not to fill the disk, nor to push out what else happens."""
        key = (entry.event, entry.source, entry.result)
        window = self._windows.get(key)
        if window is None or entry.time - window.begun > WINDOW_S:
            if window is not None:
                self._tell_repeated(window)
            self._windows[key] = window = _Window(entry.time)
            self._windows.move_to_end(key)
            if len(self._windows) > MAX_PLACES:
                self._tell_repeated(self._windows.popitem(last=False)[1])
        window.written += 1
        if window.written <= MAX_ALIKE:
            return True
        window.left_out = entry
        window.repeated += 1
        return False

    def _close_windows(self) -> None:
        now = self._clock()
        for key, window in list(self._windows.items()):
            if now - window.begun > WINDOW_S:
                self._tell_repeated(window)
                del self._windows[key]

    def _tell_repeated(self, window: _Window) -> None:
        if window.left_out is not None:
            self._put(Entry(**asdict(window.left_out) | {"repeated": window.repeated}))
            window.left_out, window.repeated = None, 0

    def _write_and_count(self) -> None:
        with self._pending_lock:
            self._close_windows()
        self.flush()

    def _write_pending(self) -> None:
        with self._pending_lock:
            batch, self._pending = self._pending, []
            lost, self._lost = self._lost, 0
        if lost:
            now = round(self._clock(), 3)
            batch.append(Entry(now, Event.LOST.value, result="disk too slow", repeated=lost))
        if not batch:
            return
        data = "".join(json.dumps(_brief(entry), ensure_ascii=False) + "\n" for entry in batch).encode()
        try:
            descriptor = _open(self.path)
            with os.fdopen(descriptor, "ab") as file:
                file.write(data)
                size = file.tell()
        except OSError:
            with self._pending_lock:
                self._pending = (batch + self._pending)[:MAX_PENDING]
            raise
        if size > MAX_FILE:
            self._put_aside()

    def _put_aside(self) -> None:
        """Begin a new file; those that are older than is asked for go."""
        now = self._clock()
        stamp = f"{time.strftime('%Y%m%dT%H%M%S', time.gmtime(now))}.{int(now % 1 * 1e6):06}"
        with suppress(FileNotFoundError):  # another process was as quick
            os.replace(self.path, self.path.with_name(f"audit-{stamp}-{os.urandom(2).hex()}.jsonl"))
        for old in _put_aside_files(self.path.parent):
            if old.stat().st_mtime < now - self._keep_days * DAY_S:
                old.unlink(missing_ok=True)


def read_audit(folder: Path) -> Iterator[Entry]:
    """Every entry of the log in this folder, oldest first; lines that are none are passed over."""
    fields = Entry.__dataclass_fields__
    for path in (*_put_aside_files(folder), folder / FILE_NAME):
        try:
            file = path.open(encoding="utf-8", errors="replace")
        except FileNotFoundError:
            continue
        with file:
            for line in file:
                try:
                    data = json.loads(line)
                    yield Entry(**{name: value for name, value in data.items() if name in fields})
                except (ValueError, TypeError, AttributeError):
                    continue


def _put_aside_files(folder: Path) -> list[Path]:
    return sorted(folder.glob("audit-*.jsonl"))


def _brief(entry: Entry) -> dict[str, object]:
    return {name: value for name, value in asdict(entry).items() if value not in ("", 0)}


def _open(path: Path) -> int:
    """For its owner's eyes only, and never by way of a link that somebody put there."""
    flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0)
    return os.open(path, flags, 0o600)
