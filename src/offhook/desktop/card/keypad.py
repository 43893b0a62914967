"""The keypad of a call card: twelve keys, or the keyboard; each is sent as a tone at once."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFont, QKeyEvent
from PySide6.QtWidgets import QGridLayout, QPushButton, QWidget

from offhook.desktop.layouts import column
from offhook.desktop.plaintext import label

KEYS = "123456789*0#"
TYPED = frozenset("0123456789*#ABCDabcd")
"""What the keyboard may send: the tones of RFC 4733, section 3.2."""

MAX_SHOWN = 24
"""Digits that are shown: the last ones, so that the line stays a line."""

HIDDEN = "\u2022"


class Keypad(QWidget):
    """`pressed` has the digit. The digits may be a PIN: only the last one is shown, the others as dots."""

    pressed = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("Keypad"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._sent = 0
        self.shown = label()
        self.shown.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.shown.setMinimumHeight(self.shown.fontMetrics().height() + 4)
        self.keys: dict[str, QPushButton] = {}
        grid = QGridLayout()
        grid.setSpacing(6)
        for at, key in enumerate(KEYS):
            self.keys[key] = button = QPushButton(key)
            font = QFont(button.font())
            font.setPointSizeF(font.pointSizeF() * 1.2)
            button.setFont(font)
            button.setMinimumHeight(36)
            button.setAccessibleName(self._name(key))
            button.clicked.connect(lambda _checked=False, one=key: self._press(one))
            grid.addWidget(button, *divmod(at, 3))
        whole = column(self, 6)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self.shown)
        whole.addLayout(grid)

    def clear(self) -> None:
        """Forget what was pressed."""
        self._sent = 0
        self.shown.clear()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """The digits of the keyboard, wherever in the keypad the focus is."""
        plain = event.modifiers() & ~(Qt.KeyboardModifier.KeypadModifier | Qt.KeyboardModifier.ShiftModifier)
        if event.text() and event.text() in TYPED and not plain:
            self._press(event.text().upper())
        else:
            super().keyPressEvent(event)

    def _press(self, key: str) -> None:
        self._sent += 1
        self.shown.setText(HIDDEN * min(self._sent - 1, MAX_SHOWN) + key)
        self.pressed.emit(key)

    def _name(self, key: str) -> str:
        return {"*": self.tr("Star"), "#": self.tr("Hash")}.get(key, key)
