"""Long runs: nothing grows, nothing is forgotten."""

import threading

import pytest

from tests.tspi_host.calls import Line
from tests.tspi_host.constants import LineState, State
from tests.tspi_host.host import Host
from tests.tspi_host.messenger import CONNECTED, Messenger
from tests.tspi_host.process import holdings
from tests.tspi_host.settings import LineSettings, Settings

ROUNDS = 10_000
WARM = 2_000
GROWTH = 512 * 1024
"""Bytes of memory that all rounds together may take: 64 a call, less than any one allocation of the
provider's."""

LINES = 200
RESTARTS = 50


def dial_and_drop(line: Line, rounds: int) -> None:
    for _ in range(rounds):
        call = line.dial("4001").reaches(State.CONNECTED)
        call.drop()
        call.close()


@pytest.mark.timeout(480)
@pytest.mark.parametrize("messenger", [("Success", CONNECTED)], indirect=True, ids=["short"])
def check_ten_thousand_calls_leave_nothing_behind(settings: LineSettings, messenger: Messenger) -> None:
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
        assert after.memory - before.memory < GROWTH, f"{before} has become {after}"


def check_two_hundred_lines_at_once(messenger: Messenger) -> None:
    lines = [
        LineSettings(messenger.port, index, f"Line {index}", str(4000 + index))
        for index in range(1, LINES + 1)
    ]
    with Settings(*lines), Host(probe=False) as host:
        assert len(host.devices) == LINES
        before = holdings()
        opened = [host.open(device) for device in host.devices]
        calls = [line.dial("4001") for line in opened]
        for call in calls:
            call.reaches(State.CONNECTED)
        assert len({session.terminal for session in messenger.sessions}) == LINES
        requests = [call.ask_to_drop() for call in calls]
        assert [call.is_done(request) for call, request in zip(calls, requests, strict=True)] == [0] * LINES
        for line in opened:
            line.close()
        messenger.wait(lambda: not messenger.sessions, "the end of all sessions")
        messenger.settle()
        host.wait(lambda: holdings().handles <= before.handles, "the handles of all sessions to be closed")
        assert holdings().threads <= before.threads


def check_fifty_restarts_of_the_smart_messenger(host: Host, messenger: Messenger) -> None:
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


def check_hundred_starts_and_stops_with_a_call(settings: LineSettings, messenger: Messenger) -> None:
    def once() -> None:
        with Host(probe=False) as host:
            host.open(host.devices[0]).dial("4001").reaches(State.CONNECTED)

    for _ in range(10):
        once()
    messenger.settle()
    before = holdings()
    for _ in range(90):
        once()
    messenger.settle()
    after = holdings()
    assert after.handles <= before.handles
    assert after.threads <= before.threads
    assert threading.active_count() < 10
