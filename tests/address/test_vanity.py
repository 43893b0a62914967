"""Letters as keys, and letters that are words."""

import pytest

from offhook.address import AddressRules, normalise
from offhook.errors import AddressError
from tests.address.sites import CALIFORNIA, NOWHERE, SEOUL

LONDON = AddressRules(country="GB", area="20", outside_prefix="9")


@pytest.mark.parametrize(
    ("site", "text", "dialled"),
    [
        (CALIFORNIA, "1-800-FLOWERS", "918003569377"),
        (CALIFORNIA, "1-800-flowers", "918003569377"),
        (CALIFORNIA, "1 (800) Flowers", "918003569377"),
        (CALIFORNIA, "+1 800 FLOWERS", "918003569377"),
        (CALIFORNIA, "1-800-GO-FEDEX", "918004633339"),
        (CALIFORNIA, "1-800-CONTACTS", "918002668228"),
        (CALIFORNIA, "9,1-800-FLOWERS", "918003569377"),
        (CALIFORNIA, "T1-800-FLOWERS", "918003569377"),
        (CALIFORNIA, "Tel: 1-800-FLOWERS", "918003569377"),
        (CALIFORNIA, "1-800-FLOWERS (1-800-356-9377)", "918003569377"),
        (CALIFORNIA, "Call 1-800-FLOWERS", "918003569377"),
        (CALIFORNIA, "1-800-FLOWERS x12", "918003569377"),
        (CALIFORNIA, "650-253-GOOG", "916502534664"),
        (CALIFORNIA, "253-GOOG", "916502534664"),
        (SEOUL, "+1-800-FLOWERS", "900118003569377"),
        (LONDON, "0800 REVERSE", "908007383773"),
        (NOWHERE, "1-800-FLOWERS", "18003569377"),
        (NOWHERE, "0800-REISEN", "0800734736"),
    ],
)
def test_the_form_of_a_vanity_number_is_dialled_by_the_keypad(
    site: AddressRules, text: str, dialled: str
) -> None:
    assert normalise(text, site) == dialled


@pytest.mark.parametrize(
    ("site", "text"),
    [
        (SEOUL, "1-800-FLOWERS"),
        (SEOUL, "0800 CALL NOW"),
        (CALIFORNIA, "0800 CALL NOW"),
        (SEOUL, "1300 Axel"),
        (CALIFORNIA, "650 253 Axel"),
        (CALIFORNIA, "650 253 home"),
        (CALIFORNIA, "TAXI"),
        (CALIFORNIA, "4001-Kim"),
        (CALIFORNIA, "1-800-FLOWERSANDMORE"),
        (NOWHERE, "568-FILM"),
        (SEOUL, "02-kim-4000"),
        (SEOUL, "DE89370400440532013000"),
    ],
)
def test_letters_that_make_no_number_of_the_country_are_refused(site: AddressRules, text: str) -> None:
    with pytest.raises(AddressError):
        normalise(text, site)
