"""Hotkeys that work in every program, on platforms that support them."""

from PySide6.QtCore import QAbstractNativeEventFilter, QByteArray, QObject, Signal
from PySide6.QtWidgets import QApplication

from offhook.windows import hotkey
from offhook.windows.hotkey import Key

WHILE_RINGING = (Key.ANSWER, Key.DECLINE)
"""These are taken only while a call rings: on some keyboards Ctrl+Alt and a letter (AltGr) is a character."""


class Hotkeys(QObject):
    """Ctrl+Alt+D dials the clipboard; while a call rings Ctrl+Alt+A answers, and Ctrl+Alt+X declines it.

    On Windows. Elsewhere the desktop's keyboard settings can run `offhook open --clipboard`, `offhook answer`
    and `offhook reject`. `pressed` has the `Key`.
    """

    pressed = Signal(object)

    def __init__(self, application: QApplication, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._taken: set[Key] = set()
        self._filter = _Filter(self)
        self._take(Key.DIAL)
        application.installNativeEventFilter(self._filter)

    @property
    def taken(self) -> frozenset[Key]:
        """Those that work now."""
        return frozenset(self._taken)

    def set_ringing(self, ringing: bool) -> None:
        """Take the keys that are for a call that rings, or give them back."""
        for key in WHILE_RINGING:
            self._take(key) if ringing else self._give_back(key)

    def release(self) -> None:
        """Give all back."""
        for key in Key:
            self._give_back(key)

    def _take(self, key: Key) -> None:
        if key not in self._taken and hotkey.register(key):
            self._taken.add(key)

    def _give_back(self, key: Key) -> None:
        if key in self._taken:
            self._taken.discard(key)
            hotkey.unregister(key)


class _Filter(QAbstractNativeEventFilter):
    def __init__(self, owner: Hotkeys) -> None:
        super().__init__()
        self._owner = owner

    def nativeEventFilter(
        self, kind: QByteArray | bytes | bytearray | memoryview, message: int
    ) -> tuple[bool, int]:
        if QByteArray(kind) == b"windows_generic_MSG":
            key = hotkey.pressed(int(message))
            if key is not None:
                self._owner.pressed.emit(key)
                return True, 0
        return False, 0
