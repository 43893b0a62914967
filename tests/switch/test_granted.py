"""What a registrar's answer says of a registration."""

import pytest

from offhook.switch.upstream.granted import contact_address, contact_expires, seconds


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("120", 120),
        (' "60" ', 60),
        ("5 (closed);duration=3600", 5),
        ("", 0),
        ("-1", 0),
        ("1e9", 0),
    ],
)
def test_the_number_at_the_beginning_counts(text: str, value: int) -> None:
    assert seconds(text) == value


def test_a_number_of_absurd_length_is_none() -> None:
    assert seconds("9" * 5000) == 0


@pytest.mark.parametrize(
    ("contact", "value"),
    [("<sip:4000@10.0.0.5:5060>;expires=90", 90), ("<sip:4000@10.0.0.5>", 0), ("<sip:", 0)],
)
def test_a_contact_says_for_how_long(contact: str, value: int) -> None:
    assert contact_expires(contact) == value


def test_a_contact_is_known_again_by_user_host_and_port() -> None:
    assert contact_address("<sip:4000@10.0.0.5:5062;transport=tcp>;expires=9") == ("4000", "10.0.0.5", 5062)
    assert contact_address("<sip:") is None
