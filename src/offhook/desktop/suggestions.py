"""The people and numbers that a typed text may mean: of the directory, the own phones and the last calls."""

from collections.abc import Sequence
from dataclasses import dataclass

from offhook.desktop.phonemodel import PhoneModel
from offhook.directory.similarnames import begins, resembles
from offhook.errors import AddressError

SHOWN = 12
"""Rows of suggestions: as many as can be seen at a glance."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A number that the person may mean."""

    name: str
    number: str
    detail: str = ""


def suggested(phones: PhoneModel, text: str, recent: Sequence[Suggestion] = ()) -> list[Suggestion]:
    """What fits the text, best first."""
    found = [
        Suggestion(person.name, number.text, person.company if person.company != person.name else "")
        for person in phones.search(text, SHOWN)
        for number in person.numbers
    ]
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
    return found[:SHOWN]


def alike(phones: PhoneModel, text: str) -> list[Suggestion]:
    """Those whose names are nearly like the text, for when nothing fits."""
    people = phones.similar(text, SHOWN)
    near = [Suggestion(one.name, number.text, one.company) for one in people for number in one.numbers]
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
    """A suggestion as a line of a list."""
    return "   ".join(filter(None, (one.name, phones.show(one.number), one.detail)))
