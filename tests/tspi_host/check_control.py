"""Hold, a second call, transfer, tones, forwarding, park and pickup."""

import random
import time
from collections.abc import Callable
from ctypes import addressof, c_size_t, create_string_buffer

import pytest

from tests.long import times
from tests.tspi_host.calls import Call, Line
from tests.tspi_host.constants import (
    AS_CONFERENCE,
    DIGITS_DTMF,
    TERM_CANCEL,
    TERM_DONE,
    TRANSFER,
    AddressState,
    Disconnect,
    Error,
    Feature,
    Info,
    Origin,
    Reason,
    State,
)
from tests.tspi_host.host import Host
from tests.tspi_host.messenger import ANSWERED, CONNECTED, OFF_HOOK, RING_BACK, Messenger
from tests.tspi_host.process import holdings
from tests.tspi_host.scripted import desk_of
from tests.tspi_host.settings import LineSettings, Settings, write
from tests.tspi_host.switchboard import ALL, Switchboard

CONNECTED_FEATURES = (
    Feature.DROP
    | Feature.HOLD
    | Feature.BLINDTRANSFER
    | Feature.SETUPTRANSFER
    | Feature.PARK
    | Feature.GENERATEDIGITS
)


def talking(desk: Line) -> Call:
    return desk.dial("4001").is_in(State.CONNECTED)


def counts(line: Line) -> tuple[int, int, int]:
    """Active, on hold, on hold for another one: of line and address, which must agree."""
    names = ("dwNumActiveCalls", "dwNumOnHoldCalls", "dwNumOnHoldPendCalls")
    status, address = line.status(), line.address_status()
    found = tuple(status[name] for name in names)
    assert found == tuple(address[name] for name in names)
    assert address["dwNumInUse"] == (1 if any(found) else 0)
    return found[0], found[1], found[2]


# Hold, and a second call.


def check_held_and_taken_back(desk: Line, board: Switchboard) -> None:
    call = talking(desk)
    assert call.features == CONNECTED_FEATURES
    assert call.does("lineHold") == 0
    assert (call.state, counts(desk)) == (State.ONHOLD, (0, 1, 0))
    assert call.features == Feature.DROP | Feature.UNHOLD
    assert call.does("lineUnhold") == 0
    assert (call.state, counts(desk)) == (State.CONNECTED, (1, 0, 0))


def check_held_by_hand(desk: Line, board: Switchboard) -> None:
    call = talking(desk)
    (id_,) = board.calls
    board.change(id_, held="yes")
    call.is_in(State.ONHOLD)


def check_a_waiting_call_is_answered_and_the_first_one_held(
    desk: Line, whole_host: Host, board: Switchboard
) -> None:
    first = talking(desk)
    board.incoming()
    second = whole_host.is_offered().reaches(State.OFFERING)
    assert counts(desk) == (2, 0, 0)
    assert second.does("lineAnswer", None, 0) == 0
    assert (first.state, second.state, counts(desk)) == (State.ONHOLD, State.CONNECTED, (1, 1, 0))
    assert first.features == Feature.DROP | Feature.UNHOLD | Feature.SWAPHOLD | Feature.COMPLETETRANSF
    assert second.features == CONNECTED_FEATURES | Feature.SWAPHOLD


def check_features_that_change_are_told_with_the_same_state(desk: Line, board: Switchboard) -> None:
    call = talking(desk)
    (id_,) = board.calls
    told = len(call.states)
    board.change(id_, features="drop")
    desk.host.wait(lambda: len(call.states) > told, "the state once more")
    assert call.states[-1] == call.states[-2] == (State.CONNECTED, 1)
    assert call.features == Feature.DROP


def two_calls(desk: Line, board: Switchboard) -> tuple[Call, Call]:
    """One on hold, one in conversation."""
    first = talking(desk)
    assert first.does("lineHold") == 0
    return first, desk.dial("4002").is_in(State.CONNECTED)


def check_swapped(desk: Line, board: Switchboard) -> None:
    first, second = two_calls(desk, board)
    assert second.does("lineSwapHold", first.hd) == 0
    assert (first.state, second.state, counts(desk)) == (State.CONNECTED, State.ONHOLD, (1, 1, 0))


@pytest.mark.parametrize("held", [True, False], ids=["held", "talking"])
def check_one_of_two_is_dropped(desk: Line, board: Switchboard, held: bool) -> None:
    first, second = two_calls(desk, board)
    gone, stays = (first, second) if held else (second, first)
    state = stays.state
    gone.drop()
    assert stays.state == state
    assert sum(counts(desk)) == 1


# Transfer.


def check_transferred_without_asking(desk: Line, board: Switchboard) -> None:
    call = talking(desk)
    assert call.does("lineBlindTransfer", "4002", 0) == 0
    assert call.path[-2:] == [State.CONNECTED, State.IDLE]
    assert call.info().text("RedirectionID") == "4002"


def consultation_of(call: Call) -> Call:
    """lineSetupTransfer, whatever its result."""
    second = Call(call.line, call.host.new_handle(), call.host.new_request())
    second.begins("lineSetupTransfer", second.request, call.hd, second.ht, second.hd_pointer, None)
    return second


def consulting(desk: Line, board: Switchboard, *steps: str) -> tuple[Call, Call]:
    """A call, and a consultation that has come as far as these steps."""
    first = talking(desk)
    second = first.sets_up()
    assert first.state == State.ONHOLDPENDTRANSFER
    assert first.info()["dwRelatedCallID"] == second.info()["dwCallID"] != 0
    assert second.features == Feature.DIAL | Feature.DROP
    board.dialled = steps or (OFF_HOOK, CONNECTED)
    assert second.does("lineDial", "4002", 0) == 0
    return first, second


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


# Conferences.


@pytest.fixture
def conferring(board: Switchboard, whole_host: Host) -> Line:
    """A line whose switch can join calls."""
    board.line["capabilities"] = ALL + " conference"
    return desk_of(whole_host)


def set_up(first: Call) -> tuple[Call, Call]:
    """lineSetupConference, whatever its result: the conference, and the consultation, whose request it is."""
    host, line = first.host, first.line
    conference = Call(line, host.new_handle(), 0)
    consultation = Call(line, host.new_handle(), host.new_request())
    with host.changed:
        host.rules.asks(0, "lineSetupConference", line.ht, conference.ht)
        host.calls[conference.ht] = conference
    consultation.begins(
        *("lineSetupConference", consultation.request, first.hd, line.hd),
        *(conference.ht, conference.hd_pointer, consultation.ht, consultation.hd_pointer, 3, None),
    )
    return conference, consultation


def conference_of(first: Call) -> tuple[Call, Call]:
    conference, consultation = set_up(first)
    assert consultation.is_made() == 0
    consultation.is_in(State.DIALTONE)
    return conference, consultation


def joined(first: Call) -> tuple[Call, Call]:
    """All three talk."""
    conference, second = conference_of(first)
    assert second.does("lineDial", "4002", 0) == 0
    second.is_in(State.CONNECTED)
    assert conference.does("lineAddToConference", second.hd) == 0
    return conference, second


def check_a_conference_of_three(conferring: Line, board: Switchboard) -> None:
    first = talking(conferring)
    assert first.features == CONNECTED_FEATURES | Feature.SETUPCONF
    conference, second = conference_of(first)
    assert (conference.state, first.states[-1]) == (State.ONHOLDPENDCONF, (State.CONFERENCED, conference.ht))
    assert conference.info()["dwOrigin"] == Origin.CONFERENCE
    assert second.does("lineDial", "4002", 0) == 0
    second.is_in(State.CONNECTED)
    assert conference.features == Feature.DROP | Feature.ADDTOCONF
    assert conference.does("lineAddToConference", second.hd) == 0
    board.hears("conference call=c1")
    assert (conference.state, second.states[-1]) == (State.CONNECTED, (State.CONFERENCED, conference.ht))
    assert (first.features, second.features) == (Feature.DROP, Feature.DROP)


def check_a_conference_made_of_a_consultation(conferring: Line, board: Switchboard) -> None:
    first, second = consulting(conferring, board)
    second.is_in(State.CONNECTED)
    host = conferring.host
    conference = Call(conferring, host.new_handle(), host.new_request())
    conference.begins(
        *("lineCompleteTransfer to a conference", conference.request, first.hd, second.hd),
        *(conference.ht, conference.hd_pointer, AS_CONFERENCE),
    )
    assert conference.is_made() == 0
    conference.is_in(State.CONNECTED)
    assert (first.state, second.state) == (State.CONFERENCED, State.CONFERENCED)


@pytest.mark.parametrize("which", [0, 1])
def check_who_is_left_in_a_conference_talks_on(conferring: Line, board: Switchboard, which: int) -> None:
    first = talking(conferring)
    conference, second = joined(first)
    left, stays = ((first, second), (second, first))[which]
    left.drop()
    conference.is_in(State.IDLE)
    stays.is_in(State.CONNECTED)


def check_a_conference_is_dropped(conferring: Line, board: Switchboard) -> None:
    first = talking(conferring)
    conference, second = joined(first)
    conference.drop()
    assert [each.state for each in (conference, first, second)] == [State.IDLE] * 3
    board.wait(lambda: not board.calls, "both to be hung up")


def check_a_conference_given_up_before_it_is_one(conferring: Line, board: Switchboard) -> None:
    first = talking(conferring)
    conference, second = conference_of(first)
    second.drop()
    conference.is_in(State.IDLE)
    first.is_in(State.CONNECTED)


@pytest.mark.parametrize("which", [0, 1], ids=["conference", "consultation"])
@pytest.mark.parametrize("close", [False, True], ids=["dropped", "closed"])
def check_a_conference_given_up_while_the_call_is_put_on_hold(
    conferring: Line, board: Switchboard, which: int, close: bool
) -> None:
    first = talking(conferring)
    with board.holding_back("hold"):
        pair = set_up(first)
        if close:
            pair[which].close()
            assert pair[1].made == Error.OPERATIONFAILED
        else:
            pair[which].drop()
            assert pair[1].made == 0
            assert [each.state for each in pair] == [State.IDLE, State.IDLE]
        board.answer("hold")
    if close:
        first.is_in(State.ONHOLD)
        assert first.does("lineUnhold") == 0
    else:
        first.host.wait(lambda: first.path[-2:] == [State.ONHOLD, State.CONNECTED], "the first call again")


def check_calls_that_cannot_be_joined(conferring: Line, board: Switchboard) -> None:
    first = talking(conferring)
    conference, second = conference_of(first)
    assert first.asks("lineAddToConference", second.hd) == Error.INVALCONFCALLHANDLE
    assert conference.asks("lineAddToConference", first.hd) == Error.INVALCONSULTCALLHANDLE
    assert conference.asks("lineAddToConference", second.hd) == Error.INVALCALLSTATE
    assert second.does("lineDial", "4002", 0) == 0
    second.is_in(State.CONNECTED)
    board.refusals["conference"] = "not-possible-now"
    assert conference.does("lineAddToConference", second.hd) == Error.RESOURCEUNAVAIL
    assert (conference.state, second.state) == (State.ONHOLDPENDCONF, State.CONNECTED)


# Every request, and a close.


ASKED: dict[str, tuple[str, tuple[object, ...]]] = {
    "hold": ("lineHold", ()),
    "transfer": ("lineBlindTransfer", ("4002", 0)),
    "drop": ("lineDrop", (None, 0)),
}


@pytest.mark.parametrize("name", ASKED)
def check_a_call_is_closed_with_a_request_open(desk: Line, board: Switchboard, name: str) -> None:
    call = talking(desk)
    function, arguments = ASKED[name]
    with board.holding_back(name):
        request = call.asks(function, *arguments)
        call.close()
        assert call.completions[request] == (0 if name == "drop" else Error.OPERATIONFAILED)
        board.answer(name)
    board.wait(lambda: sum(heard.startswith(name) for heard in board.heard) == 1, "what was asked")


def check_a_line_is_closed_with_requests_open(whole_host: Host, board: Switchboard) -> None:
    line = desk_of(whole_host)
    call = talking(line)
    with board.holding_back("hold", "forward"):
        request = call.asks("lineHold")
        line.close()
        assert call.completions[request] == Error.OPERATIONFAILED


# Tones.


def tones(call: Call, digits: str | None, end_to_end: int, mode: int = DIGITS_DTMF, ms: int = 0) -> int:
    return call.host.ask("lineGenerateDigits", call.hd, end_to_end, mode, digits, ms)


def check_tones(desk: Line, board: Switchboard) -> None:
    call = talking(desk)
    assert tones(call, "12x3,#a", 77, ms=9999) == 0
    desk.host.wait(lambda: call.generated == [(TERM_DONE, 77)], "the end of the tones")
    board.hears("dtmf call=c1 digits=123,#A duration=500")


@pytest.mark.parametrize("digits", ["45", None], ids=["others", "none"])
def check_tones_are_cancelled(desk: Line, board: Switchboard, digits: str | None) -> None:
    call = talking(desk)
    with board.holding_back("dtmf"):
        assert tones(call, "123", 1) == 0
        assert tones(call, digits, 2) == 0
        desk.host.wait(lambda: call.generated == [(TERM_CANCEL, 1)], "the first one's end")
        board.answer("dtmf")
        if digits:
            board.answer("dtmf")
    if digits:
        desk.host.wait(lambda: call.generated[1:] == [(TERM_DONE, 2)], "the second one's end")
    assert tones(call, "6", 3) == 0
    desk.host.wait(lambda: call.generated[-1] == (TERM_DONE, 3), "the last one's end")


def check_tones_that_cannot_be_sent(desk: Line, board: Switchboard) -> None:
    call = talking(desk)
    assert tones(call, "1", 1, mode=1) == Error.INVALDIGITMODE
    assert call.does("lineHold") == 0
    assert tones(call, "1", 1) == Error.INVALCALLSTATE


def check_a_call_ends_while_tones_are_sent(desk: Line, board: Switchboard) -> None:
    call = talking(desk)
    with board.holding_back("dtmf"):
        assert tones(call, "1", 1) == 0
        board.end("c1")
        call.is_in(State.IDLE)
        board.answer("dtmf")
    assert call.generated == [(TERM_CANCEL, 1)]


# Park and pickup.


def check_parked_where_the_switch_likes(desk: Line, board: Switchboard) -> None:
    call = talking(desk)
    slot = create_string_buffer(64)
    slot[0] = b"@"  # 64 bytes
    assert call.does("linePark", 0x2, None, addressof(slot)) == 0
    size, offset = (int.from_bytes(slot.raw[at : at + 4], "little") for at in (16, 20))
    assert slot.raw[offset : offset + size].decode("utf-16-le") == "71\0"
    assert call.path[-2:] == [State.CONNECTED, State.IDLE]


def check_parked_at_a_place(desk: Line, board: Switchboard) -> None:
    call = talking(desk)
    assert call.does("linePark", 0x1, "72", None) == 0
    board.hears("park call=c1 slot=72")


def check_wrong_ways_to_park(desk: Line, board: Switchboard) -> None:
    call = talking(desk)
    assert call.asks("linePark", 0x4, "72", None) == Error.INVALPARKMODE
    assert call.asks("linePark", 0x2, None, None) == Error.INVALPOINTER
    assert call.asks("linePark", 0x1, "", None) == Error.INVALADDRESS


@pytest.mark.parametrize(
    ("function", "after", "reason", "heard"),
    [
        ("linePickup", ("4005", None), Reason.PICKUP, "pickup target=4005"),
        ("linePickup", (None, None), Reason.PICKUP, "pickup "),
        ("lineUnpark", ("71",), Reason.UNPARK, "unpark slot=71"),
    ],
)
def check_a_call_is_taken(
    desk: Line, board: Switchboard, function: str, after: tuple[str | None, ...], reason: Reason, heard: str
) -> None:
    call = desk.asks(function, (desk.hd, 0), after)
    assert call.is_made() == 0
    call.is_in(State.CONNECTED)
    assert call.info()["dwReason"] == reason
    assert call.info().text("CallerID") == "01099"
    board.hears(heard)


def check_nothing_to_pick_up(desk: Line, board: Switchboard) -> None:
    board.refusals["pickup"] = "no-such-call"
    call = desk.asks("linePickup", (desk.hd, 0), ("4005", None))
    assert call.is_made() >= 0x80000000
    assert call.states == []


# Forwarding.


def number(value: int) -> bytes:
    return value.to_bytes(4, "little")


def entry(mode: int, size: int = 0, offset: int = 0) -> bytes:
    """A list of one entry, without any text behind it, which says so much of its destination."""
    return b"".join(map(number, (32, 1, mode, 0, 0, 0, size, offset)))


def forward(line: Line, *entries: tuple[int, str], rings: int = 0) -> int:
    """lineForward, until it is completed."""
    texts = [(text + "\0").encode("utf-16-le") if text else b"" for _, text in entries]
    data, at = b"", 8 + 24 * len(entries)
    for (mode, _), text in zip(entries, texts, strict=True):
        data += b"".join(map(number, (mode, 0, 0, 0, len(text), at if text else 0)))
        at += len(text)
    body = data + b"".join(texts)
    return forward_raw(line, number(8 + len(body)) + number(len(entries)) + body, rings)


def forward_raw(line: Line, data: bytes | None, rings: int = 0) -> int:
    memory = create_string_buffer(data, len(data)) if data else None
    waiting = Call(line, 0, line.host.new_request())
    consult = c_size_t(0xA5)
    host = line.host
    with host.changed:
        host.rules.asks(waiting.request, "lineForward", line.ht, 0)
        host.requests[waiting.request] = waiting
    where = addressof(memory) if memory else None
    answer = host.ask(
        "lineForward", waiting.request, line.hd, 1, 0, where, rings, 0, addressof(consult), None
    )
    with host.changed:
        host.rules.answered(waiting.request, answer)
    if answer >= 0x80000000:
        return answer
    assert consult.value == 0
    return waiting.is_made()


UNCOND, BUSY, NOANSW, BUSYNA = 0x1, 0x10, 0x100, 0x1000


def check_forwarded(desk: Line, board: Switchboard) -> None:
    assert forward(desk, (UNCOND, "4002")) == 0
    board.hears("forward always=4002")
    desk.host.wait(lambda: bool(desk.address_states[-1] & AddressState.FORWARD), "the news")
    assert desk.address_status().entries == [(UNCOND, "4002")]
    assert forward_raw(desk, None) == 0
    desk.host.wait(lambda: desk.address_status().entries == [], "no forwarding")
    assert forward_raw(desk, None) == 0, "there is none: that is what was wanted"


def check_forwarded_when_busy_and_when_not_answered(desk: Line, board: Switchboard) -> None:
    assert forward(desk, (BUSY, "4002"), (NOANSW, "4003"), rings=4) == 0
    board.hears("forward busy=4002 no-answer=4003 after=20")
    status = desk.address_status()
    assert status.entries == [(BUSY, "4002"), (NOANSW, "4003")]
    assert status["dwNumRingsNoAnswer"] == 4
    assert forward(desk, (BUSYNA, "4004"), rings=99) == 0
    assert desk.address_status().entries == [(BUSYNA, "4004")]
    assert desk.address_status()["dwNumRingsNoAnswer"] == 12


def check_three_entries_at_their_places(desk: Line, board: Switchboard) -> None:
    assert forward(desk, (UNCOND, "4001"), (BUSY, "4002"), (NOANSW, "4003")) == 0
    board.hears("forward always=4001 busy=4002 no-answer=4003")


def check_not_to_be_disturbed(desk: Line, board: Switchboard) -> None:
    assert forward(desk, (UNCOND, "")) == 0
    board.hears("do-not-disturb on=yes")
    assert desk.address_status().entries == [(UNCOND, "")]
    assert forward(desk) == 0
    desk.host.wait(lambda: desk.address_status().entries == [], "to be disturbed again")


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (number(4) + number(0), Error.STRUCTURETOOSMALL),
        (number(8) + number(1), Error.STRUCTURETOOSMALL),
        (number(31) + number(1) + number(UNCOND) * 6, Error.STRUCTURETOOSMALL),
        (number(32) + number(0x0AAAAAAB) + number(UNCOND) * 6, Error.STRUCTURETOOSMALL),
        (entry(UNCOND, 10, 32), Error.INVALPARAM),
        (entry(UNCOND, 8, 0xFFFFFFFC), Error.INVALPARAM),
        (entry(UNCOND, 0xFFFFFFFE, 4), Error.INVALPARAM),
        (entry(UNCOND, 3, 8), Error.INVALPARAM),
        (entry(0x2), Error.INVALPARAM),
        (entry(BUSY), Error.INVALPARAM),
        (entry(UNCOND | BUSY), Error.INVALPARAM),
    ],
)
def check_lists_that_lie(desk: Line, board: Switchboard, data: bytes, error: Error) -> None:
    assert forward_raw(desk, data) == error
    assert not any(heard.startswith("forward") for heard in board.heard)


# What the Smart Messenger cannot do.


def check_a_smart_messenger_of_version_2_makes_and_drops_calls(line: Line, messenger: Messenger) -> None:
    call = line.dial("4001").reaches(State.CONNECTED)
    none = Error.OPERATIONUNAVAIL
    assert [
        call.asks("lineAnswer", None, 0),
        call.asks("lineAccept", None, 0),
        call.asks("lineRedirect", "4002", 0),
        call.asks("lineHold"),
        call.asks("lineUnhold"),
        call.asks("lineSwapHold", call.hd),
        call.asks("lineBlindTransfer", "4002", 0),
        call.asks("lineSetupTransfer", 1, addressof(c_size_t()), None),
        call.asks("lineDial", "4002", 0),
        call.asks("lineCompleteTransfer", call.hd, 0, None, TRANSFER),
        call.asks("linePark", 0x1, "71", None),
        tones(call, "1", 1),
        line.host.ask("lineSetMediaMode", call.hd, 4),
        forward_raw(line, None),
        line.asks("linePickup", (line.hd, 0), ("4005", None)).answer,
        line.asks("lineUnpark", (line.hd, 0), ("71",)).answer,
    ] == [none] * 16
    assert call.features == Feature.DROP


def check_capabilities_follow_the_smart_messenger(messenger: Messenger) -> None:
    """Versions 3, 2, 3 in turn: what may ever be is told after each login."""
    with (
        Switchboard("dial drop answer") as board,
        Settings(LineSettings(board.port)),
        Host(whole=True) as host,
    ):
        line = desk_of(host)
        host.wait(lambda: line.news_of_capabilities() == (1, 1), "the capabilities")
        caps = host.address_caps(line.device)
        assert caps["dwCallFeatures"] == Feature.ANSWER | Feature.ACCEPT | Feature.DROP
        assert (caps["dwMaxNumOnHoldCalls"], caps["dwTransferModes"], caps["dwForwardModes"]) == (0, 0, 0)
        board.change_line(capabilities=ALL)
        host.wait(lambda: line.news_of_capabilities() == (2, 2), "more capabilities")
        caps = host.address_caps(line.device)
        assert caps["dwCallFeatures"] & Feature.HOLD and caps["dwTransferModes"] == TRANSFER
        assert caps["dwConnectedModes"] == 0x5 and caps["dwOfferingModes"] == 0x1
        write(LineSettings(messenger.port))
        host.wait(lambda: line.news_of_capabilities() == (3, 3), "fewer capabilities")
        caps = host.address_caps(line.device)
        assert (caps["dwCallFeatures"], caps["dwOfferingModes"]) == (Feature.DROP, 0)
        line.dial("4001").reaches(State.CONNECTED).drop()
        write(LineSettings(board.port))
        host.wait(lambda: line.news_of_capabilities() == (4, 4), "all of them again")


# A TAPI program.


class Program:
    """A CRM as it is written for TAPI: it reads once what it is told of, with a button for each feature."""

    def __init__(self, host: Host, line: Line) -> None:
        self.host, self.line = host, line
        self.buttons = Feature(0)
        self.caller = ""

    def sees(self, call: Call) -> None:
        """The last event has been dealt with."""
        self.caller = self.caller or call.info().text("CallerID") or ""
        self.buttons = call.features

    def presses(self, call: Call, button: Feature, name: str, *arguments: object) -> None:
        """A button is pressed that there is."""
        self.sees(call)
        assert button in self.buttons, f"{button!r} is not among {self.buttons!r} in {call.state!r}"
        assert call.does(name, *arguments) == 0, self.host.story()


def check_a_program_that_follows_the_features(desk: Line, whole_host: Host, board: Switchboard) -> None:
    program = Program(whole_host, desk)
    board.incoming(caller="+82 (10) 1234-5678")
    call = whole_host.is_offered().reaches(State.OFFERING)
    program.presses(call, Feature.ACCEPT, "lineAccept", None, 0)
    program.presses(call, Feature.ANSWER, "lineAnswer", None, 0)
    program.presses(call, Feature.HOLD, "lineHold")
    program.presses(call, Feature.UNHOLD, "lineUnhold")
    program.sees(call)
    assert Feature.SETUPTRANSFER in program.buttons
    second = call.sets_up()
    program.presses(second, Feature.DIAL, "lineDial", "4002", 0)
    second.is_in(State.CONNECTED)
    program.presses(second, Feature.SWAPHOLD, "lineSwapHold", call.hd)
    program.presses(call, Feature.SWAPHOLD, "lineSwapHold", second.hd)
    program.presses(call, Feature.COMPLETETRANSF, "lineCompleteTransfer", second.hd, 0, None, TRANSFER)
    assert program.caller == "+82 (10) 1234-5678"
    for each in (call, second):
        assert each.features == 0
        each.close()
    assert board.calls == {}


# Much of it.


@pytest.mark.timeout(times(60, 900))
def check_many_incoming_calls_leave_nothing_behind(board: Switchboard) -> None:
    many, warm = times(300, 10_000), 100
    board.keeps = 50
    with Settings(LineSettings(board.port)), Host(whole=True, probe=False) as host:
        desk_of(host)

        def ring(number: int) -> None:
            for at in range(number):
                host.offered.clear()
                id_ = board.incoming()
                call = host.is_offered().reaches(State.OFFERING)
                if at % 3 == 0:
                    assert call.does("lineAnswer", None, 0) == 0
                if at % 3 == 1:
                    call.drop()
                else:
                    board.end(id_)
                call.reaches(State.IDLE)
                call.close()

        ring(warm)
        before = holdings()
        ring(many)
        after = holdings()
        assert (after.handles, after.threads) == (before.handles, before.threads)
        assert after.blocks - before.blocks < 100, f"{before} has become {after}"


PRESSED: list[tuple[str, tuple[object, ...]]] = [
    ("lineAnswer", (None, 0)),
    ("lineAccept", (None, 0)),
    ("lineRedirect", ("4002", 0)),
    ("lineHold", ()),
    ("lineUnhold", ()),
    ("lineBlindTransfer", ("4003", 0)),
    ("lineDial", ("4002", 0)),
    ("lineDrop", (None, 0)),
    *((name, ()) for name in ("close", "swap", "complete", "setup", "tones", "make", "confer", "add")),
]


@pytest.mark.timeout(times(60, 300))
@pytest.mark.parametrize("seed", range(times(3, 60)))
def check_anything_in_any_order(board: Switchboard, seed: int) -> None:
    """What the switch tells, what programs ask, and what is closed; the rules of the service hold."""
    chance = random.Random(seed)
    board.line["capabilities"] = ALL + " conference"
    with Settings(LineSettings(board.port, report_manual="always")), Host(whole=True) as host:
        line = desk_of(host)

        def some() -> Call | None:
            live = [call for call in list(host.calls.values()) if not call.closing]
            return chance.choice(live) if live else None

        def at_the_switch() -> None:
            with board.lock:
                ids = list(board.calls)
                id_ = chance.choice(ids) if ids else ""
                what = chance.randrange(6)
                if what < 2:
                    if len(ids) < 4:
                        (board.incoming, board.by_hand)[what]()
                elif not ids:
                    return
                elif what == 2:
                    board.end(id_, chance.choice(("normal", "cancelled", "elsewhere", "forwarded", "")))
                elif what == 3:
                    board._hold_others(id_)
                    board.change(id_, state=CONNECTED, held="")
                elif what == 4 and board.calls[id_]["state"] == CONNECTED:
                    board.change(id_, held="yes")
                else:
                    board.change(id_, held_by_other=chance.choice(("", "yes")), caller_name=str(seed))

        def by_a_program() -> None:
            call = some()
            name, arguments = chance.choice(PRESSED)
            if name == "make":
                line.ask_to_dial("4009")
            elif call is None:
                return
            elif name == "close":
                call.close()
            elif name == "setup":
                consultation_of(call)
            elif name == "confer":
                conference, _ = set_up(call)
                if not conference.hd.value:
                    host.calls.pop(conference.ht)
            elif name in ("swap", "complete", "add"):
                other = some()
                if other is not None and name == "add":
                    call.asks("lineAddToConference", other.hd)
                elif other is not None and name == "swap":
                    call.asks("lineSwapHold", other.hd)
                elif other is not None:
                    call.asks("lineCompleteTransfer", other.hd, 0, None, TRANSFER)
            elif name == "tones":
                tones(call, chance.choice(("123", None)), 1)
            else:
                call.asks(name, *arguments)

        for _ in range(times(150, 2_000)):
            chance.choice((at_the_switch, by_a_program, by_a_program))()
            if chance.random() < 0.02:
                for session in board.all_sessions():
                    session.cut()
            time.sleep(chance.choice((0, 0, 0.001, 0.003)))
        if chance.random() < 0.5:
            line.close()


def check_the_line_dials_as_before(desk: Line, board: Switchboard) -> None:
    call = desk.dial("4001").reaches(State.CONNECTED)
    assert call.states == [
        (State.DIALTONE, 0x20),
        (State.DIALING, 0),
        (State.PROCEEDING, 0),
        (State.RINGBACK, 0),
        (State.CONNECTED, 1),
    ]
    call.learns(Info.CONNECTEDID)
    assert ANSWERED[1:] == board.dialled
