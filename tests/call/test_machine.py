"""How a call moves: forward only."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from offhook.call import (
    TRANSITIONS,
    Call,
    CallState,
    Cause,
    Party,
    advance,
    changed,
    live,
    new_call,
    new_call_id,
)
from offhook.errors import TransitionError

ORDER = list(CallState)


def a_call(state: CallState = CallState.OFF_HOOK) -> Call:
    return Call(new_call_id(), "4000", state, Party("Kim", "4000"), Party("", "4001"), started=100.0)


def cause_for(state: CallState) -> Cause | None:
    return Cause.NORMAL if state is CallState.ON_HOOK else None


def test_a_call_goes_through_its_states_in_order() -> None:
    call = a_call()
    for state in ORDER[1:]:
        call = advance(call, state, 101.0, cause_for(state))
        assert call.state is state


def test_connecting_and_ending_are_timed() -> None:
    call = advance(a_call(), CallState.CONNECTED, 103.5)
    call = advance(call, CallState.ON_HOOK, 110.0, Cause.DROPPED)
    assert (call.connected, call.ended, call.cause) == (103.5, 110.0, Cause.DROPPED)


@given(st.sampled_from(ORDER), st.sampled_from(ORDER))
def test_a_step_that_is_not_forward_is_refused(before: CallState, after: CallState) -> None:
    forward = ORDER.index(after) > ORDER.index(before)
    if forward:
        assert advance(a_call(before), after, 1.0, cause_for(after)).state is after
    else:
        with pytest.raises(TransitionError, match=after.value):
            advance(a_call(before), after, 1.0, cause_for(after))


def test_nothing_leaves_on_hook() -> None:
    assert TRANSITIONS[CallState.ON_HOOK] == frozenset()
    assert not live(a_call(CallState.ON_HOOK))


def test_an_end_without_a_cause_is_refused() -> None:
    with pytest.raises(TransitionError, match="cause"):
        advance(a_call(), CallState.ON_HOOK, 1.0)


def test_a_cause_without_an_end_is_refused() -> None:
    with pytest.raises(TransitionError, match="cause"):
        advance(a_call(), CallState.PROCEED, 1.0, Cause.BUSY)


def test_call_ids_fit_the_wire() -> None:
    ids = {new_call_id() for _ in range(1000)}
    assert len(ids) == 1000
    assert all(len(i) <= 32 and set(i) <= set("0123456789abcdef") for i in ids)


def test_each_change_is_the_next_revision() -> None:
    call = a_call()
    values = [call, advance(call, CallState.PROCEED, 101.0)]
    values.append(changed(values[-1], callee=Party("Lee", "4001")))
    values.append(advance(values[-1], CallState.ON_HOOK, 102.0, Cause.BUSY))
    assert [value.revision for value in values] == [0, 1, 2, 3]


def test_a_change_leaves_the_value_before_as_it_was() -> None:
    before = a_call()
    after = changed(before, held=True)
    assert not before.held and after.held
    assert replace(after, held=False, revision=0) == before


def test_a_member_that_no_call_has_is_refused() -> None:
    with pytest.raises(TypeError, match="a call has no weight"):
        changed(a_call(), weight=3)


def test_a_new_call_is_one_that_its_constructor_would_make() -> None:
    kim, lee = Party("Kim", "4000"), Party("Lee", "4001")
    call = new_call("4000", CallState.OFF_HOOK, kim, lee, 7.0, external=False)
    assert call == Call(call.id, "4000", CallState.OFF_HOOK, kim, lee, 7.0, external=False)
    assert new_call("4000", CallState.OFF_HOOK, kim, lee, 7.0).id != call.id


def test_a_new_call_has_no_member_that_calls_do_not_have() -> None:
    with pytest.raises(TypeError, match="a call has no colour"):
        new_call("4000", CallState.OFF_HOOK, Party(), Party(), 7.0, colour="red")
