"""Hotkeys that work in every program on an X11 desktop: GrabKey, on a connection of their own.

Source: X Window System Protocol, "GrabKey" and "MappingNotify"; the locks (Caps Lock, Num Lock) count as
modifiers there, so that each key is grabbed with every combination of them.
"""

import logging
from collections.abc import Callable
from itertools import product
from typing import Any

from PySide6.QtCore import QSocketNotifier

from offhook.windows.hotkey import Key

logger = logging.getLogger(__name__)

CONTROL, ALT = 0x0004, 0x0008
CAPS_LOCK, NUM_LOCK = 0x0002, 0x0010
LOCKS = tuple(one | other for one, other in product((0, CAPS_LOCK), (0, NUM_LOCK)))

KEY_PRESS, MAPPING_NOTIFY = 2, 34
ASYNC = 1


class X11Keys:
    """`pressed` is called with each key that is pressed and taken. Raises `OSError` without an X server."""

    def __init__(self, pressed: Callable[[Key], None], display: str | None = None) -> None:
        self._pressed = pressed
        self._connection: Any = _connect(display)
        self._setup = self._connection.get_setup()
        self._root = self._setup.roots[self._connection.pref_screen].root
        self._codes = self._keyboard()
        self._taken: set[Key] = set()
        self._notifier: QSocketNotifier | None = QSocketNotifier(
            self._connection.get_file_descriptor(), QSocketNotifier.Type.Read
        )
        self._notifier.activated.connect(self._read)

    def close(self) -> None:
        """Give everything back."""
        self._drop_notifier()
        self._connection.disconnect()

    def register(self, key: Key) -> bool:
        """Take the key; False when another program has it, or the keyboard has no such key."""
        code = self._codes.get(key)
        if code is None or self._notifier is None:
            return False
        import xcffib.xproto

        try:
            for lock in LOCKS:
                self._connection.core.GrabKeyChecked(
                    False, self._root, CONTROL | ALT | lock, code, ASYNC, ASYNC
                ).check()
        except xcffib.xproto.AccessError:
            self._ungrab(code)
            return False
        except xcffib.XcffibException as error:
            self._lost(error)
            return False
        self._taken.add(key)
        return True

    def unregister(self, key: Key) -> None:
        """Give it back."""
        self._taken.discard(key)
        code = self._codes.get(key)
        if code is not None and self._notifier is not None:
            self._ungrab(code)

    def _ungrab(self, code: int) -> None:
        for lock in LOCKS:
            self._connection.core.UngrabKey(code, self._root, CONTROL | ALT | lock)
        self._connection.flush()

    def _keyboard(self) -> dict[Key, int]:
        """The codes by which this keyboard's layout has the letters. A letter's keysym is its small ASCII."""
        first, last = self._setup.min_keycode, self._setup.max_keycode
        reply = self._connection.core.GetKeyboardMapping(first, last - first + 1).reply()
        each, symbols = reply.keysyms_per_keycode, list(reply.keysyms)
        found: dict[Key, int] = {}
        for key in Key:
            letter = ord(chr(key.value[1]).lower())
            rows = (symbols[at : at + each] for at in range(0, len(symbols), each))
            codes = [first + index for index, row in enumerate(rows) if letter in row]
            if codes:
                found[key] = codes[0]
        return found

    def _read(self) -> None:
        import xcffib

        try:
            while (event := self._connection.poll_for_event()) is not None:
                self._on_event(event)
        except xcffib.XcffibException as error:
            self._lost(error)

    def _on_event(self, event: Any) -> None:
        kind = event.response_type & 0x7F
        if kind == KEY_PRESS:
            for key in self._taken:
                if self._codes.get(key) == event.detail:
                    self._pressed(key)
                    return
        elif kind == MAPPING_NOTIFY:
            self._follow_keyboard()

    def _follow_keyboard(self) -> None:
        """Another layout: letters may lie elsewhere. What stays where it was is not given back meanwhile: it
        is told as well when a key is pressed on another one of several keyboards, and that press counts. A
        letter that is on no key any more is taken again when it is back."""
        before, self._codes = self._codes, self._keyboard()
        moved = [key for key in self._taken if self._codes.get(key) != before.get(key)]
        for key in moved:
            if key in before:
                self._ungrab(before[key])
        for key in moved:
            if key in self._codes:
                self._taken.discard(key)
                self.register(key)

    def _lost(self, error: Exception) -> None:
        logger.warning("hotkeys do not work any more: the X server is gone (%s)", type(error).__name__)
        self._taken.clear()
        self._drop_notifier()

    def _drop_notifier(self) -> None:
        if self._notifier is not None:
            self._notifier.setEnabled(False)
            self._notifier.deleteLater()
            self._notifier = None


def _connect(display: str | None) -> Any:
    import xcffib
    import xcffib.xproto  # without it a connection has no requests

    connect: Any = xcffib.connect
    try:
        return connect(display=display)
    except xcffib.ConnectionException as error:
        raise OSError("the X server cannot be reached") from error
