"""Who has to go when there are too many connections."""

import pytest

from offhook.sip.crowd import MAX_OF_ONE, MAX_STRANGERS, MAX_STRANGERS_HERE, Crowd


def crowd(limit: int = 10_000) -> Crowd[str]:
    return Crowd(limit)


def test_the_oldest_stranger_of_a_host_makes_room_for_the_next_from_there() -> None:
    one = crowd()
    for number in range(MAX_STRANGERS_HERE):
        assert one.came(f"s{number}", "10.0.0.9") == []
    assert one.came("more", "10.0.0.9") == ["s0"]
    assert one.came("elsewhere", "10.0.0.8") == []
    assert one.strangers == MAX_STRANGERS_HERE + 1


def test_the_addresses_of_one_ipv6_site_are_one_host() -> None:
    one = crowd()
    for number in range(MAX_STRANGERS_HERE):
        one.came(f"s{number}", f"2001:db8::{number:x}")
    assert one.came("more", "2001:db8::ffff:1") == ["s0"]


def test_strangers_from_everywhere_are_bounded_too() -> None:
    one = crowd()
    gone = [
        one.came(f"s{number}", f"10.1.{number // 250}.{number % 250}") for number in range(MAX_STRANGERS + 5)
    ]
    assert [old for olds in gone for old in olds] == [f"s{number}" for number in range(5)]


def test_strangers_never_have_more_than_half_of_what_there_is() -> None:
    one = crowd(20)
    for number in range(50):
        one.came(f"s{number}", f"10.0.0.{number}")
    assert one.strangers == 10
    for number in range(10):
        one.came(f"p{number}", "10.0.1.1")
        one.known(f"p{number}", f"40{number:02}")
    assert len(one) <= 20


def test_who_is_known_stays_when_strangers_come() -> None:
    one = crowd()
    one.came("phone", "10.0.0.9")
    one.known("phone", "4000")
    for number in range(3 * MAX_STRANGERS_HERE):
        assert "phone" not in one.came(f"s{number}", "10.0.0.9")


def test_a_full_house_of_known_ones_refuses_the_next() -> None:
    one = crowd(3)
    for number in range(3):
        one.came(f"p{number}", "10.0.0.9", trusted=True)
    assert one.came("more", "10.0.0.8") == ["more"]
    assert len(one) == 3


def test_one_terminal_has_few_connections_and_its_oldest_goes_first() -> None:
    one = crowd()
    for number in range(MAX_OF_ONE):
        one.came(f"p{number}", "10.0.0.9")
        assert one.known(f"p{number}", "4000") == []
    one.came("more", "10.0.0.9")
    assert one.known("more", "4000") == ["p0"]
    one.came("other", "10.0.0.9")
    assert one.known("other", "4001") == []


@pytest.mark.parametrize("known", [True, False])
def test_what_is_over_leaves_nothing_behind(known: bool) -> None:
    one = crowd()
    one.came("c", "10.0.0.9")
    if known:
        one.known("c", "4000")
    one.gone("c")
    one.gone("c")
    assert one.known("c", "4000") == []
    assert (len(one), one.strangers, one._here, one._by_name) == (0, 0, {}, {})
