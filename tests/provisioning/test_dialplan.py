"""Which of the site's own numbers a phone may dial at once."""

import pytest

from offhook.provisioning.dialplan import OwnNumbers, own_numbers
from offhook.provisioning.values import Key
from tests.provisioning.phones import phone


@pytest.mark.parametrize(
    "prefix, ranges",
    [("9", ("1-8",)), ("0", ("1-9",)), ("5", ("1-4", "6-9")), ("2", ("1", "3-9")), ("*9", ("1-9",))],
)
def test_they_begin_with_any_digit_but_the_prefix_s_and_zero(prefix: str, ranges: tuple[str, ...]) -> None:
    assert own_numbers(phone(outside_prefix=prefix, extension_lengths=(4,))) == (OwnNumbers(ranges, 3),)


def test_the_beginning_of_a_longer_number_waits() -> None:
    (own,) = own_numbers(phone(outside_prefix="9", extension_lengths=(3, 5)))
    assert own.rest == 4


def test_without_a_prefix_or_without_own_numbers_nothing_is_known() -> None:
    assert own_numbers(phone(extension_lengths=(4,))) == ()
    assert own_numbers(phone(outside_prefix="9")) == ()


def test_a_key_s_pickup_code_is_what_stands_before_the_number() -> None:
    assert Key("4002", "Ann", "*84002").pickup_code == "*8"
    assert Key("4002", "Ann", "*8").pickup_code is None
    assert Key("4002", "Ann", "4002").pickup_code is None
    assert Key("4002", "Ann").pickup_code is None
