"""What a session is told of its terminal's calls; the rules themselves are in test_rules.py."""

from hypothesis import given, settings
from hypothesis import strategies as st

from offhook.call import TRANSITIONS, CallState
from offhook.tsp.messages import CallInfoNotify, CallStateNotify, Notify
from offhook.tsp.notifier import MAX_CALLS, CallNotifier
from tests.tsp.helpers import a_call

S = CallState


def states(notifies: list[Notify]) -> list[tuple[str, CallState]]:
    return [(notify.call_id, notify.state) for notify in notifies if isinstance(notify, CallStateNotify)]


def test_names_that_change_while_a_dial_is_pending_are_told_with_the_state() -> None:
    notifier = CallNotifier()
    notifier.dial_begins()
    for call in (a_call("c1"), a_call("c1", name="Lee"), a_call("c1", S.PROCEED, name="Lee")):
        assert notifier.changed(call) == []
    assert notifier.dial_succeeded("c1") == [
        CallStateNotify.of(a_call("c1", name="Lee")),
        CallStateNotify.of(a_call("c1", S.PROCEED, name="Lee")),
    ]


def test_a_state_that_goes_back_while_a_dial_is_pending_is_passed_over() -> None:
    notifier = CallNotifier()
    notifier.dial_begins()
    for state in (S.RING_BACK, S.PROCEED, S.CONNECTED):
        notifier.changed(a_call("c1", state))
    assert states(notifier.dial_succeeded("c1")) == [("c1", S.RING_BACK), ("c1", S.CONNECTED)]


def test_a_call_already_told_is_not_held_back() -> None:
    notifier = CallNotifier()
    notifier.snapshot((a_call("old"),))
    notifier.dial_begins()
    assert states(notifier.changed(a_call("old", S.CONNECTED))) == [("old", S.CONNECTED)]
    assert notifier.dial_succeeded("old") == []


def test_the_end_of_a_call_never_told_is_not_told() -> None:
    assert CallNotifier().changed(a_call("c1", S.ON_HOOK)) == []


def test_what_a_session_follows_and_holds_back_is_bounded() -> None:
    notifier = CallNotifier()
    notifier.dial_begins()
    for number in range(3 * MAX_CALLS):
        notifier.changed(a_call(f"c{number}"))
    assert len(states(notifier.dial_succeeded("c0"))) == MAX_CALLS
    assert notifier.changed(a_call("one-more")) == []


def test_calls_that_were_taken_on_and_never_heard_of_are_forgotten_in_the_end() -> None:
    notifier = CallNotifier()
    for number in range(2 * MAX_CALLS):
        notifier.dial_begins()
        notifier.dial_succeeded(f"c{number}")
    assert notifier.changed(a_call("c0", S.ON_HOOK)) == []
    assert states(notifier.changed(a_call(f"c{2 * MAX_CALLS - 1}", S.ON_HOOK)))


steps = st.one_of(
    st.tuples(st.sampled_from(["a", "b"]), st.sampled_from(CallState), st.sampled_from(["", "Lee"])),
    st.sampled_from(["dial", "success", "fail"]),
)


@settings(deadline=None)
@given(st.lists(steps, max_size=40))
def test_whatever_comes_states_go_forward_and_end_once(
    script: list[tuple[str, CallState, str] | str],
) -> None:
    notifier = CallNotifier()
    told: list[Notify] = []
    for step in script:
        if step == "dial":
            notifier.dial_begins()
        elif step == "success":
            told += notifier.dial_succeeded("a")
        elif step == "fail":
            told += notifier.dial_failed((a_call("b"),))
        elif not isinstance(step, str):
            call_id, state, name = step
            told += notifier.changed(a_call(call_id, state, name=name))
    last: dict[str, CallState] = {}
    for notify in told:
        before = last.get(notify.call_id)
        if isinstance(notify, CallInfoNotify):
            assert notify.state is before
        else:
            assert before in (None, S.ON_HOOK) or notify.state in TRANSITIONS[before]
            last[notify.call_id] = notify.state
