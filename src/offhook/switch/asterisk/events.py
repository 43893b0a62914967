"""Applies AMI's events to the channels, and has the calls updated that each event may concern."""

from __future__ import annotations

from collections.abc import Callable

from offhook.call import Cause
from offhook.switch.asterisk.ami import Message
from offhook.switch.asterisk.channels import Channel
from offhook.switch.asterisk.exchange import Exchange


class Events:
    """`began` and `gone` are the ids of channels that began and ended while `noting`."""

    def __init__(self, exchange: Exchange) -> None:
        self._exchange, self._channels = exchange, exchange.channels
        self.began: set[str] = set()
        self.gone: set[str] = set()
        self.noting = False
        self._handlers: dict[str, Callable[[Message], None]] = {
            "Newchannel": self._new_channel,
            "Newstate": self._changed,
            "NewConnectedLine": self._changed,
            "Rename": self._rename,
            "DialBegin": self._dial_begin,
            "DialState": self._dial_state,
            "DialEnd": self._dial_end,
            "BridgeEnter": self._bridge_enter,
            "BridgeLeave": self._bridge_leave,
            "LocalBridge": self._local_bridge,
            "LocalOptimizationBegin": self._swap_begins,
            "LocalOptimizationEnd": self._swap_ends,
            "HangupRequest": self._hangup_request,
            "Hangup": self._hangup,
            "OriginateResponse": self._originated,
            "Hold": self._hold,
            "Unhold": self._hold,
            "Pickup": self._picked_up,
            "ParkedCall": self._parked,
        }

    def handle(self, message: Message) -> None:
        """Apply an event; those that do not matter here are ignored."""
        handler = self._handlers.get(message.event)
        if handler is not None:
            handler(message)

    def _known(self, message: Message) -> Channel | None:
        """The channel, updated, if it is live: a late event must not bring one back."""
        if self._channels.get(message.get("uniqueid")) is None:
            return None
        return self._channels.put(message)

    def _new_channel(self, message: Message) -> None:
        channel = self._channels.put(message)
        if channel is not None:
            if self.noting:
                self.began.add(channel.id)
            self._exchange.channel_begun(channel)

    def _changed(self, message: Message) -> None:
        channel = self._known(message)
        if channel is not None:
            self._exchange.update(channel)

    def _rename(self, message: Message) -> None:
        channel = self._channels.get(message.get("uniqueid"))
        if channel is not None and "<" not in message.get("newname"):
            channel.name = message.get("newname")
            self._exchange.channel_renamed(channel)

    def _caller_and_called(self, message: Message) -> tuple[Channel | None, Channel | None]:
        """The channel that calls, None when Originate does, and the one that is called."""
        source = self._known(message)
        called = self._channels.get(message.get("destuniqueid"))
        if called is not None:
            self._channels.put(message, "dest")
        return source, called

    def _update(self, *channels: Channel | None) -> None:
        for channel in channels:
            if channel is not None:
                self._exchange.update(channel)

    def _dial_begin(self, message: Message) -> None:
        source, called = self._caller_and_called(message)
        if source is not None:
            self._exchange.phones.hang_up_again(source)
        if called is not None:
            self._channels.dial(source, called)
            self._update(source, called)

    def _dial_state(self, message: Message) -> None:
        source, called = self._caller_and_called(message)
        status = message.get("dialstatus")
        if called is not None and status == "RINGING":
            called.rang = True
        if source is not None and status in ("RINGING", "PROGRESS"):
            source.ringing_back = True
        self._update(source, called)

    def _dial_end(self, message: Message) -> None:
        source, called = self._caller_and_called(message)
        if called is not None:
            self._channels.dial_ended(source, called, message.get("dialstatus"))
            called.forwarded_to = message.get("forward")
            self._update(called, source)

    def _bridge_enter(self, message: Message) -> None:
        channel = self._known(message)
        if channel is not None:
            pair = message.get("bridgetype") == "basic"
            waits = message.get("bridgetechnology") == "holding_bridge"
            self._channels.enter(channel, message.get("bridgeuniqueid"), pair=pair, waits=waits)
            self._exchange.phones.hang_up_again(channel)
            self._exchange.beside.entered(channel)
            self._end_loop(channel.bridge)
            self._update(channel, *self._channels.peers(channel))

    def _bridge_leave(self, message: Message) -> None:
        channel = self._known(message)
        if channel is None:
            return
        if channel.swap:
            channel.left = True
        else:
            self._leave(channel)

    def _leave(self, channel: Channel) -> None:
        bridge = channel.bridge
        self._channels.leave(channel)
        self._exchange.beside.left(channel, bridge)
        self._end_loop(bridge)

    def _end_loop(self, bridge: str) -> None:
        """Asterisk itself keeps the rest of a call of a phone with itself until it is started anew."""
        if bridge and (half := self._channels.loop(bridge)) is not None:
            self._exchange.phones.hang_up(half.id)

    def _swap_begins(self, message: Message) -> None:
        local = message.get("localoneuniqueid")
        moved = ("localtwouniqueid", "sourceuniqueid", "destuniqueid")
        self._channels.swap_begins(local, *(message.get(name) for name in moved))

    def _swap_ends(self, message: Message) -> None:
        for channel in self._channels.swap_ends(message.get("localoneuniqueid")):
            self._leave(channel)

    def _local_bridge(self, message: Message) -> None:
        one = self._channels.get(message.get("localoneuniqueid"))
        two = self._channels.get(message.get("localtwouniqueid"))
        if one is not None and two is not None:
            self._channels.halves(one, two)

    def _hold(self, message: Message) -> None:
        channel = self._known(message)
        if channel is not None:
            channel.on_hold = message.event == "Hold"
            self._exchange.beside.marked(channel)
            for one in (channel, *self._channels.peers(channel)):
                self._exchange.parties.mark(one)

    def _picked_up(self, message: Message) -> None:
        taker = self._known(message)
        if taker is not None:
            self._exchange.picked_up(taker, message.get("targetuniqueid"))

    def _parked(self, message: Message) -> None:
        channel_id = message.get("parkeeuniqueid")
        if self._channels.get(channel_id) is not None:
            self._exchange.slots[channel_id] = message.get("parkingspace")

    def _hangup_request(self, message: Message) -> None:
        channel = self._known(message)
        if channel is not None:
            channel.hung_up = True
            channel.cause = number(message.get("cause")) or channel.cause

    def _hangup(self, message: Message) -> None:
        channel_id = message.get("uniqueid")
        if self.noting:
            self.gone.add(channel_id)
        channel = self._known(message)
        if channel is None:
            self._exchange.forget(channel_id, Cause.FAILURE)
            return
        channel.cause = number(message.get("cause")) or channel.cause
        self._exchange.channel_gone(channel)

    def _originated(self, message: Message) -> None:
        """Only a failure without any channel matters: all else comes as events of the channel."""
        channel_id = message.get("uniqueid")
        if message.get("response") == "Failure" and self._channels.get(channel_id) is None:
            self._exchange.forget(channel_id, Cause.TERMINAL_UNAVAILABLE)
            self._exchange.beside.phone_gone(channel_id)


def number(text: str) -> int:
    """A whole number, 0 for anything else."""
    return int(text) if text.isascii() and text.isdigit() else 0
