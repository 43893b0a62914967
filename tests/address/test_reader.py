"""What people really paste: the number that stands there, or a refusal that names what was not understood."""

# ruff: noqa: RUF001  (the signs that look alike are what some examples are about)

import contextlib

import pytest

from offhook.address import AddressRules, normalise
from offhook.errors import AddressError
from tests.address.sites import BERLIN, CALIFORNIA, NOWHERE, ROME, SEOUL


def table(*examples: tuple[AddressRules, str, str]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize(("site", "text", "dialled"), examples)


def refusals(*examples: tuple[AddressRules, str, str]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize(("site", "text", "part"), examples)


def refused(site: AddressRules, text: str, part: str) -> None:
    with pytest.raises(AddressError) as error:
        normalise(text, site)
    assert part in str(error.value)


@table(
    (SEOUL, "\u2068tel:+82-2-568-3848\u2069", "9025683848"),
    (SEOUL, "\ufefftel:+82-2-568-3848", "9025683848"),
    (SEOUL, "\u200eTel: 02-568-3848", "9025683848"),
    (SEOUL, "te\u200bl:4001", "4001"),
    (SEOUL, "sip\u200d:4001@pbx.example", "4001"),
    (CALIFORNIA, "\u200eexten\u200esion 1234", "1234"),
    (CALIFORNIA, "\u202d+1 650\u00a0253\u20110000\u202c", "916502530000"),
    (SEOUL, "０２－５６８－３８４８", "9025683848"),
    (SEOUL, "०२-५६८-३८४८", "9025683848"),
    (SEOUL, "02\u2212568\u30fc3848", "9025683848"),
    (SEOUL, "4\ufe0f\u20e30\ufe0f\u20e30\ufe0f\u20e31\ufe0f\u20e3", "4001"),
    (SEOUL, "\u3164\u034f4001\ufe01\U000e0100", "4001"),
    (SEOUL, "“02-568-3848”", "9025683848"),
    (SEOUL, "\U0001f4de 02-568-3848", "9025683848"),
    (SEOUL, "℡ 02-568-3848", "9025683848"),
)
def test_marks_that_nobody_sees_change_nothing(site: AddressRules, text: str, dialled: str) -> None:
    assert normalise(text, site) == dialled


@table(
    (BERLIN, "00 44 (0) 20 7031 3000", "000442070313000"),
    (BERLIN, "+44 0161 123 4567", "000441611234567"),
    (SEOUL, "(+44) 079 2112 3456", "9001447921123456"),
    (SEOUL, "+44 [0] 20 7031 3000", "9001442070313000"),
    (SEOUL, "0044 20 7031 3000", "9001442070313000"),
    (SEOUL, "00 82 2 568 3848", "9025683848"),
    (SEOUL, "0082-2-568-3848", "9025683848"),
    (CALIFORNIA, "+7 (8) 495 123 45 67", "901174951234567"),
    (CALIFORNIA, "+36 06 1 234 5678", "90113612345678"),
    (CALIFORNIA, "+54 0 11 15 2345 6789", "90115491123456789"),
    (SEOUL, "00700 44 (0) 20 7031 3000", "900700442070313000"),
    (CALIFORNIA, "011 44 (0)20 7031 3000", "9011442070313000"),
    (CALIFORNIA, "9 011 44 (0)20 7031 3000", "9011442070313000"),
    (SEOUL, "+82-(0)2-568-3848", "9025683848"),
    (SEOUL, "+82)02-568-3848", "9025683848"),
    (BERLIN, "+49-0-30-123456", "0030123456"),
    (NOWHERE, "+44 0161 123 4567", "+441611234567"),
    (NOWHERE, "0044 (0)161 123 4567", "00441611234567"),
    (NOWHERE, "+00 44 161 123 4567", "+441611234567"),
)
def test_a_trunk_zero_behind_the_countrys_code_is_not_dialled(
    site: AddressRules, text: str, dialled: str
) -> None:
    assert normalise(text, site) == dialled


@table(
    (ROME, "+39 (0)6 1234 5678", "00612345678"),
    (ROME, "0039 06 1234 5678", "00612345678"),
    (SEOUL, "+39 06 1234 5678", "9001390612345678"),
    (NOWHERE, "+39 (0)6 1234 5678", "+390612345678"),
)
def test_italys_zero_is_part_of_the_number(site: AddressRules, text: str, dialled: str) -> None:
    assert normalise(text, site) == dialled


@table(
    (SEOUL, "+5493516315733 ext.", "90015493516315733"),
    (CALIFORNIA, "+16502530000 ext", "916502530000"),
    (CALIFORNIA, "650-253-0000x", "916502530000"),
    (CALIFORNIA, "650-253-0000 X123", "916502530000"),
    (CALIFORNIA, "650-253-0000 x. 123", "916502530000"),
    (CALIFORNIA, "650-253-0000 Extn. No. 12", "916502530000"),
    (CALIFORNIA, "650-253-0000 (extension 12)", "916502530000"),
    (CALIFORNIA, "650-253-0000;ext=12", "916502530000"),
    (CALIFORNIA, "650-253-0000 доб. 12", "916502530000"),
    (CALIFORNIA, "650-253-0000 anexo 12", "916502530000"),
    (CALIFORNIA, "650-253-0000 p. 12", "916502530000"),
    (CALIFORNIA, "650-253-0000 poste", "916502530000"),
    (BERLIN, "(030) 123456 App. 12", "0030123456"),
    (BERLIN, "030 123456 Nst 12", "0030123456"),
    (BERLIN, "030 123456 DW 12", "0030123456"),
    (BERLIN, "030 123456 Durchwahl", "0030123456"),
    (ROME, "06 1234 5678 int. 12", "00612345678"),
    (SEOUL, "02-568-3848(내선 12)", "9025683848"),
    (SEOUL, "02-568-3848 교환", "9025683848"),
    (SEOUL, "02-568-3848 内線12", "9025683848"),
    (SEOUL, "02-568-3848转12", "9025683848"),
)
def test_the_word_for_an_extension_goes_with_and_without_digits(
    site: AddressRules, text: str, dialled: str
) -> None:
    assert normalise(text, site) == dialled


@table(
    (CALIFORNIA, "+1 650 253 0000 #123", "916502530000"),
    (CALIFORNIA, "650-253-0000 #123", "916502530000"),
    (CALIFORNIA, "650-253-0000#123", "916502530000"),
    (CALIFORNIA, "650-253-0000 # 123", "916502530000"),
    (CALIFORNIA, "+16502530000#", "916502530000"),
)
def test_a_number_sign_behind_a_whole_number_begins_an_extension(
    site: AddressRules, text: str, dialled: str
) -> None:
    assert normalise(text, site) == dialled


@table(
    (SEOUL, "*8", "*8"),
    (SEOUL, "#21#", "#21#"),
    (SEOUL, "*21*4001#", "*21*4001#"),
    (SEOUL, "#31#025683848", "#31#025683848"),
    (SEOUL, "*31# 02-568-3848", "*31#025683848"),
    (SEOUL, "9*23#0607001234", "9*23#0607001234"),
    (SEOUL, "*21,4001", "*214001"),
    (SEOUL, "*8 (pick up)", "*8"),
    (NOWHERE, "4001#", "4001#"),
)
def test_feature_codes_are_dialled_as_they_are(site: AddressRules, text: str, dialled: str) -> None:
    assert normalise(text, site) == dialled


@refusals((SEOUL, "*31#+82 2 568 3848", "'*31#+8225683848'"), (NOWHERE, "+*8", "'+*8'"))
def test_nothing_with_a_plus_behind_a_feature_code_is_dialled(
    site: AddressRules, text: str, part: str
) -> None:
    refused(site, text, part)


@table(
    (CALIFORNIA, "x1234", "1234"),
    (CALIFORNIA, "ext 1234", "1234"),
    (CALIFORNIA, "Ext. 1234", "1234"),
    (CALIFORNIA, "EXT:1234", "1234"),
    (CALIFORNIA, "ext #1234", "1234"),
    (CALIFORNIA, ";ext=1234", "1234"),
    (CALIFORNIA, "Kim x1234", "1234"),
    (CALIFORNIA, "Kim (ext. 1234)", "1234"),
    (SEOUL, "내선 4001", "4001"),
    (BERLIN, "Durchwahl 123", "123"),
    (BERLIN, "Nst. 123", "123"),
)
def test_an_extension_with_nothing_but_its_word_is_dialled_inside(
    site: AddressRules, text: str, dialled: str
) -> None:
    assert normalise(text, site) == dialled


@refusals((CALIFORNIA, "x12", "x12"), (CALIFORNIA, "x123456789", "x123456789"))
def test_an_extension_that_the_site_does_not_have_gets_no_outside_line(
    site: AddressRules, text: str, part: str
) -> None:
    refused(site, text, part)


@table(
    (SEOUL, "02-568-3848 / 02-568-3849", "9025683848"),
    (SEOUL, "02-568-3848/02-568-3849", "9025683848"),
    (SEOUL, "02-568-3848 or 010-1234-5678", "9025683848"),
    (SEOUL, "02-568-3848 & 010-1234-5678", "9025683848"),
    (SEOUL, "02-568-3848, 010-1234-5678", "9025683848"),
    (SEOUL, "02-568-3848;010-1234-5678", "9025683848"),
    (SEOUL, "02-568-3848\n010-1234-5678", "9025683848"),
    (SEOUL, "02-568-3848\t010-1234-5678", "9025683848"),
    (SEOUL, "02-568-3848\u2028010-1234-5678", "9025683848"),
    (SEOUL, "02-568-3848 ::: 010-1234-5678", "9025683848"),
    (SEOUL, "02-568-3848 - 010-1234-5678", "9025683848"),
    (SEOUL, "02-568-3848 (010-1234-5678)", "9025683848"),
    (SEOUL, "02-568-3848 \u2022 010-1234-5678", "9025683848"),
    (SEOUL, "02-568-3848 02-568-3849", "9025683848"),
    (SEOUL, "+82 2 568 3848 +82 2 568 3849", "9025683848"),
    (SEOUL, "T.02-568-3848 F.02-568-3849", "9025683848"),
    (SEOUL, "Tel: 02-568-3848; 02-568-3849", "9025683848"),
    (SEOUL, "4001, 4002", "4001"),
    (SEOUL, "4001 or 4002", "4001"),
    (SEOUL, "4001;4002", "4001"),
    (CALIFORNIA, "(530) 583-6985 x302/x2303", "915305836985"),
    (CALIFORNIA, "6502530000-6502530001", "916502530000"),
    (CALIFORNIA, "650-253-0000 / 12", "916502530000"),
    (BERLIN, "030 1234567 oder 0171 1234567", "00301234567"),
    (BERLIN, "030/1234567 / 0171/1234567", "00301234567"),
    (SEOUL, "02-568-3848..49", "9025683848"),
    (NOWHERE, "101, 102", "101"),
    (NOWHERE, "02-568-3848 / 02-568-3849", "025683848"),
)
def test_of_two_numbers_the_first_is_dialled(site: AddressRules, text: str, dialled: str) -> None:
    assert normalise(text, site) == dialled


@refusals(
    (SEOUL, "4001 / 4002", "'4001 / 4002'"),
    (SEOUL, "4001/2", "'4001/2'"),
    (CALIFORNIA, "4001 4002", "'4001 4002'"),
    (SEOUL, "4001 02-568-3848", "'4001 025683848'"),
    (SEOUL, "4001 (02-568-3848)", "'4001 (025683848'"),
    (NOWHERE, "4001 02-568-3848", "'4001 025683848'"),
    (CALIFORNIA, "4001-4005", "'4001-4005'"),
    (SEOUL, "4001 4002", "'4001 4002'"),
    (SEOUL, "4001-4002", "'4001-4002'"),
    (BERLIN, "101 102", "'101 102'"),
    (BERLIN, "101-105", "'101-105'"),
    (BERLIN, "030/1234567/8", "'0301234567/8'"),
    (NOWHERE, "4001/4002", "'4001/4002'"),
    (BERLIN, "4001/4002", "'4001/4002'"),
    (NOWHERE, "12, 13", "'12, 13'"),
    (NOWHERE, "02-568-3848 02-568-3849", "'02-568-3848 02-568-3849'"),
    (SEOUL, "12 or 13", "'or 13'"),
    (SEOUL, "02-568\n3848", "behind 02568"),
    (SEOUL, "02|5683848", "behind 02"),
    (SEOUL, "1) 02-568-3848", "'1) 025683848'"),
    (SEOUL, "2. 4001", "'2. 4001'"),
    (NOWHERE, "24/7", "'24/7'"),
)
def test_what_may_be_one_number_or_two_is_refused(site: AddressRules, text: str, part: str) -> None:
    refused(site, text, part)


@table(
    (BERLIN, "030/1234567", "00301234567"),
    (BERLIN, "+49 (0)30 / 123 456 - 78", "003012345678"),
    (BERLIN, "030 12 34 56 78", "003012345678"),
    (BERLIN, "0171/1234567 (privat)", "001711234567"),
    (SEOUL, "1588-1588", "915881588"),
    (SEOUL, "1588 1588", "915881588"),
    (SEOUL, "3456-7890", "90234567890"),
    (NOWHERE, "02.568/3848", "025683848"),
    (CALIFORNIA, "650.253.0000", "916502530000"),
    (CALIFORNIA, "9, 1 650 253 0000", "916502530000"),
    (CALIFORNIA, "9,+1 650 253 0000", "916502530000"),
)
def test_signs_within_a_number_join_it(site: AddressRules, text: str, dialled: str) -> None:
    assert normalise(text, site) == dialled


@table(
    (SEOUL, "02-568-3848 (Axel)", "9025683848"),
    (SEOUL, "02-568-3848 [mobile]", "9025683848"),
    (SEOUL, "02-568-3848 (Axel", "9025683848"),
    (CALIFORNIA, "+1 650 253 0000 (mobile)", "916502530000"),
    (CALIFORNIA, "650 253 0000 Axel", "916502530000"),
    (CALIFORNIA, "650 253 0000 - Axel, after 5", "916502530000"),
    (CALIFORNIA, "650 253 0000 w", "916502530000"),
    (CALIFORNIA, "(home) 650 253 0000", "916502530000"),
    (CALIFORNIA, "650-253-0000 (fax 650-253-0001)", "916502530000"),
    (CALIFORNIA, "Axel: 650 253 0000", "916502530000"),
    (CALIFORNIA, "John Doe +1 650 253 0000", "916502530000"),
    (BERLIN, "Büro: 030 1234567", "00301234567"),
    (SEOUL, "Kim (02-568-3848)", "9025683848"),
    (SEOUL, "02-568-3848번", "9025683848"),
    (SEOUL, "전화02-568-3848", "9025683848"),
    (SEOUL, "김철수 010-1234-5678", "901012345678"),
    (SEOUL, "H.P 010-1234-5678", "901012345678"),
    (SEOUL, "Tel. No.: 02-568-3848", "9025683848"),
    (SEOUL, "4001 (Kim)", "4001"),
    (SEOUL, "4001 office", "4001"),
    (SEOUL, "02-568-3848\u00b2", "9025683848"),
)
def test_a_note_beside_a_number_is_left_out(site: AddressRules, text: str, dialled: str) -> None:
    assert normalise(text, site) == dialled


@refusals(
    (SEOUL, "Lee", "'Lee'"),
    (SEOUL, "mueler", "'mueler'"),
    (SEOUL, "40a1", "'40a1'"),
    (SEOUL, "echo123", "'echo123'"),
    (SEOUL, "john.doe", "'john.doe'"),
    (SEOUL, "4001 Kim", "'Kim'"),
    (SEOUL, "Kim 4001", "'Kim'"),
    (SEOUL, "02-568-3848Axel", "'02-568-3848Axel'"),
    (SEOUL, "02-568-3848-Axel", "'02-568-3848-Axel'"),
    (NOWHERE, "4001-Kim", "'4001-Kim'"),
    (NOWHERE, "1-650-253-GOOG", "'1-650-253-GOOG'"),
    (SEOUL, "010 1234 abc 5678", "'abc 5678'"),
    (SEOUL, "+82 10 (mobile) 1234 5678", "'(mobile) 1234 5678'"),
    (CALIFORNIA, "1600 Pennsylvania Avenue", "'Pennsylvania'"),
    (CALIFORNIA, "1920x1080", "'1920x1080'"),
    (CALIFORNIA, "3-4-5", "'3-4-5'"),
    (SEOUL, "82+2", "'+2'"),
    (BERLIN, "2024-W05", "'2024-W05'"),
    (SEOUL, "+0 2 568 3848", "'+025683848'"),
    (SEOUL, "①②③④", "'①'"),
    (SEOUL, "50%", "'%'"),
    (CALIFORNIA, "65025300006502530001", "'65025300006502530001'"),
)
def test_what_is_not_understood_is_refused_by_its_name(site: AddressRules, text: str, part: str) -> None:
    refused(site, text, part)


@table(
    (SEOUL, "T4001", "4001"),
    (SEOUL, "9,0W25683848", "9025683848"),
    (SEOUL, "TW9,,0 2 568-3848", "9025683848"),
    (SEOUL, "9$0@25683848;", "9025683848"),
    (SEOUL, "9@W025683848", "9025683848"),
    (SEOUL, "02-568-3848,,12#", "9025683848"),
    (SEOUL, "02-568-3848T12", "9025683848"),
    (SEOUL, "4001,,12", "4001"),
    (SEOUL, "!4001?", "4001"),
)
def test_tapis_modifiers_are_no_digits(site: AddressRules, text: str, dialled: str) -> None:
    assert normalise(text, site) == dialled


@pytest.mark.parametrize(
    "text",
    [
        "+1 (650) 253-0000|4711^Dr. Friederike von Hohenstein-Schoenberg, Einkauf",
        "+1 (650) 253-0000^" + "Dr. " * 1000,
        "\u200e+1 (650) 253-0000 | 4711",
        "+1 (650) 253-0000\r\n+1 (650) 253-0001",
    ],
)
def test_subaddress_name_and_further_lines_are_cut_off_before_anything_is_counted(text: str) -> None:
    assert normalise(text, CALIFORNIA) == "916502530000"


def test_a_local_number_that_looks_like_the_outside_prefix_keeps_its_digits() -> None:
    assert normalise("9 011 82 2 568 3848", CALIFORNIA) == "90118225683848"


WORST = [
    "1 " * 512,
    "0 " * 512,
    "1/" * 512,
    "1#" * 512,
    "*1" * 512,
    "(a" * 500 + "1",
    "b (a" * 250 + "1",
    "((((" * 250 + "1",
    "1(" * 500,
    "a." * 500 + "1",
    "a@" * 512,
    "1.1" * 340,
    "2024-" * 200,
    "tel:" * 250,
    "tel:" + "%25" * 330,
    "tel:1;phone-context=" + "a-" * 490 + "!",
    "tel:1;" + "a;" * 500,
    "T" * 1000 + "1",
    "x" * 1000 + "1",
    "12345678 " * 113,
    "\u0301" * 1000 + "1",
    "4001^" + "x" * 1_000_000,
]


@pytest.mark.parametrize("text", WORST, ids=lambda text: text[:12])
def test_a_text_that_is_made_to_be_slow_is_read_or_refused_all_the_same(text: str) -> None:
    """What takes its length to a power would not end within the time that a test has."""
    for site in (SEOUL, NOWHERE):
        for _ in range(20):
            with contextlib.suppress(AddressError):
                normalise(text, site)
