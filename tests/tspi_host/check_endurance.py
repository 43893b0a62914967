"""Long runs: nothing grows, nothing is forgotten."""

import threading

import pytest

from tests.long import times
from tests.tspi_host.calls import Line
from tests.tspi_host.constants import LineState, State
from tests.tspi_host.host import Host
from tests.tspi_host.library import kernel32
from tests.tspi_host.messenger import CONNECTED, Messenger
from tests.tspi_host.process import holdings
from tests.tspi_host.settings import LineSettings, Settings

ROUNDS = times(1_000, 10_000)
WARM = ROUNDS // 5
BLOCKS = ROUNDS // 10
BYTES = 16 * ROUNDS
"""How much of the heap all rounds together may take. A single block that each of them left behind would be
eight times as many blocks, however small; a block that grew would be seen by its bytes."""

LINES = 200
RESTARTS = times(15, 50)
STARTS = times(30, 100)
WARM_STARTS = STARTS // 10

LIMIT_S = times(480, 3_600)
"""Many times what a check takes: what waits in vain says so by itself, and sooner."""

pytestmark = pytest.mark.timeout(LIMIT_S)


def dial_and_drop(line: Line, rounds: int) -> None:
    for _ in range(rounds):
        call = line.dial("4001").reaches(State.CONNECTED)
        call.drop()
        call.close()


def check_what_is_held_is_seen() -> None:
    before = holdings()
    event = kernel32.CreateEventW(None, False, False, None)
    block = kernel32.HeapAlloc(kernel32.GetProcessHeap(), 0, 1000)
    ended = threading.Event()
    thread = threading.Thread(target=ended.wait)
    thread.start()
    try:
        held = holdings()
    finally:
        ended.set()
        thread.join()
        kernel32.HeapFree(kernel32.GetProcessHeap(), 0, block)
        kernel32.CloseHandle(event)
    assert held.handles > before.handles
    assert held.threads == before.threads + 1
    assert held.blocks > before.blocks
    assert held.memory >= before.memory + 1000


@pytest.mark.parametrize("messenger", [("Success", CONNECTED)], indirect=True, ids=["short"])
def check_many_calls_leave_nothing_behind(settings: LineSettings, messenger: Messenger) -> None:
    messenger.keeps = 100
    with Host(probe=False) as host:
        line = host.open(host.devices[0])
        line.comes_to(LineState.INSERVICE)
        dial_and_drop(line, WARM)
        before = holdings()
        dial_and_drop(line, ROUNDS - WARM)
        after = holdings()
        assert after.handles == before.handles
        assert after.threads == before.threads
        assert after.blocks - before.blocks < BLOCKS, f"{before} has become {after}"
        assert after.memory - before.memory < BYTES, f"{before} has become {after}"


def check_two_hundred_lines_at_once(messenger: Messenger) -> None:
    lines = [
        LineSettings(messenger.port, index, f"Line {index}", str(4000 + index))
        for index in range(1, LINES + 1)
    ]

    def call_from(host: Host, devices: list[int]) -> None:
        opened = [host.open(device) for device in devices]
        calls = [line.dial("4001") for line in opened]
        for call in calls:
            call.reaches(State.CONNECTED)
        assert len({session.terminal for session in messenger.sessions}) == len(devices)
        requests = [call.ask_to_drop() for call in calls]
        assert [call.is_done(one) for call, one in zip(calls, requests, strict=True)] == [0] * len(calls)
        for line in opened:
            line.close()
        messenger.wait(lambda: not messenger.sessions, "the end of all sessions")
        messenger.settle()

    with Settings(*lines), Host(probe=False) as host:
        assert len(host.devices) == LINES
        call_from(host, host.devices[:1])  # there are things that Windows gets once
        before = holdings()
        call_from(host, host.devices)
        host.wait(lambda: holdings().handles <= before.handles, "the handles of all sessions to be closed")
        assert holdings().threads <= before.threads


def check_restarts_of_the_smart_messenger(host: Host, messenger: Messenger) -> None:
    line = host.open(host.devices[0])
    line.comes_to(LineState.INSERVICE)
    for at in range(RESTARTS):
        call = line.dial("4001")
        if at % 3:
            call.is_made()
        if at % 3 == 2:
            call.reaches(State.CONNECTED)
        messenger.restart(remembers=at % 10 != 0)
        messenger.session()
        if at % 2:
            call.drop()
            call.close()
        line.comes_to(LineState.INSERVICE)
        host.wait(
            lambda call=call: call.closing or call.made or call.state == State.IDLE,  # type: ignore[misc]
            "the end of a call whose Smart Messenger was restarted",
        )
    line.dial("4001").reaches(State.CONNECTED)
    assert messenger.connections >= RESTARTS + 1


def check_starts_and_stops_with_a_call(settings: LineSettings, messenger: Messenger) -> None:
    def once() -> None:
        with Host(probe=False) as host:
            host.open(host.devices[0]).dial("4001").reaches(State.CONNECTED)

    for _ in range(WARM_STARTS):
        once()
    messenger.settle()
    before = holdings()
    for _ in range(STARTS - WARM_STARTS):
        once()
    messenger.settle()
    after = holdings()
    assert after.handles <= before.handles
    assert after.threads <= before.threads
    assert after.blocks - before.blocks < (STARTS - WARM_STARTS) // 2, f"{before} has become {after}"
    assert threading.active_count() < 10
