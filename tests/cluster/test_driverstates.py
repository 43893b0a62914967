"""What goes to the other nodes of the calls that a node has taken over."""

from __future__ import annotations

from dataclasses import replace

import pytest

from offhook.call import Call, CallState, Direction, Party, Reason
from offhook.cluster.board import Board
from offhook.cluster.driverstates import DriverStates
from offhook.cluster.messages import State
from offhook.switch.base import CallChanged
from tests.cluster.fakeswitch import System

TOLD = Call(
    *("c1", "4000", CallState.CONNECTED, Party("Kim", "4000"), Party("Lee", "4001"), 100.25),
    direction=Direction.INBOUND,
    connected=103.5,
    revision=4,
    reason=Reason.TRANSFERRED,
    by_hand=True,
)
FOUND = Call(
    *("c1", "4000", CallState.CONNECTED, Party("", "4000"), Party("", "4001"), 101.0),
    direction=Direction.INBOUND,
    connected=101.0,
    revision=1,
)


def taken_over(told: Call, found: Call) -> DriverStates:
    board = Board(["4000"])
    board.apply(State("first", "r1", 1, "4000", 1, 1, calls=(told,)), 0.0)
    own = DriverStates(System().make(), ["4000"], "second", "r2", 2, lambda: 0.0)
    own.note(CallChanged(found))
    own.go_on_with(board)
    return own


def told_by(own: DriverStates) -> Call:
    return own.state("4000", 1).calls[-1]


def test_a_call_that_is_taken_over_is_as_it_was_above_the_revisions_that_were_told() -> None:
    told = told_by(taken_over(TOLD, FOUND))
    assert told.revision > TOLD.revision
    assert replace(told, features=None) == replace(TOLD, revision=told.revision)


def test_it_is_above_what_only_others_have_heard_of_it() -> None:
    others = Board(["4000"])
    for n in range(1, 4):
        heard = replace(TOLD, revision=TOLD.revision + n)
        others.apply(State("first", "r1", n, "4000", 1, n, calls=(heard,)), 0.0)
    own = taken_over(TOLD, FOUND)
    own.note(CallChanged(replace(FOUND, held=True, revision=2)))
    (event,) = [one for one in others.apply(own.state("4000", 1), 0.0) if isinstance(one, CallChanged)]
    assert event.call.held and event.call.revision > heard.revision


def test_a_call_that_ends_while_it_is_taken_over_ends_above_the_revisions_that_were_told() -> None:
    board = Board(["4000"])
    board.apply(State("first", "r1", 1, "4000", 1, 1, calls=(TOLD,)), 0.0)
    own = DriverStates(System().make(), ["4000"], "second", "r2", 2, lambda: 0.0)
    own.note(CallChanged(FOUND))
    own.note(CallChanged(replace(FOUND, state=CallState.ON_HOOK, ended=160.0, revision=2)))
    own.go_on_with(board)
    ended = told_by(own)
    assert ended.revision > TOLD.revision
    assert (ended.started, ended.connected, ended.ended) == (100.25, 103.5, 160.0)


def test_it_ends_with_the_times_that_it_had() -> None:
    own = taken_over(TOLD, FOUND)
    own.note(CallChanged(replace(FOUND, state=CallState.ON_HOOK, ended=160.0, revision=2)))
    ended = told_by(own)
    assert (ended.started, ended.connected, ended.ended) == (100.25, 103.5, 160.0)


def test_what_its_driver_says_later_is_news() -> None:
    own = taken_over(TOLD, FOUND)
    other = Party("", "4002")
    own.note(CallChanged(replace(FOUND, callee=other, reason=Reason.REDIRECTED, revision=2)))
    told = told_by(own)
    assert (told.callee, told.reason, told.started) == (other, Reason.REDIRECTED, 100.25)


def test_a_call_that_was_answered_while_nobody_owned_it_is_connected_since_it_was_found_so() -> None:
    ringing = replace(TOLD, state=CallState.RING_BACK, connected=None)
    assert told_by(taken_over(ringing, FOUND)).connected == 101.0


BEGUN = Call("c2", "4000", CallState.OFF_HOOK, Party("Kim", "4000"), Party("Lee", "4001"), 200.0)
OVER = replace(BEGUN, state=CallState.ON_HOOK, ended=200.0, revision=1)


def shown(own: DriverStates) -> list[CallState]:
    return [call.state for call in own.state("4000", 1).calls]


def test_a_call_that_ends_before_its_command_has_a_result_is_told_with_both() -> None:
    own = DriverStates(System().make(), ["4000"], "first", "r1", 1, lambda: 0.0)
    own.note(CallChanged(OVER))
    end = own.begun(BEGUN)
    assert shown(own) == [CallState.OFF_HOOK]
    assert end is OVER
    own.note_call(end)
    assert shown(own) == [CallState.ON_HOOK]


def test_a_result_that_comes_after_its_call_has_ended_begins_nothing() -> None:
    own = DriverStates(System().make(), ["4000"], "first", "r1", 1, lambda: 0.0)
    own.note(CallChanged(BEGUN))
    own.note(CallChanged(OVER))
    assert own.begun(BEGUN) is None
    assert shown(own) == [CallState.ON_HOOK]


def test_an_older_value_that_comes_after_the_end_begins_nothing() -> None:
    own = DriverStates(System().make(), ["4000"], "first", "r1", 1, lambda: 0.0)
    own.note(CallChanged(BEGUN))
    own.note(CallChanged(OVER))
    own.note(CallChanged(BEGUN))
    assert shown(own) == [CallState.ON_HOOK]


def test_ends_of_calls_that_were_never_begun_are_kept_within_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("offhook.cluster.driverstates.MAX_EARLY", 2)
    own = DriverStates(System().make(), ["4000"], "first", "r1", 1, lambda: 0.0)
    for number in range(4):
        own.note(CallChanged(replace(OVER, id=f"c{number}")))
    assert list(own._early) == ["c2", "c3"]
