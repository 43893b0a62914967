"""The rail: a button for each page of the window at its leading edge, and the menu at its foot."""

from collections.abc import Callable
from enum import Enum

from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QButtonGroup, QMenu, QPushButton, QWidget

from offhook.desktop import icons
from offhook.desktop.layouts import GRID, column, on_grid
from offhook.desktop.plaintext import tip
from offhook.desktop.theme import colors

ICON = 24
NARROW = 48
"""A button without its word, in logical pixels; the word is then its tooltip."""
WIDE = 72
"""The least width of a button with its word, in logical pixels."""
HIGH = 56
BAR = 3
"""The width of the bar at the page that is shown, in logical pixels."""
MAX_BADGE = 99


class Page(Enum):
    """The pages, in the order of the rail."""

    HOME = 0
    CONTACTS = 1
    CALLS = 2
    SETTINGS = 3


ICONS = {Page.HOME: "home", Page.CONTACTS: "people", Page.CALLS: "history", Page.SETTINGS: "settings"}


class RailButton(QPushButton):
    """An icon with a word under it, and a number at its corner for what needs attention."""

    def __init__(self, icon: str, word: str, key: str = "") -> None:
        super().__init__()
        self._icon, self._word, self._key = icon, word, key
        self._narrow = False
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.badge = 0
        self.setText(word)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.show_badge(0)

    def show_badge(self, number: int, meaning: str = "") -> None:
        """Show this number at the icon; `meaning` says in words what it counts."""
        self.badge = number
        self.setAccessibleName(", ".join(filter(None, (self._word, meaning))))
        known = f"{self._word} ({self._key})" if self._key else self._word
        self.setToolTip(tip("\n".join(filter(None, (known, meaning)))))
        self.update()

    def set_narrow(self, narrow: bool) -> None:
        """Show the icon alone."""
        if narrow != self._narrow:
            self._narrow = narrow
            self.updateGeometry()
            self.update()

    def sizeHint(self) -> QSize:
        if self._narrow:
            return QSize(NARROW, NARROW)
        metrics = self.fontMetrics()
        wide = max(WIDE, on_grid(metrics.horizontalAdvance(self._word) + 2 * GRID))
        return QSize(wide, max(HIGH, on_grid(ICON + metrics.height() + 2 * GRID)))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        palette, room = self.palette(), self.rect().adjusted(4, 2, -4, -2)
        text = palette.color(QPalette.ColorRole.WindowText)
        accent = palette.color(QPalette.ColorRole.Highlight)
        if self.isChecked() or self.underMouse() or self.isDown():
            shade = QColor(accent if self.isChecked() else text)
            shade.setAlphaF(0.14 if self.isChecked() else 0.08)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(shade)
            painter.drawRoundedRect(room, 6, 6)
        if self.isChecked():
            at_left = self.layoutDirection() is Qt.LayoutDirection.LeftToRight
            left = room.left() if at_left else room.right() - BAR + 1
            painter.setBrush(accent)
            painter.drawRoundedRect(QRectF(left, room.top() + 8, BAR, room.height() - 16), 1.5, 1.5)
        if self.hasFocus():
            painter.setPen(text)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(room, 6, 6)
        high = 0 if self._narrow else self.fontMetrics().height()
        top = (self.height() - ICON - high) // 2
        at = QPoint((self.width() - ICON) // 2, top)
        painter.drawPixmap(at, icons.pixmap(self._icon, text, ICON, self.devicePixelRatioF()))
        if high:
            painter.setPen(text)
            under = QRect(0, top + ICON, self.width(), high)
            painter.drawText(under, Qt.AlignmentFlag.AlignCenter, self._word)
        if self.badge:
            self._paint_badge(painter, at)
        painter.end()

    def _paint_badge(self, painter: QPainter, at: QPoint) -> None:
        look = colors(self.palette())
        font = QFont(self.font())
        font.setPixelSize(11)
        font.setBold(True)
        painter.setFont(font)
        number = str(self.badge) if self.badge <= MAX_BADGE else f"{MAX_BADGE}+"
        wide = max(16, painter.fontMetrics().horizontalAdvance(number) + 8)
        # A narrow button leaves no room beside its icon: the badge then lies above it and hides little of it.
        place = QRectF(0, 1 if self._narrow else max(2, at.y() - 6), wide, 16)
        if self.layoutDirection() is Qt.LayoutDirection.LeftToRight:
            place.moveLeft(min(at.x() + ICON - 10, self.width() - wide - 1))
        else:
            place.moveRight(max(at.x() + 10, wide + 1))
        painter.setLayoutDirection(Qt.LayoutDirection.LeftToRight)  # else the plus stands before the number
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(look.attention)
        painter.drawRoundedRect(place, 8, 8)
        painter.setPen(look.on_color)
        painter.drawText(place, Qt.AlignmentFlag.AlignCenter, number)


class Rail(QWidget):
    """`chosen` has the page whose button was pressed."""

    chosen = Signal(Page)

    def __init__(self, menu: QMenu, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("Pages"))
        words = {
            Page.HOME: self.tr("Home"),
            Page.CONTACTS: self.tr("Contacts"),
            Page.CALLS: self.tr("Calls"),
            Page.SETTINGS: self.tr("Settings"),
        }
        self.buttons = {page: RailButton(ICONS[page], words[page], key(page)) for page in Page}
        self.more = RailButton("more", self.tr("More"), "F10")
        self.more.setMenu(menu)
        group = QButtonGroup(self)
        whole = column(self, 0)
        whole.setContentsMargins(0, GRID, 0, GRID)
        for page, button in self.buttons.items():
            button.setCheckable(True)
            button.setAutoExclusive(True)  # a screen reader tells one of several
            button.clicked.connect(self._chooser(page))
            group.addButton(button)
            if page is Page.SETTINGS:
                whole.addStretch(1)
            whole.addWidget(button)
        whole.addWidget(self.more)
        self.show_page(Page.HOME)

    def show_page(self, page: Page) -> None:
        """Mark the page that is shown."""
        self.buttons[page].setChecked(True)

    def set_narrow(self, narrow: bool) -> None:
        """Show the icons alone."""
        for button in (*self.buttons.values(), self.more):
            button.set_narrow(narrow)

    def _chooser(self, page: Page) -> Callable[[], None]:
        return lambda: self.chosen.emit(page)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setPen(self.palette().color(QPalette.ColorRole.Midlight))
        at_left = self.layoutDirection() is Qt.LayoutDirection.RightToLeft
        edge = 0 if at_left else self.width() - 1
        painter.drawLine(edge, 0, edge, self.height())
        painter.end()


def key(page: Page) -> str:
    """The key that shows a page."""
    return f"Ctrl+{page.value + 1}"
