"""Everybody who can be called: the people of the directory, and the site's phones that are not in it."""

import asyncio
from bisect import bisect_right
from collections.abc import Sequence

from PySide6.QtCore import QObject, QTimer, Signal
from shiboken6 import isValid

from offhook.call import Terminal
from offhook.desktop.bridge import spawn
from offhook.desktop.phonemodel import PhoneModel
from offhook.directory import Number, Person
from offhook.directory.fold import words
from offhook.directory.index import Index

LOOK_MS = 2000
"""How often it is looked whether the directory has been read anew."""


class ContactBook(QObject):
    """`changed` is emitted when the people or the phones are not the same any more."""

    changed = Signal()

    def __init__(self, phones: PhoneModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._phones = phones
        self._listed: Sequence[Person] = ()
        self._own = Index((), _keys)
        self._everybody: Sequence[Person] = ()
        self._merging = False
        self._again = QTimer(self, interval=LOOK_MS)
        self._again.timeout.connect(self._look)
        phones.presence.phones_changed.connect(self._begin)
        self._look()
        if phones.directory is not None:
            self._again.start()

    def everybody(self) -> Sequence[Person]:
        """All of them, by name."""
        return self._everybody

    @property
    def lists_people(self) -> bool:
        """Does the directory have anybody?"""
        return bool(self._listed)

    def search(self, text: str, limit: int) -> list[Person]:
        """The people and phones that match the text: the best match first, phones after people."""
        found = list(self._phones.search(text, limit))
        return [*found, *self._own.search(text, limit)][:limit]

    def similar(self, text: str, limit: int) -> list[Person]:
        """Those with a name similar to the text."""
        return [*self._phones.similar(text, limit), *self._own.similar(text, limit)][:limit]

    def _look(self) -> None:
        directory = self._phones.directory
        listed = directory.everybody() if directory is not None else ()
        if listed is not self._listed:
            self._listed = listed
            self._everybody = listed  # at once; the phones follow
            self.changed.emit()
            self._begin()

    def _begin(self) -> None:
        if not self._merging and self._phones.presence.phones:
            self._merging = True
            spawn(self._merge())

    async def _merge(self) -> None:
        """Which phones the directory knows takes a while at a large site."""
        listed, phones = None, None
        while not (listed is self._listed and phones is self._phones.presence.phones):
            listed, phones = self._listed, self._phones.presence.phones
            self._own, merged = await asyncio.to_thread(self._merged, listed, list(phones.values()))
        self._everybody, self._merging = merged, False
        if isValid(self):
            self.changed.emit()

    def _merged(self, listed: Sequence[Person], phones: Sequence[Terminal]) -> tuple[Index, list[Person]]:
        directory = self._phones.directory
        known = directory.name_of if directory is not None else _nobody
        own = Index([[as_person(one) for one in phones if not known(one.id)]], _keys)
        merged: list[Person] = []
        begin = 0
        for one in own.everybody():
            end = bisect_right(listed, words(one.name), begin, key=lambda person: words(person.name))
            merged += listed[begin:end]
            merged.append(one)
            begin = end
        return own, [*merged, *listed[begin:]]


def as_person(terminal: Terminal) -> Person:
    """A phone as somebody who can be called."""
    return Person(terminal.name or terminal.id, (Number(terminal.id),))


def _nobody(_number: str) -> str:
    return ""


def _keys(number: str) -> tuple[str, ...]:
    return (number,)
