"""Hotkeys that work in every program, on Windows: RegisterHotKey of user32."""

import ctypes
import sys
from enum import Enum

from offhook.windows import win32

WM_HOTKEY = 0x0312
MOD_ALT, MOD_CONTROL, MOD_NOREPEAT = 0x0001, 0x0002, 0x4000


class Key(Enum):
    """A hotkey; the value is its identifier in messages, and the virtual key pressed with Ctrl+Alt."""

    DIAL = (0x0FF0, 0x44)
    """D: dial the clipboard."""
    ANSWER = (0x0FF1, 0x41)
    """A: answer the call that rings."""
    DECLINE = (0x0FF2, 0x58)
    """X: decline it."""


def register(key: Key) -> bool:
    """Take it for the calling thread, which gets WM_HOTKEY; False when another program has it."""
    if sys.platform != "win32":
        return False
    identifier, virtual = key.value
    modifiers = MOD_CONTROL | MOD_ALT | MOD_NOREPEAT
    return bool(win32.load("user32").RegisterHotKey(None, identifier, modifiers, virtual))


def unregister(key: Key) -> None:
    """Give it back."""
    if sys.platform == "win32":
        win32.load("user32").UnregisterHotKey(None, key.value[0])


def pressed(message: int) -> Key | None:
    """The hotkey that the MSG structure at this address is about."""
    if sys.platform != "win32":
        return None
    from ctypes import wintypes

    found = ctypes.cast(message, ctypes.POINTER(wintypes.MSG)).contents
    if found.message != WM_HOTKEY:
        return None
    return next((key for key in Key if key.value[0] == found.wParam), None)
