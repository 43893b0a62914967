"""A Local channel joins the phone with the other party, and Asterisk takes it out of the call."""

from __future__ import annotations

import pytest

from offhook.call import CallState, Feature
from offhook.switch.asterisk.offers import Offers
from tests.switch.asterisk.world import World, dialled

BASIC = {"BridgeType": "basic", "BridgeTechnology": "simple_bridge"}
LOCAL = {"LocalOneUniqueid": "l1", "LocalTwoUniqueid": "l2"}
NAMES = {"b": "PJSIP/4001-2", "l1": "Local/4001@x-0;1", "l2": "Local/4001@x-0;2"}

MOVES = [
    ("LocalOptimizationBegin", {**LOCAL, "SourceUniqueid": "b", "DestUniqueid": "l2"}),
    ("BridgeLeave", {"Uniqueid": "b", "BridgeUniqueid": "y"}),
    ("BridgeLeave", {"Uniqueid": "l1", "BridgeUniqueid": "x"}),
    ("BridgeEnter", {"Uniqueid": "b", "BridgeUniqueid": "x", **BASIC}),
    ("LocalOptimizationEnd", LOCAL),
    ("BridgeLeave", {"Uniqueid": "l2", "BridgeUniqueid": "y"}),
    ("Hangup", {"Uniqueid": "l2", "Cause": "16"}),
    ("Hangup", {"Uniqueid": "l1", "Cause": "16"}),
]
"""As Asterisk 22 tells of it."""


def talks() -> tuple[World, str]:
    """4000 has called 4001 by a Local channel, which is in the call still."""
    world, own = dialled()
    names = {own: "PJSIP/4000-1", **NAMES}
    for one, name in names.items():
        world.tell("Newchannel", Uniqueid=one, Channel=name, ChannelState="0", Linkedid=own)
        world.tell("Newstate", Uniqueid=one, Channel=name, ChannelState="6", Linkedid=own)
    world.tell("LocalBridge", **LOCAL)
    for one, bridge in ((own, "x"), ("l1", "x"), ("l2", "y"), ("b", "y")):
        world.tell("BridgeEnter", Uniqueid=one, Channel=names[one], BridgeUniqueid=bridge, **BASIC)
    assert world.states()[-1] is CallState.CONNECTED
    return world, own


def tell(world: World, event: tuple[str, dict[str, str]]) -> None:
    name, headers = event
    world.tell(name, Channel=NAMES.get(headers.get("Uniqueid", ""), ""), **headers)


def test_what_can_be_done_stays_the_same_while_the_local_channel_is_taken_out() -> None:
    world, own = talks()
    leg, offers = world.exchange.calls.legs[own], Offers(world.exchange)
    before = offers.of_call(leg)
    assert Feature.HOLD in before
    for event in MOVES:
        tell(world, event)
        far = world.exchange.parties.far(leg)
        assert (event, offers.of_call(leg), far and far.id) == (event, before, "b")


@pytest.mark.parametrize("moves", range(1, 4))
def test_a_party_that_is_hung_up_while_it_is_moved_ends_the_call(moves: int) -> None:
    world, own = talks()
    for event in MOVES[:moves]:
        tell(world, event)
    for one in ("b", "l2", "l1"):
        tell(world, ("Hangup", {"Uniqueid": one, "Cause": "16"}))
    world.tell("Hangup", Uniqueid=own, Channel="PJSIP/4000-1", Cause="16")
    assert world.states()[-1] is CallState.ON_HOOK
    assert len(world.exchange.channels) == 0


def test_who_has_left_and_not_come_in_again_is_in_no_bridge_when_the_move_has_failed() -> None:
    world, own = talks()
    for event in (MOVES[0], MOVES[1], MOVES[4]):
        tell(world, event)
    party = world.exchange.channels.get("b")
    assert party is not None
    assert party.bridge == ""
    assert world.exchange.parties.far(world.exchange.calls.legs[own]) is None


def test_a_local_channel_that_is_left_with_itself_is_hung_up() -> None:
    world, _ = talks()
    for event in (
        ("BridgeLeave", {"Uniqueid": "b", "BridgeUniqueid": "y"}),
        ("BridgeLeave", {"Uniqueid": "l2", "BridgeUniqueid": "y"}),
        ("BridgeEnter", {"Uniqueid": "l2", "BridgeUniqueid": "x", **BASIC}),
    ):
        tell(world, event)
    assert world.hang_ups() == []  # the phone is with it still
    world.tell("BridgeLeave", Uniqueid=next(iter(world.exchange.calls.legs)), BridgeUniqueid="x")
    assert world.hang_ups() == ["l1"]
