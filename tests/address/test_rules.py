"""A site's dialling rules."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from offhook.address import MAX_ADDRESS, AddressRules, known_country, normalise, show
from offhook.errors import AddressError

NONE = AddressRules()
SEOUL = AddressRules(country="KR", area="2", outside_prefix="9", extension_lengths=(4,))
SEOUL_DIRECT = AddressRules(country="KR", area="2")
PALO_ALTO = AddressRules(country="US", area="650", outside_prefix="9", extension_lengths=(4,))
CHEMNITZ = AddressRules(country="DE", area="371", outside_prefix="0", extension_lengths=(3,))
ROME = AddressRules(country="IT", outside_prefix="0", extension_lengths=(3,))
TRUNK = AddressRules(outside_prefix="9", extension_lengths=(4,))

EXAMPLES = [
    # an extension is dialled as it is
    (SEOUL, "4001", "4001", "4001"),
    (SEOUL, "9001", "9001", "9001"),
    (CHEMNITZ, "112", "112", "112"),
    (SEOUL_DIRECT, "4001", "4001", "4001"),
    # a feature code as well
    (SEOUL, "*8", "*8", "*8"),
    (SEOUL, "#21#", "#21#", "#21#"),
    # the own country, in its national format
    (SEOUL, "+82 2 568 3848", "9025683848", "02-568-3848"),
    (SEOUL, "+82 (2) 568-3848", "9025683848", "02-568-3848"),
    (SEOUL, "02-568-3848", "9025683848", "02-568-3848"),
    (SEOUL, "010-1234-5678", "901012345678", "010-1234-5678"),
    (SEOUL, "1588-1588", "915881588", "1588-1588"),
    (SEOUL, "00182 2 568 3848", "9025683848", "02-568-3848"),
    (SEOUL_DIRECT, "+82 2 568 3848", "025683848", "02-568-3848"),
    (PALO_ALTO, "+1 650 253 0000", "916502530000", "(650) 253-0000"),
    (PALO_ALTO, "1-800-FLOWERS", "918003569377", "(800) 356-9377"),
    (CHEMNITZ, "+49 (0)371 381234", "00371381234", "0371 381234"),
    (ROME, "+39 06 1234 5678", "00612345678", "06 1234 5678"),
    # a local number gets its area
    (SEOUL, "568-3848", "9025683848", "02-568-3848"),
    (PALO_ALTO, "253-0000", "916502530000", "(650) 253-0000"),
    (CHEMNITZ, "381234", "00371381234", "0371 381234"),
    # another country
    (SEOUL, "+1 650 253 0000", "900116502530000", "+1 650-253-0000"),
    (SEOUL, "00700 1 650 253 0000", "90070016502530000", "+1 650-253-0000"),
    (SEOUL_DIRECT, "+1 650 253 0000", "00116502530000", "+1 650-253-0000"),
    (PALO_ALTO, "+82 2 568 3848", "90118225683848", "+82 2-568-3848"),
    (CHEMNITZ, "+82 2 568 3848", "0008225683848", "+82 2-568-3848"),
    (SEOUL, "+999 123", "9001999123", "9001999123"),
    (TRUNK, "+82 2 568 3848", "9008225683848", "9008225683848"),
    # the outside prefix is already there
    (SEOUL, "9,0W25683848", "9025683848", "02-568-3848"),
    (SEOUL, "9025683848", "9025683848", "02-568-3848"),
    (PALO_ALTO, "9 1 917 555 0123", "919175550123", "(917) 555-0123"),
    (PALO_ALTO, "9 011 82 2 568 3848", "90118225683848", "+82 2-568-3848"),
    (CHEMNITZ, "0,0371 381234", "00371381234", "0371 381234"),
    (CHEMNITZ, "0 00 82 2 568 3848", "0008225683848", "+82 2-568-3848"),
    (TRUNK, "9025683848", "9025683848", "9025683848"),
    # ... or only seems to be
    (PALO_ALTO, "(917) 555-0123", "919175550123", "(917) 555-0123"),
    (CHEMNITZ, "0371 381234", "00371381234", "0371 381234"),
    (CHEMNITZ, "0082 2 568 3848", "0008225683848", "+82 2-568-3848"),
    (CHEMNITZ, "0,08225 683848", "008225683848", None),
    # short and emergency numbers
    (SEOUL, "119", "9119", "9119"),
    (SEOUL, "9119", "9119", "9119"),
    (PALO_ALTO, "911", "9911", "9911"),
    (PALO_ALTO, "9911", "9911", "9911"),
    (SEOUL_DIRECT, "119", "119", "119"),
    # what is none of these goes outside
    (SEOUL, "50000", "950000", "950000"),
    (TRUNK, "025683848", "9025683848", "9025683848"),
    # without rules numbers are only cleaned
    (NONE, "+82 (2) 568-3848", "+8225683848", "+82 2-568-3848"),
    (NONE, "025683848", "025683848", "025683848"),
]
"""The site, the text, what the switch dials, what a person reads of that (None: not of interest)."""


@pytest.mark.parametrize(("rules", "text", "dialled", "shown"), EXAMPLES)
def test_example(rules: AddressRules, text: str, dialled: str, shown: str | None) -> None:
    assert normalise(text, rules) == dialled
    if shown is not None:
        assert show(dialled, rules) == shown


def test_prefixes_of_the_configuration_come_before_the_countrys() -> None:
    rules = AddressRules(country="KR", outside_prefix="9", international_prefix="00700", national_prefix="*1")
    assert normalise("+1 650 253 0000", rules) == "90070016502530000"
    assert show("90070016502530000", rules) == "+1 650-253-0000"
    assert normalise("+82 2 568 3848", rules) == "9*125683848"


def test_an_empty_national_prefix_leaves_the_trunk_digit_out() -> None:
    assert normalise("+1 650 253 0000", AddressRules(country="US", national_prefix="")) == "6502530000"


def test_the_calling_code_may_stand_for_the_country() -> None:
    assert normalise("+82 2 568 3848", AddressRules(country_prefix="82")) == "025683848"


def test_a_country_that_is_not_known_is_as_none() -> None:
    assert not known_country("XX") and known_country("KR")
    assert normalise("+82 2 568 3848", AddressRules(country="XX")) == "008225683848"
    assert normalise("+1", AddressRules(country_prefix="999")) == "001"


@pytest.mark.parametrize(
    ("country", "prefix"), [("KR", "001"), ("US", "011"), ("AU", "0011"), ("RU", "810"), ("JP", "010")]
)
def test_the_international_prefix_is_the_countrys(country: str, prefix: str) -> None:
    assert normalise("+4930123456", AddressRules(country=country)) == prefix + "4930123456"


def test_a_terminal_that_is_no_number_is_dialled_by_its_name() -> None:
    assert normalise(" reception ", AddressRules(names=frozenset({"reception"}))) == "reception"


def test_a_number_that_grows_too_long_is_refused() -> None:
    with pytest.raises(AddressError, match="at most 64 digits"):
        normalise("1" * 64, SEOUL)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.sampled_from([NONE, SEOUL, SEOUL_DIRECT, PALO_ALTO, CHEMNITZ, ROME, TRUNK]),
    st.text(alphabet="0123456789+*# ,()-") | st.text(),
)
def test_whatever_comes_in_a_number_that_can_be_dialled_and_shown_or_a_refusal_comes_out(
    rules: AddressRules, text: str
) -> None:
    try:
        dialled = normalise(text, rules)
    except AddressError:
        return
    assert 1 <= len(dialled) <= MAX_ADDRESS
    assert set(dialled) <= set("+0123456789*#")
    assert show(dialled, rules)
    if rules.country:
        assert "+" not in dialled.lstrip("+") and ("*" in dialled or "#" in dialled or "+" not in dialled)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.text())
def test_showing_never_fails(text: str) -> None:
    assert show(text, SEOUL) or not text
