"""Timers of one duration in a queue; those that were cancelled do not wait for their time."""

from functools import partial
from math import inf

import pytest

from offhook.sip.timers import LATE_S, MIN_DEAD, Timers


def test_a_timer_that_is_cancelled_and_started_anew_for_hours_is_kept_once() -> None:
    timers = Timers()
    for renewal in range(10_000):
        timers.start(3600.0, float(renewal), lambda _now: None).cancel()
    assert len(timers) <= 2 * MIN_DEAD


def test_many_that_are_renewed_are_kept_once_each() -> None:
    timers, fired = Timers(), list[int]()

    def tell(number: int, _now: float) -> None:
        fired.append(number)

    running = {number: timers.start(60.0, 0.0, lambda _now: None) for number in range(500)}
    for renewal in range(20):
        for number, timer in running.items():
            timer.cancel()
            running[number] = timers.start(60.0, float(renewal), partial(tell, number))
    assert len(timers) <= 2 * len(running) + MIN_DEAD
    timers.run(100.0)
    assert fired == list(range(500))
    assert len(timers) == 0


def test_timers_that_cancel_others_while_they_fire_do_no_harm() -> None:
    timers, fired = Timers(), list[int]()

    def cancel_all(_now: float) -> None:
        for other in others:
            other.cancel()

    timers.start(1.0, 0.0, cancel_all)
    others = [timers.start(1.0, 0.0, lambda _now: fired.append(0)) for _ in range(3 * MIN_DEAD)]
    timers.start(1.0, 0.0, lambda _now: fired.append(1))
    timers.run(2.0)
    assert fired == [1]
    assert len(timers) == 0


def test_cancelling_twice_or_after_it_fired_is_nothing() -> None:
    timers = Timers()
    timer = timers.start(1.0, 0.0, lambda _now: None)
    timers.run(1.0)
    timer.cancel()
    timer.cancel()
    assert len(timers) == 0


@pytest.mark.parametrize("delay", [0.5, 4.0, 32.0, 3600.0])
def test_one_that_somebody_waits_for_is_run_on_time_however_long_it_is(delay: float) -> None:
    timers = Timers()
    timers.start(delay, 1.0, lambda _now: None)
    assert timers.latest == 1.0 + delay


def test_a_patient_one_may_be_run_a_little_later() -> None:
    timers = Timers()
    timers.start(4.0, 1.0, lambda _now: None, patient=True)
    assert timers.latest == 5.0 + LATE_S


def test_one_that_somebody_waits_for_does_not_wait_for_a_patient_one_that_is_as_long() -> None:
    timers, fired = Timers(), list[str]()
    timers.start(4.0, 0.0, lambda _now: fired.append("patient"), patient=True)
    timers.start(4.0, 0.01, lambda _now: fired.append("prompt"))
    timers.run(timers.latest)
    assert fired == ["prompt", "patient"]
    assert timers.latest == inf


def test_once_it_has_fired_the_latest_is_that_of_the_next() -> None:
    timers = Timers()
    timers.start(0.5, 0.0, lambda _now: None)
    timers.start(4.0, 0.0, lambda _now: None, patient=True)
    timers.run(0.5)
    assert timers.latest == 4.0 + LATE_S
