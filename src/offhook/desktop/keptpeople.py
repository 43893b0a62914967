"""What this person keeps of people: favourites, and a note for each who has one."""

import logging
from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec
from PySide6.QtCore import QObject, Signal

from offhook.common.privatefile import private_folder, read_file, write_private
from offhook.directory import Number, Person
from offhook.directory.base import MAX_NUMBERS, MAX_TEXT
from offhook.directory.fold import fold

logger = logging.getLogger(__name__)

MAX_FAVOURITES = 100
"""More tiles than anybody finds one among."""

MAX_NOTES = 2_000
"""People with a note: a few for each working day of some years."""

MAX_NOTE = 2_000
"""Characters of a note: a page."""

MAX_FILE = 32 << 20
"""Bytes that are read: a file with all that fits in has fewer."""

FULL = "full"
"""In `failed`: there are too many already."""

Key = tuple[str, str]


class Note(msgspec.Struct, frozen=True):
    """A note about a person, who is found by name and number."""

    name: str
    numbers: list[str]
    text: str


class PeopleFile(msgspec.Struct, omit_defaults=True):
    """The file."""

    favourites: list[Person] = []
    notes: list[Note] = []


class KeptPeople(QObject):
    """Favourites and notes of the person at this computer, in `file` (JSON; None: in memory only).

    A person is the same whose name and one of whose numbers are: directories change their identifiers.
    `canonical` gives a number as it is compared. Favourites are kept with what is known of them, so that they
    can be shown and called while the directory is away. `changed` is emitted after each change, `failed` with
    the reason when one could not be written, or with `FULL`.
    """

    changed = Signal()
    failed = Signal(str)

    def __init__(
        self, file: Path | None, canonical: Callable[[str], str], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._file, self._canonical = file, canonical
        self._stored = PeopleFile()
        self._names: set[str] = set()
        self._favourites: dict[Key, Person] = {}
        self._notes: dict[Key, Note] = {}
        self._read()

    def favourites(self) -> Sequence[Person]:
        """In the order in which they were chosen or moved."""
        return tuple(self._stored.favourites)

    def is_favourite(self, person: Person) -> bool:
        """Is the person one of them?"""
        return self._kept(person) is not None

    def set_favourite(self, person: Person, wanted: bool = True) -> None:
        """Make the person a favourite, or not any more."""
        self._read()
        kept = self._kept(person)
        if wanted == (kept is not None):
            return
        if kept is not None:
            self._stored.favourites.remove(kept)
        elif len(self._stored.favourites) >= MAX_FAVOURITES:
            self.failed.emit(FULL)
            return
        else:
            self._stored.favourites.append(_fitted(person))
        self._write()

    def move(self, person: Person, place: int) -> None:
        """Put a favourite at another place, counted from 0."""
        self._read()
        kept = self._kept(person)
        if kept is not None:
            self._stored.favourites.remove(kept)
            self._stored.favourites.insert(place, kept)
            self._write()

    def note(self, person: Person) -> str:
        """The note about the person; "" if there is none."""
        found = self._note(person)
        return "" if found is None else found.text

    def set_note(self, person: Person, text: str) -> None:
        """Write a note about the person; an empty text removes it."""
        text = text.strip()[:MAX_NOTE]
        if text == self.note(person):
            return
        self._read()
        before = self._note(person)
        if before is not None:
            self._stored.notes.remove(before)
        elif len(self._stored.notes) >= MAX_NOTES:
            self.failed.emit(FULL)
            return
        if text:
            numbers = [number.text for number in person.numbers[:MAX_NUMBERS]]
            self._stored.notes.append(Note(person.name[:MAX_TEXT], numbers, text))
        self._write()

    def _kept(self, person: Person) -> Person | None:
        if fold(person.name) not in self._names:  # for nearly all, and at once
            return None
        return next((self._favourites[key] for key in self._keys(person) if key in self._favourites), None)

    def _note(self, person: Person) -> Note | None:
        if not self._notes:
            return None
        return next((self._notes[key] for key in self._keys(person) if key in self._notes), None)

    def _keys(self, person: Person) -> list[Key]:
        name = fold(person.name)
        return [(name, self._canonical(number.text)) for number in person.numbers]

    def _read(self) -> None:
        """Read the file, which another window of this person may have changed."""
        if self._file is None:
            return
        try:
            self._stored = msgspec.json.decode(read_file(self._file, MAX_FILE), type=PeopleFile)
        except FileNotFoundError:
            pass
        except (msgspec.DecodeError, UnicodeError, RecursionError, OSError) as error:
            logger.warning("%s: cannot be read (%s); kept beside, and begun anew", self._file, error)
            self._put_aside(self._file)
        del self._stored.favourites[MAX_FAVOURITES:], self._stored.notes[MAX_NOTES:]
        self._index()

    @staticmethod
    def _put_aside(file: Path) -> None:
        """What cannot be read is not overwritten: somebody may be able to mend it."""
        try:
            file.replace(file.with_name(f"{file.name}.broken"))
        except OSError as error:
            logger.warning("%s: %s", file, error)

    def _index(self) -> None:
        self._favourites = {key: one for one in self._stored.favourites for key in self._keys(one)}
        self._names = {name for name, _ in self._favourites}
        self._notes = {
            (fold(one.name), self._canonical(number)): one
            for one in self._stored.notes
            for number in one.numbers
        }

    def _write(self) -> None:
        self._index()
        if self._file is not None:
            try:
                private_folder(self._file.parent)
                write_private(self._file, msgspec.json.encode(self._stored).decode())
            except OSError as error:
                logger.warning("%s: %s", self._file, error)
                self.failed.emit(str(error.strerror or error))
        self.changed.emit()


def _fitted(person: Person) -> Person:
    """The person with no more than the directory itself would keep."""
    return Person(
        person.name[:MAX_TEXT],
        tuple(Number(one.text[:MAX_TEXT], one.kind) for one in person.numbers[:MAX_NUMBERS]),
        company=person.company[:MAX_TEXT],
        mail=person.mail[:MAX_TEXT],
        id=person.id[: 4 * MAX_TEXT],
    )
