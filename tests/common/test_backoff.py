from offhook.common.backoff import FIRST_S, MAX_S, Backoff


def test_the_wait_doubles_up_to_its_limit() -> None:
    backoff = Backoff(lambda: 1.0)
    waits = [backoff.next() for _ in range(12)]
    assert waits[:3] == [FIRST_S, 2 * FIRST_S, 4 * FIRST_S]
    assert waits[-1] == MAX_S


def test_the_wait_is_spread_over_half_of_it() -> None:
    assert Backoff(lambda: 0.0).next() == FIRST_S / 2


def test_a_session_that_came_up_begins_the_waits_anew() -> None:
    backoff = Backoff(lambda: 1.0)
    backoff.next()
    backoff.reset()
    assert backoff.next() == FIRST_S
