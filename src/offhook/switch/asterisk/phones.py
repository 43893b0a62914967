"""Phones are rung and hung up: what is not sent yet, and what has to be sent again."""

from __future__ import annotations

from collections.abc import Callable

from offhook.switch.asterisk.channels import Channel, Channels
from offhook.switch.asterisk.leg import ExchangeHost, Leg
from offhook.switch.asterisk.session import Fields, Reply

NORMAL_CLEARING = "16"

MAX_BEGINNING = 50
"""Originates sent that have no channel yet. More would wait in Asterisk, where a drop cannot reach them."""


class Phones:
    """`refused` is called with a call whose phone Asterisk does not ring, and with what it says."""

    def __init__(self, channels: Channels, host: ExchangeHost, refused: Callable[[Leg, str], None]) -> None:
        self._channels, self._host, self._refused = channels, host, refused
        self.clearing: set[str] = set()
        """Ids of channels to be hung up; some of them do not exist yet."""
        self.helpers: set[str] = set()
        """Ids of channels that only fetch a call to the phone: of no call, and never one that comes in."""
        self._queue: dict[str, tuple[Leg, Fields]] = {}
        self._beginning: set[str] = set()

    @property
    def idle(self) -> bool:
        """Is there nothing more to be done?"""
        return not (self.clearing or self._queue or self.helpers)

    def ring(self, leg: Leg, fields: Fields) -> None:
        """Begin a call by ringing the phone."""
        self._queue[leg.channel_id] = leg, fields
        self.send_queued()

    def withdraw(self, channel_id: str) -> bool:
        """Do not ring it; False if it is too late for that."""
        return self._queue.pop(channel_id, None) is not None

    def begun(self, channel: Channel) -> None:
        """Asterisk has a new channel."""
        self._beginning.discard(channel.id)
        self.send_queued()

    def forget(self, channel_id: str) -> None:
        """There is no channel of this id, and there will be none."""
        self.clearing.discard(channel_id)
        self.helpers.discard(channel_id)
        self._beginning.discard(channel_id)

    def hang_up(self, channel_id: str) -> None:
        """Hang up a channel; without a connection this is done once there is one (`resync.py`)."""
        # Asterisk loses a Hangup that comes while it moves the channel: see `hang_up_again`.
        if self._channels.get(channel_id) is not None:
            self.clearing.add(channel_id)
        fields = [("Channel", channel_id), ("Cause", NORMAL_CLEARING)]
        self._host.act("Hangup", fields, lambda _reply: None)

    def hang_up_again(self, channel: Channel) -> None:
        """The channel has come somewhere: if it was to be hung up, that was lost on its way there."""
        if channel.id in self.clearing:
            self.hang_up(channel.id)

    def clear(self, channel_id: str) -> None:
        """Hang up a phone."""
        # Before the channel exists a Hangup is lost, and the phone would ring on: `Exchange.channel_begun`.
        if self._channels.get(channel_id) is not None:
            self.hang_up(channel_id)
        elif channel_id in self._beginning or channel_id in self.helpers:
            self.clearing.add(channel_id)

    def send_queued(self) -> None:
        """Ring those whose turn it is."""
        while self._queue and len(self._beginning) < MAX_BEGINNING:
            channel_id, (leg, fields) = next(iter(self._queue.items()))
            if not self._send(leg, fields):
                return
            del self._queue[channel_id]
            self._beginning.add(channel_id)

    def _send(self, leg: Leg, fields: Fields) -> bool:
        def answered(reply: Reply) -> None:
            if not reply.good:
                self._refused(leg, reply.text)

        return self._host.act("Originate", fields, answered)
