"""The values of a directory, what it answers, and what it is filled from."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Protocol

MAX_PEOPLE = 100_000
"""People of one source: a large company. Those beyond are left out, with a warning."""

MAX_NUMBERS = 16
"""Numbers of one person that are kept."""

MAX_TEXT = 256
"""Characters of a name, number, company or mail address that are kept."""

MAX_PICTURE = 4 << 20
"""Bytes of a picture: a portrait has some 10 KB, a photograph put in by mistake some megabytes."""


class Kind(Enum):
    """Which of a person's phones a number is."""

    WORK = "work"
    MOBILE = "mobile"
    HOME = "home"
    IP = "ip"


@dataclass(frozen=True, slots=True)
class Number:
    """A phone number as the directory writes it."""

    text: str
    kind: Kind = Kind.WORK


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with at least one number. `aliases` are other writings of the name, by which they are found.

    `id` is what their source knows them by (LDAP: the distinguished name).
    """

    name: str
    numbers: tuple[Number, ...]
    aliases: tuple[str, ...] = ()
    company: str = ""
    mail: str = ""
    id: str = ""


@dataclass(frozen=True, slots=True)
class Notice:
    """What a source noticed while it was read; with a `fix`, something is to be done.

    `shown` may be personal data: for who asks at the command line, not for a log.
    """

    text: str
    fix: str = ""
    shown: str = ""


class Directory(Protocol):
    """What front doors and the Smart Messenger ask. Answers come from memory, without waiting."""

    def name_of(self, number: str) -> str:
        """The name that belongs to a number, however that is written; "" when nobody has it."""
        ...

    def search(self, text: str, limit: int) -> Sequence[Person]:
        """People found by the beginnings of their names, company and mail address, or by their numbers."""
        ...

    def near(self, text: str, limit: int) -> Sequence[Person]:
        """People whose names nearly are the text: whom somebody may have meant that search does not find."""
        ...


class Source(Protocol):
    """Where people come from. It may have `notices`, of when it was last read."""

    @property
    def name(self) -> str:
        """For logs and for the file of what it last told."""
        ...

    @property
    def identity(self) -> str:
        """Changes whenever the source is another one, so that its old people no longer count. No secrets."""
        ...

    @property
    def check_s(self) -> float | None:
        """How often it may be asked, in seconds, where that costs next to nothing; None: as configured."""
        ...

    async def fetch(self) -> Sequence[Person] | None:
        """Everybody; None when nothing has changed since the last time. Raises `UnavailableError`."""
        ...

    async def picture(self, person: Person) -> bytes | None:
        """The person's picture as a file's bytes (JPEG, PNG), None without one. Raises `UnavailableError`."""
        ...


def person(
    names: Sequence[str],
    numbers: Sequence[tuple[str, Kind]],
    *,
    company: str = "",
    mail: str = "",
    key: str = "",
) -> Person | None:
    """The person with these names (the first to be shown) and numbers; None without a name or a number.

    Who has no name of their own has the company's. Whatever a source gives is made fit here: trimmed,
    printable, cut at the limits, each thing once; what is no name or no number is left out.
    """
    fit_names = list(dict.fromkeys(name for name in map(_name, names) if name))
    texts = {text: Number(text, kind) for raw, kind in reversed(numbers) if (text := as_number(raw))}
    company = _name(company)
    if not texts or not (fit_names or company):
        return None
    kept = tuple(reversed(texts.values()))[:MAX_NUMBERS]
    return Person((fit_names or [company])[0], kept, tuple(fit_names[1:]), company, fit(mail), key)


def _name(text: str) -> str:
    """A name, "" for one with a letter that was lost on the way."""
    return "" if "\ufffd" in text else fit(text)


def as_number(text: str) -> str:
    """The text as a phone number is written, "" for what is none: `n/a`, `see above`, `<img src=...>`.

    Whether it can be dialled, the dialling rules say; a reader knows notes and markup from numbers.
    """
    text = fit(text)
    # Spreadsheets keep leading zeros by writing ="030123" or '030123.
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
"""Digits that a number with letters in it has at least: `1-800-FLOWERS` is one, `see row 12` is not."""

_NO_NUMBER = re.compile(
    r"[<>{}\\\ufffd]|&[a-z#]|\b(?:https?|ftp|file|data|javascript|mailto):|\bwww\.", re.IGNORECASE
)
_EXTENSION = re.compile(
    r"(?:x|ext|extension|dw|durchwahl|nst|app|poste|int|tel|phone|내선|内線|分机)(?![^\W\d_])", re.IGNORECASE
)
_LINK = re.compile(r"sips?:\S+", re.IGNORECASE)


def fit(text: str) -> str:
    """One line of printable text, not too long."""
    if not text.isprintable():
        text = "".join(character if character.isprintable() else " " for character in text)
    return " ".join(text.split())[:MAX_TEXT]
