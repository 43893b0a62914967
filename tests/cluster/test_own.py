"""What goes to the other nodes of the calls that a node has taken over."""

from __future__ import annotations

from dataclasses import replace

from offhook.call import Call, CallState, Direction, Party, Reason
from offhook.cluster.board import Board
from offhook.cluster.messages import State
from offhook.cluster.own import Own
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


def taken_over(told: Call, found: Call) -> Own:
    board = Board(["4000"])
    board.apply(State("first", "r1", 1, "4000", 1, 1, calls=(told,)), 0.0)
    own = Own(System().make(), ["4000"], "second", "r2", 2, lambda: 0.0)
    own.note(CallChanged(found))
    own.go_on_with(board)
    return own


def told_by(own: Own) -> Call:
    return own.state("4000", 1).calls[-1]


def test_a_call_that_is_taken_over_is_as_it_was_above_the_revisions_that_were_told() -> None:
    told = told_by(taken_over(TOLD, FOUND))
    assert replace(told, features=None) == replace(TOLD, revision=5)


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
