"""Whatever bytes a file has: people before and after them are read, or `NotUnderstoodError` says why not."""

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from offhook.directory.files import NotUnderstoodError
from tests.directory.reading import BOTH, FIRST, LAST, People, people, rows

PIECES = st.sampled_from(
    [
        *(b"BEGIN:VCARD", b"END:VCARD", b"VERSION:2.1", b"FN:", b"N:", b"TEL:", b"TEL;T", b"ORG:", b"AGENT:"),
        *(b";CHARSET=", b"utf-8", b"gb2312", b"x", b";ENCODING=QUOTED-PRINTABLE:", b"=C3=AB", b"="),
        *(b";ENCODING=b:", b"BASE64", b'"', b'""', b",", b";", b":", b"\\", b"\\n", b" ", b"\t", b"\0"),
        *(b"\r", b"\n", b"\r\n", b"\n ", b"\xef\xbb\xbf", b"\xff\xfe", b"\xb1\xe8", b"J\xf6rg", b"\x1b$B"),
        *(b"Name", b"Phone", b"4001", b"sep=", b"Phone 1 - Value", b":::", b"<img src='x'>"),
    ]
)
ANYTHING = st.lists(st.one_of(PIECES, st.binary(max_size=8)), max_size=40).map(b"".join)


@settings(deadline=None, max_examples=300)
@given(ANYTHING)
def test_cards_before_and_after_anything_are_read(middle: bytes) -> None:
    found = people(FIRST + middle + b"\n" + LAST)
    assert found[0][0] == BOTH[0][0]
    assert found[0][1][:1] == BOTH[0][1]
    assert BOTH[1] in found


@settings(deadline=None, max_examples=300)
@given(ANYTHING.filter(lambda middle: b"\n" not in middle and b"\r" not in middle))
def test_rows_before_and_after_anything_are_read(middle: bytes) -> None:
    data = "Name,Phone,Notes\nZoë Brontë,4001,x\n".encode() + middle + "\n김철수,4002,y\n".encode()
    found = rows(data)
    assert [one for one in found if one in BOTH] == BOTH


@pytest.mark.parametrize("read", [people, rows], ids=["vcard", "csv"])
@settings(deadline=None, max_examples=300)
@given(data=st.one_of(ANYTHING, st.binary(max_size=400)))
def test_whatever_is_in_a_file_it_is_read_or_it_is_said_why_not(
    read: Callable[[bytes], People], data: bytes
) -> None:
    try:
        found = read(data)
    except NotUnderstoodError as error:
        assert error.what
    else:
        for name, numbers in found:
            assert name.strip()
            assert "\ufffd" not in name
            assert all(any(map(str.isdecimal, number)) or number.startswith("sip") for number in numbers)
