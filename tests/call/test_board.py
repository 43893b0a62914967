"""The live calls of every terminal."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from offhook.call import Call, CallBoard, CallState, Cause, Party, advance, changed


def a_call(call_id: str, terminal: str = "4000") -> Call:
    return Call(call_id, terminal, CallState.OFF_HOOK, Party("", terminal), Party("", "4001"), started=1.0)


def test_a_new_call_is_live_and_newest() -> None:
    board = CallBoard()
    assert board.put(a_call("a"))
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
    named = changed(a_call("a"), callee=Party("Lee Min-ho", "4001"))
    assert board.put(named)
    assert board.get("a") == named


def test_an_older_value_is_refused_and_changes_nothing() -> None:
    board = CallBoard()
    connected = advance(a_call("a"), CallState.CONNECTED, 2.0)
    board.put(connected)
    assert not board.put(a_call("a"))
    assert board.all() == (connected,)


def test_another_value_of_the_same_revision_is_refused() -> None:
    board = CallBoard()
    connected = advance(a_call("a"), CallState.CONNECTED, 2.0)
    board.put(connected)
    assert not board.put(replace(connected, callee=Party("Lee Min-ho", "4001")))
    assert board.all() == (connected,)


def test_a_newer_value_is_taken_whatever_its_state() -> None:
    board = CallBoard()
    connected = advance(a_call("a"), CallState.CONNECTED, 2.0)
    board.put(connected)
    assert board.put(changed(connected, state=CallState.RING_BACK))
    assert board.put(replace(connected, revision=3))


def test_nothing_brings_back_a_call_that_is_over() -> None:
    board = CallBoard()
    board.put(advance(a_call("a"), CallState.ON_HOOK, 2.0, Cause.BUSY))
    assert not board.put(replace(a_call("a"), revision=9))
    assert board.is_over("a")


def test_a_call_that_was_forgotten_may_be_put_again() -> None:
    board = CallBoard()
    board.put(a_call("a"))
    board.forget("a")
    assert board.put(a_call("a"))


@pytest.mark.parametrize("state", [CallState.OFF_HOOK, CallState.PROCEED])
def test_without_revisions_the_order_of_states_decides(state: CallState) -> None:
    """As a Call Manager before revisions sends its calls."""
    board = CallBoard()
    assert board.put(replace(a_call("a"), state=CallState.PROCEED))
    assert board.put(replace(a_call("a"), state=CallState.RING_BACK))
    assert not board.put(replace(a_call("a"), state=state))
    assert board.put(replace(a_call("a"), state=CallState.ON_HOOK, cause=Cause.BUSY))


@st.composite
def histories(draw: st.DrawFn) -> list[list[Call]]:
    """Every value that each of some calls had, in order; held and back again is among what may happen."""
    calls = []
    for number in range(draw(st.integers(1, 3))):
        values = [a_call(f"c{number}", draw(st.sampled_from(["4000", "4001"])))]
        for state in draw(st.lists(st.sampled_from(list(CallState)[:-1]), max_size=5)):
            values.append(changed(values[-1], state=state))
        if draw(st.booleans()):
            values.append(changed(values[-1], state=CallState.ON_HOOK, cause=Cause.NORMAL))
        calls.append(values)
    return calls


@settings(deadline=None)
@given(st.data(), histories())
def test_in_whatever_order_values_come_the_newest_of_each_call_is_kept(
    data: st.DataObject, calls: list[list[Call]]
) -> None:
    values = [value for one in calls for value in one]
    again = data.draw(st.lists(st.sampled_from(values), max_size=5))
    board = CallBoard()
    for value in data.draw(st.permutations(values + again)):
        board.put(value)
    newest = [one[-1] for one in calls]
    assert {call.id: call for call in board.all()} == {
        call.id: call for call in newest if call.state is not CallState.ON_HOOK
    }
    assert [board.is_over(call.id) for call in newest] == [call.state is CallState.ON_HOOK for call in newest]
