"""The calls of a phone beside the one that it is in now: those on hold, and those of its conference.

A phone has one channel for all its calls. Which of them it is in is `Exchange.legs`; the others are known by
the channels of their other parties.
"""

from __future__ import annotations

from typing import Any, Protocol

from offhook.call import Cause, live
from offhook.config import AsteriskSettings
from offhook.switch.asterisk.callers import Callers
from offhook.switch.asterisk.channels import Channel, Channels
from offhook.switch.asterisk.leg import ExchangeHost, Leg
from offhook.switch.asterisk.originate import BACK, ring_back
from offhook.switch.asterisk.phones import Phones
from offhook.switch.asterisk.plan import CONFERENCE, HOLD, JOIN, WAIT, WAITING, Place, redirect
from offhook.switch.asterisk.register import Register
from offhook.switch.asterisk.session import Reply


class Calls(Protocol):
    """What this needs of the exchange."""

    channels: Channels
    calls: Register
    phones: Phones
    host: ExchangeHost
    callers: Callers
    settings: AsteriskSettings

    def set(self, leg: Leg, **members: Any) -> None:
        """Change members of the call."""
        ...

    def end_call(self, leg: Leg, cause: Cause) -> None:
        """The call is over."""
        ...

    def cause(self, leg: Leg, channel: Channel, unsaid: Cause) -> Cause:
        """Why the call ended."""
        ...


class Beside:
    """Follows from the events who waits where; the commands only have Asterisk move the channels."""

    def __init__(self, exchange: Calls) -> None:
        self._exchange = exchange
        self._by_far: dict[str, dict[str, Leg]] = {}
        """By the channels of the other parties, then by the ids of the calls: a holder may be on hold
        elsewhere."""
        self.on_the_way: set[Leg] = set()
        """Calls that a command puts on hold for another one of the phone, which does not wait for that."""
        self._rooms: set[str] = set()
        """Bridges of conferences: who is left alone in one is hung up."""

    def __len__(self) -> int:
        return len(self._by_far)

    def of(self, phone: str) -> list[Leg]:
        """The calls beside the present one of the phone with this channel, oldest first."""
        return [leg for legs in self._by_far.values() for leg in legs.values() if leg.channel_id == phone]

    def keeps(self, phone: str, without: Leg | None = None) -> bool:
        """Has the phone a call beside the present one, or will it have one once a command is done?
        `without` does not count."""
        on_the_way = [leg for leg in self.on_the_way if leg.channel_id == phone and live(leg.call)]
        return any(leg is not without for leg in (*self.of(phone), *on_the_way))

    def held(self, phone: str) -> list[Leg]:
        """Those of them that are on hold."""
        return [leg for leg in self.of(phone) if leg.call.held]

    def by_far(self, channel_id: str) -> list[Leg]:
        """The calls whose other party has this channel."""
        return list(self._by_far.get(channel_id, {}).values())

    def counterpart(self, leg: Leg) -> Leg | None:
        """The call at the other end of one on hold, if it is on hold there as well."""
        if not leg.far or leg.call.conference:
            return None
        return next((one for one in self.by_far(leg.channel_id) if one.channel_id == leg.far), None)

    def conference(self, phone: str) -> list[Leg]:
        """The calls of the phone with this channel that are joined in a conference."""
        return [leg for leg in self.of(phone) if leg.call.conference]

    def holder(self, channel: Channel) -> Leg | None:
        """The call in which the phone with this channel is on hold, by the terminal at the other end."""
        if not channel.waits or channel.context != HOLD:
            return None
        leg, helpers = self._exchange.calls.by_call(channel.exten), self._exchange.phones.helpers
        there = leg is not None and leg.far == channel.id and leg.channel_id not in helpers
        return leg if there else None

    def hold_too(self, leg: Leg, holder: Leg) -> None:
        """The call is on hold at both ends now: first `holder` had it so, now this one has."""
        self._set_beside(leg, holder.channel_id)
        self._exchange.set(leg, held=True, held_by_other=True)
        self._exchange.set(holder, held_by_other=True)

    def waits_for(self, leg: Leg) -> Place:
        """Where the phone goes to take a call back: it waits there while the other end holds the call."""
        other, far = self.counterpart(leg), self._exchange.channels.get(leg.far)
        if other is not None:
            return HOLD, other.call.id
        if leg.call.conference:
            return CONFERENCE, leg.call.conference
        return (JOIN, far.name) if far is not None else (WAIT, WAITING)

    def _set_beside(self, leg: Leg, far: str) -> None:
        self._exchange.calls.leave(leg)
        self._index(leg, far)

    def _index(self, leg: Leg, far: str) -> None:
        self._unindex(leg)
        leg.far = far
        self._by_far.setdefault(far, {})[leg.call.id] = leg

    def _unindex(self, leg: Leg) -> None:
        legs = self._by_far.get(leg.far)
        if legs is not None and legs.pop(leg.call.id, None) is not None and not legs:
            del self._by_far[leg.far]

    def entered(self, channel: Channel) -> None:
        """The channel is in another bridge than before."""
        if channel.waits and channel.context == HOLD:
            leg = self._exchange.calls.by_call(channel.exten)
            if leg is not None:
                self.put(leg, channel)
        elif channel.waits and channel.context == WAIT:
            self._phone_waits(channel)
        elif channel.bridge in self._rooms:
            self.in_conference(channel)
        elif channel.pair:
            for leg in [*self.of(channel.id), *self.by_far(channel.id)]:
                if self._joined(leg):
                    self._back(leg)

    def left(self, channel: Channel, bridge: str) -> None:
        """The channel has left the bridge. A phone that leaves its conference without being hung up does
        something else meanwhile; the others talk on."""
        if bridge not in self._rooms:
            return
        if not channel.hung_up and channel.id not in self._exchange.phones.clearing:
            self.leave_conference(channel)
        self.close(bridge)

    def leave_conference(self, phone: Channel) -> None:
        """The phone does something else than talk in its conference."""
        for leg in self.conference(phone.id):
            if self._exchange.calls.legs.get(phone.id) is leg:
                del self._exchange.calls.legs[phone.id]
            self._exchange.set(leg, held=True)

    def close(self, bridge: str) -> None:
        """Hang up who is left alone in a conference, unless its phone may come back; forget an empty one."""
        last = self._exchange.channels.alone(bridge)
        if last is None:
            if not self._exchange.channels.in_bridge(bridge):
                self._rooms.discard(bridge)
        elif not any(leg.call.held for leg in self.by_far(last.id) if leg.call.conference):
            self._rooms.discard(bridge)
            self._exchange.phones.hang_up(last.id)

    def in_conference(self, phone: Channel) -> None:
        """The phone is in its conference again."""
        exchange, legs = self._exchange, self.conference(phone.id)
        present = exchange.calls.legs.get(phone.id)
        for leg in legs:
            if present is None or not live(present.call):
                exchange.calls.legs[phone.id] = leg
            exchange.set(leg, held=False)

    def put(self, leg: Leg, far: Channel) -> None:
        """The call is on hold: its other party waits, and the phone may do something else."""
        if not live(leg.call):
            self._exchange.phones.hang_up(far.id)
            return
        self._set_beside(leg, far.id)
        other = self.counterpart(leg)
        if other is not None:  # it held the call as well, and has just taken it back
            self._back(other)
        self._exchange.set(leg, held=True, held_by_other=far.on_hold)

    def confer(self, legs: dict[str, Leg], room: Channel, name: str) -> None:
        """These calls, by their other parties' channels, are joined in a conference."""
        self._rooms.add(room.bridge)
        for far, leg in legs.items():
            self._index(leg, far)
            self._exchange.calls.legs[leg.channel_id] = leg
            self._exchange.set(leg, held=False, conference=name)

    def remove(self, leg: Leg) -> None:
        """The call is over."""
        self._unindex(leg)
        exchange, rest = self._exchange, self.of(leg.channel_id)
        if exchange.calls.legs.get(leg.channel_id) is leg and leg.call.conference:
            del exchange.calls.legs[leg.channel_id]
            talking = [one for one in rest if not one.call.held]
            if talking:
                exchange.calls.legs[leg.channel_id] = talking[-1]

    def marked(self, far: Channel) -> None:
        """The other party of a call on hold has put it on hold as well, or taken it back."""
        for leg in self.by_far(far.id):
            self._exchange.set(leg, held_by_other=far.on_hold or self.counterpart(leg) is not None)

    def far_gone(self, channel: Channel) -> None:
        """A channel was hung up; the calls whose other party it was are over."""
        for leg in self.by_far(channel.id):
            self._exchange.end_call(leg, Cause.NORMAL)
            self.free_phone(leg.channel_id)

    def phone_gone(
        self, phone: str, cause: Cause = Cause.NORMAL, *, by_hand: bool = False, leaves: bool = True
    ) -> None:
        """The phone was hung up, and its calls on hold are over with it, unless they ring back. So does the
        conference that it was away from, but not if it `leaves`: if it was the phone that hung up."""
        away = [leg for leg in self.conference(phone) if leg.call.held]
        if away and by_hand and not leaves:
            self._ring_back(*away)
        for leg in self.of(phone):
            if leg.parking:
                continue
            waits = leg.call.held and not leg.call.conference
            if by_hand and waits and not leg.ends and self._ring_back(leg):
                continue
            far, conferring, ends = leg.far, bool(leg.call.conference), leg.ends
            other = self.counterpart(leg)
            self._exchange.end_call(leg, cause)
            if other is not None:  # it holds the call as well, and its phone may be in another one
                self._exchange.end_call(other, cause)
                self.free_phone(far)
            elif not (conferring or ends):
                self._exchange.phones.hang_up(far)
        for bridge in list(self._rooms):
            self.close(bridge)

    def _ring_back(self, leg: Leg, *others: Leg) -> bool:
        """The phone was hung up with somebody on hold: it rings for that call, or for the calls of its
        conference. Has it been asked to?"""
        exchange = self._exchange
        far, other = exchange.channels.get(leg.far), self.counterpart(leg)
        if far is None or BACK in (leg.channel_id[: len(BACK)], leg.far[: len(BACK)]):
            return False
        # not into HOLD, where an Originate that fails would begin a call of its own at the extension `failed`
        alone = other is None and not leg.call.conference
        place = (JOIN, far.name) if alone else (WAIT, WAITING)
        for one in (leg, *others):
            one.channel_id = BACK + leg.call.id
        if other is not None:
            self._index(other, leg.channel_id)
        exchange.phones.helpers.add(leg.channel_id)
        fields = ring_back(leg.call, leg.channel_id, exchange.callers.of(far), place, exchange.settings)

        def answered(reply: Reply) -> None:
            if not reply.good:
                exchange.phones.helpers.discard(leg.channel_id)
                exchange.phones.clearing.discard(leg.channel_id)  # it may have been dropped meanwhile
                self.phone_gone(leg.channel_id)

        return exchange.host.act("Originate", fields, answered)

    def free_phone(self, phone: str) -> None:
        """Hang up a phone that has no call any more."""
        if phone not in self._exchange.calls.legs and not self.keeps(phone):
            self._exchange.phones.clear(phone)

    def settle(self, leg: Leg, far: Channel) -> None:
        """A command has moved the channels of this call. Meanwhile it may be over, or one of them gone."""
        exchange = self._exchange
        if not live(leg.call):  # its phone may wait already, where nobody would come to it
            exchange.calls.leave(leg)
            self.free_phone(leg.channel_id)
        rings_back = leg.channel_id in exchange.phones.helpers  # it may have no channel yet
        phone_there = rings_back or exchange.channels.get(leg.channel_id) is not None
        far_there = exchange.channels.get(far.id) is not None
        if phone_there and far_there:
            return
        exchange.calls.leave(leg)
        if live(leg.call):
            exchange.end_call(leg, Cause.NORMAL)
        if far_there:
            exchange.phones.hang_up(far.id)
        elif phone_there:
            self.free_phone(leg.channel_id)

    def release(self, leg: Leg) -> None:
        """The phone leaves the call, which is over. If it has others it stays, and comes back to the one
        that was consulted about."""
        exchange, others = self._exchange, self.of(leg.channel_id)
        first = exchange.calls.by_call(leg.asked_for)
        phone = exchange.channels.get(leg.channel_id)
        if phone is None or not self.keeps(phone.id):
            exchange.phones.clear(leg.channel_id)
            return
        # A command may be moving that one: the phone would pull its other party back.
        comes_back = first is not None and first in others and not first.moving
        place = self.waits_for(first) if first is not None and comes_back else (WAIT, WAITING)
        exchange.host.act("Redirect", redirect(phone.name, place), lambda _reply: None)

    def _phone_waits(self, phone: Channel) -> None:
        """The phone has come out of a call, and has only calls on hold."""
        leg = self._exchange.calls.legs.get(phone.id)
        if leg is not None and leg.moving:
            return
        if phone.id in self._exchange.phones.helpers and (back := self.of(phone.id)):
            self._exchange.phones.helpers.discard(phone.id)
            fields = redirect(phone.name, self.waits_for(back[-1]))
            self._exchange.host.act("Redirect", fields, lambda _reply: None)
            return
        if leg is not None and leg.call.conference:  # it came here while nobody told of it
            self.leave_conference(phone)
        elif leg is not None:
            del self._exchange.calls.legs[phone.id]
            self._exchange.end_call(leg, self._exchange.cause(leg, phone, Cause.UNREACHABLE))
        self.free_phone(phone.id)

    def _joined(self, leg: Leg) -> bool:
        channels = self._exchange.channels
        phone, far = channels.get(leg.channel_id), channels.get(leg.far)
        return phone is not None and far is not None and channels.together(phone, far)

    def _back(self, leg: Leg) -> None:
        """The phone is in the call again."""
        self._unindex(leg)
        leg.far = ""
        self._exchange.phones.helpers.discard(leg.channel_id)
        self._exchange.calls.legs[leg.channel_id] = leg
        self._exchange.set(leg, held=False)
