"""Writings of many countries, as lists, messengers, pages and signatures have them."""

import pytest

from offhook.address import AddressRules, normalise
from offhook.errors import AddressError
from tests.address.sites import BERLIN, CALIFORNIA, ROME, SEOUL

LONDON = AddressRules(country="GB", area="20", outside_prefix="9", extension_lengths=(4,))
PARIS = AddressRules(country="FR", outside_prefix="0", extension_lengths=(4,))
SAO_PAULO = AddressRules(country="BR", area="11", outside_prefix="0", extension_lengths=(4,))
MEXICO = AddressRules(country="MX", area="55", outside_prefix="9", extension_lengths=(4,))
SINGAPORE = AddressRules(country="SG", outside_prefix="9", extension_lengths=(4,))
SYDNEY = AddressRules(country="AU", area="2", outside_prefix="0", extension_lengths=(4,))
ZURICH = AddressRules(country="CH", area="44", outside_prefix="0", extension_lengths=(3,))


def table(*examples: tuple[AddressRules, str, str]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize(("site", "text", "dialled"), examples)


@table(
    (CALIFORNIA, "+1 (0) 650 253 0000", "916502530000"),
    (SINGAPORE, "+65 (0) 6123 4567", "961234567"),
    (CALIFORNIA, "+64 (09) 123 4567", "90116491234567"),
    (PARIS, "+32 (0)2/123.45.67", "0003221234567"),
    (BERLIN, "0043 (0)1 1234567", "0004311234567"),
    (ROME, "+39 (0)6 1234 5678", "00612345678"),
)
def test_a_zero_in_brackets_behind_a_countrys_code_is_never_dialled_but_italys(
    site: AddressRules, text: str, dialled: str
) -> None:
    assert normalise(text, site) == dialled


@table(
    (SYDNEY, "0044 20 7031 3000", "00011442070313000"),
    (PARIS, "0032 2 123 45 67", "0003221234567"),
    (BERLIN, "0030 123456", "0030123456"),
    (BERLIN, "0040 1234567", "00401234567"),
    (BERLIN, "00431 1234567", "004311234567"),
    (BERLIN, "0043/1/1234567", "0004311234567"),
    (BERLIN, "0043 1 1234567", "0004311234567"),
    (BERLIN, "(0043) 1-1234567", "0004311234567"),
    (BERLIN, "Tel.: 0043.1.1234567", "0004311234567"),
)
def test_what_begins_as_another_countrys_number_gets_the_outside_prefix(
    site: AddressRules, text: str, dialled: str
) -> None:
    assert normalise(text, site) == dialled


@table(
    (MEXICO, "+52 1 55 1234 5678", "95512345678"),
    (MEXICO, "01 55 1234 5678", "95512345678"),
    (MEXICO, "044 55 1234 5678", "95512345678"),
    (MEXICO, "01-800-123-4567", "98001234567"),
    (CALIFORNIA, "+5215512345678", "9011525512345678"),
)
def test_mexicos_numbers_are_dialled_without_the_digits_of_before_2019(
    site: AddressRules, text: str, dialled: str
) -> None:
    assert normalise(text, site) == dialled


@table(
    (ROME, "347/1234567", "03471234567"),
    (CALIFORNIA, "650 - 253 - 0000", "916502530000"),
    (SYDNEY, "6123 4567", "00261234567"),
    (LONDON, "7031 3000", "902070313000"),
    (SEOUL, "010ㅡ1234ㅡ5678", "901012345678"),
    (SEOUL, "02ㆍ568ㆍ3848", "9025683848"),
    (SEOUL, "02-568-3848&nbsp;", "9025683848"),
    (SEOUL, "+82&nbsp;2&#45;568&#x2d;3848", "9025683848"),
    (SEOUL, "* 02-568-3848", "9025683848"),
    (SEOUL, "*8 4001", "*84001"),
    (SAO_PAULO, "WhatsApp (11) 2345-6789", "01123456789"),
    (SEOUL, "# 02-568-3848", "9025683848"),
    (BERLIN, "116117", "0116117"),
    (BERLIN, "116 117", "0116117"),
    (ROME, "1500", "01500"),
    (ZURICH, "044.123.45.67", "00441234567"),
    (SYDNEY, "1800 RESPECT", "01800737732"),
    (SYDNEY, "1300 FLOWERS", "01300356937"),
)
def test_common_writings_are_read(site: AddressRules, text: str, dialled: str) -> None:
    assert normalise(text, site) == dialled


@table(
    (SEOUL, "02-568-3848 4001", "9025683848"),
    (CALIFORNIA, "650-253-0000 1234", "916502530000"),
    (BERLIN, "030 123456-78", "003012345678"),
)
def test_an_extension_that_is_set_off_by_another_sign_goes(
    site: AddressRules, text: str, dialled: str
) -> None:
    assert normalise(text, site) == dialled


@pytest.mark.parametrize(
    ("site", "text"),
    [
        (LONDON, "011 44 20 7031 3000"),
        (CALIFORNIA, "8 (495) 123-45-67"),
        (PARIS, "123 456 789 00012"),
        (SEOUL, "02-568-3848-4001"),
    ],
)
def test_digits_that_stand_as_those_before_are_not_cut_off(site: AddressRules, text: str) -> None:
    with pytest.raises(AddressError, match="may be one number or two"):
        normalise(text, site)


@pytest.mark.parametrize(
    ("site", "text"),
    [
        (SEOUL, "900101-1234567"),
        (SEOUL, "123-45-67890"),
        (SAO_PAULO, "123.456.789-09"),
        (SAO_PAULO, "12.345.678/0001-95"),
        (SAO_PAULO, "01310-100"),
        (ZURICH, "756.1234.5678.97"),
        (CALIFORNIA, "123-45-6789"),
        (ROME, "partita IVA 01234567890"),
        (SYDNEY, "ACN 004 085 616"),
        (CALIFORNIA, "1-650-253-OOOO"),
        (SYDNEY, "4001 4002"),
    ],
)
def test_what_is_no_telephone_number_there_is_refused(site: AddressRules, text: str) -> None:
    with pytest.raises(AddressError):
        normalise(text, site)
