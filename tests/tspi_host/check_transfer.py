"""Transfer: blind, and after a consultation, which may be given up at any step."""

from collections.abc import Callable
from ctypes import addressof, c_size_t

import pytest

from tests.tspi_host.calls import Call, Line
from tests.tspi_host.constants import (
    TRANSFER,
    Disconnect,
    Error,
    Feature,
    Info,
    State,
)
from tests.tspi_host.deskcalls import CONNECTED_FEATURES, consultation_of, consulting, counts, talking
from tests.tspi_host.host import Host
from tests.tspi_host.messenger import OFF_HOOK, RING_BACK
from tests.tspi_host.scripted import desk_of
from tests.tspi_host.settings import LineSettings, Settings
from tests.tspi_host.switchboard import ALL, Switchboard


def check_transferred_without_asking(desk: Line, board: Switchboard) -> None:
    call = talking(desk)
    assert call.does("lineBlindTransfer", "4002", 0) == 0
    assert call.path[-2:] == [State.CONNECTED, State.IDLE]
    assert call.info().text("RedirectionID") == "4002"


def check_transferred_after_asking(desk: Line, board: Switchboard) -> None:
    first, second = consulting(desk, board)
    second.is_in(State.CONNECTED)
    assert list(dict.fromkeys(second.path)) == [State.DIALTONE, State.DIALING, State.CONNECTED]
    assert counts(desk) == (1, 0, 1)
    assert first.info()["dwRelatedCallID"] == second.info()["dwCallID"]
    assert second.info()["dwRelatedCallID"] == first.info()["dwCallID"]
    assert second.features == (
        Feature.DROP | Feature.SWAPHOLD | Feature.GENERATEDIGITS | Feature.COMPLETETRANSF
    )
    assert first.features == Feature.DROP | Feature.UNHOLD | Feature.SWAPHOLD | Feature.COMPLETETRANSF
    assert first.does("lineCompleteTransfer", second.hd, 0, None, TRANSFER) == 0
    assert (first.state, second.state, counts(desk)) == (State.IDLE, State.IDLE, (0, 0, 0))
    assert State.DISCONNECTED not in first.path + second.path


def check_transferred_while_the_other_one_rings(desk: Line, board: Switchboard) -> None:
    first, second = consulting(desk, board, OFF_HOOK, RING_BACK)
    second.is_in(State.RINGBACK)
    assert first.does("lineCompleteTransfer", second.hd, 0, None, TRANSFER) == 0
    assert (first.state, second.state) == (State.IDLE, State.IDLE)


def check_a_switch_that_cannot_transfer_to_whom_has_not_answered() -> None:
    with (
        Switchboard(ALL.replace("complete-ringing", "")) as board,
        Settings(LineSettings(board.port)),
        Host(whole=True) as host,
    ):
        desk = desk_of(host)
        first, second = consulting(desk, board, OFF_HOOK, RING_BACK)
        second.is_in(State.RINGBACK)
        assert not second.features & Feature.COMPLETETRANSF
        error = first.asks("lineCompleteTransfer", second.hd, 0, None, TRANSFER)
        assert error == Error.INVALCALLSTATE


def check_after_a_swap_either_may_be_named_first(desk: Line, board: Switchboard) -> None:
    first, second = consulting(desk, board)
    second.is_in(State.CONNECTED)
    assert second.does("lineSwapHold", first.hd) == 0
    assert (first.state, second.state) == (State.CONNECTED, State.ONHOLDPENDTRANSFER)
    assert second.does("lineCompleteTransfer", first.hd, 0, None, TRANSFER) == 0
    assert (first.state, second.state) == (State.IDLE, State.IDLE)


def check_a_transfer_that_fails_leaves_both_calls(desk: Line, board: Switchboard) -> None:
    first, second = consulting(desk, board)
    second.is_in(State.CONNECTED)
    board.refusals["complete"] = "not-possible-now"
    result = first.does("lineCompleteTransfer", second.hd, 0, None, TRANSFER)
    assert result == Error.RESOURCEUNAVAIL
    assert (first.state, second.state) == (State.ONHOLDPENDTRANSFER, State.CONNECTED)


def check_wrong_ways_to_complete(desk: Line, board: Switchboard) -> None:
    first, second = consulting(desk, board)
    second.is_in(State.CONNECTED)
    assert first.asks("lineCompleteTransfer", first.hd, 0, None, TRANSFER) == Error.INVALCONSULTCALLHANDLE
    assert first.asks("lineCompleteTransfer", second.hd, 0, None, 0x2) == Error.INVALTRANSFERMODE
    assert second.asks("lineCompleteTransfer", first.hd, 0, None, TRANSFER) == Error.INVALCALLSTATE
    assert second.asks("lineSetupTransfer", 1, addressof(c_size_t()), None) == Error.INVALCALLSTATE


def check_a_held_call_is_not_joined_with_who_is_consulted_for_another_one(
    desk: Line, board: Switchboard
) -> None:
    other = desk.dial("4005").is_in(State.CONNECTED)
    assert other.does("lineHold") == 0
    first, second = consulting(desk, board)
    second.is_in(State.CONNECTED)
    assert not other.features & Feature.COMPLETETRANSF
    result = other.asks("lineCompleteTransfer", second.hd, 0, None, TRANSFER)
    assert result == Error.INVALCONSULTCALLHANDLE
    second.drop()
    first.is_in(State.CONNECTED)
    desk.host.wait(lambda: bool(other.features & Feature.COMPLETETRANSF), "two calls of equal right")
    assert other.does("lineCompleteTransfer", first.hd, 0, None, TRANSFER) == 0
    board.hears("complete call=c1 other=c2")


def given_up_by_drop(first: Call, second: Call) -> None:
    second.drop()


def given_up_by_unhold(first: Call, second: Call) -> None:
    assert first.does("lineUnhold") == 0


@pytest.mark.parametrize("give_up", [given_up_by_drop, given_up_by_unhold])
def check_a_consultation_given_up(
    desk: Line, board: Switchboard, give_up: Callable[[Call, Call], None]
) -> None:
    first, second = consulting(desk, board)
    second.is_in(State.CONNECTED)
    give_up(first, second)
    first.is_in(State.CONNECTED)
    second.is_in(State.IDLE)
    assert State.DISCONNECTED not in second.path
    assert first.features == CONNECTED_FEATURES


@pytest.mark.parametrize("give_up", [given_up_by_drop, given_up_by_unhold])
def check_a_consultation_given_up_before_a_number_was_dialled(
    desk: Line, board: Switchboard, give_up: Callable[[Call, Call], None]
) -> None:
    first = talking(desk)
    second = first.sets_up()
    give_up(first, second)
    first.is_in(State.CONNECTED)
    second.is_in(State.IDLE)


def check_a_consultation_dropped_while_the_call_is_put_on_hold(desk: Line, board: Switchboard) -> None:
    first = talking(desk)
    with board.holding_back("hold"):
        second = consultation_of(first)
        second.drop()
        assert (second.is_made(), second.path) == (0, [State.IDLE])
        board.answer("hold")
    board.hears("retrieve call=c1")
    first.host.wait(lambda: first.path[-2:] == [State.ONHOLD, State.CONNECTED], "the first call again")


def check_a_consultation_dropped_while_its_number_is_dialled(desk: Line, board: Switchboard) -> None:
    first = talking(desk)
    second = first.sets_up()
    with board.holding_back("consult"):
        request = second.asks("lineDial", "4002", 0)
        second.drop()
        assert second.is_done(request) == Error.OPERATIONFAILED
        second.close()
        board.answer("consult")
    board.wait(lambda: any(heard.startswith("drop") for heard in board.heard), "the drop")
    first.is_in(State.CONNECTED)


def check_a_number_that_cannot_be_consulted(desk: Line, board: Switchboard) -> None:
    first = talking(desk)
    second = first.sets_up()
    board.refusals["consult"] = "invalid-address"
    assert second.does("lineDial", "4002", 0) == Error.INVALADDRESS
    assert (first.state, second.state) == (State.ONHOLDPENDTRANSFER, State.DIALTONE)
    del board.refusals["consult"]
    assert second.does("lineDial", "4003", 0) == 0
    second.is_in(State.CONNECTED)


def check_the_number_of_a_consultation_is_told_with_its_completion(desk: Line, board: Switchboard) -> None:
    second = talking(desk).sets_up()
    board.refusals["consult"] = "invalid-address"
    assert second.does("lineDial", "4002", 0) == Error.INVALADDRESS
    assert second.info().text("CalledID") is None
    del board.refusals["consult"]
    assert second.does("lineDial", "4003", 0) == 0
    second.learns(Info.CALLEDID)
    assert second.info().text("CalledID") == "4003"


def check_it_is_told_that_a_call_has_no_consultation_any_more(desk: Line, board: Switchboard) -> None:
    first = talking(desk)
    second = first.sets_up()
    first.learns(Info.RELATEDCALLID)
    first.infos.clear()
    second.drop()
    first.learns(Info.RELATEDCALLID)
    assert first.info()["dwRelatedCallID"] == 0


@pytest.mark.parametrize("which", [0, 1], ids=["the-call", "the-consultation"])
@pytest.mark.parametrize("wins", ["complete", "drop"])
def check_one_is_dropped_while_they_are_joined(desk: Line, board: Switchboard, which: int, wins: str) -> None:
    first, second = consulting(desk, board)
    second.is_in(State.CONNECTED)
    dropped, other = ((first, second), (second, first))[which]
    with board.holding_back("complete", "drop"):
        request = first.asks("lineCompleteTransfer", second.hd, 0, None, TRANSFER)
        dropped.drop()
        for name in (wins, *({"complete", "drop"} - {wins})):
            board.answer(name)
    joined = first.is_done(request) == 0
    assert State.DISCONNECTED not in first.path + second.path
    assert (joined, other.state == State.IDLE) == (wins == "complete",) * 2
    if not joined:
        other.drop()
    board.wait(lambda: not board.calls, "both to be over")
    talking(desk).drop()


def check_the_target_leaves(desk: Line, board: Switchboard) -> None:
    first, second = consulting(desk, board)
    second.is_in(State.CONNECTED)
    board.end("c2")
    second.is_in(State.IDLE)
    assert second.states[-2] == (State.DISCONNECTED, Disconnect.NORMAL)
    first.is_in(State.ONHOLD)
    assert first.does("lineUnhold") == 0


def check_the_caller_leaves(desk: Line, board: Switchboard) -> None:
    first, second = consulting(desk, board)
    second.is_in(State.CONNECTED)
    board.end("c1")
    first.is_in(State.IDLE)
    assert second.state == State.CONNECTED
    desk.host.wait(lambda: second.features == CONNECTED_FEATURES, "an ordinary call")


def check_a_call_that_cannot_be_held_is_not_consulted_from(desk: Line, board: Switchboard) -> None:
    first = talking(desk)
    board.refusals["hold"] = "not-possible-now"
    second = consultation_of(first)
    assert second.is_made() == Error.RESOURCEUNAVAIL
    assert (first.state, second.states) == (State.CONNECTED, [])


@pytest.mark.parametrize("step", range(4))
def check_the_session_is_lost_in_the_middle_of_a_transfer(desk: Line, board: Switchboard, step: int) -> None:
    first = talking(desk)
    second, open_requests = first, []
    board.silent = set(("hold", "consult", "complete")[step : step + 1])
    if step == 0:
        open_requests.append((first, first.asks("lineHold")))
    if step >= 1:
        second = first.sets_up()
        open_requests.append((second, second.asks("lineDial", "4002", 0)))
    if step >= 2:
        second.is_in(State.CONNECTED)
        open_requests.append((first, first.asks("lineCompleteTransfer", second.hd, 0, None, TRANSFER)))
    if step < 3:
        board.wait(lambda: len(board.waiting) == 1, "the request")
    board.stop()
    results = [call.is_done(request) for call, request in open_requests]
    if step < 3:
        assert results[-1] == Error.OPERATIONFAILED
    board.calls.clear()
    board.silent = set()
    board.start()
    first.is_in(State.IDLE)
    second.is_in(State.IDLE)
    talking(desk).drop()
