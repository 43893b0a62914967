"""Who logged in badly too often waits."""

from offhook.tsp.penalty import FORGET_S, MAX_ADDRESSES, MAX_BAD_LOGINS, MAX_TURNS, Penalties


def penalised(*addresses: str) -> Penalties:
    penalties = Penalties(1.0)
    for address in addresses:
        for _ in range(MAX_BAD_LOGINS):
            penalties.bad_login(address, 0.0)
    return penalties


def test_a_good_peer_never_waits() -> None:
    penalties = Penalties(1.0)
    assert [penalties.wait("192.0.2.1", 0.0) for _ in range(10)] == [0.0] * 10
    assert len(penalties) == 0


def test_four_bad_logins_are_forgiven() -> None:
    penalties = Penalties(1.0)
    for _ in range(MAX_BAD_LOGINS - 1):
        penalties.bad_login("192.0.2.1", 0.0)
    assert penalties.wait("192.0.2.1", 0.0) == 0.0


def test_after_five_logins_take_turns_side_by_side_too() -> None:
    penalties = penalised("192.0.2.1")
    assert [penalties.wait("192.0.2.1", 0.0) for _ in range(3)] == [1.0, 2.0, 3.0]
    assert penalties.wait("192.0.2.1", 2.5) == 1.5


def test_others_do_not_wait() -> None:
    assert penalised("192.0.2.1").wait("192.0.2.2", 0.0) == 0.0


def test_the_queue_for_turns_is_bounded() -> None:
    penalties = penalised("192.0.2.1")
    waits = [penalties.wait("192.0.2.1", 0.0) for _ in range(MAX_TURNS + 5)]
    assert waits[MAX_TURNS - 1] == float(MAX_TURNS)
    assert waits[MAX_TURNS:] == [None] * 5


def test_after_a_quiet_time_all_is_forgotten() -> None:
    penalties = penalised("192.0.2.1")
    assert penalties.wait("192.0.2.1", FORGET_S + 1) == 0.0
    assert len(penalties) == 0


def test_the_memory_is_bounded_and_the_quietest_are_forgotten_first() -> None:
    penalties = penalised("192.0.2.1", *[f"host-{number}" for number in range(MAX_ADDRESSES)])
    assert len(penalties) == MAX_ADDRESSES
    assert penalties.wait("192.0.2.1", 0.0) == 0.0
    assert penalties.wait(f"host-{MAX_ADDRESSES - 1}", 0.0) == 1.0


def test_ipv6_addresses_of_one_network_are_one() -> None:
    penalties = penalised("2001:db8::1")
    assert penalties.wait("2001:db8::2", 0.0) == 1.0
    assert penalties.wait("2001:db8:0:1::2", 0.0) == 0.0


def test_ipv4_is_the_same_when_mapped_to_ipv6() -> None:
    penalties = penalised("::ffff:192.0.2.1")
    assert penalties.wait("192.0.2.1", 0.0) == 1.0
    assert penalties.wait("::ffff:192.0.2.2", 0.0) == 0.0
