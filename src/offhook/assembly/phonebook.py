"""The phone book of desk phones, out of the terminals and the directory."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Protocol

from offhook.address import AddressRules, NumberError, normalise
from offhook.directory.base import Kind, Number, Person
from offhook.directory.index import Index
from offhook.provisioning.phonebook import Entry


class Contacts(Protocol):
    """What is needed of the directory."""

    def search(self, text: str, limit: int) -> Sequence[Person]:
        """See `offhook.directory.base.Directory`."""
        ...

    def everybody(self) -> Sequence[Person]:
        """See `offhook.directory.base.Directory`."""
        ...


class PhoneBook:
    """Implements `offhook.provisioning.phonebook.People`. Answers from memory, in some milliseconds.

    `terminals` are names by id. Colleagues stand before contacts, and a number stands once.
    """

    def __init__(self, terminals: Mapping[str, str], contacts: Contacts, rules: AddressRules) -> None:
        colleagues = [Person(name or one, (Number(one, Kind.IP),)) for one, name in terminals.items()]
        self._colleagues = Index([colleagues], lambda number: (number,))
        self._contacts, self._rules = contacts, rules

    def found(self, text: str, limit: int) -> Sequence[Entry]:
        """The first entries for a text; for an empty one the first of all."""
        entries: dict[str, Entry] = {}
        for entry in self._lines(text, limit):
            entries.setdefault(entry.number, entry)
            if len(entries) == limit:
                break
        return list(entries.values())

    def _lines(self, text: str, limit: int) -> Iterator[Entry]:
        for known in (self._colleagues, self._contacts):
            yield from self._of(known.search(text, limit) if text else known.everybody())

    def _of(self, people: Iterable[Person]) -> Iterator[Entry]:
        """A line for each number that can be dialled, as a phone dials it."""
        for one in people:
            for number in one.numbers:
                try:
                    dialled = normalise(number.text, self._rules)
                except NumberError:
                    continue
                yield Entry(one.name if len(one.numbers) == 1 else f"{one.name} {number.text}", dialled)
