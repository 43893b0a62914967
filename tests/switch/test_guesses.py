"""Passwords that are guessed, as numbers; the attacks with real messages are in tests/attacks."""

from offhook.switch.embedded.guesses import EVERY_S, FREE, MAX_PLACES, Guesses

FAILURES = int(FREE)


def after(failures: int, user: str = "4000", host: str = "10.0.0.9") -> Guesses:
    guesses = Guesses()
    for _ in range(failures):
        guesses.failed(host, user, 0.0)
    return guesses


def test_some_failures_cost_nothing_and_further_ones_time() -> None:
    assert after(FAILURES - 1).wait("10.0.0.9", "4000", 0.0) == 0
    assert after(FAILURES).wait("10.0.0.9", "4000", 0.0) > EVERY_S


def test_time_forgives_one_failure_after_the_other() -> None:
    guesses = after(FAILURES)
    assert guesses.wait("10.0.0.9", "4000", EVERY_S) == 0
    guesses.failed("10.0.0.9", "4000", EVERY_S)
    assert guesses.wait("10.0.0.9", "4000", EVERY_S) > EVERY_S


def test_names_at_one_host_are_counted_together_and_another_host_apart() -> None:
    guesses = after(FAILURES)
    assert guesses.wait("10.0.0.9", "4001", 0.0)
    assert not guesses.wait("10.0.0.8", "4000", 0.0)


def test_the_addresses_of_one_ipv6_site_are_one_host() -> None:
    guesses = after(FAILURES, host="2001:db8::1")
    assert guesses.wait("2001:db8::2", "4000", 0.0)
    assert not guesses.wait("2001:db8:0:1::2", "4000", 0.0)


def test_a_phone_that_has_registered_there_does_not_suffer_and_is_not_guessed_for_free() -> None:
    guesses = after(FAILURES)
    guesses.succeeded("10.0.0.9", "4000")
    assert not guesses.wait("10.0.0.9", "4000", 0.0)
    for _ in range(FAILURES):
        guesses.failed("10.0.0.9", "4000", 0.0)
    assert guesses.wait("10.0.0.9", "4000", 0.0)


def test_no_more_than_so_many_places_are_remembered() -> None:
    guesses = after(FAILURES)
    for number in range(MAX_PLACES):
        guesses.failed(f"host {number}", "4000", 0.0)
    assert not guesses.wait("10.0.0.9", "4000", 0.0)
