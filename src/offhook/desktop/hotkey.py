"""Hotkeys that work in every program, on platforms that support them."""

import logging
from collections.abc import Callable
from typing import Protocol

from PySide6.QtCore import QAbstractNativeEventFilter, QByteArray, QCoreApplication, QObject, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from offhook.desktop.x11keys import X11Keys
from offhook.windows import hotkey
from offhook.windows.hotkey import Key

logger = logging.getLogger(__name__)

translate = QCoreApplication.translate

WHILE_RINGING = (Key.ANSWER, Key.DECLINE)
"""These are taken only while a call rings: on some keyboards Ctrl+Alt and a letter (AltGr) is a character."""


class _System(Protocol):
    """How the system lets a program have a key."""

    def register(self, key: Key) -> bool:
        """Take it; False if that is not possible."""
        ...

    def unregister(self, key: Key) -> None:
        """Give it back."""
        ...

    def close(self) -> None:
        """It is not needed any more."""
        ...


class Hotkeys(QObject):
    """Ctrl+Alt+D dials what is selected or copied; while a call rings Ctrl+Alt+A answers, and Ctrl+Alt+X
    declines it.

    On Windows, X11, and under Wayland where the desktop has a portal for it. Elsewhere the desktop's keyboard
    settings can run `offhook open --clipboard`, `offhook answer` and `offhook reject`. `pressed` has the
    `Key`.
    """

    pressed = Signal(object)

    def __init__(self, application: QApplication, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._taken: set[Key] = set()
        self._system = _system(application, self.pressed.emit)
        self._take(Key.DIAL)

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
        self._system.close()

    def _take(self, key: Key) -> None:
        if key not in self._taken and self._system.register(key):
            self._taken.add(key)

    def _give_back(self, key: Key) -> None:
        if key in self._taken:
            self._taken.discard(key)
            self._system.unregister(key)


def _system(application: QApplication, pressed: Callable[[Key], None]) -> _System:
    platform = QGuiApplication.platformName()
    try:
        if platform == "xcb":
            return X11Keys(pressed)
        if platform.startswith("wayland"):
            from offhook.desktop.portalkeys import PortalKeys

            return PortalKeys(pressed, _texts())
    except (OSError, ImportError) as error:
        logger.warning("there are no hotkeys: %s", error)
    return _Windows(application, pressed)


def _texts() -> dict[Key, str]:
    """What the keys do, in the person's language."""
    return {
        Key.DIAL: translate("Hotkeys", "Call the number that was copied"),
        Key.ANSWER: translate("Hotkeys", "Answer the call that rings"),
        Key.DECLINE: translate("Hotkeys", "Decline the call that rings"),
    }


class _Windows(QAbstractNativeEventFilter):
    """Windows tells the thread that has taken a key by a message. On another system nothing can be taken."""

    def __init__(self, application: QApplication, pressed: Callable[[Key], None]) -> None:
        super().__init__()
        self._application, self._pressed = application, pressed
        application.installNativeEventFilter(self)

    def register(self, key: Key) -> bool:
        return hotkey.register(key)

    def unregister(self, key: Key) -> None:
        hotkey.unregister(key)

    def close(self) -> None:
        self._application.removeNativeEventFilter(self)

    def nativeEventFilter(
        self, kind: QByteArray | bytes | bytearray | memoryview, message: int
    ) -> tuple[bool, int]:
        if QByteArray(kind) == b"windows_generic_MSG":
            key = hotkey.pressed(int(message))
            if key is not None:
                self._pressed(key)
                return True, 0
        return False, 0
