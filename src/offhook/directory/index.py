"""People by number and by what a person types. Built once from everybody, then only read.

Searching goes through everybody: 10,000 people take a millisecond or two, and no structure has to be kept in
step. The words of a row stand behind line feeds, so that `\\nkim` is found where a word begins so.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import islice

from offhook.directory.base import Kind, Person
from offhook.directory.fold import fold, initials, only_consonants, words
from offhook.directory.near import all_alike

Keys = Callable[[str], tuple[str, ...]]
"""What a number, however written, is compared by; empty for what is no number."""

MAX_QUERY = 100
"""Characters of a search that are looked at: longer than any name."""

MAX_SUFFIXES = 8
"""Syllables of a Korean word that are tried as a beginning: `철수` finds `김철수`."""

_ORDER = {Kind.WORK: 0, Kind.IP: 1, Kind.MOBILE: 2, Kind.HOME: 3}
_NUMBER = re.compile(r"[\d\s()+\-./]*\d[\d\s()+\-./]*")
_DIGITS = re.compile(r"\D+")


@dataclass(frozen=True, slots=True)
class Row:
    """One person, ready to be searched: names, everything, initials and digits, each word behind `\\n`."""

    person: Person
    names: str
    words: str
    initials: str
    digits: str


class Index:
    """Everybody of all sources, the first source's people first where several have a number."""

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
        """Who has the number, of the first source and kind of phone in which anybody has it."""
        for key in self._keys(number):
            held = self._numbers.get(key)
            if held:
                best = min(rank for rank, _ in held)
                return list(dict.fromkeys(one for rank, one in held if rank == best))
        return []

    def name_of(self, number: str) -> str:
        """The name to show for a number: its person's, or the company's where its people share it."""
        holders = self.holders(number)
        if len({one.name for one in holders}) == 1:
            return holders[0].name
        companies = {one.company for one in holders}
        return companies.pop() if len(companies) == 1 else ""

    def search(self, text: str, limit: int) -> list[Person]:
        """The people that match all words of the text, at most `limit`, best and then by name."""
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

    def near(self, text: str, limit: int) -> list[Person]:
        """People whose names nearly are the text, when search finds nobody."""
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
    """Korean given names, which follow the family's without a space."""
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
    """Was somebody of this name and one of these numbers told by an earlier source?"""
    name = fold(one.name)
    marks = [(name, key) for _, found in numbers for key in found]
    known = any(seen.get(mark, rank) < rank for mark in marks)
    for mark in marks:
        seen.setdefault(mark, rank)
    return known
