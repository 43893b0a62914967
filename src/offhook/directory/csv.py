"""People from a CSV file, as Outlook, Google, Thunderbird and spreadsheets export them."""

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from offhook.directory.base import MAX_PEOPLE, Kind, Notice, Person, person
from offhook.directory.encoding import RecordDecoder, unicode_bytes
from offhook.directory.files import FileSource, NotUnderstoodError, lines_told, undecided
from offhook.directory.headings import KNOWN, Columns, find_columns, labelled_kind
from offhook.directory.rows import DELIMITERS, Row, read_rows

MAX_PREAMBLE = 30
"""Rows before the headings: a title, a date, who exported it."""

MAX_HEADINGS = 1000
"""Columns that are read; Outlook has 92."""

MAX_SHOWN = 12
"""Headings shown in the notice that none of them is known."""

_SEPARATOR = re.compile(r'\s*"?sep=(.)"?\s*', re.IGNORECASE)


class CsvSource(FileSource):
    """A `Source`. `columns` gives other headings for a field: `{"work": ("Tel",)}`."""

    def __init__(
        self,
        name: str,
        file: Path,
        columns: Mapping[str, tuple[str, ...]] | None = None,
        *,
        encoding: str = "",
        country: str = "",
    ) -> None:
        super().__init__(name, file, encoding=encoding, country=country)
        self._columns = columns or {}

    @property
    def identity(self) -> str:
        """Changes with the file, the columns and the encoding."""
        parts = (str(self.file), sorted(self._columns.items()))
        return repr((*parts, self.encoding) if self.encoding else parts)

    def read(self, data: bytes) -> list[Person]:
        """The people in the rows with a name and a number. Raises `NotUnderstoodError`."""
        data, name = unicode_bytes(data, self.encoding)
        self.notices = ()
        texts, lines = self._lines(data)
        if not any(lines):
            return []
        if all(map(_lost, filter(None, lines))):
            raise undecided(self.encoding)
        try:
            headings, delimiter, columns = self._headings(lines)
        except NotUnderstoodError:
            unwrapped = _unwrapped(lines)
            if unwrapped is None:
                raise
            lines, self.notices = unwrapped, ()
            headings, delimiter, columns = self._headings(lines)
        people: list[Person] = []
        broken: list[int] = []
        unknown: list[int] = []
        rows = 0
        for row in read_rows(lines, delimiter, len(headings.fields), headings.last):
            rows += 1
            one = _person(row, columns)
            if any(_lost(row.fields[place]) for place in columns.names if place < len(row.fields)):
                unknown.append(row.line)
            elif one is not None:
                people.append(one)
            elif row.broken:
                broken.append(row.line)
            if len(people) == MAX_PEOPLE:
                break
        if unknown and not people:
            raise undecided(self.encoding)
        read_as = name or texts.summary()
        self.notices = tuple(self._notices(rows, people, headings.fields, broken, unknown, read_as))
        return people

    def _lines(self, data: bytes) -> tuple[RecordDecoder, list[str]]:
        """Decode each line by itself; bytes that cannot be decoded become U+FFFD."""
        data = data.removeprefix(b"\xef\xbb\xbf").replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        lines = data.replace(b"\0", b"").split(b"\n")
        texts = RecordDecoder(lines, self.encoding, self.country)
        return texts, [(texts.decode([line]) or [line.decode("ascii", "replace")])[0] for line in lines]

    def _headings(self, lines: Sequence[str]) -> tuple[Row, str, Columns]:
        """Find the row of headings, its delimiter, and the meaning of its columns. Raises
        `NotUnderstoodError`."""
        separator = _SEPARATOR.fullmatch(lines[0].lstrip("\ufeff"))
        start = 1 if separator else 0
        found: list[tuple[int, int, Row, str, Columns]] = []
        first: Row | None = None
        for delimiter in separator[1] if separator else DELIMITERS:
            for count, row in enumerate(read_rows(lines, delimiter, start=start)):
                if count == MAX_PREAMBLE:
                    break
                columns = find_columns([one.strip() for one in row.fields[:MAX_HEADINGS]], self._columns)
                if count == 0 and (first is None or len(row.fields) > len(first.fields)):
                    first = row
                if columns.score:
                    # Splitting at the wrong delimiter leaves a quote open: `"Nachname, Vorname";Telefon`.
                    score = 0 if row.broken else columns.score
                    found.append((row.line, -score, row, delimiter, columns))
        if found:
            # Take the first row with known headings, unless a later one has far more: a title may contain one
            # or two.
            best = min(found, key=lambda one: one[:2])
            fuller = min(found, key=lambda one: (one[1], one[0]))
            _, _, row, delimiter, columns = fuller if fuller[1] <= 2 * best[1] else best
            return row, delimiter, columns
        fields = first.fields if first is not None else []
        named = find_columns(fields, self._columns).named
        self.notices = (_headings_seen(fields),)
        if named:
            fix = "head it 'Phone', or set columns = { work = \"its heading\" }"
            raise NotUnderstoodError("no column has numbers", fix)
        fix = "head it 'Name', or set columns = { name = \"its heading\" }"
        raise NotUnderstoodError("no column has names", fix)

    def _notices(
        self,
        rows: int,
        people: Sequence[Person],
        headings: Sequence[str],
        broken: list[int],
        unknown: list[int],
        read_as: str,
    ) -> Iterator[Notice]:
        yield Notice(f"read as {read_as}")
        if rows and not people:
            yield _headings_seen(headings, f"none of its {rows} rows has a name and a number; ")
        if broken:
            yield Notice(
                f"{len(broken)} of {rows} rows have a quote without its counterpart and are passed over "
                f"({lines_told(broken)})",
                "export them anew, or mend those lines",
            )
        if unknown:
            why = undecided(self.encoding)
            told = f"{len(unknown)} of {rows} rows cannot be read ({lines_told(unknown)}): {why.what}"
            yield Notice(told, why.fix)


def _headings_seen(fields: Sequence[str], what: str = "") -> Notice:
    """The notice about unknown headings. They are not logged, because the row may be a person's data."""
    shown = [one.strip() for one in fields if one.strip()][:MAX_SHOWN]
    return Notice(
        f"{what}its headings are not known, or its columns are empty",
        f"known headings are {KNOWN}",
        shown=f"headings seen: {', '.join(shown)}",
    )


def _unwrapped(lines: Sequence[str]) -> list[str] | None:
    """Undo a spreadsheet that took the table for a single column: every row is in quotes as a whole."""
    bare = [line.strip() for line in lines]
    if not all(len(line) > 1 and line[0] == line[-1] == '"' for line in bare if line):
        return None
    return [line[1:-1].replace('""', '"') for line in bare]


def _lost(text: str) -> bool:
    return "\ufffd" in text


def _person(row: Row, columns: Columns) -> Person | None:
    def cells(field: str) -> list[str]:
        places = columns.places.get(field, ())
        return [
            text
            for place in places
            if place < len(row.fields)
            and (text := row.fields[place].strip())
            and not (place in columns.either and _DIGITS.fullmatch(text))
        ]

    given, family = " ".join(cells("given")), " ".join(cells("family")[:1])
    return person(
        [*cells("name"), whole_name(family, given), *cells("alias")],
        sorted(_numbers(row.fields, columns), key=lambda one: _ORDER.index(one[1])),
        company="".join(cells("company")[:1]),
        mail=_each("".join(cells("mail")[:1]))[0],
        key="".join([*cells("name"), whole_name(family, given)][:1]),
    )


_ORDER = (Kind.WORK, Kind.IP, Kind.MOBILE, Kind.HOME)


_DIGITS = re.compile(r"[+0-9][0-9 ()/.\-]{2,}")
"""A number, in a column that holds either numbers or company names."""


def _numbers(fields: Sequence[str], columns: Columns) -> Iterator[tuple[str, Kind]]:
    for place in columns.either:
        if place < len(fields) and _DIGITS.fullmatch(text := fields[place].strip()):
            yield text, Kind.WORK
    for place, kind, label in columns.numbers:
        if place < len(fields) and fields[place]:
            told = fields[label] if label is not None and label < len(fields) else ""
            own = labelled_kind(told, kind) if told else kind
            if own is not None:
                yield from ((text, own) for text in _each(fields[place]))


def _each(cell: str) -> list[str]:
    """The values of a cell; Google separates several with ` ::: `."""
    return re.split(r":::|[\r\n]", cell)


def whole_name(family: str, given: str) -> str:
    """The full name of family and given name: `김철수`, but `Chulsoo Kim`."""
    both = family + given
    if family and given and all("\u2e80" <= character <= "\ud7ff" for character in both) and "·" not in both:
        # A column of given names may contain full names.
        return given if given.startswith(family) and len(given) > 2 else both
    return f"{given} {family}".strip()
