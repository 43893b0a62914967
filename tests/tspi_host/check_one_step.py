"""lineSetupTransfer with the number: hold and dial in one step."""

import pytest

from tests.tspi_host.calls import Call, Line
from tests.tspi_host.constants import CONNECTED_ACTIVE, ONE_STEP, TRANSFER, Error, Feature2, Info, State
from tests.tspi_host.deskcalls import consultation_of, talking
from tests.tspi_host.host import Host
from tests.tspi_host.params import CallParams, TargetParams
from tests.tspi_host.scripted import desk_of
from tests.tspi_host.switchboard import Switchboard


def wide(text: str) -> bytes:
    return text.encode("utf-16-le")


def in_one_step(first: Call) -> Call:
    """Asked for, and not refused at once."""
    second = consultation_of(first, TargetParams(wide("4002\0")))
    assert second.answer == second.request
    return second


def check_held_and_dialled_in_one_step(desk: Line, board: Switchboard) -> None:
    first = talking(desk)
    assert first.status()["dwCallFeatures2"] & Feature2.ONESTEPTRANSFER
    second = in_one_step(first)
    assert second.is_made() == 0
    second.is_in(State.CONNECTED, CONNECTED_ACTIVE)
    board.hears("consult call=c1 address=4002")
    assert not any(heard.startswith("hold") for heard in board.heard)
    assert (first.state, second.path[0]) == (State.ONHOLDPENDTRANSFER, State.DIALTONE)
    assert State.ONHOLD not in first.path
    assert second.info().text("CalledID") == "4002"
    assert first.info()["dwRelatedCallID"] == second.info()["dwCallID"] != 0
    first.learns(Info.RELATEDCALLID)
    assert first.does("lineCompleteTransfer", second.hd, 0, None, TRANSFER) == 0
    assert (first.state, second.state) == (State.IDLE, State.IDLE)


@pytest.mark.parametrize("ending", [b"", b"\0\0"], ids=["bare", "terminated"])
def check_the_number_may_be_terminated(desk: Line, board: Switchboard, ending: bytes) -> None:
    second = consultation_of(talking(desk), TargetParams(wide("4002") + ending))
    assert second.is_made() == 0
    board.hears("consult call=c1 address=4002")


def check_a_switch_that_does_not_consult_leaves_the_call(desk: Line, board: Switchboard) -> None:
    first = talking(desk)
    board.refusals["consult"] = "not-allowed"
    second = in_one_step(first)
    assert second.is_made() == Error.ADDRESSBLOCKED
    assert (first.path[-1], second.states) == (State.CONNECTED, [])
    assert first.does("lineHold") == 0
    assert first.state == State.ONHOLD


@pytest.mark.parametrize("size", [0, 1, 3, 400])
def check_a_number_of_a_size_that_none_has_is_refused(desk: Line, size: int) -> None:
    params = TargetParams(wide("4" * 200), dwTargetAddressSize=size)
    assert consultation_of(talking(desk), params).answer == Error.INVALCALLPARAMS


def check_a_number_outside_of_the_parameters_is_refused(desk: Line) -> None:
    first = talking(desk)
    for offset in (240, 0xFFFFFFFE):
        params = TargetParams(wide("4002\0"), dwTargetAddressOffset=offset)
        assert consultation_of(first, params).answer == Error.INVALCALLPARAMS
    assert (
        consultation_of(first, CallParams(0x10004, dwCallParamFlags=ONE_STEP)).answer == Error.INVALCALLPARAMS
    )
    assert consultation_of(first, TargetParams(wide(" \0"))).answer == Error.INVALADDRESS
    assert first.state == State.CONNECTED


def check_before_2_0_there_is_no_such_flag(whole_host: Host, board: Switchboard) -> None:
    line = whole_host.open(whole_host.devices[0], 0x10004)
    line.wants_calls()
    whole_host.wait(lambda: bool(line.is_in_service()), "the line to be in service")
    second = consultation_of(talking(line), CallParams(0x10004, dwCallParamFlags=ONE_STEP))
    assert second.is_made() == 0
    second.is_in(State.DIALTONE)


def check_dropped_while_it_is_dialled(desk: Line, board: Switchboard) -> None:
    first = talking(desk)
    with board.holding_back("consult"):
        second = in_one_step(first)
        second.drop()
        assert (second.is_made(), second.path) == (0, [State.IDLE])
        board.answer("consult")
    board.wait(lambda: any(heard.startswith("drop call=c2") for heard in board.heard), "the drop")
    first.is_in(State.CONNECTED)


def check_closed_while_it_is_dialled(desk: Line, board: Switchboard) -> None:
    first = talking(desk)
    with board.holding_back("consult"):
        second = in_one_step(first)
        second.close()
        assert second.made == Error.OPERATIONFAILED
        board.answer("consult")
    board.wait(lambda: any(heard.startswith("drop call=c2") for heard in board.heard), "the drop")
    first.is_in(State.CONNECTED)


def check_the_caller_leaves_while_it_is_dialled(desk: Line, board: Switchboard) -> None:
    first = talking(desk)
    with board.holding_back("consult"):
        second = in_one_step(first)
        board.end("c1")
        first.is_in(State.IDLE)
        board.refusals["consult"] = "no-such-call"
        board.answer("consult")
    assert second.is_made() >= 0x80000000


def check_the_session_is_lost_while_it_is_dialled(desk: Line, board: Switchboard) -> None:
    first = talking(desk)
    with board.holding_back("consult"):
        second = in_one_step(first)
        board.wait(lambda: len(board.waiting) == 1, "the request")
        board.stop()
        assert second.is_made() == Error.OPERATIONFAILED
    board.start()
    desk.host.wait(lambda: desk.is_in_service() is True, "the session again")
    first.is_in(State.CONNECTED)
    desk_again = in_one_step(first)
    desk_again.is_in(State.CONNECTED)


def check_the_call_is_taken_back_while_the_number_is_dialled(desk: Line, board: Switchboard) -> None:
    first = talking(desk)
    second = first.sets_up()
    with board.holding_back("consult"):
        request = second.asks("lineDial", "4002", 0)
        assert first.does("lineUnhold") == 0
        assert second.is_done(request) == Error.OPERATIONFAILED
        second.is_in(State.IDLE)
        board.answer("consult")
    board.wait(lambda: any(heard.startswith("drop call=c2") for heard in board.heard), "the drop")
    first.is_in(State.CONNECTED)


def check_two_steps_where_the_application_says_nothing_of_one(whole_host: Host, board: Switchboard) -> None:
    second = consultation_of(talking(desk_of(whole_host)), CallParams())
    assert second.is_made() == 0
    second.is_in(State.DIALTONE)
