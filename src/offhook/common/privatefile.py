"""Files that only their owner can read, written atomically."""

import errno
import os
import stat
import sys
from contextlib import suppress
from pathlib import Path


def write_private(path: Path, text: str) -> None:
    """Write the file atomically, for its owner only (0600). Raises `OSError`.

    An existing file keeps its owner if that is allowed: an administrator may edit the file of a service.
    """
    path = path.resolve()
    beside = path.with_name(f".{path.name}.{os.urandom(4).hex()}")
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        _keep_owner(path, beside)
        os.replace(beside, path)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise


def private_folder(path: Path) -> None:
    """Create the folder and missing parents, for their owner only. Raises `OSError`."""
    for folder in (*reversed(path.parents), path):
        if not folder.exists():
            folder.mkdir(mode=0o700, exist_ok=True)


class ExposedFileError(OSError):
    """A secret file that others can read or may have written; `strerror` says which, and what to do."""

    def __init__(self, path: Path, what: str) -> None:
        super().__init__(0, what, str(path))


def replace_private(path: Path, text: str) -> None:
    """Like `write_private`, but replaces a symbolic link instead of
    following it: others may control its target."""
    if path.is_symlink():
        path.unlink(missing_ok=True)
    write_private(path, text)


NO_FILE = "is not a file but a pipe or a device"


def read_file(path: Path, limit: int = -1) -> bytes:
    """At most `limit` bytes of a file of any owner. Raises `OSError`, also for a pipe or a
    device, which could block for ever."""
    with open(path, "rb", opener=_without_waiting) as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise OSError(errno.EINVAL, NO_FILE, str(path))
        return file.read(limit)


def real_file(path: Path) -> Path:
    """The path, for code that opens it by name. Raises `OSError` like
    `read_file`, and if it does not exist."""
    if not stat.S_ISREG(path.stat().st_mode):
        raise OSError(errno.EINVAL, NO_FILE, str(path))
    return path


def keeps_waiting(path: Path) -> bool:
    """Is this a pipe or a device, on which opening may block for ever?"""
    try:
        mode = path.stat().st_mode
    except (OSError, ValueError):
        return False
    return not stat.S_ISREG(mode) and not stat.S_ISDIR(mode)


def _without_waiting(path: str, flags: int) -> int:
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))


def read_private(path: Path, limit: int) -> bytes:
    """At most `limit` bytes of a file that only this account can read and has written.

    Raises `ExposedFileError` for any other, and `OSError`. On Windows the folder's rights protect it.
    """
    if path.is_symlink():
        raise ExposedFileError(path, "is a symbolic link; put the file itself there")
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    with os.fdopen(os.open(path, flags), "rb") as file:
        if sys.platform != "win32":
            _check_owner(path, os.fstat(file.fileno()))
        return file.read(limit)


if sys.platform != "win32":

    def _check_owner(path: Path, status: os.stat_result) -> None:
        if not stat.S_ISREG(status.st_mode):
            raise ExposedFileError(path, "is not a file; remove it")
        if status.st_uid not in (os.geteuid(), 0):
            raise ExposedFileError(path, "belongs to another user; remove it, or chown it to this one")
        if status.st_mode & 0o077:
            raise ExposedFileError(path, "is open to other users of this machine; chmod 600 it, or remove it")


def _keep_owner(path: Path, beside: Path) -> None:
    if sys.platform != "win32" and path.exists():
        owner = path.stat()
        with suppress(PermissionError):
            os.chown(beside, owner.st_uid, owner.st_gid)
