"""What is selected in the program in front, on Windows: it is asked to copy, as by Ctrl+C.

There is no other way that works with every program: UI Automation's text pattern is missing in many. What was
in the clipboard as text is put back. Sources: SendInput, GetClipboardSequenceNumber (Win32).
"""

import asyncio
import ctypes
import sys
from collections.abc import Awaitable, Callable
from typing import Any

from offhook.windows import win32

KEYBOARD, KEY_UP = 1, 0x0002
SHIFT, CONTROL, ALT, WINDOWS, LETTER_C = 0x10, 0x11, 0x12, 0x5B, 0x43
HELD = (SHIFT, CONTROL, ALT, WINDOWS)

UNICODE_TEXT = 13

COPY_LIMIT_S, STEP_S = 0.4, 0.02
"""A program in front that is not busy has copied long before; one with nothing selected never does."""

MOST_CHARACTERS = 256
"""More is no number."""


class _KeyInput(ctypes.Structure):
    _fields_ = (
        ("key", ctypes.c_ushort),
        ("scan", ctypes.c_ushort),
        ("flags", ctypes.c_uint),
        ("time", ctypes.c_uint),
        ("extra", ctypes.c_void_p),
    )


class _Input(ctypes.Structure):
    """INPUT: its union is as large as MOUSEINPUT, which is the largest."""

    class _Union(ctypes.Union):
        _fields_ = (("keyboard", _KeyInput), ("mouse", ctypes.c_byte * (32 if sys.maxsize > 2**32 else 24)))

    _fields_ = (("kind", ctypes.c_uint), ("union", _Union))


async def copied_from_the_front() -> str:
    """The selected text of the program in front; "" if nothing is selected, and on other systems."""
    if sys.platform != "win32":
        return ""
    user32 = win32.load("user32")
    return await _copied(
        lambda: _press_copy(user32),
        lambda: int(user32.GetClipboardSequenceNumber()),
        read_text,
        write_text,
    )


async def _copied(
    press: Callable[[], None],
    sequence: Callable[[], int],
    read: Callable[[], str | None],
    write: Callable[[str], None],
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
) -> str:
    """Have it copied, read it, and put back what was there before."""
    kept, before = read(), sequence()
    press()
    for _ in range(round(COPY_LIMIT_S / STEP_S)):
        if sequence() != before:
            break
        await sleep(STEP_S)
    else:
        return ""
    found = read() or ""
    if kept is not None:
        write(kept)
    return found[:MOST_CHARACTERS]


def _press_copy(user32: Any) -> None:
    """Ctrl+C, with the keys of the hotkey let go: the person still holds them."""
    held = [key for key in HELD if user32.GetAsyncKeyState(key) & 0x8000]
    strokes = [(key, KEY_UP) for key in held]
    strokes += [(CONTROL, 0), (LETTER_C, 0), (LETTER_C, KEY_UP), (CONTROL, KEY_UP)]
    inputs = (_Input * len(strokes))()
    for one, (key, flags) in zip(inputs, strokes, strict=True):
        one.kind = KEYBOARD
        one.union.keyboard = _KeyInput(key, 0, flags, 0, None)
    user32.SendInput(len(strokes), inputs, ctypes.sizeof(_Input))


def read_text() -> str | None:
    """The clipboard's text; None if it holds something else, or another program has it open."""
    user32, kernel32 = win32.load("user32"), win32.load("kernel32")
    user32.GetClipboardData.restype = kernel32.GlobalLock.restype = ctypes.c_void_p
    kernel32.GlobalLock.argtypes = kernel32.GlobalUnlock.argtypes = [ctypes.c_void_p]
    if not user32.OpenClipboard(None):
        return None
    try:
        handle = user32.GetClipboardData(UNICODE_TEXT)
        address = kernel32.GlobalLock(handle) if handle else None
        if not address:
            return None
        try:
            return ctypes.wstring_at(address)
        finally:
            kernel32.GlobalUnlock(handle)
    finally:
        user32.CloseClipboard()


def write_text(text: str) -> None:
    """Put text into the clipboard; nothing happens while another program has it open."""
    user32, kernel32 = win32.load("user32"), win32.load("kernel32")
    kernel32.GlobalAlloc.restype = kernel32.GlobalLock.restype = ctypes.c_void_p
    kernel32.GlobalAlloc.argtypes = [ctypes.c_uint, ctypes.c_size_t]
    kernel32.GlobalLock.argtypes = kernel32.GlobalUnlock.argtypes = [ctypes.c_void_p]
    user32.SetClipboardData.argtypes = [ctypes.c_uint, ctypes.c_void_p]
    if not user32.OpenClipboard(None):
        return
    try:
        user32.EmptyClipboard()
        content = text.encode("utf-16-le") + b"\0\0"
        handle = kernel32.GlobalAlloc(0x0002, len(content))  # GMEM_MOVEABLE, as the clipboard wants it
        address = kernel32.GlobalLock(handle)
        ctypes.memmove(address, content, len(content))
        kernel32.GlobalUnlock(handle)
        user32.SetClipboardData(UNICODE_TEXT, handle)
    finally:
        user32.CloseClipboard()
