from offhook.sscp.throttle import (
    FIRST_DELAY_S,
    FORGET_S,
    FREE_FAILURES,
    MAX_DELAY_S,
    MAX_SOURCES,
    LoginThrottle,
)


def failing(times: int, source: str = "10.0.0.9", now: float = 0.0) -> LoginThrottle:
    throttle = LoginThrottle()
    for _ in range(times):
        throttle.failed(source, now)
    return throttle


def test_a_person_who_mistypes_waits_for_nothing() -> None:
    assert failing(FREE_FAILURES - 1).wait("10.0.0.9", 0.0) == 0.0


def test_each_further_failure_doubles_the_wait_up_to_a_limit() -> None:
    waits = [failing(FREE_FAILURES + n).wait("10.0.0.9", 0.0) for n in range(8)]
    assert waits[:3] == [FIRST_DELAY_S, 2 * FIRST_DELAY_S, 4 * FIRST_DELAY_S]
    assert waits[-1] == MAX_DELAY_S


def test_many_connections_at_once_are_no_faster_than_one() -> None:
    throttle = failing(FREE_FAILURES)
    assert [throttle.wait("10.0.0.9", 0.0) for _ in range(3)] == [1.0, 2.0, 3.0]


def test_others_do_not_wait() -> None:
    assert failing(10).wait("10.0.0.8", 0.0) == 0.0


def test_a_good_login_ends_it() -> None:
    throttle = failing(10)
    throttle.succeeded("10.0.0.9")
    assert throttle.wait("10.0.0.9", 0.0) == 0.0


def test_old_failures_are_forgotten() -> None:
    assert failing(10).wait("10.0.0.9", FORGET_S + 1) == 0.0


def test_no_more_than_so_many_sources_are_remembered() -> None:
    throttle = failing(10)
    for number in range(MAX_SOURCES):
        throttle.failed(f"source {number}", 0.0)
    assert throttle.wait("10.0.0.9", 0.0) == 0.0
