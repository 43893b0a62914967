"""The same folder as another machine would have it."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.installer.windows import EPOCH


@contextmanager
def elsewhere(folder: Path, where: Path) -> Iterator[Path]:
    """A copy in another place, by a user with another umask, its files made in another order."""
    other, umask = where / "another place" / "folder", os.umask(0o077)
    try:
        for file in sorted((path for path in folder.rglob("*") if path.is_file()), reverse=True):
            copy = other / file.relative_to(folder)
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file, copy)
            os.utime(copy, (EPOCH, EPOCH))
        yield other
    finally:
        os.umask(umask)
