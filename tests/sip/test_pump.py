"""When the pump wakes up for timers."""

import asyncio
from collections.abc import Callable
from typing import cast

from offhook.sip.endpoint import Endpoint
from offhook.sip.pump import Pump
from offhook.sip.timers import LATE_S, PATIENT_S


class Loop:
    """Says what time it is, and remembers for when it was asked to call."""

    def __init__(self) -> None:
        self.now = 0.0
        self.calls: list[tuple[float, Callable[[], object]]] = []

    def time(self) -> float:
        return self.now

    def call_at(self, when: float, callback: Callable[[], object]) -> None:
        self.calls.append((when, callback))


def pump_of(endpoint: Endpoint, loop: Loop) -> Pump:
    pump = Pump(endpoint, lambda _flow, _data: True, lambda _host: ("127.0.0.1", 5060))
    pump.begin(cast(asyncio.AbstractEventLoop, loop))
    return pump


def test_it_wakes_up_once_for_transactions_that_are_over_one_after_the_other() -> None:
    loop, endpoint, over = Loop(), Endpoint(), list[int]()
    pump = pump_of(endpoint, loop)
    for number in range(3):
        endpoint.now = loop.now = number * LATE_S / 4
        endpoint.after(PATIENT_S, lambda _now, number=number: over.append(number))  # type: ignore[misc]
        pump.flush()
    ((when, wake),) = loop.calls
    loop.now = when
    wake()
    assert over == [0, 1, 2]


def test_it_wakes_up_in_time_to_repeat_what_was_not_answered() -> None:
    loop, endpoint = Loop(), Endpoint()
    pump = pump_of(endpoint, loop)
    endpoint.after(endpoint.timing.timeout, lambda _now: None)
    pump.flush()
    endpoint.after(endpoint.timing.t1, lambda _now: None)
    pump.flush()
    assert loop.calls[-1][0] == endpoint.timing.t1
