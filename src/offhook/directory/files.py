"""The common part of file sources: read in a thread, and only if the file has changed."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from pathlib import Path

from offhook.common.privatefile import read_file
from offhook.common.threads import Threads
from offhook.directory.base import Notice, Person
from offhook.errors import OffhookError, UnavailableError

MAX_FILE = 256 << 20
"""Bytes of a file: 100,000 vCards, some of them with a picture."""

CHECK_S = 10.0
"""How often the file's time and size are checked."""

MAX_TOLD = 5
"""Unreadable lines that a notice names: enough to find the first, and to see a pattern."""


class NotUnderstoodError(OffhookError):
    """The content of a file cannot be understood."""


class FileSource(ABC):
    """A `Source` of which subclasses implement `read`.

    `encoding` is used if the file does not declare one ("": it is detected). `country` is the site's ("KR"):
    its encodings are more likely.
    """

    check_s = CHECK_S

    def __init__(self, name: str, file: Path, *, encoding: str = "", country: str = "") -> None:
        self.name, self.file = name, file
        self.encoding, self.country = encoding, country
        self.notices: tuple[Notice, ...] = ()
        self._stamp: tuple[int, int] | None = None
        self._threads = Threads(f"directory {name}", 1)

    @property
    def identity(self) -> str:
        """Changes with the file and the encoding."""
        return repr((str(self.file), self.encoding)) if self.encoding else str(self.file)

    async def fetch(self) -> Sequence[Person] | None:
        """All people; None if the file has not changed. Raises `UnavailableError`."""
        return await self._threads.run(self._fetch)

    async def picture(self, person: Person) -> bytes | None:
        """None: files of this kind have no pictures."""
        return None

    @abstractmethod
    def read(self, data: bytes) -> list[Person]:
        """The people in the file's bytes. Sets `notices`. Raises `NotUnderstoodError`."""

    def load(self) -> bytes:
        """The file's bytes. Raises `UnavailableError`."""
        try:
            data = read_file(self.file, MAX_FILE + 1)
        except OSError as error:
            raise UnavailableError(
                f"{self.file} cannot be read ({error.strerror})",
                "create it, let this user read it, or correct the setting",
            ) from error
        if len(data) > MAX_FILE:
            raise UnavailableError(f"{self.file} has more than {MAX_FILE} bytes", "split it into several")
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
        except NotUnderstoodError as error:
            raise UnavailableError(f"{self.file} cannot be understood: {error.what}", error.fix) from error
        self._stamp = stamp
        return people


def undecided(encoding: str) -> NotUnderstoodError:
    """The error: why names cannot be read, and what to do."""
    if encoding:
        return NotUnderstoodError(
            f"names are neither in UTF-8 nor in {encoding}", f"correct encoding = {encoding!r} of this source"
        )
    return NotUnderstoodError(
        "it cannot be told in what encoding names are",
        'save the file as UTF-8, or set encoding of this source, like encoding = "windows-1252"',
    )


def lines_told(lines: Sequence[int]) -> str:
    """The first few line numbers, as text for a notice."""
    more = ", ..." if len(lines) > MAX_TOLD else ""
    return f"line{'s' if len(lines) > 1 else ''} {', '.join(map(str, lines[:MAX_TOLD]))}{more}"
