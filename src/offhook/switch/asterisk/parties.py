"""Who is at the other end of a call, and who has put it on hold."""

from __future__ import annotations

from collections.abc import Callable

from offhook.call import CallState, Direction, Reason, live
from offhook.switch.asterisk.beside import Beside
from offhook.switch.asterisk.callers import Callers
from offhook.switch.asterisk.channels import Channel, Channels
from offhook.switch.asterisk.leg import Leg
from offhook.switch.asterisk.register import Register


class Parties:
    """`change` is called with what a call is to be told to have now."""

    def __init__(
        self,
        channels: Channels,
        calls: Register,
        callers: Callers,
        beside: Beside,
        change: Callable[..., None],
        tell_again: Callable[[Leg], None],
    ) -> None:
        self._channels, self._calls, self._callers, self._beside = channels, calls, callers, beside
        self._change, self._tell_again = change, tell_again

    def far(self, leg: Leg) -> Channel | None:
        """The channel of the call's other party, if there is just one."""
        if leg.far:
            return self._channels.get(leg.far)
        channel = self._channels.get(leg.channel_id)
        return None if channel is None else self._channels.far(channel)

    def partner(self, leg: Leg) -> Leg | None:
        """The call at the other end, if the two channels are alone with each other.

        A conference of two goes on when one of them leaves.
        """
        if leg.call.conference:
            return None
        if leg.far:
            other = self._beside.counterpart(leg) or self._calls.legs.get(leg.far)
            return other if other is not None and live(other.call) else None
        channel = self._channels.get(leg.channel_id)
        if channel is None or (channel.bridge and not channel.pair):
            return None
        peers = self._channels.peers(channel)
        if len(peers) != 1 or len(self._channels.peers(peers[0])) != 1:
            return None
        other = self._calls.legs.get(peers[0].id)
        return other if other is not None and live(other.call) else None

    def join(self, leg: Leg, channel: Channel) -> None:
        """Look who is at the other end: another one than at first was put there by a transfer."""
        peers = self._channels.peers(channel) if channel.bridge and not channel.waits else []
        if len(peers) != 1 or peers[0].id == leg.partner:
            return
        first, leg.partner = not leg.partner, peers[0].id
        party = self._callers.of(peers[0])
        outbound = leg.call.direction is Direction.OUTBOUND
        known = leg.call.callee if outbound else leg.call.caller
        if not party.id or party.id == known.id:
            return
        if first and outbound and leg.call.reason is Reason.DIRECT:
            self._change(leg, connected_party=party)
        elif not first or outbound:
            self._change(leg, **{"callee" if outbound else "caller": party})

    def mark(self, channel: Channel) -> None:
        """Look who has put a call that is up on hold."""
        leg = self._calls.legs.get(channel.id)
        if leg is not None and leg.moving and channel.waits:  # the phone may wait before the other party does
            return
        if leg is not None and leg.call.state is CallState.CONNECTED:
            far = self._channels.far(channel)
            other = channel.waits if channel.waits else far is not None and far.on_hold
            self._change(leg, held=channel.on_hold, held_by_other=other)
            crowded = bool(channel.bridge) and not (channel.pair or channel.waits)
            if crowded is not leg.crowded:  # what can be done with one party cannot with several
                leg.crowded = crowded
                self._tell_again(leg)
