"""Hotkeys on a real X server, pressed by xdotool."""

from collections.abc import AsyncIterator

import pytest
from PySide6.QtWidgets import QApplication

from offhook.desktop.x11keys import X11Keys
from offhook.windows.hotkey import Key
from tests.desktop.screen import Screen, a_screen
from tests.waiting import until

pytestmark = pytest.mark.peer


@pytest.fixture
async def screen() -> AsyncIterator[Screen]:
    async with a_screen() as screen:
        yield screen


def keys_of(screen: Screen, pressed: list[Key]) -> X11Keys:
    return X11Keys(pressed.append, screen.environment["DISPLAY"])


async def test_a_key_that_was_taken_is_heard_whatever_lock_is_on(qapp: QApplication, screen: Screen) -> None:
    pressed = list[Key]()
    keys = keys_of(screen, pressed)
    assert keys.register(Key.DIAL)
    await screen.xdotool("key", "ctrl+alt+d")
    await until(lambda: pressed == [Key.DIAL])
    await screen.xdotool("key", "Num_Lock", "ctrl+alt+d")
    await until(lambda: pressed == [Key.DIAL] * 2)
    keys.close()


async def test_a_key_that_was_given_back_is_not_heard(qapp: QApplication, screen: Screen) -> None:
    pressed = list[Key]()
    keys = keys_of(screen, pressed)
    assert keys.register(Key.ANSWER)
    assert keys.register(Key.DIAL)
    keys.unregister(Key.ANSWER)
    await screen.xdotool("key", "ctrl+alt+a")
    await screen.xdotool("key", "ctrl+alt+d")
    await until(lambda: pressed == [Key.DIAL])
    keys.close()


async def test_a_key_that_another_program_has_cannot_be_taken(qapp: QApplication, screen: Screen) -> None:
    pressed = list[Key]()
    first, second = keys_of(screen, pressed), keys_of(screen, [])
    assert first.register(Key.DIAL)
    assert not second.register(Key.DIAL)
    first.close()
    assert second.register(Key.DIAL)
    second.close()


async def test_an_x_server_that_goes_takes_the_keys_along_and_nothing_else(qapp: QApplication) -> None:
    async with a_screen() as screen:
        keys = keys_of(screen, [])
        assert keys.register(Key.DIAL)
    await until(lambda: not keys.register(Key.ANSWER))
    keys.close()


def test_without_an_x_server_there_are_no_keys(qapp: QApplication) -> None:
    with pytest.raises(OSError, match="X server"):
        X11Keys(list[Key]().append, ":65000")
