"""A QR code, drawn dark on light whatever the colours of the window."""

from collections.abc import Sequence

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

AROUND = 4
"""Light squares around it, without which it is not read (ISO/IEC 18004)."""

SQUARE = 4
"""Logical pixels of a square: the camera of a smartphone reads it from a hand's width."""


class QrView(QWidget):
    """`show_squares` takes rows of squares, `1` for a dark one; none hide it."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows: list[str] = []
        self.setAccessibleName(name)
        self.hide()

    def show_squares(self, rows: Sequence[str]) -> None:
        """Draw these."""
        self._rows = list(rows)
        self.setFixedSize(self.sizeHint())
        self.setVisible(bool(rows))
        self.update()

    def sizeHint(self) -> QSize:
        side = (len(self._rows) + 2 * AROUND) * SQUARE if self._rows else 0
        return QSize(side, side)

    def paintEvent(self, _event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), Qt.GlobalColor.white)
            for y, row in enumerate(self._rows):
                for x in (place for place, square in enumerate(row) if square == "1"):
                    at = QRect((x + AROUND) * SQUARE, (y + AROUND) * SQUARE, SQUARE, SQUARE)
                    painter.fillRect(at, Qt.GlobalColor.black)
