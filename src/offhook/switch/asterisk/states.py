"""Which state a call is in, and why it ended, from what its channel shows."""

from __future__ import annotations

from offhook.call import Call, CallState, Cause, Direction
from offhook.switch.asterisk.causes import ELSEWHERE, callee_cause, dial_cause, own_cause, up_cause
from offhook.switch.asterisk.channels import Channel


def state_of(call: Call, channel: Channel, *, ours: bool) -> CallState:
    """The state that the channels show for a call with this one."""
    if call.direction is Direction.INBOUND and ours:  # it fetches a call from elsewhere
        return CallState.CONNECTED if channel.bridge else CallState.RING_BACK
    if call.direction is Direction.INBOUND:
        return CallState.CONNECTED if channel.up else CallState.RING_BACK
    if ours and not channel.up:
        return CallState.OFF_HOOK
    if channel.answered or channel.bridge or (channel.up and not ours):
        return CallState.CONNECTED
    if channel.ringing_back:
        return CallState.RING_BACK
    return CallState.PROCEED if ours or channel.dials else CallState.OFF_HOOK


def cause_of(call: Call, channel: Channel, *, ours: bool, unsaid: Cause) -> Cause:
    """The cause of the end of a call with this channel; `unsaid` if nothing says why it was not answered."""
    if call.state is CallState.CONNECTED:
        return up_cause(channel.cause)
    if ours and not channel.up:
        return own_cause(channel.cause, rang=channel.rang)
    if call.direction is Direction.INBOUND:
        return Cause.ELSEWHERE if ours else _not_answered(channel)
    if channel.hung_up:
        return Cause.NORMAL
    if channel.failure is not None and not channel.vague:
        return channel.failure
    return callee_cause(channel.cause) or channel.failure or unsaid


def _not_answered(channel: Channel) -> Cause:
    """Of a call that came in."""
    if channel.cause == ELSEWHERE:
        return Cause.ELSEWHERE
    if channel.dial_status == "CANCEL":
        return Cause.CANCELLED
    cause = callee_cause(channel.cause) or dial_cause(channel.dial_status, rang=True) or Cause.CANCELLED
    # Whoever presses the button of a phone that rings has many of them say that they are busy.
    return Cause.REJECTED if cause is Cause.BUSY and channel.rang else cause
