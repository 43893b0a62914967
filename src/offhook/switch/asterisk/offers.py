"""What can be done with a terminal and its calls now."""

from __future__ import annotations

from offhook.call import MAX_CONFERENCE, CallState, Direction, Feature, Features
from offhook.switch.asterisk.exchange import Exchange
from offhook.switch.asterisk.leg import Leg

TALKING = frozenset({Feature.TRANSFER, Feature.PARK})
"""For a call of two that is up, on hold or not."""


class Offers:
    """Says what is offered, of what the exchange's channels would allow."""

    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange

    def of_call(self, leg: Leg) -> Features:
        """What can be done with a live call, if Asterisk can do everything."""
        call = leg.call
        if call.direction is Direction.INBOUND and call.state is CallState.RING_BACK and not leg.ours:
            found = self._of_ringing(leg)
        elif call.state is not CallState.CONNECTED:
            found = self._of_dialled(leg)
        elif call.conference:
            found = self._of_conference(leg)
        elif self._waits(leg):
            found = {Feature.HOLD} if self.holder(leg) is not None and not call.held else set()
        elif leg.far:  # if that rings back, it may have no channel yet
            found = self._of_held(leg)
        elif self._exchange.parties.far(leg) is None:  # the dialplan itself has answered
            found = {Feature.DTMF}
        else:
            found = self._of_connected(leg)
        return frozenset({Feature.DROP, *found})

    def of_terminal(self, terminal: str) -> Features:
        """What can be done at a terminal whose phone is there."""
        found = {Feature.DIAL, Feature.FORWARD, Feature.DO_NOT_DISTURB}
        if self.between_calls(terminal):
            found.discard(Feature.DIAL)
        elif self.active(terminal) is None:
            rings = any(leg.call.rings_here for leg in self._exchange.calls.of(terminal))
            found |= set() if rings else {Feature.PICKUP, Feature.UNPARK}
        return frozenset(found)

    def between_calls(self, terminal: str) -> bool:
        """Is its phone just on its way from one of its calls to another?"""
        legs = self._exchange.calls.of(terminal)
        if not legs or self.active(terminal) is not None:
            return False
        phones = [self._exchange.channels.get(leg.channel_id) for leg in legs if leg.far]
        return any(phone is not None and not phone.waits for phone in phones)

    def holdable(self, leg: Leg) -> bool:
        """Can the call be put on hold? What its own phone holds is the phone's."""
        up = leg.call.state is CallState.CONNECTED and not leg.call.held
        return up and not leg.call.conference and self._exchange.parties.far(leg) is not None

    def active(self, terminal: str) -> Leg | None:
        """The call that the phone is in, other than those on hold and those that ring."""
        for leg in self._exchange.calls.of(terminal):
            if not leg.far and not leg.call.rings_here:
                return leg
        return None

    def other(self, leg: Leg, name: str = "") -> Leg | None:
        """The call with which this one can be joined: the related one, or another that is up."""
        found = self._exchange.calls.by_call(name or leg.call.related)
        together = found is not None and leg.call.conference and found.call.conference
        if name or (leg.call.related and not together):
            return found if found is not leg and not together else None
        for one in self._exchange.calls.of(leg.call.terminal):
            if one is not leg and self._joinable(one) and (one.call.held or leg.call.held):
                return one
        return self.conference(leg)

    def conference(self, leg: Leg) -> Leg | None:
        """A call of the conference that the phone of this call has, if one of the two is on hold."""
        for one in self._exchange.beside.conference(leg.channel_id):
            if not leg.call.conference and (one.call.held or leg.call.held):
                return one
        return None

    def _waits(self, leg: Leg) -> bool:
        channel = self._exchange.channels.get(leg.channel_id)
        return not leg.far and channel is not None and channel.waits

    def has_room(self, leg: Leg) -> bool:
        """May another one come into the conference of this call?"""
        return len(self._exchange.beside.conference(leg.channel_id)) + 2 <= MAX_CONFERENCE

    def holder(self, leg: Leg) -> Leg | None:
        """The call at the other end of one whose phone is on hold, if a terminal holds it."""
        channel = self._exchange.channels.get(leg.channel_id)
        return self._exchange.beside.holder(channel) if channel is not None and not leg.far else None

    def _joinable(self, leg: Leg) -> bool:
        up = leg.call.state is CallState.CONNECTED and not leg.call.conference
        hears = not leg.call.held_by_other
        return up and hears and self._exchange.parties.far(leg) is not None

    def _of_ringing(self, leg: Leg) -> set[Feature]:
        found = {Feature.REJECT}
        channel = self._exchange.channels.get(leg.channel_id)
        if channel is not None and self._exchange.channels.get(channel.dialled_by) is not None:
            found.add(Feature.REDIRECT)
        active = self.active(leg.call.terminal)
        if active is None or self.holdable(active):
            found.add(Feature.ANSWER)
        return found

    def _of_dialled(self, leg: Leg) -> set[Feature]:
        first = self._exchange.calls.by_call(leg.call.related)
        if first is None or not first.far or leg.call.state is CallState.OFF_HOOK:
            return set()
        return set() if first.call.held_by_other or first.call.conference else {Feature.COMPLETE}

    def _of_conference(self, leg: Leg) -> set[Feature]:
        """Of a party of a conference: the phone may leave it, and come back with somebody else."""
        if leg.channel_id in self._exchange.phones.helpers:  # it rings back
            return set()
        more = {Feature.CONSULT} if self.has_room(leg) else set()
        if not leg.call.held:
            return more
        active = self.active(leg.call.terminal)
        if active is None:
            return {Feature.RETRIEVE, *more}
        if active.call.state is not CallState.CONNECTED:
            return {Feature.RETRIEVE} if active.call.related == leg.call.id else set()
        if active.channel_id != leg.channel_id or not self.holdable(active):
            return set()
        return {Feature.SWAP, Feature.RETRIEVE, *self._joins(leg)}

    def _of_held(self, leg: Leg) -> set[Feature]:
        if (
            leg.channel_id in self._exchange.phones.helpers or leg.far in self._exchange.phones.helpers
        ):  # it rings back
            return set()
        hears = not leg.call.held_by_other
        found = {Feature.RETRIEVE, *TALKING} if hears else {Feature.RETRIEVE}
        active = self.active(leg.call.terminal)
        if active is None:
            conference = self.conference(leg)
            joins = conference is not None and not conference.call.held and hears and self.has_room(leg)
            found |= {Feature.CONSULT, Feature.CONFERENCE} if joins else {Feature.CONSULT}
        elif active.call.state is not CallState.CONNECTED:
            found.discard(Feature.PARK)
            if active.call.related == leg.call.id:
                rings = active.call.state is not CallState.OFF_HOOK
                found |= {Feature.COMPLETE} if rings and hears else set()
            else:
                found.discard(Feature.RETRIEVE)
        elif active.channel_id != leg.channel_id or not self.holdable(active):
            found.discard(Feature.RETRIEVE)
        else:
            found |= {Feature.SWAP, *(self._joins(leg) if hears else ())}
        return found

    def _of_connected(self, leg: Leg) -> set[Feature]:
        # a phone that holds a call hears nobody with whom it would be connected
        hears = not leg.call.held_by_other
        found = {Feature.DTMF, *TALKING, *self._joins(leg)} if hears else {Feature.PARK}
        if not leg.call.held:
            found.add(Feature.HOLD)
            if not leg.call.related:
                found.add(Feature.CONSULT)
        return found

    def _joins(self, leg: Leg) -> set[Feature]:
        other = self.other(leg)
        if other is None:
            return set()
        if leg.call.conference or other.call.conference:
            new = other if leg.call.conference else leg
            joins = self.has_room(leg) and self._joinable(new) and other.channel_id == leg.channel_id
            return {Feature.CONFERENCE} if joins else set()
        if not self._joinable(other):
            return set()
        same = other.channel_id == leg.channel_id and bool(other.far or leg.far)
        return {Feature.COMPLETE, Feature.CONFERENCE} if same else {Feature.COMPLETE}
