"""The text cursor of the line that has the keyboard all day: it stops blinking when nobody types.

Each blink wakes the processor and paints the line anew, twice a second, for as long as the window is open. So
it stands still after a while, as in the programs of GTK (`gtk-cursor-blink-timeout`, 10 s).
"""

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QApplication, QLineEdit

REST_MS = 10_000
"""For so long it blinks after the last key, click, or change of the focus."""

STILL, AS_THE_SYSTEM = 0, -1
"""Values of `QApplication.setCursorFlashTime`, which has one for all lines."""

WAKING = (QEvent.Type.KeyPress, QEvent.Type.MouseButtonPress, QEvent.Type.FocusIn)


class RestingCursor(QObject):
    """Watches this line, which owns it."""

    def __init__(self, line: QLineEdit, rest_ms: int = REST_MS) -> None:
        super().__init__(line)
        self._later = QTimer(self, singleShot=True, interval=rest_ms)
        self._later.timeout.connect(self._rest)
        line.installEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """Blink again, and rest later; another line that gets the focus blinks as the system has it."""
        kind = event.type()
        if kind in WAKING:
            self._blink()
            self._later.start()
        elif kind is QEvent.Type.FocusOut:
            self._blink()
            self._later.stop()
        return False

    def _blink(self) -> None:
        if QApplication.cursorFlashTime() == STILL:
            QApplication.setCursorFlashTime(AS_THE_SYSTEM)

    def _rest(self) -> None:
        QApplication.setCursorFlashTime(STILL)
