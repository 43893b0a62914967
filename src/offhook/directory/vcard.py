"""People from a vCard file (versions 2.1, 3.0 and 4.0), as phones and address books export them."""

import asyncio
import logging
from collections.abc import Iterator
from typing import Any

import vobject

from offhook.directory.base import MAX_PEOPLE, MAX_PICTURE, Kind, Person, person
from offhook.directory.csv import whole_name
from offhook.directory.files import FileSource, decode

NO_CALLS = frozenset({"FAX", "PAGER", "MODEM", "BBS", "TEXTPHONE"})
"""Types of numbers at which nobody answers."""


class VcardSource(FileSource):
    """A `Source`. A card that cannot be read is passed over; the others count."""

    def read(self, data: bytes) -> list[Person]:
        """The people of the cards that have a name and a number."""
        people = []
        for card in _cards(data):
            one = _person(card)
            if one is not None:
                people.append(one)
            if len(people) == MAX_PEOPLE:
                break
        return people

    async def picture(self, person: Person) -> bytes | None:
        """The picture in the person's card, not one that it only links to. Raises `UnavailableError`."""
        return await asyncio.to_thread(self._picture, person)

    def _picture(self, wanted: Person) -> bytes | None:
        for card in _cards(self.load()):
            if _person(card) == wanted:
                for photo in card.contents.get("photo", ()):
                    if isinstance(photo.value, bytes) and len(photo.value) <= MAX_PICTURE:
                        return photo.value
        return None


def _cards(data: bytes) -> Iterator[Any]:
    # The library tells of each unreadable line, with what is in it: people's data do not belong in a log.
    logging.getLogger("vobject").setLevel(logging.CRITICAL)
    text = decode(data)
    try:
        yield from vobject.readComponents(text, ignoreUnreadable=True, allowQP=True)
    except vobject.base.ParseError as error:
        raise ValueError(f"it is no vCard file from line {error.lineNumber} on") from error


def _person(card: Any) -> Person | None:
    if card.name.upper() != "VCARD":
        return None
    contents = card.contents
    names = [one.value for one in contents.get("fn", ())]
    names += [whole_name(_text(one.value.family), _text(one.value.given)) for one in contents.get("n", ())]
    names += [_text(one.value) for one in contents.get("nickname", ())]
    organisation = next((one.value for one in contents.get("org", ())), "")
    return person(
        [name for name in names if isinstance(name, str)],
        [(_number(one.value), kind) for one in contents.get("tel", ()) if (kind := _kind(one)) is not None],
        company=_text(organisation[:1] if isinstance(organisation, list) else organisation),
        mail=_text(next((one.value for one in contents.get("email", ())), "")),
        key=_text(next((one.value for one in contents.get("uid", ())), "")),
    )


def _kind(telephone: Any) -> Kind | None:
    """Version 2.1 has types without their name: `TEL;WORK;VOICE:`."""
    types = {one.upper() for one in telephone.params.get("TYPE", ())}
    types |= {one.upper() for one in telephone.singletonparams}
    types = {part.strip() for one in types for part in one.strip('"').split(",")}
    if types & NO_CALLS and "VOICE" not in types:
        return None
    if types & {"CELL", "MOBILE", "IPHONE"}:
        return Kind.MOBILE
    return Kind.HOME if "HOME" in types else Kind.WORK


def _number(value: object) -> str:
    """Version 4.0 writes `tel:+82-2-568-3848;ext=12`."""
    text = _text(value)
    return text[4:].partition(";")[0] if text.lower().startswith("tel:") else text


def _text(value: object) -> str:
    if isinstance(value, list):
        return " ".join(map(_text, value))
    return value if isinstance(value, str) else ""
