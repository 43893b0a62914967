"""vCard files as they come: joined, torn, mended by hand, in several encodings and versions."""

import logging
from pathlib import Path

import pytest

from offhook.directory.files import NotUnderstoodError
from offhook.directory.vcard import VcardSource
from tests.directory.reading import BOTH, FIRST, LAST, card, people, told

BAD_CARDS = {
    "a byte of Windows-1252 in quoted-printable": card("NOTE;ENCODING=QUOTED-PRINTABLE:Reid=92s place"),
    "broken quoted-printable": card("NOTE;ENCODING=QUOTED-PRINTABLE:=ZZ=4=\n=\nX"),
    "a soft line break with nothing behind it": card("NOTE;ENCODING=QUOTED-PRINTABLE:x="),
    "an unknown charset": card("NOTE;CHARSET=x-klingon;ENCODING=QUOTED-PRINTABLE:=C3=AB"),
    "a charset that is a codec, but none of text": card("FN;CHARSET=punycode:" + "a" * 200),
    "invalid base64": card("FN;ENCODING=BASE64:!!!\nPHOTO;ENCODING=b:A"),
    "a photo whose lines are not folded": card("PHOTO;ENCODING=BASE64:/9j/4AAQ\nSkZJRg\nABAQAA=="),
    "a line without a colon": card("TEL"),
    "a line of equals signs": card("TEL;T" + "=" * 5000),
    "a quote that does not end": card('NOTE;X="a;b:c'),
    "many quotes": card("NOTE;" + '"' * 4001),
    "no end": card("NOTE:x", end=""),
    "a card within a card": card("BEGIN:VCARD\nNOTE:x\nEND:VCARD"),
    "two ends": card("NOTE:x") + b"END:VCARD\n",
    "two beginnings": b"BEGIN:VCARD\n" + card("NOTE:x"),
    "an agent": card("AGENT:\nBEGIN:VCARD\nFN:Agent\nTEL:1\nEND:VCARD"),
    "zero bytes": card("NOTE:x\0y") + b"\0\0\0",
    "a mark of byte order in the middle": b"\xef\xbb\xbf" + card("NOTE:x"),
    "a line of a megabyte": card("NOTE:" + "x" * 1_000_000),
    "a header of a megabyte": card("X" * 1_000_000 + ":1"),
    "names that are lists": card("N:\nORG:\nTEL:;;;"),
    "bytes that are no text": b"BEGIN:VCARD\nFN:\xa1\xa2\x81\x8d\x9d\nTEL:1\nEND:VCARD\n",
    "a calendar": b"BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:x\nEND:VEVENT\nEND:VCALENDAR\n",
}


@pytest.mark.parametrize("bad", BAD_CARDS.values(), ids=BAD_CARDS)
def test_cards_before_and_after_a_bad_one_are_read(bad: bytes) -> None:
    assert people(FIRST + bad + LAST) == BOTH


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r", b"\r\r\n", b"\n\r\n"])
def test_lines_end_as_on_any_system(end: bytes) -> None:
    assert people((FIRST + LAST).replace(b"\n", end)) == BOTH


def test_files_of_several_systems_that_were_joined() -> None:
    assert people(FIRST.replace(b"\n", b"\r") + b"\xef\xbb\xbf" + LAST.replace(b"\n", b"\r\n")) == BOTH


@pytest.mark.parametrize("glue", [b"", b" ", b"\xef\xbb\xbf"])
def test_cards_that_were_joined_without_a_line_end(glue: bytes) -> None:
    assert people(FIRST.strip() + glue + LAST) == BOTH


def test_an_end_behind_the_last_line() -> None:
    assert people(FIRST.replace(b"\nEND", b"END") + LAST) == BOTH


def test_a_card_without_its_end_is_read_up_to_the_next() -> None:
    assert people(FIRST.replace(b"END:VCARD\n", b"") + LAST) == BOTH


def test_a_file_that_was_cut_off() -> None:
    assert people(FIRST + LAST.replace(b"END:VCARD\n", b"")) == BOTH


@pytest.mark.parametrize("mark", ["begin:vcard", "Begin:vCard", "BEGIN: VCARD ", "  BEGIN:VCARD"])
def test_a_beginning_is_known_however_it_is_written(mark: str) -> None:
    assert people(FIRST + LAST.replace(b"BEGIN:VCARD", mark.encode())) == BOTH


def test_an_agent_is_another_person() -> None:
    data = card("FN:Boss\nAGENT:\nBEGIN:VCARD\nFN:Agent\nTEL:1\nEND:VCARD\nTEL:2")
    assert people(data) == [("Boss", ("2",))]


def test_an_agent_in_one_line_does_not_end_the_card() -> None:
    data = card(r"FN:Boss" + "\n" + r"AGENT:BEGIN:VCARD\nFN:Agent\nTEL:1\nEND:VCARD" + "\nTEL:2")
    assert people(data) == [("Boss", ("2",))]


def test_an_encoded_name_that_ends_in_a_soft_line_break_leaves_the_next_line_alone() -> None:
    data = card("FN;ENCODING=QUOTED-PRINTABLE:Ann=\nTEL:1")
    assert people(data + LAST) == [("Ann", ("1",)), BOTH[1]]


def test_an_encoded_name_over_several_lines() -> None:
    encoded = "FN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=EA=B9=80=\n=EC=B2=A0=\n =EC=88=98\nTEL:1"
    assert people(card(encoded)) == [("김철수", ("1",))]


def test_a_line_that_is_folded_in_the_middle_of_a_letter() -> None:
    assert people(LAST.replace("철".encode(), "철".encode()[:1] + b"\n " + "철".encode()[1:])) == BOTH[1:]


def test_letters_behind_backslashes() -> None:
    data = card(r"N:Kim\;Lee;A\,B;;" + "\n" + r"ORG:Acme\, Ltd.;Sales" + "\nTEL:1")
    assert people(data) == [("A,B Kim;Lee", ("1",))]


def test_a_company_without_a_person_has_its_name() -> None:
    for name in ("FN:\nN:;;;;", "N:;;;;", ""):
        data = card(f"{name}\nORG:Cafe Atlantico;\nTEL;TYPE=VOICE:202 393 0812")
        assert people(data) == [("Cafe Atlantico", ("202 393 0812",))]


@pytest.mark.parametrize(
    ("encoding", "label", "name"),
    [
        ("cp1252", "Windows-1252", "Jörg Müller"),
        ("cp1252", "ISO-8859-1", "Zoë Brontë"),
        ("cp1251", "Windows-1251", "Анна Иванова"),
        ("koi8-r", "KOI8-R", "Анна Иванова"),
        ("cp1250", "windows-1250", "Łukasz Wiśniewski"),
        ("cp1254", "windows-1254", "Şükrü Yılmaz"),
        ("euc-kr", "EUC-KR", "김철수"),
        ("cp949", "ks_c_5601-1987", "뷁철수"),
        ("gb2312", "GB2312", "王小明"),
        ("gb18030", "gbk", "王小明"),
        ("big5", "BIG5", "王小明"),
        ("cp932", "SHIFT_JIS", "山田太郎"),
        ("euc_jp", "EUC-JP", "山田太郎"),
        ("iso2022_jp", "ISO-2022-JP", "山田太郎"),
        ("utf-8", "UTF8", "Zoë 김"),
        ("mac-roman", "macintosh", "Jörg Müller"),
        ("utf-8", "windows-1252", "Zoë Brontë"),  # a label that is not true
    ],
)
@pytest.mark.parametrize("quoted", [False, True], ids=["plain", "quoted-printable"])
def test_a_name_is_in_the_charset_that_its_line_says(
    encoding: str, label: str, name: str, quoted: bool
) -> None:
    value, params = name.encode(encoding), f"CHARSET={label}"
    if quoted:
        value, params = b"".join(b"=%02X" % byte for byte in value), f"{params};ENCODING=QUOTED-PRINTABLE"
    odd = b"BEGIN:VCARD\nVERSION:2.1\nFN;%s:%s\nTEL:1\nEND:VCARD\n" % (params.encode(), value)
    assert people(FIRST + odd + LAST) == [BOTH[0], (name, ("1",)), BOTH[1]]


@pytest.mark.parametrize(
    ("encoding", "name"),
    [
        ("cp1252", "Jörg Müller"),
        ("cp1252", "François Lefèvre"),
        ("mac-roman", "Jörg Müller"),
        ("cp1251", "Анна Иванова"),
        ("koi8-r", "Анна Иванова"),
        ("cp949", "박영희"),
        ("cp932", "山田太郎"),
        ("gb18030", "王小明"),
    ],
)
def test_one_card_in_another_encoding_spoils_no_other(encoding: str, name: str) -> None:
    odd = card("FN:NAME\nTEL:1").replace(b"NAME", name.encode(encoding))
    assert people(odd + FIRST + LAST) == [(name, ("1",)), *BOTH]


def test_a_note_in_another_encoding_does_not_matter() -> None:
    note = b"NOTE;ENCODING=QUOTED-PRINTABLE:Reid=92s place"
    data = FIRST.replace(b"TEL", note + b"\nTEL")
    assert people(data + LAST) == BOTH


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-8-sig"])
def test_a_whole_file_in_unicode(encoding: str) -> None:
    assert people((FIRST + LAST).decode().encode(encoding)) == BOTH


def test_a_torn_end_of_utf_16_costs_one_letter() -> None:
    assert people((FIRST + LAST).decode().encode("utf-16") + b"\xd8") == BOTH


def test_a_file_whose_encoding_cannot_be_told_says_what_to_set() -> None:
    with pytest.raises(
        NotUnderstoodError, match='set encoding of this source, like encoding = "windows-1252"'
    ):
        people(b"BEGIN:VCARD\nFN:\xa1\xa2\x81\x8d\x9d\nTEL:1\nEND:VCARD\n")


def test_an_encoding_that_is_set_is_taken() -> None:
    data = card("FN:NAME\nTEL:1").replace(b"NAME", "Ωμέγα".encode("cp1253"))
    assert people(data + FIRST, encoding="cp1253") == [("Ωμέγα", ("1",)), BOTH[0]]


def test_the_names_of_a_country_are_likelier_in_its_encoding() -> None:
    data = card("FN:NAME\nTEL:1").replace(b"NAME", "홍도희".encode("cp949"))
    assert people(data, country="KR") == [("홍도희", ("1",))]


@pytest.mark.parametrize(
    "text", ["<img src='/tmp/x1.png'>", "n/a", "siehe oben", "-", "unknown", "http://1.2.3.4/", "see row 12"]
)
def test_a_number_that_is_none_is_left_out(text: str) -> None:
    assert people(card(f"FN:Kim\nTEL:{text}\nTEL:4001")) == [("Kim", ("4001",))]


@pytest.mark.parametrize("text", ["+82 (2) 568-3848", "x1234", "1-800-FLOWERS", "02-568-3848 (Axel)", "*23#"])
def test_a_number_is_left_as_it_is_written(text: str) -> None:
    assert people(card(f"FN:Kim\nTEL:{text}")) == [("Kim", (text,))]


def test_what_is_passed_over_is_counted_with_its_lines() -> None:
    bad = card("FN:Hidden", end="")
    notices = told(VcardSource("phone", Path("x.vcf")), FIRST + bad + LAST)
    assert "1 of 3 cards cannot be read and are passed over (line 6)" in notices
    assert "read as UTF-8" in notices


def test_a_card_whose_encoding_cannot_be_told_is_counted() -> None:
    bad = b"BEGIN:VCARD\nFN:\xa1\xa2\x81\x8d\x9d\nTEL:1\nEND:VCARD\n"
    notices = told(VcardSource("phone", Path("x.vcf")), FIRST + bad)
    assert "1 of 2 cards are passed over (line 6): it cannot be told in what encoding" in notices


def test_nothing_of_a_card_is_in_the_log(
    caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    bad = card("FN:Secret\nADR:;;Hidden Road\n5AB Hidden Town\nPHOTO;ENCODING=b:/9j/\nSecretPicture")
    source = VcardSource("phone", Path("x.vcf"))
    told_text = told(source, FIRST + bad + b"\xff")
    assert not caplog.records
    assert capfd.readouterr() == ("", "")
    assert "Hidden" not in told_text
    assert "Secret" not in told_text


async def test_a_picture_of_version_4_is_in_its_link(tmp_path: Path) -> None:
    file = tmp_path / "x.vcf"
    file.write_bytes(FIRST + card("FN:Kim\nTEL:1\nPHOTO:data:image/jpeg;base64\\,/9j/4AA="))
    source = VcardSource("phone", file)
    _, kim = await source.fetch() or ()
    assert await source.picture(kim) == b"\xff\xd8\xff\xe0\x00"


@pytest.mark.parametrize("indent", [b"  ", b"\t"])
def test_cards_that_are_indented_as_a_whole(indent: bytes) -> None:
    lines = (FIRST + LAST).splitlines(keepends=True)
    assert people(b"".join(indent + line for line in lines)) == BOTH


def test_a_local_number_of_a_link_has_its_context_in_front() -> None:
    assert people(card("FN:Kim\nTEL;VALUE=uri:tel:568-3848;phone-context=+82-2")) == [
        ("Kim", ("+82-2-568-3848",))
    ]
    assert people(card("FN:Kim\nTEL;VALUE=uri:tel:4001;phone-context=pbx.example")) == [("Kim", ("4001",))]


@pytest.mark.parametrize("name", ["王伟", "张伟", "李娜", "王小明"])
def test_a_chinese_name_alone_is_chinese(name: str) -> None:
    assert people(f"BEGIN:VCARD\nFN:{name}\nTEL:4001\nEND:VCARD\n".encode("gb18030")) == [(name, ("4001",))]
