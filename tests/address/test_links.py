"""Links with a number, and links without one."""

import pytest

from offhook.address import AddressRules, normalise
from offhook.errors import AddressError
from tests.address.sites import CALIFORNIA, NOWHERE, SEOUL


@pytest.mark.parametrize(
    ("site", "text", "dialled"),
    [
        (SEOUL, "tel:+82-2-568-3848;ext=12;isub=3", "9025683848"),
        (SEOUL, "tel:%2B82%202%20568%203848", "9025683848"),
        (SEOUL, "tel:///4001", "4001"),
        (SEOUL, "TEL : 4001", "4001"),
        (SEOUL, "tel:+82-2-568-3848?call", "9025683848"),
        (SEOUL, "<tel:+82-2-568-3848>", "9025683848"),
        (SEOUL, '"Kim" <sip:4001@pbx.example>;tag=1', "4001"),
        (CALIFORNIA, "tel:1-800-FLOWERS", "918003569377"),
        (CALIFORNIA, "callto://+12015550123", "912015550123"),
        (CALIFORNIA, "callto:+12015550123+type=phone", "912015550123"),
        (CALIFORNIA, "sip:+16502530000@[2001:db8::1]:5060;user=phone", "916502530000"),
        (CALIFORNIA, "sip:%2B16502530000@pbx.example?Subject=hi", "916502530000"),
        (NOWHERE, "phone:4001", "4001"),
        (SEOUL, "sips:+82-2-568-3848", "9025683848"),
        (SEOUL, "tel:%252B82-2-568-3848", "9025683848"),
        (SEOUL, "tel:%E2%80%8E%2B82%C2%A02%C2%A0568%C2%A03848", "9025683848"),
        (SEOUL, "TEL;TYPE=WORK,VOICE:+82-2-568-3848", "9025683848"),
        (SEOUL, "TEL;VALUE=uri:tel:+82-2-568-3848", "9025683848"),
        (NOWHERE, "fax: 4001", "4001"),
    ],
)
def test_a_links_number_is_dialled(site: AddressRules, text: str, dialled: str) -> None:
    assert normalise(text, site) == dialled


@pytest.mark.parametrize(
    "text",
    [
        "tel:+82-2-568-3848;x=" + "a" * 3000,
        "sip:+8225683848@pbx.example?Subject=" + "a" * 20_000,
        "tel:+82-2-568-3848^" + "a" * 20_000,
    ],
    ids=len,
)
def test_what_a_link_has_behind_its_number_does_not_count_in_its_length(text: str) -> None:
    assert normalise(text, SEOUL) == "9025683848"


@pytest.mark.parametrize("blanks", [2000, 8180, 8184, 20_000])
def test_a_number_is_never_read_in_part(blanks: int) -> None:
    with pytest.raises(AddressError, match="at most 1024 characters"):
        normalise("tel:" + "1" + "\u2003" * blanks + "25683848", SEOUL)


@pytest.mark.parametrize(
    ("text", "dialled"),
    [
        ("tel:5683848;phone-context=+82-2", "9025683848"),
        ("tel:3848;phone-context=+82-2-568", "9025683848"),
        ("tel:5683848;ext=1;phone-context=%2B82-2", "9025683848"),
        ("tel:4001;phone-context=pbx.example", "4001"),
        ("tel:+8225683848;phone-context=+44", "9025683848"),
        ("sip:5683848;phone-context=+82-2@gateway.example", "9025683848"),
        ("sip:4001@gateway.example;phone-context=+82-2", "4001"),
        ("callto:5683848;phone-context=+82-2", "9025683848"),
        ("tel:119;phone-context=+82", "9119"),
        ("tel:*21%23;phone-context=+82", "*21#"),
    ],
)
def test_the_context_of_a_local_number_is_dialled_before_it(text: str, dialled: str) -> None:
    """RFC 3966 section 5.1.5; in a SIP URI it belongs to the user (RFC 3261 section 19.1.6)."""
    assert normalise(text, SEOUL) == dialled


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("callto:john.doe", "'john.doe' is not a number"),
        ("callto:echo123", "'echo123' is not a number"),
        ("callto://john.doe?call", "'john.doe' is not a number"),
        ("skype:echo123?call", "'skype:'"),
        ("sip:john@pbx.example", "'john' is not a number"),
        ("sip:x1234@pbx.example", "'x1234' is not a number"),
        ("sips:192.0.2.1", "'192.0.2.1' is a host"),
        ("tel:john", "'john' is not a number"),
        ("tel:4001;phone-context=1234", "'phone-context=1234'"),
        ("tel:4001;phone-context=+82;phone-context=+1", "two contexts"),
        ("mailto:4001@example.com", "'mailto:'"),
        ("http://4001/", "'http:'"),
        ("https://example.com/4001", "'https:'"),
        ("HTTPS://4001", "'HTTPS:'"),
        ("javascript:4001", "'javascript:'"),
        ("sms:+82-2-568-3848", "'sms:'"),
        ("foo:4001", "'foo:'"),
        ("tel:%zz4001", "'%'"),
    ],
)
def test_a_link_without_a_number_is_refused(text: str, part: str) -> None:
    with pytest.raises(AddressError) as error:
        normalise(text, SEOUL)
    assert part in str(error.value)
