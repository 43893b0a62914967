"""Hotkeys on a real X server, pressed by xdotool."""

import subprocess
from collections.abc import AsyncIterator
from typing import Any

import pytest
import xcffib
import xcffib.xproto
from PySide6.QtWidgets import QApplication

from offhook.desktop.x11keys import X11Keys
from offhook.windows.hotkey import Key
from tests.desktop.screen import Screen, a_screen
from tests.waiting import until

pytestmark = pytest.mark.peer

SPARE = 248
"""The code of a key that has nothing on it."""


@pytest.fixture
async def screen() -> AsyncIterator[Screen]:
    async with a_screen() as screen:
        yield screen


def put(screen: Screen, letter: str, *, at: int) -> None:
    """Change the layout: the letter is on this key."""
    connect: Any = xcffib.connect
    connection = connect(display=screen.environment["DISPLAY"])
    connection.core.ChangeKeyboardMapping(1, at, 2, [ord(letter), ord(letter.upper())])
    connection.core.GetInputFocus().reply()  # it has been done
    connection.disconnect()


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


async def test_a_key_that_is_pressed_while_the_keyboard_is_looked_at_anew_is_heard(
    qapp: QApplication, screen: Screen, monkeypatch: pytest.MonkeyPatch
) -> None:
    pressed = list[Key]()
    keys = keys_of(screen, pressed)
    assert keys.register(Key.DIAL)
    look, looked = keys._keyboard, list[bool]()

    def looking() -> dict[Key, int]:
        if not looked:
            looked.append(True)
            subprocess.run(["xdotool", "key", "ctrl+alt+d"], env=screen.environment, check=True)
        return look()

    monkeypatch.setattr(keys, "_keyboard", looking)
    put(screen, "z", at=SPARE)
    await until(lambda: looked)
    await until(lambda: pressed == [Key.DIAL])
    keys.close()


async def test_a_key_is_heard_where_another_layout_has_its_letter(qapp: QApplication, screen: Screen) -> None:
    pressed = list[Key]()
    keys = keys_of(screen, pressed)
    assert keys.register(Key.DIAL)
    put(screen, "q", at=keys._codes[Key.DIAL])
    await until(lambda: Key.DIAL not in keys._codes)
    put(screen, "d", at=SPARE)
    await until(lambda: keys._codes.get(Key.DIAL) == SPARE)
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
