"""The search index: people by number and by typed text. Built once, then only read.

Search is a linear scan: 10,000 people take a millisecond or two, and there is no structure to update. Each
word of a row follows a line feed, so that a substring search for `\\nkim` finds words that begin with it.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import islice

from offhook.directory.base import Kind, Person
from offhook.directory.fold import fold, initials, only_consonants, words
from offhook.directory.similarnames import all_alike

Keys = Callable[[str], tuple[str, ...]]
"""The keys by which a number in any spelling is compared; empty if it is not a number."""

MAX_QUERY = 100
"""Characters of a search text that are used: longer than any name."""

MAX_SUFFIXES = 8
"""Up to this many syllables of a Korean word can be the beginning of a match: `철수` finds `김철수`."""

_ORDER = {Kind.WORK: 0, Kind.IP: 1, Kind.MOBILE: 2, Kind.HOME: 3}
_NUMBER = re.compile(r"[\d\s()+\-./]*\d[\d\s()+\-./]*")
_DIGITS = re.compile(r"\D+")


@dataclass(frozen=True, slots=True)
class Row:
    """A person prepared for search: names, all text, initials and digits, with `\\n` before each word."""

    person: Person
    names: str
    words: str
    initials: str
    digits: str


class Index:
    """The people of all sources. If several have a number, earlier sources win."""

    def __init__(self, sources: Sequence[Sequence[Person]], keys: Keys) -> None:
        self._keys = keys
        self._numbers: dict[str, list[tuple[int, Person]]] = {}
        seen: dict[tuple[str, str], int] = {}
        rows: list[Row] = []
        for rank, people in enumerate(sources):
            for one in people:
                own = [(number, keys(number.text)) for number in one.numbers]
                if _known(one, own, seen, rank):
                    continue
                for number, found in own:
                    for key in found:
                        self._numbers.setdefault(key, []).append((rank * 4 + _ORDER[number.kind], one))
                rows.append(_row(one, [key for _, found in own for key in found]))
        rows.sort(key=lambda row: row.names)
        self._rows = rows

    def __len__(self) -> int:
        return len(self._rows)

    def holders(self, number: str) -> list[Person]:
        """The owners of the number. Earlier sources win, then work before IP, mobile and home."""
        for key in self._keys(number):
            held = self._numbers.get(key)
            if held:
                best = min(rank for rank, _ in held)
                return list(dict.fromkeys(one for rank, one in held if rank == best))
        return []

    def name_of(self, number: str) -> str:
        """The name for a number: the owner's, or the company's if several of its people share the number."""
        holders = self.holders(number)
        if len({one.name for one in holders}) == 1:
            return holders[0].name
        companies = {one.company for one in holders}
        return companies.pop() if len(companies) == 1 else ""

    def person_of(self, number: str) -> Person | None:
        """The owner of the number; None if there is none, or several people share it."""
        holders = self.holders(number)
        return holders[0] if len(holders) == 1 else None

    def search(self, text: str, limit: int) -> list[Person]:
        """The people who match all words of the text, at most `limit`, best match first, then by name."""
        text = text[:MAX_QUERY]
        if _NUMBER.fullmatch(text.strip()):
            return self._by_number(text, limit)
        terms = words(text)
        if not terms:
            return []
        first, rest = f"\n{terms[0]}", [f"\n{term}" for term in terms[1:]]
        sounds = only_consonants(terms[0])
        ranks: tuple[list[Person], list[Person], list[Person]] = ([], [], [])
        for row in self._rows:
            if first not in row.words and not (sounds and first in row.initials):
                continue
            if any(term not in row.words and term not in row.initials for term in rest):
                continue
            rank = 0 if row.names.startswith(first) else 1 if first in row.names else 2
            ranks[rank].append(row.person)
            if len(ranks[0]) >= limit:
                break
        return [*ranks[0], *ranks[1], *ranks[2]][:limit]

    def similar(self, text: str, limit: int) -> list[Person]:
        """People with a name similar to the text, for when search finds nobody."""
        typed = words(text[:MAX_QUERY])
        return list(islice((row.person for row in self._rows if all_alike(typed, row.names.split())), limit))

    def _by_number(self, text: str, limit: int) -> list[Person]:
        digits = _DIGITS.sub("", fold(text))
        found = dict.fromkeys(self.holders(text))
        near = [row for row in self._rows if digits in row.digits]
        found |= dict.fromkeys(row.person for row in near if f"\n{digits}" in row.digits)
        found |= dict.fromkeys(row.person for row in near)
        return list(found)[:limit]


def _row(one: Person, keys: Iterable[str]) -> Row:
    names = [_lines(one.name), *map(_lines, one.aliases)]
    endings = [ending for name in (one.name, *one.aliases) for ending in _endings(name)]
    names_text = "".join([*names, *endings])
    others = "".join([_lines(one.company), _lines(one.mail)])
    sounds = "".join(f"\n{initials(word)}" for name in (one.name, *one.aliases) for word in name.split())
    digits = [_DIGITS.sub("", fold(number.text)) for number in one.numbers]
    numbers = "".join(f"\n{text}" for text in dict.fromkeys((*digits, *keys)))
    return Row(one, names_text, names_text + others, sounds, numbers)


def _lines(text: str) -> str:
    return "".join(f"\n{word}" for word in words(text))


def _endings(name: str) -> list[str]:
    """Possible Korean given names: they follow the family name without a space."""
    return [
        f"\n{fold(word[start:])}"
        for word in name.split()
        if initials(word)
        for start in range(1, min(len(word), MAX_SUFFIXES))
    ]


def _known(
    one: Person,
    numbers: Sequence[tuple[object, tuple[str, ...]]],
    seen: dict[tuple[str, str], int],
    rank: int,
) -> bool:
    """Has an earlier source a person with this name and one of these numbers?"""
    name = fold(one.name)
    marks = [(name, key) for _, found in numbers for key in found]
    known = any(seen.get(mark, rank) < rank for mark in marks)
    for mark in marks:
        seen.setdefault(mark, rank)
    return known
