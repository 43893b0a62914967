"""The favourites on Home: a tile for each, which shows what the phone does and calls."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QAction,
    QColor,
    QFont,
    QImage,
    QPainter,
    QPaintEvent,
    QPalette,
    QResizeEvent,
)
from PySide6.QtWidgets import (
    QAbstractButton,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QMenu,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QStyle,
    QWidget,
)
from shiboken6 import isValid

from offhook.desktop import avatar, icons
from offhook.desktop.bridge import spawn
from offhook.desktop.layouts import GRID, column, on_grid
from offhook.desktop.phonemodel import PhoneModel
from offhook.desktop.plaintext import caption, label, tip
from offhook.desktop.presence import presence_text
from offhook.desktop.rowink import draw_line
from offhook.desktop.rows import presence_color
from offhook.desktop.suggestions import kind_text
from offhook.desktop.theme import colors, ink
from offhook.directory import Person

HIGH = 6 * GRID
WIDE = 18 * GRID
"""The least width of a tile, in logical pixels."""
SIDE = 4 * GRID
LEAST = 25 * GRID
"""The height in logical pixels of a page from which there is room for tiles and some of the last calls."""
MAX_ROWS = 3
"""Rows of tiles that are seen at first, so that the last calls stay in sight; a button shows all."""


class Tile(QAbstractButton):
    """A person. `wanted` has the number to call, `taken` that of the phone whose call is to be taken."""

    wanted = Signal(str)
    taken = Signal(str)

    def __init__(self, phones: PhoneModel, person: Person) -> None:
        super().__init__()
        self._phones, self.person = phones, person
        self._image: QImage | None = None
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(self._show_menu)
        self.clicked.connect(lambda: self.wanted.emit(self.number))
        self.refresh()

    @property
    def number(self) -> str:
        """The number that is called: that of the phone at this site, or the first."""
        return self._phones.presence.phone_of(self.person) or self.person.numbers[0].text

    @property
    def detail(self) -> str:
        """What the phone does; where that is not known, which number is called."""
        return presence_text(self._phones.presence.of_person(self.person)) or self._phones.show(self.number)

    def refresh(self) -> None:
        """Show what the phone does now."""
        calls = self.tr("Call {number}").format(number=self._phones.show(self.number))
        self.setText(self.person.name)
        self.setAccessibleName(", ".join(dict.fromkeys((self.person.name, self.detail))))
        self.setAccessibleDescription(calls)
        self.setToolTip(tip(f"{self.person.name}\n{calls}"))
        self.update()

    async def fetch_picture(self) -> None:
        """The picture of the directory, if there is one."""
        image = await self._phones.pictures.of(self._phones.canonical(self.number))
        if isValid(self):  # it may have gone meanwhile
            self._image = image
            self.update()

    def sizeHint(self) -> QSize:
        return QSize(WIDE, max(HIGH, on_grid(2 * self.fontMetrics().height() + GRID)))

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        palette, room = self.palette(), QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        text = palette.color(QPalette.ColorRole.WindowText)
        shade = QColor(palette.color(QPalette.ColorRole.Highlight))
        shade.setAlphaF(0.10)
        painter.setBrush(
            shade if self.underMouse() or self.isDown() else palette.color(QPalette.ColorRole.Base)
        )
        painter.setPen(text if self.hasFocus() else palette.color(QPalette.ColorRole.Midlight))
        painter.drawRoundedRect(room, 6, 6)
        self._paint_picture(painter, palette)
        left, high = SIDE + 2 * GRID, self.fontMetrics().height()
        top = (self.height() - 2 * high) // 2
        bold = QFont(self.font())
        bold.setBold(True)
        for line, font, color, said in (
            (0, bold, text, self.person.name),
            (1, self.font(), colors(palette).quiet, self.detail),
        ):
            painter.setFont(font)
            painter.setPen(color)
            place = self._visual(QRect(left, top + line * high, self.width() - left - GRID, high))
            draw_line(painter, self.layoutDirection(), place, said)
        painter.end()

    def _paint_picture(self, painter: QPainter, palette: QPalette) -> None:
        place = self._visual(QRect(GRID, (self.height() - SIDE) // 2, SIDE, SIDE))
        painter.save()
        avatar.paint(painter, place, self.person.name, self._image)
        painter.restore()
        presence = self._phones.presence.of_person(self.person)
        if presence is not None:
            painter.setPen(palette.color(QPalette.ColorRole.Base))
            painter.setBrush(presence_color(presence, palette))
            painter.drawEllipse(QRectF(place.right() - 10, place.bottom() - 10, 11, 11))

    def _visual(self, logical: QRect) -> QRect:
        return QStyle.visualRect(self.layoutDirection(), self.rect(), logical)

    def menu(self) -> QMenu:
        """Every number of the person, and what concerns the tile."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        phone = self._phones.presence.phone_of(self.person)
        if phone and self._phones.can_pick_up(phone):
            self._add(menu, "in", self.tr("Pick up the call"), lambda: self.taken.emit(phone))
        for number in self.person.numbers:
            text = f"{kind_text(number.kind)}: {self._phones.show(number.text)}"
            self._add(menu, "phone", caption(text), self._caller(number.text))
        menu.addSeparator()
        kept = self._phones.kept
        self._add(menu, "", self.tr("Move to the front"), lambda: kept.move(self.person, 0))
        self._add(menu, "", self.tr("Remove from favourites"), lambda: kept.set_favourite(self.person, False))
        return menu

    def _caller(self, number: str) -> Callable[[], None]:
        return lambda: self.wanted.emit(number)

    def _add(self, menu: QMenu, icon: str, text: str, do: Callable[[], None]) -> None:
        action = QAction(text, menu)
        if icon:
            action.setIcon(icons.icon(icon))
        action.triggered.connect(lambda _checked=False: do())
        menu.addAction(action)

    def _show_menu(self, at: QPoint) -> None:
        self.menu().popup(self.mapToGlobal(at))


class _Area(QScrollArea):
    """Some rows of tiles; one of them where there is no room for more."""

    def __init__(self) -> None:
        super().__init__(widgetResizable=True)
        self._rows, self._high = 1, HIGH
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)

    def show_rows(self, rows: int, high: int) -> None:
        """So many are seen at once, so high."""
        self._rows, self._high = rows, high
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        return QSize(WIDE, self._rows * (self._high + GRID) - GRID)

    def minimumSizeHint(self) -> QSize:
        return QSize(0, self._high)


class Favourites(QWidget):
    """Not there while nobody is a favourite."""

    wanted = Signal(str)
    taken = Signal(str)

    def __init__(self, phones: PhoneModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._phones = phones
        self.tiles: list[Tile] = []
        self._most = self._most_asked_for = MAX_ROWS
        self._heading = heading = label(self.tr("Favourites"))
        font = QFont(heading.font())
        font.setBold(True)
        heading.setFont(font)
        heading.setContentsMargins(GRID, GRID // 2, GRID, 0)
        self.more = QPushButton()
        self.more.setFlat(True)
        self.more.setCheckable(True)
        self.more.toggled.connect(self._arrange)
        self._color()
        self._inside = QWidget()
        self._grid = QGridLayout(self._inside)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(GRID)
        self._area = _Area()
        self._area.setAccessibleName(self.tr("Favourites"))
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._area.setWidget(self._inside)
        self._area.verticalScrollBar().rangeChanged.connect(self._leave_room)
        whole = column(self)
        whole.setContentsMargins(0, 0, 0, 0)
        top = QHBoxLayout()
        top.addWidget(heading)
        top.addStretch(1)
        top.addWidget(self.more)
        whole.addLayout(top)
        whole.addWidget(self._area)
        phones.kept.changed.connect(self.reload)
        phones.presence.changed.connect(lambda _number: self._refresh())
        phones.presence.phones_changed.connect(self._refresh)
        self.reload()

    def reload(self) -> None:
        """A tile for each favourite."""
        for tile in self.tiles:
            self._grid.removeWidget(tile)
            tile.hide()
            tile.deleteLater()
        self.tiles = [Tile(self._phones, person) for person in self._phones.kept.favourites()]
        for tile in self.tiles:
            tile.wanted.connect(self.wanted)
            tile.taken.connect(self.taken)
            spawn(tile.fetch_picture())
        self._arrange()

    def set_room(self, high: int) -> None:
        """The page is so high: beyond one row of tiles and some last calls, half is for more rows.

        All of it is when somebody asked for all.
        """
        more = max(0, high - LEAST) // (HIGH + GRID)
        most = min(MAX_ROWS, 1 + more // 2), 1 + more
        if most != (self._most, self._most_asked_for):
            self._most, self._most_asked_for = most
            self._arrange()

    def _leave_room(self, _least: int, most: int) -> None:
        """Between the tiles and the bar that scrolls them."""
        self._grid.setContentsMargins(0, 0, 0, 0)
        if most > 0:
            self._grid.setContentsMargins(*((0, 0, GRID, 0) if self._from_left() else (GRID, 0, 0, 0)))

    def _from_left(self) -> bool:
        return self.layoutDirection() is Qt.LayoutDirection.LeftToRight

    def any(self) -> bool:
        """Is anybody a favourite?"""
        return bool(self.tiles)

    def _color(self) -> None:
        ink(self._heading, colors(self.palette()).quiet)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() is QEvent.Type.PaletteChange and hasattr(self, "_area"):
            self._color()
            self._refresh()
        super().changeEvent(event)

    def _refresh(self) -> None:
        for tile in self.tiles:
            tile.refresh()

    def _arrange(self) -> None:
        if not self.tiles:
            return
        columns = max(1, (self.width() + GRID) // (WIDE + GRID))
        needed = -(-len(self.tiles) // columns)
        every = self.more.isChecked()
        for at, tile in enumerate(self.tiles):
            self._grid.addWidget(tile, at // columns, at % columns)
            tile.setVisible(every or at < self._most * columns)
        for at in range(self._grid.columnCount()):
            self._grid.setColumnStretch(at, 1 if at < columns else 0)
        self.more.setVisible(needed > self._most)
        self.more.setText(
            self.tr("Show fewer") if every else self.tr("Show all {number}").format(number=len(self.tiles))
        )
        rows = min(self._most_asked_for if every else self._most, needed)
        self._area.show_rows(rows, self.tiles[0].sizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()
