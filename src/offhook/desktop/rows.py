"""Rows of people and calls: picture or initials, two lines, and at the end call and copy while pointed at."""

from dataclasses import dataclass, replace

from PySide6.QtCore import (
    QAbstractItemModel,
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import (
    QColor,
    QHelpEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPalette,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QToolTip,
)

from offhook.desktop import avatar, icons
from offhook.desktop.layouts import GRID, on_grid
from offhook.desktop.plaintext import tip
from offhook.desktop.presence import Presence
from offhook.desktop.rowink import Ink
from offhook.desktop.theme import colors

LOOK = Qt.ItemDataRole.UserRole + 1
"""The role under which a model has the `Look` of a row."""
PICTURE = Qt.ItemDataRole.UserRole + 2
"""The role of its picture, a `QImage`."""

ROW = 6 * GRID
HEADING = 4 * GRID
SIDE = 4 * GRID
"""Of a picture and of a button, in logical pixels."""
ICON = 16
MARK = 16

MOVES = frozenset({Qt.Key.Key_Down, Qt.Key.Key_Up, Qt.Key.Key_PageDown, Qt.Key.Key_PageUp})
"""Keys of the line above that go to a page's list."""

Index = QModelIndex | QPersistentModelIndex

_CHOSEN = QStyle.StateFlag.State_Selected
_POINTED_AT = QStyle.StateFlag.State_MouseOver


@dataclass(frozen=True, slots=True)
class Look:
    """What a row shows. `number` is what its buttons call and copy; without it there are none.

    `icon` stands in place of the picture, `mark` before the second line, in the colour of `attention` if so.
    `presence` is the colour of a dot at the picture. A heading has a title alone.
    """

    title: str
    detail: str = ""
    aside: str = ""
    number: str = ""
    icon: str = ""
    mark: str = ""
    attention: bool = False
    heading: bool = False
    presence: QColor | None = None


class Rows(QStyledItemDelegate):
    """Draws the `Look` of each row; `call_wanted` and `copy_wanted` have the row whose button was pressed."""

    call_wanted = Signal(QModelIndex)
    copy_wanted = Signal(QModelIndex)

    def __init__(self, view: QAbstractItemView) -> None:
        super().__init__(view)
        self._ink: Ink | None = None
        view.setMouseTracking(True)
        view.viewport().setAttribute(Qt.WidgetAttribute.WA_Hover)

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        look: Look = index.data(LOOK)
        high = option.fontMetrics.height()
        if look.heading:
            return QSize(0, max(HEADING, on_grid(high + GRID)))
        return QSize(0, max(ROW, on_grid(2 * high + GRID)))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        ink, look = self.ink(option), self.look(index)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if look.heading:
            painter.setPen(ink.quiet)
            ink.bold.draw(painter, option.direction, option.rect.adjusted(GRID, 0, -GRID, 0), look.title)
        else:
            self._paint_row(painter, option, look, ink, self.picture(index))
        painter.restore()

    def look(self, index: Index) -> Look:
        """What a row shows."""
        found: Look = index.data(LOOK)
        return found

    def picture(self, index: Index) -> QImage | None:
        """The picture of a row."""
        found: QImage | None = index.data(PICTURE)
        return found

    def ink(self, option: QStyleOptionViewItem) -> Ink:
        """What the rows of the view are drawn with."""
        if self._ink is None or not self._ink.fits(option):
            self._ink = Ink(option)
        return self._ink

    def _paint_row(
        self, painter: QPainter, option: QStyleOptionViewItem, look: Look, ink: Ink, picture: QImage | None
    ) -> None:
        state, room = option.state, QRect(option.rect)
        chosen, pointed_at = bool(state & _CHOSEN), bool(state & _POINTED_AT)
        strong = ink.on_accent if chosen else ink.text
        if chosen or pointed_at:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(ink.accent if chosen else ink.hovered)
            painter.drawRoundedRect(self._whole(option).adjusted(0, 1, 0, -1), 6, 6)
        self._paint_picture(painter, option, look, ink, picture, strong)
        left, right = room.left() + SIDE + 2 * GRID, room.right() - GRID
        if look.number and (chosen or pointed_at):
            for name, place in zip(("phone", "copy"), buttons(option), strict=True):
                at = place.center() - QRect(0, 0, ICON, ICON).center()
                painter.drawPixmap(at, icons.pixmap(name, strong, ICON, _ratio(option)))
            right -= 2 * SIDE + GRID
            look = replace(look, aside="")
        self._paint_lines(painter, option, look, ink, QRect(left, 0, right - left, 0), chosen)

    def _whole(self, option: QStyleOptionViewItem) -> QRect:
        """The row with what may stand in its margin."""
        return QRect(option.rect)

    def _paint_lines(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        look: Look,
        ink: Ink,
        span: QRect,
        chosen: bool,
    ) -> None:
        room, high, direction = QRect(option.rect), ink.high, option.direction
        strong, quiet = (ink.on_accent, ink.on_accent) if chosen else (ink.text, ink.quiet)
        lines = 2 if look.detail else 1
        top = room.top() + (room.height() - lines * high) // 2
        left, wide = span.left(), span.width()
        aside = self._aside(look, wide, ink)
        if aside:
            painter.setPen(quiet)
            end = QRect(left + wide - aside, top, aside, high)
            ink.plain.draw(painter, direction, _visual(option, end), look.aside)
            wide -= aside + GRID
        painter.setPen(strong)
        first = QRect(left, top, wide, high)
        ink.bold.draw(painter, direction, _visual(option, first), look.title)
        if not look.detail:
            return
        color = ink.attention if look.attention and not chosen else quiet
        if look.mark:
            place = _visual(option, QRect(left, top + high + (high - MARK) // 2, MARK, MARK))
            painter.drawPixmap(place.topLeft(), icons.pixmap(look.mark, color, MARK, _ratio(option)))
            left += MARK + GRID // 2
        painter.setPen(color)
        under = QRect(left, top + high, span.right() + 1 - left, high)
        ink.plain.draw(painter, direction, _visual(option, under), look.detail)

    @staticmethod
    def _aside(look: Look, wide: int, ink: Ink) -> int:
        """The width of what stands aside: all of it, unless the title needs the room."""
        if not look.aside:
            return 0
        left = wide - GRID - ink.bold.metrics.horizontalAdvance(look.title) - 4
        return min(ink.plain.metrics.boundingRect(look.aside).width() + 4, max(wide // 3, left))

    def _paint_picture(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        look: Look,
        ink: Ink,
        picture: QImage | None,
        strong: QColor,
    ) -> None:
        room = QRect(option.rect)
        top = room.top() + (room.height() - SIDE) // 2
        place = _visual(option, QRect(room.left() + GRID, top, SIDE, SIDE))
        if look.icon:
            at = place.center() - QRect(0, 0, 24, 24).center()
            painter.drawPixmap(at, icons.pixmap(look.icon, strong, 24, _ratio(option)))
            return
        name = look.title if look.detail else ""
        if picture is None:
            avatar.paint_letters(painter, place, name, ink.plain.font)
        else:  # it is clipped
            painter.save()
            avatar.paint(painter, place, name, picture)
            painter.restore()
        if look.presence is not None:
            dot = QRectF(place.right() - 9, place.bottom() - 9, 10, 10)
            painter.setPen(option.palette.color(QPalette.ColorRole.Window))
            painter.setBrush(look.presence)
            painter.drawEllipse(dot)

    def editorEvent(
        self,
        event: QEvent,
        _model: QAbstractItemModel,
        option: QStyleOptionViewItem,
        index: Index,
    ) -> bool:
        """A button of the row was pressed."""
        if event.type() is not QEvent.Type.MouseButtonRelease or not isinstance(event, QMouseEvent):
            return False
        look: Look = index.data(LOOK)
        if look.heading or not look.number or event.button() is not Qt.MouseButton.LeftButton:
            return False
        for signal, place in zip((self.call_wanted, self.copy_wanted), buttons(option), strict=True):
            if place.contains(event.position().toPoint()):
                signal.emit(index)
                return True
        return False

    def helpEvent(
        self, event: QHelpEvent, view: QAbstractItemView, option: QStyleOptionViewItem, index: Index
    ) -> bool:
        """What a button does; elsewhere the whole text, for which there is not always room."""
        look: Look | None = index.data(LOOK) if index.isValid() else None
        if look is None or look.heading:
            return False
        texts = (self.tr("Call"), self.tr("Copy the number"))
        said = index.data(Qt.ItemDataRole.ToolTipRole) or tip(as_text(look))
        for text, place in zip(texts, buttons(option), strict=True):
            if look.number and place.contains(event.pos()):
                said = tip(text)
        QToolTip.showText(event.globalPos(), said, view)
        return True


def dress(view: QListView, kind: type[Rows] = Rows) -> Rows:
    """Have a list of people or calls look and behave as all of them do; what draws its rows."""
    view.setFrameShape(QFrame.Shape.NoFrame)
    # The colour of the window, but filled: what lies behind is not painted, and a scroll moves what is there.
    view.viewport().setBackgroundRole(QPalette.ColorRole.Window)
    view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    view.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
    view.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
    rows = kind(view)
    view.setItemDelegate(rows)
    return rows


def typed_on(event: QKeyEvent) -> str | None:
    """What somebody types in a list who goes on to search; "" for the key that deletes backwards.

    None for all other keys, which are the list's own.
    """
    held = event.modifiers() & ~(Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier)
    text = event.text() if not held else ""
    if event.key() == Qt.Key.Key_Backspace and text:
        return ""
    return text if text and text != " " and text.isprintable() else None


def buttons(option: QStyleOptionViewItem) -> tuple[QRect, QRect]:
    """Where the buttons of a row stand: to call, and to copy."""
    room = QRect(option.rect)
    top = room.top() + (room.height() - SIDE) // 2
    right = room.right() + 1 - GRID
    call, copy = (QRect(right - at * SIDE, top, SIDE, SIDE) for at in (2, 1))
    return _visual(option, call), _visual(option, copy)


def as_text(look: Look) -> str:
    """A row as a line of text, for screen readers."""
    return "   ".join(filter(None, (look.title, look.detail, look.aside)))


def _ratio(option: QStyleOptionViewItem) -> float:
    widget: QObject | None = option.widget
    return float(option.widget.devicePixelRatioF()) if widget is not None else 1.0


def _visual(option: QStyleOptionViewItem, logical: QRect) -> QRect:
    """The place, mirrored for languages from right to left."""
    if option.direction is Qt.LayoutDirection.LeftToRight:
        return logical
    return QStyle.visualRect(option.direction, QRect(option.rect), logical)


def presence_color(presence: Presence, of: QPalette) -> QColor:
    """The colour of a dot; the word stands beside it."""
    look = colors(of)
    return {
        Presence.FREE: look.good,
        Presence.RINGING: look.attention,
        Presence.BUSY: look.bad,
        Presence.DO_NOT_DISTURB: look.bad,
        Presence.NOT_REGISTERED: look.quiet,
    }[presence]
