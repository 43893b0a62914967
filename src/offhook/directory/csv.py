"""People from a CSV file, as Outlook, Google and spreadsheets export them."""

import csv
import io
from collections.abc import Mapping
from pathlib import Path

from offhook.directory.base import MAX_PEOPLE, Kind, Person, person
from offhook.directory.files import FileSource, decode

HEADINGS: Mapping[str, tuple[str, ...]] = {
    "name": ("name", "full name", "display name", "이름", "성명"),
    "alias": ("nickname", "english name", "별명", "영문 이름", "영문이름"),
    "family": ("last name", "surname", "family name", "성"),
    "given": ("first name", "given name"),
    "work": (
        *("phone", "telephone", "number", "business phone", "business phone 2", "work phone", "extension"),
        *("전화", "전화번호", "회사 전화", "회사전화", "사무실", "내선", "내선번호"),
    ),
    "ip": ("ip phone",),
    "mobile": ("mobile", "mobile phone", "cell", "휴대폰", "휴대전화", "핸드폰", "휴대폰번호"),
    "home": ("home phone", "home phone 2", "home", "집", "집 전화", "집전화"),
    "company": ("company", "organization", "organization name", "회사", "회사명"),
    "mail": (
        "mail",
        "e-mail",
        "email",
        "e-mail address",
        "email address",
        "메일",
        "이메일",
        "전자 메일 주소",
    ),
}
"""The headings that are known, in lower case; a source's `columns` come before them."""

MAX_FIELD = 1 << 20
"""Characters of one field: notes in an export are long; a lost quote makes the rest of the file one field."""


class CsvSource(FileSource):
    """A `Source`. `columns` names the heading of a field that is called otherwise: `{"work": ("Tel",)}`."""

    def __init__(self, name: str, file: Path, columns: Mapping[str, tuple[str, ...]] | None = None) -> None:
        super().__init__(name, file)
        self._columns = columns or {}

    @property
    def identity(self) -> str:
        """Another file or other columns are another source."""
        return repr((str(self.file), sorted(self._columns.items())))

    def read(self, data: bytes) -> list[Person]:
        """The people of the rows that have a name and a number. The first row has the headings."""
        text = decode(data)
        first = text.partition("\n")[0]
        delimiter = max(",;\t", key=first.count)
        csv.field_size_limit(MAX_FIELD)
        rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
        try:
            headings = [heading.strip().lower() for heading in next(rows, [])]
            places = {field: self._places(field, headings) for field in HEADINGS}
            if not (places["name"] or places["family"] or places["given"]):
                raise ValueError(
                    "no column has names; head it 'Name', or set columns = { name = \"its heading\" }"
                )
            people = []
            for row in rows:
                one = _person(row, places)
                if one is not None:
                    people.append(one)
                if len(people) == MAX_PEOPLE:
                    break
        except csv.Error as error:
            raise ValueError(f"line {rows.line_num}: {error}") from error
        return people

    def _places(self, field: str, headings: list[str]) -> list[int]:
        wanted = [name.strip().lower() for name in self._columns.get(field, ())] or HEADINGS[field]
        return [headings.index(name) for name in wanted if name in headings]


def _person(row: list[str], places: Mapping[str, list[int]]) -> Person | None:
    def cells(field: str) -> list[str]:
        return [row[place].strip() for place in places[field] if place < len(row) and row[place].strip()]

    family, given = "".join(cells("family")[:1]), "".join(cells("given")[:1])
    names = [*cells("name"), whole_name(family, given), *cells("alias")]
    numbers = [
        (text, kind) for kind in (Kind.WORK, Kind.IP, Kind.MOBILE, Kind.HOME) for text in cells(kind.value)
    ]
    return person(
        names, numbers, company="".join(cells("company")[:1]), mail="".join(cells("mail")[:1]), key=names[0]
    )


def whole_name(family: str, given: str) -> str:
    """Family and given name as they are written together: `김철수`, but `Chulsoo Kim`."""
    if not family.isascii() and not given.isascii() and not any(one in "·- " for one in family + given):
        eastern = all("\u2e80" <= character <= "\ud7ff" for character in family + given)
        if eastern:
            return family + given
    return f"{given} {family}".strip()
