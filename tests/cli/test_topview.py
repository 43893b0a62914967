"""What `offhook top` shows, at times that the test sets."""

import unicodedata
from dataclasses import replace
from typing import Any

import pytest

from offhook.call import (
    DOES_NOT_ANSWER,
    Call,
    CallState,
    Cause,
    Direction,
    NodeState,
    Party,
    Terminal,
    TrunkState,
)
from offhook.cli.topview import ORDERS, WINDOW_S, Rate, Top

WALL = 1_700_000_000.0

KIM = Terminal("4000", "Kim", in_service=True)
LEE = Terminal("4001", "Lee Min-ho", in_service=True)
PARK = Terminal("4002", "박지성")
SILENT = Terminal("4003", "Choi", problem=DOES_NOT_ANSWER)


class Screen:
    def __init__(self, *terminals: Terminal) -> None:
        self.now = 1000.0
        self.top = Top("ws://here", lambda: self.now, wall=lambda: WALL + self.now - 1000)
        for one in terminals or (KIM, LEE, PARK, SILENT):
            self.top.on_terminal(one)

    def text(self, width: int = 80, height: int = 24) -> str:
        return "\n".join(line for line, _ in self.top.lines(width, height, "08:00:00"))

    def figure(self, *path: str) -> Any:
        found: Any = self.top.figures()
        for key in path:
            found = found[key]
        return found


def a_call(id: str = "c1", state: CallState = CallState.RING_BACK, **members: Any) -> Call:
    call = Call(id, "4000", state, Party("Kim", "4000"), Party("Lee Min-ho", "4001"), WALL)
    return replace(call, **members)


def test_phones_are_counted_by_what_can_be_done_with_them() -> None:
    screen = Screen()
    assert screen.figure("terminals") == {"in_service": 2, "silent": 1, "away": 1}
    assert "2 in service, 1 silent, 1 away" in screen.text()
    assert "AWAY    4002 박지성, 4003 Choi" in screen.text()


def test_of_many_phones_that_are_away_the_first_are_named() -> None:
    screen = Screen(*(Terminal(str(number)) for number in range(4000, 4012)))
    assert "AWAY    4000, 4001, 4002, 4003, 4004 and 7 more" in screen.text()


def test_a_call_is_shown_with_how_long_it_rings_and_then_how_long_it_lasts() -> None:
    screen = Screen()
    screen.top.begin()
    screen.top.on_call(a_call())
    screen.now += 5
    assert "4000   ->  Lee Min-ho 4001  ringing  0:05" in screen.text()
    screen.top.on_call(a_call(state=CallState.CONNECTED, connected=WALL + 5))
    screen.now += 65
    assert "connected  1:05" in screen.text()
    assert screen.figure("calls") == {"being_made": 0, "answered": 1}


def test_one_that_was_up_before_is_shown_as_long_as_it_is_and_does_not_count_as_begun() -> None:
    screen = Screen()
    screen.top.on_call(a_call(state=CallState.CONNECTED, connected=WALL - 60))
    screen.top.begin()
    screen.now += 10
    assert "1:10" in screen.text()
    assert screen.figure("a_second", "begun") == 0


def test_a_call_of_two_phones_of_the_site_is_one() -> None:
    screen = Screen()
    screen.top.begin()
    screen.top.on_call(a_call())
    screen.top.on_call(a_call("c2", terminal="4001", direction=Direction.INBOUND))
    screen.now += 1
    assert screen.figure("calls", "being_made") == 1
    assert screen.figure("a_second", "begun") == 1


def test_rates_are_of_the_last_minute_and_none_before_anything_was_watched() -> None:
    screen = Screen()
    screen.top.begin()
    assert screen.figure("a_second", "begun") is None
    for number in range(30):
        screen.top.on_call(a_call(str(number)))
        over = a_call(str(number), CallState.ON_HOOK, ended=WALL, cause=Cause.FAILURE if number < 3 else None)
        screen.top.on_call(over)
    screen.now += 30
    assert screen.figure("a_second") == {"begun": 1, "ended": 1, "failed": 0.1, "of_seconds": 30}
    assert "30    begun, 30 ended, 3 failed" in screen.text()
    screen.now += WINDOW_S
    assert screen.figure("a_second", "begun") == 0


def test_a_rate_keeps_no_more_than_it_needs() -> None:
    rate = Rate()
    for second in range(10_000):
        rate.add(second)
    assert rate.within(9_999) == WINDOW_S
    assert len(rate._counts) <= 2 * WINDOW_S


def test_trunks_are_shown_to_whom_they_are_told() -> None:
    screen = Screen()
    assert screen.figure("trunks") is None
    screen.top.trunks = [TrunkState("one", usable=True, calls=3), TrunkState("two", problem="403\x1b[31m")]
    assert "TRUNK   one: up, 3 calls" in screen.text()
    assert "TRUNK   two: down: 403 [31m" in screen.text()


def test_a_call_manager_alone_has_a_line_only_when_something_is_wrong() -> None:
    screen = Screen()
    assert screen.figure("nodes") is None
    screen.top.nodes = [NodeState("", acts_for=("switch",))]
    assert "NODE" not in screen.text()
    screen.top.nodes = [NodeState("", acts_for=("switch",), problems=("call log: the disk is full",))]
    assert "NODE    this one: works switch; call log: the disk is full" in screen.text()


def test_each_node_of_a_cluster_has_a_line() -> None:
    screen = Screen()
    screen.top.nodes = [
        NodeState("east", live=False, silent_s=75.0),
        NodeState("north", "1.0", WALL, ("switch",), {"sscp": 7, "http": 1}, 2, here=True),
        NodeState("west", "1.0", WALL, (), {"sscp": 1}, 1),
    ]
    lines = screen.text().splitlines()
    assert lines[1] == "NODE    east: not heard of for 1:15"
    assert lines[2].startswith("NODE    north: works switch, 8 sessions, 2 calls, since 20")
    assert lines[3].startswith("NODE    west: stands by, 1 session, 1 call, since 20")
    assert screen.figure("nodes")[0]["silent_s"] == 75.0


def test_nodes_come_behind_the_word_that_the_session_is_lost() -> None:
    screen = Screen()
    screen.top.nodes, screen.top.up = [NodeState("a"), NodeState("b")], False
    assert [line.split()[0] for line in screen.text().splitlines()[:4]] == ["Offhook", "Call", "NODE", "NODE"]


@pytest.mark.parametrize(("width", "height"), [(80, 24), (40, 12), (20, 5), (200, 60), (1, 1)])
def test_it_fits_into_any_terminal(width: int, height: int) -> None:
    screen = Screen()
    screen.top.begin()
    screen.top.trunks = [TrunkState(f"trunk {number}") for number in range(20)]
    screen.top.nodes = [NodeState(f"node {number}", version="9" * 30) for number in range(20)]
    for number in range(100):
        screen.top.on_call(a_call(str(number), callee=Party("박지성" * 10, str(number))))
    lines = [line for line, _ in screen.top.lines(width, height, "08:00:00")]
    assert len(lines) <= height
    for line in lines:
        cells = sum(2 if unicodedata.east_asian_width(one) in "WF" else 1 for one in line)
        assert cells <= width, line
    if height == 24:
        assert any(line.startswith("... and ") for line in lines)
        assert lines[-1].startswith("q quits")


def test_calls_are_sorted_as_is_wanted() -> None:
    screen = Screen()
    screen.top.begin()
    for second, (terminal, state) in enumerate(
        [("4001", CallState.CONNECTED), ("4002", CallState.RING_BACK), ("4000", CallState.RING_BACK)]
    ):
        screen.now += second
        connected = WALL if state is CallState.CONNECTED else None
        screen.top.on_call(a_call(terminal, state, terminal=terminal, connected=connected))
    found = {}
    for _ in ORDERS:
        rows = screen.text().split("PHONE ")[1].splitlines()[1:4]
        found[screen.top.order] = [row[:4] for row in rows]
        screen.top.next_order()
    assert found == {
        "newest first": ["4000", "4002", "4001"],
        "longest first": ["4001", "4002", "4000"],
        "by phone": ["4000", "4001", "4002"],
        "by state": ["4001", "4002", "4000"],
    }


def test_a_lost_call_manager_is_told_of() -> None:
    screen = Screen()
    screen.top.up = False
    assert "Call Manager lost" in screen.text()
    assert screen.figure("connected") is False
