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
    QFont,
    QFontMetrics,
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
from offhook.desktop.plaintext import runs_right_to_left, tip
from offhook.desktop.presence import Presence
from offhook.desktop.theme import colors, on_accent

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
        view.setMouseTracking(True)
        view.viewport().setAttribute(Qt.WidgetAttribute.WA_Hover)

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        look: Look = index.data(LOOK)
        high = option.fontMetrics.height()
        if look.heading:
            return QSize(0, max(HEADING, on_grid(high + GRID)))
        return QSize(0, max(ROW, on_grid(2 * high + GRID)))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        look: Look = index.data(LOOK)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if look.heading:
            self._paint_heading(painter, option, look)
        else:
            self._paint_row(painter, option, look, index.data(PICTURE))
        painter.restore()

    def _paint_heading(self, painter: QPainter, option: QStyleOptionViewItem, look: Look) -> None:
        painter.setPen(colors(option.palette).quiet)
        font = QFont(option.font)
        font.setBold(True)
        painter.setFont(font)
        _text(painter, option, option.rect.adjusted(GRID, 0, -GRID, 0), look.title)

    def _paint_row(
        self, painter: QPainter, option: QStyleOptionViewItem, look: Look, picture: QImage | None
    ) -> None:
        palette, room = option.palette, QRect(option.rect)
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        plain = palette.color(QPalette.ColorGroup.Active, QPalette.ColorRole.WindowText)
        strong = on_accent(palette) if chosen else plain
        quiet = strong if chosen else colors(palette).quiet
        if chosen or _pointed_at(option):
            shade = palette.color(QPalette.ColorGroup.Active, QPalette.ColorRole.Highlight)
            if not chosen:
                shade.setAlphaF(0.10)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(shade)
            painter.drawRoundedRect(self._whole(option).adjusted(0, 1, 0, -1), 6, 6)
        self._paint_picture(painter, option, look, picture, strong)
        left, right = room.left() + SIDE + 2 * GRID, room.right() - GRID
        if look.number and (chosen or _pointed_at(option)):
            for name, place in zip(("phone", "copy"), buttons(option), strict=True):
                at = place.center() - QRect(0, 0, ICON, ICON).center()
                painter.drawPixmap(at, icons.pixmap(name, strong, ICON, _ratio(option)))
            right -= 2 * SIDE + GRID
            look = replace(look, aside="")
        self._paint_lines(painter, option, look, QRect(left, 0, right - left, 0), strong, quiet)

    def _whole(self, option: QStyleOptionViewItem) -> QRect:
        """The row with what may stand in its margin."""
        return QRect(option.rect)

    def _paint_lines(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        look: Look,
        span: QRect,
        strong: QColor,
        quiet: QColor,
    ) -> None:
        room, high = QRect(option.rect), option.fontMetrics.height()
        lines = 2 if look.detail else 1
        top = room.top() + (room.height() - lines * high) // 2
        bold = QFont(option.font)
        bold.setBold(True)
        aside = self._aside(look, span.width(), QFontMetrics(bold), QFontMetrics(option.font))
        painter.setFont(option.font)
        painter.setPen(quiet)
        end = QRect(span.right() + 1 - aside, top, aside, high)
        _text(painter, option, _visual(option, end), look.aside)
        painter.setFont(bold)
        painter.setPen(strong)
        first = QRect(span.left(), top, span.width() - aside - (GRID if aside else 0), high)
        _text(painter, option, _visual(option, first), look.title)
        if not look.detail:
            return
        color = quiet
        if look.attention and quiet != strong:
            color = colors(option.palette).attention
        left = span.left()
        if look.mark:
            place = _visual(option, QRect(left, top + high + (high - MARK) // 2, MARK, MARK))
            painter.drawPixmap(place.topLeft(), icons.pixmap(look.mark, color, MARK, _ratio(option)))
            left += MARK + GRID // 2
        painter.setFont(option.font)
        painter.setPen(color)
        under = QRect(left, top + high, span.right() + 1 - left, high)
        _text(painter, option, _visual(option, under), look.detail)

    @staticmethod
    def _aside(look: Look, wide: int, title: QFontMetrics, plain: QFontMetrics) -> int:
        """The width of what stands aside: all of it, unless the title needs the room."""
        if not look.aside:
            return 0
        left = wide - GRID - title.horizontalAdvance(look.title) - 4
        return min(plain.boundingRect(look.aside).width() + 4, max(wide // 3, left))

    def _paint_picture(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        look: Look,
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
        painter.save()
        avatar.paint(painter, place, look.title if look.detail else "", picture)
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
    view.viewport().setAutoFillBackground(False)
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


def _pointed_at(option: QStyleOptionViewItem) -> bool:
    return bool(option.state & QStyle.StateFlag.State_MouseOver)


def _ratio(option: QStyleOptionViewItem) -> float:
    widget: QObject | None = option.widget
    return float(option.widget.devicePixelRatioF()) if widget is not None else 1.0


def _visual(option: QStyleOptionViewItem, logical: QRect) -> QRect:
    """The place, mirrored for languages from right to left."""
    return QStyle.visualRect(option.direction, QRect(option.rect), logical)


def _text(painter: QPainter, option: QStyleOptionViewItem, room: QRect, text: str) -> None:
    draw_line(painter, option.direction, room, text)


def draw_line(painter: QPainter, direction: Qt.LayoutDirection, room: QRect, text: str) -> None:
    """A line of text at the leading edge of a view, elided; the text itself runs as its letters do."""
    shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, room.width())
    painter.setLayoutDirection(
        Qt.LayoutDirection.RightToLeft if runs_right_to_left(text) else Qt.LayoutDirection.LeftToRight
    )
    side = (
        Qt.AlignmentFlag.AlignLeft
        if direction is Qt.LayoutDirection.LeftToRight
        else Qt.AlignmentFlag.AlignRight
    )
    flags = side | Qt.AlignmentFlag.AlignAbsolute | Qt.AlignmentFlag.AlignVCenter
    painter.drawText(room, flags | Qt.TextFlag.TextSingleLine, shown)


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
