"""After a lost connection the channels that are known are compared with Asterisk's CoreShowChannels."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from offhook.call import Call, CallState, Cause, Direction, live, new_call_id
from offhook.switch.asterisk.ami import Message
from offhook.switch.asterisk.channels import TONES, Channel
from offhook.switch.asterisk.events import number
from offhook.switch.asterisk.exchange import Exchange
from offhook.switch.asterisk.leg import Leg
from offhook.switch.asterisk.limits import WAITING
from offhook.switch.asterisk.originate import OURS
from offhook.switch.asterisk.plan import CALL, CONTEXTS, HOLD, WAIT
from offhook.switch.asterisk.states import state_of

CALLED = frozenset({"AppDial", "AppDial2", "AppQueue"})
"""The `Application` of a channel that another one calls."""

PAIRED = CALLED | {"", "Bridge", "BridgeWait", "Dial", "ParkedCall", "Queue"}
"""Applications whose bridge joins just two, if there are two in it; the list does not have the type of
bridges. Two that the manager has joined keep the application that they were in, or have none."""


NOT_DIALLED = frozenset(CONTEXTS) - {CALL}
"""Contexts whose extensions are no numbers."""


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
    exchange.channels.forget_swaps()
    items = {item.get("uniqueid"): item for item in listed if item.get("uniqueid") not in gone}
    for channel in exchange.channels:
        if channel.id not in items and channel.id not in began:
            _remove(exchange, channel, restarted)
    for channel_id in set(exchange.calls.legs) | exchange.phones.clearing | exchange.phones.helpers:
        if channel_id not in items and channel_id not in began:
            exchange.forget(channel_id, Cause.FAILURE)
    together = Counter(item.get("bridgeid") for item in items.values())
    for item in items.values():
        _put(exchange, item, alone=together[item.get("bridgeid")] == 1)
    _relate(exchange)
    there = [(found, items[one]) for one in items if (found := exchange.channels.get(one)) is not None]
    for channel, item in there:
        if channel.waits and channel.context == HOLD and exchange.calls.by_call(channel.exten) is None:
            _held(exchange, channel, item, channel.exten)
        elif channel.waits and channel.context == WAIT and not exchange.beside.of(channel.id):
            _held_by_both(exchange, channel, items)
    # Whoever waits for a phone goes before the phone, which is free if nobody does.
    for channel, _item in sorted(there, key=lambda pair: pair[0].context != HOLD):
        exchange.beside.entered(channel)
    for channel, item in there:
        _take_over(exchange, channel, item, first)


def _remove(exchange: Exchange, channel: Channel, restarted: bool) -> None:
    """It ended while there was no connection, so that its cause is not known."""
    leg = exchange.calls.legs.get(channel.id)
    up = leg is not None and leg.call.state is CallState.CONNECTED
    exchange.forget(channel.id, Cause.NORMAL if up and not restarted else Cause.FAILURE)
    exchange.channels.remove(channel)
    exchange.beside.phone_gone(channel.id, Cause.FAILURE if restarted else Cause.NORMAL)
    exchange.beside.far_gone(channel)


def _put(exchange: Exchange, item: Message, *, alone: bool) -> None:
    channel = exchange.channels.put(item)
    if channel is None:
        return
    channel.application = item.get("application")
    if bridge := item.get("bridgeid"):
        if channel.bridge != bridge:
            waits = alone and channel.application != "ConfBridge"
            pair = not alone and channel.application in PAIRED
            exchange.channels.enter(channel, bridge, pair=pair, waits=waits)
    else:
        exchange.channels.leave(channel)
    if channel.up and channel.application not in WAITING | TONES | CALLED:
        channel.answered = True


def _relate(exchange: Exchange) -> None:
    """Who calls whom is not in the list; a call's first channel gives its id to the others' `Linkedid`."""
    for channel in exchange.channels:
        source = exchange.channels.get(channel.linked)
        if source is not None and source.application == "BridgeWait":  # on hold: its phone calls somebody
            source = next((one for one in exchange.channels if _calls_beside(one, source)), None)
        if (
            channel.application in CALLED
            and not channel.bridge
            and source is not None
            and source is not channel
        ):
            exchange.channels.dial(source, channel)


def _take_over(exchange: Exchange, channel: Channel, item: Message, first: bool) -> None:
    leg = exchange.calls.legs.get(channel.id)
    if channel.id in exchange.phones.clearing:
        exchange.phones.hang_up(channel.id)
        return
    if leg is not None and not live(leg.call):
        del exchange.calls.legs[channel.id]  # given up while the connection was away, and yet it lives
        leg = None
    terminal = exchange.callers.terminal(channel)
    if leg is None and terminal is not None and not exchange.beside.of(channel.id):
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
        dialled = channel.exten not in ("", "s", "h", "i", "t") and channel.context not in NOT_DIALLED
        address = channel.exten if dialled else channel.connected[0]
        own = channel.id.removeprefix(OURS) if ours and first else ""
        call_id = own or channel.new_call_id(terminal)
        caller, callee = exchange.callers.party(terminal), exchange.callers.party(address)
        call = Call(call_id, terminal, CallState.OFF_HOOK, caller, callee, 0.0, Direction.OUTBOUND)
    now = exchange.host.now()
    started = now - _seconds(item.get("duration"))
    # A call that a program before this one began keeps its id: its revisions go on above those told then.
    leg = Leg(replace(call, started=started, revision=int(now)), channel.id, ours=ours)
    exchange.calls.add(leg)
    state = state_of(leg.call, channel, ours=leg.ours)
    connected = started if state is CallState.CONNECTED else None
    leg.call = replace(leg.call, state=state, connected=connected)
    exchange.host.publish(leg.call)


def _held_by_both(exchange: Exchange, one: Channel, items: dict[str, Message]) -> None:
    """The phone waits as the holder of a call. If another terminal's phone of the same call does so too, and
    none of the two is known, each has put the other one on hold."""
    waiting = [
        two for two in exchange.channels if two.linked == one.linked and two.context == WAIT and two.waits
    ]
    if len(waiting) != 2 or any(exchange.beside.of(two.id) for two in waiting):
        return
    legs = [_held(exchange, two, items[two.id], new_call_id()) for two in waiting if two.id in items]
    if len(legs) == 2 and legs[0] is not None and legs[1] is not None:
        exchange.beside.hold_too(legs[0], legs[1])
        exchange.beside.hold_too(legs[1], legs[0])


def _held(exchange: Exchange, channel: Channel, item: Message, call_id: str) -> Leg | None:
    """A call on hold that is new to us: its phone has been in the same call, and waits or does something
    else."""
    phones = (one for one in exchange.channels if one.linked == channel.linked and one is not channel)
    phone = next((one for one in phones if one.context in CONTEXTS and exchange.callers.terminal(one)), None)
    terminal = exchange.callers.terminal(phone) if phone is not None else None
    if phone is None or terminal is None:
        return None  # somebody else's; the dialplan ends it
    now = exchange.host.now()
    caller, callee = exchange.callers.party(terminal), exchange.callers.of(channel)
    call = Call(call_id, terminal, CallState.CONNECTED, caller, callee, now, Direction.OUTBOUND)
    started = now - _seconds(item.get("duration"))
    leg = Leg(replace(call, started=started, connected=started, revision=int(now)), phone.id)
    before = exchange.calls.legs.get(phone.id)
    exchange.calls.add(leg)
    if before is not None:
        exchange.calls.legs[phone.id] = before
    exchange.host.publish(leg.call)
    return leg


def _calls_beside(channel: Channel, held: Channel) -> bool:
    """Does the channel call somebody, while `held` waits for it?"""
    return channel.linked == held.linked and channel.application == "Dial" and not channel.dials


def _seconds(text: str) -> int:
    """Of `hh:mm:ss`."""
    total = 0
    for part in text.split(":"):
        total = 60 * total + number(part)
    return total
