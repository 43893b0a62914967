"""A number in the writings that other programs want."""

import pytest

from offhook.address import AddressRules, writings

KOREA = AddressRules(country="KR", outside_prefix="9", extension_lengths=(4,))


@pytest.mark.parametrize(
    ("number", "e164", "national"),
    [
        ("9025683848", "+8225683848", "02-568-3848"),
        ("025683848", "+8225683848", "02-568-3848"),
        ("+8225683848", "+8225683848", "02-568-3848"),
        ("9001493012345678", "+493012345678", "030 12345678"),
        ("4001", "", ""),
        ("*72", "", ""),
        ("lobby", "", ""),
        ("", "", ""),
    ],
)
def test_a_number_as_it_is_dialled_or_shown_has_the_usual_writings(
    number: str, e164: str, national: str
) -> None:
    assert writings(number, KOREA) == (e164, national)
