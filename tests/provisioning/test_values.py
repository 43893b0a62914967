"""What a template is given can break out of no line, and shows no secret."""

import pytest

from offhook.errors import PhoneError
from offhook.provisioning.values import Key, read_mac, written_mac
from tests.provisioning.phones import phone


@pytest.mark.parametrize(
    "text", ["805EC0123456", "80:5e:c0:12:34:56", "80-5E-C0-12-34-56", "805e.c012.3456", " 805ec0123456\n"]
)
def test_a_mac_address_is_read_however_it_is_written(text: str) -> None:
    assert read_mac(text) == "805ec0123456"


@pytest.mark.parametrize(
    "text", ["", "805ec012345", "805ec01234567", "80:5e-c0:12:34:56", "805ec012345g", "٣" * 12]
)
def test_what_is_no_mac_address_is_refused(text: str) -> None:
    with pytest.raises(PhoneError, match="no MAC address"):
        read_mac(text)


def test_a_mac_address_is_shown_in_pairs() -> None:
    assert written_mac("805ec0123456") == "80:5e:c0:12:34:56"


@pytest.mark.parametrize(
    "name", ["display_name", "password", "user", "outside_prefix", "config_url", "voicemail"]
)
@pytest.mark.parametrize("wrong", ["a\nb", "a\rb", "a\0b", "a\x85b", "a\u2028b", "x" * 513])
def test_a_value_with_a_line_break_is_refused_by_its_name(name: str, wrong: str) -> None:
    with pytest.raises(PhoneError, match=name):
        phone(**{name: wrong})


def test_so_is_one_in_a_list_or_key() -> None:
    with pytest.raises(PhoneError, match="emergency_numbers"):
        phone(emergency_numbers=("112", "1\n10"))
    with pytest.raises(PhoneError, match="label"):
        Key("4001", "Ann\nBob")


def test_keys_are_limited() -> None:
    with pytest.raises(PhoneError, match="keys has 121"):
        phone(keys=(Key("4001", "Ann"),) * 121)


def test_secrets_are_not_shown() -> None:
    one = phone(
        password="s3cret", admin_password="s3cret", config_url="http://x/s3cret/", phone_book_url="s3cret"
    )
    assert "s3cret" not in repr(one)
