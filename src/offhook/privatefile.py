"""Files for their owner's eyes only, written whole or not at all."""

import os
import sys
from contextlib import suppress
from pathlib import Path


def write_private(path: Path, text: str) -> None:
    """Write the file for its owner only (0600); a reader sees the old text or the new. Raises `OSError`.

    A file that is there keeps its owner where that is allowed: an administrator may edit a service's file.
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


def _keep_owner(path: Path, beside: Path) -> None:
    if sys.platform != "win32" and path.exists():
        owner = path.stat()
        with suppress(PermissionError):
            os.chown(beside, owner.st_uid, owner.st_gid)
