from offhook.manager.loginthrottle import (
    FIRST_DELAY_S,
    FORGET_S,
    FREE_FAILURES,
    FREE_FAILURES_AT_USER,
    FREE_FAILURES_HERE,
    MAX_DELAY_AT_USER_S,
    MAX_DELAY_S,
    MAX_SOURCES,
    LoginThrottle,
)


def failing(times: int, source: str = "10.0.0.9", now: float = 0.0) -> LoginThrottle:
    throttle = LoginThrottle()
    for _ in range(times):
        throttle.failed(source, "kim", now)
    return throttle


def test_a_person_who_mistypes_waits_for_nothing() -> None:
    assert failing(FREE_FAILURES - 1).wait("10.0.0.9", "kim", 0.0) == 0.0


def test_each_further_failure_doubles_the_wait_up_to_a_limit() -> None:
    waits = [failing(FREE_FAILURES + n).wait("10.0.0.9", "kim", 0.0) for n in range(8)]
    assert waits[:3] == [FIRST_DELAY_S, 2 * FIRST_DELAY_S, 4 * FIRST_DELAY_S]
    assert waits[-1] == MAX_DELAY_S


def test_many_connections_at_once_are_no_faster_than_one() -> None:
    throttle = failing(FREE_FAILURES)
    assert [throttle.wait("10.0.0.9", "kim", 0.0) for _ in range(3)] == [1.0, 2.0, 3.0]


def test_others_do_not_wait() -> None:
    assert failing(10).wait("10.0.0.8", "kim", 0.0) == 0.0


def test_another_user_behind_the_same_router_does_not_wait() -> None:
    assert failing(10).wait("10.0.0.9", "lee", 0.0) == 0.0


def test_who_tries_many_names_from_one_address_waits_with_each() -> None:
    throttle = LoginThrottle()
    for number in range(FREE_FAILURES_HERE):
        assert throttle.wait("10.0.0.9", f"user{number}", 0.0) == 0.0
        throttle.failed("10.0.0.9", f"user{number}", 0.0)
    assert throttle.wait("10.0.0.9", "kim", 0.0) == FIRST_DELAY_S
    assert throttle.wait("10.0.0.8", "kim", 0.0) == 0.0


def test_who_tries_one_name_from_many_addresses_waits_at_each() -> None:
    throttle = LoginThrottle()
    for number in range(FREE_FAILURES_AT_USER + 9):
        throttle.failed(f"10.0.1.{number}", "kim", 0.0)
    assert throttle.wait("10.0.2.1", "kim", 0.0) == MAX_DELAY_AT_USER_S
    assert throttle.wait("10.0.2.2", "kim", 0.0) == 2 * MAX_DELAY_AT_USER_S
    assert throttle.wait("10.0.2.3", "lee", 0.0) == 0.0


def test_who_has_logged_in_from_there_does_not_wait_for_others_who_guess_there() -> None:
    throttle = failing(10)
    throttle.succeeded("10.0.0.9", "kim")
    assert throttle.wait("10.0.0.9", "kim", 0.0) == 0.0


def test_who_is_known_somewhere_does_not_wait_for_guesses_from_everywhere() -> None:
    throttle = LoginThrottle([("10.0.0.9", "kim")])
    for number in range(100):
        throttle.failed(f"10.0.1.{number}", "kim", 0.0)
    assert throttle.wait("10.0.0.9", "kim", 0.0) == 0.0


def test_a_known_user_who_is_guessed_at_waits_and_a_good_login_ends_it() -> None:
    throttle = failing(0)
    throttle.succeeded("10.0.0.9", "kim")
    for _ in range(FREE_FAILURES):
        throttle.failed("10.0.0.9", "kim", 0.0)
    assert throttle.wait("10.0.0.9", "kim", 0.0) == FIRST_DELAY_S
    throttle.succeeded("10.0.0.9", "kim")
    assert throttle.wait("10.0.0.9", "kim", 0.0) == 0.0


def test_those_who_are_refused_do_not_make_the_next_one_wait_longer() -> None:
    throttle = failing(10)
    assert [throttle.wait("10.0.0.9", "kim", 0.0) for _ in range(100)] == [MAX_DELAY_S] * 100
    assert throttle.wait("10.0.0.9", "kim", MAX_DELAY_S) == 0.0


def test_old_failures_are_forgotten() -> None:
    assert failing(10).wait("10.0.0.9", "kim", FORGET_S + 1) == 0.0


def test_no_more_than_so_many_sources_are_remembered() -> None:
    throttle = failing(10)
    for number in range(MAX_SOURCES):
        throttle.failed(f"source {number}", f"user {number}", 0.0)
    assert throttle.wait("10.0.0.9", "kim", 0.0) == 0.0
