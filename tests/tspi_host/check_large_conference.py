"""Conferences that grow: one more party after the other is asked to join."""

from itertools import groupby

import pytest

from tests.tspi_host.calls import Call, Line
from tests.tspi_host.constants import AS_CONFERENCE, Error, Feature, State
from tests.tspi_host.deskcalls import consulting, counts, prepared, set_up, talking
from tests.tspi_host.host import Host
from tests.tspi_host.messenger import CONNECTED, OFF_HOOK, RING_BACK
from tests.tspi_host.scripted import desk_of
from tests.tspi_host.switchboard import LARGE, Switchboard

PARTIES = 8
"""As `conference-8` says, with the own phone."""

PARTY = Feature.DROP | Feature.REMOVEFROMCONF


@pytest.fixture
def growing(board: Switchboard, whole_host: Host) -> Line:
    """A line whose switch lets one more into a conference."""
    board.line["capabilities"] = LARGE
    return desk_of(whole_host)


def joined(desk: Line) -> tuple[Call, Call, Call]:
    """The conference, and the two calls that are in it."""
    first = talking(desk)
    conference, second = set_up(first)
    assert second.is_made() == 0
    second.is_in(State.DIALTONE)
    assert second.does("lineDial", "4002", 0) == 0
    second.is_in(State.CONNECTED)
    assert conference.does("lineAddToConference", second.hd) == 0
    return conference, first, second


def place_in(conference: Call) -> Call:
    """A place for the number of one more."""
    third = prepared(conference)
    assert third.is_made() == 0
    return third.is_in(State.DIALTONE)


def asked(conference: Call, number: str = "4003") -> Call:
    """One more, who has answered."""
    third = place_in(conference)
    assert third.does("lineDial", number, 0) == 0
    return third.is_in(State.CONNECTED)


def check_a_fourth_is_asked_and_comes_in(growing: Line, board: Switchboard) -> None:
    conference, first, second = joined(growing)
    assert conference.features == Feature.DROP | Feature.PREPAREADDCONF
    third = place_in(conference)
    assert conference.state == State.ONHOLDPENDCONF
    assert third.features == Feature.DIAL | Feature.DROP
    assert third.info()["dwRelatedCallID"] == conference.info()["dwCallID"] != 0
    assert third.does("lineDial", "4003", 0) == 0
    third.is_in(State.CONNECTED)
    board.hears("consult call=c2 address=4003")
    assert conference.features == Feature.DROP | Feature.ADDTOCONF | Feature.UNHOLD | Feature.SWAPHOLD
    assert third.features == Feature.DROP | Feature.ADDTOCONF | Feature.SWAPHOLD | Feature.GENERATEDIGITS
    assert conference.does("lineAddToConference", third.hd) == 0
    board.hears("conference call=c3 other=c2")
    entered = [state for state, _ in groupby(conference.path)]
    assert entered[-3:] == [State.CONNECTED, State.ONHOLDPENDCONF, State.CONNECTED]
    assert third.states[-1] == (State.CONFERENCED, conference.ht)
    assert [each.features for each in (first, second, third)] == [PARTY] * 3
    assert conference.features == Feature.DROP | Feature.PREPAREADDCONF


def check_the_capabilities_say_that_a_conference_grows(growing: Line, board: Switchboard) -> None:
    caps = growing.host.address_caps(growing.device)
    assert (caps["dwMaxNumConference"], caps["dwMaxNumTransConf"]) == (PARTIES, PARTIES)
    assert caps["dwCallFeatures"] & Feature.PREPAREADDCONF
    board.change_line(capabilities=LARGE.replace(" conference-8", ""))
    growing.host.wait(
        lambda: growing.host.address_caps(growing.device)["dwMaxNumConference"] == 3, "other capabilities"
    )
    assert not growing.host.address_caps(growing.device)["dwCallFeatures"] & Feature.PREPAREADDCONF


def check_a_conference_is_full(growing: Line, board: Switchboard) -> None:
    conference, *_ = joined(growing)
    for number in range(4003, 4001 + PARTIES - 1):
        assert conference.features & Feature.PREPAREADDCONF
        assert conference.does("lineAddToConference", asked(conference, str(number)).hd) == 0
    assert len(board.calls) == PARTIES - 1
    assert conference.features == Feature.DROP
    assert prepared(conference).answer == Error.CONFERENCEFULL


def check_the_switch_says_when_nobody_else_may_be_asked(growing: Line, board: Switchboard) -> None:
    conference, *_ = joined(growing)
    for id_ in ("c1", "c2"):
        board.change(id_, features="drop")
    growing.host.wait(lambda: not conference.features & Feature.PREPAREADDCONF, "the feature to be gone")
    assert prepared(conference).answer == Error.RESOURCEUNAVAIL


def check_a_conference_made_of_a_consultation_grows_as_well(growing: Line, board: Switchboard) -> None:
    first, second = consulting(growing, board)
    second.is_in(State.CONNECTED)
    conference = Call(growing, growing.host.new_handle(), growing.host.new_request())
    conference.begins(
        *("lineCompleteTransfer to a conference", conference.request, first.hd, second.hd),
        *(conference.ht, conference.hd_pointer, AS_CONFERENCE),
    )
    assert conference.is_made() == 0
    conference.is_in(State.CONNECTED)
    third = asked(conference)
    assert conference.does("lineAddToConference", third.hd) == 0
    assert third.states[-1] == (State.CONFERENCED, conference.ht)


def check_what_is_no_conference_that_talks_has_no_place(growing: Line, board: Switchboard) -> None:
    first = talking(growing)
    assert prepared(first).answer == Error.INVALCONFCALLHANDLE
    conference, second = set_up(first)
    assert second.is_made() == 0
    second.is_in(State.DIALTONE)
    assert prepared(conference).answer == Error.INVALCALLSTATE


def check_one_is_asked_at_a_time(growing: Line, board: Switchboard) -> None:
    conference, *_ = joined(growing)
    place_in(conference)
    assert prepared(conference).answer == Error.INVALCALLSTATE


@pytest.mark.parametrize("dialled", [False, True], ids=["place", "answered"])
@pytest.mark.parametrize("how", ["dropped", "unheld"])
def check_who_is_not_wanted_after_all_leaves_the_conference_as_it_was(
    growing: Line, board: Switchboard, dialled: bool, how: str
) -> None:
    conference, first, second = joined(growing)
    third = asked(conference) if dialled else place_in(conference)
    if how == "dropped":
        third.drop()
    else:
        assert conference.does("lineUnhold") == 0
    third.is_in(State.IDLE)
    conference.is_in(State.CONNECTED)
    board.wait(lambda: set(board.calls) == {"c1", "c2"}, "the third one to be hung up")
    assert not any(call.get("held") for call in board.calls.values())
    assert [each.state for each in (first, second)] == [State.CONFERENCED] * 2
    assert conference.features == Feature.DROP | Feature.PREPAREADDCONF


def check_a_place_is_given_up_while_its_number_is_dialled(growing: Line, board: Switchboard) -> None:
    conference, *_ = joined(growing)
    third = place_in(conference)
    with board.holding_back("consult"):
        dialling = third.asks("lineDial", "4003", 0)
        assert conference.does("lineUnhold") == 0
        assert third.is_done(dialling) == Error.OPERATIONFAILED
        assert (third.state, conference.state) == (State.IDLE, State.CONNECTED)
        board.answer("consult")
    board.wait(lambda: set(board.calls) == {"c1", "c2"}, "the third one to be hung up")
    conference.is_in(State.CONNECTED)


def check_a_fourth_who_is_busy_leaves_a_conference_that_is_taken_back(
    growing: Line, board: Switchboard
) -> None:
    conference, first, _ = joined(growing)
    board.dialled = (OFF_HOOK,)
    third = place_in(conference)
    assert third.does("lineDial", "4003", 0) == 0
    third.is_in(State.DIALING)
    board.end("c3", "busy")
    third.is_in(State.IDLE)
    conference.is_in(State.ONHOLD)
    assert conference.features & Feature.UNHOLD
    assert counts(growing) == (2, 1, 0)
    assert conference.does("lineUnhold") == 0
    assert (conference.state, first.state) == (State.CONNECTED, State.CONFERENCED)


def check_a_number_that_is_refused_leaves_the_place_for_another(growing: Line, board: Switchboard) -> None:
    conference, *_ = joined(growing)
    third = place_in(conference)
    board.refusals["consult"] = "invalid-address"
    assert third.does("lineDial", "4003", 0) == Error.INVALADDRESS
    del board.refusals["consult"]
    assert third.does("lineDial", "4004", 0) == 0
    third.is_in(State.CONNECTED)
    assert conference.does("lineAddToConference", third.hd) == 0


def check_the_conference_and_who_is_asked_are_swapped_to_and_fro(growing: Line, board: Switchboard) -> None:
    conference, *_ = joined(growing)
    third = asked(conference)
    assert third.does("lineSwapHold", conference.hd) == 0
    assert (conference.state, third.state) == (State.CONNECTED, State.ONHOLDPENDCONF)
    assert conference.features == Feature.DROP | Feature.ADDTOCONF | Feature.SWAPHOLD
    assert conference.does("lineSwapHold", third.hd) == 0
    assert (conference.state, third.state) == (State.ONHOLDPENDCONF, State.CONNECTED)
    assert third.does("lineSwapHold", conference.hd) == 0
    assert conference.does("lineAddToConference", third.hd) == 0
    assert (conference.state, third.state) == (State.CONNECTED, State.CONFERENCED)


def check_who_waits_while_he_still_rings_is_not_added(growing: Line, board: Switchboard) -> None:
    conference, *_ = joined(growing)
    board.dialled = (OFF_HOOK, RING_BACK)
    third = place_in(conference)
    assert third.does("lineDial", "4003", 0) == 0
    third.is_in(State.RINGBACK)
    assert conference.asks("lineAddToConference", third.hd) == Error.INVALCALLSTATE
    board.change("c3", state=CONNECTED)
    third.is_in(State.CONNECTED)
    board.refusals["conference"] = "not-possible-now"
    assert conference.does("lineAddToConference", third.hd) == Error.RESOURCEUNAVAIL
    assert (conference.state, third.state) == (State.ONHOLDPENDCONF, State.CONNECTED)


@pytest.mark.parametrize("which", [0, 1, 2])
def check_one_of_four_is_removed_and_the_others_confer_on(
    growing: Line, board: Switchboard, which: int
) -> None:
    conference, *calls = joined(growing)
    calls.append(asked(conference))
    assert conference.does("lineAddToConference", calls[2].hd) == 0
    removed = calls.pop(which)
    assert removed.does("lineRemoveFromConference") == 0
    assert removed.state == State.IDLE
    board.wait(lambda: len(board.calls) == 2, "it to be hung up")
    assert [each.state for each in (conference, *calls)] == [State.CONNECTED] + [State.CONFERENCED] * 2
    assert calls[0].does("lineRemoveFromConference") == 0
    conference.is_in(State.IDLE)
    calls[1].is_in(State.CONNECTED)


def check_a_party_that_hangs_up_while_one_more_is_asked_leaves_a_conference_to_come_back_to(
    growing: Line, board: Switchboard
) -> None:
    conference, first, second = joined(growing)
    third = asked(conference)
    board.end("c1")
    first.is_in(State.IDLE)
    assert (conference.state, second.state) == (State.ONHOLDPENDCONF, State.CONFERENCED)
    assert conference.does("lineAddToConference", third.hd) == 0
    assert [each.state for each in (conference, second, third)] == [State.CONNECTED] + [State.CONFERENCED] * 2


def check_all_parties_hang_up_while_one_more_is_asked(growing: Line, board: Switchboard) -> None:
    conference, *_ = joined(growing)
    third = asked(conference)
    for id_ in ("c1", "c2"):
        board.end(id_)
    conference.is_in(State.IDLE)
    assert third.state == State.CONNECTED
    assert third.features & Feature.HOLD
    third.drop()


def check_a_conference_is_dropped_with_who_is_being_asked(growing: Line, board: Switchboard) -> None:
    conference, first, second = joined(growing)
    third = asked(conference)
    conference.drop()
    assert [each.state for each in (conference, first, second, third)] == [State.IDLE] * 4
    board.wait(lambda: not board.calls, "all to be hung up")


def check_a_conference_that_is_closed_talks_on(growing: Line, board: Switchboard) -> None:
    conference, first, second = joined(growing)
    third = asked(conference)
    conference.close()
    third.drop()
    board.wait(lambda: set(board.calls) == {"c1", "c2"}, "the third one to be hung up")
    assert first.state != State.IDLE
    assert second.state != State.IDLE


def check_a_session_that_is_lost_takes_the_place_along_and_not_the_conference(
    growing: Line, board: Switchboard
) -> None:
    conference, first, _ = joined(growing)
    third = place_in(conference)
    board.stop()
    third.is_in(State.IDLE)
    conference.is_in(State.CONNECTED)
    board.start()
    growing.host.wait(lambda: bool(conference.features & Feature.PREPAREADDCONF), "the session again")
    fourth = asked(conference)
    assert conference.does("lineAddToConference", fourth.hd) == 0
    assert first.state == State.CONFERENCED


def check_a_call_that_comes_in_meanwhile_is_answered_and_joins_them(
    growing: Line, board: Switchboard
) -> None:
    conference, *_ = joined(growing)
    id_ = board.incoming()
    caller = growing.host.is_offered().is_in(State.OFFERING)
    assert caller.does("lineAnswer", None, 0) == 0
    conference.is_in(State.ONHOLD)
    assert caller.state == State.CONNECTED
    assert conference.features == Feature.DROP | Feature.UNHOLD | Feature.SWAPHOLD | Feature.ADDTOCONF
    assert conference.does("lineAddToConference", caller.hd) == 0
    board.hears(f"conference call={id_} other=c2")
    assert (conference.state, caller.states[-1]) == (State.CONNECTED, (State.CONFERENCED, conference.ht))


def check_one_who_is_added_at_another_door_is_a_party_too(growing: Line, board: Switchboard) -> None:
    conference, *_ = joined(growing)
    for id_ in ("c1", "c2"):
        board.change(id_, held="yes")
    hand = board.by_hand("4005", CONNECTED)
    fourth = growing.host.is_offered().is_in(State.CONNECTED)
    conference.is_in(State.ONHOLD)
    name = board.calls["c1"]["conference"]
    for id_ in ("c1", "c2", hand):
        board.change(id_, held="", conference=name)
    fourth.is_in(State.CONFERENCED)
    conference.is_in(State.CONNECTED)
    assert fourth.states[-1] == (State.CONFERENCED, conference.ht)
    assert fourth.does("lineRemoveFromConference") == 0
    assert conference.state == State.CONNECTED


def check_the_last_of_a_conference_is_asked_into_another_one(growing: Line, board: Switchboard) -> None:
    """Asterisk keeps him in the room, where he cannot be put on hold, but left for somebody else."""
    conference, first, second = joined(growing)
    second.drop()
    conference.is_in(State.IDLE)
    first.is_in(State.CONNECTED)
    board.change("c1", features="drop consult")
    growing.host.wait(lambda: first.features == Feature.DROP | Feature.SETUPCONF, "the features")
    board.refusals["hold"] = "not-possible-now"
    anew, third = set_up(first)
    assert third.is_made() == 0
    third.is_in(State.DIALTONE)
    assert (anew.state, first.states[-1]) == (State.ONHOLDPENDCONF, (State.CONFERENCED, anew.ht))
    assert third.does("lineDial", "4003", 0) == 0
    third.is_in(State.CONNECTED)
    board.change("c1", features="drop conference")
    growing.host.wait(lambda: bool(anew.features & Feature.ADDTOCONF), "the features")
    assert anew.does("lineAddToConference", third.hd) == 0
    assert (anew.state, third.state) == (State.CONNECTED, State.CONFERENCED)
