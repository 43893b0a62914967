"""The state folder: checked before anything in it is opened, and locked by one Offhook at a time.

Its files decide who may log in, so no other account may be able to change them: the folder and its files
belong to this account, nobody else can write them, and none is a link. On Windows the folder's rights protect
it.
"""

import errno
import json
import logging
import os
import stat
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from offhook.common.privatefile import private_folder
from offhook.errors import ConfigError

logger = logging.getLogger(__name__)

LOCK = "offhook.lock"

FILES = (
    *(
        f"{name}.sqlite{more}"
        for name in ("calls", "users", "phones", "webhooks")
        for more in ("", "-wal", "-shm", "-journal")
    ),
    "audit.jsonl",
    "audit-*.jsonl",
    "directory-*.json",
    "registrations.json",
    "forwardings.json",
    "trunks.json",
    "local.token",
    "shown.pem",
    "update.json",
    LOCK,
    "tls/*",
    "confirmed/*",
    "live/*",
)
"""The files that Offhook reads from the folder. (The token of TSP sessions may be
elsewhere, and is checked when it is read.)"""

REPLACED = ("local.token", "shown.pem")
"""Files that are always replaced, so a link with their name does no harm."""

FOLDERS = ("tls", "confirmed", "live")

MAX_LOCK = 1000
"""Bytes read of the lock file."""

FIRST_USERS_GROUP = 1000
"""Lower group ids are system groups, listed in /etc/group; others may have members in a network directory."""

LOCKED_BYTE = 1 << 20
"""On Windows a lock also keeps readers out, so this byte far behind the text is locked."""


@dataclass(frozen=True, slots=True)
class Exposure:
    """Something in or above the folder that another account can change, or may have created."""

    path: Path
    what: str
    fix: str


def exposures(folder: Path, *, serving: bool = True) -> Iterator[Exposure]:
    """Everything that another account of this machine can change or may have created; nothing on Windows.

    `serving` False: for root, working on the folder of the account that Offhook runs as.
    """
    if folder.exists():
        yield from _exposures(folder, serving)


def check_folder(folder: Path, *, serving: bool = True) -> None:
    """Raises `ConfigError` for the first of the `exposures`."""
    for one in exposures(folder, serving=serving):
        raise ConfigError(str(one.path), "", one.what, one.fix)


class StateFolder:
    """A folder that is locked by this process until `close`; the system
    unlocks it however the process ends."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._descriptor = _locked(path)
        self._closed = False
        self._using = threading.Lock()  # `keep` may be running in a thread during `close`

    def keep(self) -> None:
        """Lock again if the folder was deleted, and the lock with it. Raises
        `ConfigError` if another process has it."""
        with self._using:
            there = self._descriptor is not None and _is_there(self.path / LOCK, self._descriptor)
            if there or self._closed:
                return
            self._let_go()
            with suppress(OSError):
                private_folder(self.path)
            self._descriptor = _locked(self.path, told=True)

    def close(self) -> None:
        """Unlock the folder for good."""
        with self._using:
            self._closed = True
            self._let_go()

    def _let_go(self) -> None:
        before, self._descriptor = self._descriptor, None
        if before is not None:
            os.close(before)


@contextmanager
def opened(folder: Path, *, serving: bool = True) -> Iterator[StateFolder]:
    """Create the folder if it is missing, check it, and lock it until the end of the block.

    Raises `ConfigError`.
    """
    make_folder(folder, serving=serving)
    held = StateFolder(folder)
    try:
        yield held
    finally:
        held.close()


def owner_of(folder: Path) -> str | None:
    """The owner, if it is another account; None on Windows."""
    return _owner(folder) if folder.exists() else None


def make_folder(folder: Path, *, serving: bool = True) -> None:
    """Create the folder if it is missing, and check it. Raises `ConfigError`."""
    try:
        private_folder(folder)
    except OSError as error:
        raise ConfigError(
            "configuration",
            "state.dir",
            f"{folder} cannot be made: {error.strerror}",
            "Name a folder that may be written to",
        ) from error
    if not folder.is_dir():
        raise ConfigError(
            "configuration", "state.dir", f"{folder} is not a folder", "Name a folder that may be written to"
        )
    check_folder(folder, serving=serving)


def _is_there(path: Path, descriptor: int) -> bool:
    try:
        return os.path.samestat(path.stat(), os.fstat(descriptor))
    except OSError:
        return False


def _locked(folder: Path, *, told: bool = False) -> int | None:
    """The open lock file; None on a disk without locks, which is logged unless it was `told`."""
    path = folder / LOCK
    flags = os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0)
    try:
        descriptor = os.open(path, flags, 0o600)
    except OSError as error:
        if not told:
            logger.warning(
                "%s: cannot be opened (%s); a second start would not be noticed", path, error.strerror
            )
        return None
    _give_to_owner(folder, descriptor)
    try:
        _lock(descriptor)
    except OSError as error:
        text = os.read(descriptor, MAX_LOCK)
        os.close(descriptor)
        if error.errno in (errno.EACCES, errno.EAGAIN, errno.EDEADLK):
            who = f"Offhook runs already{_whose(text)} with the state folder {folder}"
            raise ConfigError("", "", who, "Stop it, or use --config for another") from None
        if not told:
            logger.warning(
                "%s: cannot be locked (%s); a second start would not be noticed", path, error.strerror
            )
        return None
    with suppress(OSError):  # on a full disk a second start is refused without naming the process id
        os.ftruncate(descriptor, 0)
        os.write(descriptor, json.dumps({"pid": os.getpid(), "since": time.time()}).encode() + b"\n")
    return descriptor


def _whose(text: bytes) -> str:
    try:
        data = json.loads(text)
        pid, since = int(data["pid"]), time.localtime(float(data["since"]))
    except (ValueError, TypeError, KeyError, OverflowError, OSError):
        return ""
    today = time.strftime("%Y-%m-%d", since) == time.strftime("%Y-%m-%d")
    return f" (pid {pid}, since {time.strftime('%H:%M' if today else '%Y-%m-%d %H:%M', since)})"


if sys.platform == "win32":
    import msvcrt

    def _lock(descriptor: int) -> None:
        os.lseek(descriptor, LOCKED_BYTE, os.SEEK_SET)
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        finally:
            os.lseek(descriptor, 0, os.SEEK_SET)

    def _exposures(folder: Path, serving: bool) -> Iterator[Exposure]:
        return iter(())

    def _owner(folder: Path) -> str | None:
        return None

    def _give_to_owner(folder: Path, descriptor: int) -> None:
        return None

else:
    import fcntl
    import grp
    import pwd

    def _lock(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)

    def _exposures(folder: Path, serving: bool) -> Iterator[Exposure]:
        real = folder.resolve()
        status = real.stat()
        owners = {os.geteuid(), 0}
        if os.geteuid() == 0 and not serving:
            owners.add(status.st_uid)
        if not stat.S_ISDIR(status.st_mode):
            yield Exposure(folder, "is not a folder", "name another in state.dir")
            return
        yield from _writable(real, status, owners)
        for parent in real.parents:
            above = parent.stat()
            if _others_write(above) and not above.st_mode & stat.S_ISVTX:
                yield Exposure(
                    parent,
                    f"can be written by other users, who can so replace {folder}",
                    f"chmod go-w {parent}, or set state.dir to another place",
                )
        for name in FOLDERS:
            yield from _entry(real / name, owners, "folder")
        for pattern in FILES:
            for path in sorted(real.glob(pattern)) if "*" in pattern else [real / pattern]:
                yield from _entry(path, owners, "file")

    def _entry(path: Path, owners: set[int], kind: str) -> Iterator[Exposure]:
        try:
            status = path.lstat()
        except OSError:
            return
        if stat.S_ISLNK(status.st_mode):
            if path.name in REPLACED:
                return
            yield Exposure(path, "is a symbolic link", f"put the {kind} itself there, or remove it")
        elif not (stat.S_ISREG if kind == "file" else stat.S_ISDIR)(status.st_mode):
            yield Exposure(path, f"is not a {kind}", "move it away")
        elif kind == "file" and status.st_nlink > 1 and not path.name.startswith("audit-"):
            yield Exposure(
                path,
                "has another name elsewhere (a hard link)",
                f"copy it and move the copy here, or find the other: find / -samefile {path}",
            )
        else:
            yield from _writable(path, status, owners)

    def _writable(path: Path, status: os.stat_result, owners: set[int]) -> Iterator[Exposure]:
        if status.st_uid not in owners:
            yield Exposure(
                path,
                f"belongs to another account ({_name(status.st_uid)})",
                f"if it is yours: chown {_name(os.geteuid())} {path}; else move it away",
            )
        elif _others_write(status):
            yield Exposure(
                path,
                "can be written by other users of this machine",
                f"look whether all in it is yours, then: chmod go-w {path}",
            )

    def _others_write(status: os.stat_result) -> bool:
        """Can other accounts write it? Not by a group whose only member is the owner, as many systems create
        for each user, nor by a system group without members (Debian's `staff` may write /var/local)."""
        if status.st_mode & stat.S_IWOTH:
            return True
        if not status.st_mode & stat.S_IWGRP:
            return False
        try:
            group, owner = grp.getgrgid(status.st_gid), pwd.getpwuid(status.st_uid)
        except KeyError:
            return True
        own = owner.pw_gid == group.gr_gid and group.gr_name == owner.pw_name
        members = set(group.gr_mem)
        if group.gr_gid < FIRST_USERS_GROUP:
            members.update(one.pw_name for one in pwd.getpwall() if one.pw_gid == group.gr_gid)
        elif not own:
            return True
        return bool(members - {owner.pw_name, "root"})

    def _give_to_owner(folder: Path, descriptor: int) -> None:
        """Files that root creates in the folder of a service get the owner of the folder."""
        owner = folder.stat()
        if os.geteuid() == 0 and owner.st_uid != 0:
            os.fchown(descriptor, owner.st_uid, owner.st_gid)

    def _owner(folder: Path) -> str | None:
        uid = folder.stat().st_uid
        return None if uid == os.geteuid() else _name(uid)

    def _name(uid: int) -> str:
        try:
            return pwd.getpwuid(uid).pw_name
        except KeyError:
            return str(uid)
