"""People from a vCard file (versions 2.1, 3.0 and 4.0), as phones and address books export them."""

import binascii
import re
from collections.abc import Iterator
from urllib.parse import unquote

from offhook.directory.base import MAX_PEOPLE, MAX_PICTURE, Kind, Notice, Person, person
from offhook.directory.contentlines import Card, Property, read_cards
from offhook.directory.csv import whole_name
from offhook.directory.encoding import RecordDecoder, known_encoding, unicode_bytes
from offhook.directory.files import FileSource, NotUnderstoodError, lines_told, undecided

NO_CALLS = frozenset({"FAX", "PAGER", "MODEM", "BBS", "TEXTPHONE"})
"""TEL types at which nobody answers."""

TEXTS = ("FN", "N", "NICKNAME", "ORG", "TEL", "EMAIL", "UID", "VERSION")

MAX_TEXT = 64 << 10
"""Bytes that are used of a name or number; nobody would see more."""

Fields = list[tuple[Property, str]]
"""The properties of a card with their values as text."""


class VcardSource(FileSource):
    """A `Source`. Cards that cannot be read are skipped and counted."""

    def read(self, data: bytes) -> list[Person]:
        """The people in the cards with a name and a number. Raises `NotUnderstoodError`."""
        self.notices = ()
        data, name = unicode_bytes(data, self.encoding)
        cards = list(read_cards(data, TEXTS))
        if not cards and data.strip(b"\0 \t\r\n"):
            raise NotUnderstoodError("it is not a vCard file: no card begins in it (BEGIN:VCARD)")
        texts = self._texts(cards)
        people: list[Person] = []
        broken: list[int] = []
        unknown: list[int] = []
        for card in cards:
            fields = _fields(card, texts)
            one = None if fields is None else _person(fields)
            if one is not None:
                people.append(one)
            elif fields is None:
                unknown.append(card.line)
            elif card.unreadable or (card.properties and not card.whole):
                broken.append(card.line)
            if len(people) == MAX_PEOPLE:
                break
        if unknown and not people:
            raise undecided(self.encoding)
        self.notices = tuple(_notices(cards, broken, unknown, self.encoding, name or texts.summary()))
        return people

    async def picture(self, person: Person) -> bytes | None:
        """The picture embedded in the person's card; links are not followed. Raises `UnavailableError`."""
        return await self._threads.run(self._picture, person)

    def _picture(self, wanted: Person) -> bytes | None:
        data, _ = unicode_bytes(self.load(), self.encoding)
        cards = list(read_cards(data, (*TEXTS, "PHOTO")))
        texts = self._texts(cards)
        for card in cards:
            fields = _fields(card, texts)
            if fields is not None and _person(fields) == wanted:
                return next((photo for one in card.all("PHOTO") if (photo := _photo(one))), None)
        return None

    def _texts(self, cards: list[Card]) -> RecordDecoder:
        samples = (b"\n".join(value for _, value in _undeclared(card)) for card in cards)
        return RecordDecoder(samples, self.encoding, self.country)


def _notices(
    cards: list[Card], broken: list[int], unknown: list[int], encoding: str, read_as: str
) -> Iterator[Notice]:
    yield Notice(f"read as {read_as}")
    lines = sum(card.unreadable for card in cards)
    if lines:
        yield Notice(
            f"{lines} lines of cards are invalid and left out"
            if lines > 1
            else "a line of a card is invalid and left out"
        )
    if broken:
        yield Notice(
            f"{len(broken)} of {len(cards)} cards cannot be read and are passed over ({lines_told(broken)})",
            "export them anew, or mend those lines",
        )
    if unknown:
        why = undecided(encoding)
        told = f"{len(unknown)} of {len(cards)} cards are passed over ({lines_told(unknown)}): {why.what}"
        yield Notice(told, why.fix)


def _undeclared(card: Card) -> Iterator[tuple[int, bytes]]:
    """The values without a declared encoding, with their indexes."""
    for place, one in enumerate(card.properties):
        value = None if one.name == "PHOTO" else one.data()
        if value is not None and _declared(one, value) is None:
            yield place, value[:MAX_TEXT].replace(b"\n", b" ")


def _declared(one: Property, value: bytes) -> tuple[str, str] | None:
    """The text by the CHARSET of the line (2.1, and Outlook in 3.0) if that is right, and the encoding."""
    for label in one.params.get("CHARSET", ()):
        name = known_encoding(label)
        if name in LATIN and not value.isascii() and _is_utf8(value):
            name = "utf-8"
        try:
            return (value[:MAX_TEXT].decode(name), name) if name else None
        except ValueError:
            return None
    return None


LATIN = ("cp1252", "iso8859-15")
"""Labels that programs put on UTF-8 by mistake: taken literally, names would contain `Ã¼`."""


def _is_utf8(value: bytes) -> bool:
    try:
        value.decode()
    except UnicodeDecodeError:
        return False
    return True


def _fields(card: Card, texts: RecordDecoder) -> Fields | None:
    """The card's properties as text; None if the encoding cannot be determined."""
    open_ones = dict(_undeclared(card))
    decoded = texts.decode(list(open_ones.values()))
    if decoded is None:
        return None
    found = dict(zip(open_ones, decoded, strict=True))
    fields: Fields = []
    names = set[str]()
    for place, one in enumerate(card.properties):
        value = None if one.name == "PHOTO" else one.data()
        told = None if value is None or place in found else _declared(one, value)
        text = found.get(place) if told is None else told[0]
        if told is not None and not told[0].isascii():
            names.add(told[1])
        if text is not None:
            fields.append((one, text))
    for name in names:
        texts.count(name)
    return fields


def _person(fields: Fields) -> Person | None:
    old = any(one.name == "VERSION" and text.strip() == "2.1" for one, text in fields)

    def texts(name: str, separator: str = "") -> Iterator[list[str]]:
        return (parts(text, separator, old=old) for one, text in fields if one.name == name)

    names = [one[0] for one in texts("FN")]
    names += [whole_name(*([*one, ""])[:2]) for one in texts("N", ";")]
    names += [name for one in texts("NICKNAME", ",") for name in one]
    numbers = [
        (_number(parts(text, "", old=old)[0]), kind)
        for one, text in fields
        if one.name == "TEL" and (kind := _kind(one)) is not None
    ]
    mail = next((one[0] for one in texts("EMAIL")), "")
    return person(
        names,
        numbers,
        company=next((one[0] for one in texts("ORG", ";")), ""),
        mail=mail[7:] if mail.lower().startswith("mailto:") else mail,
        key=next((one[0] for one in texts("UID")), ""),
    )


def parts(text: str, separator: str = "", *, old: bool = False) -> list[str]:
    """A value at its separators, each part without its backslashes (RFC 6350 §3.4; 2.1 has no `\\n`)."""
    if "\\" not in text:
        return text.split(separator) if separator else [text]
    found, part, at = list[str](), list[str](), 0
    for match in _SPECIAL.finditer(text):
        escaped = match[1]
        if escaped is None and match[0] != separator:
            continue
        part.append(text[at : match.start()])
        at = match.end()
        if escaped is None:
            found.append("".join(part))
            part = []
        elif escaped in "nN":
            part.append(match[0] if old else "\n")
        else:
            part.append(escaped if escaped in "\\,;:" else match[0])
    return [*found, "".join((*part, text[at:]))]


_SPECIAL = re.compile(r"\\(.)|[;,]", re.DOTALL)


def _kind(telephone: Property) -> Kind | None:
    """The kind of a number. Version 2.1 writes types without TYPE=: `TEL;WORK;VOICE:`."""
    types = telephone.values("TYPE")
    if types & NO_CALLS and "VOICE" not in types:
        return None
    if types & {"CELL", "MOBILE", "IPHONE"}:
        return Kind.MOBILE
    return Kind.HOME if "HOME" in types else Kind.WORK


def _number(text: str) -> str:
    """The number. Version 4.0 writes `tel:+82-2-568-3848;ext=12` and `tel:568-3848;phone-context=+82-2`."""
    text = text.strip()
    if not text.lower().startswith("tel:"):
        return text
    number, _, rest = text[4:].partition(";")
    context = _CONTEXT.search(rest)
    if context and not number.startswith("+"):
        number = f"{context[1]}-{number}"
    return unquote(number)


_CONTEXT = re.compile(r"phone-context=(\+[0-9.()-]+)", re.IGNORECASE)
"""A phone-context that is a prefix of the local number (RFC 3966 section 5.1.5), not a domain."""


def _photo(photo: Property) -> bytes | None:
    """The picture: base64 in 2.1 and 3.0, a `data:` link in 4.0."""
    value = photo.value.replace(b"\\,", b",").strip()
    if value[:5].lower() == b"data:":
        head, _, body = value.partition(b",")
        if not head.lower().endswith(b";base64"):
            return None
        try:
            data = binascii.a2b_base64(body)
        except binascii.Error:
            return None
    elif (photo.values("ENCODING") | photo.values("TYPE")) & {"B", "BASE64"}:
        data = photo.data() or b""
    else:
        return None
    return data if 0 < len(data) <= MAX_PICTURE else None
