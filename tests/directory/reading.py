"""Reads bytes as the file of a source."""

from collections.abc import Mapping
from pathlib import Path

from offhook.directory.csv import CsvSource
from offhook.directory.vcard import VcardSource

People = list[tuple[str, tuple[str, ...]]]


def card(lines: str, *, end: str = "END:VCARD\n") -> bytes:
    """A vCard with these lines, as UTF-8."""
    return f"BEGIN:VCARD\nVERSION:3.0\n{lines.strip()}\n{end}".encode()


FIRST = card("FN:Zoë Brontë\nTEL:4001")
LAST = card("FN:김철수\nTEL:4002")
BOTH: People = [("Zoë Brontë", ("4001",)), ("김철수", ("4002",))]


def people(data: bytes, **options: str) -> People:
    """Names and numbers of a vCard file."""
    source = VcardSource("phone", Path("people.vcf"), **options)
    return [(one.name, tuple(number.text for number in one.numbers)) for one in source.read(data)]


def rows(data: bytes, columns: Mapping[str, tuple[str, ...]] | None = None, **options: str) -> People:
    """Names and numbers of a CSV file."""
    source = CsvSource("list", Path("people.csv"), columns, **options)
    return [(one.name, tuple(number.text for number in one.numbers)) for one in source.read(data)]


def told(source: VcardSource | CsvSource, data: bytes) -> str:
    """The notices from reading these bytes, as one text."""
    source.read(data)
    return "\n".join(f"{one.text}; {one.fix}" for one in source.notices)
