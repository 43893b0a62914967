"""Hold, retrieve, swap, consult and conference: which of its calls the phone is in.

The phone's channel stays the same all the time. That works with every phone, and it shows whom it is
connected with.
"""

from __future__ import annotations

from typing import Any

from offhook.call import (
    Call,
    CallCommand,
    CallState,
    Conference,
    Consult,
    Feature,
    Hold,
    Retrieve,
    Swap,
    live,
)
from offhook.switch.asterisk.channels import Channel
from offhook.switch.asterisk.leg import Leg
from offhook.switch.asterisk.originate import BESIDE
from offhook.switch.asterisk.plan import CALL, CONFERENCE, HOLD, JOIN, WAIT, WAITING, Place, redirect
from offhook.switch.asterisk.work import GONE, Work
from offhook.switch.base import failed, invalid_address, not_now, too_many_calls


class Holding:
    """The commands, each as `offhook.switch.base.Switch` has it."""

    def __init__(self, work: Work, max_calls: int) -> None:
        self._work, self._exchange = work, work.exchange
        self._max_calls = max_calls

    async def hold(self, command: Hold) -> None:
        leg = self._work.check(command, Feature.HOLD)
        async with self._work.at(command, *self._ends(leg)):
            if leg.call.held:
                return
            self._work.check(command, Feature.HOLD)
            holder = self._work.offers.holder(leg)
            if holder is None:
                await self.set_aside(command, leg, (WAIT, WAITING))
            else:
                await self._hold_too(command, leg, holder)

    def _ends(self, leg: Leg) -> list[str]:
        """The call's terminal, and that of the other end if both hold the call or are about to."""
        other = self._work.offers.holder(leg) or self._exchange.beside.counterpart(leg)
        return [leg.call.terminal] if other is None else [leg.call.terminal, other.call.terminal]

    async def _hold_too(self, command: Hold, leg: Leg, holder: Leg) -> None:
        """Put a call on hold in which the phone is on hold itself: then it waits as a holder's does, free
        for another call."""
        phone = self._work.phone(command, leg)
        leg.moving = True
        try:
            await self._work.ask(command, "Redirect", redirect(phone.name, (WAIT, WAITING)))
            await self._work.moved(holder, lambda: phone.waits and phone.context == WAIT, phone)
        finally:
            leg.moving = False
            if live(leg.call) and not live(holder.call):  # the other party has hung up meanwhile
                self._exchange.drop(leg.call.id)
        if not live(leg.call):
            raise failed(command, GONE)
        self._exchange.beside.hold_too(leg, holder)

    async def retrieve(self, command: Retrieve) -> None:
        leg = self._work.check(command, Feature.RETRIEVE)
        async with self._work.at(command, *self._ends(leg)):
            if leg.call.held or not live(leg.call):
                self._work.check(command, Feature.RETRIEVE)
                await self._take_back(command, leg)

    async def swap(self, command: Swap) -> None:
        leg = self._work.check(command, Feature.SWAP)
        async with self._work.at(command, *self._ends(leg)):
            if leg.call.held or not live(leg.call):
                self._work.check(command, Feature.SWAP)
                await self._take_back(command, leg)

    async def set_aside(self, command: CallCommand[Any], leg: Leg, phone_goes: Place) -> None:
        """Put the call on hold; the phone goes to that place of the dialplan."""
        far = await self._work.joined(command, leg)
        phone = self._work.phone(command, leg)
        leg.moving = True
        try:
            fields = redirect(far.name, (HOLD, leg.call.id), phone.name, phone_goes)
            await self._work.ask(command, "Redirect", fields)
            waits = phone_goes[0] == WAIT
            await self._work.moved(leg, lambda: bool(leg.far) and (phone.waits or not waits), phone, far)
        finally:
            leg.moving = False
            self._exchange.beside.settle(leg, far)
        if not live(leg.call):
            raise failed(command, GONE)

    async def _take_back(self, command: Retrieve | Swap, leg: Leg) -> None:
        exchange = self._exchange
        far, phone = exchange.parties.far(leg), self._work.phone(command, leg)
        if far is None:
            raise not_now(command, GONE)
        active = exchange.calls.legs.get(phone.id)
        place = exchange.beside.waits_for(leg)
        if active is not None and active.call.conference:
            await self._work.ask(command, "Redirect", redirect(phone.name, place))
        elif active is not None and active.call.state is CallState.CONNECTED:
            await self.set_aside(command, active, place)
        elif active is not None:  # a consultation that nobody has answered
            exchange.drop(active.call.id)
        elif place[0] != JOIN:
            await self._work.ask(command, "Redirect", redirect(phone.name, place))
        else:
            await self._join(command, phone, far)
        await self._work.moved(leg, lambda: not leg.call.held, phone, far)
        if not live(leg.call):
            raise failed(command, GONE)

    async def consult(self, command: Consult) -> Call:
        leg = self._work.check(command, Feature.CONSULT)
        terminal, address = leg.call.terminal, command.address
        if not BESIDE.fullmatch(address) or address == terminal:
            raise invalid_address(terminal, address)
        async with self._work.at(command, terminal):
            self._work.check(command, Feature.CONSULT)
            if len(self._exchange.calls) >= self._max_calls:
                raise too_many_calls()
            members = {"consultation": True, "related": leg.call.id}
            call = self._exchange.new_call(terminal, address, **members)
            second = Leg(call, leg.channel_id, ours=True, asked_for=leg.call.id)
            await self.call_beside(command, leg, second)
            return call

    async def call_beside(self, command: Consult, leg: Leg, second: Leg) -> None:
        """Have the phone call somebody else, with the call on hold."""
        exchange, number = self._exchange, second.call.callee.id
        phone, held = self._work.phone(command, leg), bool(leg.far)
        far = await self._work.joined(command, leg)
        bridge, pair = phone.bridge, phone.pair
        conferring = [one for one in exchange.beside.conference(phone.id) if not one.call.held]
        exchange.calls.add(second)
        exchange.limit(second, exchange.settings.no_answer_s)
        try:
            exchange.beside.leave_conference(phone)
            exchange.channels.begin_again(phone)
            if held:
                await self._work.ask(command, "Redirect", redirect(phone.name, (CALL, number)))
            else:
                leg.moving = True
                exchange.beside.on_the_way.add(leg)
                fields = redirect(far.name, (HOLD, leg.call.id), phone.name, (CALL, number))
                await self._work.ask(command, "Redirect", fields)
                await self._work.moved(leg, lambda: bool(leg.far), phone, far)
                if not leg.far:
                    raise failed(command, GONE)
        except BaseException:
            if live(second.call):
                exchange.withdraw(second)
            if conferring and bridge and exchange.channels.get(phone.id) is not None:
                exchange.channels.enter(phone, bridge)
                exchange.beside.in_conference(phone)
            if not held and live(leg.call) and not leg.far:
                exchange.calls.legs[leg.channel_id] = leg
                if bridge and exchange.channels.get(phone.id) is not None:
                    exchange.channels.enter(phone, bridge, pair=pair)
            exchange.beside.settle(leg, far)
            raise
        finally:
            leg.moving = False
            exchange.beside.on_the_way.discard(leg)
        for one in conferring:  # what has brought them together is past
            exchange.set(one, related="", consultation=False)
        if live(second.call):
            before = exchange.calls.by_call(
                leg.call.related
            )  # a consultation on hold is none of this call's now
            if before is not None and before.call.related == leg.call.id:
                exchange.set(before, related="", consultation=False)
            exchange.set(leg, related=second.call.id)

    async def conference(self, command: Conference) -> None:
        leg = self._work.check(command, Feature.CONFERENCE)
        async with self._work.at(command, leg.call.terminal):
            together = leg.call.conference and not leg.call.held and not command.other
            if together and live(leg.call):
                return
            self._work.check(command, Feature.CONFERENCE)
            other = self._other(command, leg)
            if other is None or other.channel_id != leg.channel_id or not (leg.far or other.far):
                raise not_now(command, "there is no other call of the same phone to join it with")
            waiting, active = (leg, other) if leg.call.held else (other, leg)
            if active.call.conference:
                await self._let_in(command, waiting, active)
            else:
                await self._confer(command, waiting, active)

    def _other(self, command: Conference, leg: Leg) -> Leg | None:
        """The call to join with this one; without a name the conference that the phone is in goes first."""
        conference = None if command.other or not leg.call.held else self._work.offers.conference(leg)
        return conference or self._work.offers.other(leg, command.other)

    async def _let_in(self, command: Conference, waiting: Leg, active: Leg) -> None:
        """The other party of a call on hold comes into the conference that the phone is in."""
        exchange, channels = self._exchange, self._exchange.channels
        far, phone = exchange.parties.far(waiting), self._work.phone(command, active)
        if far is None:
            raise not_now(command, GONE)
        waiting.moving = True
        try:
            place = (CONFERENCE, active.call.conference)
            await self._work.ask(command, "Redirect", redirect(far.name, place))
            await self._work.moved(waiting, lambda: channels.together(phone, far), phone, far)
        finally:
            waiting.moving = False
            exchange.beside.settle(waiting, far)
        if not live(waiting.call) or not channels.together(phone, far):
            raise failed(command, GONE)
        exchange.beside.confer({far.id: waiting}, phone, active.call.conference)

    async def _confer(self, command: Conference, waiting: Leg, active: Leg) -> None:
        exchange, channels = self._exchange, self._exchange.channels
        one, two = exchange.parties.far(waiting), await self._work.joined(command, active)
        phone, room = self._work.phone(command, active), waiting.call.conference
        place = (CONFERENCE, room or waiting.call.id)
        if one is None:
            raise not_now(command, GONE)
        waiting.moving = active.moving = True
        try:
            await self._work.ask(command, "Redirect", redirect(two.name, place, phone.name, place))
            everybody = (phone, one, two)

            def done() -> bool:
                return channels.together(*everybody) or not live(active.call)

            try:
                if not room:
                    await self._work.ask(command, "Redirect", redirect(one.name, place))
                await self._work.moved(waiting, done, *everybody)
            except BaseException:  # it is refused, or takes too long
                await self._work.put_right(self._rejoin(command, active, phone, two))
                raise
            if not channels.together(*everybody):
                await self._rejoin(command, active, phone, two)
        finally:
            waiting.moving = active.moving = False
            exchange.beside.settle(waiting, one)
            exchange.beside.settle(active, two)
        if not (live(waiting.call) and live(active.call)):
            raise failed(command, GONE)
        exchange.beside.confer({one.id: waiting, two.id: active}, phone, place[1])

    async def _rejoin(self, command: Conference, leg: Leg, phone: Channel, far: Channel) -> None:
        """The third one has not come: the two on their way to the conference are in their call as before.

        There, none of them would be hung up when the other one leaves.
        """
        channels = self._exchange.channels
        await self._work.moved(leg, lambda: channels.together(phone, far) and not phone.pair, phone, far)
        if live(leg.call) and channels.together(phone, far):
            await self._join(command, phone, far)
            await self._work.moved(leg, lambda: channels.together(phone, far) and phone.pair, phone, far)

    async def _join(self, command: CallCommand[Any], phone: Channel, far: Channel) -> None:
        """Have Asterisk join the two; if the phone has calls on hold, it comes out of this one to wait."""
        held = [leg for leg in self._exchange.beside.of(phone.id) if leg.far != far.id]
        if held:
            await self._work.ask(command, "Redirect", redirect(phone.name, (JOIN, far.name)))
        else:  # as it was: when one of the two hangs up Asterisk clears the other one
            await self._work.ask(command, "Bridge", [("Channel1", phone.name), ("Channel2", far.name)])
