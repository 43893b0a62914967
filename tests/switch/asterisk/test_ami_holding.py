"""Commands that Asterisk carries out only half."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from itertools import count

import pytest

from offhook.call import CallState, Conference, Feature, live
from offhook.errors import CallError
from offhook.switch.asterisk.abilities import NEEDS, Abilities
from offhook.switch.asterisk.ami import Message
from offhook.switch.asterisk.holding import Holding
from offhook.switch.asterisk.offers import Offers
from offhook.switch.asterisk.plan import CONTEXTS
from offhook.switch.asterisk.session import Fields, Reply
from offhook.switch.asterisk.work import Work
from tests.switch.asterisk.world import SETTINGS, World, on_hold

PHONE, FAR = "PJSIP/4000-1", "PJSIP/4002-3"


class Asterisk:
    """Carries out what `Holding` asks for; the party on hold hangs up when it is to come to a conference."""

    def __init__(self, world: World, own: str) -> None:
        self.world, self.ids = world, {PHONE: own, FAR: "c"}
        self.asked: list[str] = []
        self._bridges: Iterator[int] = count()
        abilities = Abilities(SETTINGS)
        abilities.learn({action for actions, _ in NEEDS.values() for action in actions}, CONTEXTS)
        self.work = Work(world.exchange, abilities, self.ask, lambda terminal: True)
        self.holding = Holding(self.work, 10)

    def tell(self, name: str, **headers: str) -> None:
        self.world.tell(name, **headers)
        self.work.changed()

    def join(self, kind: str) -> None:
        """Phone and other party are in a new bridge."""
        bridge = str(next(self._bridges))
        for channel, channel_id in self.ids.items():
            self.tell("BridgeLeave", Uniqueid=channel_id, Channel=channel)
        for channel, channel_id in self.ids.items():
            self.tell(
                "BridgeEnter", Uniqueid=channel_id, Channel=channel, BridgeUniqueid=bridge, BridgeType=kind
            )

    async def ask(self, action: str, fields: Fields) -> Reply:
        self.asked.append(action)
        there = dict(fields)["Channel"] if action == "Redirect" else FAR
        if there not in self.ids:
            return Reply(Message(["Response: Error", f"Message: Channel does not exist: {there}"]), [])
        loop = asyncio.get_running_loop()
        if action == "Redirect":
            self.tell("Hangup", Uniqueid="b", Channel="PJSIP/4001-2", Cause="16")
        loop.call_soon(self.join, "basic" if action == "Bridge" else "base")
        return Reply(Message(["Response: Success"]), [])


async def test_who_comes_to_no_conference_is_in_the_call_as_before() -> None:
    world, own = on_hold()
    held = own.removeprefix("offhook-")
    asterisk = Asterisk(world, own)
    second = world.exchange.dial("4000", "4002")
    world.tell("Newchannel", Uniqueid="c", Channel=FAR, ChannelState="0", Linkedid=own)
    world.tell("DialBegin", Uniqueid=own, Channel=PHONE, DestUniqueid="c", DestChannel=FAR)
    world.tell("Newstate", Uniqueid="c", Channel=FAR, ChannelState="6")
    asterisk.join("basic")
    leg = world.exchange.calls.by_call(second.id)
    assert leg is not None
    assert leg.call.state is CallState.CONNECTED
    with pytest.raises(CallError):
        await asterisk.holding.conference(Conference(held, "4000"))
    assert asterisk.asked == ["Redirect", "Redirect", "Bridge"]
    assert live(leg.call)
    assert (far := world.exchange.parties.far(leg)) is not None
    assert far.id == "c"


class SilentAsterisk(Asterisk):
    """It says that it moves the party on hold, and does not."""

    async def ask(self, action: str, fields: Fields) -> Reply:
        self.asked.append(action)
        moved = dict(fields)["Channel"]
        if moved in self.ids:
            asyncio.get_running_loop().call_soon(self.join, "basic" if moved == PHONE else "base")
        return Reply(Message(["Response: Success"]), [])


async def test_who_does_not_come_to_a_conference_in_time_leaves_the_others_in_their_call(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("offhook.switch.asterisk.work.COMMAND_S", 0.05)
    world, own = on_hold()
    held = own.removeprefix("offhook-")
    asterisk = SilentAsterisk(world, own)
    second = world.exchange.dial("4000", "4002")
    world.tell("Newchannel", Uniqueid="c", Channel=FAR, ChannelState="0", Linkedid=own)
    world.tell("DialBegin", Uniqueid=own, Channel=PHONE, DestUniqueid="c", DestChannel=FAR)
    world.tell("Newstate", Uniqueid="c", Channel=FAR, ChannelState="6")
    asterisk.join("basic")
    with pytest.raises(CallError, match="in time"):
        await asterisk.holding.conference(Conference(held, "4000"))
    assert asterisk.asked == ["Redirect"] * 3
    leg, first = world.exchange.calls.by_call(second.id), world.exchange.calls.by_call(held)
    assert leg is not None and first is not None
    assert (live(leg.call), leg.call.conference, first.call.held) == (True, "", True)
    phone = world.exchange.channels.get(own)
    assert phone is not None and phone.pair


def test_of_a_call_that_is_dropped_and_cannot_ring_back_nothing_is_left() -> None:
    world, own = on_hold()
    exchange, call_id = world.exchange, own.removeprefix("offhook-")
    world.tell("HangupRequest", Uniqueid=own, Channel=PHONE)
    world.tell("Hangup", Uniqueid=own, Channel=PHONE, Cause="16")
    action, _, answer = world.actions[-1]
    assert action == "Originate"
    assert exchange.drop(call_id)
    answer(Reply(Message(["Response: Error", "Message: no"]), []))
    world.tell("Hangup", Uniqueid="b", Channel=FAR, Cause="16")
    assert exchange.idle


def test_a_call_that_rings_back_is_not_over_because_the_phone_has_no_channel_yet() -> None:
    """The phone was hung up in its second call while a command was about to move the first one."""
    world, own = on_hold()
    exchange, call_id = world.exchange, own.removeprefix("offhook-")
    second = exchange.dial("4000", "4002")
    world.tell("Hangup", Uniqueid=own, Channel="PJSIP/4000-1", Cause="16")
    held, far = exchange.calls.by_call(call_id), exchange.channels.get("b")
    assert held is not None and far is not None
    exchange.beside.settle(held, far)
    assert [call.id for call in world.told if call.state is CallState.ON_HOOK] == [second.id]
    assert [action for action, _, _ in world.actions].count(
        "Originate"
    ) == 2  # the call, and its ringing back
    assert world.hang_ups() == []


def test_a_call_that_both_hold_offers_no_tones_while_the_other_phone_that_rings_back_has_no_channel() -> None:
    world, own = on_hold()
    exchange = world.exchange
    holder, leg = exchange.calls.by_call(own.removeprefix("offhook-")), exchange.calls.legs["b"]
    assert holder is not None
    exchange.beside.hold_too(leg, holder)
    world.tell("HangupRequest", Uniqueid=own, Channel=PHONE)
    world.tell("Hangup", Uniqueid=own, Channel=PHONE, Cause="16")
    assert world.actions[-1][0] == "Originate"
    assert Offers(exchange).of_call(leg) == {Feature.DROP}
