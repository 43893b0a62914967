"""What rows are drawn with, made once for many of them: letters, and the colours of a palette.

While somebody scrolls, each frame draws a screenful of rows that were not there before. What is the same for
all of them is not made for each.
"""

from typing import Final

from PySide6.QtCore import QPointF, QRect, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPalette, QTextLayout, QTextLine, QTextOption
from PySide6.QtWidgets import QStyleOptionViewItem

from offhook.desktop.plaintext import runs_right_to_left
from offhook.desktop.theme import colors, on_accent

HOVERED: Final = 0.10
"""How much of the accent lies behind a row that is pointed at."""

_LINE: Final = Qt.AlignmentFlag.AlignAbsolute | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine
_AT_LEFT: Final = _LINE | Qt.AlignmentFlag.AlignLeft
_AT_RIGHT: Final = _LINE | Qt.AlignmentFlag.AlignRight


class Letters:
    """Letters of one font. `draw` lays a text out once; `elidedText` and `drawText` do so twice."""

    def __init__(self, font: QFont) -> None:
        self.font, self.metrics = font, QFontMetrics(font)
        self._layout = QTextLayout("", font)
        self._layout.setCacheEnabled(True)
        option = QTextOption()
        option.setTextDirection(Qt.LayoutDirection.LeftToRight)
        option.setWrapMode(QTextOption.WrapMode.NoWrap)
        self._layout.setTextOption(option)

    def draw(self, painter: QPainter, direction: Qt.LayoutDirection, room: QRect, text: str) -> None:
        """A line of text in the painter's pen, at the leading edge of a view with this direction, elided."""
        if not text:
            return
        if runs_right_to_left(text) or not text.isprintable():  # Qt knows what becomes of line feeds
            painter.setFont(self.font)
            draw_line(painter, direction, room, text)
            return
        line, wide = self._laid_out(text), room.width()
        if line.naturalTextWidth() > wide:
            line = self._laid_out(self.metrics.elidedText(text, Qt.TextElideMode.ElideRight, wide))
        at_left = direction is Qt.LayoutDirection.LeftToRight
        left = room.left() + (0 if at_left else wide - line.horizontalAdvance())
        _draw_at(painter, left, room, line)

    def draw_in_the_middle(self, painter: QPainter, room: QRect, text: str) -> None:
        """A few letters in the painter's pen, for which there is room."""
        line = self._laid_out(text)
        left = room.left() + (room.width() - line.horizontalAdvance()) / 2
        _draw_at(painter, left, room, line)

    def _laid_out(self, text: str) -> QTextLine:
        layout = self._layout
        layout.setText(text)
        layout.beginLayout()
        line = layout.createLine()
        layout.endLayout()
        return line


def _draw_at(painter: QPainter, left: float, room: QRect, line: QTextLine) -> None:
    """In the middle of the height; the `height` of the line is in whole pixels, and too high for some."""
    high = line.ascent() + line.descent()
    line.draw(painter, QPointF(left, room.top() + (room.height() - high) / 2))


class Ink:
    """Letters and colours for the rows of a view: of those that are chosen, and of the others."""

    def __init__(self, option: QStyleOptionViewItem) -> None:
        self._font, self._palette = QFont(option.font), QPalette(option.palette)
        bold = QFont(option.font)
        bold.setBold(True)
        self.plain, self.bold = Letters(QFont(option.font)), Letters(bold)
        self.high = self.plain.metrics.height()
        own = colors(option.palette)
        active = QPalette.ColorGroup.Active
        self.text = option.palette.color(active, QPalette.ColorRole.WindowText)
        self.quiet, self.attention = own.quiet, own.attention
        self.on_accent = on_accent(option.palette)
        self.accent = option.palette.color(active, QPalette.ColorRole.Highlight)
        self.hovered = option.palette.color(active, QPalette.ColorRole.Highlight)
        self.hovered.setAlphaF(HOVERED)
        self._key = _key(option.palette)

    def fits(self, option: QStyleOptionViewItem) -> bool:
        """Is it still what this row is drawn with?"""
        return self._key == _key(option.palette) and self._font == option.font


def _key(palette: QPalette) -> tuple[int, QPalette.ColorGroup]:
    return palette.cacheKey(), palette.currentColorGroup()


def draw_line(painter: QPainter, direction: Qt.LayoutDirection, room: QRect, text: str) -> None:
    """A line of text at the leading edge of a view, elided; the text itself runs as its letters do."""
    shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, room.width())
    painter.setLayoutDirection(
        Qt.LayoutDirection.RightToLeft if runs_right_to_left(text) else Qt.LayoutDirection.LeftToRight
    )
    painter.drawText(room, _AT_LEFT if direction is Qt.LayoutDirection.LeftToRight else _AT_RIGHT, shown)
