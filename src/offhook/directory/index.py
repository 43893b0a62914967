"""The search index: people by number and by typed text. Built once, then only read.

Search is a linear scan in C: 100,000 people take some milliseconds, and there is no structure to update. Each
word of a row follows a line feed, so that a substring search for `\\nkim` finds words that begin with it.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain, islice
from typing import NamedTuple

from offhook.directory.base import Kind, Number, Person
from offhook.directory.fold import fold, initials, words
from offhook.directory.rowtexts import RowTexts
from offhook.directory.similarnames import NameMatcher

Keys = Callable[[str], tuple[str, ...]]
"""The keys by which a number in any spelling is compared; empty if it is not a number."""

MAX_QUERY = 100
"""Characters of a search text that are used: longer than any name."""

COUNTED = 4
"""Words of a search text of which the rarest is looked for; more would take longer than they save."""

MAX_SUFFIXES = 8
"""Up to this many syllables of a Korean word can be the beginning of a match: `철수` finds `김철수`."""

_ORDER = {Kind.WORK: 0, Kind.IP: 1, Kind.MOBILE: 2, Kind.HOME: 3}
_NUMBER = re.compile(r"[\d\s()+\-./]*\d[\d\s()+\-./]*")
_DIGITS = re.compile(r"\D+")


class _Row(NamedTuple):
    """A person prepared for search: names; all text and initials; digits, with `\\n` before each word."""

    person: Person
    names: str
    words: str
    digits: str


class Index:
    """The people of all sources. If several have a number, earlier sources win."""

    def __init__(self, sources: Sequence[Sequence[Person]], keys: Keys) -> None:
        self._keys = keys
        self._numbers: dict[str, list[tuple[int, Person]]] = {}
        seen: dict[tuple[str, str], int] = {}
        rows: list[_Row] = []
        for rank, people in enumerate(sources):
            for one in people:
                own = [(number, keys(number.text)) for number in one.numbers]
                if _known(one, own, seen, rank):
                    continue
                self._add_numbers(one, own, rank)
                rows.append(_row(one, [key for _, found in own for key in found]))
        rows.sort(key=lambda row: row.names)
        self._people = [row.person for row in rows]
        self._names = RowTexts(row.names for row in rows)
        self._words = RowTexts(row.words for row in rows)
        self._digits = RowTexts(row.digits for row in rows)

    def _add_numbers(self, one: Person, own: Iterable[tuple[Number, Sequence[str]]], rank: int) -> None:
        for number, found in own:
            for key in found:
                self._numbers.setdefault(key, []).append((rank * 4 + _ORDER[number.kind], one))

    def __len__(self) -> int:
        return len(self._people)

    def everybody(self) -> Sequence[Person]:
        """All people, by name."""
        return self._people

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
        parts = [f"\n{term}" for term in terms]
        begin = self._names.beginning(parts[0])
        found = (
            self._by_word(parts[0], begin, limit) if len(parts) == 1 else self._by_words(parts, begin, limit)
        )
        return [self._people[row] for row in found]

    def _by_word(self, part: str, begin: range, limit: int) -> Sequence[int]:
        """The rows that have this, best first; `begin` are those that begin with it."""
        if len(begin) >= limit:
            return begin[:limit]
        rows = list(islice(self._words.holding(part), limit))
        if not rows:
            return rows
        if len(rows) < limit:  # those are all
            named: Iterable[int] = (row for row in rows if self._names.has(row, part))
        else:
            named = self._names.holding(part)
        return list(islice(unique(chain(begin, named, rows)), limit))

    def _by_words(self, parts: Sequence[str], begin: range, limit: int) -> Sequence[int]:
        """The rows that have all of these, best first; `begin` are those that begin with the first."""
        first = parts[0]
        rarest = min(sorted(parts, key=len, reverse=True)[:COUNTED], key=self._words.sampled)
        ranks: tuple[list[int], list[int], list[int]] = ([], [], [])
        named: bool | None = None
        for row in self._words.holding(rarest):
            if all(self._words.has(row, part) for part in parts):
                ranks[0 if row in begin else 1 if self._names.has(row, first) else 2].append(row)
                if sum(map(len, ranks)) < limit:
                    continue
                if named is None:
                    named = self._names.count(first) > 0
                best = ranks if not named else ranks[:2] if row >= begin.stop else ranks[:1]
                if sum(map(len, best)) >= limit:
                    break  # no better one can follow
        return list(islice(chain(*ranks), limit))

    def similar(self, text: str, limit: int) -> list[Person]:
        """People with a name similar to the text, for when search finds nobody."""
        typed = words(text[:MAX_QUERY])
        if not typed:
            return []
        alike = NameMatcher(typed)
        rows = self._names.holding(f"\n{typed[0][0]}")  # a word is alike only with the same beginning
        near = (row for row in rows if alike.all_in(self._names.of(row).split()))
        return [self._people[row] for row in islice(near, limit)]

    def _by_number(self, text: str, limit: int) -> list[Person]:
        digits = _DIGITS.sub("", fold(text))
        found = dict.fromkeys(self.holders(text))
        for part in (f"\n{digits}", digits):
            for row in self._digits.holding(part):
                if len(found) >= limit:
                    return list(found)[:limit]
                found[self._people[row]] = None
        return list(found)[:limit]


def unique(rows: Iterable[int]) -> Iterator[int]:
    """Each of these once, in order."""
    seen: set[int] = set()
    for row in rows:
        if row not in seen:
            seen.add(row)
            yield row


def _row(one: Person, keys: Iterable[str]) -> _Row:
    names = [_lines(one.name), *map(_lines, one.aliases)]
    endings = [ending for name in (one.name, *one.aliases) for ending in _endings(name)]
    names_text = "".join([*names, *endings])
    others = "".join([_lines(one.company), _lines(one.mail)])
    sounds = "".join(f"\n{initials(word)}" for name in (one.name, *one.aliases) for word in name.split())
    digits = [_DIGITS.sub("", fold(number.text)) for number in one.numbers]
    numbers = "".join(f"\n{text}" for text in dict.fromkeys((*digits, *keys)))
    return _Row(one, names_text, names_text + others + sounds, numbers)


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
