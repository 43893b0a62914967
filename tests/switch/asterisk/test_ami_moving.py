"""Commands whose call comes to its end while they move the channels."""

from __future__ import annotations

import asyncio

import pytest

from offhook.call import CallState, Cause, Park, Party, Transfer
from offhook.errors import CallError
from offhook.switch.asterisk.abilities import NEEDS, Abilities
from offhook.switch.asterisk.ami import Message
from offhook.switch.asterisk.leg import Leg
from offhook.switch.asterisk.moving import Moving
from offhook.switch.asterisk.plan import CONTEXTS
from offhook.switch.asterisk.session import Fields, Reply
from offhook.switch.asterisk.work import Work
from tests.switch.asterisk.world import SETTINGS, World, on_hold, picked_up
from tests.waiting import until


def talks() -> tuple[World, str]:
    """The two are in a bridge."""
    world, own = picked_up()
    world.tell("Newstate", Uniqueid="b", Channel="PJSIP/4001-2", ChannelState="6", Linkedid=own)
    for channel_id, channel in ((own, "PJSIP/4000-1"), ("b", "PJSIP/4001-2")):
        world.tell(
            "BridgeEnter", Uniqueid=channel_id, Channel=channel, BridgeUniqueid="x", BridgeType="basic"
        )
    return world, own


class Lot:
    """Asterisk: what it tells when it is asked for the action `at` is in `events`; `told`: it has done so."""

    def __init__(self, world: World, *events: tuple[str, dict[str, str]], at: str = "Park") -> None:
        self.world, self.events, self.at, self.told = world, events, at, False
        abilities = Abilities(SETTINGS)
        abilities.learn({action for actions, _ in NEEDS.values() for action in actions}, CONTEXTS)
        self.work = Work(world.exchange, abilities, self.ask, lambda terminal: True)
        self.moving = Moving(self.work)

    async def ask(self, action: str, fields: Fields) -> Reply:
        if action == self.at:
            asyncio.get_running_loop().call_soon(self.tell_all)
        return Reply(Message(["Response: Success"]), [])

    def tell_all(self) -> None:
        for event in self.events:
            self.tell(*event)
        self.told = True

    def tell(self, name: str, headers: dict[str, str]) -> None:
        self.world.tell(name, **headers)
        self.work.changed()


def ends(world: World) -> list[tuple[Cause | None, Party | None]]:
    over = [call for call in world.told if call.terminal == "4000" and call.state is CallState.ON_HOOK]
    return [(call.cause, call.redirected_to) for call in over]


LEAVES = ("BridgeLeave", {"Uniqueid": "b", "Channel": "PJSIP/4001-2", "BridgeUniqueid": "x"})
PARKED = ("ParkedCall", {"ParkeeUniqueid": "b", "ParkingSpace": "705"})


@pytest.mark.parametrize("first", ["the place", "the phone's end"])
async def test_a_parked_call_ends_with_its_place_whatever_is_told_first(first: str) -> None:
    world, own = talks()
    gone = ("Hangup", {"Uniqueid": own, "Channel": "PJSIP/4000-1", "Cause": "16"})
    lot = Lot(world, LEAVES, *((PARKED, gone) if first == "the place" else (gone, PARKED)))
    assert await lot.moving.park(Park(own.removeprefix("offhook-"), "4000")) == "705"
    assert ends(world) == [(Cause.PARKED, Party("", "705"))]


async def test_a_call_whose_place_is_not_told_ends_and_the_other_party_waits_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("offhook.switch.asterisk.work.COMMAND_S", 0.05)
    world, own = talks()
    lot = Lot(world, LEAVES, ("Hangup", {"Uniqueid": own, "Channel": "PJSIP/4000-1", "Cause": "16"}))
    with pytest.raises(CallError, match="in time"):
        await lot.moving.park(Park(own.removeprefix("offhook-"), "4000"))
    assert ends(world) == [(Cause.PARKED, None)]
    assert world.hang_ups() == []


TO_4002 = {
    "Uniqueid": "l2",
    "Channel": "Local/4002@x-0;2",
    "DestUniqueid": "c",
    "DestChannel": "PJSIP/4002-3",
}
SENT_ON = [
    LEAVES,
    ("Newchannel", {"Uniqueid": "l1", "Channel": "Local/4002@x-0;1", "ChannelState": "0"}),
    ("Newchannel", {"Uniqueid": "l2", "Channel": "Local/4002@x-0;2", "ChannelState": "4"}),
    ("LocalBridge", {"LocalOneUniqueid": "l1", "LocalTwoUniqueid": "l2"}),
    ("DialBegin", {"Uniqueid": "b", "Channel": "PJSIP/4001-2", "DestUniqueid": "l1"}),
    ("Newchannel", {"Uniqueid": "c", "Channel": "PJSIP/4002-3", "ChannelState": "0"}),
    ("DialBegin", TO_4002),
    (
        "DialState",
        {"Uniqueid": "b", "Channel": "PJSIP/4001-2", "DestUniqueid": "l1", "DialStatus": "RINGING"},
    ),
]
"""4001 is sent on to 4002 through a Local channel, and hears that it rings there."""


@pytest.mark.parametrize(
    "rings",
    [
        ("Newstate", {"Uniqueid": "c", "Channel": "PJSIP/4002-3", "ChannelState": "5"}),
        ("DialState", {**TO_4002, "DialStatus": "RINGING"}),
    ],
)
async def test_a_transfer_is_done_when_the_call_that_rings_there_has_been_told(
    rings: tuple[str, dict[str, str]],
) -> None:
    """Asterisk's threads tell of both ends of the Local channel in any order."""
    world, own = talks()
    lot = Lot(world, *SENT_ON, at="Redirect")
    transfer = asyncio.create_task(
        lot.moving.transfer(Transfer(own.removeprefix("offhook-"), "4000", "4002"))
    )
    await until(lambda: bool(lot.told))
    for _ in range(9):
        await asyncio.sleep(0)
    assert not transfer.done()
    lot.tell(*rings)
    await transfer
    ringing, end = world.told[-2:]
    assert (ringing.terminal, ringing.state, ringing.caller.id) == ("4002", CallState.RING_BACK, "4001")
    assert (end.terminal, end.cause) == ("4000", Cause.TRANSFERRED)


async def test_a_transfer_to_a_dialplan_that_says_that_it_rings_is_not_waited_for_long(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("offhook.switch.asterisk.moving.TOLD_S", 0.05)
    world, own = talks()
    lot = Lot(world, *SENT_ON, at="Redirect")
    await lot.moving.transfer(Transfer(own.removeprefix("offhook-"), "4000", "4002"))
    assert ends(world) == [(Cause.TRANSFERRED, Party("Park", "4002"))]


@pytest.mark.parametrize(
    ("number", "cause"), [("16", Cause.NORMAL), ("127", Cause.NORMAL), ("38", Cause.FAILURE)]
)
def test_a_phone_that_knows_nothing_of_the_call_any_more_has_hung_up(number: str, cause: Cause) -> None:
    """Its 481 to what Asterisk asks of it is told as 127; 38, network out of order, is a failure."""
    world, own = talks()
    world.tell("Hangup", Uniqueid=own, Channel="PJSIP/4000-1", Cause=number)
    assert ends(world) == [(cause, None)]


def test_a_phone_that_waits_already_is_free_when_the_other_terminal_has_ended_the_call() -> None:
    """4001 is putting the call on hold as 4000's is dropped."""
    world, own = talks()
    exchange = world.exchange
    holds, far = exchange.calls.legs["b"], exchange.channels.get(own)
    assert far is not None
    holds.moving = True
    assert exchange.drop(own.removeprefix("offhook-"))
    world.tell(LEAVES[0], **LEAVES[1])
    world.tell(
        "BridgeEnter",
        Uniqueid="b",
        Channel="PJSIP/4001-2",
        Context="offhook-wait",
        Exten="wait",
        BridgeUniqueid="y",
        BridgeTechnology="holding_bridge",
    )
    holds.moving = False
    exchange.beside.settle(holds, far)
    assert set(world.hang_ups()) == {own, "b"}


def test_a_phone_that_is_lifted_for_a_call_that_is_just_dropped_is_hung_up() -> None:
    """Its channel has taken the place of the one that rang, and to that one the hang-up was sent."""
    world, own = picked_up()
    exchange, lifted = world.exchange, "offhook-answer-1"
    world.tell("Newstate", Uniqueid="b", Channel="PJSIP/4001-2", ChannelState="5", Linkedid=own)
    rings = exchange.calls.legs["b"]
    exchange.phones.helpers.add(lifted)
    world.tell("Newchannel", Uniqueid=lifted, Channel="PJSIP/4001-3", ChannelState="0")
    world.tell("Newstate", Uniqueid=lifted, Channel="PJSIP/4001-3", ChannelState="6")
    assert exchange.drop(rings.call.id)
    world.tell("Pickup", Uniqueid=lifted, Channel="PJSIP/4001-3", TargetUniqueid="b")
    assert lifted in world.hang_ups()


@pytest.mark.parametrize(("moving", "comes_to"), [(False, "offhook-join"), (True, "offhook-wait")])
def test_a_phone_does_not_come_back_to_a_call_that_a_command_moves(moving: bool, comes_to: str) -> None:
    """It would pull back who is on the way to somebody else."""
    world, own = on_hold()
    exchange, call_id = world.exchange, own.removeprefix("offhook-")
    held = exchange.calls.by_call(call_id)
    assert held is not None
    asked = Leg(exchange.new_call("4000", "4002"), own, ours=True, asked_for=call_id)
    exchange.calls.add(asked)
    held.moving = moving
    assert exchange.drop(asked.call.id)
    action, fields, _ = world.actions[-1]
    assert (action, fields["Channel"], fields["Context"]) == ("Redirect", "PJSIP/4000-1", comes_to)


def asked_beside() -> tuple[World, str, Leg, Leg]:
    """The own phone calls 4002 already; that 4001 has come to wait is not told yet."""
    world, own = talks()
    exchange = world.exchange
    first = exchange.calls.legs[own]
    second = Leg(exchange.new_call("4000", "4002"), own, ours=True, asked_for=first.call.id)
    exchange.calls.add(second)
    first.moving = True
    exchange.beside.on_the_way.add(first)
    phone = exchange.channels.get(own)
    assert phone is not None
    exchange.channels.begin_again(phone)
    return world, own, first, second


WAITS = {"Context": "offhook-wait", "Exten": "wait", "BridgeTechnology": "holding_bridge"}
HELD = {"Context": "offhook-hold", "BridgeTechnology": "holding_bridge", "BridgeUniqueid": "h"}


@pytest.mark.parametrize("ends", ["who is asked declines", "it is dropped"])
def test_a_phone_keeps_the_call_that_is_on_its_way_to_hold_when_who_is_asked_is_lost(ends: str) -> None:
    world, own, first, second = asked_beside()
    if ends == "it is dropped":
        world.exchange.drop(second.call.id)
    world.tell("BridgeEnter", Uniqueid=own, Channel="PJSIP/4000-1", BridgeUniqueid="w", **WAITS)
    assert second.call.state is CallState.ON_HOOK
    world.tell("BridgeLeave", Uniqueid="b", Channel="PJSIP/4001-2", BridgeUniqueid="x")
    world.tell("BridgeEnter", Uniqueid="b", Channel="PJSIP/4001-2", Exten=first.call.id, **HELD)
    assert (world.hang_ups(), first.call.held) == ([], True)


def test_a_phone_is_hung_up_with_the_call_that_was_on_its_way_to_hold() -> None:
    world, own, first, second = asked_beside()
    world.exchange.drop(second.call.id)
    world.tell("Hangup", Uniqueid="b", Channel="PJSIP/4001-2", Cause="16")
    first.moving = False
    world.exchange.beside.on_the_way.discard(first)
    world.exchange.end_call(first, Cause.NORMAL)
    world.tell("BridgeEnter", Uniqueid=own, Channel="PJSIP/4000-1", BridgeUniqueid="w", **WAITS)
    assert world.hang_ups() == [own]
