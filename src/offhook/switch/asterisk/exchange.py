"""What Asterisk's events mean for calls: each channel of a terminal's phone is a call of that terminal.

Without I/O: events in, calls and actions out. Our own calls are recognised by the id that we give to their
channel, `offhook-<call id>`; everything else by what links channels (dials, bridges, the halves of Local
channels). Asterisk's events come in no fixed order, so each only updates the channels, and a call's state is
then derived from all of them. A call goes forward only.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping

from offhook.call import Call, CallState, Cause, Direction, Party, advance, can_go, changed, live, new_call_id
from offhook.config import AsteriskSettings
from offhook.switch.asterisk.causes import ELSEWHERE, callee_cause, dial_cause, own_cause, up_cause
from offhook.switch.asterisk.channels import RING, TONES, Channel, Channels
from offhook.switch.asterisk.leg import ExchangeHost, Leg
from offhook.switch.asterisk.originate import OURS, originate
from offhook.switch.asterisk.session import Reply

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
        self._devices = {settings.device(terminal).lower(): terminal for terminal in terminals}
        self.channels = Channels()
        self.legs: dict[str, Leg] = {}
        self.clearing: set[str] = set()
        """Ids of channels to be hung up; some of them do not exist yet."""
        self._by_call: dict[str, Leg] = {}
        self._queue: dict[str, Leg] = {}
        self._beginning: set[str] = set()

    @property
    def live(self) -> int:
        """How many calls are not over."""
        return len(self._by_call)

    @property
    def idle(self) -> bool:
        """Is nothing left of any call?"""
        return not (self._by_call or self.legs or self.clearing or self._queue or len(self.channels))

    # What the switch asks

    def dial(self, terminal: str, address: str) -> Call:
        """Begin a call."""
        caller, callee = self.party(terminal), self.party(address)
        call = Call(new_call_id(), terminal, CallState.OFF_HOOK, caller, callee, self.host.now())
        leg = Leg(call, OURS + call.id, ours=True)
        self.add(leg)
        self._limit(leg, self.settings.terminal_answer_s)
        self._queue[leg.channel_id] = leg
        self._send_queued()
        return leg.call

    def drop(self, call_id: str) -> bool:
        """Clear a call, and that of the terminal at its other end; False for one that is over."""
        leg = self._by_call.get(call_id)
        if leg is None:
            return False
        other = self._only_partner(leg)
        self.end_call(leg, Cause.DROPPED)
        if other is not None:
            self.end_call(other, Cause.DROPPED)
        self._clear(leg)
        if other is not None and leg.call.direction is Direction.INBOUND:
            self._clear(other)  # else the dialplan might go on with the caller
        return True

    def is_live(self, call_id: str) -> bool:
        """Is the call not over yet?"""
        return call_id in self._by_call

    def end_all(self, cause: Cause) -> None:
        """Every call is over for us. Those that we began and that nobody answered are cleared."""
        for leg in list(self._by_call.values()):
            unanswered = leg.ours and leg.call.state is not CallState.CONNECTED
            self.end_call(leg, cause)
            if unanswered:
                self._clear(leg)

    # Calls

    def party(self, number: str) -> Party:
        """Somebody by number, with the name if it is a terminal."""
        return Party(self.terminals.get(number, ""), number)

    def terminal(self, channel: Channel) -> str | None:
        """The terminal whose phone the channel belongs to."""
        return self._devices.get(channel.device.lower())

    def add(self, leg: Leg) -> None:
        """A new call."""
        self.legs[leg.channel_id] = leg
        self._by_call[leg.call.id] = leg

    def end_call(self, leg: Leg, cause: Cause) -> None:
        """The call is over: publish its end."""
        leg.stop_timers()
        if self._by_call.pop(leg.call.id, None) is None:
            return
        leg.call = advance(leg.call, CallState.ON_HOOK, self.host.now(), cause)
        self.host.publish(leg.call)

    def forget(self, channel_id: str, cause: Cause) -> None:
        """There is no channel of this id, and there will be none."""
        leg = self.legs.pop(channel_id, None)
        self.clearing.discard(channel_id)
        self._beginning.discard(channel_id)
        if leg is not None:
            self.end_call(leg, cause)
        self._send_queued()

    def channel_begun(self, channel: Channel) -> None:
        """Asterisk has a new channel."""
        self._beginning.discard(channel.id)
        self._send_queued()
        if channel.id in self.clearing:
            self.hang_up(channel.id)
        elif channel.id not in self.legs and channel.state == RING and (terminal := self.terminal(channel)):
            self._dialled_by_hand(channel, terminal)

    def update(self, channel: Channel) -> None:
        """Advance the channel's call, if it has one, and its caller's to the state that the channels show."""
        leg = self.legs.get(channel.id)
        if leg is None and (channel.rang or channel.up) and channel.id not in self.clearing:
            leg = self._called(channel)
        if leg is not None and live(leg.call):
            self._advance(leg, channel)
        by = self.channels.get(channel.dialled_by)
        if channel.rang and by is not None and not by.ringing_back:
            by.ringing_back = True
            self.update(by)

    def channel_gone(self, channel: Channel) -> None:
        """The channel was hung up, and its call is over."""
        leg = self.legs.get(channel.id)
        self.forget(channel.id, Cause.FAILURE if leg is None else self._cause(leg.call, channel, leg.ours))
        self.channels.remove(channel)

    def channel_renamed(self, channel: Channel) -> None:
        """Another phone has picked up the call, and has its channel now: here it is over."""
        leg = self.legs.get(channel.id)
        if leg is not None and self.terminal(channel) != leg.call.terminal:
            del self.legs[channel.id]
            self.end_call(leg, Cause.NORMAL)

    def _dialled_by_hand(self, channel: Channel, terminal: str) -> None:
        caller, callee = self.party(terminal), self.party(channel.exten)
        call = Call(new_call_id(), terminal, CallState.OFF_HOOK, caller, callee, self.host.now())
        self.add(Leg(call, channel.id))
        self.host.publish(call)

    def _called(self, channel: Channel) -> Leg | None:
        """A terminal's phone rings."""
        terminal = self.terminal(channel)
        if terminal is None:
            return None
        leg = Leg(self.inbound(channel, terminal), channel.id)
        self.add(leg)
        self.host.publish(leg.call)
        return leg

    def inbound(self, channel: Channel, terminal: str) -> Call:
        """The call of a phone that rings."""
        peers = self.channels.peers(channel)
        caller = self.other_party(peers[0]) if len(peers) == 1 else Party()
        if caller.id not in self.terminals and channel.connected[0]:
            number, name = channel.connected
            caller = Party(self.terminals.get(number) or name, number)
        own = self.party(terminal)
        now = self.host.now()
        return Call(new_call_id(), terminal, CallState.RING_BACK, caller, own, now, Direction.INBOUND)

    def other_party(self, channel: Channel) -> Party:
        """Whose channel it is."""
        terminal = self.terminal(channel)
        number, name = channel.caller
        return self.party(terminal) if terminal else Party(self.terminals.get(number) or name, number)

    def _advance(self, leg: Leg, channel: Channel) -> None:
        state = self.state(leg, channel)
        if can_go(leg.call, state):
            before = leg.call.state
            leg.call = advance(leg.call, state, self.host.now())
            if state is CallState.CONNECTED:
                leg.stop_timers()
            elif leg.ours and before is CallState.OFF_HOOK:
                self._limit(leg, self.settings.no_answer_s)
            self.host.publish(leg.call)
        if leg.call.state is CallState.CONNECTED:
            self._join(leg, channel)
        elif leg.ours and channel.up:
            self._settle(leg, channel)

    def state(self, leg: Leg, channel: Channel) -> CallState:
        """The state that the channels show for the call."""
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
        peers = self.channels.peers(channel) if channel.bridge else []
        if len(peers) != 1 or peers[0].id == leg.partner:
            return
        first, leg.partner = not leg.partner, peers[0].id
        party = self.other_party(peers[0])
        outbound = leg.call.direction is Direction.OUTBOUND
        if first or not party.id or party == (leg.call.callee if outbound else leg.call.caller):
            return
        leg.call = changed(leg.call, callee=party) if outbound else changed(leg.call, caller=party)
        self.host.publish(leg.call)

    def _only_partner(self, leg: Leg) -> Leg | None:
        """The call at the other end, if the two channels are alone with each other.

        A conference of two goes on when one of them leaves.
        """
        channel = self.channels.get(leg.channel_id)
        if channel is None or (channel.bridge and not channel.pair):
            return None
        peers = self.channels.peers(channel)
        if len(peers) != 1 or len(self.channels.peers(peers[0])) != 1:
            return None
        other = self.legs.get(peers[0].id)
        return other if other is not None and live(other.call) else None

    def _cause(self, call: Call, channel: Channel, ours: bool) -> Cause:
        if call.state is CallState.CONNECTED:
            return up_cause(channel.cause)
        if call.direction is Direction.INBOUND:
            if channel.cause == ELSEWHERE:
                return Cause.NORMAL
            status = dial_cause(channel.dial_status, rang=True)
            return callee_cause(channel.cause) or status or Cause.NORMAL
        if ours and not channel.up:
            return own_cause(channel.cause, rang=channel.rang)
        if channel.hung_up:
            return Cause.NORMAL
        if channel.failure is not None and not channel.vague:
            return channel.failure
        return callee_cause(channel.cause) or channel.failure or Cause.NORMAL

    # Limits

    def _limit(self, leg: Leg, seconds: float) -> None:
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
        other = self._only_partner(leg)
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
        fields = [("Channel", channel_id), ("Cause", NORMAL_CLEARING)]
        self.host.act("Hangup", fields, lambda _reply: None)

    def _clear(self, leg: Leg) -> None:
        if self._queue.pop(leg.channel_id, None) is not None:
            del self.legs[leg.channel_id]
            return
        self.clearing.add(leg.channel_id)
        # A Hangup before the channel exists is lost, and the phone would ring on: see `channel_begun`.
        if self.channels.get(leg.channel_id) is not None:
            self.hang_up(leg.channel_id)

    def _send_queued(self) -> None:
        while self._queue and len(self._beginning) < MAX_BEGINNING:
            channel_id, leg = next(iter(self._queue.items()))
            if not self._send(leg):
                return
            del self._queue[channel_id]
            self._beginning.add(channel_id)

    def _send(self, leg: Leg) -> bool:
        fields = originate(leg.call, self.settings)
        return self.host.act("Originate", fields, lambda reply: self._answered(leg, reply))

    def _answered(self, leg: Leg, reply: Reply) -> None:
        if not reply.good:
            self.forget(leg.channel_id, _refusal(reply.text))


def _refusal(text: str) -> Cause:
    if text.startswith("Extension does not exist"):
        return Cause.INVALID_ADDRESS
    logger.warning("Asterisk refused to originate a call: %s; run: offhook check", text)
    return Cause.NOT_ALLOWED if "permission" in text.lower() else Cause.FAILURE
