"""What the list of channels means for calls, after a time in which nobody listened."""

from __future__ import annotations

from offhook.call import Call, CallState, Cause, Direction
from offhook.switch.asterisk.ami import Message
from offhook.switch.asterisk.resync import resynchronise
from tests.switch.asterisk.world import World, dialled, picked_up


def item(channel_id: str, channel: str, state: str, application: str = "", **more: str) -> Message:
    """One line of CoreShowChannels."""
    headers = {
        "Uniqueid": channel_id,
        "Channel": channel,
        "ChannelState": state,
        "Application": application,
        "Duration": "00:00:05",
        **more,
    }
    return Message([f"{name}: {value}" for name, value in headers.items()])


def compare(
    world: World,
    *listed: Message,
    began: tuple[str, ...] = (),
    gone: tuple[str, ...] = (),
    restarted: bool = False,
    first: bool = False,
) -> None:
    resynchronise(
        world.exchange, list(listed), began=set(began), gone=set(gone), restarted=restarted, first=first
    )


def talking() -> tuple[World, str]:
    """4000 talks to 4001."""
    world, own = picked_up()
    world.tell("Newstate", Uniqueid="b", Channel="PJSIP/4001-2", ChannelState="6", Linkedid=own)
    for channel_id, channel in ((own, "PJSIP/4000-1"), ("b", "PJSIP/4001-2")):
        world.tell(
            "BridgeEnter", Uniqueid=channel_id, Channel=channel, BridgeUniqueid="x", BridgeType="basic"
        )
    assert {call.state for call in latest(world).values()} == {CallState.CONNECTED}
    return world, own


def latest(world: World) -> dict[str, Call]:
    """The newest value of each call, by its terminal."""
    return {call.terminal: call for call in world.told}


def talk(own: str) -> tuple[Message, Message]:
    return (
        item(own, "PJSIP/4000-1", "6", "Dial", BridgeId="x", Linkedid=own),
        item("b", "PJSIP/4001-2", "6", "AppDial", BridgeId="x", Linkedid=own),
    )


def test_a_call_that_goes_on_is_told_nothing_of() -> None:
    world, own = talking()
    before = list(world.told)
    compare(world, *talk(own))
    assert world.told == before


def test_a_connected_call_that_is_gone_has_ended_as_calls_do() -> None:
    world, _ = talking()
    compare(world)
    assert {terminal: call.cause for terminal, call in latest(world).items()} == {
        "4000": Cause.NORMAL,
        "4001": Cause.NORMAL,
    }
    assert world.exchange.idle


def test_a_connected_call_that_went_with_asterisk_has_failed() -> None:
    world, _ = talking()
    compare(world, restarted=True)
    assert {call.cause for call in latest(world).values()} == {Cause.FAILURE}


def test_a_call_that_was_not_answered_yet_and_is_gone_has_failed() -> None:
    world, _ = dialled()
    compare(world)
    assert latest(world)["4000"].cause is Cause.FAILURE


def test_an_answer_that_nobody_heard_is_seen() -> None:
    world, own = picked_up()
    compare(world, *talk(own))
    assert latest(world)["4000"].state is CallState.CONNECTED


def test_what_was_dropped_meanwhile_is_hung_up() -> None:
    world, own = talking()
    world.exchange.drop(own.removeprefix("offhook-"))
    world.actions.clear()
    compare(world, *talk(own))
    assert own in world.hang_ups()


def test_a_channel_of_which_was_heard_during_the_listing_is_believed() -> None:
    world, own = picked_up()
    compare(world, item(own, "PJSIP/4000-1", "6", "Dial", Linkedid=own), began=("b",))
    assert world.exchange.channels.get("b") is not None


def test_a_channel_that_ended_during_the_listing_does_not_come_back() -> None:
    world = World()
    compare(world, item("z", "PJSIP/4000-9", "6", "Dial", Exten="4001"), gone=("z",))
    assert world.told == []
    assert world.exchange.idle


def test_a_call_dialled_by_hand_meanwhile_is_found_at_both_terminals() -> None:
    world = World()
    compare(
        world,
        item("z", "PJSIP/4000-9", "4", "Dial", Exten="4001", Linkedid="z"),
        item("y", "PJSIP/4001-9", "5", "AppDial", Linkedid="z", CallerIDNum="4001"),
    )
    caller, called = latest(world)["4000"], latest(world)["4001"]
    assert (caller.direction, caller.state, caller.callee.id) == (
        Direction.OUTBOUND,
        CallState.RING_BACK,
        "4001",
    )
    assert (called.direction, called.state, called.caller.id) == (
        Direction.INBOUND,
        CallState.RING_BACK,
        "4000",
    )


def test_a_call_of_the_run_before_is_found_under_its_own_id() -> None:
    world = World()
    compare(
        world,
        item("offhook-abc", "PJSIP/4000-1", "6", "Dial", BridgeId="x", Exten="4001", Linkedid="offhook-abc"),
        item("b", "PJSIP/4001-2", "6", "AppDial", BridgeId="x", Linkedid="offhook-abc"),
        first=True,
    )
    found = latest(world)["4000"]
    assert (found.id, found.state, found.callee.id) == ("abc", CallState.CONNECTED, "4001")
    assert found.started == world.now() - 5


def test_the_two_of_a_found_call_are_dropped_together() -> None:
    world = World()
    compare(
        world,
        item("z", "PJSIP/4000-9", "6", "Dial", BridgeId="x", Exten="4001", Linkedid="z"),
        item("y", "PJSIP/4001-9", "6", "AppDial", BridgeId="x", Linkedid="z"),
    )
    world.exchange.drop(latest(world)["4001"].id)
    assert {call.cause for call in latest(world).values()} == {Cause.DROPPED}
    assert world.hang_ups() == ["y", "z"]


def test_a_found_conference_of_two_goes_on_without_the_one_who_drops() -> None:
    world = World()
    compare(
        world,
        item("z", "PJSIP/4000-9", "6", "ConfBridge", BridgeId="x", Exten="4997"),
        item("y", "PJSIP/4001-9", "6", "ConfBridge", BridgeId="x", Exten="4997"),
    )
    world.exchange.drop(latest(world)["4001"].id)
    assert world.hang_ups() == ["y"]
