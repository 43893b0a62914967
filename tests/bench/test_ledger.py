"""The ledger of `python -m bench sessions_load` finds what is lost and what is told twice."""

from bench.load.ledger import Ledger, new_faults

BOTH = frozenset({0, 1})
WHOLE = ("OffHookState", "ProceedState", "RingBackState", "ConnectedState", "OnHookState")


def told(*states: tuple[int, str], sessions: frozenset[int] = BOTH) -> dict[str, int]:
    """The faults of one call of which the sessions were told so."""
    faults = new_faults()
    ledger = Ledger(faults)
    for session, state in states:
        ledger.hear(session, "c1", state)
    ledger.close(sessions)
    return dict(faults)


def test_a_call_that_both_are_told_from_beginning_to_end_is_no_fault() -> None:
    assert told(*((session, state) for state in WHOLE for session in (0, 1))) == {}


def test_an_end_that_one_is_not_told_is_a_fault() -> None:
    assert told((0, "OffHookState"), (1, "OffHookState"), (0, "OnHookState")) == {
        "an end that was not told": 1
    }


def test_a_call_that_one_is_not_told_at_all_is_a_fault() -> None:
    assert told((0, "OffHookState"), (0, "OnHookState")) == {
        "a beginning that was not told": 1,
        "an end that was not told": 1,
    }


def test_an_end_that_is_told_twice_is_a_fault() -> None:
    ends = ((0, "OnHookState"), (1, "OnHookState"), (0, "OnHookState"))
    assert told(*ends) == {"told of a call after its end": 1}


def test_a_state_that_goes_back_is_a_fault() -> None:
    backwards = ((0, "ConnectedState"), (0, "RingBackState"), (0, "OnHookState"))
    assert told(*backwards, sessions=frozenset({0})) == {"a state that went back, or is unknown": 1}


def test_a_session_that_should_not_be_told_is_a_fault() -> None:
    assert told((0, "OnHookState"), (1, "OnHookState"), sessions=frozenset({0})) == {
        "told to who should not be told": 1
    }


def test_no_call_is_a_fault_and_so_are_two_for_one_dial() -> None:
    faults = new_faults()
    ledger = Ledger(faults)
    ledger.close(BOTH)
    ledger.hear(0, "c1", "OnHookState")
    ledger.hear(0, "c2", "OnHookState")
    ledger.close(frozenset({0}))
    assert faults == {"0 calls at a terminal for one dial": 1, "2 calls at a terminal for one dial": 1}


def test_what_is_told_when_all_is_over_is_a_fault() -> None:
    faults = new_faults()
    ledger = Ledger(faults)
    ledger.hear(0, "c1", "OnHookState")
    ledger.close(frozenset({0}))
    ledger.hear(0, "c1", "ConnectedState")
    assert faults == {"told of a call that was over": 1}


def test_a_call_that_was_not_ended_by_who_talked_is_a_fault() -> None:
    faults = new_faults()
    ledger = Ledger(faults)
    ledger.hear(0, "c1", "OnHookState", "failure")
    ledger.close(frozenset({0}))
    assert faults == {"a call that ended as failure": 1}
