from itertools import islice

from offhook.common.throttle import Buckets, Delays, KnownPlaces


def delays(free: int = 1, keys: int = 9) -> Delays:
    return Delays(free=free, first_s=1.0, most_s=4.0, keys=keys, forget_s=60.0)


def test_each_failure_doubles_the_wait_up_to_the_most() -> None:
    counted = delays()
    turns = []
    for _ in range(4):
        counted.failed("host", 0.0)
        turns.append(counted.turn("host", 0.0))
    assert turns == [1.0, 2.0, 4.0, 4.0]


def test_who_reserves_a_turn_makes_the_next_one_wait_for_its_own() -> None:
    counted = delays()
    counted.failed("host", 0.0)
    for expected in (1.0, 2.0, 3.0):
        turn = counted.turn("host", 0.0)
        counted.reserve("host", turn, 0.0)
        assert turn == expected


def test_a_pause_as_long_as_the_wait_has_paid_for_it() -> None:
    counted = delays()
    counted.failed("host", 0.0)
    assert counted.turn("host", 5.0) == 5.0


def test_a_key_without_failures_for_long_starts_afresh_and_takes_no_memory() -> None:
    counted = delays(free=2)
    counted.failed("host", 0.0)
    counted.failed("host", 61.0)
    assert counted.turn("host", 61.0) == 61.0
    assert counted.turn("host", 200.0) == 200.0
    assert len(counted) == 0


def test_the_keys_that_are_remembered_are_bounded() -> None:
    counted = delays(keys=2)
    for number in range(5):
        counted.failed(number, 0.0)
    assert len(counted) == 2
    assert counted.turn(0, 0.0) == 0.0
    assert counted.turn(4, 0.0) == 1.0


def test_a_bucket_takes_so_many_failures_and_then_one_for_each_that_leaks_away() -> None:
    buckets = Buckets(free=2, every_s=10.0, keys=9)
    buckets.failed("host", 0.0)
    assert buckets.wait("host", 0.0) == 0
    buckets.failed("host", 0.0)
    assert buckets.wait("host", 0.0) == 11
    assert buckets.wait("host", 10.0) == 0


def test_who_is_known_at_a_place_is_known_there_alone() -> None:
    known = KnownPlaces(most=9)
    assert known.add("10.0.0.9", "kim")
    assert not known.add("10.0.0.9", "kim")
    assert known.knows("10.0.0.9", "kim")
    assert not known.knows("10.0.0.8", "kim")
    assert not known.knows("10.0.0.9", "lee")


def test_the_places_that_are_known_are_bounded_in_all_and_for_each_name() -> None:
    known = KnownPlaces(most=3, most_of_one=2)
    known.add_all((f"10.0.0.{number}", "kim") for number in range(5))
    assert list(known) == [("10.0.0.3", "kim"), ("10.0.0.4", "kim")]
    known.add_all((f"10.0.0.{number}", "lee") for number in range(2))
    assert list(islice(known, 3)) == [("10.0.0.4", "kim"), ("10.0.0.0", "lee"), ("10.0.0.1", "lee")]
