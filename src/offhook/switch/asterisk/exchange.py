"""What Asterisk's events mean for calls: each channel of a terminal's phone is a call of that terminal.

Without I/O: events in, calls and actions out. Our own calls are recognised by the id that we give to their
channel, `offhook-<call id>`; everything else by what links channels (dials, bridges, the halves of Local
channels). Asterisk's events come in no fixed order, so each only updates the channels, and a call's state is
then derived from all of them. A call goes forward only.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from offhook.call import (
    Call,
    CallState,
    Cause,
    Direction,
    Party,
    advance,
    can_go,
    changed,
    live,
    new_call,
)
from offhook.config import AsteriskSettings
from offhook.switch.asterisk.beside import Beside
from offhook.switch.asterisk.callers import Callers
from offhook.switch.asterisk.channels import RING, Channel, Channels
from offhook.switch.asterisk.leg import ExchangeHost, Leg
from offhook.switch.asterisk.limits import Limits
from offhook.switch.asterisk.originate import OURS, originate
from offhook.switch.asterisk.parties import Parties
from offhook.switch.asterisk.phones import Phones
from offhook.switch.asterisk.plan import CALL, Place, redirect
from offhook.switch.asterisk.register import Register
from offhook.switch.asterisk.session import Fields, Reply
from offhook.switch.asterisk.states import cause_of, state_of

logger = logging.getLogger(__name__)


class Exchange:
    """All calls of the terminals, whose names `terminals` has by id."""

    def __init__(self, terminals: Mapping[str, str], settings: AsteriskSettings, host: ExchangeHost) -> None:
        self.terminals, self.settings, self.host = terminals, settings, host
        self.channels = Channels()
        self.callers = Callers(terminals, settings, self.channels, host)
        self.calls = Register()
        self.phones = Phones(self.channels, host, self._refused)
        self.beside = Beside(self)
        self.parties = Parties(
            self.channels, self.calls, self.callers, self.beside, self.set, self.tell_again
        )
        self._limits = Limits(self)
        self.fetching: dict[str, Leg] = {}
        """Calls that pick up one that rings elsewhere, by the id of that one."""
        self.slots: dict[str, str] = {}
        """Where channels are parked, by their ids."""

    @property
    def idle(self) -> bool:
        """Is nothing left of any call?"""
        left = len(self.calls) or self.calls.legs or len(self.channels) or len(self.beside)
        return self.phones.idle and not left

    # What the switch asks

    def dial(self, terminal: str, address: str) -> Call:
        """Begin a call."""
        call = self.new_call(terminal, address)
        held = [leg for leg in self.calls.of(terminal) if leg.far and leg.call.held]
        if held and held[-1].channel_id not in self.calls.legs:
            return self.dial_beside(held[-1], call, (CALL, address))
        return self.originate(call, originate(call, self.settings))

    def new_call(self, terminal: str, address: str, **members: Any) -> Call:
        """A call of the terminal to the address, as it begins."""
        caller, callee = self.callers.party(terminal), self.callers.party(address)
        return new_call(terminal, CallState.OFF_HOOK, caller, callee, self.host.now(), **members)

    def originate(self, call: Call, fields: Fields) -> Call:
        """Begin a call by ringing the phone."""
        leg = Leg(call, OURS + call.id, ours=True)
        self.calls.add(leg)
        try:
            self.phones.ring(leg, fields)
        finally:  # the phone does not wait for the clock to be set
            self.limit(leg, self.settings.terminal_answer_s)
        return leg.call

    def dial_beside(self, held: Leg, call: Call, place: Place) -> Call:
        """Begin a call with the phone of one that is on hold, by sending it to this place."""
        leg = Leg(call, held.channel_id, ours=True)
        phone = self.channels.get(held.channel_id)
        self.calls.add(leg)
        self.limit(leg, self.settings.no_answer_s)
        name = phone.name if phone is not None else ""
        if phone is not None:
            self.channels.begin_again(phone)

        def answered(reply: Reply) -> None:
            if not reply.good and live(leg.call):
                self.calls.legs.pop(leg.channel_id, None)
                self.end_call(leg, Cause.FAILURE)

        self.host.act("Redirect", redirect(name, place), answered)
        return call

    def drop(self, call_id: str) -> bool:
        """Clear a call, and that of the terminal at its other end; False for one that is over."""
        leg = self.calls.by_call(call_id)
        if leg is None:
            return False
        beside = leg.far or self.beside.keeps(leg.channel_id, without=leg)
        far, other = self.parties.far(leg), self.parties.partner(leg)
        too = self.beside.counterpart(leg)
        before = leg.call
        self.end_call(leg, Cause.DROPPED)
        if other is not None:
            self.end_call(other, _other_end(before, other.call))
        if leg.moving and far is not None:  # it is on its way, and would wait there for ever
            self.phones.hang_up(far.id)
        if not beside:
            self._clear(leg)
            if other is not None and leg.call.direction is Direction.INBOUND:
                self._clear(other)  # else the dialplan might go on with the caller
            return True
        if too is not None:  # its phone may be in another call
            self.beside.free_phone(too.channel_id)
        elif far is not None and (leg.far or leg.call.direction is Direction.INBOUND):
            self.phones.hang_up(far.id)
        if leg.far:
            self.beside.free_phone(leg.channel_id)
        else:
            self.calls.legs.pop(leg.channel_id, None)
            self.beside.release(leg)
        return True

    def end_all(self, cause: Cause) -> None:
        """Every call is over for us. Those that we began and that nobody answered are cleared."""
        for leg in self.calls.all():
            unanswered = leg.ours and leg.call.state is not CallState.CONNECTED
            self.end_call(leg, cause)
            if unanswered:
                self._clear(leg)

    # Calls

    def withdraw(self, leg: Leg) -> None:
        """The call has not begun after all; if anybody has heard of it, it is over."""
        if leg.call.revision:
            self.end_call(leg, Cause.FAILURE)
        leg.stop_timers()
        self.calls.remove(leg)
        self.calls.leave(leg)

    def set(self, leg: Leg, **members: Any) -> None:
        """Change members of the call, and publish it if that changes anything."""
        if live(leg.call) and any(getattr(leg.call, name) != value for name, value in members.items()):
            leg.call = changed(leg.call, **members)
            self.host.publish(leg.call)

    def tell_again(self, leg: Leg) -> None:
        """Publish the call as it is: what can be done with it has changed."""
        if live(leg.call):
            leg.call = changed(leg.call)
            self.host.publish(leg.call)

    def end_call(self, leg: Leg, cause: Cause, to: Party | None = None) -> None:
        """The call is over: publish its end. `to`: where it goes from here."""
        leg.stop_timers()
        if not self.calls.remove(leg):
            return
        self.beside.remove(leg)
        call = leg.call
        if to is not None:
            call = replace(call, redirected_to=to)
        if call.related or call.held or call.held_by_other:
            call = replace(call, related="", consultation=False, held=False, held_by_other=False)
        leg.call = advance(call, CallState.ON_HOOK, self.host.now(), cause)
        self.host.publish(leg.call)
        self.fetching.pop(leg.fetches, None)
        self._not_fetched(leg, cause, to)
        for other in self.calls.of(call.terminal):
            if other.call.related == call.id:
                self.set(other, related="", consultation=False)

    def _not_fetched(self, leg: Leg, cause: Cause, to: Party | None) -> None:
        """The call does not ring any more; if somebody was about to pick it up, that is over as well."""
        taker = self.fetching.pop(leg.call.id, None)
        if taker is None or (to is not None and to.id == taker.call.terminal):
            return
        self.end_call(taker, cause, to)
        self._clear(taker)

    def forget(self, channel_id: str, cause: Cause) -> None:
        """There is no channel of this id, and there will be none."""
        leg = self.calls.legs.pop(channel_id, None)
        self.phones.forget(channel_id)
        self.slots.pop(channel_id, None)
        if leg is not None and not leg.parking:
            self.end_call(leg, *(leg.ends or (cause, None)))
        self.phones.send_queued()

    def channel_begun(self, channel: Channel) -> None:
        """Asterisk has a new channel."""
        self.phones.begun(channel)
        if channel.id in self.phones.clearing:
            self.phones.hang_up(channel.id)
        elif channel.id not in self.calls.legs and channel.state == RING:
            terminal = self.callers.terminal(channel)
            if terminal is not None:
                self._dialled_by_hand(channel, terminal)

    def update(self, channel: Channel) -> None:
        """Advance the channel's call, if it has one, and its caller's to the state that the channels show."""
        leg = self.calls.legs.get(channel.id)
        if leg is None and ((channel.rang and channel.called) or channel.up) and not self._is_ours(channel):
            self._called(channel)
            leg = self.calls.legs.get(channel.id)
        if leg is not None and live(leg.call):
            self._advance(leg, channel)
        by = self.channels.get(channel.dialled_by)
        if channel.rang and by is not None and not by.ringing_back:
            by.ringing_back = True
            self.update(by)

    def rings_untold(self, source: Channel) -> bool:
        """Does `source` call a terminal's phone of which Asterisk has not said yet that it rings?"""

        def untold(phone: Channel) -> bool:
            by = self.channels.get(phone.dialled_by)
            return by is not None and not (phone.rang or phone.up or by.ringing_back)

        peers = self.channels.peers(source)
        return any(untold(one) and self.callers.terminal(one) is not None for one in peers)

    def channel_gone(self, channel: Channel) -> None:
        """The channel was hung up, and its call is over."""
        self.callers.hurry(channel)
        leg = self.calls.legs.get(channel.id)
        self.forget(channel.id, Cause.FAILURE if leg is None else self.cause(leg, channel))
        bridge, partners = channel.bridge, self.channels.peers(channel)
        self.channels.remove(channel)
        by_hand = leg is not None or channel.hung_up
        self.beside.phone_gone(channel.id, by_hand=by_hand, leaves=channel.hung_up)
        self.beside.far_gone(channel)
        if bridge:
            self.beside.close(bridge)
        for partner in partners:
            self.parties.mark(partner)

    def channel_renamed(self, channel: Channel) -> None:
        """Another phone has picked up the call, and has its channel now: here it is over."""
        leg = self.calls.legs.get(channel.id)
        terminal = self.callers.terminal(channel)
        if leg is not None and terminal != leg.call.terminal:
            del self.calls.legs[channel.id]
            self.end_call(leg, Cause.ELSEWHERE, self.callers.of(channel))

    def picked_up(self, taker: Channel, rang: str) -> None:
        """The channel `taker` has the call now that rang at the one with the id `rang`."""
        self.phones.helpers.discard(taker.id)
        if (target := self.channels.get(rang)) is not None:
            self.channels.picked_up(target, taker)
        leg = self.calls.legs.get(rang)
        if leg is None:
            return
        del self.calls.legs[rang]
        if self.callers.terminal(taker) == leg.call.terminal:
            if not live(leg.call):  # dropped at that moment: this is the channel to be hung up now
                self.phones.hang_up(taker.id)
                return
            leg.channel_id = taker.id
            self.calls.legs[taker.id] = leg
            self.update(taker)
        else:
            self.end_call(leg, Cause.ELSEWHERE, self.callers.of(taker))

    def _is_ours(self, channel: Channel) -> bool:
        """Is it a phone's channel that we have already, or one that is to go?"""
        known = channel.id in self.phones.clearing or channel.id in self.phones.helpers
        return known or channel.id.startswith(OURS) or bool(self.beside.of(channel.id))

    def _dialled_by_hand(self, channel: Channel, terminal: str) -> None:
        call_id = channel.new_call_id(terminal)
        call = self.new_call(terminal, channel.exten, id=call_id, by_hand=True)
        leg = Leg(call, channel.id)
        self.calls.add(leg)
        self.host.publish(leg.call)

    def _called(self, channel: Channel) -> None:
        """A terminal's phone rings: it is told once it is known who calls."""
        terminal = self.callers.terminal(channel)
        if terminal is not None:
            self.callers.ask(channel, lambda call: self._calls_in(channel, call), terminal)

    def _calls_in(self, channel: Channel, call: Call) -> None:
        leg = Leg(call, channel.id)
        self.calls.add(leg)
        self.host.publish(call)
        self._advance(leg, channel)

    def _advance(self, leg: Leg, channel: Channel) -> None:
        state = state_of(leg.call, channel, ours=leg.ours)
        if can_go(leg.call, state):
            before = leg.call.state
            leg.call = advance(leg.call, state, self.host.now())
            if state is CallState.CONNECTED:
                leg.stop_timers()
                self._not_fetched(leg, Cause.ELSEWHERE, self.callers.party(leg.call.terminal))
            elif leg.ours and before is CallState.OFF_HOOK:
                self.limit(leg, self.settings.no_answer_s)
            self.host.publish(leg.call)
        if leg.call.state is CallState.CONNECTED:
            self.parties.join(leg, channel)
            self.parties.mark(channel)
        elif leg.ours and channel.up:
            self._limits.settle(leg, channel)

    def cause(self, leg: Leg, channel: Channel, unsaid: Cause = Cause.NORMAL) -> Cause:
        """Why the call ended whose channel was hung up; `unsaid` if Asterisk does not say."""
        forwarded = self.callers.party(channel.forwarded_to) if channel.forwarded_to else None
        if forwarded is not None and leg.ends is None:
            leg.ends = Cause.FORWARDED, forwarded
        return cause_of(leg.call, channel, ours=leg.ours, unsaid=unsaid)

    # What becomes of the phone

    def limit(self, leg: Leg, seconds: float) -> None:
        """So long the call may stay in its present state."""
        self._limits.begin(leg, seconds)

    def give_up(self, leg: Leg, cause: Cause) -> None:
        """End a call that nobody has answered, at both ends."""
        other = self.parties.partner(leg)
        self.end_call(leg, cause)
        if other is not None:
            self.end_call(other, cause)
        self._clear(leg)

    def end_and_clear(self, leg: Leg, cause: Cause) -> None:
        """End a call; its phone leaves it."""
        self.end_call(leg, cause)
        self._clear(leg)

    def _clear(self, leg: Leg) -> None:
        """The phone leaves a call that is over; if it has others on hold it stays."""
        if self.phones.withdraw(leg.channel_id):
            del self.calls.legs[leg.channel_id]
        elif self.beside.keeps(leg.channel_id):
            self.calls.legs.pop(leg.channel_id, None)
            self.beside.release(leg)
        else:
            self.phones.clear(leg.channel_id)

    def _refused(self, leg: Leg, text: str) -> None:
        self.forget(leg.channel_id, _refusal(text))


def _other_end(dropped: Call, other: Call) -> Cause:
    """Why the call at the other end of one that is dropped is over."""
    if other.rings_here:
        return Cause.CANCELLED
    return Cause.REJECTED if dropped.rings_here else Cause.DROPPED


def _refusal(text: str) -> Cause:
    if text.startswith("Extension does not exist"):
        return Cause.INVALID_ADDRESS
    logger.warning("Asterisk refused to originate a call: %s; run: offhook check", text)
    return Cause.NOT_ALLOWED if "permission" in text.lower() else Cause.FAILURE
