"""People from vCard and CSV files, as programs really write them."""

import os
from pathlib import Path

import pytest

from offhook.directory import Kind, Number
from offhook.directory.csv import CsvSource
from offhook.directory.vcard import VcardSource
from offhook.errors import UnavailableError

PHONE_3 = """\
BEGIN:VCARD
VERSION:3.0
N:김;철수;;;
FN:김철수
ORG:한솔;영업부
TEL;TYPE=WORK,VOICE:+82-2-568-3848
TEL;TYPE=CELL:010-9876-5432
TEL;TYPE=WORK,FAX:02-568-0000
EMAIL;TYPE=INTERNET:kim@hansol.example
PHOTO;ENCODING=b;TYPE=JPEG:/9j/4AA=
END:VCARD
"""

PHONE_2_1 = """\
BEGIN:VCARD
VERSION:2.1
N;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=EA=B9=80;=EC=B2=A0=EC=88=98;;;
FN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=EA=B9=80=EC=B2=A0=EC=88=98
TEL;CELL:010-9876-5432
TEL;HOME:031-555-0100
END:VCARD
"""

PHONE_4 = """\
BEGIN:VCARD
VERSION:4.0
FN:Lee Min-ho
TEL;VALUE=uri;TYPE="voice,work":tel:+82-2-568-3849;ext=12
END:VCARD
"""


def vcard(folder: Path, data: str | bytes) -> VcardSource:
    file = folder / "people.vcf"
    file.write_bytes(data if isinstance(data, bytes) else data.replace("\n", "\r\n").encode())
    return VcardSource("phone", file)


def table(folder: Path, data: str | bytes, **columns: tuple[str, ...]) -> CsvSource:
    file = folder / "people.csv"
    file.write_bytes(data if isinstance(data, bytes) else data.encode())
    return CsvSource("list", file, columns)


async def test_a_card_of_version_3(tmp_path: Path) -> None:
    source = vcard(tmp_path, PHONE_3)
    (kim,) = await source.fetch() or ()
    assert kim.name == "김철수"
    assert kim.numbers == (Number("+82-2-568-3848"), Number("010-9876-5432", Kind.MOBILE)), "no fax"
    assert (kim.company, kim.mail) == ("한솔", "kim@hansol.example")
    assert await source.picture(kim) == b"\xff\xd8\xff\xe0\x00"


async def test_a_card_of_version_2_1(tmp_path: Path) -> None:
    (kim,) = await vcard(tmp_path, PHONE_2_1).fetch() or ()
    assert kim.name == "김철수"
    assert kim.numbers == (Number("010-9876-5432", Kind.MOBILE), Number("031-555-0100", Kind.HOME))


async def test_a_card_of_version_4(tmp_path: Path) -> None:
    (lee,) = await vcard(tmp_path, PHONE_4).fetch() or ()
    assert (lee.name, lee.numbers) == ("Lee Min-ho", (Number("+82-2-568-3849"),))


async def test_cards_of_several_versions_and_one_that_is_broken(tmp_path: Path) -> None:
    broken = "BEGIN:VCARD\nVERSION:3.0\nFN:X\n;;;nonsense\nEND:VCARD\n"
    people = await vcard(tmp_path, PHONE_3 + broken + PHONE_2_1 + PHONE_4).fetch() or ()
    assert [one.name for one in people] == ["김철수", "김철수", "Lee Min-ho"]


@pytest.mark.parametrize(
    "rubbish", [b"", b"hello", b"BEGIN:VCARD", b"\xff\xfe\x00", b"END:VCARD\r\n", b"\0" * 99]
)
async def test_what_is_no_vcard_file_tells_nobody(tmp_path: Path, rubbish: bytes) -> None:
    try:
        people = await vcard(tmp_path, rubbish).fetch()
    except UnavailableError as error:
        assert "people.vcf cannot be understood" in str(error)
    else:
        assert people == []


OUTLOOK = """\
"First Name","Last Name","Company","Business Phone","Mobile Phone","Home Phone","E-mail Address"
"Min-ho","Lee","Hansol, Ltd.","+82 2 568 3849","010-1111-2222","","lee@hansol.example"
"철수","김","한솔","02) 568 3848","","",""
"Nobody","","","","","",""
"""


async def test_a_table_as_outlook_exports_it(tmp_path: Path) -> None:
    lee, kim = await table(tmp_path, OUTLOOK).fetch() or ()
    assert (lee.name, lee.company, lee.mail) == ("Min-ho Lee", "Hansol, Ltd.", "lee@hansol.example")
    assert lee.numbers == (Number("+82 2 568 3849"), Number("010-1111-2222", Kind.MOBILE))
    assert (kim.name, kim.numbers) == ("김철수", (Number("02) 568 3848"),))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp949"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
async def test_a_table_as_a_korean_spreadsheet_saves_it(
    tmp_path: Path, encoding: str, delimiter: str
) -> None:
    text = "이름,휴대폰,회사\r\n김철수,010-9876-5432,한솔\r\n".replace(",", delimiter)
    (kim,) = await table(tmp_path, text.encode(encoding)).fetch() or ()
    assert (kim.name, kim.company) == ("김철수", "한솔")
    assert kim.numbers == (Number("010-9876-5432", Kind.MOBILE),)


async def test_columns_that_are_called_otherwise(tmp_path: Path) -> None:
    source = table(tmp_path, "Wer,Wo\nKim,3848\n", name=("Wer",), work=("Wo",))
    (kim,) = await source.fetch() or ()
    assert (kim.name, kim.numbers) == ("Kim", (Number("3848"),))


async def test_a_table_without_names_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(UnavailableError, match="no column has names; head it 'Name'"):
        await table(tmp_path, "a,b\n1,2\n").fetch()


async def test_a_file_is_read_again_only_once_it_has_changed(tmp_path: Path) -> None:
    source = table(tmp_path, "Name,Phone\nKim,3848\n")
    assert await source.fetch()
    assert await source.fetch() is None
    source.file.write_text("Name,Phone\nKim,3848\nLee,3849\n")
    assert len(await source.fetch() or ()) == 2


async def test_a_file_that_is_not_there_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(UnavailableError, match=r"none\.vcf cannot be read .* correct the setting"):
        await VcardSource("phone", tmp_path / "none.vcf").fetch()


@pytest.mark.skipif(os.name != "posix", reason="where control characters may stand in a name")
async def test_control_characters_in_a_name_become_blanks(tmp_path: Path) -> None:
    (kim,) = await table(tmp_path, 'Name,Phone\n"Kim\x1b[2J\r\nChul",3848\n').fetch() or ()
    assert kim.name == "Kim [2J Chul"
