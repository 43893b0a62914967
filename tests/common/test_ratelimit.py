"""What is above the rate waits."""

from offhook.common.ratelimit import SWEEP, RateLimit, RateLimits


def test_there_is_no_wait_within_the_burst() -> None:
    limit = RateLimit(rate=10, burst=5)
    for _ in range(4):
        limit.spend(1, 100.0)
    assert limit.wait(100.0) == 0
    limit.spend(1, 100.0)
    assert limit.wait(100.0) > 0


def test_what_was_spent_comes_back_with_time_and_no_more_than_the_burst() -> None:
    limit = RateLimit(rate=10, burst=5)
    limit.spend(15, 100.0)
    assert limit.wait(100.5) > 0
    assert limit.wait(101.2) == 0
    limit.spend(5, 1000.0)
    assert limit.wait(1000.0) > 0


def test_after_the_wait_there_is_room() -> None:
    limit = RateLimit(rate=20, burst=100)
    limit.spend(350, 0.0)
    wait = limit.wait(0.0)
    assert limit.wait(wait / 2) > 0
    assert limit.wait(wait) == 0


def test_a_clock_that_stands_still_or_steps_back_does_no_harm() -> None:
    """Those that share a limit have each looked at the clock a moment ago."""
    limit = RateLimit(rate=10, burst=5)
    limit.spend(5, 100.0)
    for _ in range(1000):
        limit.spend(0, 99.0)
        limit.spend(0, 100.0)
    assert limit.wait(100.0) > 0


def test_each_has_a_pace_of_its_own() -> None:
    limits = RateLimits(rate=1, burst=1)
    limits.of("a", 0.0).spend(1, 0.0)
    assert limits.of("a", 0.0).wait(0.0) > 0
    assert limits.of("b", 0.0).wait(0.0) == 0


def test_paces_that_are_as_good_as_new_are_forgotten_and_the_others_are_not() -> None:
    limits = RateLimits(rate=1, burst=10)
    for number in range(SWEEP + 10):
        limits.of(str(number), 0.0).spend(1000.0 if number == 0 else 0.0, 0.0)
    assert len(limits) < SWEEP
    assert limits.of("0", 1.0).wait(1.0) > 0
