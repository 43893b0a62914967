"""The files of the audit log: the newest one is written, full ones are rotated, old ones removed.

Lines are written whole. There is a limit for all files together; above it failures are removed first, so that
nobody can displace what an administrator or user has done by trying to log in.
"""

import errno
import logging
import os
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path

from offhook.common.clock import Clock, SettledClock
from offhook.common.privatefile import private_folder, write_private
from offhook.errors import ConfigError
from offhook.manager.stores.database import DISK_ERRORS

logger = logging.getLogger(__name__)

FILE_NAME = "audit.jsonl"

MAX_FILE = 10 * 1024 * 1024
"""Bytes of the newest file, some 50,000 entries; then it is rotated."""

MAX_BYTES = 1000 * 1024 * 1024
"""Bytes of all files together, some five million entries."""

DAY_S = 86_400.0
KEEP_DAYS = 400.0

SIFTED = "-sifted.jsonl"
"""The end of a file's name once its failures have been removed."""

GOOD = b'"result": "ok"'


class TornError(OSError):
    """The disk is full: only the first `whole` lines have been written."""

    def __init__(self, whole: int, error: OSError) -> None:
        super().__init__(error.errno, error.strerror)
        self.whole = whole


class AuditFiles:
    """The files in one folder. Raises `ConfigError` if the folder is not usable because of a mistake."""

    def __init__(self, folder: Path, *, keep_days: float, max_bytes: int, wall: Clock, steady: Clock) -> None:
        self.path = folder / FILE_NAME
        self._keep_days, self._max_bytes = keep_days, max_bytes
        self._wall = wall
        self._settled = SettledClock(wall, steady)
        self._left: object = None
        """The file as it was left, with whole lines: which one it is, and its size."""
        try:
            os.close(_open(self.path))
        except OSError as error:
            what = f"cannot be written ({error.strerror})"
            if error.errno not in DISK_ERRORS:
                raise ConfigError(str(self.path), "", what, "check the state folder") from error
            logger.error("%s: %s; what is done is not recorded until it can be", self.path, what)

    def append(self, lines: Sequence[bytes]) -> int:
        """Write the lines and return their number. Raises `TornError` and `OSError`."""
        data = b"".join(lines)
        try:
            descriptor = _open(self.path)
        except FileNotFoundError:
            private_folder(self.path.parent)  # somebody may have removed it meanwhile
            descriptor = _open(self.path)
        try:
            status = os.fstat(descriptor)
            begin = status.st_size
            if self._left != (status.st_dev, status.st_ino, begin) and _torn(self.path):
                begin += os.write(descriptor, b"\n")
            self._left = None
            done = 0
            try:
                while done < len(data):
                    done += os.write(descriptor, data[done:])
            except OSError as error:
                whole = data.rfind(b"\n", 0, done) + 1
                with suppress(
                    OSError
                ):  # cut off the half-written line; if that fails, the next write begins a new line
                    os.ftruncate(descriptor, os.fstat(descriptor).st_size - (done - whole))
                raise TornError(data.count(b"\n", 0, whole), error) from error
            size = begin + done  # or more, if another process has written too: then what it left is looked at
            self._left = (status.st_dev, status.st_ino, size)
        finally:
            os.close(descriptor)
        if size > MAX_FILE:
            self._put_aside()
        return len(lines)

    def _put_aside(self) -> None:
        """Rotate: begin a new file, and remove old ones by age and total size."""
        now = self._wall()
        stamp = f"{time.strftime('%Y%m%dT%H%M%S', time.gmtime(now))}.{int(now % 1 * 1e6):06}"
        with suppress(FileNotFoundError):  # another process has just done it
            os.replace(self.path, self.path.with_name(f"audit-{stamp}-{os.urandom(2).hex()}.jsonl"))
        self._forget_old()
        self._forget_many()

    def _forget_old(self) -> None:
        """Remove an old file, one at each rotation by a settled clock: a wrong one costs one file at most."""
        if not self._settled.settled:
            return
        last = self._settled.now() - self._keep_days * DAY_S
        for old in put_aside_files(self.path.parent):
            if _status(old).st_mtime < last:
                old.unlink(missing_ok=True)
                return

    def _forget_many(self) -> None:
        """Above the total size, remove failures, oldest first; if that is not enough, whole files."""
        files = put_aside_files(self.path.parent)
        total = sum(_status(one).st_size for one in files)
        for one in files:
            if total <= self._max_bytes:
                return
            if not one.name.endswith(SIFTED):
                total -= _sift(one)
        for one in put_aside_files(self.path.parent):
            if total <= self._max_bytes:
                return
            logger.error("the audit log is larger than auth.audit_mb allows; %s is removed", one)
            total -= _status(one).st_size
            one.unlink(missing_ok=True)


def audit_files(folder: Path) -> list[Path]:
    """All files of the log, oldest first."""
    return [*put_aside_files(folder), folder / FILE_NAME]


def put_aside_files(folder: Path) -> list[Path]:
    """The rotated files, oldest first."""
    return sorted(folder.glob("audit-*.jsonl"))


def read_lines(folder: Path) -> Iterator[str]:
    """Every line, oldest first. Pipes, devices and folders are skipped."""
    for path in audit_files(folder):
        if not path.is_file():
            continue
        with suppress(FileNotFoundError), path.open(encoding="utf-8", errors="replace") as file:
            yield from file


def _sift(path: Path) -> int:
    """Remove failures from a file; the number of bytes saved. Keeps the file's modification time, its age."""
    status = _status(path)
    with path.open("rb") as file:
        kept = b"".join(line for line in file if GOOD in line and line.endswith(b"\n"))
    sifted = path.with_name(path.name.removesuffix(".jsonl") + SIFTED)
    write_private(sifted, kept.decode("utf-8", "replace"))
    os.utime(sifted, (status.st_mtime, status.st_mtime))
    path.unlink(missing_ok=True)
    return status.st_size - _status(sifted).st_size


def _status(path: Path) -> os.stat_result:
    try:
        return path.stat()
    except FileNotFoundError:
        return os.stat_result((0,) * 10)


def _torn(path: Path) -> bool:
    """Does the file end in the middle of a line?"""
    with suppress(OSError), path.open("rb") as file:
        if file.seek(0, os.SEEK_END):
            file.seek(-1, os.SEEK_END)
            return file.read(1) != b"\n"
    return False


def _open(path: Path) -> int:
    """Open for its owner only, and never follow a link or open a pipe that somebody has put there."""
    flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0)
    try:
        return os.open(path, flags | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0), 0o600)
    except OSError as error:
        if error.errno == errno.ENXIO:
            raise OSError(error.errno, "is a pipe; remove it") from error
        raise
