"""The list of suggestions: in each line the name, what else is known, and at the end kind and number."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFont, QKeyEvent, QPainter, QPalette
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from offhook.desktop.phonemodel import PhoneModel
from offhook.desktop.plaintext import tip
from offhook.desktop.suggestions import Suggestion, as_line, kind_text
from offhook.desktop.theme import colors

HIGH = 10
"""Logical pixels of a line beside its letters."""

ASIDE = 8
"""Logical pixels between a line's parts, and to its edges."""

Index = QModelIndex | QPersistentModelIndex


class SuggestionList(QListWidget):
    """Shows suggestions; the text of each item is the whole line, for screen readers."""

    def __init__(self, phones: PhoneModel) -> None:
        super().__init__()
        self._phones = phones
        self.setUniformItemSizes(True)
        self.setAccessibleName(self.tr("Suggestions"))
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setItemDelegate(_Lines(phones, self))

    def show_suggestions(self, found: Sequence[Suggestion]) -> None:
        """Show these."""
        self.clear()
        for one in found:
            item = QListWidgetItem(as_line(self._phones, one), self)
            item.setData(Qt.ItemDataRole.UserRole, one)
            item.setToolTip(tip(self.tr("Call {number}").format(number=self._phones.show(one.number))))

    def suggestions(self) -> list[Suggestion]:
        """Those that are shown, best first."""
        return [self.item(i).data(Qt.ItemDataRole.UserRole) for i in range(self.count())]

    def is_entered(self, event: QEvent) -> bool:
        """Arrow down in the line above moves the focus here. Was it that, and is there anything to go to?"""
        if event.type() is not QEvent.Type.KeyPress or not self.count():
            return False
        if not isinstance(event, QKeyEvent) or event.key() != Qt.Key.Key_Down:
            return False
        self.setFocus()
        self.setCurrentRow(max(0, self.currentRow()))
        return True

    def high(self, rows: int) -> int:
        """The height of so many lines."""
        return rows * (self.fontMetrics().height() + HIGH) + 2 * self.frameWidth()


class _Lines(QStyledItemDelegate):
    def __init__(self, phones: PhoneModel, parent: SuggestionList) -> None:
        super().__init__(parent)
        self._phones = phones

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        size = super().sizeHint(option, index)
        return QSize(0, option.fontMetrics.height() + HIGH) if size.isValid() else size

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        one: Suggestion = index.data(Qt.ItemDataRole.UserRole)
        shown = QStyleOptionViewItem(option)
        self.initStyleOption(shown, index)
        shown.text = ""
        list_ = option.widget
        list_.style().drawControl(QStyle.ControlElement.CE_ItemViewItem, shown, painter, list_)
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        active = QPalette.ColorRole.HighlightedText if chosen else QPalette.ColorRole.Text
        plain = option.palette.color(active)
        quiet = plain if chosen else colors(option.palette).quiet
        painter.save()
        room = QRect(option.rect).adjusted(ASIDE, 0, -ASIDE, 0)
        number = self._phones.show(one.number)
        bold = QFont(option.font)
        bold.setBold(True)
        texts = [(number if one.name else "", option.font, plain, False)]
        if one.kind is not None:
            texts.append((kind_text(one.kind), option.font, quiet, False))
        texts += [(one.name or number, bold, plain, True), (one.detail, option.font, quiet, True)]
        for text, font, color, leading in texts:
            room = _draw(painter, option, room, text, font, color, leading)
        painter.restore()


def _draw(
    painter: QPainter,
    option: QStyleOptionViewItem,
    room: QRect,
    text: str,
    font: QFont,
    color: QColor,
    leading: bool,
) -> QRect:
    """Draw a text at the beginning or the end of the room; the room that is left."""
    if not text or room.width() <= 0:
        return room
    painter.setFont(font)
    painter.setPen(color)
    metrics = painter.fontMetrics()
    text = metrics.elidedText(text, Qt.TextElideMode.ElideRight, room.width())
    wide = metrics.horizontalAdvance(text)
    side = Qt.AlignmentFlag.AlignLeading if leading else Qt.AlignmentFlag.AlignTrailing
    place = QStyle.alignedRect(
        option.direction, side | Qt.AlignmentFlag.AlignVCenter, QSize(wide, room.height()), room
    )
    painter.drawText(place, Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine, text)
    at_left = leading is (option.direction is Qt.LayoutDirection.LeftToRight)
    return room.adjusted(wide + ASIDE, 0, 0, 0) if at_left else room.adjusted(0, 0, -wide - ASIDE, 0)
