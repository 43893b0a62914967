"""Many threads at once: the telephony service enters from any of them, also while a callback runs."""

import threading
from collections.abc import Callable

import pytest

from tests.tspi_host.calls import Call
from tests.tspi_host.constants import Error, LineState, State, error_name
from tests.tspi_host.filled import Buffer
from tests.tspi_host.host import LIMIT_S, Host
from tests.tspi_host.messenger import Messenger
from tests.tspi_host.settings import LineSettings, Settings


def all_at_once(*tasks: Callable[[], None]) -> None:
    """Run each in a thread of its own, and fail with what failed in any."""
    failed: list[BaseException] = []
    barrier = threading.Barrier(len(tasks))

    def run(task: Callable[[], None]) -> None:
        barrier.wait()
        try:
            task()
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=run, args=(task,), daemon=True) for task in tasks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(3 * LIMIT_S)
        assert not thread.is_alive(), "a thread does not come back from the provider"
    if failed:
        raise failed[0]


def check_everything_may_be_entered_from_within_an_event(host: Host, messenger: Messenger) -> None:
    line = host.open(host.devices[0])
    line.comes_to(LineState.INSERVICE)
    seen: list[tuple[State, list[int]]] = []

    def enter(call: Call, state: int) -> None:
        ask, buffer = host.library.call, Buffer(2048)
        results = [
            ask("lineGetCallInfo", call.hd, buffer.address),
            ask("lineGetCallStatus", call.hd, buffer.address),
            ask("lineGetLineDevStatus", line.hd, buffer.address),
            ask("lineGetAddressStatus", line.hd, 0, buffer.address),
            ask("lineGetDevCaps", line.device, 0x20002, 0, buffer.address),
            ask("lineSetAppSpecific", call.hd, state),
            ask("lineSetStatusMessages", line.hd, 0x1FFFFFF, 0x1FF),
        ]
        seen.append((State(state), results))

    host.in_callback = enter
    call = line.dial("4001").reaches(State.CONNECTED)
    call.drop()
    assert [state for state, _ in seen] == call.path
    assert all(result == 0 for _, results in seen for result in results), seen


def check_a_call_can_be_made_from_within_the_end_of_another(host: Host, messenger: Messenger) -> None:
    line = host.open(host.devices[0])
    made: list[Call] = []

    def enter(call: Call, state: int) -> None:
        if state == State.IDLE and not made:
            made.append(line.dial("4002"))

    host.in_callback = enter
    call = line.dial("4001").reaches(State.CONNECTED)
    call.drop()
    made[0].reaches(State.CONNECTED)


def check_a_call_can_be_dropped_from_within_its_own_event(host: Host, messenger: Messenger) -> None:
    line = host.open(host.devices[0])
    requests: list[int] = []

    def enter(call: Call, state: int) -> None:
        if state == State.RINGBACK:
            requests.append(call.ask_to_drop())

    host.in_callback = enter
    call = line.dial("4001").reaches(State.IDLE)
    assert call.is_done(requests[0]) == 0


def check_a_close_waits_for_the_event_that_is_being_told(host: Host, messenger: Messenger) -> None:
    line = host.open(host.devices[0])
    closing = threading.Event()
    closed: list[float] = []
    threads: list[threading.Thread] = []

    def close(call: Call) -> None:
        closing.set()
        call.close()
        closed.append(1)

    def enter(call: Call, state: int) -> None:
        if state == State.RINGBACK:
            thread = threading.Thread(target=close, args=(call,), daemon=True)
            threads.append(thread)
            thread.start()
            assert closing.wait(LIMIT_S)
            thread.join(0.3)
            assert not closed, "lineCloseCall came back while an event of the call was being told"

    host.in_callback = enter
    call = line.dial("4001").reaches(State.RINGBACK)
    assert closing.wait(LIMIT_S)
    threads[0].join(LIMIT_S)
    assert closed
    assert call.path[-1] == State.RINGBACK


def check_many_threads_drop_and_close_at_once(messenger: Messenger) -> None:
    lines = [LineSettings(messenger.port, index, terminal=str(4000 + index)) for index in range(1, 5)]
    with Settings(*lines), Host() as host:
        opened = [host.open(device) for device in host.devices]
        for line in opened:
            line.comes_to(LineState.INSERVICE)
        for _ in range(40):
            calls = [line.dial("4001") for line in opened]
            drops: list[Callable[[], None]] = [lambda call=call: _drop(call) for call in calls]  # type: ignore[misc]
            all_at_once(*drops, *drops)
            all_at_once(*(call.close for call in calls))


def _drop(call: Call) -> None:
    assert call.is_done(call.ask_to_drop()) == 0


def check_a_line_is_closed_while_it_is_used(messenger: Messenger, settings: LineSettings) -> None:
    with Host() as host:
        for _ in range(40):
            line = host.open(host.devices[0])
            call = line.dial("4001")
            stop = threading.Event()

            def ask(call: Call = call, stop: threading.Event = stop) -> None:
                buffer = Buffer(2048)
                while not stop.is_set():
                    result = host.library.call("lineGetCallInfo", call.hd, buffer.address)
                    assert result in (0, Error.INVALCALLHANDLE), error_name(result)
                assert buffer.damage() == []

            def close(line: object = line, stop: threading.Event = stop) -> None:
                host.lines[next(iter(host.lines))].close()
                stop.set()

            all_at_once(ask, close, ask)


@pytest.mark.parametrize("rounds", [30])
def check_shutdown_in_the_middle_of_everything(
    messenger: Messenger, settings: LineSettings, rounds: int
) -> None:
    for _ in range(rounds):
        with Host() as host:
            host.open(host.devices[0]).dial("4001")
            host.lines.clear()  # as if nobody closed it
    with Host() as host:
        host.open(host.devices[0]).dial("4001").reaches(State.CONNECTED)


def check_a_slow_application_holds_up_events_only(host: Host, messenger: Messenger) -> None:
    """While a callback does not come back, calls into the provider do."""
    line = host.open(host.devices[0])
    go_on = threading.Event()

    def enter(call: Call, state: int) -> None:
        if state == State.CONNECTED:
            assert go_on.wait(LIMIT_S)

    host.in_callback = enter
    call = line.dial("4001").reaches(State.CONNECTED)
    assert call.status()["dwCallState"] == State.CONNECTED
    assert line.status()["dwNumActiveCalls"] == 1
    request = call.ask_to_drop()
    messenger.hears("Action%Drop%c1")
    assert request not in call.completions
    go_on.set()
    assert call.is_done(request) == 0
