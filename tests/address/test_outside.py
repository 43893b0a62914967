"""Numbers outside of the site: what goes out, in which form, and how networks show callers."""

import pytest

from offhook.address import AddressRules, canonical, is_emergency, outside

BERLIN = AddressRules(country="DE", area="30", extension_lengths=(4,))
BEHIND_0 = AddressRules(country="DE", area="30", extension_lengths=(4,), outside_prefix="0")
SEOUL = AddressRules(country="KR", extension_lengths=(4,), outside_prefix="9")
AMERICA = AddressRules(country="US", extension_lengths=(4,))
NOWHERE = AddressRules()


@pytest.mark.parametrize(
    ("rules", "dialled", "keyed", "e164"),
    [
        (BERLIN, "08912345678", "08912345678", "+498912345678"),
        (BERLIN, "12345678", "03012345678", "+493012345678"),
        (BERLIN, "+49 (89) 123-45678", "08912345678", "+498912345678"),
        (BERLIN, "00442079460018", "00442079460018", "+442079460018"),
        (BERLIN, "00441632960961", "00441632960961", "+441632960961"),  # all that is known is the country
        (BERLIN, "116117", "116117", ""),
        (BEHIND_0, "008912345678", "08912345678", "+498912345678"),
        (SEOUL, "9025683848", "025683848", "+8225683848"),
        (SEOUL, "+82 2 568 3848", "025683848", "+8225683848"),
        (AMERICA, "2125550123", "12125550123", "+12125550123"),
        (AMERICA, "011442079460018", "011442079460018", "+442079460018"),
        (NOWHERE, "+498912345678", "+498912345678", "+498912345678"),
        (NOWHERE, "00498912345678", "00498912345678", "+498912345678"),
        (NOWHERE, "08912345678", "08912345678", ""),
    ],
)
def test_a_number_outside_in_both_forms(rules: AddressRules, dialled: str, keyed: str, e164: str) -> None:
    found = outside(dialled, rules)
    assert found is not None
    assert (found.keyed, found.canonical, found.emergency) == (keyed, e164, False)


@pytest.mark.parametrize(
    "dialled", ["4001", "*21*08912345678#", "#31#08912345678", "sip", "", "0891@x", "1" * 40]
)
def test_what_is_dialled_inside_or_is_no_number_is_not_outside(dialled: str) -> None:
    assert outside(dialled, BERLIN) is None


@pytest.mark.parametrize(
    ("rules", "dialled", "keyed"),
    [(BERLIN, "112", "112"), (BERLIN, "110", "110"), (BEHIND_0, "0112", "112"), (SEOUL, "9119", "119"),
     (SEOUL, "119", "119"), (AMERICA, "911", "911"), (NOWHERE, "112", "112"), (NOWHERE, "911", "911")],
)  # fmt: skip
def test_numbers_for_help_are_those_of_the_country_with_or_without_the_prefix(
    rules: AddressRules, dialled: str, keyed: str
) -> None:
    found = outside(dialled, rules)
    assert found is not None
    assert (found.keyed, found.emergency) == (keyed, True)
    assert is_emergency(dialled, rules)


@pytest.mark.parametrize(
    ("rules", "dialled", "keyed"),
    [(BERLIN, "+49112", "112"), (SEOUL, "+82119", "119")],
)
def test_what_is_read_as_a_number_for_help_goes_out_as_one(
    rules: AddressRules, dialled: str, keyed: str
) -> None:
    found = outside(dialled, rules)
    assert found is not None
    assert (found.keyed, found.emergency) == (keyed, True)


@pytest.mark.parametrize(
    ("rules", "dialled"), [(BERLIN, "911"), (BERLIN, "1120"), (AMERICA, "119"), (NOWHERE, "110")]
)
def test_other_numbers_are_none_for_help(rules: AddressRules, dialled: str) -> None:
    assert not is_emergency(dialled, rules)


@pytest.mark.parametrize(
    ("shown", "with_country", "e164"),
    [
        ("+498912345678", True, "+498912345678"),
        ("498912345678", True, "+498912345678"),
        ("08912345678", True, "+498912345678"),
        ("08912345678", False, "+498912345678"),
        ("00442079460018", False, "+442079460018"),
        ("4001", True, ""),
        ("anonymous", True, ""),
        ("", True, ""),
    ],
)
def test_a_caller_has_one_form_however_the_network_shows_it(
    shown: str, with_country: bool, e164: str
) -> None:
    assert canonical(shown, BERLIN, with_country=with_country) == e164
