"""A copy of the state folder in one file, made while Offhook runs: what SQLite has is copied by SQLite."""

import io
import os
import sqlite3
import tarfile
import tempfile
from contextlib import closing, suppress
from pathlib import Path

from offhook.errors import ConfigError

LEFT_OUT = frozenset({"offhook.lock", "local.token"})
"""Made anew at each start."""

SQLITE = ".sqlite"


def back_up(folder: Path, file: Path) -> list[str]:
    """Write a new .tar.gz of the folder, for its owner only; the names of what is in it.

    Each database is as it is at one moment, with all that was written before, and is checked. Raises
    `ConfigError` for one that is damaged, `FileExistsError` and other `OSError`s; then there is no file.
    """
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
    try:
        with os.fdopen(descriptor, "wb") as out:
            with tarfile.open(fileobj=out, mode="w:gz") as archive:
                names = [one for path in _files(folder) if (one := _added(archive, folder, path, file))]
            out.flush()
            os.fsync(out.fileno())
    except BaseException:
        with suppress(OSError):
            file.unlink()
        raise
    return names


def _files(folder: Path) -> list[Path]:
    """Files of the folder and of those in it; no links, and none that SQLite has beside its own."""
    return [
        path
        for path in sorted(folder.rglob("*"))
        if path.is_file()
        and not path.is_symlink()
        and path.name not in LEFT_OUT
        and not path.name.endswith((f"{SQLITE}-wal", f"{SQLITE}-shm", f"{SQLITE}-journal"))
        and f"{SQLITE}.damaged-" not in path.name
    ]


def _added(archive: tarfile.TarFile, folder: Path, path: Path, archive_file: Path) -> str:
    name = path.relative_to(folder).as_posix()
    if path.samefile(archive_file):
        return ""
    try:
        if path.name.endswith(SQLITE):
            with tempfile.TemporaryDirectory(prefix=".backup-", dir=archive_file.parent) as work:
                copy = Path(work) / path.name
                _copy(path, copy)
                _put(archive, name, path, copy.read_bytes())
        else:
            _put(archive, name, path, path.read_bytes())
    except FileNotFoundError:
        return ""  # it has just been removed, such as a full file of the audit log
    return name


def _put(archive: tarfile.TarFile, name: str, path: Path, data: bytes) -> None:
    """As long as it is now: it may grow meanwhile."""
    information = archive.gettarinfo(path, name)
    information.size = len(data)
    archive.addfile(information, io.BytesIO(data))


def _copy(path: Path, copy: Path) -> None:
    # No process has it open: then reading must not create -wal and -shm files beside it.
    alone = "" if path.with_name(f"{path.name}-wal").exists() else "&immutable=1"
    try:
        with (
            closing(
                sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro{alone}", uri=True, timeout=10)
            ) as source,
            closing(sqlite3.connect(copy)) as target,
        ):
            source.backup(target)  # all pages at once: who writes need not wait, and nothing is begun again
            target.execute("PRAGMA journal_mode = DELETE")
            ((said, *_), *_) = target.execute("PRAGMA quick_check(1)").fetchall()
    except sqlite3.DatabaseError as error:
        said = str(error)
    if said != "ok":
        raise ConfigError(
            str(path),
            "",
            f"cannot be copied ({said})",
            "stop Offhook and save what can be read: offhook state repair",
        )
