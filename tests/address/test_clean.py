"""Any writing of a number to what is to be dialled, without a site's rules."""

# ruff: noqa: RUF001  (the signs that look alike are what some examples are about)

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from offhook.address import MAX_ADDRESS, clean
from offhook.errors import AddressError

EXAMPLES = [
    # as TAPI hands it over
    ("4001", "4001"),
    ("T4001", "4001"),
    ("p4001", "4001"),
    ("+82 (2) 568-3848", "+8225683848"),
    ("9,0W25683848", "9025683848"),
    ("TW9,,0 2 568-3848", "9025683848"),
    ("4001|12", "4001"),
    ("4001^Kim", "4001"),
    ("4001|12^Kim\r\n4002", "4001"),
    ("\r\n4001", "4001"),
    ("!4001?", "4001"),
    ("9$0@25683848;", "9025683848"),
    # as people write it
    ("02.568/3848", "025683848"),
    ("(+82) 2 568 3848", "+8225683848"),
    ("+44 (0)20 7031 3000", "+442070313000"),
    ("+39 (0)6 123456", "+3906123456"),
    ("568-3848 ext. 12", "5683848"),
    ("(02) 568-3848 x12", "025683848"),
    ("568-3848 (내선 12)", "5683848"),
    ("Tel. 02 568 3848", "025683848"),
    ("Phone: 02 568 3848", "025683848"),
    ("25683848,,12#", "25683848"),
    ("25683848W12", "25683848"),
    ("82+2", None),
    ("*8#", "*8#"),
    # letters on the keypad
    ("1-800-FLOWERS", "18003569377"),
    ("1-800-flowers", "18003569377"),
    ("T1-800-FLOWERS", "18003569377"),
    ("TAXI", None),
    ("WTP", None),
    ("A", None),
    # other scripts
    ("４００１", "4001"),
    ("＋８２　２", "+822"),
    ("Ｔ4001", "4001"),
    ("٤٠٠١", "4001"),
    ("김 4001", "4001"),
    # links
    ("tel:4001", "4001"),
    ("TEL:+82-2-568-3848;ext=12", "+8225683848"),
    ("tel:%2B82%202%20568%203848", "+8225683848"),
    ("tel:5683848;phone-context=+82-2", "+8225683848"),
    ("tel:4001;phone-context=pbx.example", "4001"),
    ("tel:+8225683848;phone-context=+82", "+8225683848"),
    ("callto:4001", "4001"),
    ("callto://4001", "4001"),
    ("sip:4001@pbx.example;user=phone", "4001"),
    ("sips:+8225683848;isub=1@pbx.example", "+8225683848"),
    ("sip:4001:word@pbx.example", "4001"),
    ("sip:4001", "4001"),
    # nothing to dial
    ("", None),
    (" + ", None),
    ("^Kim", None),
    ("sip:kim@pbx.example", None),
    ("sip:192.0.2.1", None),
    ("sip:@pbx.example", None),
    ("tel:", None),
    ("김민호", None),
    ("1" * 65, None),
    ("-" * 2000, None),
]
"""A text and what is dialled of it; None where it is refused."""


@pytest.mark.parametrize(("text", "number"), EXAMPLES)
def test_example(text: str, number: str | None) -> None:
    if number is None:
        with pytest.raises(AddressError):
            clean(text)
    else:
        assert clean(text) == number


def test_a_refusal_says_what_to_do() -> None:
    with pytest.raises(AddressError, match="nothing in '---' can be dialled; give a number, like 4001"):
        clean("---")


MIXED = st.text(alphabet=st.one_of(st.sampled_from("0123456789+*#,;!@$?TPWtpw()^|\r\n :"), st.characters()))


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(MIXED | st.builds("{}:{}".format, st.sampled_from(["tel", "sip", "callto"]), MIXED))
def test_whatever_comes_in_a_clean_number_or_a_refusal_comes_out(text: str) -> None:
    try:
        number = clean(text)
    except AddressError:
        return
    assert 1 <= len(number) <= MAX_ADDRESS
    assert set(number) <= set("+0123456789*#")
    assert "+" not in number[1:]
    assert clean(number) == number
