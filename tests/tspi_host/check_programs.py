"""Programs of three kinds, alone and together, at a line that can do everything."""

from tests.tspi_host.calls import Call
from tests.tspi_host.constants import (
    ADDRESS_FEATURE_MAKECALL,
    INTERACTIVEVOICE,
    TRANSFER,
    Disconnect,
    Feature,
    LineState,
    State,
)
from tests.tspi_host.host import Host
from tests.tspi_host.programs import Desk, Dialler, Phone3, opened, run, settled
from tests.tspi_host.switchboard import Switchboard

CALLER = "+82 (10) 1234-5678"


def transferred(desk: Desk, call: Call) -> None:
    """From the ringing call to the transfer after a question, with the buttons alone."""
    desk.presses(call, Feature.ACCEPT, "lineAccept", None, 0)
    desk.presses(call, Feature.ANSWER, "lineAnswer", None, 0)
    desk.presses(call, Feature.HOLD, "lineHold")
    desk.presses(call, Feature.UNHOLD, "lineUnhold")
    desk.has(call, Feature.SETUPTRANSFER)
    second = call.sets_up()
    desk.presses(second, Feature.DIAL, "lineDial", "4002", 0)
    second.is_in(State.CONNECTED)
    desk.presses(second, Feature.SWAPHOLD, "lineSwapHold", call.hd)
    desk.presses(call, Feature.SWAPHOLD, "lineSwapHold", second.hd)
    desk.presses(call, Feature.COMPLETETRANSF, "lineCompleteTransfer", second.hd, 0, None, TRANSFER)


def check_a_program_that_follows_the_features(whole_host: Host, board: Switchboard) -> None:
    line = opened(whole_host)
    desk = Desk(whole_host, line)
    run(whole_host, line, desk)
    board.incoming(caller=CALLER)
    call = whole_host.is_offered().reaches(State.OFFERING)
    transferred(desk, call)
    assert desk.callers[call.ht] == CALLER
    desk.tidies_up()
    assert board.calls == {}


def check_a_program_knows_whether_it_can_dial_by_what_it_is_told(
    whole_host: Host, board: Switchboard
) -> None:
    line = opened(whole_host)
    desk = Desk(whole_host, line)
    run(whole_host, line, desk)
    desk.comes_to_dial(True)
    call = line.dial("4001").is_in(State.CONNECTED)
    desk.comes_to_dial(False)
    desk.presses(call, Feature.HOLD, "lineHold")
    desk.comes_to_dial(True)
    second = line.dial("4002").is_in(State.CONNECTED)
    desk.comes_to_dial(False)
    desk.presses(second, Feature.DROP, "lineDrop", None, 0)
    desk.comes_to_dial(True)
    desk.presses(call, Feature.DROP, "lineDrop", None, 0)
    desk.tidies_up()
    desk.comes_to_dial(True)
    assert line.address_status()["dwAddressFeatures"] & ADDRESS_FEATURE_MAKECALL


def check_a_program_that_only_monitors_hears_of_what_rings_and_dials(
    whole_host: Host, board: Switchboard
) -> None:
    line = settled(opened(whole_host), board)
    dialler = Dialler(whole_host, line)
    run(whole_host, line, dialler)
    line.wants(LineState.RINGING, 0)
    told = len(line.states), len(line.address_states)
    assert dialler.live
    id_ = board.incoming()
    ringing = whole_host.is_offered().reaches(State.OFFERING)
    board.end(id_, "cancelled")
    ringing.reaches(State.IDLE)
    ringing.close()
    own = line.dial("4001").is_in(State.CONNECTED)
    own.drop()
    assert dialler.rang == {ringing.ht}
    whole_host.wait(lambda: dialler.idle == {ringing.ht, own.ht}, "both calls to be over for the program")
    assert set(line.states[told[0] :]) == {LineState.RINGING}
    assert line.address_states[told[1] :] == []


def check_a_program_upon_tapi_3(whole_host: Host, board: Switchboard) -> None:
    line = opened(whole_host)
    phone = Phone3()
    run(whole_host, line, phone)
    id_ = board.incoming()
    call = whole_host.is_offered().reaches(State.OFFERING)
    whole_host.wait(lambda: call.ht in phone.who, "the program to be told of the call")
    assert phone.who[call.ht] == ("01012345678", "Lee 이민호")
    assert call.does("lineAnswer", None, 0) == 0
    assert call.does("lineHold") == 0
    assert call.does("lineUnhold") == 0
    board.end(id_)
    call.reaches(State.IDLE)
    assert call.states[-2] == (State.DISCONNECTED, Disconnect.NORMAL)
    assert phone.states[call.ht] == ["offering", "connected", "hold", "connected", "disconnected"]


def check_all_of_them_at_the_same_line(whole_host: Host, board: Switchboard) -> None:
    """TAPI asks for what they want together, and tells each of all."""
    line = opened(whole_host)
    desk, dialler, phone = Desk(whole_host, line), Dialler(whole_host, line), Phone3()
    run(whole_host, line, desk, dialler, phone)
    assert desk.modes & INTERACTIVEVOICE
    board.incoming(caller=CALLER)
    call = whole_host.is_offered().reaches(State.OFFERING)
    transferred(desk, call)
    assert (desk.callers[call.ht], phone.who[call.ht][0]) == (CALLER, CALLER)
    assert dialler.rang == {call.ht}
    assert phone.states[call.ht][-1] == "disconnected"
    own = line.dial("4001").is_in(State.CONNECTED)
    desk.has(own, Feature.HOLD)
    own.drop()
    desk.tidies_up()
