"""Which values of calls a session of version 3 is told; over sockets they are in test_version3.py."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from offhook.call import TRANSITIONS, Call, CallState, Direction, Reason, live
from offhook.tsp.teller import MAX_CALLS, CallTeller
from tests.tsp.helpers import a_call

S = CallState


def ringing(call_id: str, **members: Any) -> Call:
    return replace(a_call(call_id, S.RING_BACK, direction=Direction.INBOUND), **members)


def test_a_new_call_waits_for_the_result_of_what_may_have_begun_it() -> None:
    teller = CallTeller()
    teller.beginning()
    assert teller.changed(a_call("c1")) == []
    assert teller.changed(a_call("c1", S.PROCEED)) == []
    assert teller.begun("c1") == [a_call("c1", S.PROCEED)]


def test_a_call_that_comes_in_waits_for_nothing() -> None:
    teller = CallTeller()
    teller.beginning()
    assert teller.changed(ringing("c1")) == [ringing("c1")]


def test_a_call_that_was_picked_up_or_unparked_waits_for_the_result() -> None:
    for reason in (Reason.PICKED_UP, Reason.UNPARKED):
        teller = CallTeller()
        teller.beginning()
        assert teller.changed(ringing("c1", reason=reason)) == []
        assert teller.begun("c1") == [ringing("c1", reason=reason)]


def test_of_two_requests_each_releases_its_own_call() -> None:
    teller = CallTeller()
    teller.beginning()
    teller.beginning()
    teller.changed(a_call("c1"))
    teller.changed(a_call("c2"))
    assert teller.begun("c2") == [a_call("c2")]
    assert teller.changed(a_call("c2", S.PROCEED)) == [a_call("c2", S.PROCEED)]
    assert teller.begun("c1") == [a_call("c1")]


def test_what_belongs_to_no_request_is_told_after_the_last_result_if_it_lives() -> None:
    teller = CallTeller()
    teller.beginning()
    teller.changed(a_call("by-hand"))
    teller.changed(a_call("over"))
    teller.changed(a_call("over", S.ON_HOOK))
    assert teller.failed() == [a_call("by-hand")]


def test_a_call_over_before_its_result_is_told_once_behind_it() -> None:
    teller = CallTeller()
    teller.beginning()
    teller.changed(a_call("c1"))
    teller.changed(a_call("c1", S.ON_HOOK))
    assert teller.begun("c1") == [a_call("c1", S.ON_HOOK)]
    assert teller.changed(a_call("c1", S.ON_HOOK)) == []


def test_a_call_whose_end_comes_first_is_told_when_it_was_asked_for() -> None:
    teller = CallTeller()
    teller.beginning()
    assert teller.begun("c1") == []
    assert teller.changed(a_call("c1", S.ON_HOOK)) == [a_call("c1", S.ON_HOOK)]


def test_a_value_that_tells_nothing_new_is_not_told() -> None:
    teller = CallTeller()
    teller.changed(a_call("c1"))
    assert teller.changed(replace(a_call("c1"), revision=9)) == []
    assert teller.changed(replace(a_call("c1"), revision=10, held=True)) != []


def test_a_call_whose_id_no_message_can_hold_is_not_told(caplog: pytest.LogCaptureFixture) -> None:
    assert CallTeller().changed(a_call("c%1")) == []
    assert "'c%1' is no id" in caplog.text


def test_what_is_followed_and_held_back_is_bounded() -> None:
    teller = CallTeller()
    teller.beginning()
    for number in range(3 * MAX_CALLS):
        teller.changed(a_call(f"c{number}"))
    assert len(teller.begun("c0")) == MAX_CALLS
    assert teller.changed(a_call("one-more")) == []


def test_calls_that_were_asked_for_and_never_heard_of_are_forgotten_in_the_end() -> None:
    teller = CallTeller()
    for number in range(2 * MAX_CALLS):
        teller.beginning()
        teller.begun(f"c{number}")
    assert teller.changed(a_call("c0", S.ON_HOOK)) == []
    assert teller.changed(a_call(f"c{2 * MAX_CALLS - 1}", S.ON_HOOK)) != []


steps = st.one_of(
    st.tuples(
        st.sampled_from(["a", "b"]), st.sampled_from(CallState), st.booleans(), st.sampled_from(Direction)
    ),
    st.sampled_from(["asks", "begins a", "begins b", "fails"]),
)


@settings(deadline=None)
@given(st.lists(steps, max_size=40))
def test_whatever_comes_states_go_forward_and_end_once(
    script: list[tuple[str, CallState, bool, Direction] | str],
) -> None:
    teller = CallTeller()
    told: list[Call] = []
    asked = 0
    for step in script:
        if not isinstance(step, str):
            call_id, state, held, direction = step
            told += teller.changed(replace(a_call(call_id, state, direction=direction), held=held))
        elif step == "asks":
            teller.beginning()
            asked += 1
        elif asked:
            asked -= 1
            told += teller.failed() if step == "fails" else teller.begun(step[-1])
    last: dict[str, Call] = {}
    for call in told:
        before = last.get(call.id)
        if before is not None and live(before):
            assert call.state is before.state or call.state in TRANSITIONS[before.state]
            assert call != before
        last[call.id] = call
