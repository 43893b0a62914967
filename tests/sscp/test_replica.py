from dataclasses import replace
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from offhook.call import Call, CallBoard, CallState, Cause, Party, changed
from offhook.sscp.messages import Snapshot
from offhook.sscp.replica import CallReplica

CALL = Call("c1", "4000", CallState.OFF_HOOK, Party("Kim", "4000"), Party("", "4001"), started=1.0)
RINGING = replace(CALL, state=CallState.RING_BACK)
OVER = replace(CALL, state=CallState.ON_HOOK, ended=9.0, cause=Cause.BUSY)
ELSEWHERE = replace(CALL, id="c2", terminal="4001")


@pytest.fixture
def replica() -> CallReplica:
    """Knows the one call of 4000, after its event 4."""
    replica = CallReplica()
    replica.snapshot("4000", [Snapshot("4000", 4, [CALL])])
    return replica


def test_the_next_event_is_news(replica: CallReplica) -> None:
    assert replica.event(5, RINGING) == (RINGING, False)


def test_an_event_that_the_snapshot_had_already_is_none(replica: CallReplica) -> None:
    assert replica.event(4, CALL) == (None, False)


def test_a_missing_event_is_noticed_and_the_newest_taken(replica: CallReplica) -> None:
    assert replica.event(7, RINGING) == (RINGING, True)
    assert replica.event(8, OVER) == (OVER, False)


def test_the_first_event_of_a_terminal_that_was_idle_is_no_gap(replica: CallReplica) -> None:
    assert replica.event(1, ELSEWHERE) == (ELSEWHERE, False)


def test_a_snapshot_tells_what_is_new_and_what_is_gone(replica: CallReplica) -> None:
    new = replace(CALL, id="c3")
    found = replica.snapshot("4000", [Snapshot("4000", 9, [new])])
    assert (found.changed, found.gone) == ([new], [CALL])


def test_a_snapshot_of_one_terminal_says_nothing_of_another(replica: CallReplica) -> None:
    replica.event(1, ELSEWHERE)
    assert replica.snapshot("4000", [Snapshot("4000", 4, [CALL])]).gone == []


def test_a_snapshot_of_every_terminal_speaks_for_those_it_leaves_out(replica: CallReplica) -> None:
    replica.event(1, ELSEWHERE)
    assert replica.snapshot("*", [Snapshot("4000", 4, [CALL])]).gone == [ELSEWHERE]


def test_a_call_that_is_gone_is_gone_until_its_end_is_told(replica: CallReplica) -> None:
    assert replica.snapshot("4000", []).gone == [CALL]
    replica.new_session()
    assert replica.snapshot("4000", []).gone == [CALL]
    replica.ended("c1", [OVER], now=10.0)
    assert replica.snapshot("4000", []).gone == []


def test_the_end_is_as_the_log_has_it(replica: CallReplica) -> None:
    assert replica.ended("c1", [OVER], now=10.0) == OVER


def test_an_end_that_the_log_does_not_know_is_a_failure(replica: CallReplica) -> None:
    end = replica.ended("c1", [], now=10.0)
    assert end == replace(CALL, state=CallState.ON_HOOK, ended=10.0, cause=Cause.FAILURE)
    assert replica.ended("c1", [], now=11.0) is None


def test_a_log_that_says_live_does_not_bring_a_call_back(replica: CallReplica) -> None:
    end = replica.ended("c1", [RINGING], now=10.0)
    assert end is not None and end.cause is Cause.FAILURE


def test_stale_and_unknown_ends_are_no_news(replica: CallReplica) -> None:
    replica.event(5, RINGING)
    assert replica.apply(CALL) is None
    assert replica.apply(replace(OVER, id="never-seen")) is None


def test_another_session_counts_from_its_own_snapshot(replica: CallReplica) -> None:
    replica.new_session()
    replica.snapshot("4000", [Snapshot("4000", 1, [CALL])])
    assert replica.event(2, RINGING) == (RINGING, False)


class Served:
    """The Call Manager's side of a session that watches every terminal: what it would say next."""

    def __init__(self) -> None:
        self.newest: dict[str, Call] = {}
        self.numbers: dict[str, int] = {}

    def change(self, call: Call) -> tuple[int, Call]:
        self.newest[call.id] = call
        self.numbers[call.terminal] = self.numbers.get(call.terminal, 0) + 1
        return self.numbers[call.terminal], call

    def snapshots(self) -> list[Snapshot]:
        return [Snapshot(one, seq, self.live(one)) for one, seq in self.numbers.items()]

    def live(self, terminal: str | None = None) -> list[Call]:
        calls = [call for call in self.newest.values() if call.state is not CallState.ON_HOOK]
        return [call for call in calls if terminal in (None, call.terminal)]

    def log(self, call_id: str) -> list[Call]:
        """As the call log has it: without a revision."""
        return [replace(self.newest[call_id], revision=0)]


@settings(deadline=None)
@given(st.randoms(use_true_random=False))
def test_however_events_are_delayed_doubled_swapped_and_lost_the_newest_values_are_known(rng: Random) -> None:
    """Each client's board: the replica, and behind it that of the Smart Messenger."""
    served, replica, board = Served(), CallReplica(), CallBoard()
    under_way: list[tuple[int, Call]] = []

    def tell(call: Call | None) -> None:
        if call is not None:
            board.put(call)

    def resynchronise() -> None:
        found = replica.snapshot("*", served.snapshots())
        for call in found.changed:
            tell(call)
        for call in found.gone:
            tell(replica.ended(call.id, served.log(call.id), now=99.0))

    for step in range(30):
        live = served.live()
        if not live or rng.random() < 0.2:
            under_way.append(
                served.change(replace(CALL, id=f"c{step}", terminal=rng.choice(["4000", "4001"])))
            )
        else:
            state = rng.choice([*CallState, CallState.ON_HOOK])
            under_way.append(served.change(changed(rng.choice(live), state=state)))
        for at in sorted(rng.sample(range(len(under_way)), k=min(2, len(under_way))), reverse=True):
            seq, call = under_way[at]
            if rng.random() < 0.8:  # else it comes again
                del under_way[at]
            if rng.random() < 0.9:  # else it is lost
                news, gap = replica.event(seq, call)
                tell(news)
                if gap:
                    resynchronise()
        if rng.random() < 0.1:
            replica.new_session()
            resynchronise()
    for seq, call in under_way:
        tell(replica.event(seq, call)[0])
    replica.new_session()
    resynchronise()
    known = {call.id: call for call in served.live()}
    assert {call.id: call for call in replica.calls()} == known
    assert {call.id: call for call in board.all()} == known


def test_a_call_that_is_watched_no_more_is_news_when_it_is_watched_again(replica: CallReplica) -> None:
    assert replica.forget(CALL, now=10.0) == replace(
        CALL, state=CallState.ON_HOOK, ended=10.0, cause=Cause.FAILURE
    )
    assert replica.snapshot("4000", [Snapshot("4000", 9, [CALL])]).changed == [CALL]
