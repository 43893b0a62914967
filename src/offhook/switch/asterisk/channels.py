"""Asterisk's channels as its events tell of them: who rings, who calls whom, who talks to whom.

Bookkeeping only: `exchange.py` knows what it means for calls.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import sha256

from offhook.call import Cause
from offhook.switch.asterisk.ami import Message
from offhook.switch.asterisk.causes import UNSAID, callee_cause, dial_cause

DOWN, RING, RINGING, UP = "0", "4", "5", "6"
"""`ChannelState`: not in use yet; it calls; it rings; it is up."""

TONES = frozenset({"Busy", "Congestion"})
"""Dialplan applications that tell a caller by tones that the call is over."""

UNKNOWN = frozenset({"", "<unknown>", "anonymous"})

CALL_ID = 24
"""Characters of a call's id."""


@dataclass(slots=True, eq=False)
class Channel:
    """One channel. `id` is its Uniqueid; `dials` are the ids of the channels that it calls now.

    `began_in` is the context of its beginning, `context` the present one. `dialled`: it has called somebody
    since `begin_again`. `called`: it is known who calls it, if anybody but Originate
    does. `forwarded_to` is where its phone has sent the call on. `pair`: its bridge is that of
    a call between two, and no conference; `waits`: it is in a bridge where one waits alone, on hold or
    parked. `on_hold`: its own phone has put the call on hold. `swap`: Asterisk is just taking the Local
    channel with this first half out of a call, and moves this one for that; `left`: it has left its bridge.
    `begun`: so many calls of ours have begun with it.
    """

    id: str
    name: str = ""
    state: str = DOWN
    linked: str = ""
    began_in: str = ""
    context: str = ""
    caller: tuple[str, str] = ("", "")
    connected: tuple[str, str] = ("", "")
    exten: str = ""
    application: str = ""
    dials: dict[str, None] = field(default_factory=dict)
    called: bool = False
    dialled_by: str = ""
    dialled: bool = False
    dial_status: str = ""
    forwarded_to: str = ""
    answered: bool = False
    bridge: str = ""
    pair: bool = False
    waits: bool = False
    on_hold: bool = False
    other_half: str = ""
    swap: str = ""
    left: bool = False
    rang: bool = False
    ringing_back: bool = False
    hung_up: bool = False
    cause: int = 0
    failure: Cause | None = None
    vague: bool = False
    begun: int = 0

    def new_call_id(self, terminal: str) -> str:
        """The id of the terminal's call that begins with this channel: the same in every program that looks
        at this Asterisk, so that one which comes later has it as the same call."""
        text = f"{self.id} {terminal} {self.begun}"
        self.begun += 1
        return sha256(text.encode()).hexdigest()[:CALL_ID]

    @property
    def device(self) -> str:
        """Whose channel it is: `PJSIP/4000` of `PJSIP/4000-00000a2c`."""
        return self.name.rpartition("-")[0]

    @property
    def local(self) -> bool:
        """Is it one of the two halves of a Local channel, which join one piece of dialplan to another?"""
        return self.name.startswith("Local/")

    @property
    def up(self) -> bool:
        """Was it answered?"""
        return self.state == UP


class Channels:
    """All live channels by id."""

    def __init__(self) -> None:
        self._channels: dict[str, Channel] = {}
        self._bridges: dict[str, dict[str, None]] = {}
        self._swaps: dict[str, list[Channel]] = {}
        """By the first half of the Local channel: those that are moved."""

    def get(self, channel_id: str) -> Channel | None:
        """The channel with this id."""
        return self._channels.get(channel_id)

    def __iter__(self) -> Iterator[Channel]:
        return iter(list(self._channels.values()))

    def __len__(self) -> int:
        return len(self._channels)

    def put(self, message: Message, prefix: str = "") -> Channel | None:
        """The channel that the message's snapshot is of, brought up to date; None without one.

        `prefix` is what its headers begin with: "" or `dest`.
        """
        channel_id = message.get(f"{prefix}uniqueid")
        if not channel_id:
            return None
        channel = self._channels.get(channel_id)
        if channel is None:
            channel = self._channels[channel_id] = Channel(channel_id)
        channel.name = message.get(f"{prefix}channel") or channel.name
        channel.state = message.get(f"{prefix}channelstate") or channel.state
        channel.linked = message.get(f"{prefix}linkedid") or channel.linked
        channel.context = message.get(f"{prefix}context") or channel.context
        channel.began_in = channel.began_in or channel.context
        channel.exten = message.get(f"{prefix}exten") or channel.exten
        channel.caller = _party(message, f"{prefix}callerid")
        channel.connected = _party(message, f"{prefix}connectedline")
        if channel.state == RINGING:
            channel.rang = True
        return channel

    def remove(self, channel: Channel) -> None:
        """It is gone."""
        self._channels.pop(channel.id, None)
        for left in self.swap_ends(channel.id):
            self.leave(left)
        self.leave(channel)
        if (by := self.get(channel.dialled_by)) is not None:
            by.dials.pop(channel.id, None)

    def dial(self, source: Channel | None, called: Channel) -> None:
        """DialBegin: `source` calls `called`; None when Originate does."""
        called.called = True
        if source is not None:
            if not source.dials:
                source.failure, source.vague, source.ringing_back = None, False, False
            source.dialled = True
            called.dialled_by = source.id
            source.dials[called.id] = None

    def begin_again(self, channel: Channel) -> None:
        """It has left its bridge, and is about to call somebody else: forget whom it has called before."""
        self.leave(channel)
        for called in list(channel.dials):
            if (other := self.get(called)) is not None:
                other.dialled_by = ""
        channel.dials.clear()
        channel.answered = channel.ringing_back = channel.dialled = channel.vague = False
        channel.failure = None

    def dial_ended(self, source: Channel | None, called: Channel, status: str) -> None:
        """DialEnd. A failure is kept at the source, until it calls somebody else."""
        called.dial_status = status
        if source is None:
            return
        if status == "ANSWER":  # they belong together by the dial until a bridge joins them
            source.answered = True
            return
        source.dials.pop(called.id, None)
        certain = callee_cause(called.cause)
        source.failure = certain or dial_cause(status, rang=called.rang or source.ringing_back)
        source.vague = called.cause in UNSAID and status == "NOANSWER"

    def picked_up(self, rang: Channel, taker: Channel) -> None:
        """Pickup: `taker` is called now in place of `rang`, which is about to go and is called no more."""
        source = self.get(rang.dialled_by)
        rang.called = False
        if source is not None:
            _dial_is_over(source, rang)
            source.dials[taker.id] = None
            taker.dialled_by = source.id

    def enter(self, channel: Channel, bridge: str, *, pair: bool = False, waits: bool = False) -> None:
        """It is in a bridge now, and talks to whoever else is in it."""
        self.leave(channel)
        channel.bridge, channel.pair, channel.waits, channel.left = bridge, pair, waits, False
        members = self._bridges.setdefault(bridge, {})
        members[channel.id] = None
        for member in members:
            if (other := self.get(member)) is not None:
                other.waits = waits
                _dial_is_over(channel, other)
                _dial_is_over(other, channel)

    def leave(self, channel: Channel) -> None:
        """It has left its bridge."""
        members = self._bridges.get(channel.bridge)
        if members is not None:
            members.pop(channel.id, None)
            if not members:
                del self._bridges[channel.bridge]
        if channel.bridge and (by := self.get(channel.dialled_by)) is not None:
            _dial_is_over(by, channel)
        channel.bridge, channel.waits = "", False

    def swap_begins(self, local: str, *moved: str) -> None:
        """LocalOptimizationBegin: Asterisk joins the two ends of a Local channel with each other.

        In between nobody is in the bridge with the phone, but the call is the same: who leaves a bridge now
        is in it until it enters the next one, or all is over.
        """
        self.swap_ends(local)
        if local not in self._channels:
            return
        self._swaps[local] = [one for each in (local, *moved) if (one := self.get(each)) is not None]
        for one in self._swaps[local]:
            one.swap, one.left = local, False

    def swap_ends(self, local: str) -> list[Channel]:
        """LocalOptimizationEnd: those that have left their bridges, and entered no other."""
        over = [one for one in self._swaps.pop(local, ()) if one.swap == local]
        for one in over:
            one.swap = ""
        return [one for one in over if one.left and self.get(one.id) is one]

    def forget_swaps(self) -> None:
        """Their ends may have been told while nobody listened."""
        for local in list(self._swaps):
            self.swap_ends(local)

    def together(self, *channels: Channel) -> bool:
        """Are these in the same bridge?"""
        return len({channel.bridge for channel in channels}) == 1 and bool(channels[0].bridge)

    def in_bridge(self, bridge: str) -> bool:
        """Is anybody in the bridge?"""
        return bridge in self._bridges

    def alone(self, bridge: str) -> Channel | None:
        """The channel that is alone in the bridge."""
        members = self._bridges.get(bridge, {})
        return self.get(next(iter(members))) if len(members) == 1 else None

    def loop(self, bridge: str) -> Channel | None:
        """A half of the Local channel whose two ends are in this bridge, and nobody else: it is joined with
        itself, for ever, as nobody is left who could hang up."""
        members = [found for one in self._bridges.get(bridge, ()) if (found := self.get(one)) is not None]
        if len(members) != 2 or any(one.swap for one in members):
            return None
        one, two = members
        return one if one.other_half == two.id else None

    def far(self, channel: Channel) -> Channel | None:
        """The one other party that it talks to; None in a conference, or where the dialplan answers."""
        if channel.waits or (channel.bridge and not channel.pair):
            return None
        peers = self.peers(channel)
        return peers[0] if len(peers) == 1 else None

    def halves(self, one: Channel, two: Channel) -> None:
        """The two are the ends of one Local channel."""
        one.other_half, two.other_half = two.id, one.id

    def peers(self, channel: Channel) -> list[Channel]:
        """Who is at the other end: those it calls, is called by or talks to, seen through Local channels."""
        found: list[Channel] = []
        seen, ahead = {channel.id}, [channel]
        while ahead:
            for neighbour in self._neighbours(ahead.pop()):
                if neighbour.id in seen:
                    continue
                seen.add(neighbour.id)
                (ahead if neighbour.local else found).append(neighbour)
        return found

    def _neighbours(self, channel: Channel) -> list[Channel]:
        ids = [
            *self._bridges.get(channel.bridge, ()),
            channel.other_half,
            *channel.dials,
            channel.dialled_by,
        ]
        return [found for one in ids if (found := self.get(one)) is not None and found is not channel]


def _dial_is_over(source: Channel, called: Channel) -> None:
    """If `source` dialled `called`, that dial is over."""
    if called.dialled_by == source.id:
        source.dials.pop(called.id, None)
        called.dialled_by = ""


def _party(message: Message, prefix: str) -> tuple[str, str]:
    number, name = message.get(f"{prefix}num"), message.get(f"{prefix}name")
    return ("" if number in UNKNOWN else number, "" if name in UNKNOWN else name)
