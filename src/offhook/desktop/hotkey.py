"""The global hotkey Ctrl+Alt+D, which dials the clipboard, on platforms that support it."""

import sys

from PySide6.QtCore import QAbstractNativeEventFilter, QByteArray, QObject, Signal
from PySide6.QtWidgets import QApplication

from offhook.windows import hotkey


class Hotkey(QObject):
    """The hotkey on Windows. Elsewhere the desktop's keyboard settings can run `offhook open --clipboard`."""

    pressed = Signal()

    def __init__(self, application: QApplication, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.available = sys.platform == "win32" and hotkey.register()
        self._filter = _Filter(self)
        if self.available:
            application.installNativeEventFilter(self._filter)

    def release(self) -> None:
        """Unregister the hotkey."""
        if self.available:
            hotkey.unregister()


class _Filter(QAbstractNativeEventFilter):
    def __init__(self, owner: Hotkey) -> None:
        super().__init__()
        self._owner = owner

    def nativeEventFilter(
        self, kind: QByteArray | bytes | bytearray | memoryview, message: int
    ) -> tuple[bool, int]:
        if QByteArray(kind) == b"windows_generic_MSG" and hotkey.is_hotkey(int(message)):
            self._owner.pressed.emit()
            return True, 0
        return False, 0
