"""Asterisk's events in the orders in which they come, and in none that anybody could foresee."""

from __future__ import annotations

from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from offhook.call import CallState, Cause
from offhook.switch.asterisk.ami import Message
from offhook.switch.asterisk.resync import resynchronise
from offhook.switch.asterisk.session import Reply
from tests.switch.asterisk.world import dialled, on_hold, picked_up

ORDER = list(CallState)


def ends(own: str) -> dict[str, dict[str, str]]:
    """The events with which a busy callee is told, each by its name."""
    return {
        "DialEnd": {
            "Uniqueid": own,
            "DestUniqueid": "b",
            "DestChannel": "PJSIP/4001-2",
            "DialStatus": "BUSY",
        },
        "Hangup": {"Uniqueid": "b", "Channel": "PJSIP/4001-2", "Cause": "17"},
        "Hangup ": {"Uniqueid": own, "Channel": "PJSIP/4000-1", "Cause": "17"},
    }


@pytest.mark.parametrize("order", list(permutations(["DialEnd", "Hangup", "Hangup "])))
def test_a_busy_callee_is_busy_in_whatever_order_it_is_told(order: tuple[str, ...]) -> None:
    world, own = picked_up()
    for name in order:
        world.tell(name.strip(), **ends(own)[name])
    (over,) = [call for call in world.told if call.state is CallState.ON_HOOK]
    assert over.cause is Cause.BUSY
    assert world.exchange.idle


@pytest.mark.parametrize("first", ["Newstate", "DialState"])
def test_ringing_is_told_once_whichever_event_comes_first(first: str) -> None:
    world, own = picked_up()
    state = {"Uniqueid": "b", "Channel": "PJSIP/4001-2", "ChannelState": "5"}
    dial = {"Uniqueid": own, "DestUniqueid": "b", "DestChannel": "PJSIP/4001-2", "DialStatus": "RINGING"}
    both = {"Newstate": state, "DialState": dial}
    for name in (first, *(other for other in both if other != first)):
        world.tell(name, **both[name])
    assert world.states() == [CallState.OFF_HOOK, CallState.PROCEED, CallState.RING_BACK]


def test_a_phone_whose_call_was_picked_up_is_told_of_it_once_and_no_more() -> None:
    """Its channel goes a little after the call has gone on without it."""
    world, own = picked_up()
    world.tell("Newstate", Uniqueid="b", Channel="PJSIP/4001-2", ChannelState="5")
    taker = {"Uniqueid": "c", "Channel": "PJSIP/4002-3"}
    world.tell("Newchannel", **taker, ChannelState="4")
    world.tell("Pickup", **taker, TargetUniqueid="b")
    world.tell("DialEnd", Uniqueid=own, DestUniqueid="c", DialStatus="ANSWER")
    for channel in (taker, {"Uniqueid": own, "Channel": "PJSIP/4000-1"}):
        world.tell("BridgeEnter", **channel, BridgeUniqueid="x", BridgeType="basic")
    world.tell("Hangup", Uniqueid="b", Channel="PJSIP/4001-2", Cause="26")
    rang, over = [call for call in world.told if call.terminal == "4001"]
    assert (rang.state, over.state) == (CallState.RING_BACK, CallState.ON_HOOK)
    assert (over.id, over.cause) == (rang.id, Cause.ELSEWHERE)


def test_a_drop_right_behind_the_dial_waits_for_the_channel() -> None:
    world, own = dialled()
    assert world.exchange.drop(own.removeprefix("offhook-"))
    assert world.told[-1].cause is Cause.DROPPED
    assert world.hang_ups() == []
    world.tell("Newchannel", Uniqueid=own, Channel="PJSIP/4000-1", ChannelState="0")
    assert world.hang_ups() == [own]


def test_an_originate_that_is_never_begun_is_not_sent_again() -> None:
    world, own = dialled()
    world.tell("OriginateResponse", Uniqueid=own, Response="Failure", Reason="0")
    assert world.told[-1].cause is Cause.TERMINAL_UNAVAILABLE
    assert [action for action, _, _ in world.actions] == ["Originate"]


@pytest.mark.parametrize(
    ("text", "cause"),
    [
        ("Extension does not exist.", Cause.INVALID_ADDRESS),
        ("Permission denied", Cause.NOT_ALLOWED),
        ("Channel not specified", Cause.FAILURE),
    ],
)
def test_an_originate_that_is_refused_says_why(text: str, cause: Cause) -> None:
    world, _ = dialled()
    world.actions[0][2](Reply(Message(["Response: Error", f"Message: {text}"]), []))
    assert world.told[-1].cause is cause
    assert world.exchange.idle


def test_a_conference_of_two_goes_on_without_the_one_who_drops() -> None:
    world, own = dialled()
    world.tell("Newchannel", Uniqueid=own, Channel="PJSIP/4000-1", ChannelState="0")
    world.tell("Newchannel", Uniqueid="c", Channel="PJSIP/4001-2", ChannelState="4", Exten="4997")
    for one, channel in ((own, "PJSIP/4000-1"), ("c", "PJSIP/4001-2")):
        world.tell("Newstate", Uniqueid=one, Channel=channel, ChannelState="6")
        world.tell("BridgeEnter", Uniqueid=one, Channel=channel, BridgeUniqueid="x", BridgeType="base")
    world.exchange.drop(own.removeprefix("offhook-"))
    assert [call.terminal for call in world.told if call.state is CallState.ON_HOOK] == ["4000"]


@pytest.mark.parametrize("lost", ["far", "phone"])
@pytest.mark.parametrize(
    "comes_to",
    [
        {"name": "BridgeEnter", "BridgeUniqueid": "y", "BridgeType": "basic"},
        {"name": "DialBegin", "DestUniqueid": "e", "DestChannel": "Local/4002@internal-1;1"},
    ],
    ids=lambda event: event["name"],
)
def test_a_hang_up_that_asterisk_loses_is_done_again(comes_to: dict[str, str], lost: str) -> None:
    world, own = on_hold()
    world.exchange.drop(own.removeprefix("offhook-"))
    assert sorted(world.hang_ups()) == sorted(["b", own])
    world.actions.clear()
    channel_id, channel = {"far": ("b", "PJSIP/4001-2"), "phone": (own, "PJSIP/4000-1")}[lost]
    event = {header: value for header, value in comes_to.items() if header != "name"}
    world.tell(comes_to["name"], Uniqueid=channel_id, Channel=channel, **event)
    assert set(world.hang_ups()) == {channel_id}
    assert not world.exchange.idle
    for each in ("b", own):
        world.tell("Hangup", Uniqueid=each, Cause="16")
    assert world.exchange.idle


def test_a_call_on_hold_that_is_dropped_without_a_connection_is_hung_up_once_there_is_one() -> None:
    world, own = on_hold()
    world.exchange.drop(own.removeprefix("offhook-"))
    world.actions.clear()
    listed = [
        Message([f"Uniqueid: {each}", f"Channel: {channel}", "ChannelState: 6", "Application: BridgeWait"])
        for each, channel in (("b", "PJSIP/4001-2"), (own, "PJSIP/4000-1"))
    ]
    resynchronise(world.exchange, listed, began=set(), gone=set(), restarted=False, first=False)
    assert sorted(world.hang_ups()) == sorted(["b", own])


CHANNELS = {"a": "PJSIP/4000-7", "b": "PJSIP/4001-2", "c": "Local/x@y-00;1", "d": "Local/x@y-00;2"}
EVENTS = st.fixed_dictionaries(
    {
        "name": st.sampled_from(
            [
                "Newchannel",
                "Newstate",
                "DialBegin",
                "DialState",
                "DialEnd",
                "BridgeEnter",
                "BridgeLeave",
                "LocalBridge",
                "LocalOptimizationBegin",
                "LocalOptimizationEnd",
                "HangupRequest",
                "Hangup",
                "OriginateResponse",
                "Rename",
                "NewConnectedLine",
                "Hold",
                "Unhold",
                "Pickup",
                "ParkedCall",
            ]
        ),
        "one": st.sampled_from([*CHANNELS, "own", ""]),
        "two": st.sampled_from([*CHANNELS, "own", ""]),
        "ChannelState": st.sampled_from(["0", "4", "5", "6", "", "nine"]),
        "DialStatus": st.sampled_from(["RINGING", "ANSWER", "BUSY", "NOANSWER", "CONGESTION", "CANCEL", ""]),
        "Cause": st.sampled_from(["0", "16", "17", "21", "-1", "many"]),
        "BridgeUniqueid": st.sampled_from(["x", "y"]),
        "BridgeType": st.sampled_from(["basic", "base"]),
        "BridgeTechnology": st.sampled_from(["simple_bridge", "holding_bridge"]),
        "Context": st.sampled_from(["internal", "offhook-hold", "offhook-wait"]),
    }
)


@settings(max_examples=300, deadline=None)
@given(st.lists(EVENTS, max_size=40), st.integers(0, 40))
def test_no_stream_of_events_steps_back_or_leaves_a_call_behind(
    stream: list[dict[str, str]], drop_at: int
) -> None:
    world, own = picked_up()
    names = {**CHANNELS, "own": "PJSIP/4000-1", "": ""}
    ids = {**{key: key for key in CHANNELS}, "own": own, "": ""}
    for at, event in enumerate(stream):
        one, two = event["one"], event["two"]
        more = {key: value for key, value in event.items() if key not in ("name", "one", "two")}
        world.tell(
            event["name"],
            Uniqueid=ids[one],
            Channel=names[one],
            DestUniqueid=ids[two],
            DestChannel=names[two],
            LocalOneUniqueid=ids[one],
            LocalTwoUniqueid=ids[two],
            SourceUniqueid=ids[two],
            TargetUniqueid=ids[two],
            ParkeeUniqueid=ids[one],
            ParkingSpace="701",
            Exten=own.removeprefix("offhook-"),  # as where it waits on hold
            Newname=names[two],
            Response="Failure",
            **more,
        )
        if at == drop_at:
            world.exchange.drop(own.removeprefix("offhook-"))
    for channel in ids.values():
        world.tell("Hangup", Uniqueid=channel, Cause="16")
    seen: dict[str, CallState] = {}
    for call in world.told:
        before = seen.get(call.id, CallState.OFF_HOOK)
        assert ORDER.index(call.state) >= ORDER.index(before)
        assert before is not CallState.ON_HOOK
        seen[call.id] = call.state
    assert set(seen.values()) <= {CallState.ON_HOOK}
    assert world.exchange.idle
