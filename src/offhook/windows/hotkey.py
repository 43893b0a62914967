"""A hotkey that works in every program, on Windows: RegisterHotKey of user32."""

import ctypes
import sys

from offhook.windows import win32

WM_HOTKEY = 0x0312
MOD_ALT, MOD_CONTROL, MOD_NOREPEAT = 0x0001, 0x0002, 0x4000
IDENTIFIER = 0x0FF0
KEY_D = 0x44


def register() -> bool:
    """Take Ctrl+Alt+D for the calling thread, which gets WM_HOTKEY; False when another program has it."""
    if sys.platform != "win32":
        return False
    return bool(
        win32.load("user32").RegisterHotKey(None, IDENTIFIER, MOD_CONTROL | MOD_ALT | MOD_NOREPEAT, KEY_D)
    )


def unregister() -> None:
    """Give it back."""
    if sys.platform == "win32":
        win32.load("user32").UnregisterHotKey(None, IDENTIFIER)


def is_hotkey(message: int) -> bool:
    """Is the MSG structure at this address our hotkey?"""
    if sys.platform != "win32":
        return False
    from ctypes import wintypes

    found = ctypes.cast(message, ctypes.POINTER(wintypes.MSG)).contents
    return bool(found.message == WM_HOTKEY and found.wParam == IDENTIFIER)
