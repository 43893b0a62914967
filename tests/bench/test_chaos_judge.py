"""The judge of the bed in which Call Managers have a bad day: it has to see what is broken, and only that."""

from __future__ import annotations

from typing import Any

import pytest

from bench.chaos.judge import (
    ACTS,
    BACK,
    CUT,
    FORGOTTEN,
    INVENTED,
    MOVED,
    OWNERS,
    TWICE,
    UNENDED,
    UNSEEN,
    Judge,
)


@pytest.fixture
def judge() -> Judge:
    return Judge({"4100": "4500", "4500": "4100"})


def call(state: str = "ConnectedState", revision: int = 1) -> dict[str, Any]:
    return {"id": "c1", "terminal": "4100", "state": state, "revision": revision}


def talk(judge: Judge) -> None:
    judge.on_phone(1.0, "4100", "answered", 1)
    judge.on_phone(1.0, "4500", "answered", 2)


def broken(judge: Judge) -> list[str]:
    return [one.rule for one in judge.broken]


def test_a_talk_that_nobody_ends_is_cut(judge: Judge) -> None:
    talk(judge)
    judge.on_phone(2.0, "4500", "ended", 2)
    judge.on_phone(2.0, "4100", "ended", 1)
    assert broken(judge) == [CUT]


def test_a_talk_that_somebody_ends_is_not(judge: Judge) -> None:
    talk(judge)
    judge.end_is_asked("4100")
    judge.on_phone(2.0, "4500", "ended", 2)
    judge.on_phone(2.0, "4100", "ended", 1)
    assert broken(judge) == []


def test_a_call_that_fails_before_it_is_shown_as_up_was_no_talk_at_either_phone(judge: Judge) -> None:
    judge.on_call(1.0, "north", call("ProceedState", 1))
    talk(judge)
    judge.on_call(2.0, "north", call("OnHookState", 2) | {"cause": "failure"})
    judge.on_phone(3.0, "4500", "ended", 2)
    judge.on_phone(3.0, "4100", "ended", 1)
    assert broken(judge) == []


def test_the_end_of_a_second_call_at_a_phone_cuts_no_talk_and_excuses_none(judge: Judge) -> None:
    talk(judge)
    judge.on_phone(2.0, "4100", "answered", 3)
    judge.on_phone(2.1, "4100", "ended", 3)
    assert broken(judge) == []
    judge.on_phone(3.0, "4100", "ended", 1)
    assert broken(judge) == [CUT]


def test_a_talk_that_is_cut_beside_a_second_call_is_found_when_that_one_ends(judge: Judge) -> None:
    talk(judge)
    judge.on_phone(2.0, "4100", "answered", 3)
    judge.on_phone(2.1, "4100", "ended", 1)
    judge.on_phone(2.2, "4100", "ended", 3)
    assert broken(judge) == [CUT]


def test_nothing_comes_after_the_end_of_a_call(judge: Judge) -> None:
    judge.on_session(0.0, "north", [])
    judge.on_call(1.0, "north", call())
    judge.on_call(2.0, "north", call("OnHookState", 2))
    judge.on_call(3.0, "north", call("OnHookState", 3))
    judge.on_session(4.0, "north", [call(revision=4)])
    assert broken(judge) == [TWICE, TWICE]


def test_a_call_goes_forward(judge: Judge) -> None:
    judge.on_call(1.0, "north", call(revision=5))
    judge.on_call(2.0, "north", call(revision=5))
    judge.on_call(2.0, "south", call(revision=4))
    assert broken(judge) == [BACK]


def test_a_terminal_has_one_owner_in_an_epoch(judge: Judge) -> None:
    judge.on_told(1.0, "4100", 1, "north", "r1")
    judge.on_told(2.0, "4100", 2, "south", "r2")
    assert judge.owner == "south"
    judge.on_told(3.0, "4100", 2, "north", "r1")
    assert broken(judge) == [OWNERS]


def test_who_was_replaced_acts_no_more(judge: Judge) -> None:
    judge.on_act(1.0, 1, "192.0.2.1", "Originate")
    judge.on_act(2.0, 2, "192.0.2.2", "Hangup")
    assert broken(judge) == []
    judge.on_act(3.0, 1, "192.0.2.1", "Hangup")
    assert broken(judge) == [ACTS]


def test_each_node_shows_what_the_phones_have(judge: Judge) -> None:
    judge.on_session(0.0, "north", [])
    judge.on_session(0.0, "south", [])
    talk(judge)
    judge.on_call(1.0, "north", call())
    judge.on_call(1.0, "north", call() | {"id": "c2", "terminal": "4500"})
    assert judge.look(3.0, ["north", "south"]) == {}
    assert set(judge.look(10.0, ["north", "south"])) == {(UNSEEN, "south", "4100"), (UNSEEN, "south", "4500")}


@pytest.fixture
def forgiving() -> Judge:
    """Where a phone that is alone need not be shown."""
    made = Judge({"4100": "4500", "4500": "4100"}, lonely=False)
    made.on_session(0.0, "north", [])
    return made


def failed(judge: Judge, at: float) -> None:
    """The call of a talk is told as a failure."""
    judge.on_call(1.0, "north", call())
    judge.on_call(at, "north", call("OnHookState", 2) | {"cause": "failure"})


def test_a_talk_that_began_as_its_owner_was_lost_is_counted_by_itself(forgiving: Judge) -> None:
    talk(forgiving)
    forgiving.something_goes_wrong(1.5, forgets=True)
    failed(forgiving, 5.0)
    assert forgiving.look(10.0, ["north"]) == {}
    forgiving.something_goes_wrong(11.0, forgets=False)
    assert forgiving.look(12.0, ["north"]) == {}
    assert forgiving.count[FORGOTTEN] == 1


def test_an_owner_that_loses_its_lease_by_itself_is_lost_as_well(forgiving: Judge) -> None:
    forgiving.on_told(0.5, "4100", 1, "north", "r1")
    talk(forgiving)
    forgiving.on_told(3.0, "4100", 2, "south", "r2")
    failed(forgiving, 3.0)
    assert forgiving.look(10.0, ["north"]) == {}
    assert (forgiving.count[FORGOTTEN], forgiving.count[MOVED]) == (1, 1)


@pytest.mark.parametrize(("wrong_at", "forgets"), [(1.5, False), (2.5, True)])
def test_a_talk_that_was_up_before_or_whose_owner_lives_has_to_be_shown(
    forgiving: Judge, wrong_at: float, forgets: bool
) -> None:
    talk(forgiving)
    forgiving.something_goes_wrong(wrong_at, forgets=forgets)
    failed(forgiving, 5.0)
    found = forgiving.look(10.0, ["north"])
    assert set(found) == {(UNSEEN, "north", "4100"), (UNSEEN, "north", "4500")}


def test_a_phone_may_be_alone_for_as_long_as_somebody_waits_who_has_dialled(forgiving: Judge) -> None:
    forgiving.on_phone(1.0, "4100", "answered", 1)
    assert forgiving.look(15.0, ["north"]) == {}
    assert set(forgiving.look(25.0, ["north"])) == {(UNSEEN, "north", "4100")}


def test_a_call_that_begins_for_ever_is_not_there(judge: Judge) -> None:
    judge.on_session(0.0, "north", [call("OffHookState")])
    assert judge.look(40.0, ["north"]) == {}
    assert set(judge.look(50.0, ["north"])) == {(INVENTED, "north", "4100")}


def test_a_node_shows_no_call_that_the_phone_has_not(judge: Judge) -> None:
    judge.on_session(0.0, "north", [call()])
    assert set(judge.look(10.0, ["north"])) == {(INVENTED, "north", "4100")}


def test_at_the_end_nothing_is_left(judge: Judge) -> None:
    judge.on_session(0.0, "north", [call("RingBackState")])
    judge.on_phone(1.0, "4100", "answered", 1)
    judge.all_over(60.0, ["north"])
    assert broken(judge) == [UNENDED, UNENDED]
