"""Passwords that are guessed, as numbers; the attacks with real messages are in tests/attacks."""

from ipaddress import IPv6Network

import pytest

from offhook.common.network import RateLimitKeys
from offhook.switch.embedded.registerthrottle import (
    AT_TERMINAL_EVERY_S,
    EVERY_S,
    FREE,
    FREE_AT_TERMINAL,
    MAX_PLACES,
    MAX_PLACES_OF_ONE,
    RegisterThrottle,
)

FAILURES = int(FREE)


def after(failures: int, user: str = "4000", host: str = "10.0.0.9") -> RegisterThrottle:
    throttle = RegisterThrottle(("4000", "4001"))
    for _ in range(failures):
        throttle.failed(host, user, 0.0)
    return throttle


def test_some_failures_cost_nothing_and_further_ones_time() -> None:
    assert after(FAILURES - 1).wait("10.0.0.9", "4000", 0.0) == 0
    assert after(FAILURES).wait("10.0.0.9", "4000", 0.0) > EVERY_S


def test_time_forgives_one_failure_after_the_other() -> None:
    throttle = after(FAILURES)
    assert throttle.wait("10.0.0.9", "4000", EVERY_S) == 0
    throttle.failed("10.0.0.9", "4000", EVERY_S)
    assert throttle.wait("10.0.0.9", "4000", EVERY_S) > EVERY_S


def test_names_at_one_host_are_counted_together_and_another_host_apart() -> None:
    throttle = after(FAILURES)
    assert throttle.wait("10.0.0.9", "4001", 0.0)
    assert not throttle.wait("10.0.0.8", "4000", 0.0)


def test_the_addresses_of_one_ipv6_site_are_one_host() -> None:
    throttle = after(FAILURES, host="2001:db8::1")
    assert throttle.wait("2001:db8::2", "4000", 0.0)
    assert not throttle.wait("2001:db8:0:1::2", "4000", 0.0)


def test_a_phone_that_has_registered_there_does_not_suffer_and_is_not_guessed_for_free() -> None:
    throttle = after(FAILURES)
    throttle.succeeded("10.0.0.9", "4000")
    assert not throttle.wait("10.0.0.9", "4000", 0.0)
    for _ in range(FAILURES):
        throttle.failed("10.0.0.9", "4000", 0.0)
    assert throttle.wait("10.0.0.9", "4000", 0.0)


def test_no_more_than_so_many_places_are_remembered() -> None:
    throttle = after(FAILURES)
    for number in range(MAX_PLACES):
        throttle.failed(f"host {number}", f"name {number}", 0.0)
    assert not throttle.wait("10.0.0.9", "4000", 0.0)


def guessed_at(user: str, failures: int) -> RegisterThrottle:
    """From so many hosts, once each."""
    throttle = RegisterThrottle(("4000", "4001"))
    for number in range(failures):
        throttle.failed(f"10.1.{number // 250}.{number % 250}", user, 0.0)
    return throttle


def test_one_password_guessed_from_many_hosts_is_slowed_at_all_hosts() -> None:
    throttle = guessed_at("4000", int(FREE_AT_TERMINAL))
    assert throttle.wait("10.9.9.9", "4000", 0.0) > AT_TERMINAL_EVERY_S
    assert not throttle.wait("10.9.9.9", "4001", 0.0)
    assert not throttle.wait("10.9.9.9", "4000", AT_TERMINAL_EVERY_S)


def test_a_phone_that_was_there_before_does_not_wait_for_guesses_from_elsewhere() -> None:
    throttle = RegisterThrottle(("4000",))
    throttle.succeeded("10.0.0.9", "4000")
    for number in range(1000):
        throttle.failed(f"10.1.{number // 250}.{number % 250}", "4000", 0.0)
    assert not throttle.wait("10.0.0.9", "4000", 0.0)


def test_names_that_are_no_phone_are_answered_as_if_they_were() -> None:
    assert guessed_at("nobody", int(FREE_AT_TERMINAL)).wait("10.9.9.9", "nobody", 0.0)


def test_what_is_guessed_at_is_not_forgotten_for_other_names() -> None:
    throttle = guessed_at("4000", int(FREE_AT_TERMINAL))
    for number in range(2 * MAX_PLACES):
        throttle.failed(f"10.{number // 62500}.{number // 250 % 250}.{number % 250}", f"name {number}", 0.0)
    assert throttle.wait("10.9.9.9", "4000", 0.0)


def test_one_terminal_is_known_at_so_many_hosts_and_leaves_the_others_theirs() -> None:
    throttle = RegisterThrottle(("4000", "4001"))
    throttle.succeeded("10.0.0.9", "4001")
    for number in range(MAX_PLACES_OF_ONE + 1):
        throttle.succeeded(f"10.0.1.{number}", "4000")
    assert len(throttle.known) == MAX_PLACES_OF_ONE + 1
    assert ("10.0.0.9", "4001") in throttle.known and ("10.0.1.0", "4000") not in throttle.known


def test_who_was_known_before_a_restart_is_known_after_it() -> None:
    before, after_it = after(0), after(FAILURES)
    before.succeeded("10.0.0.9", "4000")
    before.succeeded("2001:db8::5", "4001")
    after_it.remember([*before.known, ("10.0.0.9", "of a phone that is no more")])
    assert not after_it.wait("10.0.0.9", "4000", 0.0)
    assert sorted(after_it.known) == sorted(before.known)


@pytest.mark.parametrize("network", ["fd00:77::", "fe80::", "2001:db8:1:2::"])
def test_in_the_sites_own_networks_a_host_counts_by_itself(network: str) -> None:
    throttle = RegisterThrottle(("4000",), RateLimitKeys([IPv6Network("2001:db8:1:2::/64")]))
    for _ in range(FAILURES):
        throttle.failed(f"{network}66", "4000", 0.0)
    assert throttle.wait(f"{network}66", "4000", 0.0)
    assert not throttle.wait(f"{network}3", "4000", 0.0)


def test_a_link_local_address_is_another_on_each_link() -> None:
    places = RateLimitKeys()
    assert places.of("fe80::1%eth0") != places.of("fe80::1%eth1")
    assert places.of("fe80:0::1%eth0") == places.of("fe80::1%eth0")
