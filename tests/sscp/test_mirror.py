from dataclasses import replace

import pytest

from offhook.call import Call, CallState, Cause, Party
from offhook.sscp.messages import Snapshot
from offhook.sscp.mirror import Mirror

CALL = Call("c1", "4000", CallState.OFF_HOOK, Party("Kim", "4000"), Party("", "4001"), started=1.0)
RINGING = replace(CALL, state=CallState.RING_BACK)
OVER = replace(CALL, state=CallState.ON_HOOK, ended=9.0, cause=Cause.BUSY)
ELSEWHERE = replace(CALL, id="c2", terminal="4001")


@pytest.fixture
def mirror() -> Mirror:
    """Knows the one call of 4000, after its event 4."""
    mirror = Mirror()
    mirror.snapshot("4000", [Snapshot("4000", 4, [CALL])])
    return mirror


def test_the_next_event_is_news(mirror: Mirror) -> None:
    assert mirror.event(5, RINGING) == (RINGING, False)


def test_an_event_that_the_snapshot_had_already_is_none(mirror: Mirror) -> None:
    assert mirror.event(4, CALL) == (None, False)


def test_a_missing_event_is_noticed_and_the_newest_taken(mirror: Mirror) -> None:
    assert mirror.event(7, RINGING) == (RINGING, True)
    assert mirror.event(8, OVER) == (OVER, False)


def test_the_first_event_of_a_terminal_that_was_idle_is_no_gap(mirror: Mirror) -> None:
    assert mirror.event(1, ELSEWHERE) == (ELSEWHERE, False)


def test_a_snapshot_tells_what_is_new_and_what_is_gone(mirror: Mirror) -> None:
    new = replace(CALL, id="c3")
    found = mirror.snapshot("4000", [Snapshot("4000", 9, [new])])
    assert (found.changed, found.gone) == ([new], [CALL])


def test_a_snapshot_of_one_terminal_says_nothing_of_another(mirror: Mirror) -> None:
    mirror.event(1, ELSEWHERE)
    assert mirror.snapshot("4000", [Snapshot("4000", 4, [CALL])]).gone == []


def test_a_snapshot_of_every_terminal_speaks_for_those_it_leaves_out(mirror: Mirror) -> None:
    mirror.event(1, ELSEWHERE)
    assert mirror.snapshot("*", [Snapshot("4000", 4, [CALL])]).gone == [ELSEWHERE]


def test_a_call_that_is_gone_is_gone_until_its_end_is_told(mirror: Mirror) -> None:
    assert mirror.snapshot("4000", []).gone == [CALL]
    mirror.new_session()
    assert mirror.snapshot("4000", []).gone == [CALL]
    mirror.ended("c1", [OVER], now=10.0)
    assert mirror.snapshot("4000", []).gone == []


def test_the_end_is_as_the_log_has_it(mirror: Mirror) -> None:
    assert mirror.ended("c1", [OVER], now=10.0) == OVER


def test_an_end_that_the_log_does_not_know_is_a_failure(mirror: Mirror) -> None:
    end = mirror.ended("c1", [], now=10.0)
    assert end == replace(CALL, state=CallState.ON_HOOK, ended=10.0, cause=Cause.FAILURE)
    assert mirror.ended("c1", [], now=11.0) is None


def test_a_log_that_says_live_does_not_bring_a_call_back(mirror: Mirror) -> None:
    end = mirror.ended("c1", [RINGING], now=10.0)
    assert end is not None and end.cause is Cause.FAILURE


def test_stale_and_unknown_ends_are_no_news(mirror: Mirror) -> None:
    mirror.event(5, RINGING)
    assert mirror.take(CALL) is None
    assert mirror.take(replace(OVER, id="never-seen")) is None


def test_another_session_counts_from_its_own_snapshot(mirror: Mirror) -> None:
    mirror.new_session()
    mirror.snapshot("4000", [Snapshot("4000", 1, [CALL])])
    assert mirror.event(2, RINGING) == (RINGING, False)
