"""Reject, redirect, transfer, complete, park and tones: what becomes of the other party of a call."""

from __future__ import annotations

from offhook.call import (
    CallState,
    Cause,
    Complete,
    Dtmf,
    Feature,
    Park,
    Party,
    Reason,
    Redirect,
    Reject,
    Transfer,
    live,
)
from offhook.errors import CallError
from offhook.switch.asterisk.channels import Channel
from offhook.switch.asterisk.exchange import Exchange
from offhook.switch.asterisk.leg import Leg
from offhook.switch.asterisk.originate import BESIDE
from offhook.switch.asterisk.plan import HOLD, SEND, WAIT, WAITING, redirect
from offhook.switch.asterisk.work import GONE, Work
from offhook.switch.base import failed, invalid_address, not_now

REJECTED = "21"
"""Q.850: call rejected."""

TONE_MS, PAUSE_BETWEEN_S, COMMA_S = 100, 0.1, 2.0
"""How long a tone is, and the silence behind it; a comma is a longer one."""

MIN_TONE_MS, MAX_TONE_MS = 50, 500
"""Asterisk serves nobody else on this connection while it plays one."""

TOLD_S = 4.0
"""Asterisk may say that it rings behind a Local channel before it says which phone rings: moments, on a busy
machine seconds. A dialplan's `Ringing()` is told in the same way, and no phone may follow."""


class Moving:
    """The commands, each as `offhook.switch.base.Switch` has it."""

    def __init__(self, work: Work) -> None:
        self._work, self._exchange = work, work.exchange

    async def reject(self, command: Reject) -> None:
        leg = self._work.check(command, Feature.REJECT)
        async with self._work.at(command, leg.call.terminal):
            self._work.check(command, Feature.REJECT)
            leg.ends = Cause.REJECTED, None
            fields = [("Channel", leg.channel_id), ("Cause", REJECTED)]
            await self._end(command, leg, "Hangup", fields)

    async def redirect(self, command: Redirect) -> None:
        leg = self._work.check(command, Feature.REDIRECT)
        self._check_address(leg, command.address)
        async with self._work.at(command, leg.call.terminal):
            self._work.check(command, Feature.REDIRECT)
            self._check_way(command, leg)
            await self._work.check_exists(command, command.address)
            self._work.check(command, Feature.REDIRECT)
            exchange, phone = self._exchange, self._work.phone(command, leg)
            source = exchange.channels.get(phone.dialled_by)
            if source is None:
                raise not_now(command, "nobody calls any more")
            self._sent_on(phone, Reason.REDIRECTED, leg, leg.call.callee)
            leg.ends = Cause.FORWARDED, exchange.callers.party(command.address)
            place = exchange.settings.context, command.address
            await self._end(command, leg, "Redirect", redirect(source.name, place))

    def _check_way(self, command: Redirect, leg: Leg) -> None:
        """A call does not go back to where it comes from. Raises `CallError`."""
        by = leg.call.redirecting
        if command.address == leg.call.caller.id or (by is not None and command.address == by.id):
            raise not_now(command, "the call comes from there")

    async def _end(
        self, command: Reject | Redirect, leg: Leg, action: str, fields: list[tuple[str, str]]
    ) -> None:
        """Do this, which ends the call."""
        try:
            await self._work.ask(command, action, fields)
            await self._work.until(lambda: not live(leg.call))  # one that is just answered ends as well
        finally:
            if live(leg.call):
                leg.ends = None

    async def transfer(self, command: Transfer) -> None:
        leg = self._work.check(command, Feature.TRANSFER)
        self._check_address(leg, command.address)
        async with self._work.at(command, leg.call.terminal):
            self._work.check(command, Feature.TRANSFER)
            await self._work.check_exists(command, command.address)
            far = await self._work.joined(command, leg)
            await self._send(command, leg, far, command.address)
            self._leave(leg, Cause.TRANSFERRED, self._exchange.callers.party(command.address))

    async def complete(self, command: Complete) -> None:
        leg = self._work.check(command, Feature.COMPLETE)
        async with self._work.at(command, leg.call.terminal):
            self._work.check(command, Feature.COMPLETE)
            other = self._work.offers.other(leg, command.other)
            if other is None:
                raise not_now(command, "there is no second call to join it with")
            ringing = next((one for one in (leg, other) if one.call.state is not CallState.CONNECTED), None)
            if ringing is None:
                await self._connect(command, leg, other)
            else:
                await self._complete_ringing(command, other if ringing is leg else leg, ringing)

    async def _connect(self, command: Complete, one: Leg, two: Leg) -> None:
        """Connect the other parties of the two."""
        exchange = self._exchange
        far, other = await self._work.joined(command, one), await self._work.joined(command, two)
        parties = exchange.callers.of(far), exchange.callers.of(other)
        if far is other or not (live(one.call) and live(two.call)):
            raise not_now(command, GONE)
        for leg, party in ((one, parties[1]), (two, parties[0])):
            leg.moving, leg.ends = True, (Cause.TRANSFERRED, party)
            self._sent_on(far if leg is one else other, Reason.TRANSFERRED, leg)
        try:
            await self._work.ask(command, "Bridge", [("Channel1", far.name), ("Channel2", other.name)])
            channels = exchange.channels

            def done() -> bool:
                gone = channels.get(far.id) is None or channels.get(other.id) is None
                return gone or channels.together(far, other)

            await self._work.until(done)
        finally:
            done_so = exchange.channels.together(far, other)
            for leg, party in ((one, parties[1]), (two, parties[0])):
                leg.moving = False
                if done_so:
                    self._leave(leg, Cause.TRANSFERRED, party)
                else:
                    leg.ends = None
                    exchange.beside.settle(leg, far if leg is one else other)
        if not done_so:
            raise failed(command, GONE)

    async def _complete_ringing(self, command: Complete, first: Leg, asked: Leg) -> None:
        """The called phone rings anew, for the other party of the first call: there is no way to hand over a
        call that has not been answered."""
        far = self._exchange.parties.far(first)
        if far is None or not first.far:
            raise not_now(command, GONE)
        number = asked.call.callee.id
        asked.moving = True
        try:
            await self._send(command, first, far, number, phone=self._work.phone(command, asked))
        except BaseException:
            asked.moving = False
            if live(asked.call):
                self._exchange.drop(asked.call.id)
            raise
        to = self._exchange.callers.party(number)
        self._exchange.end_call(asked, Cause.TRANSFERRED, to)
        self._leave(first, Cause.TRANSFERRED, to)

    async def _send(
        self, command: Transfer | Complete, leg: Leg, far: Channel, number: str, phone: Channel | None = None
    ) -> None:
        """Send the other party on to the number; the call is as it was if nobody can be reached there.

        `phone` waits meanwhile: that of the call, unless this is on hold.
        """
        exchange = self._exchange
        if phone is None and not leg.far:
            phone = self._work.phone(command, leg)
        exchange.channels.begin_again(far)
        if phone is not None:
            exchange.channels.begin_again(phone)
        self._sent_on(far, Reason.TRANSFERRED, leg)
        leg.moving = True

        def reached() -> bool:
            return far.ringing_back or far.answered

        def over() -> bool:
            failed_there = far.dialled and not far.dials and not far.answered
            return reached() or failed_there or exchange.channels.get(far.id) is None

        try:
            extra = (phone.name, (WAIT, WAITING)) if phone is not None else ()
            await self._work.ask(command, "Redirect", redirect(far.name, (SEND, number), *extra))
            await self._work.until(over)
            if not reached() or exchange.channels.get(far.id) is None:
                raise failed(command, f"{number} cannot be reached")
            # whom it reaches is told of it first
            await self._work.within(TOLD_S, lambda: not exchange.rings_untold(far))
            await self._work.until(lambda: not exchange.callers.asking(far.linked))
        except BaseException as error:
            exchange.callers.sent.pop(far.id, None)
            self._bring_back(leg, far)
            if isinstance(error, CallError):
                await self._work.moved(leg, lambda: _as_before(exchange, leg, far), far)
            raise
        finally:
            leg.moving = False

    def _bring_back(self, leg: Leg, far: Channel) -> None:
        """The call is as it was before, if both are still there."""
        exchange = self._exchange
        phone = exchange.channels.get(leg.channel_id)
        exchange.beside.settle(leg, far)
        if not live(leg.call):
            return
        if leg.far:
            exchange.host.act("Redirect", redirect(far.name, (HOLD, leg.call.id)), lambda _reply: None)
        elif phone is not None:
            names = [("Channel1", phone.name), ("Channel2", far.name)]
            exchange.host.act("Bridge", names, lambda _reply: None)

    def _leave(self, leg: Leg, cause: Cause, to: Party) -> None:
        """The call goes on without this terminal, whose phone is free if it has no other one."""
        exchange, phone = self._exchange, leg.channel_id
        exchange.end_call(leg, cause, to)
        if exchange.calls.legs.get(phone) is not None and not live(exchange.calls.legs[phone].call):
            del exchange.calls.legs[phone]
        exchange.beside.free_phone(phone)

    def _sent_on(self, channel: Channel, reason: Reason, leg: Leg, callee: Party | None = None) -> None:
        """Whom the other party reaches next is told by whom it was sent."""
        exchange = self._exchange
        by = exchange.callers.party(leg.call.terminal)
        for source in exchange.channels.peers(channel) if reason is Reason.REDIRECTED else [channel]:
            exchange.callers.sent[source.id] = reason, by, callee

    async def park(self, command: Park) -> str:
        leg = self._work.check(command, Feature.PARK)
        async with self._work.at(command, leg.call.terminal):
            self._work.check(command, Feature.PARK)
            exchange = self._exchange
            far, phone = await self._work.joined(command, leg), self._work.phone(command, leg)
            exchange.slots.pop(far.id, None)
            if command.slot:
                if command.slot in exchange.slots.values():
                    raise not_now(command, f"a call is parked in {command.slot} already; name another slot")
                wanted = [("Channel", far.name), ("Variable", "PARKINGEXTEN"), ("Value", command.slot)]
                await self._work.ask(command, "Setvar", wanted)
            lot = exchange.settings.parking_lot
            fields = [("Channel", far.name), ("TimeoutChannel", phone.name), ("Parkinglot", lot)]
            leg.moving = leg.parking = True
            slot: str | None = None
            try:
                await self._work.ask(command, "Park", fields)
                # Asterisk says where the other party is before it hangs up the phone, or after that.
                await self._work.until(
                    lambda: far.id in exchange.slots or exchange.channels.get(far.id) is None
                )
                slot = exchange.slots.get(far.id)
            finally:
                leg.moving = leg.parking = False
                if slot is None:
                    self._not_parked(leg, phone, far)
            if slot is None:
                raise failed(command, GONE)
            self._leave(leg, Cause.PARKED, Party("", slot))
            return slot

    def _not_parked(self, leg: Leg, phone: Channel, far: Channel) -> None:
        """Asterisk has refused, or has not said where the other party is."""
        exchange = self._exchange
        if exchange.channels.get(phone.id) is None and exchange.channels.get(far.id) is not None:
            exchange.end_call(leg, Cause.PARKED)  # it waits somewhere, and is not to be hung up
        else:
            exchange.beside.settle(leg, far)

    async def dtmf(self, command: Dtmf) -> None:
        leg = self._work.check(command, Feature.DTMF)
        async with self._work.at(command, leg.call.terminal):
            await self._tones(command, leg)

    async def _tones(self, command: Dtmf, leg: Leg) -> None:
        far, phone = self._exchange.parties.far(leg), self._work.phone(command, leg)
        length = min(max(command.duration_ms or TONE_MS, MIN_TONE_MS), MAX_TONE_MS)
        for digit in command.digits:
            self._work.check(command, Feature.DTMF)
            if digit == ",":
                await self._work.pause(COMMA_S)
                continue
            fields = [("Channel", far.name if far is not None else phone.name)]
            fields += [("Digit", digit), ("Duration", str(length))]
            if far is None:  # the dialplan listens, as to what comes from the phone
                fields.append(("Receive", "true"))
            await self._work.ask(command, "PlayDTMF", fields)
            await self._work.pause(PAUSE_BETWEEN_S)

    def _check_address(self, leg: Leg, address: str) -> None:
        if not BESIDE.fullmatch(address) or address == leg.call.terminal:
            raise invalid_address(leg.call.terminal, address)


def _as_before(exchange: Exchange, leg: Leg, far: Channel) -> bool:
    """Is the other party on hold again, or joined with the phone?"""
    phone = exchange.channels.get(leg.channel_id)
    return far.waits if leg.far else phone is not None and exchange.channels.together(phone, far)
