"""Who has to go when there are too many connections."""

import pytest

from offhook.sip.crowd import GRACE_S, MAX_OF_ONE, MAX_STRANGERS, MAX_STRANGERS_HERE, Crowd


def crowd(limit: int = 100_000) -> Crowd[str]:
    return Crowd(limit)


def crowded(host: str = "10.0.0.9", count: int = MAX_STRANGERS_HERE + 2) -> Crowd[str]:
    one = crowd()
    for number in range(count):
        assert one.came(f"s{number}", host, 0.0) == []
    return one


def test_the_oldest_strangers_of_a_host_go_when_they_have_had_their_time() -> None:
    one = crowded()
    one.came("elsewhere", "10.0.0.8", 0.0)
    assert one.too_long(GRACE_S - 1) == []
    assert one.too_long(GRACE_S) == ["s0", "s1"]
    assert one.too_long(GRACE_S) == []
    assert one.strangers == MAX_STRANGERS_HERE + 1


def test_a_branch_offices_phones_that_come_all_at_once_are_let_in() -> None:
    one = crowded(count=2000)
    for number in range(2000):
        one.known(f"s{number}", f"{number}")
    assert one.too_long(GRACE_S) == [] and len(one) == 2000


def test_the_addresses_of_one_ipv6_site_are_one_host() -> None:
    one = crowd()
    for number in range(MAX_STRANGERS_HERE + 1):
        one.came(f"s{number}", f"2001:db8::{number:x}", 0.0)
    assert one.too_long(GRACE_S) == ["s0"]


def test_a_flood_from_one_host_drives_out_its_own_and_not_the_others() -> None:
    one = crowd(2 * MAX_STRANGERS)
    one.came("phone", "10.0.0.8", 0.0)
    gone: list[str] = []
    for number in range(MAX_STRANGERS + 50):
        gone += one.came(f"s{number}", "10.0.0.9", 0.0)
    assert len(gone) == 51 and "phone" not in gone


def test_strangers_from_everywhere_are_bounded_too() -> None:
    one = crowd()
    gone = [
        one.came(f"s{number}", f"10.1.{number // 250}.{number % 250}", 0.0)
        for number in range(MAX_STRANGERS + 5)
    ]
    assert [old for olds in gone for old in olds] == [f"s{number}" for number in range(5)]


def test_strangers_never_have_more_than_half_of_what_there_is() -> None:
    one = crowd(20)
    for number in range(50):
        one.came(f"s{number}", f"10.0.0.{number}", 0.0)
    assert one.strangers == 10
    for number in range(10):
        one.came(f"p{number}", "10.0.1.1", 0.0)
        one.known(f"p{number}", f"40{number:02}")
    assert len(one) <= 20


def test_who_is_known_stays_when_strangers_come() -> None:
    one = crowd()
    one.came("phone", "10.0.0.9", 0.0)
    one.known("phone", "4000")
    for number in range(3 * MAX_STRANGERS_HERE):
        assert "phone" not in one.came(f"s{number}", "10.0.0.9", 0.0)


def test_a_full_house_of_known_ones_refuses_the_next() -> None:
    one = crowd(3)
    for number in range(3):
        one.came(f"p{number}", "10.0.0.9", 0.0, trusted=True)
    assert one.came("more", "10.0.0.8", 0.0) == ["more"]
    assert len(one) == 3


def test_one_terminal_has_few_connections_and_its_oldest_goes_first() -> None:
    one = crowd()
    for number in range(MAX_OF_ONE):
        one.came(f"p{number}", "10.0.0.9", 0.0)
        assert one.known(f"p{number}", "4000") == []
    one.came("more", "10.0.0.9", 0.0)
    assert one.known("more", "4000") == ["p0"]
    one.came("other", "10.0.0.9", 0.0)
    assert one.known("other", "4001") == []


@pytest.mark.parametrize("known", [True, False])
def test_what_is_over_leaves_nothing_behind(known: bool) -> None:
    one = crowd()
    one.came("c", "10.0.0.9", 0.0)
    if known:
        one.known("c", "4000")
    one.gone("c")
    one.gone("c")
    assert one.known("c", "4000") == []
    assert (len(one), one.strangers, one._here, one._by_name) == (0, 0, {}, {})
