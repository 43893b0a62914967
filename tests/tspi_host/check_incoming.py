"""Calls that come in, event by event; and calls that TAPI learns of otherwise."""

import threading
from collections.abc import Callable

import pytest

from tests.tspi_host.calls import Call, Line
from tests.tspi_host.constants import (
    INTERACTIVEVOICE,
    Disconnect,
    Feature,
    Info,
    LineState,
    Origin,
    Party,
    Reason,
    State,
)
from tests.tspi_host.host import Host
from tests.tspi_host.messenger import CONNECTED, OFF_HOOK, RING_BACK, Messenger
from tests.tspi_host.scripted import desk_of
from tests.tspi_host.settings import LineSettings, Settings, write
from tests.tspi_host.switchboard import Switchboard


def offered(line: Line, board: Switchboard, **values: str) -> tuple[Call, str]:
    """A call that comes in, told as OFFERING, and its id."""
    before = len(line.host.offered)
    id_ = board.incoming(**values)
    return line.host.is_offered(before + 1).reaches(State.OFFERING), id_


def check_a_call_that_comes_in(desk: Line, whole_host: Host, board: Switchboard) -> None:
    call, _ = offered(desk, board)

    def events() -> list[str]:
        return whole_host.events[whole_host.events.index("NEWCALL") :]

    whole_host.wait(lambda: len(events()) >= 5, "the line's news")
    assert events()[:4] == [
        "NEWCALL",
        "LINE_CALLSTATE OFFERING 0x1",
        "LINE_LINEDEVSTATE 0x2 0x1",
        "LINE_LINEDEVSTATE 0x800 0x0",
    ]
    assert call.features == Feature.ANSWER | Feature.ACCEPT | Feature.REDIRECT | Feature.DROP
    assert desk.rings == [0]
    assert desk.status()["dwRingMode"] == 1
    assert desk.status()["dwNumActiveCalls"] == desk.address_status()["dwNumActiveCalls"] == 1


def check_who_calls_is_there_before_the_first_event(desk: Line, whole_host: Host, board: Switchboard) -> None:
    read = []

    def take(call: Call) -> bool:
        thread = threading.Thread(target=lambda: read.append(call.info()))
        thread.start()
        thread.join()
        return True

    whole_host.takes = take
    call, _ = offered(desk, board, external="yes", reason="forwarded-busy", redirecting_id="4005")
    (info,) = read
    assert (info.text("CallerID"), info.text("CallerIDName")) == ("01012345678", "Lee 이민호")
    assert (info.text("CalledID"), info.text("RedirectingID")) == ("4000", "4005")
    assert (info["dwOrigin"], info["dwReason"]) == (Origin.EXTERNAL, Reason.FWDBUSY)
    assert info["dwConnectedIDFlags"] == Party.UNKNOWN
    assert info["dwCallID"] == call.info()["dwCallID"] != 0
    assert call.infos == []


@pytest.mark.parametrize(
    ("external", "origin"), [("yes", Origin.EXTERNAL), ("no", Origin.INTERNAL), ("", Origin.INBOUND)]
)
def check_an_origin_is_one_bit(desk: Line, board: Switchboard, external: str, origin: Origin) -> None:
    call, _ = offered(desk, board, external=external)
    assert call.info()["dwOrigin"] == origin


@pytest.mark.parametrize(
    ("privacy", "flags"), [("withheld", Party.BLOCKED), ("unavailable", Party.OUTOFAREA), ("", Party.UNKNOWN)]
)
def check_a_number_that_is_not_shown(desk: Line, board: Switchboard, privacy: str, flags: Party) -> None:
    call, _ = offered(desk, board, caller="", name="", caller_privacy=privacy)
    assert call.info()["dwCallerIDFlags"] == flags


def check_a_name_that_comes_late(desk: Line, board: Switchboard) -> None:
    call, id_ = offered(desk, board, name="")
    board.change(id_, caller_name="Lee at last")
    call.learns(Info.CALLERID)
    assert call.info().text("CallerIDName") == "Lee at last"
    assert call.path == [State.OFFERING]


def declining(calls: list[Call]) -> Callable[[Call], bool]:
    """TAPI wants none of them; they are kept."""

    def take(call: Call) -> bool:
        calls.append(call)
        return False

    return take


# What becomes of it.


def check_answered_by_a_program(desk: Line, board: Switchboard) -> None:
    call, id_ = offered(desk, board)
    assert call.does("lineAnswer", None, 0) == 0
    assert call.states == [(State.OFFERING, 1), (State.CONNECTED, 1)], "before the completion"
    assert call.info().text("ConnectedID") == "01012345678"
    assert any(told & Info.CONNECTEDID for told in call.infos)
    assert f"answer call={id_}" in board.heard
    assert desk.status()["dwRingMode"] == 0


def check_answered_by_hand(desk: Line, board: Switchboard) -> None:
    call, id_ = offered(desk, board)
    board.change(id_, state=CONNECTED)
    call.reaches(State.CONNECTED)


def check_answered_by_hand_while_a_program_answers(desk: Line, board: Switchboard) -> None:
    call, id_ = offered(desk, board)
    board.refusals["answer"] = "not-possible-now"
    with board.holding_back("answer"):
        request = call.asks("lineAnswer", None, 0)
        board.change(id_, state=CONNECTED)
        call.reaches(State.CONNECTED)
        board.answer("answer")
        assert call.is_done(request) == 0, "it is what was wanted"


def check_accepted_and_then_answered(desk: Line, board: Switchboard) -> None:
    call, _ = offered(desk, board)
    assert call.does("lineAccept", None, 0) == 0
    assert call.path == [State.OFFERING, State.ACCEPTED]
    assert call.features == Feature.ANSWER | Feature.REDIRECT | Feature.DROP
    assert not any("accept" in heard for heard in board.heard)
    assert call.does("lineAnswer", None, 0) == 0
    assert call.path == [State.OFFERING, State.ACCEPTED, State.CONNECTED]


def check_rejected(desk: Line, board: Switchboard) -> None:
    call, id_ = offered(desk, board)
    call.drop()
    assert call.path == [State.OFFERING, State.IDLE]
    board.hears(f"reject call={id_}")


def check_redirected(desk: Line, board: Switchboard) -> None:
    call, id_ = offered(desk, board)
    assert call.does("lineRedirect", "4002", 0) == 0
    assert call.path == [State.OFFERING, State.IDLE]
    assert any(told & Info.REDIRECTIONID for told in call.infos)
    assert call.info().text("RedirectionID") == "4002"
    assert f"redirect call={id_} address=4002" in board.heard


@pytest.mark.parametrize(
    ("cause", "mode"),
    [
        ("cancelled", Disconnect.CANCELLED),
        ("elsewhere", Disconnect.PICKUP),
        ("forwarded", Disconnect.FORWARDED),
        ("no-answer", Disconnect.NOANSWER),
        ("", Disconnect.UNAVAIL),
    ],
)
def check_ended_before_it_was_answered(desk: Line, board: Switchboard, cause: str, mode: Disconnect) -> None:
    call, id_ = offered(desk, board)
    board.end(id_, cause)
    call.reaches(State.IDLE)
    assert call.states[1:] == [(State.DISCONNECTED, mode), (State.IDLE, 0)]
    assert call.info().text("CallerID") == "01012345678", "programs read late"


def check_an_old_application_is_told_of_a_caller_who_gave_up(whole_host: Host, board: Switchboard) -> None:
    line = whole_host.open(whole_host.devices[0], 0x10004)
    line.comes_to(LineState.INSERVICE)
    call, id_ = offered(line, board)
    assert call.states == [(State.OFFERING, 0)]
    board.end(id_, "cancelled")
    call.reaches(State.IDLE)
    assert call.states[1] == (State.DISCONNECTED, Disconnect.NORMAL)


def check_the_far_end_holds_and_returns(desk: Line, board: Switchboard) -> None:
    call, id_ = offered(desk, board)
    board.change(id_, state=CONNECTED)
    call.is_in(State.CONNECTED, 1)
    board.change(id_, held_by_other="yes")
    call.is_in(State.CONNECTED, 4)
    board.change(id_, held_by_other="")
    call.is_in(State.CONNECTED, 1)


def check_the_phone_rings_on(desk: Line, board: Switchboard) -> None:
    call, _ = offered(desk, board)
    desk.host.wait(lambda: len(desk.rings) >= 2, "a second ring")
    assert desk.rings[:2] == [0, 1]
    call.drop()
    offered(desk, board)
    desk.host.wait(lambda: desk.rings.count(0) == 2, "the next call to ring")


def by_request(call: Call, _board: Switchboard, _id: str) -> None:
    assert call.does("lineAnswer", None, 0) == 0
    call.drop()


def by_hand(call: Call, board: Switchboard, id_: str) -> None:
    board.change(id_, state=CONNECTED)
    call.is_in(State.CONNECTED)
    board.end(id_)


def by_rejecting(call: Call, _board: Switchboard, _id: str) -> None:
    call.drop()


def by_redirecting(call: Call, _board: Switchboard, _id: str) -> None:
    assert call.does("lineRedirect", "4002", 0) == 0


def by_an_end(cause: str) -> Callable[[Call, Switchboard, str], None]:
    return lambda _call, board, id_: board.end(id_, cause)


BEGINNING = [
    "NEWCALL",
    "LINE_CALLSTATE OFFERING 0x1",
    "LINE_LINEDEVSTATE 0x2 0x1",  # RINGING
    "LINE_LINEDEVSTATE 0x800 0x0",  # NUMCALLS
    "LINE_ADDRESSSTATE 0x0 0x29",  # OTHER, INUSEONE, NUMCALLS
    "LINE_LINEDEVSTATE 0x1 0x0",  # OTHER
]
CONNECTEDID = "LINE_CALLINFO 0x20000 0x0"
END = [
    "LINE_CALLSTATE IDLE 0x0",
    "LINE_LINEDEVSTATE 0x800 0x0",
    "LINE_ADDRESSSTATE 0x0 0x25",  # OTHER, INUSEZERO, NUMCALLS
    "LINE_LINEDEVSTATE 0x1 0x0",
]

EVENTS: dict[str, tuple[Callable[[Call, Switchboard, str], None], list[str]]] = {
    "answered by a program": (by_request, [CONNECTEDID, "LINE_CALLSTATE CONNECTED 0x1"]),
    "answered by hand": (
        by_hand,
        [CONNECTEDID, "LINE_CALLSTATE CONNECTED 0x1", "LINE_CALLSTATE DISCONNECTED 0x1"],
    ),
    "rejected": (by_rejecting, []),
    "redirected": (by_redirecting, ["LINE_CALLINFO 0x40000 0x0"]),
    "given up": (by_an_end("cancelled"), ["LINE_CALLSTATE DISCONNECTED 0x80000"]),
    "answered elsewhere": (by_an_end("elsewhere"), ["LINE_CALLSTATE DISCONNECTED 0x8"]),
    "forwarded": (by_an_end("forwarded"), ["LINE_CALLSTATE DISCONNECTED 0x10"]),
}


@pytest.mark.parametrize("how", EVENTS)
def check_every_event_of_a_call_that_comes_in(
    desk: Line, whole_host: Host, board: Switchboard, how: str
) -> None:
    call, id_ = offered(desk, board)
    what, between = EVENTS[how]
    what(call, board, id_)

    def told() -> list[str]:
        events = whole_host.events[whole_host.events.index("NEWCALL") :]
        again = [event for event in events[len(BEGINNING) :] if event != BEGINNING[2]]  # it rings on
        return events[: len(BEGINNING)] + again

    expected = BEGINNING + between + END
    whole_host.wait(lambda: len(told()) >= len(expected), "all of it")
    assert told() == expected


# NEWCALL.


def check_a_call_that_tapi_does_not_want(whole_host: Host, board: Switchboard) -> None:
    line = desk_of(whole_host)
    refused: list[Call] = []
    whole_host.takes = declining(refused)
    id_ = board.incoming()
    whole_host.wait(lambda: len(refused) > 0, "LINE_NEWCALL")
    line.wants_calls(0)
    whole_host.takes = lambda call: True
    line.wants_calls()
    call = whole_host.is_offered().reaches(State.OFFERING)
    board.end(id_, "cancelled")
    call.reaches(State.IDLE)


def check_a_line_that_tapi_does_not_know_yet(whole_host: Host, board: Switchboard) -> None:
    """Until lineOpen has returned LINE_NEWCALL comes to nothing. It is tried again."""
    board.incoming()
    attempts: list[Call] = []

    def take(call: Call) -> bool:
        attempts.append(call)
        return len(attempts) > 2

    whole_host.takes = take
    desk_of(whole_host)
    whole_host.is_offered().reaches(State.OFFERING)
    assert len(attempts) == 3


def check_a_call_that_ends_while_tapi_does_not_know_the_line(whole_host: Host, board: Switchboard) -> None:
    id_ = board.incoming()
    attempts: list[Call] = []
    whole_host.takes = declining(attempts)
    desk_of(whole_host)
    whole_host.wait(lambda: len(attempts) > 0, "LINE_NEWCALL")
    board.end(id_, "cancelled")
    whole_host.takes = lambda call: True
    again = board.incoming()
    assert whole_host.is_offered().reaches(State.OFFERING).info().text("CallerID") == "01012345678"
    board.end(again)


def check_a_call_that_ends_while_it_is_announced(desk: Line, whole_host: Host, board: Switchboard) -> None:
    def take(call: Call) -> bool:
        board.end(id_of[0], "cancelled")
        return True

    whole_host.takes = take
    id_of = ["in-1"]
    board.incoming()
    call = whole_host.is_offered().reaches(State.IDLE)
    assert call.path == [State.OFFERING, State.DISCONNECTED, State.IDLE]


def check_a_call_that_is_held_before_tapi_has_taken_it(
    desk: Line, whole_host: Host, board: Switchboard
) -> None:
    """Told as it is by then: there might be another one that is connected."""
    (session,) = board.all_sessions()
    call = "Notify%Call%call=x1%state=ConnectedState%by-hand=yes%callee-id=4009"
    session.say(call, f"{call}%held=yes")
    assert whole_host.is_offered().is_in(State.ONHOLD).path == [State.ONHOLD]


def check_closed_from_within_the_announcement(desk: Line, whole_host: Host, board: Switchboard) -> None:
    closed = []

    def take(call: Call) -> bool:
        closed.append(whole_host.library.call("lineCloseCall", call.hd))
        return False

    whole_host.takes = take
    board.incoming()
    whole_host.wait(lambda: len(closed) > 0, "LINE_NEWCALL")
    whole_host.takes = lambda call: True
    second, _ = offered(desk, board, caller="01099")
    assert closed == [0]
    assert second.info().text("CallerID") == "01099"
    assert not any("drop" in heard or "reject" in heard for heard in board.heard)


# Who owns a call.


def check_only_monitors_hear_of_a_call_that_rings_and_of_no_other(
    whole_host: Host, board: Switchboard
) -> None:
    board.begin({"call": "old", "state": CONNECTED, "held": "yes", "caller-id": "4000"})
    line = desk_of(whole_host, 0)
    board.by_hand()
    call, _ = offered(line, board)
    assert whole_host.offered == [call]
    line.wants_calls()
    whole_host.is_offered(3)
    told = [other.info(external=State.OFFERING not in other.path) for other in whole_host.offered]
    assert {info.text("CalledID") for info in told} == {"4000", "4001", None}
    line.wants_calls(INTERACTIVEVOICE | 0x10)
    board.end("old")
    whole_host.wait(lambda: any(State.IDLE in other.path for other in whole_host.offered), "its end")
    assert len(whole_host.offered) == 3, "each once"


@pytest.mark.parametrize("request_number", [0, None], ids=["no-request", "at-once"])
def check_a_drop_of_the_services_own_leaves_the_phone_alone(
    board: Switchboard, request_number: int | None
) -> None:
    with Settings(LineSettings(board.port, report_manual="always")), Host(whole=True) as host:
        line = desk_of(host, 0)
        id_ = board.by_hand(state=CONNECTED)
        call = host.is_offered().reaches(State.CONNECTED)
        request = call.ask_to_drop(request_number)
        if request:
            assert call.is_done(request) == 0
        call.reaches(State.IDLE)
        number = call.info(external=True)["dwCallID"]
        call.close()
        line.wants_calls()
        again = host.is_offered(2).reaches(State.CONNECTED)
        assert again.info(external=True)["dwCallID"] == number
        board.end(id_)
        again.reaches(State.IDLE)
    assert not any(heard.startswith("drop") for heard in board.heard)


@pytest.mark.parametrize(
    ("setting", "modes", "told"),
    [
        ("never", INTERACTIVEVOICE, False),
        ("auto", 0, False),
        ("auto", INTERACTIVEVOICE, True),
        ("always", 0, True),
    ],
)
def check_a_call_by_hand(board: Switchboard, setting: str, modes: int, told: bool) -> None:
    with Settings(LineSettings(board.port, report_manual=setting)), Host(whole=True) as host:
        line = desk_of(host, modes)
        id_ = board.by_hand("4007")
        if told:
            call = host.is_offered().reaches(State.DIALING)
            info = call.info(external=True)
            assert (info["dwOrigin"], info.text("CalledID")) == (Origin.OUTBOUND, "4007")
            assert (info.text("DisplayableAddress"), info.text("CalledParty")) == ("4007", None)
            board.change(id_, state=CONNECTED, callee_name="Lee 이민호")
            call.is_in(State.CONNECTED)
            assert call.info(external=True).text("CalledParty") == "Lee 이민호"
        offered(line, board)
        assert len(host.offered) == 1 + told


@pytest.mark.parametrize("login", ["Fail", "Success", "Success%2"], ids=["none", "1", "2"])
@pytest.mark.parametrize("caller", ["4000", "4009"], ids=["dialled", "answered"])
def check_before_version_3_no_call_at_the_phone_is_told(
    messenger: Messenger, login: str, caller: str
) -> None:
    """Whatever is set and wanted: the line goes on as if there were none, and dials."""
    messenger.login = (login,)
    with Settings(LineSettings(messenger.port, report_manual="always")), Host() as host:
        line = desk_of(host)
        since, numbers = list(line.states), f"Kim%{caller}%Lee%{'4001' if caller == '4000' else '4000'}"
        for state in (OFF_HOOK, RING_BACK, CONNECTED):
            messenger.session().say(f"Notify%CALL_STATE%4000%{state}%by-hand%{numbers}")
        call = line.dial("4002").reaches(State.CONNECTED)
        assert call.info().text("CalledID") == "4002"
        assert host.offered == []
        assert LineState.RINGING not in line.states[len(since) :]
        call.drop()
        assert line.offers
        assert host.address_caps(line.device)["dwOfferingModes"] == 0
    assert not any("by-hand" in heard for heard in messenger.heard)


def check_another_setting_is_obeyed_at_once(board: Switchboard) -> None:
    with Settings(LineSettings(board.port)), Host(whole=True) as host:
        line = desk_of(host, 0)
        board.by_hand(state=CONNECTED)
        ringing, _ = offered(line, board)
        assert host.offered == [ringing]
        write(LineSettings(board.port, report_manual="always"))
        host.is_offered(2).reaches(State.CONNECTED)


def check_nothing_can_be_done_while_the_call_manager_is_away(desk: Line, board: Switchboard) -> None:
    call, _ = offered(desk, board)
    before, told = call.features, len(call.states)
    board.change_line(reachable="")
    desk.host.wait(lambda: call.features == 0 and len(call.states) > told, "no features, and the state again")
    board.change_line(reachable="yes")
    desk.host.wait(lambda: call.features == before, "the features")
    assert set(call.path) == {State.OFFERING}


def check_a_call_outlives_what_tapi_does_with_it(whole_host: Host, board: Switchboard) -> None:
    line = desk_of(whole_host)
    call, id_ = offered(line, board)
    assert call.does("lineAnswer", None, 0) == 0
    number = call.info()["dwCallID"]
    call.close()
    line.wants_calls(0)
    line.wants_calls()
    assert whole_host.is_offered(2).reaches(State.CONNECTED).info()["dwCallID"] == number
    line.close()
    line = desk_of(whole_host)
    again = whole_host.is_offered(3).reaches(State.CONNECTED)
    assert again.info()["dwCallID"] == number
    whole_host.stop()
    assert not any(heard.startswith(("drop", "reject")) for heard in board.heard)
    assert board.calls[id_]["state"] == CONNECTED


def check_closing_a_call_that_rings_does_not_reject_it(
    desk: Line, whole_host: Host, board: Switchboard
) -> None:
    call, _ = offered(desk, board)
    call.close()
    offered(desk, board)
    assert not any(heard.startswith(("drop", "reject")) for heard in board.heard)


# Limits.


def check_a_third_call_waits_until_there_is_room(desk: Line, whole_host: Host, board: Switchboard) -> None:
    first, first_id = offered(desk, board)
    offered(desk, board)
    board.incoming(caller="01033")
    board.change(first_id, caller_name="Looked up")
    first.learns(Info.CALLERID)
    assert len(whole_host.offered) == 2
    board.end(first_id, "cancelled")
    assert whole_host.is_offered(3).reaches(State.OFFERING).info().text("CallerID") == "01033"


def check_what_makes_no_sense_is_passed_over(desk: Line, whole_host: Host, board: Switchboard) -> None:
    (session,) = board.all_sessions()
    session.say(
        "Notify%Call%call=%state=RingBackState",
        "Notify%Call%call=x%state=Nowhere%direction=inbound",
        "Notify%Call",
        "Result%77%Success",
        "Result%0%Fail",
        "Notify%Something%else=1",
    )
    session.notify("Call", {"call": "gone", "state": "OnHookState", "direction": "inbound"})
    call, _ = offered(desk, board)
    assert whole_host.offered == [call]


def check_a_lost_connection_and_a_call_that_ended_meanwhile(desk: Line, board: Switchboard) -> None:
    call, id_ = offered(desk, board)
    staying, other = offered(desk, board)
    board.calls.pop(id_)
    board.stop()
    call.host.wait(lambda: call.features == 0, "no features without anybody to ask")
    board.start()
    call.reaches(State.IDLE)
    assert staying.path[-1] == State.OFFERING
    assert staying.does("lineAnswer", None, 0) == 0
    board.end(other)
    staying.reaches(State.IDLE)


def check_tapis_handle_is_as_wide_as_a_pointer_and_comes_back_whole(desk: Line, board: Switchboard) -> None:
    call, _ = offered(desk, board)
    assert call.ht > 0xFFFFFFFF
