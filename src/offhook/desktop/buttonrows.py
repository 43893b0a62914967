"""Buttons beside each other as far as there is room for their texts, else in several rows."""

from collections.abc import Sequence

from PySide6.QtCore import QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QGridLayout, QWidget

from offhook.desktop import layouts

UNBOUNDED = 1 << 20
"""Room that is never too little: as long as nobody has said how much there is."""


class ButtonRows(QGridLayout):
    """Shows some of its buttons, as broad as each other where that is possible.

    How much room there is, is told from outside, by what does not depend on the rows: a layout that looks at
    its own width would be made anew for what it has just changed, without end.
    """

    def __init__(self, spacing: int, most: int) -> None:
        super().__init__()
        self.setSpacing(spacing)
        self._most, self._room = most, UNBOUNDED
        self._buttons: Sequence[QAbstractButton] = ()

    def set_room(self, room: int) -> None:
        """There is so much room, in logical pixels."""
        self._room = room
        self.arrange()

    def show_buttons(self, buttons: Sequence[QAbstractButton]) -> None:
        """These are to stand there, in this order."""
        self._buttons = list(buttons)
        self.arrange()

    def needs(self) -> int:
        """The width that all of them need beside each other."""
        widths = [_width(one) for one in self._buttons[: self._most]]
        return sum(widths) + self.spacing() * max(0, len(widths) - 1)

    def arrange(self) -> None:
        """Lay them out anew: there are others, or their texts or letters are."""
        while self.count():
            self.takeAt(0)
        rows = self._rows()
        columns = max((len(row) for row in rows), default=0)
        for at in range(max(self.columnCount(), columns)):
            self.setColumnStretch(at, 1 if at < columns else 0)
        for down, row in enumerate(rows):
            for across, button in enumerate(row):
                last = across == len(row) - 1
                self.addWidget(button, down, across, 1, columns - across if last else 1)
        self.invalidate()

    def _rows(self) -> list[Sequence[QAbstractButton]]:
        """As few rows as there is room for, and of those rows none much shorter than the others."""
        number = len(self._buttons)
        for rows in range(-(-number // self._most), number):
            columns = -(-number // rows)
            found = [self._buttons[at : at + columns] for at in range(0, number, columns)]
            if self._width_of(found, columns) <= self._room:
                return found
        return [[one] for one in self._buttons]

    def _width_of(self, rows: Sequence[Sequence[QAbstractButton]], columns: int) -> int:
        """A column is as broad as its broadest button; the last one of a short row stands over several."""
        broad = [0] * columns
        for row in rows:
            for at, button in enumerate(row):
                if at < len(row) - 1 or len(row) == columns:
                    broad[at] = max(broad[at], _width(button))
        needed = [sum(broad) + self.spacing() * (columns - 1)]
        for row in rows:
            before = len(row) - 1
            needed.append(sum(broad[:before]) + _width(row[-1]) + self.spacing() * before)
        return max(needed)


class WrappedButtons(QWidget):
    """Buttons of a page in as many rows as its width needs; as narrow as the broadest of them, if need be."""

    def __init__(self, buttons: Sequence[QAbstractButton], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._buttons = list(buttons)
        self._rows = ButtonRows(layouts.GRID, len(self._buttons))
        whole = layouts.row(0)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addLayout(self._rows)
        whole.addStretch(1)
        self.setLayout(whole)
        self._rows.show_buttons(self._buttons)

    def arrange(self) -> None:
        """Lay them out anew: their texts are others."""
        self._rows.arrange()
        self.updateGeometry()

    def minimumSizeHint(self) -> QSize:
        return QSize(max(map(_width, self._buttons)), super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._rows.set_room(self.width())


def _width(button: QAbstractButton) -> int:
    button.ensurePolished()
    return max(button.sizeHint().width(), button.minimumSizeHint().width())
