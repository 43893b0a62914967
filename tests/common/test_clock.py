"""Which time things end by."""

from offhook.common.clock import WINDOW_S, SettledClock, Stopwatch

NOW = 1_800_000_000.0
DAYS = 86_400.0


class Clocks:
    """A wall clock that is set, and a steady one."""

    def __init__(self) -> None:
        self.lived, self.ahead = 100.0, 0.0

    def wall(self) -> float:
        return NOW + self.lived + self.ahead

    def steady(self) -> float:
        return self.lived

    def settled(self) -> SettledClock:
        return SettledClock(self.wall, self.steady)


def test_it_goes_with_the_wall_clock() -> None:
    clocks = Clocks()
    clock = clocks.settled()
    clocks.lived += 10 * DAYS
    assert clock.now() == clocks.wall()


def test_a_clock_that_is_ahead_for_a_moment_is_not_believed() -> None:
    clocks = Clocks()
    clock = clocks.settled()
    clocks.ahead = 800 * DAYS
    assert clock.now() == NOW + clocks.lived
    clocks.lived, clocks.ahead = clocks.lived + 3, 0
    assert clock.now() == NOW + clocks.lived


def test_nor_is_one_after_hours_without_a_look() -> None:
    clocks = Clocks()
    clock = clocks.settled()
    clocks.lived, clocks.ahead = clocks.lived + 50 * WINDOW_S, 800 * DAYS
    assert clock.now() == NOW + clocks.lived


def test_one_that_insists_is_believed_after_a_while() -> None:
    clocks = Clocks()
    clock = clocks.settled()
    clocks.ahead = 2 * DAYS
    for _ in range(100):
        clock.now()
        clocks.lived += 2 * WINDOW_S / 100
    assert clock.now() == clocks.wall()


def test_one_that_is_set_back_is_believed_at_once() -> None:
    clocks = Clocks()
    clocks.ahead = 800 * DAYS
    clock = clocks.settled()
    clocks.ahead = 0
    assert clock.now() == clocks.wall()


def test_nothing_is_deleted_by_a_clock_that_was_only_just_looked_at() -> None:
    clocks = Clocks()
    clock = clocks.settled()
    assert not clock.settled
    clocks.lived += WINDOW_S
    assert clock.settled


def test_it_remembers_few_looks() -> None:
    clocks = Clocks()
    clock = clocks.settled()
    for _ in range(10_000):
        clocks.lived += 1
        clock.now()
    assert len(clock._leads) < 100


def test_a_stopwatch_goes_on_evenly_when_the_clock_is_set() -> None:
    clocks = Clocks()
    watch = Stopwatch(clocks.wall() - 5, wall=clocks.wall, steady=clocks.steady)
    clocks.lived, clocks.ahead = clocks.lived + 2, 3600
    assert watch.seconds() == 7


def test_what_began_in_the_future_of_this_machine_has_lasted_no_time() -> None:
    clocks = Clocks()
    watch = Stopwatch(clocks.wall() + 50, wall=clocks.wall, steady=clocks.steady)
    clocks.lived += 2
    assert watch.seconds() == 2
