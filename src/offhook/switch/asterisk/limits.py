"""How long a call may stay in a state before it is up, and what the dialplan does with a phone meanwhile."""

from __future__ import annotations

from typing import Protocol

from offhook.call import CallState, Cause, live
from offhook.config import AsteriskSettings
from offhook.switch.asterisk.channels import TONES, Channel, Channels
from offhook.switch.asterisk.leg import ExchangeHost, Leg
from offhook.switch.asterisk.session import Reply

WAITING = frozenset({"", "Dial", "Wait", "AppDial", "AppDial2", "Ringing", "Progress"})
"""Dialplan applications during which nobody has answered yet."""


class Limited(Protocol):
    """What this needs of the exchange."""

    channels: Channels
    settings: AsteriskSettings
    host: ExchangeHost

    def give_up(self, leg: Leg, cause: Cause) -> None:
        """End a call that nobody has answered, at both ends."""
        ...

    def end_and_clear(self, leg: Leg, cause: Cause) -> None:
        """End a call; its phone leaves it."""
        ...

    def update(self, channel: Channel) -> None:
        """Advance the channel's call."""
        ...


class Limits:
    """Timers of the calls: each ends with its call, or with its state."""

    def __init__(self, exchange: Limited) -> None:
        self._exchange = exchange

    def begin(self, leg: Leg, seconds: float) -> None:
        """So long the call may stay in its present state."""
        leg.stop_timers()
        leg.limit = self._exchange.host.later(seconds, lambda: self._reached(leg))

    def _reached(self, leg: Leg) -> None:
        channel = self._exchange.channels.get(leg.channel_id)
        if leg.call.state is CallState.OFF_HOOK:
            rang = channel is not None and channel.rang
            cause = Cause.TERMINAL_REJECTED if rang else Cause.TERMINAL_UNAVAILABLE
        else:
            rang = leg.call.state is CallState.RING_BACK
            cause = Cause.NO_ANSWER if rang else Cause.UNREACHABLE
        self._exchange.give_up(leg, cause)

    def settle(self, leg: Leg, channel: Channel) -> None:
        """The own phone is up and nobody is being called: after a while, ask what the dialplan does."""
        if channel.dials and leg.settling is not None:
            leg.settling.cancel()
            leg.settling = None
        elif not channel.dials and leg.settling is None:
            seconds = self._exchange.settings.settle_s
            leg.settling = self._exchange.host.later(seconds, lambda: self._ask(leg))

    def _ask(self, leg: Leg) -> None:
        leg.settling = None
        self._exchange.host.act(
            "Status", [("Channel", leg.channel_id)], lambda reply: self._application_known(leg, reply)
        )

    def _application_known(self, leg: Leg, reply: Reply) -> None:
        channel = self._exchange.channels.get(leg.channel_id)
        if channel is None or channel.dials or not live(leg.call) or not reply.items:
            return
        application = reply.items[0].get("application")
        if application in TONES:
            busy = Cause.BUSY if application == "Busy" else Cause.UNREACHABLE
            self._exchange.end_and_clear(leg, channel.failure or busy)
            return
        channel.answered = channel.answered or application not in WAITING
        self._exchange.update(channel)
