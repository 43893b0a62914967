"""After a lost connection the channels that are known are compared with Asterisk's CoreShowChannels."""

from __future__ import annotations

from dataclasses import replace

from offhook.call import Call, CallState, Cause, Direction, live, new_call_id
from offhook.switch.asterisk.ami import Message
from offhook.switch.asterisk.channels import TONES, Channel
from offhook.switch.asterisk.events import number
from offhook.switch.asterisk.exchange import WAITING, Exchange
from offhook.switch.asterisk.leg import Leg
from offhook.switch.asterisk.originate import OURS

CALLED = frozenset({"AppDial", "AppDial2", "AppQueue"})
"""The `Application` of a channel that another one calls."""

PAIRED = CALLED | {"Dial", "Queue"}
"""Applications whose bridge joins just two; the list does not have the type of bridges."""


def resynchronise(
    exchange: Exchange,
    listed: list[Message],
    *,
    began: set[str],
    gone: set[str],
    restarted: bool,
    first: bool,
) -> None:
    """Take over the list. `began` and `gone` are the ids of channels that did so while it was being made.

    `restarted`: it is another run of Asterisk than before. `first`: the first list of this program.
    """
    items = {item.get("uniqueid"): item for item in listed if item.get("uniqueid") not in gone}
    for channel in exchange.channels:
        if channel.id not in items and channel.id not in began:
            _remove(exchange, channel, restarted)
    for channel_id in set(exchange.legs) | exchange.clearing:
        if channel_id not in items and channel_id not in began:
            exchange.forget(channel_id, Cause.FAILURE)
    for item in items.values():
        _put(exchange, item)
    _relate(exchange)
    for channel_id, item in items.items():
        found = exchange.channels.get(channel_id)
        if found is not None:
            _take_over(exchange, found, item, first)


def _remove(exchange: Exchange, channel: Channel, restarted: bool) -> None:
    """It ended while there was no connection, so that its cause is not known."""
    leg = exchange.legs.get(channel.id)
    up = leg is not None and leg.call.state is CallState.CONNECTED
    exchange.forget(channel.id, Cause.NORMAL if up and not restarted else Cause.FAILURE)
    exchange.channels.remove(channel)


def _put(exchange: Exchange, item: Message) -> None:
    channel = exchange.channels.put(item)
    if channel is None:
        return
    channel.application = item.get("application")
    if bridge := item.get("bridgeid"):
        if channel.bridge != bridge:
            exchange.channels.enter(channel, bridge, pair=channel.application in PAIRED)
    else:
        exchange.channels.leave(channel)
    if channel.up and channel.application not in WAITING | TONES | CALLED:
        channel.answered = True


def _relate(exchange: Exchange) -> None:
    """Who calls whom is not in the list; a call's first channel gives its id to the others' `Linkedid`."""
    for channel in exchange.channels:
        source = exchange.channels.get(channel.linked)
        if (
            channel.application in CALLED
            and not channel.bridge
            and source is not None
            and source is not channel
        ):
            exchange.channels.dial(source, channel)


def _take_over(exchange: Exchange, channel: Channel, item: Message, first: bool) -> None:
    leg = exchange.legs.get(channel.id)
    if channel.id in exchange.clearing:
        exchange.hang_up(channel.id)
        return
    if leg is not None and not live(leg.call):
        del exchange.legs[channel.id]  # given up while the connection was away, and yet it lives
        leg = None
    terminal = exchange.callers.terminal(channel)
    if leg is None and terminal is not None:
        _found(exchange, channel, terminal, item, first)
    exchange.update(channel)


def _found(exchange: Exchange, channel: Channel, terminal: str, item: Message, first: bool) -> None:
    """A call that is new to us: it began without a connection, or before this program was started."""
    ours = channel.id.startswith(OURS)
    if channel.application in CALLED and not ours:
        if not (channel.rang or channel.up):
            return
        call = exchange.callers.inbound(channel, terminal)
    else:
        address = channel.exten if channel.exten not in ("", "s", "h", "i", "t") else channel.connected[0]
        call_id = channel.id.removeprefix(OURS) if ours and first else new_call_id()
        caller, callee = exchange.callers.party(terminal), exchange.callers.party(address)
        call = Call(call_id, terminal, CallState.OFF_HOOK, caller, callee, 0.0, Direction.OUTBOUND)
    now = exchange.host.now()
    started = now - _seconds(item.get("duration"))
    # A call that a program before this one began keeps its id: its revisions go on above those told then.
    leg = Leg(replace(call, started=started, revision=int(now)), channel.id, ours=ours)
    exchange.add(leg)
    state = exchange.state(leg, channel)
    connected = started if state is CallState.CONNECTED else None
    leg.call = replace(leg.call, state=state, connected=connected)
    exchange.host.publish(leg.call)


def _seconds(text: str) -> int:
    """Of `hh:mm:ss`."""
    total = 0
    for part in text.split(":"):
        total = 60 * total + number(part)
    return total
