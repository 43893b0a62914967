"""What is full of digits, and no telephone number."""

import pytest

from offhook.address import AddressRules, normalise
from offhook.errors import AddressError
from tests.address.sites import BERLIN, CALIFORNIA, NOWHERE, ROME, SEOUL

SITES = (SEOUL, BERLIN, CALIFORNIA, ROME, NOWHERE)

OTHERS = [
    "2024-05-17",
    "2024/05/17",
    "2024. 5. 17.",
    "17.05.2024",
    "05/17/2024",
    "17.5.24",
    "2024-05-17 10:30",
    "May 17, 2024",
    "17 May 2024",
    "10:30",
    "192.168.1.20",
    "192.168.1.20:5060",
    "10.0.0.1/24",
    "2001:db8::1",
    "00:1A:2B:3C:4D:5E",
    "kim@example.com",
    "4001@pbx.example",
    "4001@192.0.2.1",
    "$1,234",
    "1,234.56",
    "1.234,56",
    "12,50 \u20ac",
    "\u20a910,000",
    "12.50 EUR",
    "EUR 12.50",
    "12500원",
    "DE89 3704 0044 0532 0130 00",
    "GB29NWBK60161331926819",
    "4111 1111 1111 1111",
    "8.22568E+11",
    "4001.0",
    "25683848.0",
    "Invoice 20240517",
    "Order 4711",
    "Room 4001",
    "ISBN 978-3-16-148410-0",
    "0x1F",
    "1/2",
    "1.2.3",
    "1,234",
    "37.5665, 126.9780",
]


@pytest.mark.parametrize("site", SITES)
@pytest.mark.parametrize("text", OTHERS)
def test_it_is_refused(site: AddressRules, text: str) -> None:
    with pytest.raises(AddressError):
        normalise(text, site)


@pytest.mark.parametrize(
    ("site", "text", "dialled"),
    [
        (AddressRules(country="DK"), "20.12.34.56", "20123456"),
        (AddressRules(country="FR"), "01.42.68.53.00", "0142685300"),
        (SEOUL, "9,119", "9119"),
        (SEOUL, "2024-0517", "90220240517"),
        (SEOUL, "Jan +82 2 568 3848", "9025683848"),
    ],
)
def test_a_number_that_only_looks_so_is_dialled(site: AddressRules, text: str, dialled: str) -> None:
    assert normalise(text, site) == dialled
