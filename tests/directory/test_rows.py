"""Rows of a CSV file, with the quotes of people who do not know what quotes do."""

import pytest

from offhook.directory.rows import read_rows


def fields(text: str, width: int = 2) -> list[list[str]]:
    return [row.fields for row in read_rows(text.split("\n"), ",", width)]


def test_quotes_hold_delimiters_quotes_and_line_ends() -> None:
    text = '"Kim, C.","1"\n"""Lee""","2"\n"Park\n\nM, x ""y""\n",3\n'
    assert fields(text) == [["Kim, C.", "1"], ['"Lee"', "2"], ['Park\n\nM, x "y"\n', "3"]]


@pytest.mark.parametrize(
    "bad",
    [
        '"Kim,1',
        'Kim,"1',
        '"Kim,"1"',
        'Ki"m,1',
        '"Ki"m",1',
        '"',
        '"Kim","1',
        "Kim",
        "a,b,c,d",
        '"""',
        '"",""x',
    ],
)
@pytest.mark.parametrize("quoted", [False, True])
def test_rows_before_and_after_a_bad_one_are_read(bad: str, quoted: bool) -> None:
    good = [["Lee", "2"], ["Park", "3"], ["Choi", "4"]]
    first, *others = [",".join(f'"{one}"' if quoted else one for one in row) for row in good]
    found = fields("\n".join([first, bad, *others]))
    assert [row for row in found if row in good] == good


def test_a_row_may_end_with_a_delimiter() -> None:
    assert fields('"Kim\nChul",1,\nLee,2,') == [["Kim\nChul", "1", ""], ["Lee", "2", ""]]


def test_a_quote_that_cannot_be_closed_is_a_sign_in_its_line() -> None:
    rows = list(read_rows(['"Kim,1', "Lee,2"], ",", 2))
    assert [(row.line, row.fields, row.broken) for row in rows] == [
        (1, ["Kim", "1"], True),
        (2, ["Lee", "2"], False),
    ]
