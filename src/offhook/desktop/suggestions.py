"""The people and numbers that a typed text may mean: of the directory, the own phones and the last calls."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from PySide6.QtCore import QCoreApplication

from offhook.call import Call, Direction
from offhook.desktop.formatting import day_text
from offhook.desktop.phonemodel import PhoneModel
from offhook.directory import Kind, Person
from offhook.directory.similarnames import begins, resembles
from offhook.errors import AddressError

translate = QCoreApplication.translate

SHOWN = 12
"""Rows of suggestions: as many as can be seen at a glance."""


class Group(Enum):
    """Where a suggestion comes from, in the order in which they are shown."""

    PEOPLE = "people"
    PHONES = "phones"
    RECENT = "recent"
    NUMBER = "number"
    """What was typed, as a number."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A number that the person may mean. `call` is the last one with it."""

    name: str
    number: str
    detail: str = ""
    kind: Kind | None = None
    group: Group = Group.PEOPLE
    call: Call | None = None


def kind_text(kind: Kind) -> str:
    """Which phone of a person a number is."""
    return {
        Kind.WORK: translate("suggestions", "Work"),
        Kind.MOBILE: translate("suggestions", "Mobile"),
        Kind.HOME: translate("suggestions", "Home"),
        Kind.IP: translate("suggestions", "IP phone"),
    }[kind]


def group_text(group: Group) -> str:
    """The heading of a group."""
    return {
        Group.PEOPLE: translate("suggestions", "People"),
        Group.PHONES: translate("suggestions", "Phones"),
        Group.RECENT: translate("suggestions", "Recent"),
        Group.NUMBER: translate("suggestions", "Number"),
    }[group]


def way_text(call: Call) -> str:
    """Which way a call went, and whether it was missed."""
    if call.missed:
        return translate("suggestions", "Missed")
    if call.direction is Direction.OUTBOUND:
        return translate("suggestions", "Outgoing")
    return translate("suggestions", "Incoming")


def suggested(
    phones: PhoneModel, text: str, recent: Sequence[Suggestion] = (), limit: int = SHOWN
) -> list[Suggestion]:
    """What fits the text, best first."""
    found = [one for person in phones.search(text, limit) for one in _numbers(person)]
    seen = {one.number for one in found}
    found += [one for one in _phones(phones, text) if one.number not in seen]
    seen |= {one.number for one in found}
    needle = text.casefold()
    found += [
        one
        for one in recent
        if one.number not in seen and (needle in one.name.casefold() or needle in one.number)
    ]
    return found[:limit]


def _phones(phones: PhoneModel, text: str) -> list[Suggestion]:
    """The site's phones that are called so."""
    return [
        Suggestion(one.name, one.id, group=Group.PHONES)
        for one in phones.terminals
        if one.id != phones.terminal and one.name and begins(text, one.name)
    ]


def _numbers(person: Person) -> list[Suggestion]:
    """A suggestion for each number of the person."""
    company = person.company if person.company != person.name else ""
    return [Suggestion(person.name, one.text, company, one.kind) for one in person.numbers]


def alike(phones: PhoneModel, text: str) -> list[Suggestion]:
    """Those whose names are nearly like the text, for when nothing fits."""
    near = [one for person in phones.similar(text, SHOWN) for one in _numbers(person)]
    named = (one for one in phones.terminals if one.name and resembles(text, one.name))
    near += [Suggestion(one.name, one.id, group=Group.PHONES) for one in named if one.id != phones.terminal]
    return near[:SHOWN]


def is_number(phones: PhoneModel, text: str) -> bool:
    """Can the text be dialled as it is?"""
    try:
        phones.messenger.number(text)
    except AddressError:
        return False
    return True


def as_number(phones: PhoneModel, text: str) -> Suggestion | None:
    """The text as what it dials, said in so many words; None if it is no number."""
    try:
        dialled = phones.messenger.number(text)
    except AddressError:
        return None
    shown = phones.show(dialled)
    said = translate("suggestions", "Call {number}").format(number=shown)
    if shown != dialled:
        dials = translate("suggestions", "dials {number}").format(number=dialled)
        said = f"{said} ({dials})"
    return Suggestion(said, text, phones.name_of(dialled), group=Group.NUMBER)


def as_line(phones: PhoneModel, one: Suggestion) -> str:
    """A suggestion as a line of text."""
    if one.group is Group.NUMBER:
        return "   ".join(filter(None, (one.name, one.detail)))
    kind = kind_text(one.kind) if one.kind is not None else ""
    parts = [one.name, phones.show(one.number), kind, one.detail]
    if one.call is not None:
        parts += [way_text(one.call), day_text(one.call.started)]
    return "   ".join(filter(None, parts))
