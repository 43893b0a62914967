"""The values of the directory, and the interfaces of the directory and its sources."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Protocol

MAX_PEOPLE = 100_000
"""People of one source: a large company. Further ones are left out, with a warning."""

MAX_NUMBERS = 16
"""Numbers kept for one person."""

MAX_TEXT = 256
"""Characters kept of a name, number, company or mail address."""

MAX_PICTURE = 4 << 20
"""Bytes of a picture: a portrait has some 10 KB, a photograph put in by mistake some megabytes."""


class Kind(Enum):
    """Which kind of phone a person's number is."""

    WORK = "work"
    MOBILE = "mobile"
    HOME = "home"
    IP = "ip"


@dataclass(frozen=True, slots=True)
class Number:
    """A phone number in the directory's spelling."""

    text: str
    kind: Kind = Kind.WORK


@dataclass(frozen=True, slots=True)
class Person:
    """A person with at least one number. `aliases` are other spellings of the name, for search.

    `id` identifies the person in the source (LDAP: the distinguished name).
    """

    name: str
    numbers: tuple[Number, ...]
    aliases: tuple[str, ...] = ()
    company: str = ""
    mail: str = ""
    id: str = ""


@dataclass(frozen=True, slots=True)
class Notice:
    """Something noticed while a source was read; with a `fix` if something should be done.

    `shown` may contain personal data: it is for the command line, not for a log.
    """

    text: str
    fix: str = ""
    shown: str = ""


class Directory(Protocol):
    """Lookup of names and numbers, for the user interfaces and the Smart Messenger. Answers from memory."""

    def name_of(self, number: str) -> str:
        """The name for a number in any spelling; "" if it is unknown."""
        ...

    def person_of(self, number: str) -> Person | None:
        """The person whose number this is; None if nobody or several people have it."""
        ...

    async def picture(self, person: Person) -> bytes | None:
        """The person's picture (JPEG, PNG), or None. Raises `UnavailableError`."""
        ...

    def search(self, text: str, limit: int) -> Sequence[Person]:
        """People whose name, company or mail address has words that begin
        like the text, or whose number matches."""
        ...

    def similar(self, text: str, limit: int) -> Sequence[Person]:
        """People with a name similar to the text, for "did you mean" when search finds nobody."""
        ...

    def everybody(self) -> Sequence[Person]:
        """All people, by name. The same object until somebody has changed."""
        ...


class Source(Protocol):
    """A source of people. It may have `notices` from the last time it was read."""

    @property
    def name(self) -> str:
        """Its name in logs and for the file on disk."""
        ...

    @property
    def identity(self) -> str:
        """Changes with the settings of the source, so that people stored for
        other settings are not used. No secrets."""
        ...

    @property
    def check_s(self) -> float | None:
        """How often it may be refreshed, in seconds, if that is cheap; None: as configured."""
        ...

    async def fetch(self) -> Sequence[Person] | None:
        """All people; None if nothing has changed since the last time. Raises `UnavailableError`."""
        ...

    async def picture(self, person: Person) -> bytes | None:
        """The person's picture (JPEG, PNG), or None. Raises `UnavailableError`."""
        ...


def person(
    names: Sequence[str],
    numbers: Sequence[tuple[str, Kind]],
    *,
    company: str = "",
    mail: str = "",
    key: str = "",
) -> Person | None:
    """The person with these names (the first is shown) and numbers; None without a name or without a number.

    Without a name the company's name is used. All values of a source are cleaned here: trimmed, made
    printable, cut at the limits, without duplicates and invalid names and numbers.
    """
    fit_names = list(dict.fromkeys(name for name in map(_name, names) if name))
    texts = {text: Number(text, kind) for raw, kind in reversed(numbers) if (text := as_number(raw))}
    company = _name(company)
    if not texts or not (fit_names or company):
        return None
    kept = tuple(reversed(texts.values()))[:MAX_NUMBERS]
    return Person((fit_names or [company])[0], kept, tuple(fit_names[1:]), company, fit(mail), key)


def _name(text: str) -> str:
    """The name; "" if it contains a replacement character, so a letter was lost in decoding."""
    return "" if "\ufffd" in text else fit(text)


def as_number(text: str) -> str:
    """The text if it looks like a phone number, "" for notes and markup: `n/a`, `see above`, `<img src=...>`.

    Whether it can be dialled is decided later, by the dialling rules.
    """
    text = fit(text)
    # Spreadsheets keep leading zeros as ="030123" or '030123.
    text = text.removeprefix("=").strip("\"'` ")
    if _NO_NUMBER.search(text):
        return ""
    if "@" in text or _LINK.match(text):
        return text if _LINK.match(text) else ""
    digits = sum(one.isdecimal() for one in text)
    words = any(one.isalpha() for one in text)
    if not digits or (words and digits < WORDED_DIGITS and not _EXTENSION.match(text)):
        return ""
    return text


WORDED_DIGITS = 3
"""A number with letters has at least this many digits: `1-800-FLOWERS` is one, `see row 12` is not."""

_NO_NUMBER = re.compile(
    r"[<>{}\\\ufffd]|&[a-z#]|\b(?:https?|ftp|file|data|javascript|mailto):|\bwww\.", re.IGNORECASE
)
_EXTENSION = re.compile(
    r"(?:x|ext|extension|dw|durchwahl|nst|app|poste|int|tel|phone|내선|内線|分机)(?![^\W\d_])", re.IGNORECASE
)
_LINK = re.compile(r"sips?:\S+", re.IGNORECASE)


def fit(text: str) -> str:
    """The text as one line, printable and not too long."""
    if not text.isprintable():
        text = "".join(character if character.isprintable() else " " for character in text)
    return " ".join(text.split())[:MAX_TEXT]
