"""Hold, a second call, tones, park and pickup; and what a Smart Messenger cannot do."""

from collections.abc import Callable
from ctypes import addressof, c_size_t, create_string_buffer
from dataclasses import dataclass

import pytest

from tests.tspi_host.calls import Call, Line
from tests.tspi_host.constants import (
    TERM_CANCEL,
    TERM_DONE,
    TRANSFER,
    Error,
    Feature,
    LineState,
    Reason,
    State,
)
from tests.tspi_host.deskcalls import CONNECTED_FEATURES, consulting, counts, forward_raw, talking, tones
from tests.tspi_host.filled import Filled
from tests.tspi_host.host import Host
from tests.tspi_host.messenger import CONNECTED, OFF_HOOK, PROCEED, RING_BACK, Messenger
from tests.tspi_host.scripted import desk_of
from tests.tspi_host.settings import LineSettings, Settings, write
from tests.tspi_host.switchboard import ALL, Switchboard

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


LIVE: dict[State, int] = {State.ONHOLD: 1, State.ONHOLDPENDTRANSFER: 2}
"""At which of the three counts a state counts; all others but IDLE at that of active calls."""


def check_the_counts_are_those_of_the_states_after_every_step(
    desk: Line, whole_host: Host, board: Switchboard
) -> None:
    seen: list[Filled] = []
    whole_host.on_state = lambda _call, _state: seen.append(desk.status())

    def are(*states: State) -> None:
        now = [call.state for call in whole_host.calls.values()]
        assert sorted(one for one in now if one not in (State.IDLE, None)) == sorted(states)
        expected = [0, 0, 0]
        for state in states:
            expected[LIVE.get(state, 0)] += 1
        whole_host.wait(lambda: list(counts(desk)) == expected, f"{expected}")

    first = talking(desk)
    are(State.CONNECTED)
    board.incoming()
    second = whole_host.is_offered().reaches(State.OFFERING)
    are(State.CONNECTED, State.OFFERING)
    assert second.does("lineAnswer", None, 0) == 0
    are(State.ONHOLD, State.CONNECTED)
    assert second.does("lineSwapHold", first.hd) == 0
    are(State.CONNECTED, State.ONHOLD)
    second.drop()
    are(State.CONNECTED)
    third = first.sets_up()
    are(State.ONHOLDPENDTRANSFER, State.DIALTONE)
    assert third.does("lineDial", "4002", 0) == 0
    third.is_in(State.CONNECTED)
    are(State.ONHOLDPENDTRANSFER, State.CONNECTED)
    third.drop()
    first.is_in(State.CONNECTED)
    are(State.CONNECTED)
    first.drop()
    are()
    assert len(seen) >= 12
    assert all(each["dwNumActiveCalls"] + each["dwNumOnHoldCalls"] <= 2 for each in seen)


DROP, DIALLED = Feature.DROP, (OFF_HOOK, PROCEED, RING_BACK, CONNECTED)


@pytest.mark.parametrize(
    ("steps", "state", "consultation", "features"),
    [
        ((OFF_HOOK,), State.DIALING, False, DROP),
        (DIALLED[:2], State.PROCEEDING, False, DROP),
        (DIALLED[:3], State.RINGBACK, False, DROP),
        (DIALLED, State.CONNECTED, False, CONNECTED_FEATURES),
        (DIALLED[:3], State.RINGBACK, True, DROP | Feature.COMPLETETRANSF | Feature.SWAPHOLD),
        (
            *(DIALLED, State.CONNECTED, True),
            DROP | Feature.COMPLETETRANSF | Feature.SWAPHOLD | Feature.GENERATEDIGITS,
        ),
    ],
)
def check_what_can_be_done_in_each_state_of_a_call_out(
    desk: Line,
    board: Switchboard,
    steps: tuple[str, ...],
    state: State,
    consultation: bool,
    features: Feature,
) -> None:
    if consultation:
        held, call = consulting(desk, board, *steps)
    else:
        board.dialled = steps
        held, call = None, desk.dial("4002")
    call.is_in(state)
    assert call.features == features, f"{call.features!r}"
    if held:  # until the other one has answered that one offers to be swapped
        swap = Feature.SWAPHOLD if state == State.CONNECTED else Feature(0)
        assert held.features == DROP | Feature.UNHOLD | Feature.COMPLETETRANSF | swap
    board.end(list(board.calls)[-1])
    call.reaches(State.IDLE)
    assert call.features == 0


# Every request, and a close.


@dataclass(frozen=True)
class Asked:
    """A request: the function, what the Smart Messenger hears, and the call that it is of."""

    function: str
    arguments: tuple[object, ...]
    heard: str
    of: Callable[[Line, Switchboard], Call]


def ringing(desk: Line, board: Switchboard) -> Call:
    board.incoming()
    return desk.host.is_offered().reaches(State.OFFERING)


def on_hold(desk: Line, board: Switchboard) -> Call:
    call = talking(desk)
    assert call.does("lineHold") == 0
    return call


def set_up(desk: Line, board: Switchboard) -> Call:
    return talking(desk).sets_up()


ASKED = (
    Asked("lineAnswer", (None, 0), "answer", ringing),
    Asked("lineRedirect", ("4002", 0), "redirect", ringing),
    Asked("lineDrop", (None, 0), "reject", ringing),
    Asked("lineHold", (), "hold", lambda desk, _board: talking(desk)),
    Asked("lineBlindTransfer", ("4002", 0), "transfer", lambda desk, _board: talking(desk)),
    Asked("linePark", (0x1, "72", None), "park", lambda desk, _board: talking(desk)),
    Asked("lineDrop", (None, 0), "drop", lambda desk, _board: talking(desk)),
    Asked("lineUnhold", (), "retrieve", on_hold),
    Asked("lineDial", ("4002", 0), "consult", set_up),
)


@pytest.mark.parametrize("asked", ASKED, ids=[one.heard for one in ASKED])
def check_a_call_is_closed_with_a_request_open(desk: Line, board: Switchboard, asked: Asked) -> None:
    call = asked.of(desk, board)
    with board.holding_back(asked.heard):
        request = call.asks(asked.function, *asked.arguments)
        call.close()
        # What has been hung up is so for TAPI, whatever comes of it at the phone.
        dropped = asked.function == "lineDrop"
        assert call.completions[request] == (0 if dropped else Error.OPERATIONFAILED)
        board.answer(asked.heard)
    board.wait(lambda: sum(heard.startswith(asked.heard) for heard in board.heard) == 1, "what was asked")


@pytest.mark.parametrize("name", ["swap", "complete"])
def check_one_of_two_calls_is_closed_with_a_request_open(desk: Line, board: Switchboard, name: str) -> None:
    if name == "swap":
        held, active = two_calls(desk, board)
    else:
        held, active = consulting(desk, board)
        active.is_in(State.CONNECTED)
    with board.holding_back(name):
        if name == "swap":
            call, request = active, active.asks("lineSwapHold", held.hd)
        else:
            call, request = held, held.asks("lineCompleteTransfer", active.hd, 0, None, TRANSFER)
        call.close()
        assert call.completions[request] == Error.OPERATIONFAILED
        board.answer(name)
    board.wait(lambda: sum(heard.startswith(name) for heard in board.heard) == 1, "what was asked")


def check_a_line_is_closed_with_requests_open(whole_host: Host, board: Switchboard) -> None:
    line = desk_of(whole_host)
    call = talking(line)
    with board.holding_back("hold", "forward"):
        request = call.asks("lineHold")
        line.close()
        assert call.completions[request] == Error.OPERATIONFAILED


@pytest.mark.parametrize(
    ("function", "after", "heard"),
    [("linePickup", ("4005", None), "pickup"), ("lineUnpark", ("71",), "unpark")],
    ids=["pickup", "unpark"],
)
def check_a_line_is_closed_while_a_call_is_taken(
    whole_host: Host, board: Switchboard, function: str, after: tuple[str | None, ...], heard: str
) -> None:
    line = desk_of(whole_host)
    with board.holding_back(heard):
        call = line.asks(function, (line.hd, 0), after)
        board.wait(lambda: bool(board.waiting), "the request")
        line.close()
        assert (call.made, call.states) == (Error.OPERATIONFAILED, [])
        board.answer(heard)
    # The user has it at the phone all the same, and whoever opens the line next is told of it.
    desk_of(whole_host)
    taken = whole_host.is_offered().is_in(State.CONNECTED)
    assert taken.info().text("CallerID") == "01099"
    assert sum(told.startswith(heard) for told in board.heard) == 1


# Tones.


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


# What the Smart Messenger cannot do.


@pytest.mark.parametrize("login", ["Fail", "Success", "Success%2"], ids=["none", "1", "2"])
def check_a_smart_messenger_before_version_3_makes_and_drops_calls(
    host: Host, messenger: Messenger, login: str
) -> None:
    messenger.login = (login,)
    line = host.open(host.devices[0])
    line.comes_to(LineState.INSERVICE)
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
