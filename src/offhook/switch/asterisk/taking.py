"""Answer, pick up and unpark: the phone gets a call that is somewhere else.

A phone that is idle is rung, and asked to answer by itself; then the channel that rang is replaced by the new
one (`PickupChan`). The caller's dialplan does not notice, so that queues, groups and recordings go on.
"""

from __future__ import annotations

import re
from dataclasses import replace

from offhook.call import (
    Answer,
    Call,
    CallState,
    Direction,
    Feature,
    Pickup,
    Reason,
    Unpark,
    live,
    new_call_id,
)
from offhook.errors import CallError, Refusal
from offhook.switch.asterisk.channels import Channel
from offhook.switch.asterisk.holding import Holding
from offhook.switch.asterisk.leg import Leg
from offhook.switch.asterisk.originate import OURS, fetch, unpark
from offhook.switch.asterisk.plan import PICKUP, redirect
from offhook.switch.asterisk.work import Work
from offhook.switch.base import COMMAND_S, failed, not_now

TALK_S = 1.5
"""So long a phone may take to do what a NOTIFY tells it, before it is rung anew: whether it knows of it, its
answer does not say."""

TOLD_S = 1.0
"""So long a call that rings may take until it is known who calls."""

SLOT = re.compile(r"[0-9A-Za-z*#]{1,20}")
"""What names a place where calls are parked."""


class Taking:
    """The commands, each as `offhook.switch.base.Switch` has it."""

    def __init__(self, work: Work, holding: Holding) -> None:
        self._work, self._exchange, self._holding = work, work.exchange, holding

    async def answer(self, command: Answer) -> None:
        leg = self._work.check(command, Feature.ANSWER)
        async with self._work.at(command, leg.call.terminal):
            if leg.call.state is CallState.CONNECTED:
                return
            self._work.check(command, Feature.ANSWER)
            rings = self._work.phone(command, leg)
            active = self._work.offers.active(leg.call.terminal)
            held = [one for one in self._exchange.calls.of(leg.call.terminal) if one.far]
            if active is not None:
                await self._answer_beside(command, leg, rings, active)
            elif held:
                phone = self._work.phone(command, held[-1])
                conferring = [one for one in held if one.call.conference and not one.call.held]
                await self._work.ask(command, "Redirect", redirect(phone.name, (PICKUP, rings.name)))
                await self._work.until(lambda: _decided(leg) or phone.waits)
                if conferring and not self._has_it(leg):
                    # Asterisk loses what it is asked while it moves the channel
                    await self._work.moved(conferring[0], lambda: phone.waits, phone)
                if conferring and not self._has_it(leg) and live(conferring[0].call):
                    place = self._exchange.beside.waits_for(conferring[0])
                    await self._work.ask(command, "Redirect", redirect(phone.name, place))
            elif not await self._told(leg, rings):
                await self._ring(command, leg, rings)
            if not self._has_it(leg):
                raise failed(command, "nobody calls any more, or somebody else has answered")

    async def _answer_beside(self, command: Answer, leg: Leg, rings: Channel, active: Leg) -> None:
        """The phone talks: that call is put on hold, and the phone goes on to the one that rings."""
        await self._holding.set_aside(command, active, (PICKUP, rings.name))
        phone = self._work.phone(command, active)
        await self._work.until(lambda: _decided(leg) or phone.waits)
        far = self._exchange.parties.far(active)
        if not self._has_it(leg) and far is not None and live(active.call):
            place = self._exchange.beside.waits_for(active)
            await self._work.ask(command, "Redirect", redirect(phone.name, place))

    def _has_it(self, leg: Leg) -> bool:
        return leg.call.state is CallState.CONNECTED

    async def _told(self, leg: Leg, rings: Channel) -> bool:
        """Tell the phone itself to answer, as several desk phones understand it. Has it done so?"""
        if not self._work.abilities.tells_phones or not rings.name.startswith("PJSIP/"):
            return False
        fields = [("Channel", rings.name), ("Variable", "Event=talk")]
        self._exchange.host.act("PJSIPNotify", fields, lambda _reply: None)
        return await self._work.within(TALK_S, lambda: _decided(leg))

    async def _ring(self, command: Answer, leg: Leg, rings: Channel) -> None:
        exchange, helper = self._exchange, f"{OURS}answer-{new_call_id()}"
        exchange.phones.helpers.add(helper)
        try:
            application = ("PickupChan", rings.name)
            fields = fetch(leg.call, helper, COMMAND_S, exchange.settings, application)
            await self._work.ask(command, "Originate", fields)
            await self._work.until(lambda: _decided(leg) or helper not in exchange.phones.helpers)
            await self._work.until(lambda: _decided(leg) or exchange.channels.get(helper) is None)
        finally:
            if leg.channel_id != helper:
                exchange.phones.clear(helper)
                exchange.phones.helpers.discard(helper)

    async def pickup(self, command: Pickup) -> Call:
        """The phone rings, or answers by itself, and has the call then."""
        self._check_terminal(command, Feature.PICKUP)
        callers = self._exchange.callers  # it may be about to be told that the phone rings
        await self._work.within(TOLD_S, lambda: not callers.asking_at(command.target))
        rings = self._ringing(command)
        channel = self._exchange.channels.get(rings.channel_id)
        if channel is None:
            raise not_now(command, "nothing rings there")
        call = self._exchange.new_call(
            command.terminal,
            rings.call.callee.id,
            direction=Direction.INBOUND,
            reason=Reason.PICKED_UP,
            redirecting=self._exchange.callers.party(rings.call.terminal),
            external=rings.call.external,
        )
        call = replace(call, state=CallState.RING_BACK, caller=rings.call.caller, callee=rings.call.callee)
        held = [one for one in self._exchange.calls.of(command.terminal) if one.far]
        if held:
            begun = self._exchange.dial_beside(held[-1], call, (PICKUP, channel.name))
        else:
            begun = self._fetch(call, ("PickupChan", channel.name))
        if (leg := self._exchange.calls.by_call(begun.id)) is not None:
            leg.fetches = rings.call.id
            self._exchange.fetching[rings.call.id] = leg
        return begun

    async def unpark(self, command: Unpark) -> Call:
        self._check_terminal(command, Feature.UNPARK)
        if not SLOT.fullmatch(command.slot):
            raise CallError(
                Refusal.BAD_REQUEST, f"{command.slot[:20]!a} is no place to park; give the slot's number"
            )
        if any(one.far for one in self._exchange.calls.of(command.terminal)):
            raise not_now(command, "the phone has a call on hold; take that back or drop it first")
        lot = self._exchange.settings.parking_lot
        parked = await self._work.query(command, "ParkedCalls", [("ParkingLot", lot)])
        if all(item.get("parkingspace") != command.slot for item in parked.items):
            raise not_now(command, f"nobody is parked at {command.slot}")
        call = self._exchange.new_call(command.terminal, command.slot, reason=Reason.UNPARKED)
        return self._exchange.originate(call, unpark(call, command.slot, self._exchange.settings))

    def _fetch(self, call: Call, application: tuple[str, str]) -> Call:
        settings = self._exchange.settings
        seconds = settings.terminal_answer_s
        return self._exchange.originate(call, fetch(call, OURS + call.id, seconds, settings, application))

    def _check_terminal(self, command: Pickup | Unpark, feature: Feature) -> None:
        self._work.check_able(command, feature)
        if self._work.offers.active(command.terminal) is not None:
            raise not_now(command, "the phone is in a call; put that on hold or drop it first")

    def _ringing(self, command: Pickup) -> Leg:
        """The call that rings at the target. Raises `CallError`."""
        found = self._exchange.calls.by_call(command.target)
        rings = [found] if found is not None else self._exchange.calls.of(command.target)
        for leg in rings:
            if leg.call.rings_here and not leg.ours and leg.call.terminal != command.terminal:
                if leg.call.id in self._exchange.fetching:
                    raise not_now(command, "somebody else is just picking it up")
                return leg
        raise not_now(command, "nothing rings there")


def _decided(leg: Leg) -> bool:
    """Does the call that rang not ring any more?"""
    return leg.call.state is not CallState.RING_BACK
