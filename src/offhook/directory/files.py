"""What the sources that read a file have in common: read in a thread, and only when it has changed."""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Sequence
from pathlib import Path

from offhook.directory.base import Person
from offhook.errors import UnavailableError

MAX_FILE = 256 << 20
"""Bytes of a file of people: 100,000 vCards, some of them with a picture."""

CHECK_S = 10.0
"""How often a file's time and size are looked at."""


class FileSource(ABC):
    """A `Source` but for `read`, which its kinds have."""

    check_s = CHECK_S

    def __init__(self, name: str, file: Path) -> None:
        self.name, self.file = name, file
        self._stamp: tuple[int, int] | None = None

    @property
    def identity(self) -> str:
        """Another file is another source."""
        return str(self.file)

    async def fetch(self) -> Sequence[Person] | None:
        """Everybody, None while the file is as it was. Raises `UnavailableError`."""
        return await asyncio.to_thread(self._fetch)

    async def picture(self, person: Person) -> bytes | None:
        """A file of this kind has none."""
        return None

    @abstractmethod
    def read(self, data: bytes) -> list[Person]:
        """The people in a file's bytes. Raises `ValueError`."""

    def load(self) -> bytes:
        """The file's bytes. Raises `UnavailableError`."""
        try:
            with self.file.open("rb") as file:
                data = file.read(MAX_FILE + 1)
        except OSError as error:
            raise UnavailableError(
                f"{self.file} cannot be read ({error.strerror}); create it, let this user read it, or "
                "correct the setting"
            ) from error
        if len(data) > MAX_FILE:
            raise UnavailableError(f"{self.file} has more than {MAX_FILE} bytes; split it into several")
        return data

    def _fetch(self) -> Sequence[Person] | None:
        try:
            status = self.file.stat()
            stamp = (status.st_mtime_ns, status.st_size)
        except OSError:
            stamp = None
        if stamp is not None and stamp == self._stamp:
            return None
        data = self.load()
        try:
            people = self.read(data)
        except ValueError as error:
            raise UnavailableError(f"{self.file} cannot be understood: {error}") from error
        self._stamp = stamp
        return people


def decode(data: bytes) -> str:
    """Text in UTF-8 or UTF-16 with its mark; what is neither is taken for Korean Windows' CP949."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp949", "replace")
