"""The settings: a list of their pages at the side, or with little room above, and the page chosen."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QComboBox,
    QFrame,
    QListWidget,
    QScrollArea,
    QStackedWidget,
    QWidget,
)

from offhook.desktop.layouts import GRID, column, on_grid
from offhook.desktop.plaintext import without_mnemonic

SIDE = 20 * GRID
"""The width of the list at the side, in logical pixels."""

NARROW = 520
"""Up to this width the list is a line above, in logical pixels."""

MARK = "•"
"""Stands behind the name of a page with changes that are not saved."""


class SettingsPanel(QWidget):
    """The pages are made when they are first shown: few people look at them on a usual day.

    `edited` is emitted when the pages with changes that are not saved have become others.

    A page has them if it has an attribute `unsaved` that is true; its signal `changed` says that it may be
    another now.
    """

    edited = Signal()

    def __init__(
        self, make: Callable[[], Sequence[tuple[str, QWidget]]], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._make: Callable[[], Sequence[tuple[str, QWidget]]] | None = make
        self._pages: list[tuple[str, QWidget]] = []
        self._before: list[str] = []
        self.side = QListWidget()
        self.side.setFrameShape(QFrame.Shape.NoFrame)
        self.side.viewport().setAutoFillBackground(False)
        self.side.setFixedWidth(SIDE)
        self.above = QComboBox()
        self.stack = QStackedWidget()
        for widget in (self.side, self.above):
            widget.setAccessibleName(self.tr("Settings"))
        self.side.currentRowChanged.connect(self.show_at)
        self.above.currentIndexChanged.connect(self.show_at)
        self._whole = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._whole.setContentsMargins(0, 0, 0, 0)
        self._whole.setSpacing(GRID)
        self._whole.addWidget(self.side)
        self._whole.addWidget(self.above)
        self._whole.addWidget(self.stack, 1)
        self.setFocusProxy(self.side)
        self.above.hide()

    def _fill(self) -> None:
        """Make the pages, if that has not been done."""
        make, self._make = self._make, None
        if make is None:
            return
        self._pages = list(make())
        for title, page in self._pages:
            area = QScrollArea(widgetResizable=True)
            area.setFrameShape(QFrame.Shape.NoFrame)
            area.setAccessibleName(title)
            framed = QWidget()
            inside = column(framed)
            inside.setContentsMargins(GRID, GRID, GRID, GRID)
            inside.addWidget(page)
            area.setWidget(framed)
            area.setFocusProxy(page)
            self.stack.addWidget(area)
            self.side.addItem(title)
            self.above.addItem(title)
            changed = getattr(page, "changed", None)
            if changed is not None:
                changed.connect(self._mark)
        high = on_grid(self.side.fontMetrics().height() + 2 * GRID)
        for at in range(self.side.count()):
            self.side.item(at).setSizeHint(QSize(0, high))
        self.show_at(0)

    def showEvent(self, event: QShowEvent) -> None:
        self._fill()
        super().showEvent(event)

    @property
    def unsaved(self) -> list[str]:
        """The names of the pages with changes that are not saved."""
        return [title for title, page in self._pages if getattr(page, "unsaved", False)]

    @property
    def title(self) -> str:
        """The name of the page that is shown."""
        at = self.stack.currentIndex()
        return self._pages[at][0] if at >= 0 else ""

    def show_at(self, at: int) -> None:
        """Show the page at this place."""
        self._fill()
        if 0 <= at < len(self._pages):
            self.stack.setCurrentIndex(at)
            self.side.setCurrentRow(at)
            self.above.setCurrentIndex(at)

    def show_page(self, title: str) -> QWidget | None:
        """Show the page of this name, and return it."""
        self._fill()
        for at, (name, page) in enumerate(self._pages):
            if name == title:
                self.show_at(at)
                return page
        return None

    def _mark(self) -> None:
        unsaved = self.unsaved
        if unsaved == self._before:
            return
        self._before = unsaved
        for at, (title, _) in enumerate(self._pages):
            text = f"{title} {MARK}" if title in unsaved else title
            self.side.item(at).setText(text)
            said = self.tr("{page}, not saved").format(page=title) if title in unsaved else title
            self.side.item(at).setData(Qt.ItemDataRole.AccessibleTextRole, without_mnemonic(said))
            self.above.setItemText(at, text)
        self.edited.emit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        narrow = self.width() < NARROW
        self.side.setVisible(not narrow)
        self.above.setVisible(narrow)
        self.setFocusProxy(self.above if narrow else self.side)
        way = QBoxLayout.Direction.TopToBottom if narrow else QBoxLayout.Direction.LeftToRight
        self._whole.setDirection(way)
