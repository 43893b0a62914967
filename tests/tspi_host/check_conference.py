"""Conferences of three."""

from ctypes import addressof, c_size_t

import pytest

from tests.tspi_host.calls import Call, Line
from tests.tspi_host.constants import (
    AS_CONFERENCE,
    CONFDROP,
    REMOVES_ANY,
    Error,
    Feature,
    Feature2,
    Origin,
    State,
)
from tests.tspi_host.deskcalls import CONNECTED_FEATURES, consulting, set_up, talking
from tests.tspi_host.host import Host
from tests.tspi_host.messenger import CONNECTED, OFF_HOOK, RING_BACK
from tests.tspi_host.scripted import desk_of
from tests.tspi_host.switchboard import ALL, Switchboard


@pytest.fixture
def conferring(board: Switchboard, whole_host: Host) -> Line:
    """A line whose switch can join calls."""
    board.line["capabilities"] = ALL + " conference"
    return desk_of(whole_host)


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
    party = Feature.DROP | Feature.REMOVEFROMCONF
    assert (first.features, second.features, conference.features) == (party, party, Feature.DROP)
    caps = conferring.host.address_caps(conferring.device)
    assert (caps["dwMaxNumConference"], caps["dwRemoveFromConfCaps"]) == (3, REMOVES_ANY)
    assert caps["dwRemoveFromConfState"] == State.IDLE


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
def check_a_party_is_removed(conferring: Line, board: Switchboard, which: int) -> None:
    first = talking(conferring)
    conference, second = joined(first)
    removed, stays = ((first, second), (second, first))[which]
    assert removed.does("lineRemoveFromConference") == 0
    assert removed.path[-2:] == [State.CONFERENCED, State.IDLE]
    conference.is_in(State.IDLE)
    stays.is_in(State.CONNECTED)
    board.hears(f"drop call=c{which + 1}")
    assert len(board.calls) == 1


def check_a_party_that_cannot_be_removed_stays(conferring: Line, board: Switchboard) -> None:
    first = talking(conferring)
    conference, second = joined(first)
    board.refusals["drop"] = "not-possible-now"
    assert second.does("lineRemoveFromConference") == Error.RESOURCEUNAVAIL
    assert (conference.state, second.state) == (State.CONNECTED, State.CONFERENCED)


def check_who_is_no_party_of_a_whole_conference_is_not_removed(conferring: Line, board: Switchboard) -> None:
    first = talking(conferring)
    assert first.asks("lineRemoveFromConference") == Error.INVALCALLSTATE
    conference, second = conference_of(first)
    assert first.features == Feature.DROP
    for call in (first, second, conference):
        assert call.asks("lineRemoveFromConference") == Error.INVALCALLSTATE


def check_no_conference_has_a_place_for_a_fourth(conferring: Line, board: Switchboard) -> None:
    """No switch joins more than three: neither the features nor the capabilities say otherwise."""
    conference, _ = joined(talking(conferring))
    made = c_size_t(0)
    assert conference.asks("linePrepareAddToConference", 1, addressof(made), None) == Error.OPERATIONUNAVAIL
    assert made.value == 0
    caps = conferring.host.address_caps(conferring.device)
    assert not (conference.features | caps["dwCallFeatures"]) & Feature.PREPAREADDCONF


@pytest.mark.parametrize("which", [0, 1])
def check_who_is_left_in_a_conference_talks_on(conferring: Line, board: Switchboard, which: int) -> None:
    first = talking(conferring)
    conference, second = joined(first)
    left, stays = ((first, second), (second, first))[which]
    left.drop()
    conference.is_in(State.IDLE)
    stays.is_in(State.CONNECTED)


def check_a_conference_outlives_the_session(conferring: Line, board: Switchboard) -> None:
    first = talking(conferring)
    conference, second = joined(first)
    board.stop()
    conferring.host.wait(lambda: conference.features == 0, "the session to be away")
    assert [each.state for each in (conference, first, second)] == [
        State.CONNECTED,
        State.CONFERENCED,
        State.CONFERENCED,
    ]
    board.start()
    conferring.host.wait(lambda: bool(second.features & Feature.REMOVEFROMCONF), "the session again")
    assert second.does("lineRemoveFromConference") == 0
    first.is_in(State.CONNECTED)


def check_a_conference_that_is_gone_when_the_session_is_back(conferring: Line, board: Switchboard) -> None:
    first = talking(conferring)
    conference, second = joined(first)
    board.stop()
    board.calls.clear()
    board.start()
    for each in (first, second, conference):
        each.is_in(State.IDLE)
    talking(conferring).drop()


def check_a_conference_that_was_being_set_up_when_the_session_was_lost(
    conferring: Line, board: Switchboard
) -> None:
    first = talking(conferring)
    conference, second = conference_of(first)
    board.stop()
    second.is_in(State.IDLE)
    conference.is_in(State.IDLE)
    board.start()
    conferring.host.wait(lambda: conferring.is_in_service() is True, "the session again")
    first.is_in(State.ONHOLD)
    assert first.does("lineUnhold") == 0


def check_a_conference_that_is_taken_apart_at_another_door(conferring: Line, board: Switchboard) -> None:
    first = talking(conferring)
    conference, second = joined(first)
    with board.lock:
        for id_ in board.calls:
            board.calls[id_]["conference"] = ""
        board.change("c1", held="yes")
        board.tell("c2")
    conference.is_in(State.IDLE)
    first.is_in(State.ONHOLD)
    second.is_in(State.CONNECTED)


def check_two_are_joined_as_a_conference_once_both_have_answered(
    conferring: Line, board: Switchboard
) -> None:
    _, second = consulting(conferring, board, OFF_HOOK, RING_BACK)
    second.is_in(State.RINGBACK)
    assert second.status()["dwCallFeatures2"] == Feature2.TRANSFERNORM
    board.change("c2", state=CONNECTED)
    second.is_in(State.CONNECTED)
    assert second.status()["dwCallFeatures2"] == Feature2.TRANSFERNORM | Feature2.TRANSFERCONF


def check_a_conference_is_dropped(conferring: Line, board: Switchboard) -> None:
    first = talking(conferring)
    conference, second = joined(first)
    conference.drop()
    assert [each.state for each in (conference, first, second)] == [State.IDLE] * 3
    assert conferring.host.address_caps(conferring.device)["dwAddrCapFlags"] & CONFDROP
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


@pytest.mark.parametrize("which", [0, 1], ids=["conference", "added"])
def check_a_call_is_closed_while_it_is_joined(conferring: Line, board: Switchboard, which: int) -> None:
    first = talking(conferring)
    conference, second = conference_of(first)
    assert second.does("lineDial", "4002", 0) == 0
    second.is_in(State.CONNECTED)
    with board.holding_back("conference"):
        request = conference.asks("lineAddToConference", second.hd)
        (conference, second)[which].close()
        assert conference.completions[request] == Error.OPERATIONFAILED
        board.answer("conference")
    board.wait(lambda: all(call.get("conference") for call in board.calls.values()), "all three to talk")
    assert len(board.calls) == 2
    assert not any(heard.startswith("drop") for heard in board.heard)


def check_a_party_is_closed_while_it_is_removed(conferring: Line, board: Switchboard) -> None:
    _, second = joined(talking(conferring))
    with board.holding_back("drop"):
        request = second.asks("lineRemoveFromConference")
        second.close()
        assert second.completions[request] == Error.OPERATIONFAILED
        board.answer("drop")
    board.wait(lambda: set(board.calls) == {"c1"}, "the party to be gone")


def check_a_line_is_closed_while_a_conference_is_set_up(whole_host: Host, board: Switchboard) -> None:
    board.line["capabilities"] = ALL + " conference"
    line = desk_of(whole_host)
    first = talking(line)
    with board.holding_back("hold"):
        _, consultation = set_up(first)
        board.wait(lambda: bool(board.waiting), "the request")
        line.close()
        assert consultation.made == Error.OPERATIONFAILED
        board.answer("hold")
    assert board.calls["c1"]["held"] == "yes"


def check_a_line_is_closed_while_a_conference_is_joined(whole_host: Host, board: Switchboard) -> None:
    board.line["capabilities"] = ALL + " conference"
    line = desk_of(whole_host)
    conference, second = conference_of(talking(line))
    assert second.does("lineDial", "4002", 0) == 0
    second.is_in(State.CONNECTED)
    with board.holding_back("conference"):
        request = conference.asks("lineAddToConference", second.hd)
        board.wait(lambda: bool(board.waiting), "the request")
        line.close()
        assert conference.completions[request] == Error.OPERATIONFAILED
        board.answer("conference")
    assert all(call["conference"] for call in board.calls.values())
    assert len(board.calls) == 2
