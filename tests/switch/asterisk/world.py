"""An exchange without Asterisk, and calls in various states."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from offhook.call import Call, CallState
from offhook.config import AsteriskSettings
from offhook.switch.asterisk.ami import Message
from offhook.switch.asterisk.events import Events
from offhook.switch.asterisk.exchange import Exchange
from offhook.switch.asterisk.session import Answer, Fields, Reply

SETTINGS = AsteriskSettings("offhook", "s3cret", "internal")
NAMES = {"4000": "Kim", "4001": "Lee Min-ho", "4002": "Park"}


@dataclass
class Later:
    """A pending timer."""

    function: Callable[[], None]
    cancelled: bool = False

    def cancel(self) -> None:
        self.cancelled = True


@dataclass
class World:
    """An exchange without Asterisk: what it did, what it told."""

    actions: list[tuple[str, dict[str, str], Answer]] = field(default_factory=list)
    told: list[Call] = field(default_factory=list)
    timers: list[Later] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.exchange = Exchange(NAMES, SETTINGS, self)
        self.events = Events(self.exchange)

    def now(self) -> float:
        return 1_700_000_000.0

    def later(self, seconds: float, function: Callable[[], None]) -> Later:
        self.timers.append(Later(function))
        return self.timers[-1]

    def act(self, action: str, fields: Fields, answer: Answer) -> bool:
        if action == "Status" and "Variables" in dict(fields):  # nothing more is known of who calls
            answer(Reply(Message(["Response: Success"]), []))
            return True
        self.actions.append((action, dict(fields), answer))
        return True

    def publish(self, call: Call) -> None:
        self.told.append(call)

    def tell(self, name: str, **headers: str) -> None:
        self.events.handle(
            Message([f"Event: {name}", *(f"{header}: {value}" for header, value in headers.items())])
        )

    def hang_ups(self) -> list[str]:
        return [fields["Channel"] for action, fields, _ in self.actions if action == "Hangup"]

    def states(self) -> list[CallState]:
        return [CallState.OFF_HOOK, *(call.state for call in self.told if call.terminal == "4000")]


def dialled() -> tuple[World, str]:
    """A call that was begun; the id of its channel."""
    world = World()
    call = world.exchange.dial("4000", "4001")
    return world, f"offhook-{call.id}"


def picked_up() -> tuple[World, str]:
    """The own phone is up, and the callee's is being called."""
    world, own = dialled()
    world.tell("Newchannel", Uniqueid=own, Channel="PJSIP/4000-1", ChannelState="0")
    world.tell("Newstate", Uniqueid=own, Channel="PJSIP/4000-1", ChannelState="6")
    world.tell("Newchannel", Uniqueid="b", Channel="PJSIP/4001-2", ChannelState="0", Linkedid=own)
    world.tell(
        "DialBegin", Uniqueid=own, Channel="PJSIP/4000-1", DestUniqueid="b", DestChannel="PJSIP/4001-2"
    )
    return world, own


def on_hold() -> tuple[World, str]:
    """The callee waits on hold, and the own phone for it."""
    world, own = picked_up()
    call_id = own.removeprefix("offhook-")
    world.tell("Newstate", Uniqueid="b", Channel="PJSIP/4001-2", ChannelState="6", Linkedid=own)
    for channel_id, channel in ((own, "PJSIP/4000-1"), ("b", "PJSIP/4001-2")):
        world.tell(
            "BridgeEnter", Uniqueid=channel_id, Channel=channel, BridgeUniqueid="x", BridgeType="basic"
        )
    for channel_id, channel, context, exten in (
        ("b", "PJSIP/4001-2", "offhook-hold", call_id),
        (own, "PJSIP/4000-1", "offhook-wait", "wait"),
    ):
        world.tell("BridgeLeave", Uniqueid=channel_id, Channel=channel, BridgeUniqueid="x")
        world.tell(
            "BridgeEnter",
            Uniqueid=channel_id,
            Channel=channel,
            Context=context,
            Exten=exten,
            BridgeUniqueid=f"{channel_id}-waits",
            BridgeTechnology="holding_bridge",
        )
    assert any(call.held for call in world.told)
    return world, own
