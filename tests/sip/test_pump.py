"""When the pump wakes up for timers."""

import asyncio
from collections.abc import Callable
from typing import cast

from offhook.sip.endpoint import Endpoint
from offhook.sip.pump import Pump
from offhook.sip.timers import LATE_S
from tests.sip.helpers import Node, received, request


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
    pump.send = lambda _flow, _data: True
    pump.begin(cast(asyncio.AbstractEventLoop, loop))
    return pump


def turn(loop: Loop) -> None:
    """Let time pass until it wakes up."""
    loop.now, wake = loop.calls[-1]
    wake()


def test_it_wakes_up_once_for_transactions_that_are_over_one_after_the_other() -> None:
    loop, node = Loop(), Node()
    pump = pump_of(node.endpoint, loop)
    for number in range(3):
        node.now = loop.now = number * LATE_S / 4
        node.receive(received("OPTIONS", branch=f"z9hG4bK{number}"))
        node.answer(200)
        pump.flush()
    assert len(loop.calls) == 1
    turn(loop)
    assert not node.endpoint._servers


def test_it_wakes_up_in_time_to_repeat_what_was_not_answered() -> None:
    loop, endpoint = Loop(), Endpoint()
    pump = pump_of(endpoint, loop)
    endpoint.after(endpoint.timing.timeout, lambda _now: None)
    pump.flush()
    endpoint.after(endpoint.timing.t1, lambda _now: None)
    pump.flush()
    assert loop.calls[-1][0] == endpoint.timing.t1


def test_it_is_as_much_in_time_when_that_is_repeated_seldom() -> None:
    loop, node = Loop(), Node()
    pump = pump_of(node.endpoint, loop)
    node.send(request("OPTIONS"))
    pump.flush()
    for _ in range(7):
        turn(loop)
    assert [when for when, _ in loop.calls[:7]] == [0.5, 1.5, 3.5, 7.5, 11.5, 15.5, 19.5]


def test_it_wakes_up_in_time_for_the_next_server_where_one_is_silent_for_seconds() -> None:
    loop, endpoint = Loop(), Endpoint()
    pump = pump_of(endpoint, loop)
    endpoint.after(4.0, lambda _now: None)
    pump.flush()
    assert loop.calls[-1][0] == 4.0
