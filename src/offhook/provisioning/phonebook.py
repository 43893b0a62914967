"""The phone book that a phone shows: colleagues and contacts, searched while somebody types.

A phone asks with `?q=` and what was typed; where there is more than a page, the answer names the next one. It
looks as its vendor's template says, like the phone's other files.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Protocol
from urllib.parse import parse_qs, quote

BOOK: Final = "phonebook.xml"
"""The file's name, beside a phone's own. Grandstream's phones put it behind the address by themselves."""

MAX_QUERY: Final = 100
"""Characters of what was typed that are looked for: longer than any name."""

MAX_FIELDS: Final = 10
"""Fields of a query. Phones send one or two, and add their own, like their MAC address and language."""

MAX_PAGES: Final = 20
"""Nobody leafs further on the display of a phone, but types another letter."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the phone book. `number` is what the phone dials."""

    name: str
    number: str


class People(Protocol):
    """Colleagues and contacts."""

    def found(self, text: str, limit: int) -> Sequence[Entry]:
        """The first entries for a text; for an empty one the first of all."""
        ...


@dataclass(frozen=True, slots=True)
class Words:
    """What stands on the display besides names."""

    title: str
    prompt: str
    search: str
    nobody: str
    previous: str
    next: str
    dial: str
    leave: str


WORDS: Final = {
    "en": Words("Phone book", "Name or number", "Search", "Nobody found", "Previous", "Next", "Dial", "Exit"),
    "de": Words(
        "Telefonbuch", "Name oder Nummer", "Suchen", "Niemand gefunden", "Zurück", "Weiter", "Wählen", "Ende"
    ),
    "ko": Words("전화번호부", "이름 또는 번호", "검색", "결과 없음", "이전", "다음", "발신", "종료"),
}
"""By language. A phone in any other has the English ones."""


@dataclass(frozen=True, slots=True)
class Page:
    """What a template is given as `page`. Addresses have the secret path of the phone."""

    url: str
    """The phone book's own address."""
    query: str | None
    """What was typed; None where nothing was asked for yet."""
    entries: tuple[Entry, ...]
    previous: str | None
    next: str | None
    words: Words


def page(people: People, url: str, raw_query: bytes, *, size: int, asks: bool, language: str) -> Page:
    """The page that is asked for, of at most `size` entries; with `asks` empty until something is typed.

    Whatever the query is: what is not understood in it is left out.
    """
    query, number = _asked(raw_query)
    words = WORDS.get(language, WORDS["en"])
    if query is None and asks:
        return Page(url, None, (), None, None, words)
    text = query or ""
    first = number * size
    found = people.found(text, first + size + 1)
    more = len(found) > first + size and number + 1 < MAX_PAGES
    return Page(
        url,
        text,
        tuple(found[first : first + size]),
        _address(url, text, number - 1) if number else None,
        _address(url, text, number + 1) if more else None,
        words,
    )


def _asked(raw_query: bytes) -> tuple[str | None, int]:
    """What was typed, and which page, from 0."""
    try:
        fields = parse_qs(
            raw_query.decode("latin-1"), keep_blank_values=True, errors="replace", max_num_fields=MAX_FIELDS
        )
    except ValueError:
        return None, 0
    typed = fields.get("q", [None])[0]
    number = fields.get("page", [""])[0]
    at = int(number) if number.isascii() and number.isdigit() and len(number) <= 2 else 0
    if typed is None:
        return None, 0
    text = "".join(one if one.isprintable() else " " for one in typed)
    return text.strip()[:MAX_QUERY], min(at, MAX_PAGES - 1)


def _address(url: str, text: str, number: int) -> str:
    return f"{url}?q={quote(text, safe='')}&page={number}"
