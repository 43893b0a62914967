"""Who logged in badly too often waits."""

from offhook.tsp.loginthrottle import FORGET_S, MAX_ADDRESSES, MAX_BAD_LOGINS, MAX_TURNS, LoginThrottle


def penalised(*addresses: str) -> LoginThrottle:
    throttle = LoginThrottle(1.0)
    for address in addresses:
        for _ in range(MAX_BAD_LOGINS):
            throttle.bad_login(address, 0.0)
    return throttle


def test_a_good_peer_never_waits() -> None:
    throttle = LoginThrottle(1.0)
    assert [throttle.wait("192.0.2.1", 0.0) for _ in range(10)] == [0.0] * 10
    assert len(throttle) == 0


def test_four_bad_logins_are_forgiven() -> None:
    throttle = LoginThrottle(1.0)
    for _ in range(MAX_BAD_LOGINS - 1):
        throttle.bad_login("192.0.2.1", 0.0)
    assert throttle.wait("192.0.2.1", 0.0) == 0.0


def test_after_five_logins_take_turns_side_by_side_too() -> None:
    throttle = penalised("192.0.2.1")
    assert [throttle.wait("192.0.2.1", 0.0) for _ in range(3)] == [1.0, 2.0, 3.0]
    assert throttle.wait("192.0.2.1", 2.5) == 1.5


def test_others_do_not_wait() -> None:
    assert penalised("192.0.2.1").wait("192.0.2.2", 0.0) == 0.0


def test_the_queue_for_turns_is_bounded() -> None:
    throttle = penalised("192.0.2.1")
    waits = [throttle.wait("192.0.2.1", 0.0) for _ in range(MAX_TURNS + 5)]
    assert waits[MAX_TURNS - 1] == float(MAX_TURNS)
    assert waits[MAX_TURNS:] == [None] * 5


def test_after_a_quiet_time_all_is_forgotten() -> None:
    throttle = penalised("192.0.2.1")
    assert throttle.wait("192.0.2.1", FORGET_S + 1) == 0.0
    assert len(throttle) == 0


def test_the_memory_is_bounded_and_the_quietest_are_forgotten_first() -> None:
    throttle = penalised("192.0.2.1", *[f"host-{number}" for number in range(MAX_ADDRESSES)])
    assert len(throttle) == MAX_ADDRESSES
    assert throttle.wait("192.0.2.1", 0.0) == 0.0
    assert throttle.wait(f"host-{MAX_ADDRESSES - 1}", 0.0) == 1.0


def test_ipv6_addresses_of_one_network_are_one() -> None:
    throttle = penalised("2001:db8::1")
    assert throttle.wait("2001:db8::2", 0.0) == 1.0
    assert throttle.wait("2001:db8:0:1::2", 0.0) == 0.0


def test_ipv4_is_the_same_when_mapped_to_ipv6() -> None:
    throttle = penalised("::ffff:192.0.2.1")
    assert throttle.wait("192.0.2.1", 0.0) == 1.0
    assert throttle.wait("::ffff:192.0.2.2", 0.0) == 0.0
