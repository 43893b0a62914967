"""The tray icon: its menu has the live calls, its picture and text tell whether calls can be made."""

import asyncio

import pytest

from offhook.call import CallState
from offhook.desktop.tray import Tray
from tests.desktop.world import ANSWERS, RINGS, World
from tests.waiting import until


def texts(tray: Tray) -> list[str]:
    tray.build_menu()
    return [action.text() for action in tray.menu.actions() if action.text()]


async def test_a_live_call_can_be_dropped_from_the_menu(world: World) -> None:
    await world.phone("4000")
    callee = await world.phone("4001", ANSWERS)
    tray = Tray(world.phones)
    await world.phones.dial("4001")
    await until(lambda: world.seen and world.seen[-1].state is CallState.CONNECTED)
    assert texts(tray)[0] == "Drop Lee Min-ho"
    tray.menu.actions()[0].trigger()
    await callee.event("ended")


async def test_without_calls_the_menu_has_the_ways_to_everything(world: World) -> None:
    assert texts(Tray(world.phones)) == ["&Dial …", "Dial the &clipboard", "&Show the window", "&Quit"]


async def test_a_missed_call_is_notified(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[str] = []
    await world.phone("4000", RINGS)
    caller = await world.phone("4001")
    tray = Tray(world.phones)
    monkeypatch.setattr(tray, "notify", told.append)
    calling = asyncio.create_task(caller.call("4000"))
    await until(lambda: world.seen)
    calling.cancel()  # the caller gives up
    await until(lambda: world.seen[-1].state is CallState.ON_HOOK)
    await asyncio.gather(calling, return_exceptions=True)
    assert told == ["Missed call from Lee Min-ho"]


async def test_losing_the_call_manager_is_told_once_and_shown(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []
    tray = Tray(world.phones)
    monkeypatch.setattr(tray, "notify", told.append)
    assert tray.icon.toolTip() == "Offhook: ready to call"
    await world.parts.client.stop()
    world.parts.messenger.on_link(False)
    await until(lambda: told)
    assert len(told) == 1
    assert tray.icon.toolTip() == "Offhook: no Call Manager, trying again"
