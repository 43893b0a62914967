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
    Reason,
    advance,
    can_go,
    changed,
    live,
    new_call_id,
)
from offhook.config import AsteriskSettings
from offhook.switch.asterisk.beside import Beside
from offhook.switch.asterisk.callers import Callers
from offhook.switch.asterisk.channels import RING, TONES, Channel, Channels
from offhook.switch.asterisk.endings import cause_of
from offhook.switch.asterisk.leg import ExchangeHost, Leg
from offhook.switch.asterisk.originate import OURS, originate
from offhook.switch.asterisk.plan import CALL, Place, redirect
from offhook.switch.asterisk.session import Fields, Reply

logger = logging.getLogger(__name__)

NORMAL_CLEARING = "16"

WAITING = frozenset({"", "Dial", "Wait", "AppDial", "AppDial2", "Ringing", "Progress"})
"""Dialplan applications during which nobody has answered yet."""

MAX_BEGINNING = 50
"""Originates sent that have no channel yet. More would wait in Asterisk, where a drop cannot reach them."""


class Exchange:
    """All calls of the terminals, whose names `terminals` has by id."""

    def __init__(self, terminals: Mapping[str, str], settings: AsteriskSettings, host: ExchangeHost) -> None:
        self.terminals, self.settings, self.host = terminals, settings, host
        self.channels = Channels()
        self.callers = Callers(terminals, settings, self.channels, host)
        self.beside = Beside(self)
        self.legs: dict[str, Leg] = {}
        self.clearing: set[str] = set()
        """Ids of channels to be hung up; some of them do not exist yet."""
        self.helpers: set[str] = set()
        """Ids of channels that only fetch a call to the phone: of no call, and never one that comes in."""
        self.fetching: dict[str, Leg] = {}
        """Calls that pick up one that rings elsewhere, by the id of that one."""
        self.slots: dict[str, str] = {}
        """Where channels are parked, by their ids."""
        self._by_call: dict[str, Leg] = {}
        self._by_terminal: dict[str, dict[str, Leg]] = {}
        self._queue: dict[str, tuple[Leg, Fields]] = {}
        self._beginning: set[str] = set()

    @property
    def live(self) -> int:
        """How many calls are not over."""
        return len(self._by_call)

    @property
    def idle(self) -> bool:
        """Is nothing left of any call?"""
        waiting = self._by_call or self.legs or self.clearing or self._queue or self.helpers
        return not (waiting or len(self.channels) or len(self.beside))

    # What the switch asks

    def dial(self, terminal: str, address: str) -> Call:
        """Begin a call."""
        call = self.new_call(terminal, address)
        held = [leg for leg in self.of(terminal) if leg.far and leg.call.held]
        if held and held[-1].channel_id not in self.legs:
            return self.dial_beside(held[-1], call, (CALL, address))
        return self.originate(call, originate(call, self.settings))

    def new_call(self, terminal: str, address: str, **members: Any) -> Call:
        """A call of the terminal to the address, as it begins."""
        caller, callee = self.callers.party(terminal), self.callers.party(address)
        now = self.host.now()
        return Call(new_call_id(), terminal, CallState.OFF_HOOK, caller, callee, now, **members)

    def originate(self, call: Call, fields: Fields) -> Call:
        """Begin a call by ringing the phone."""
        leg = Leg(call, OURS + call.id, ours=True)
        self.add(leg)
        self.limit(leg, self.settings.terminal_answer_s)
        self._queue[leg.channel_id] = leg, fields
        self._send_queued()
        return leg.call

    def dial_beside(self, held: Leg, call: Call, place: Place) -> Call:
        """Begin a call with the phone of one that is on hold, by sending it to this place."""
        leg = Leg(call, held.channel_id, ours=True)
        phone = self.channels.get(held.channel_id)
        self.add(leg)
        self.limit(leg, self.settings.no_answer_s)
        name = phone.name if phone is not None else ""
        if phone is not None:
            self.channels.begin_again(phone)

        def answered(reply: Reply) -> None:
            if not reply.good and live(leg.call):
                self.legs.pop(leg.channel_id, None)
                self.end_call(leg, Cause.FAILURE)

        self.host.act("Redirect", redirect(name, place), answered)
        return call

    def drop(self, call_id: str) -> bool:
        """Clear a call, and that of the terminal at its other end; False for one that is over."""
        leg = self._by_call.get(call_id)
        if leg is None:
            return False
        beside = leg.far or self.beside.of(leg.channel_id)
        far, other = self.far(leg), self.partner(leg)
        too = self.beside.counterpart(leg)
        before = leg.call
        self.end_call(leg, Cause.DROPPED)
        if other is not None:
            self.end_call(other, _other_end(before, other.call))
        if leg.moving and far is not None:  # it is on its way, and would wait there for ever
            self.hang_up(far.id)
        if not beside:
            self._clear(leg)
            if other is not None and leg.call.direction is Direction.INBOUND:
                self._clear(other)  # else the dialplan might go on with the caller
            return True
        if too is not None:  # its phone may be in another call
            self.beside.free_phone(too.channel_id)
        elif far is not None and (leg.far or leg.call.direction is Direction.INBOUND):
            self.hang_up(far.id)
        if leg.far:
            self.beside.free_phone(leg.channel_id)
        else:
            self.legs.pop(leg.channel_id, None)
            self.beside.release(leg)
        return True

    def far(self, leg: Leg) -> Channel | None:
        """The channel of the call's other party, if there is just one."""
        if leg.far:
            return self.channels.get(leg.far)
        channel = self.channels.get(leg.channel_id)
        return None if channel is None else self.channels.far(channel)

    def by_call(self, call_id: str) -> Leg | None:
        """The live call with this id."""
        return self._by_call.get(call_id)

    def of(self, terminal: str) -> list[Leg]:
        """The terminal's live calls, oldest first."""
        return list(self._by_terminal.get(terminal, {}).values())

    def end_all(self, cause: Cause) -> None:
        """Every call is over for us. Those that we began and that nobody answered are cleared."""
        for leg in list(self._by_call.values()):
            unanswered = leg.ours and leg.call.state is not CallState.CONNECTED
            self.end_call(leg, cause)
            if unanswered:
                self._clear(leg)

    # Calls

    def add(self, leg: Leg) -> None:
        """A new call."""
        self.legs[leg.channel_id] = leg
        self._by_call[leg.call.id] = leg
        self._by_terminal.setdefault(leg.call.terminal, {})[leg.call.id] = leg

    def _over(self, leg: Leg) -> bool:
        """It is live no more; False if it was so before."""
        if self._by_call.pop(leg.call.id, None) is None:
            return False
        calls = self._by_terminal[leg.call.terminal]
        del calls[leg.call.id]
        if not calls:
            del self._by_terminal[leg.call.terminal]
        return True

    def withdraw(self, leg: Leg) -> None:
        """The call has not begun after all; if anybody has heard of it, it is over."""
        if leg.call.revision:
            self.end_call(leg, Cause.FAILURE)
        leg.stop_timers()
        self._over(leg)
        if self.legs.get(leg.channel_id) is leg:
            del self.legs[leg.channel_id]

    def set(self, leg: Leg, **members: Any) -> None:
        """Change members of the call, and publish it if that changes anything."""
        if live(leg.call) and any(getattr(leg.call, name) != value for name, value in members.items()):
            leg.call = changed(leg.call, **members)
            self.host.publish(leg.call)

    def end_call(self, leg: Leg, cause: Cause, to: Party | None = None) -> None:
        """The call is over: publish its end. `to`: where it goes from here."""
        leg.stop_timers()
        if not self._over(leg):
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
        for other in self.of(call.terminal):
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
        leg = self.legs.pop(channel_id, None)
        self.clearing.discard(channel_id)
        self.helpers.discard(channel_id)
        self.slots.pop(channel_id, None)
        self._beginning.discard(channel_id)
        if leg is not None and not leg.parking:
            self.end_call(leg, *(leg.ends or (cause, None)))
        self._send_queued()

    def channel_begun(self, channel: Channel) -> None:
        """Asterisk has a new channel."""
        self._beginning.discard(channel.id)
        self._send_queued()
        if channel.id in self.clearing:
            self.hang_up(channel.id)
        elif channel.id not in self.legs and channel.state == RING:
            terminal = self.callers.terminal(channel)
            if terminal is not None:
                self._dialled_by_hand(channel, terminal)

    def update(self, channel: Channel) -> None:
        """Advance the channel's call, if it has one, and its caller's to the state that the channels show."""
        leg = self.legs.get(channel.id)
        if leg is None and ((channel.rang and channel.called) or channel.up) and not self._is_ours(channel):
            self._called(channel)
            leg = self.legs.get(channel.id)
        if leg is not None and live(leg.call):
            self._advance(leg, channel)
        by = self.channels.get(channel.dialled_by)
        if channel.rang and by is not None and not by.ringing_back:
            by.ringing_back = True
            self.update(by)

    def channel_gone(self, channel: Channel) -> None:
        """The channel was hung up, and its call is over."""
        self.callers.hurry(channel)
        leg = self.legs.get(channel.id)
        self.forget(channel.id, Cause.FAILURE if leg is None else self.cause(leg, channel))
        bridge, partners = channel.bridge, self.channels.peers(channel)
        self.channels.remove(channel)
        by_hand = leg is not None or channel.hung_up
        self.beside.phone_gone(channel.id, by_hand=by_hand, leaves=channel.hung_up)
        self.beside.far_gone(channel)
        if bridge:
            self.beside.close(bridge)
        for partner in partners:
            self.mark(partner)

    def channel_renamed(self, channel: Channel) -> None:
        """Another phone has picked up the call, and has its channel now: here it is over."""
        leg = self.legs.get(channel.id)
        terminal = self.callers.terminal(channel)
        if leg is not None and terminal != leg.call.terminal:
            del self.legs[channel.id]
            self.end_call(leg, Cause.ELSEWHERE, self.callers.of(channel))

    def picked_up(self, taker: Channel, rang: str) -> None:
        """The channel `taker` has the call now that rang at the one with the id `rang`."""
        self.helpers.discard(taker.id)
        if (target := self.channels.get(rang)) is not None:
            self.channels.picked_up(target, taker)
        leg = self.legs.get(rang)
        if leg is None:
            return
        del self.legs[rang]
        if self.callers.terminal(taker) == leg.call.terminal:
            if not live(leg.call):  # dropped at that moment: this is the channel to be hung up now
                self.hang_up(taker.id)
                return
            leg.channel_id = taker.id
            self.legs[taker.id] = leg
            self.update(taker)
        else:
            self.end_call(leg, Cause.ELSEWHERE, self.callers.of(taker))

    def _is_ours(self, channel: Channel) -> bool:
        """Is it a phone's channel that we have already, or one that is to go?"""
        known = channel.id in self.clearing or channel.id in self.helpers
        return known or channel.id.startswith(OURS) or bool(self.beside.of(channel.id))

    def _dialled_by_hand(self, channel: Channel, terminal: str) -> None:
        leg = Leg(self.new_call(terminal, channel.exten, by_hand=True), channel.id)
        self.add(leg)
        self.host.publish(leg.call)

    def _called(self, channel: Channel) -> None:
        """A terminal's phone rings: it is told once it is known who calls."""
        terminal = self.callers.terminal(channel)
        if terminal is not None:
            self.callers.ask(channel, lambda call: self._calls_in(channel, call), terminal)

    def _calls_in(self, channel: Channel, call: Call) -> None:
        leg = Leg(call, channel.id)
        self.add(leg)
        self.host.publish(call)
        self._advance(leg, channel)

    def _advance(self, leg: Leg, channel: Channel) -> None:
        state = self.state(leg, channel)
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
            self._join(leg, channel)
            self.mark(channel)
        elif leg.ours and channel.up:
            self._settle(leg, channel)

    def state(self, leg: Leg, channel: Channel) -> CallState:
        """The state that the channels show for the call."""
        if leg.call.direction is Direction.INBOUND and leg.ours:  # it fetches a call from elsewhere
            return CallState.CONNECTED if channel.bridge else CallState.RING_BACK
        if leg.call.direction is Direction.INBOUND:
            return CallState.CONNECTED if channel.up else CallState.RING_BACK
        if leg.ours and not channel.up:
            return CallState.OFF_HOOK
        if channel.answered or channel.bridge or (channel.up and not leg.ours):
            return CallState.CONNECTED
        if channel.ringing_back:
            return CallState.RING_BACK
        return CallState.PROCEED if leg.ours or channel.dials else CallState.OFF_HOOK

    def _join(self, leg: Leg, channel: Channel) -> None:
        """Look who is at the other end: another one than at first was put there by a transfer."""
        peers = self.channels.peers(channel) if channel.bridge and not channel.waits else []
        if len(peers) != 1 or peers[0].id == leg.partner:
            return
        first, leg.partner = not leg.partner, peers[0].id
        party = self.callers.of(peers[0])
        outbound = leg.call.direction is Direction.OUTBOUND
        known = leg.call.callee if outbound else leg.call.caller
        if not party.id or party.id == known.id:
            return
        if first and outbound and leg.call.reason is Reason.DIRECT:
            self.set(leg, connected_party=party)
        elif not first or outbound:
            self.set(leg, **{"callee" if outbound else "caller": party})

    def mark(self, channel: Channel) -> None:
        """Look who has put a call that is up on hold."""
        leg = self.legs.get(channel.id)
        if leg is not None and leg.moving and channel.waits:  # the phone may wait before the other party does
            return
        if leg is not None and leg.call.state is CallState.CONNECTED:
            far = self.channels.far(channel)
            other = channel.waits if channel.waits else far is not None and far.on_hold
            self.set(leg, held=channel.on_hold, held_by_other=other)

    def partner(self, leg: Leg) -> Leg | None:
        """The call at the other end, if the two channels are alone with each other.

        A conference of two goes on when one of them leaves.
        """
        if leg.call.conference:
            return None
        if leg.far:
            other = self.beside.counterpart(leg) or self.legs.get(leg.far)
            return other if other is not None and live(other.call) else None
        channel = self.channels.get(leg.channel_id)
        if channel is None or (channel.bridge and not channel.pair):
            return None
        peers = self.channels.peers(channel)
        if len(peers) != 1 or len(self.channels.peers(peers[0])) != 1:
            return None
        other = self.legs.get(peers[0].id)
        return other if other is not None and live(other.call) else None

    def cause(self, leg: Leg, channel: Channel, unsaid: Cause = Cause.NORMAL) -> Cause:
        """Why the call ended whose channel was hung up; `unsaid` if Asterisk does not say."""
        forwarded = self.callers.party(channel.forwarded_to) if channel.forwarded_to else None
        if forwarded is not None and leg.ends is None:
            leg.ends = Cause.FORWARDED, forwarded
        return cause_of(leg.call, channel, ours=leg.ours, unsaid=unsaid)

    # Limits

    def limit(self, leg: Leg, seconds: float) -> None:
        """So long the call may stay in its present state."""
        leg.stop_timers()
        leg.limit = self.host.later(seconds, lambda: self._limit_reached(leg))

    def _limit_reached(self, leg: Leg) -> None:
        channel = self.channels.get(leg.channel_id)
        if leg.call.state is CallState.OFF_HOOK:
            rang = channel is not None and channel.rang
            cause = Cause.TERMINAL_REJECTED if rang else Cause.TERMINAL_UNAVAILABLE
        else:
            rang = leg.call.state is CallState.RING_BACK
            cause = Cause.NO_ANSWER if rang else Cause.UNREACHABLE
        other = self.partner(leg)
        self.end_call(leg, cause)
        if other is not None:
            self.end_call(other, cause)
        self._clear(leg)

    def _settle(self, leg: Leg, channel: Channel) -> None:
        """The own phone is up and nobody is being called: after a while, ask what the dialplan does."""
        if channel.dials and leg.settling is not None:
            leg.settling.cancel()
            leg.settling = None
        elif not channel.dials and leg.settling is None:
            leg.settling = self.host.later(self.settings.settle_s, lambda: self._ask(leg))

    def _ask(self, leg: Leg) -> None:
        leg.settling = None
        self.host.act(
            "Status", [("Channel", leg.channel_id)], lambda reply: self._application_known(leg, reply)
        )

    def _application_known(self, leg: Leg, reply: Reply) -> None:
        channel = self.channels.get(leg.channel_id)
        if channel is None or channel.dials or not live(leg.call) or not reply.items:
            return
        application = reply.items[0].get("application")
        if application in TONES:
            busy = Cause.BUSY if application == "Busy" else Cause.UNREACHABLE
            self.end_call(leg, channel.failure or busy)
            self._clear(leg)
            return
        channel.answered = channel.answered or application not in WAITING
        self.update(channel)

    # To Asterisk

    def hang_up(self, channel_id: str) -> None:
        """Hang up a channel; without a connection this is done once there is one (`resync.py`)."""
        # Asterisk loses a Hangup that comes while it moves the channel: see `hang_up_again`.
        if self.channels.get(channel_id) is not None:
            self.clearing.add(channel_id)
        fields = [("Channel", channel_id), ("Cause", NORMAL_CLEARING)]
        self.host.act("Hangup", fields, lambda _reply: None)

    def hang_up_again(self, channel: Channel) -> None:
        """The channel has come somewhere: if it was to be hung up, that was lost on its way there."""
        if channel.id in self.clearing:
            self.hang_up(channel.id)

    def _clear(self, leg: Leg) -> None:
        """The phone leaves a call that is over; if it has others on hold it stays."""
        if self._queue.pop(leg.channel_id, None) is not None:
            del self.legs[leg.channel_id]
        elif self.beside.of(leg.channel_id):
            self.legs.pop(leg.channel_id, None)
            self.beside.release(leg)
        else:
            self.clear(leg.channel_id)

    def clear(self, channel_id: str) -> None:
        """Hang up a phone."""
        # A Hangup before the channel exists is lost, and the phone would ring on: see `channel_begun`.
        if self.channels.get(channel_id) is not None:
            self.hang_up(channel_id)
        elif channel_id in self._beginning or channel_id in self.helpers:
            self.clearing.add(channel_id)

    def _send_queued(self) -> None:
        while self._queue and len(self._beginning) < MAX_BEGINNING:
            channel_id, (leg, fields) = next(iter(self._queue.items()))
            if not self._send(leg, fields):
                return
            del self._queue[channel_id]
            self._beginning.add(channel_id)

    def _send(self, leg: Leg, fields: Fields) -> bool:
        return self.host.act("Originate", fields, lambda reply: self._answered(leg, reply))

    def _answered(self, leg: Leg, reply: Reply) -> None:
        if not reply.good:
            self.forget(leg.channel_id, _refusal(reply.text))


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
