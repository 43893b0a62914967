"""The people and numbers that a typed text may mean: of the directory, the own phones and the last calls."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication

from offhook.desktop.phonemodel import PhoneModel
from offhook.directory import Kind, Person
from offhook.directory.similarnames import begins, resembles
from offhook.errors import AddressError

translate = QCoreApplication.translate

SHOWN = 12
"""Rows of suggestions: as many as can be seen at a glance."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A number that the person may mean."""

    name: str
    number: str
    detail: str = ""
    kind: Kind | None = None


def kind_text(kind: Kind) -> str:
    """Which phone of a person a number is."""
    return {
        Kind.WORK: translate("suggestions", "Work"),
        Kind.MOBILE: translate("suggestions", "Mobile"),
        Kind.HOME: translate("suggestions", "Home"),
        Kind.IP: translate("suggestions", "IP phone"),
    }[kind]


def suggested(
    phones: PhoneModel, text: str, recent: Sequence[Suggestion] = (), limit: int = SHOWN
) -> list[Suggestion]:
    """What fits the text, best first."""
    found = [one for person in phones.search(text, limit) for one in _numbers(person)]
    seen = {one.number for one in found}
    named = (one for one in phones.terminals if one.name and begins(text, one.name))
    found += [Suggestion(one.name, one.id) for one in named if one.id not in (phones.terminal, *seen)]
    seen |= {one.number for one in found}
    needle = text.casefold()
    found += [
        one
        for one in recent
        if one.number not in seen and (needle in one.name.casefold() or needle in one.number)
    ]
    return found[:limit]


def _numbers(person: Person) -> list[Suggestion]:
    """A suggestion for each number of the person."""
    company = person.company if person.company != person.name else ""
    return [Suggestion(person.name, one.text, company, one.kind) for one in person.numbers]


def alike(phones: PhoneModel, text: str) -> list[Suggestion]:
    """Those whose names are nearly like the text, for when nothing fits."""
    near = [one for person in phones.similar(text, SHOWN) for one in _numbers(person)]
    named = (one for one in phones.terminals if one.name and resembles(text, one.name))
    near += [Suggestion(one.name, one.id) for one in named if one.id != phones.terminal]
    return near[:SHOWN]


def is_number(phones: PhoneModel, text: str) -> bool:
    """Can the text be dialled as it is?"""
    try:
        phones.messenger.number(text)
    except AddressError:
        return False
    return True


def as_line(phones: PhoneModel, one: Suggestion) -> str:
    """A suggestion as a line of text."""
    kind = kind_text(one.kind) if one.kind is not None else ""
    return "   ".join(filter(None, (one.name, phones.show(one.number), kind, one.detail)))
