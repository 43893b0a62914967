"""An avatar: the initials on a disc, in a colour derived from the name."""

from functools import lru_cache
from zlib import crc32

from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QImage, QPainter, QPainterPath, QPaintEvent, QPixmap
from PySide6.QtWidgets import QWidget

from offhook.desktop import formatting, icons
from offhook.desktop.rowink import Letters

COLORS = ("#2f6f8f", "#7a4f9a", "#8a5a2b", "#2d7d5a", "#a0455c", "#4a5fa8", "#5f6b2d", "#8f3f7a")
"""White text on each has a contrast of more than 4.5:1."""

NOBODY = "#5f6368"
WHITE = QColor("white")

MAX_KEPT = 2 * (len(COLORS) + 1)
"""Discs that are kept: those of rows and of one more size. One has 4 KiB, on a fine screen 16."""

_kept: list[tuple[QFont, int, Letters]] = []
"""The letters that were drawn last: a list has them all alike."""


class Avatar(QWidget):
    """A disc of `size` logical pixels: a picture, initials, or without a name a handset."""

    def __init__(self, size: int = 44, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._size, self._name = size, ""
        self._image = QImage()
        self.setFixedSize(QSize(size, size))

    def show_name(self, name: str) -> None:
        """Set the name; "" if it is unknown."""
        if name != self._name:
            self._name, self._image = name, QImage()
            self.update()

    def show_picture(self, image: QImage) -> None:
        """Show a picture instead of the initials."""
        self._image = image
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        paint(painter, self.rect(), self._name, self._image)
        painter.end()


def paint(painter: QPainter, place: QRect, name: str, image: QImage | None = None) -> None:
    """Draw a disc: the middle of a picture, initials, or without a name a handset."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    if image is not None and not image.isNull():
        painter.setPen(Qt.PenStyle.NoPen)
        _paint_picture(painter, place, image)
    else:
        paint_letters(painter, place, name, painter.font())


def paint_letters(painter: QPainter, place: QRect, name: str, font: QFont) -> None:
    """Draw a disc with initials in letters like these, or without a name with a handset."""
    color = COLORS[crc32(name.encode()) % len(COLORS)] if name else NOBODY
    side, ratio = place.width(), painter.device().devicePixelRatioF()
    if ratio.is_integer():
        painter.drawPixmap(place.topLeft(), _disc(color, side, ratio))
    else:  # a pixmap would be moved to whole pixels
        _paint_disc(painter, place, color)
    letters = formatting.initials(name)
    if letters:
        painter.setPen(WHITE)
        _letters(font, round(side * 0.4)).draw_in_the_middle(painter, place, letters)
    else:
        inner = round(side * 0.55)
        at = place.topLeft() + QPoint((side - inner) // 2, (side - inner) // 2)
        painter.drawPixmap(at, icons.pixmap("phone", WHITE, inner, ratio))


def _paint_disc(painter: QPainter, place: QRect, color: str) -> None:
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(color))
    painter.drawEllipse(place)


@lru_cache(MAX_KEPT)
def _disc(color: str, side: int, ratio: float) -> QPixmap:
    disc = QPixmap(QSize(side, side) * ratio)
    disc.setDevicePixelRatio(ratio)
    disc.fill(Qt.GlobalColor.transparent)
    painter = QPainter(disc)
    _paint_disc(painter, QRect(0, 0, side, side), color)
    painter.end()
    return disc


def _letters(font: QFont, size: int) -> Letters:
    """Bold letters of this size in pixels."""
    if not _kept or _kept[0][:2] != (font, size):
        bold = QFont(font)
        bold.setPixelSize(size)
        bold.setBold(True)
        _kept[:] = [(QFont(font), size, Letters(bold))]
    return _kept[0][2]


def _paint_picture(painter: QPainter, place: QRect, image: QImage) -> None:
    """The middle of the picture, in the disc."""
    disc = QPainterPath()
    disc.addEllipse(QRectF(place))
    painter.setClipPath(disc)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    wide, high = image.width(), image.height()
    side = min(wide, high)
    painter.drawImage(QRectF(place), image, QRectF((wide - side) / 2, (high - side) / 2, side, side))
