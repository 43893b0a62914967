"""What is told of a terminal follows from its newest state, whatever got lost or came late."""

from dataclasses import replace

import msgspec

from offhook.call import CAN_DIAL, CAN_DROP, Call, CallState, Cause, Party, advance
from offhook.cluster.board import Board
from offhook.cluster.gaps import GapDetector
from offhook.cluster.messages import Beat, State, decode, encode
from offhook.switch.base import CallChanged, ForwardingChanged, SwitchEvent, TerminalChanged

CALL = Call("c1", "4000", CallState.OFF_HOOK, Party("", "4000"), Party("", "4001"), 1.0, features=CAN_DROP)
CONNECTED = advance(CALL, CallState.CONNECTED, 2.0)
ENDED = advance(CONNECTED, CallState.ON_HOOK, 3.0, Cause.NORMAL)


def state(*calls: Call, epoch: int = 1, n: int = 1, **more: object) -> State:
    values: dict[str, object] = {"in_service": True, "features": CAN_DIAL, **more}
    return State("one", "run", n, "4000", epoch, n, calls=calls, **values)  # type: ignore[arg-type]


def calls(events: list[SwitchEvent]) -> list[tuple[CallState, Cause | None]]:
    return [(event.call.state, event.call.cause) for event in events if isinstance(event, CallChanged)]


def test_a_call_is_told_as_it_goes_on() -> None:
    board = Board(["4000"])
    assert calls(board.apply(state(CALL), 9.0)) == [(CallState.OFF_HOOK, None)]
    assert board.terminal_of("c1") == "4000"
    assert calls(board.apply(state(CONNECTED, n=2), 9.0)) == [(CallState.CONNECTED, None)]
    assert calls(board.apply(state(ENDED, n=3), 9.0)) == [(CallState.ON_HOOK, Cause.NORMAL)]
    assert board.terminal_of("c1") == ""


def test_an_older_state_or_one_of_an_older_epoch_changes_nothing() -> None:
    board = Board(["4000"])
    board.apply(state(CONNECTED, epoch=2, n=5), 9.0)
    assert board.apply(state(CALL, epoch=2, n=4), 9.0) == []
    assert board.apply(state(ENDED, epoch=1, n=99), 9.0) == []
    assert board.apply(state(CONNECTED, epoch=2, n=5), 9.0) == []


def test_a_call_of_which_the_next_owner_knows_nothing_ends_once_as_a_failure() -> None:
    board = Board(["4000"])
    board.apply(state(CONNECTED), 9.0)
    assert calls(board.apply(state(epoch=2), 9.0)) == [(CallState.ON_HOOK, Cause.FAILURE)]
    assert calls(board.apply(state(epoch=2, n=2), 9.0)) == []


def test_the_end_of_a_call_that_was_never_told_is_not_told() -> None:
    assert calls(Board(["4000"]).apply(state(ENDED), 9.0)) == []


def test_what_has_changed_of_the_terminal_is_told_and_nothing_else() -> None:
    board = Board(["4000"])
    board.apply(state(), 9.0)
    assert board.apply(state(n=2), 9.0) == []
    assert board.apply(state(n=3, in_service=False, problem="why"), 9.0) == [
        TerminalChanged("4000", False, "why")
    ]
    told = board.apply(state(n=4, in_service=False, problem="why", do_not_disturb=True), 9.0)
    assert told == [ForwardingChanged("4000", (), True)]


def test_a_terminal_without_owner_allows_nothing_and_comes_back_as_it_was() -> None:
    board = Board(["4000"])
    board.apply(state(CONNECTED), 9.0)
    assert board.away("4000", "nobody") == [TerminalChanged("4000", False, "nobody")]
    assert board.away("4000", "nobody") == []
    assert not board.in_service("4000")
    assert not board.features("4000", None) and not board.features("4000", CONNECTED)
    assert board.back("4000") == [TerminalChanged("4000", True, "")]
    assert board.features("4000", CONNECTED) == CAN_DROP


def test_a_terminal_that_is_not_of_the_site_is_ignored() -> None:
    board = Board(["4001"])
    assert board.apply(state(CALL), 9.0) == []


def test_a_state_comes_out_as_it_was_sent() -> None:
    whole = state(replace(CONNECTED, held=True), ENDED, problem="p")
    assert decode(State, encode(whole)) == whole


def test_what_a_newer_node_adds_to_a_state_is_ignored() -> None:
    text = msgspec.json.encode({**msgspec.json.decode(encode(state(CALL))), "more": 1})
    assert decode(State, text) == state(CALL)


def told(total: int, run: str = "run") -> State:
    return State("one", run, total, "4000", 1, total)


def test_states_that_come_one_after_the_other_are_all_there_are() -> None:
    gaps = GapDetector()
    assert not gaps.on_beat(Beat("one", "run", 3))  # what came before is not known
    assert gaps.on_state(told(4)) and gaps.on_state(told(5))
    assert gaps.on_beat(Beat("one", "run", 5))


def test_a_state_that_was_lost_is_noticed_at_the_next_or_at_the_beat() -> None:
    gaps = GapDetector()
    gaps.on_beat(Beat("one", "run", 3))
    assert not gaps.on_state(told(5))
    assert not gaps.on_beat(Beat("one", "run", 6))
    assert gaps.on_beat(Beat("one", "run", 6))


def test_another_run_of_a_node_is_asked_for_all() -> None:
    gaps = GapDetector()
    gaps.on_beat(Beat("one", "run", 3))
    assert not gaps.on_beat(Beat("one", "again", 3))
    gaps.forget()
    assert not gaps.on_beat(Beat("one", "again", 3))
