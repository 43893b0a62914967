"""The live calls of every terminal."""

from dataclasses import replace

import pytest

from offhook.call import Call, CallBoard, CallState, Cause, Party, advance
from offhook.errors import TransitionError


def a_call(call_id: str, terminal: str = "4000") -> Call:
    return Call(call_id, terminal, CallState.OFF_HOOK, Party("", terminal), Party("", "4001"), started=1.0)


def test_a_new_call_is_live_and_newest() -> None:
    board = CallBoard()
    assert board.put(a_call("a")) is None
    board.put(a_call("b"))
    assert [c.id for c in board.of("4000")] == ["a", "b"]
    newest = board.newest("4000")
    assert newest is not None
    assert newest.id == "b"


def test_a_call_that_is_over_is_forgotten() -> None:
    board = CallBoard()
    board.put(a_call("a"))
    board.put(advance(a_call("a"), CallState.ON_HOOK, 2.0, Cause.BUSY))
    assert (len(board), board.of("4000"), board.newest("4000"), board.get("a")) == (0, (), None, None)


def test_another_name_in_the_same_state_is_an_update() -> None:
    board = CallBoard()
    board.put(a_call("a"))
    named = replace(a_call("a"), callee=Party("Lee Min-ho", "4001"))
    assert board.put(named) == a_call("a")
    assert board.get("a") == named


def test_a_step_backwards_is_refused_and_changes_nothing() -> None:
    board = CallBoard()
    connected = advance(a_call("a"), CallState.CONNECTED, 2.0)
    board.put(connected)
    with pytest.raises(TransitionError):
        board.put(a_call("a"))
    assert board.all() == (connected,)
